"""What `toc-sim run` prints: the verdict, the tables, and the notes below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import isnan, nan
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from toc_sim.accounting.statement import Customers, ProductSales, Statement
from toc_sim.constraint.intervals import Interval
from toc_sim.report.formats import (
    alone,
    currency,
    decimals,
    joined,
    money_unit,
    number,
    pace_unit,
    percent_given,
    plus_minus,
    printable,
    window,
)
from toc_sim.report.run_summary import Findings, NodeRow
from toc_sim.report.text.capacity import (
    CONSTRAINT_WORD,
    capacity_column,
    mix_sentence,
    theory_note,
)
from toc_sim.report.text.table import (
    NARROW,
    Blocks,
    Column,
    figures,
    fitted,
    intervals,
    marked,
    percent_intervals,
    percents,
    texts,
)

_SEEN = 0.0005
"""A share below this is not worth a word [1]."""

_TINY = 1e-12
"""What rounding leaves of a difference of equals [items/period]."""


def run_blocks(found: Findings, width: int) -> Blocks:
    """Return what is told of a run below its first sentence, as it is asked for."""
    yield Text(setting(found), style="dim")
    yield _nodes(found, width)
    yield _notes(found)
    if found.products:
        yield _products(found, width)
    if found.customers:
        yield _customers(found, width)
    if found.money is not None:
        yield _money(found, width)
    if found.detections:
        yield _detectors(found)
    if found.proofs:
        yield _proofs(found, width)


def setting(found: Findings) -> str:
    """Say what was run, how long and how often."""
    scenario, runs = found.scenario, found.runs
    text = f"{printable(scenario.name)}: {window(scenario, runs.warmup)}"
    if runs.network.is_deterministic:
        return f"{text}; run once: nothing in this model is left to chance"
    return (
        f"{text}; replications: {len(runs.results)}, seed: {scenario.run.seed}, "
        f"± at {percent_given(scenario.run.confidence)}"
    )


def _notes(found: Findings) -> Iterator[str]:
    """Yield what is to be said of the table, a line each."""
    yield printable(found.verdict.explanation)
    exactly = theory_note(found.runs.network, found.theory)
    if exactly:
        yield exactly
    if found.mix is not None:
        yield mix_sentence(found.runs.network, found.mix)
    if found.verdict.reason:
        yield f"Shares are measured by experiment: {printable(found.verdict.reason)}."
    yield from _unserved(found)
    yield from _lost(found)
    yield from _nearest_revenue(found)
    yield from _pools(found)
    for name, share in found.verdict.other_shares:
        if share.mean > _SEEN:
            yield f"No rate answers for {100 * share.mean:.1f} %: {name}."
        elif share.mean < -_SEEN:
            worth = f"{-share.mean:.2f} % of the throughput"
            yield f"Time that no rate answers for ({name}): 1 % less costs {worth}."
    yield _inside(found)


def _unserved(found: Findings) -> Iterator[str]:
    for row in found.rows:
        if row.unserved > 0:
            amount = f"{alone(row.unserved)} {pace_unit(found.scenario)}"
            yield f"Unserved demand of {printable(row.title)}: {amount}."


def _lost(found: Findings) -> Iterator[str]:
    """Say what leaves without being bought, and where."""
    pace = pace_unit(found.scenario)
    nodes = [row for row in found.rows if row.kind not in ("resource", "source")]
    patience = [0.0 if isnan(row.abandoned) else row.abandoned for row in nodes]
    scrap = [row.lost - gone for row, gone in zip(nodes, patience, strict=True)]
    sources = [row for row in found.rows if row.kind == "source"]
    if scrapped := _amounts(nodes, scrap, _TINY):
        yield f"Lost after {scrapped} {pace}."
    if refused := _amounts(sources, [row.lost for row in sources]):
        yield f"Turned away at {refused} {pace}."
    if gone := _amounts(found.rows, [row.abandoned for row in found.rows]):
        text = f"Out of patience before {gone} {pace}"
        if found.lost_sales is not None:
            worth = f"{alone(found.lost_sales.mean)} {money_unit(found.scenario)}"
            text += f"; served, they would have brought {worth}"
        yield f"{text}."


def _amounts(
    rows: Sequence[NodeRow], amounts: Sequence[float], least: float = 0.0
) -> str:
    """Join nodes, each with its amount; empty where none is above the least."""
    return joined(
        f"{printable(row.title)} {alone(amount)}"
        for row, amount in zip(rows, amounts, strict=True)
        if amount > least
    )


def _nearest_revenue(found: Findings) -> Iterator[str]:
    """Say what waits before a stage, where it is more than is bought in a period."""
    waits = found.backlog
    if waits is None or waits.waiting.mean < found.verdict.throughput.mean:
        return
    item, period = printable(found.scenario.item), printable(found.scenario.period)
    digits = decimals(time for _, time in waits.loads)
    (name, time), *others = waits.loads
    work = [f"{number(time, digits)} {period} of work for {found.title(name)}"]
    work += [f"{number(time, digits)} for {found.title(name)}" for name, time in others]
    amount = f"{alone(waits.waiting.mean)} {item} on average"
    yield (
        f"Waiting before {found.title(waits.place)}: {amount}. If all are served they "
        f"are the nearest revenue, {alone(waits.revenue.mean)} "
        f"{currency(found.scenario)}, and {joined(work)}."
    )


def _pools(found: Findings) -> Iterator[str]:
    for resource in found.runs.network.resources:
        name, title = resource.name, found.title(resource.name)
        joint = [printable(row.title) for row in found.rows if name in row.also]
        if joint:
            yield f"Each service of {joined(joint)} takes a server of {title} as well."
        stages = [printable(row.title) for row in found.rows if row.worker == name]
        if stages and resource.kind != "stage":  # else it is one that products share
            yield (
                f"{title} does the work of {joined(stages)}: what they are busy, "
                "blocked and down are shares of its servers' time."
            )


def _inside(found: Findings) -> str:
    """Say how much is inside and how long it stays."""
    item, period = printable(found.scenario.item), printable(found.scenario.period)
    inside = found.inside
    text = f"Work in progress: {alone(inside.wip_mean)} {item} on average."
    if isnan(inside.flow_mean):
        return text
    times = (inside.flow_mean, inside.flow_p50, inside.flow_p90)
    digits = decimals(times)
    mean, half, most = (number(time, digits) for time in times)
    return (
        f"{text} Flow time: {mean} {period} on average, "
        f"half within {half}, nine in ten within {most}."
    )


def _nodes(found: Findings, width: int) -> Text:
    """Return the table by node, as far as it fits into a width."""
    rows = _arranged(found)
    bold = [row.is_constraint for row in rows]
    return fitted(_node_columns(found, rows), width, bold, NARROW)


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


def _node_columns(found: Findings, rows: Sequence[NodeRow]) -> list[Column]:
    item, pace = printable(found.scenario.item), pace_unit(found.scenario)
    bold = [row.is_constraint for row in rows]
    # a resource's services are of different kinds
    rates = [nan if row.kind == "resource" else row.throughput for row in rows]

    def times(name: str, of: Callable[[NodeRow], float], importance: int) -> Column:
        # a source is a clock and has no time to share out
        shares = [nan if row.kind == "source" else of(row) for row in rows]
        return percents(name, shares, importance)

    columns = [
        marked("node", (printable(row.title) for row in rows), bold),
        capacity_column(pace, [(row.kind, row.capacity) for row in rows]),
        figures("throughput", pace, rates, 80),
        times("busy", lambda row: row.busy, 70),
        times("blocked", lambda row: row.blocked, 40),
        times("starved", lambda row: row.starved, 39),
        figures("queue", item, [row.queue_mean for row in rows], 50),
        figures("peak", item, [row.queue_peak for row in rows], 20, 0),
        percent_intervals("share", [row.share for row in rows], (21, 98)),
        texts("", (CONSTRAINT_WORD if each else "" for each in bold), 99),
    ]
    if any(row.off > 0 for row in rows):
        columns.insert(6, times("off", lambda row: row.off, 31))
    if any(row.down > 0 for row in rows):
        columns.insert(6, times("down", lambda row: row.down, 30))
    return columns


def _money(found: Findings, width: int) -> RenderableType:
    """Return throughput accounting as a statement, from revenue to net profit."""
    money = found.money
    if money is None:
        return Text("")
    scenario = found.scenario
    lines = list(_lines(found, money))
    digits = decimals([amount.mean for _, amount, _ in lines])
    columns = [
        texts("money", (name for name, _, _ in lines)),
        Column(
            money_unit(scenario),
            "",
            tuple(plus_minus(amount, digits) for _, amount, _ in lines),
            99,
        ),
    ]
    drawn = fitted(columns, width, [is_sum for _, _, is_sum in lines], note="")
    rate = found.per_constraint_time
    if rate is None:
        return drawn
    name = found.title(found.verdict.constraint[0])
    amount = f"{alone(rate.mean)} {printable(scenario.currency)}".rstrip()
    return Group(
        drawn,
        Text(
            f"Throughput (T) for each {printable(scenario.period)} that a server of "
            f"{name} works: {amount}."
        ),
    )


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


def _detectors(found: Findings) -> Iterator[str]:
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
        yield f"  {each.title}: {names if each.applies else 'says nothing'}{reason}"


def _proofs(found: Findings, width: int) -> RenderableType:
    """Return the certificate: each owner's share beside what lifting it brought."""
    proofs = found.proofs
    named = [proof.name in found.verdict.constraint for proof in proofs]
    gains = [proof.gain for proof in proofs]
    losses = [proof.loss for proof in proofs]
    columns = [
        marked("lifted", (found.title(proof.name) for proof in proofs), named),
        percent_intervals("share", [proof.share for proof in proofs], (60, 61)),
        percents("by capacity", [proof.dual for proof in proofs], 10),
        percent_intervals("gain", gains, (90, 91), "% for 1 %"),
        percent_intervals("loss", losses, (80, 81), "% for 1 %"),
        Column("agrees", "", tuple("yes" if p.agrees else "no" for p in proofs), 50),
    ]
    head = (
        "Proof: each made a little faster and slower in turn, on the same random "
        "numbers; gain and loss are in % of the throughput for each 1 % of speed."
    )
    reasons = map(Text, _reasons(found))
    return Group(Text(head), fitted(columns, width, named, note=""), *reasons)


