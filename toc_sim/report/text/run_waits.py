"""How long items wait, as `toc-sim run` prints it: a row for each place."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Literal

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

WaitKind = Literal["stages", "nodes", "products", "pipeline"]
"""Whose waits: where they stand in the record of a run, too."""


def waiting_parts(found: Findings, width: int) -> tuple[Fitted | str, ...]:
    """Return the table of waits and its notes; nothing where that was not measured."""
    if found.waiting is None:
        return ()
    told = told_waits(found.waiting)
    if not told:
        return (phrase("Nothing waits."),)
    rows = [(_title(found, kind, each), each) for kind, each in told]
    titles = [title for title, _ in rows]
    drawn = fitted(_columns(found, titles, [each for _, each in rows]), width)
    return drawn, *_notes(found, rows)


def told_waits(waits: Waiting) -> list[tuple[WaitKind, WaitingTime]]:
    """Return the waits worth a row, each with what it is the wait of.

    Parameters
    ----------
    waits
        All that was measured.

    Returns
    -------
    All places at which anything waits, then products, then the pipeline; a place that
    several products pass for all of them first.
    """
    told: list[tuple[WaitKind, WaitingTime]] = []
    whole = {each.name: each for each in waits.stages}
    for each in waits.nodes:
        stage = whole.pop(place_of(each.name), None)
        if stage is not None and _is_told(stage):
            told.append(("stages", stage))
        if _is_told(each):
            told.append(("nodes", each))
    if waits.pipeline.mean.mean > 0 or waits.pipeline.within is not None:
        told += [("products", each) for each in waits.products]
        told.append(("pipeline", waits.pipeline))
    return told


def _title(found: Findings, kind: WaitKind, each: WaitingTime) -> str:
    """Return what a row is called."""
    if kind == "nodes":
        return found.title(each.name)
    if kind == "stages":
        return printable(found.scenario.title(each.name))
    if kind == "products":
        title = printable(found.scenario.title(each.name))
        return phrase("{product} in all", product=title)
    return phrase("all that is bought")


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
