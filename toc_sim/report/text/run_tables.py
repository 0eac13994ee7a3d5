"""The tables of a run: nodes, products, customers, money, classical rules, proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from toc_sim.accounting.statement import Customers, ProductSales, Statement
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.proof import Proof
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    decimals,
    decimals_as_given,
    joined,
    number,
    percent,
    percent_plus_minus,
    plus_minus,
    printable,
)
from toc_sim.report.run_summary import Findings, NodeRow
from toc_sim.report.text.table import NARROW, Column, fitted, fitting, table

SIGN, NO_SIGN = "> ", "  "
"""What marks the constraint, beside a word: never colour alone."""

CONSTRAINT_WORD = "constraint"


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


def _arranged(found: Findings) -> tuple[NodeRow, ...]:
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


def _columns(found: Findings, rows: tuple[NodeRow, ...]) -> list[Column]:
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
            "",
            "",
            tuple(CONSTRAINT_WORD if row.is_constraint else "" for row in rows),
            99,
            "left",
        ),
    ]
    if any(row.off > 0 for row in rows):
        columns.insert(6, Column("off", "%", _percents(rows, lambda row: row.off), 31))
    if any(row.down > 0 for row in rows):
        columns.insert(
            6, Column("down", "%", _percents(rows, lambda row: row.down), 30)
        )
    return columns


def _shares(rows: tuple[NodeRow, ...]) -> Column:
    means = tuple(
        NO_FIGURE if row.share is None else percent(row.share.mean) for row in rows
    )
    full = tuple(
        NO_FIGURE if row.share is None else percent_plus_minus(row.share)
        for row in rows
    )
    return Column.with_means("share", "%", (full, means), (21, 98))


def _capacities(rows: tuple[NodeRow, ...]) -> tuple[str, ...]:
    what = {"resource": "servers ", "policy": "limit "}
    rates = [row.capacity for row in rows if row.kind not in what]
    digits = decimals_as_given(rates)
    return tuple(
        f"{what[row.kind]}{row.capacity:.0f}"
        if row.kind in what
        else number(row.capacity, digits)
        for row in rows
    )


def _throughput(row: NodeRow) -> float:
    """Return the pace of a node; a resource's services are of different kinds."""
    return nan if row.kind == "resource" else row.throughput


def _figures(
    rows: tuple[NodeRow, ...], of: Callable[[NodeRow], float]
) -> tuple[str, ...]:
    values = [of(row) for row in rows]
    digits = decimals(values)
    return tuple(number(value, digits) for value in values)


def _peaks(rows: tuple[NodeRow, ...]) -> tuple[str, ...]:
    return tuple(number(row.queue_peak, 0) for row in rows)


def _percents(
    rows: tuple[NodeRow, ...], of: Callable[[NodeRow], float]
) -> tuple[str, ...]:
    """Return shares of time; a source is a clock and has no time to share out."""
    return tuple(
        NO_FIGURE if row.kind == "source" else percent(of(row)) for row in rows
    )


def money_table(found: Findings, width: int) -> RenderableType:
    """Return throughput accounting as a statement, from revenue to net profit."""
    money = found.money
    if money is None:
        return Text("")
    scenario = found.scenario
    period = printable(scenario.period)
    currency = printable(scenario.currency)
    lines = list(_lines(found, money))
    digits = decimals([amount.mean for _, amount, _ in lines])
    columns = [
        Column("money", "", tuple(name for name, _, _ in lines), 100, "left"),
        Column(
            f"{currency or 'money'}/{period}",
            "",
            tuple(plus_minus(amount, digits) for _, amount, _ in lines),
            99,
        ),
    ]
    drawn = table(fitting(columns, width)[0], [is_sum for _, _, is_sum in lines])
    rate = found.per_constraint_time
    if rate is None:
        return drawn
    name = found.title(found.verdict.constraint[0])
    amount = f"{alone(rate.mean)} {currency}".rstrip()
    earned = (
        f"Throughput (T) for each {period} that a server of {name} works: {amount}."
    )
    return Group(drawn, Text(earned))


def _lines(found: Findings, money: Statement) -> Iterator[tuple[str, Interval, bool]]:
    item = printable(found.scenario.item)
    yield "revenue", money.revenue, False
    for cost in money.variable_costs:
        per = f"per {item} bought" if cost.per == "item" else "per service"
        name = found.title(cost.name) if cost.per == "service" else printable(cost.name)
        yield f"  less {name}, {per}", cost.amount.times(-1), False
    yield "throughput (T)", money.throughput, True
    for cost in money.operating_expenses:
        yield f"  less {printable(cost.name)}", cost.amount.times(-1), False
    yield "net profit (T - OE)", money.net_profit, True


