"""What `toc-sim run` prints: the verdict, the tables, and the notes between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import TypeVar

from rich.cells import cell_len
from rich.text import Text

from toc_sim.accounting.customers import Customers
from toc_sim.accounting.statement import ProductSales, Statement
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.over_time import moves
from toc_sim.constraint.policy_gains import PolicyGain
from toc_sim.language import phrase, phrase_in, phrase_of
from toc_sim.report.formats import (
    alone,
    currency,
    decimals,
    given,
    money_unit,
    number,
    pace_unit,
    percent_given,
    plus_minus,
    printable,
    window,
)
from toc_sim.report.given_command import RUN, GivenCommand
from toc_sim.report.run_summary import Findings, NodeRow
from toc_sim.report.text.capacity import batch_stages, capacity_column, services
from toc_sim.report.text.run_notes import run_notes
from toc_sim.report.text.run_proof import proof_parts, rule_lines
from toc_sim.report.text.run_waits import waiting_parts
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    intervals,
    marked,
    percent_intervals,
    percents,
    texts,
)
from toc_sim.scenario.model import Scenario

_SHORTEST_STRIP, _LONGEST_STRIP = 13, 65
"""Characters of a strip, for 13 parts of the window."""

_BELOW = "  "
"""Before a line that is a part of the one above."""


def run_blocks(
    found: Findings, width: int, command: GivenCommand = RUN, *, waits: bool = False
) -> Blocks:
    """Return what is told of a run below its first sentence, as it is asked for.

    Parameters
    ----------
    found
        What is known after the run.
    width
        Of the window [characters].
    command
        The command, as it was given.
    waits
        Whether waits are told, also if the file does not say how long they should be.
    """
    yield Text(setting(found), style="dim")
    yield _nodes(found, width)
    yield _reigns(found, width)
    yield run_notes(found, command)
    yield _policies(found, width)
    if waits or (found.waiting is not None and found.waiting.has_targets):
        yield waiting_parts(found, width)
    if found.products:
        yield _products(found, width)
    if found.customers:
        yield _customers(found, width)
    if found.money is not None:
        yield _money(found, found.money, width)
    if found.detections:
        yield rule_lines(found)
    if found.proofs:
        yield proof_parts(found, width)


def setting(found: Findings) -> str:
    """Say what was run, how long and how often."""
    scenario, runs = found.scenario, found.runs
    facts = {
        "scenario": printable(scenario.name),
        "window": window(scenario, runs.warmup),
        "count": str(len(runs.results)),
        "seed": str(scenario.run.seed),
        "confidence": percent_given(scenario.run.confidence),
    }
    if runs.network.is_deterministic:
        return phrase(
            "{scenario}: {window}; run once: nothing in this model is left to chance",
            **facts,
        )
    if len(runs.results) == 1:
        return phrase(
            "{scenario}: {window}; replications: {count}, seed: {seed}; one run has no "
            "interval: how sure its figures are is not known",
            **facts,
        )
    return phrase(
        "{scenario}: {window}; replications: {count}, seed: {seed}, ± at {confidence}",
        **facts,
    )


def _nodes(found: Findings, width: int) -> Fitted:
    """Return the table by node, as far as it fits into a width."""
    rows = _arranged(found)
    bold = [row.is_constraint for row in rows]
    return fitted(_node_columns(found, rows), width, bold)


def _arranged(found: Findings) -> tuple[NodeRow, ...]:
    """Return the rows, a stage that several products pass just before each of these."""
    first = {
        pool.name: pool.stages[0]
        for pool in found.runs.network.resources
        if pool.kind == "stage"
    }
    for place, names in found.runs.network.together.items():
        first[place] = next(
            index for index, row in enumerate(found.rows) if row.name == names[0]
        )
    order = [first.get(row.name, place) for place, row in enumerate(found.rows)]
    ranked = sorted(
        range(len(order)), key=lambda place: (order[place], order[place] == place)
    )
    return tuple(found.rows[place] for place in ranked)


def _node_columns(found: Findings, rows: Sequence[NodeRow]) -> list[Column]:
    item, pace = printable(found.scenario.item.unit), pace_unit(found.scenario)
    bold = [row.is_constraint for row in rows]
    # a resource's services are of different kinds
    rates = [nan if row.kind == "resource" else row.throughput for row in rows]
    batches = batch_stages(found.runs.network)
    of_batches = [row.name in batches for row in rows]

    def times(name: str, of: Callable[[NodeRow], float], importance: int) -> Column:
        # a source is a clock and has no time to share out
        shares = [nan if row.kind == "source" else of(row) for row in rows]
        return percents(name, shares, importance)

    columns = [
        marked(phrase("node"), (printable(row.title) for row in rows), bold),
        capacity_column(pace, [(row.kind, row.capacity) for row in rows], of_batches),
        services(figures(phrase("throughput"), pace, rates, 97), of_batches),
        times(phrase("busy"), lambda row: row.busy, 70),
        times(phrase("blocked"), lambda row: row.blocked, 40),
        times(phrase("starved"), lambda row: row.starved, 39),
        figures(phrase("queue"), item, [row.queue_mean for row in rows], 50),
        figures(phrase("peak"), item, [row.queue_peak for row in rows], 20, 0),
        percent_intervals(phrase("share"), [row.share for row in rows], (95, 98)),
        texts("", (phrase("constraint") if each else "" for each in bold), 99),
    ]
    if any(row.off > 0 for row in rows):
        columns.insert(6, times(phrase("off"), lambda row: row.off, 31))
    if any(row.down > 0 for row in rows):
        columns.insert(6, times(phrase("down"), lambda row: row.down, 30))
    return columns


def _reigns(found: Findings, width: int) -> Text | None:
    """Draw who binds when as a strip for each, where the constraint moves."""
    told = found.verdict.reigns
    if not moves(told):
        return None
    names = dict.fromkeys(reign.name for reign in told if reign.name)
    titles = {name: found.title(name) for name in names}
    column = max(map(cell_len, titles.values()))
    room = max(_SHORTEST_STRIP, min(_LONGEST_STRIP, width - column - 4))
    end = told[-1].end
    facts = {"period": printable(found.scenario.period.unit), "end": given(end)}
    if end < found.scenario.run.horizon:
        head = phrase(
            "Who is the constraint in each season (#), from {period} 0 to {end}:",
            **facts,
        )
    else:
        head = phrase(
            "Who is the constraint when (#), from {period} 0 to {end}:", **facts
        )
    lines = [head]
    for name, title in titles.items():
        strip = ["."] * room
        for reign in told:
            if reign.name == name:
                first, last = (
                    round(room * time / end) for time in (reign.begin, reign.end)
                )
                strip[first:last] = "#" * (last - first)
        lines.append(f"  {title}{' ' * (column - cell_len(title))}  {''.join(strip)}")
    if any(not reign.name for reign in told):
        lines.append(phrase("Where there is none, no one is told from the others."))
    return Text("\n".join(lines))


def _policies(found: Findings, width: int) -> Fitted | None:
    """Return the policies that were tried, and what a step of each brings."""
    tried = found.verdict.policies
    if not tried:
        return None
    binds = found.verdict.kind == "policy"  # then it is the first
    named = [binds and place == 0 for place in range(len(tried))]
    gains = [each.gain for each in tried]
    unit = phrase("% throughput")
    columns = [
        marked(phrase("policy tried"), (_policy(found, each) for each in tried), named),
        texts(phrase("change"), (printable(each.change) for each in tried), 90),
        percent_intervals(phrase("brings"), gains, (92, 95), unit),
    ]
    return fitted(columns, width, named)


def _policy(found: Findings, tried: PolicyGain) -> str:
    """Return what a policy is called: its kind, and whose it is."""
    place = found.title(tried.place or tried.name)
    match tried.kind:
        case "release":
            return phrase("release: {place}", place=place)
        case "hours":
            return phrase("opening hours of {place}", place=place)
        case "order":
            return phrase("order of work of {place}", place=place)
        case "buffer":
            return phrase("room before {place}", place=place)
        case "batch":
            return phrase("batches of {place}", place=place)


def _money(found: Findings, money: Statement, width: int) -> Iterator[Fitted | Text]:
    """Yield throughput accounting as a statement, from revenue to net profit."""
    scenario = found.scenario
    lines = list(_lines(found, money))
    digits = decimals([amount.mean for _, amount, _ in lines])
    columns = [
        texts(
            phrase_in("head of the statement", "money"), (name for name, _, _ in lines)
        ),
        Column(
            money_unit(scenario),
            "",
            tuple(plus_minus(amount, digits) for _, amount, _ in lines),
            99,
        ),
    ]
    yield fitted(columns, width, [is_sum for _, _, is_sum in lines])
    rate = found.per_constraint_time
    if rate is None:
        return
    amount = f"{alone(rate.mean)} {printable(scenario.currency)}".rstrip()
    told = phrase(
        "Throughput (T) for each {period} that a server of {node} works: {amount}.",
        period=printable(scenario.period.unit),
        node=found.title(found.verdict.constraint[0]),
        amount=amount,
    )
    yield Text(told)


def _lines(found: Findings, money: Statement) -> Iterator[tuple[str, Interval, bool]]:
    item = printable(found.scenario.item.unit)
    yield phrase("revenue"), money.revenue, False
    for cost in money.variable_costs:
        if cost.per == "item":
            name = printable(cost.name)
            told = phrase("less {cost}, per {item} bought", cost=name, item=item)
        else:
            told = phrase("less {cost}, per service", cost=found.title(cost.name))
        yield f"{_BELOW}{told}", cost.amount.times(-1), False
    yield phrase("throughput (T)"), money.throughput, True
    for cost in money.operating_expenses:
        told = phrase("less {cost}", cost=printable(cost.name))
        yield f"{_BELOW}{told}", cost.amount.times(-1), False
    yield phrase("net profit (T - OE)"), money.net_profit, True


_Line = TypeVar("_Line", ProductSales, Customers)


def _products(found: Findings, width: int) -> Fitted:
    """Return what each product brought."""
    scenario, lines = found.scenario, found.products
    pace, money = pace_unit(scenario), money_unit(scenario)
    columns = [
        texts(
            phrase("product"), (printable(scenario.title(line.name)) for line in lines)
        ),
        *_known(phrase("bought"), pace, lines, lambda line: line.bought, 97),
        *_known(phrase("revenue"), money, lines, lambda line: line.revenue, 60),
        *_known(
            phrase("throughput (T)"), money, lines, lambda line: line.throughput, 80
        ),
    ]
    return fitted(columns, width)


def _customers(found: Findings, width: int) -> Iterator[Fitted | Text]:
    """Yield how often customers come back, and what one brings in all."""
    scenario, lines = found.scenario, found.customers
    pace, money = pace_unit(scenario), currency(scenario)
    names = (
        phrase("all customers")
        if line.product is None
        else phrase(
            "customers of {product}", product=printable(scenario.title(line.product))
        )
        for line in lines
    )
    columns = [
        texts(phrase("who comes back"), names),
        *_known(phrase("first"), pace, lines, lambda line: line.first, 70),
        *_known(phrase("again"), pace, lines, lambda line: line.again, 60),
        *_known(
            phrase("each buys"), phrase("times"), lines, lambda line: line.frequency, 80
        ),
        *_known(phrase("churn"), "%", lines, lambda line: line.churn.times(100), 50),
        *_known(
            phrase("brings (T)"), money, lines, lambda line: line.lifetime_value, 90
        ),
    ]
    yield fitted(columns, width)
    yield Text(customers_note(scenario), style="dim")


def customers_note(scenario: Scenario) -> str:
    """Say what is counted of customers, and what follows from the file.

    Parameters
    ----------
    scenario
        One whose customers come back.
    """
    told = phrase(
        "First and again are counted; each buys and churn follow from the file's "
        "chances to come back."
    )
    there = sum(way.customers for way in scenario.flow)
    if not there:
        return told
    at_start = phrase_of(
        "{count} customer at the start counts as come again.",
        "{count} customers at the start count as come again.",
        there,
        count=number(there, 0),
    )
    return f"{told} {at_start}"


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
