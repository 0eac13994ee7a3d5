"""Where a model misses, in sentences: by how much, and why that may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from toc_sim.calibrate.laid_beside import ReconciledRow
from toc_sim.calibrate.suspicions.said import (
    rounded_figure,
    share_said,
    time_said,
)
from toc_sim.language import joined, phrase


def miss_said(row: ReconciledRow, period: str) -> str:
    """Say by how much a model misses one figure.

    Parameters
    ----------
    row
        The figure of both.
    period
        What the period is called.
    """
    parts = {
        "records": _figure(row, row.records),
        "model": _figure(row, row.model.mean),
        "error": _error_said(row),
        "bound": share_said(row.bound or 0.0),
    }
    if row.name == "throughput":
        return phrase(
            "Throughput: the records have {records} won in a {period}, the model "
            "{model} ({error}; {bound} is the bound).",
            period=period,
            **parts,
        )
    if row.name == "conversion":
        return phrase(
            "Conversion: of the cases in the records {records} are won, of the model's "
            "{model} ({error}; {bound} is the bound).",
            **parts,
        )
    return phrase(
        "Flow time: a case that is won takes {records} in the records and {model} in "
        "the model ({error}; {bound} is the bound).",
        **parts,
    )


def _figure(row: ReconciledRow, value: float) -> str:
    if row.name == "conversion":
        return share_said(value)
    return time_said(value) if row.name == "flow_time" else rounded_figure(value)


def _error_said(row: ReconciledRow) -> str:
    sign = "+" if row.error >= 0 else "-"
    return f"{sign}{share_said(abs(row.error))}"


def title_of(name: str) -> str:
    """Return what a figure is called within a sentence."""
    return {
        "throughput": phrase("throughput"),
        "conversion": phrase("conversion"),
        "flow_time": phrase("flow time"),
    }[name]


def verdict_said(rows: Sequence[ReconciledRow]) -> str:
    """Say what a model may be used for.

    Parameters
    ----------
    rows
        Its figures beside those of the records.
    """
    judged = [row for row in rows if row.bound is not None]
    missed = [row for row in judged if row.agreement == "misses"]
    told = [row for row in judged if row.agreement in ("within", "by chance")]
    if missed:
        return phrase(
            "Do not use this model for {figures}: it misses the records by {errors}.",
            figures=joined(title_of(row.name) for row in missed),
            errors=joined(_error_said(row) for row in missed),
        )
    if not told:
        return phrase(
            "Whether this model reproduces its records cannot be told: too few cases "
            "were won in the time that it stands for."
        )
    by_chance = [row for row in told if row.agreement == "by chance"]
    sentence = phrase(
        "The model reproduces its records: {figures}.",
        figures=joined(
            phrase(
                "{figure} {error}", figure=title_of(row.name), error=_error_said(row)
            )
            for row in told
        ),
    )
    if not by_chance:
        return sentence
    return phrase(
        "{sentence} With so few cases, {figures} may differ so by chance.",
        sentence=sentence,
        figures=joined(title_of(row.name) for row in by_chance),
    )


def held_back_said(rows: Sequence[ReconciledRow], date: str) -> str:
    """Say how well a model foresaw what came after it was drawn.

    Parameters
    ----------
    rows
        Its figures beside those of the last part of the records.
    date
        When the last part began.
    """
    judged = [row for row in rows if row.bound is not None]
    missed = [row for row in judged if row.agreement == "misses"]
    if missed:
        return phrase(
            "Drawn from what was known by {date}, it misses {figures} of the time "
            "after by {errors}.",
            date=date,
            figures=joined(title_of(row.name) for row in missed),
            errors=joined(_error_said(row) for row in missed),
        )
    if all(row.agreement == "cannot tell" for row in judged):
        return phrase(
            "After {date} too few cases were won to tell whether a model drawn by then "
            "foresaw them.",
            date=date,
        )
    told = [row for row in judged if row.agreement != "cannot tell"]
    return phrase(
        "Drawn from what was known by {date}, it foresees {figures} of the time after.",
        date=date,
        figures=joined(
            phrase(
                "{figure} {error}", figure=title_of(row.name), error=_error_said(row)
            )
            for row in told
        ),
    )


_CHANGED = 0.1
"""What differs by less is no reason [1]."""


def reasons(rows: Iterable[ReconciledRow], *, is_later: bool) -> Iterator[str]:
    """Yield what else differs between both, which may be why a model misses.

    Parameters
    ----------
    rows
        Its figures beside those of the records.
    is_later
        Whether the records are of a time after the model was drawn.
    """
    by_name = {(row.name, row.node): row for row in rows}
    missed = {row.name for row in by_name.values() if row.agreement == "misses"}
    came = by_name["arrivals", ""]
    if "throughput" in missed and abs(came.error) > _CHANGED:
        parts = {
            "records": rounded_figure(came.records),
            "model": rounded_figure(came.model.mean),
        }
        if is_later:
            yield phrase(
                "Arrivals changed: {records} came in a period, where {model} had come "
                "before.",
                **parts,
            )
        else:
            yield phrase(
                "Arrivals differ: {records} came in a period, {model} do in the model.",
                **parts,
            )
    if "throughput" in missed and "conversion" in missed:
        yield phrase("Conversion differs, and throughput follows it.")
    yield from _crowded(by_name.get(("wip", "")), missed, is_later=is_later)


def _crowded(
    open_cases: ReconciledRow | None, missed: set[str], *, is_later: bool
) -> Iterator[str]:
    """Yield that more or fewer cases are open, where time or throughput miss."""
    if open_cases is None or not missed & {"throughput", "flow_time"}:
        return
    if abs(open_cases.error) <= 2 * _CHANGED:
        return
    parts = {
        "records": rounded_figure(open_cases.records),
        "model": rounded_figure(open_cases.model.mean),
    }
    if is_later:
        yield phrase(
            "On average {records} cases were open, {model} are in the model: it begins "
            "from what was known before, and not all of that stayed so.",
            **parts,
        )
    else:
        yield phrase(
            "On average {records} cases were open, {model} are in the model: the "
            "records are not those of a settled state, or the model's queues are not "
            "theirs.",
            **parts,
        )
