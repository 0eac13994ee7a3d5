"""Where a model misses, in sentences: by how much, and why that may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from toc_sim.calibration.laid_beside import ReconciledRow
from toc_sim.calibration.suspicions.said import (
    count_said,
    rounded_figure,
    share_said,
    time_said,
)
from toc_sim.language import joined, phrase
from toc_sim.records.notices import Notice

_SHARES = {"conversion", "won_of_begun"}


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
            "Conversion: of the cases decided in the records {records} are won, of the "
            "model's {model} ({error}; {bound} is the bound).",
            **parts,
        )
    if row.name == "won_of_begun":
        return phrase(
            "Conversion: of the cases that came in the time {records} are won within "
            "it in the records, {model} in the model ({error}; {bound} is the bound).",
            **parts,
        )
    return phrase(
        "Flow time: a case that is won takes {records} in the records and {model} in "
        "the model ({error}; {bound} is the bound).",
        **parts,
    )


def _figure(row: ReconciledRow, value: float) -> str:
    if row.name in _SHARES:
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
        "won_of_begun": phrase("conversion"),
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
    within = [row for row in told if row.agreement == "within"]
    if not within:
        return phrase(
            "Whether this model reproduces its records cannot be told: too few cases "
            "were won in the time that it stands for."
        )
    sentence = phrase(
        "The model reproduces its records: {figures}.", figures=_errors_said(within)
    )
    return _with_chance(sentence, told)


def _errors_said(rows: Sequence[ReconciledRow]) -> str:
    """Join figures with how far the model is off."""
    return joined(f"{title_of(row.name)} {_error_said(row)}" for row in rows)


def _with_chance(sentence: str, told: Sequence[ReconciledRow]) -> str:
    """Add to a sentence which figures are beyond their bounds by chance, if any are."""
    by_chance = [row for row in told if row.agreement == "by chance"]
    if not by_chance:
        return sentence
    return phrase(
        "{sentence} Not told for sure: {figures}; single runs of the model differ as "
        "much by chance.",
        sentence=sentence,
        figures=_errors_said(by_chance),
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
    within = [row for row in told if row.agreement == "within"]
    if not within:
        return phrase(
            "Whether it foresees the time after {date} cannot be told: it is off by "
            "{figures}, and single runs of it differ as much by chance.",
            date=date,
            figures=_errors_said(told),
        )
    sentence = phrase(
        "Drawn from what was known by {date}, it foresees the time after: {figures}.",
        date=date,
        figures=_errors_said(within),
    )
    return _with_chance(sentence, told)


_OUT_OF_TURN = 0.15
"""Parts of those open that are older differ by so much, or are no reason [1]."""

_MANY_LEFT_OUT = 0.2
"""Open cases that a model begins without, from which it is told [1]."""

_HANDFUL = 5
"""And so many at least [items]."""

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
    if "throughput" in missed and missed & _SHARES:
        yield phrase("Conversion differs, and throughput follows it.")
    yield from _crowded(by_name.get(("wip", "")), missed)
    yield from _out_of_turn(by_name, missed)
    yield from _slow_losses(by_name, missed)


def _out_of_turn(
    by_name: Mapping[tuple[str, str], ReconciledRow], missed: set[str]
) -> Iterator[str]:
    """Yield that cases are not taken in turn, where flow times miss."""
    older = by_name.get(("older_open", ""))
    if "flow_time" not in missed or older is None:
        return
    if not older.records - older.model.mean > _OUT_OF_TURN:
        return
    yield phrase(
        "When a case is won, {records} of the open ones are older than it, {model} in "
        "the model: later cases are finished before older ones, which the model takes "
        "in their turn.",
        records=share_said(older.records),
        model=share_said(older.model.mean),
    )


def _slow_losses(
    by_name: Mapping[tuple[str, str], ReconciledRow], missed: set[str]
) -> Iterator[str]:
    """Yield that cases are lost sooner in the model, where fewer are open for that."""
    lost, open_cases = by_name.get(("loss_time", "")), by_name.get(("wip", ""))
    if lost is None or open_cases is None or "throughput" in missed:
        return
    if open_cases.error > -2 * _CHANGED or lost.error > -2 * _CHANGED:
        return
    yield phrase(
        "Fewer are open in the model ({model} instead of {records}), for it loses "
        "cases after {sooner}, the records after {later}.",
        model=rounded_figure(open_cases.model.mean),
        records=rounded_figure(open_cases.records),
        sooner=time_said(lost.model.mean),
        later=time_said(lost.records),
    )


def _crowded(open_cases: ReconciledRow | None, missed: set[str]) -> Iterator[str]:
    """Yield that more or fewer cases are open, where time or throughput miss."""
    if open_cases is None or not missed & {"throughput", "flow_time"}:
        return
    if abs(open_cases.error) > 2 * _CHANGED:
        yield phrase(
            "On average {records} cases were open, and {model} are in the model.",
            records=rounded_figure(open_cases.records),
            model=rounded_figure(open_cases.model.mean),
        )


def left_out_said(left_out: int, still_open: int) -> Iterator[str]:
    """Yield that a model begins without many of the cases that were open.

    Parameters
    ----------
    left_out, still_open
        Those without a place in the model, and all that were open [items].
    """
    if left_out < max(_MANY_LEFT_OUT * still_open, _HANDFUL):
        return
    yield phrase(
        "Of {open} cases that were open at the start {left_out} are not in the model: "
        "it loses at once what it will lose, and has no place for those that wait for "
        "it.",
        open=count_said(still_open),
        left_out=count_said(left_out),
    )


def doubted(notices: Iterable[Notice]) -> Iterator[str]:
    """Yield what the records are doubted for, as far as a model may miss for it.

    Parameters
    ----------
    notices
        All suspicions.
    """
    behind = {
        "chosen by closing date": phrase("early ends are missing"),
        "hardly any young open cases": phrase("young open cases are missing"),
        "only closed cases": phrase("open cases are missing"),
        "cut at the end": phrase("arrivals were cut off"),
        "losses never recorded": phrase("losses are not told"),
        "regime change": phrase("rates changed within the records"),
        "ends of quarters": phrase("the share that is won follows the quarter"),
        "open cases grow": phrase("open cases grow"),
    }
    kinds = {notice.kind for notice in notices}
    told = [why for kind, why in behind.items() if kind in kinds]
    if told:
        yield phrase("What is known of the records: {reasons}.", reasons=joined(told))