def detector_lines(found: Findings) -> Iterator[str]:
    """Yield whom most of the classical rules name; with a proof, what each says."""
    able = [each for each in found.detections if each.applies]
    votes = Counter(name for each in able for name in each.named)
    if votes:
        most = max(votes.values())
        top = joined(
            found.title(name) for name, count in votes.items() if count == most
        )
        yield f"Classical rules: {most} of {len(able)} name {top}."
    if not found.proofs:
        return
    for each in found.detections:
        names = joined(found.title(name) for name in each.named)
        reason = f" ({printable(each.reason)})" if each.reason else ""
        yield (
            f"  {each.title}: {names}{reason}"
            if each.applies
            else (f"  {each.title}: says nothing{reason}")
        )


def proof_table(found: Findings, width: int) -> RenderableType:
    """Return the certificate: each owner's share beside what lifting it brought."""
    proofs = found.proofs
    named = [proof.name in found.verdict.constraint for proof in proofs]
    columns = [
        Column(
            f"{NO_SIGN}lifted",
            "",
            tuple(
                (SIGN if is_named else NO_SIGN) + found.title(proof.name)
                for proof, is_named in zip(proofs, named, strict=True)
            ),
            100,
            "left",
        ),
        _intervals("share", "%", [proof.share for proof in proofs], 60),
        Column("by capacity", "%", tuple(percent(proof.dual) for proof in proofs), 10),
        _intervals("gain", "% for 1 %", [proof.gain for proof in proofs], 90),
        _intervals("loss", "% for 1 %", [proof.loss for proof in proofs], 80),
        Column("agrees", "", tuple("yes" if p.agrees else "no" for p in proofs), 50),
    ]
    kept, _ = fitting(columns, width)
    head = (
        "Proof: each made a little faster and slower in turn, on the same random "
        "numbers; gain and loss are in % of the throughput for each 1 % of speed."
    )
    parts: list[RenderableType] = [Text(head), table(kept, named)]
    parts += [Text(line) for line in _reasons(found, proofs)]
    return Group(*parts)


def _intervals(name: str, unit: str, values: list[Interval], importance: int) -> Column:
    full = tuple(percent_plus_minus(value) for value in values)
    means = tuple(percent(value.mean) for value in values)
    return Column.with_means(name, unit, (full, means), (importance, importance + 1))


def _reasons(found: Findings, proofs: tuple[Proof, ...]) -> Iterator[str]:
    """Yield why figures differ, once for all of whom it is said."""
    for note in dict.fromkeys(proof.note for proof in proofs if proof.note):
        names = joined(
            found.title(proof.name) for proof in proofs if proof.note == note
        )
        yield f"{names}: {note}."


_Line = TypeVar("_Line", ProductSales, Customers)


def products_table(found: Findings, width: int) -> Text:
    """Return what each product brought."""
    scenario, lines = found.scenario, found.products
    pace = printable(f"{scenario.item}/{scenario.period}")
    money = printable(f"{scenario.currency or 'money'}/{scenario.period}")
    names = tuple(printable(scenario.title(line.name)) for line in lines)
    columns = [
        Column("product", "", names, 100, "left"),
        *_figure_columns("bought", pace, lines, lambda line: line.bought, 90),
        *_figure_columns("revenue", money, lines, lambda line: line.revenue, 60),
        *_figure_columns(
            "throughput (T)", money, lines, lambda line: line.throughput, 80
        ),
    ]
    return fitted(columns, [False] * len(lines), width)


def customers_table(found: Findings, width: int) -> Text:
    """Return how often customers come back, and what one brings in all."""
    scenario, lines = found.scenario, found.customers
    pace = printable(f"{scenario.item}/{scenario.period}")
    money = printable(scenario.currency) or "money"
    names = tuple(
        "all customers"
        if line.product is None
        else printable(f"customers of {scenario.title(line.product)}")
        for line in lines
    )
    columns = [
        Column("who comes back", "", names, 100, "left"),
        *_figure_columns("first", pace, lines, lambda line: line.first, 70),
        *_figure_columns("again", pace, lines, lambda line: line.again, 60),
        *_figure_columns("each buys", "times", lines, lambda line: line.frequency, 80),
        *_figure_columns("churn", "%", lines, lambda line: line.churn.times(100), 50),
        *_figure_columns(
            "brings (T)", money, lines, lambda line: line.lifetime_value, 90
        ),
    ]
    return fitted(columns, [False] * len(lines), width)


def _figure_columns(
    name: str,
    unit: str,
    lines: Sequence[_Line],
    of: Callable[[_Line], Interval | None],
    importance: int,
) -> list[Column]:
    """Return a column of means and intervals; none where nothing is known."""
    values = [of(line) for line in lines]
    known = [value for value in values if value is not None]
    if not known:
        return []
    digits = decimals([value.mean for value in known])
    full = tuple(
        NO_FIGURE if value is None else plus_minus(value, digits) for value in values
    )
    short = tuple(
        NO_FIGURE if value is None else number(value.mean, digits) for value in values
    )
    return [
        Column(
            name, unit, full, importance, shorter=Column(name, unit, short, importance)
        )
    ]
