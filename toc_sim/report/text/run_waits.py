"""How long items wait, as `toc-sim run` prints it: a row for each place."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from toc_sim.accounting.waiting import Waiting, WaitingTime
from toc_sim.language import figure, phrase
from toc_sim.report.formats import counted, given, printable
from toc_sim.report.run_summary import Findings
from toc_sim.report.text.table import (
    Column,
    Fitted,
    figures,
    fitted,
    intervals,
    percent_intervals,
    texts,
)
from toc_sim.scenario.parts import place_of


def waiting_parts(found: Findings, width: int) -> tuple[Fitted | str, ...]:
    """Return the table of waits and its notes; nothing where that was not measured."""
    if found.waiting is None:
        return ()
    rows = list(_rows(found, found.waiting))
    if not rows:
        return (phrase("Nothing waits."),)
    titles = [title for title, _ in rows]
    drawn = fitted(_columns(found, titles, [each for _, each in rows]), width)
    return drawn, *_notes(found, rows)


def _rows(found: Findings, told: Waiting) -> Iterator[tuple[str, WaitingTime]]:
    """Yield all places at which anything waits, then products, then the pipeline.

    A place that several products pass is told for all of them first.
    """
    whole = {each.name: each for each in told.stages}
    for each in told.nodes:
        stage = whole.pop(place_of(each.name), None)
        if stage is not None and _is_told(stage):
            yield printable(found.scenario.title(stage.name)), stage
        if _is_told(each):
            yield found.title(each.name), each
    if not told.pipeline.mean.mean > 0 and told.pipeline.within is None:
        return
    for each in told.products:
        title = printable(found.scenario.title(each.name))
        yield phrase("{product} in all", product=title), each
    yield phrase("all that is bought"), told.pipeline


def _is_told(each: WaitingTime) -> bool:
    """Return whether anything waits there, or should not."""
    waits = each.mean.mean > 0 or each.left or each.abandoned
    return bool(waits) or each.within is not None


def _columns(
    found: Findings, titles: list[str], rows: list[WaitingTime]
) -> list[Column]:
    scenario = found.scenario
    item, period = printable(scenario.item.unit), printable(scenario.period.unit)
    columns = [
        texts(phrase("waits"), titles),
        intervals(phrase("mean wait"), period, [row.mean for row in rows], (88, 95)),
        figures(phrase("half within"), period, [row.p50 for row in rows], 70),
        figures(phrase("90 %"), period, [row.p90 for row in rows], 80),
        figures(phrase("95 %"), period, [row.p95 for row in rows], 75),
        figures(phrase("longest"), period, [row.longest for row in rows], 60),
        figures(phrase("left"), item, [row.left for row in rows], 50),
        figures(phrase("oldest"), period, [row.oldest for row in rows], 40),
    ]
    if any(row.within is not None for row in rows):
        shares = [row.within for row in rows]
        columns.insert(2, percent_intervals(phrase("in time"), shares, (85, 94)))
    return columns


def _notes(found: Findings, rows: list[tuple[str, WaitingTime]]) -> Iterator[str]:
    """Yield what the targets are, and that means of what grows tell of this window."""
    period = found.scenario.period
    for title, each in rows:
        if each.target is not None and each.within is not None:
            share = 100 * each.within.mean
            if not isnan(share):
                yield phrase(
                    "{place}: {share} % wait no longer than {limit}.",
                    place=title,
                    share=figure(f"{share:.1f}"),
                    limit=counted(given(each.target), period),
                )
    if not found.inside.settling.settled:
        yield phrase(
            "The queues have not settled: these waits are those of this window only."
        )
