"""What `toc-sim capacity` prints: the verdict by theory, why, and the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isinf

from rich.console import Console
from rich.text import Text

from toc_sim.accounting.product_mix import product_mix
from toc_sim.capacity import NodeTheory, OwnerCapacity, Theory
from toc_sim.network.model import Network
from toc_sim.report.capacity_words import following, inside, theory_sentence, why
from toc_sim.report.columns import NARROW, Column, fitted
from toc_sim.report.mix_report import (
    mix_notes,
    mix_sentence,
    mix_table,
    worth_lines,
)
from toc_sim.report.node_table import NO_SIGN, SIGN, WORD
from toc_sim.report.words import (
    NOTHING,
    decimals,
    decimals_as_given,
    number,
    percent,
    printable,
)

GROWS = "grows"
"""What stands for a queue without end."""

Rows = Sequence[NodeTheory | OwnerCapacity]


def show_theory(
    net: Network, found: Theory, console: Console, tools: Sequence[str] = ()
) -> None:
    """Print what theory says.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    console
        Where to; its width says how much.
    tools
        Titles of the tools at work in it.
    """
    console.print(Text(theory_sentence(net, found), style="bold"))
    console.print()
    console.print(Text("\n".join(why(net, found, tools)), style="dim"))
    console.print()
    console.print(_table(net, found, console.width))
    notes = [inside(net, found.exact) if found.exact else "", following(net, found)]
    if any(notes):
        console.print()
        console.print(Text("\n".join(note for note in notes if note)))
    mix = product_mix(net)
    if mix is not None:
        console.print()
        console.print(Text(mix_sentence(net, mix), style="bold"))
        console.print()
        console.print(mix_table(net, mix, console.width))
        console.print()
        told = (*mix_notes(net, mix), *worth_lines(net, mix))
        console.print(Text("\n".join(told)))


def _table(net: Network, found: Theory, width: int) -> Text:
    """Return the table by node, as far as it fits into a width."""
    exact = found.exact
    if exact is None:
        rows: Rows = found.static.owners
        named = found.static.constraint
        columns = _static_columns(net, found.static.owners)
    else:
        rows, named = exact.nodes, exact.constraint
        columns = _exact_columns(net, exact.nodes)
    bold = [row.name in named for row in rows]
    first = Column(f"{NO_SIGN}node", "", _names(net, rows, bold), 100, "left")
    word = Column("", "", tuple(WORD if each else "" for each in bold), 99, "left")
    told = [each for each in columns if set(each.cells) - {NOTHING}]
    return fitted([first, *told, word], bold, width, NARROW)


def _names(net: Network, rows: Rows, bold: Sequence[bool]) -> tuple[str, ...]:
    return tuple(
        (SIGN if stands_out else NO_SIGN) + _title(net, row.name)
        for row, stands_out in zip(rows, bold, strict=True)
    )


def _title(net: Network, name: str) -> str:
    if net.release.limit is not None and name == net.release.name:
        return name.replace("_", " ")
    return printable(net.scenario.title(name))


def _exact_columns(net: Network, rows: Sequence[NodeTheory]) -> list[Column]:
    item, period = printable(net.scenario.item), printable(net.scenario.period)
    pace = printable(f"{item}/{period}")
    return [
        Column("capacity", pace, _capacities(rows), 60),
        Column("throughput", pace, _figures(rows, lambda row: row.throughput), 80),
        Column("busy", "%", _percents(rows, lambda row: row.busy), 70),
        Column("queue", item, _figures(rows, lambda row: row.queue), 50),
        Column("inside", item, _figures(rows, lambda row: row.inside), 40),
        Column("time", period, _figures(rows, lambda row: row.time), 45),
        Column("share", "%", _percents(rows, lambda row: row.share), 98),
    ]


def _static_columns(net: Network, rows: Sequence[OwnerCapacity]) -> list[Column]:
    pace = printable(f"{net.scenario.item}/{net.scenario.period}")
    loads = tuple(percent(row.load) for row in rows)
    shares = tuple(
        NOTHING if row.kind == "policy" else percent(row.share) for row in rows
    )
    return [
        Column("capacity", pace, _capacities(rows), 60),
        Column("load", "%", loads, 80),
        Column("share", "%", shares, 98),
    ]


def _capacities(rows: Rows) -> tuple[str, ...]:
    what = {"resource": "servers ", "policy": "limit "}
    digits = decimals_as_given([row.capacity for row in rows if row.kind not in what])
    return tuple(
        f"{what[row.kind]}{row.capacity:.0f}"
        if row.kind in what
        else number(row.capacity, digits)
        for row in rows
    )


def _figures(
    rows: Sequence[NodeTheory], of: Callable[[NodeTheory], float]
) -> tuple[str, ...]:
    values = [of(row) for row in rows]
    digits = decimals(values)
    return tuple(GROWS if isinf(each) else number(each, digits) for each in values)


def _percents(
    rows: Sequence[NodeTheory], of: Callable[[NodeTheory], float]
) -> tuple[str, ...]:
    return tuple(percent(of(row)) for row in rows)