def _reasons(found: Findings) -> Iterator[str]:
    """Yield why figures differ, once for all of whom it is said."""
    for note in dict.fromkeys(proof.note for proof in found.proofs if proof.note):
        names = joined(
            found.title(proof.name) for proof in found.proofs if proof.note == note
        )
        yield f"{names}: {note}."


_Line = TypeVar("_Line", ProductSales, Customers)


def _products(found: Findings, width: int) -> Text:
    """Return what each product brought."""
    scenario, lines = found.scenario, found.products
    pace, money = pace_unit(scenario), money_unit(scenario)
    columns = [
        texts("product", (printable(scenario.title(line.name)) for line in lines)),
        *_known("bought", pace, lines, lambda line: line.bought, 90),
        *_known("revenue", money, lines, lambda line: line.revenue, 60),
        *_known("throughput (T)", money, lines, lambda line: line.throughput, 80),
    ]
    return fitted(columns, width)


def _customers(found: Findings, width: int) -> Text:
    """Return how often customers come back, and what one brings in all."""
    scenario, lines = found.scenario, found.customers
    pace, money = pace_unit(scenario), currency(scenario)
    names = (
        "all customers"
        if line.product is None
        else printable(f"customers of {scenario.title(line.product)}")
        for line in lines
    )
    columns = [
        texts("who comes back", names),
        *_known("first", pace, lines, lambda line: line.first, 70),
        *_known("again", pace, lines, lambda line: line.again, 60),
        *_known("each buys", "times", lines, lambda line: line.frequency, 80),
        *_known("churn", "%", lines, lambda line: line.churn.times(100), 50),
        *_known("brings (T)", money, lines, lambda line: line.lifetime_value, 90),
    ]
    return fitted(columns, width)


def _known(
    name: str,
    unit: str,
    lines: Sequence[_Line],
    of: Callable[[_Line], Interval | None],
    importance: int,
) -> Iterator[Column]:
    """Yield a column of means and intervals; none where nothing is known."""
    values = [of(line) for line in lines]
    if any(value is not None for value in values):
        yield intervals(name, unit, values, (importance, importance))
