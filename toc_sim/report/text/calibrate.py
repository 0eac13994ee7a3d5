"""What `toc-sim calibrate` prints of a scenario that was drawn from records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from toc_sim.calibration.estimates import Delay, Draft, Estimate, StageFinding
from toc_sim.calibration.findings import RecordsFindings
from toc_sim.language import phrase
from toc_sim.records.shapes.columns_asked import ColumnTaken
from toc_sim.report.formats import NO_FIGURE, alone, given, number, printable
from toc_sim.report.text.customers_found import customers_blocks, shop_beside_blocks
from toc_sim.report.text.reconcile import reconcile_blocks
from toc_sim.report.text.records import doubt_blocks, read_blocks
from toc_sim.report.text.table import (
    Blocks,
    Column,
    figures,
    fitted,
    marked,
    texts,
)
from toc_sim.scenario.file.dump import inline

MOST_ESTIMATES = 40
"""Estimates that are printed; of more, the file itself tells where each came from."""


def calibration_sentence(found: RecordsFindings) -> str:
    """Say what limited the output in these records, and how surely.

    Parameters
    ----------
    found
        All that came of them.
    """
    told = [found.draft.verdict]
    if found.beside is not None and found.draft.content:
        told.append(found.beside.sentence)
    return printable(" ".join(told))


def calibration_blocks(found: RecordsFindings, width: int) -> Blocks:
    """Yield what was read, doubted and found, and how well the model does.

    Parameters
    ----------
    found
        All that came of records.
    width
        Of the page [characters].
    """
    yield from taken_blocks(found, width)
    yield from doubt_blocks(found.notices)
    yield from found_blocks(found, width)
    yield from beside_blocks(found, width)


def taken_blocks(found: RecordsFindings, width: int) -> Blocks:
    """Yield which column was taken for what, and what was read and left out."""
    head = phrase("Read as {shape}:", shape=shape_word(found.records.shape))
    yield head, fitted(taken_columns(found.records.columns), width)
    yield from read_blocks(found.records, found.notices)


def found_blocks(found: RecordsFindings, width: int) -> Blocks:
    """Yield what was found at stages and of customers, and the numbers."""
    if found.shop is not None:
        yield from customers_blocks(found.shop, width)
    yield from draft_blocks(found.draft, period_of(found.draft), width)


def beside_blocks(found: RecordsFindings, width: int) -> Blocks:
    """Yield the model beside the records; nothing where no model was drawn."""
    if found.reconciliation is not None and found.draft.content:
        yield from reconcile_blocks(found.reconciliation, width)
    if found.shop_beside is not None:
        period = period_of(found.draft)
        yield from shop_beside_blocks(found.shop_beside, period, width)


def shape_word(shape: str) -> str:
    """Return what records are, as one says it.

    Parameters
    ----------
    shape
        As of `toc_sim.records.visits.Visits`.
    """
    return {
        "event log": phrase("an event log"),
        "stage history": phrase("a history of stages"),
        "snapshot": phrase("an export of where each case stands"),
        "joined": phrase("two lists joined"),
        "transactions": phrase("purchases"),
    }[shape]


def period_of(draft: Draft) -> str:
    """Return what the unit of time of a draft is called."""
    return str(draft.facts.get("period", ""))


def taken_columns(taken: Sequence[ColumnTaken]) -> tuple[Column, ...]:
    """Return which column of which file was taken for what, a row each.

    Parameters
    ----------
    taken
        In the order of the files.
    """
    return (
        texts(phrase("taken for"), (each.role for each in taken)),
        texts(phrase("column"), (printable(each.header) for each in taken), 95),
        texts(phrase("file"), (printable(each.file) for each in taken), 60),
        texts(phrase("why"), (printable(each.why) for each in taken), 70),
    )


def draft_blocks(draft: Draft, period: str, width: int) -> Blocks:
    """Return what was found at the stages, between them, and what was estimated.

    Parameters
    ----------
    draft
        The scenario, and all that is to be said of it.
    period
        The unit of time of its file.
    width
        Of the page [characters].
    """
    if draft.stages:
        columns = stage_columns(draft.stages, period)
        yield fitted(columns, width, full_stages(draft.stages))
        yield tuple(stage_notes(draft.stages))
    if draft.delays:
        yield fitted(delay_columns(draft.delays, period), width)
        yield tuple(delay_notes(draft.delays))
    if draft.estimates:
        yield fitted(estimate_columns(draft.estimates[:MOST_ESTIMATES]), width)
        yield tuple(_left_out(draft.estimates))


def stage_columns(stages: Sequence[StageFinding], period: str) -> tuple[Column, ...]:
    """Return what the records tell of each stage, a row each.

    Parameters
    ----------
    stages
        In the order in which they are passed.
    period
        The unit of time.
    """
    full = full_stages(stages)
    return (
        marked(phrase("stage"), (printable(stage.stage) for stage in stages), full),
        texts(phrase("full?"), (saturation_word(stage) for stage in stages), 95),
        figures(
            phrase("finished"),
            f"1/{period}",
            (_known(stage.output) for stage in stages),
            90,
        ),
        figures(
            phrase("wait"), period, (_known(stage.wait_mean) for stage in stages), 80
        ),
        figures(
            phrase("work"), period, (_known(stage.work_mean) for stage in stages), 70
        ),
        Column(
            phrase("people"),
            "",
            tuple(str(stage.people) if stage.people else "" for stage in stages),
            60,
        ),
        Column(
            phrase("visits"), "", tuple(number(each.visits, 0) for each in stages), 50
        ),
    )


def delay_columns(delays: Sequence[Delay], period: str) -> tuple[Column, ...]:
    """Return the times in which nobody of the company was at work, a row each.

    Parameters
    ----------
    delays
        In the order of the records.
    period
        The unit of time.
    """
    return (
        texts(phrase("after"), (printable(delay.before) for delay in delays)),
        texts(phrase("before"), (printable(delay.after) for delay in delays), 95),
        figures(phrase("mean"), period, (delay.mean for delay in delays), 90),
        figures(phrase("cv"), "", (_known(delay.cv) for delay in delays), 60, 2),
        Column(
            phrase("times"), "", tuple(number(each.count, 0) for each in delays), 50
        ),
        figures(
            phrase("ends by a clock after"),
            period,
            (delay.timer for delay in delays),
            40,
        ),
    )


def estimate_columns(estimates: Sequence[Estimate]) -> tuple[Column, ...]:
    """Return parameters with their values, intervals and origins, a row each.

    Parameters
    ----------
    estimates
        In the order of the file.
    """
    return (
        texts(phrase("parameter"), (printable(each.path) for each in estimates)),
        Column(phrase("value"), "", tuple(map(told_value, estimates)), 95),
        Column(phrase("95 % interval"), "", tuple(map(told_interval, estimates)), 80),
        texts(phrase("from"), (printable(each.origin) for each in estimates), 70),
    )


def told_value(estimate: Estimate) -> str:
    """Return a value as a table tells it: ``at least 12.0``.

    Parameters
    ----------
    estimate
        Of any parameter.
    """
    value = estimate.value
    told = alone(value) if isinstance(value, int | float) else _shape(value)
    return phrase("at least {value}", value=told) if estimate.at_least else told


def told_interval(estimate: Estimate) -> str:
    """Return the 95 % interval of a value; without one, the sign of no figure.

    Parameters
    ----------
    estimate
        Of any parameter.
    """
    if estimate.low is None or estimate.high is None:
        return NO_FIGURE
    return phrase("{low} to {high}", low=alone(estimate.low), high=alone(estimate.high))


def saturation_word(stage: StageFinding) -> str:
    """Say whether a stage was seen at the end of its capacity.

    Parameters
    ----------
    stage
        What the records tell of it.
    """
    match stage.saturation:
        case "saturated":
            return phrase("saturated")
        case "not saturated":
            return phrase("not saturated")
    return phrase("cannot tell")


def full_stages(stages: Sequence[StageFinding]) -> list[bool]:
    """Return of each stage whether it was seen at the end of its capacity."""
    return [stage.saturation == "saturated" for stage in stages]


def delay_notes(delays: Sequence[Delay]) -> Iterator[str]:
    """Say of each delay how it is known that no capacity answers for it."""
    for delay in delays:
        yield phrase(
            "{before} -> {after} is a delay without capacity: {why}.",
            before=printable(delay.before),
            after=printable(delay.after),
            why=printable(delay.why.rstrip(".")),
        )


def stage_notes(stages: Sequence[StageFinding]) -> Iterator[str]:
    """Say of each stage why it is said to be full, or not."""
    for stage in stages:
        if stage.evidence:
            yield phrase(
                "{stage}: {why}.",
                stage=printable(stage.stage),
                why=printable(stage.evidence.rstrip(".")),
            )


def _left_out(estimates: Sequence[Estimate]) -> Iterator[str]:
    more = len(estimates) - MOST_ESTIMATES
    if more > 0:
        yield phrase(
            "... and {count} more; the file says of each where it came from.",
            count=given(more),
        )


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _shape(value: object) -> str:
    told = inline(value)
    return told if len(told) <= 40 else f"{told[:39]}…"  # noqa: PLR2004 - of a column
