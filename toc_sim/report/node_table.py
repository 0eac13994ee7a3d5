"""The table by node: what each can do, did, waited for, and answers for."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from rich.console import RenderableType

from toc_sim.report.columns import NARROW, Column, fitted
from toc_sim.report.findings import Findings
from toc_sim.report.rows import Row
from toc_sim.report.words import (
    NOTHING,
    decimals,
    decimals_as_given,
    number,
    percent,
    percent_plus_minus,
    printable,
)

SIGN, NO_SIGN = "> ", "  "
"""What marks the constraint, beside a word: never colour alone."""

WORD = "constraint"


def node_table(found: Findings, width: int) -> RenderableType:
    """Return the table by node, as far as it fits into a width.

    Parameters
    ----------
    found
        What there is to tell.
    width
        Of the window [characters].
    """
    rows = _arranged(found)
    bold = [row.is_constraint for row in rows]
    return fitted(_columns(found, rows), bold, width, NARROW)


def _arranged(found: Findings) -> tuple[Row, ...]:
    """Return the rows, a stage that several products pass just before each of these."""
    first = {
        pool.name: pool.stages[0]
        for pool in found.runs.network.resources
        if pool.kind == "stage"
    }
    order = [first.get(row.name, place) for place, row in enumerate(found.rows)]
    ranked = sorted(
        range(len(order)), key=lambda place: (order[place], order[place] == place)
    )
    return tuple(found.rows[place] for place in ranked)


def _columns(found: Findings, rows: tuple[Row, ...]) -> list[Column]:
    item, period = found.scenario.item, found.scenario.period
    pace, item = printable(f"{item}/{period}"), printable(item)
    names = tuple(
        (SIGN if row.is_constraint else NO_SIGN) + printable(row.title) for row in rows
    )
    columns = [
        Column(f"{NO_SIGN}node", "", names, 100, "left"),
        Column("capacity", pace, _capacities(rows), 60),
        Column("throughput", pace, _figures(rows, _throughput), 80),
        Column("busy", "%", _percents(rows, lambda row: row.busy), 70),
        Column("blocked", "%", _percents(rows, lambda row: row.blocked), 40),
        Column("starved", "%", _percents(rows, lambda row: row.starved), 39),
        Column("queue", item, _figures(rows, lambda row: row.queue_mean), 50),
        Column("peak", item, _peaks(rows), 20),
        _shares(rows),
        Column(
            "", "", tuple(WORD if row.is_constraint else "" for row in rows), 99, "left"
        ),
    ]
    if any(row.off > 0 for row in rows):
        columns.insert(6, Column("off", "%", _percents(rows, lambda row: row.off), 31))
    if any(row.down > 0 for row in rows):
        columns.insert(
            6, Column("down", "%", _percents(rows, lambda row: row.down), 30)
        )
    return columns


def _shares(rows: tuple[Row, ...]) -> Column:
    means = tuple(
        NOTHING if row.share is None else percent(row.share.mean) for row in rows
    )
    full = tuple(
        NOTHING if row.share is None else percent_plus_minus(row.share) for row in rows
    )
    short = Column("share", "%", means, 98)
    return short if full == means else Column("share", "%", full, 21, shorter=short)


def _capacities(rows: tuple[Row, ...]) -> tuple[str, ...]:
    what = {"resource": "servers ", "policy": "limit "}
    rates = [row.capacity for row in rows if row.kind not in what]
    digits = decimals_as_given(rates)
    return tuple(
        f"{what[row.kind]}{row.capacity:.0f}"
        if row.kind in what
        else number(row.capacity, digits)
        for row in rows
    )


def _throughput(row: Row) -> float:
    """Return the pace of a node; a resource's services are of different kinds."""
    return nan if row.kind == "resource" else row.throughput


def _figures(rows: tuple[Row, ...], of: Callable[[Row], float]) -> tuple[str, ...]:
    values = [of(row) for row in rows]
    digits = decimals(values)
    return tuple(number(value, digits) for value in values)


def _peaks(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(number(row.queue_peak, 0) for row in rows)


def _percents(rows: tuple[Row, ...], of: Callable[[Row], float]) -> tuple[str, ...]:
    """Return shares of time; a source is a clock and has no time to share out."""
    return tuple(NOTHING if row.kind == "source" else percent(of(row)) for row in rows)
