"""What `toc-sim run` prints: the verdict, the tables, and the notes below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import isfinite, isinf, isnan, nan
from typing import TypeVar

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from toc_sim.accounting.customers import Customers
from toc_sim.accounting.statement import ProductSales, Statement
from toc_sim.constraint.buffer_share import WORTH_A_PLACE, BufferShare
from toc_sim.constraint.classical_rules import Detection
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.over_time import moves
from toc_sim.constraint.policy_gains import PolicyGain
from toc_sim.network import PolicyKind
from toc_sim.report.formats import (
    agreeing,
    alone,
    counted,
    currency,
    decimals,
    given,
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
    batch_note,
    batch_stages,
    capacity_column,
    mix_sentence,
    services,
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
from toc_sim.scenario.fields.words import Noun

_SEEN = 0.0005
"""A share below this is not worth a word [1]."""

_SHORTEST_STRIP, _LONGEST_STRIP = 13, 65
"""Characters of a strip, for 13 parts of the window."""

_BLOCKED = 0.005
"""A node that is blocked for less of its time hardly waits for room [1]."""

_POLICIES: dict[PolicyKind, str] = {
    "release": "release:",
    "hours": "opening hours of",
    "order": "order of work of",
    "buffer": "room before",
    "batch": "batches of",
}
"""How each kind of policy is called, before whose it is."""

_NEED_PERIODS = {"active_period", "shifting_bottleneck"}
"""Classical rules that say more where the engine recorded single periods."""

_BEYOND = 0.02
"""Shares further beyond 0 or 1 than this are explained [1]."""

_TINY = 1e-12
"""What rounding leaves of a difference of equals [items/period]."""


def run_blocks(found: Findings, width: int) -> Blocks:
    """Return what is told of a run below its first sentence, as it is asked for."""
    yield Text(setting(found), style="dim")
    yield _nodes(found, width)
    yield _reigns(found, width)
    yield _notes(found)
    yield _policies(found, width)
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
    text += f"; replications: {len(runs.results)}, seed: {scenario.run.seed}"
    if len(runs.results) == 1:
        return f"{text}; one run has no interval: how sure its figures are is not known"
    return f"{text}, ± at {percent_given(scenario.run.confidence)}"


def _notes(found: Findings) -> Iterator[str]:
    """Yield what is to be said of the table, a line each."""
    yield printable(found.verdict.explanation)
    yield from _throughput(found)
    exactly = theory_note(found.runs.network, found.theory)
    if exactly:
        yield exactly
    if found.mix is not None:
        yield mix_sentence(found.runs.network, found.mix)
    if found.verdict.reason:
        yield f"Shares are measured by experiment: {printable(found.verdict.reason)}."
    yield from _beyond(found)
    yield from _unserved(found)
    yield from _lost(found)
    yield from _nearest_revenue(found)
    yield from _pools(found)
    if told := batch_note(found.runs.network):
        yield told
    for name, share in found.verdict.other_shares:
        if share.mean > _SEEN:
            yield f"No rate answers for {100 * share.mean:.1f} %: {name}."
        elif share.mean < -_SEEN:
            worth = f"{-share.mean:.2f} % of the throughput"
            yield f"Time that no rate answers for ({name}): 1 % less costs {worth}."
    yield from _inside(found)
    yield from _room(found)


def _throughput(found: Findings) -> Iterator[str]:
    """Say how sure the throughput is, and what was counted, where there is chance."""
    told, raw = found.verdict.throughput, found.verdict.counted
    if not told.is_known or not told.half_width:
        return
    digits = decimals([told.mean]) + 1
    text = f"Throughput: {plus_minus(told, digits)} {pace_unit(found.scenario)}"
    if told == raw:
        yield f"{text}, as counted."
        return
    yield (
        f"{text}, less the luck of the draw: what was drawn lay above or below its "
        f"mean; counted {plus_minus(raw, digits)}."
    )


def _beyond(found: Findings) -> Iterator[str]:
    """Say what shares beyond 0 and 100 % mean, where some surely are."""
    known = [row for row in found.rows if row.share is not None]
    ends = {
        row.title: (row.share.low, row.share.high)
        if row.share.is_known
        else (row.share.mean, row.share.mean)
        for row in known
        if row.share is not None
    }
    above = [title for title, (low, _) in ends.items() if low > 1 + _BEYOND]
    below = [title for title, (_, high) in ends.items() if high < -_BEYOND]
    if above:
        yield (
            f"A share above 100 %: more speed of {joined(map(printable, above))} "
            "lifts the throughput more than in proportion."
        )
    if below:
        yield (
            f"A share below 0: more speed of {joined(map(printable, below))} costs "
            "throughput."
        )


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
    item, period = found.scenario.item, found.scenario.period
    digits = decimals(time for _, time in waits.loads)
    (name, time), *others = waits.loads
    work = [f"{counted(number(time, digits), period)} of work for {found.title(name)}"]
    work += [f"{number(time, digits)} for {found.title(name)}" for name, time in others]
    amount = f"{counted(alone(waits.waiting.mean), item)} on average"
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
            does = agreeing([title], "does", "do")
            their = agreeing([title], "its", "their")
            yield (
                f"{title} {does} the work of {joined(stages)}: what these are busy, "
                f"blocked and down are shares of {their} servers' time."
            )


def _inside(found: Findings) -> Iterator[str]:
    """Say how much is inside and how long it stays, and whether that has settled."""
    item, period = found.scenario.item, found.scenario.period
    inside = found.inside
    wip = _ranged(inside.wip, decimals([inside.wip_mean]), item)
    text = f"Work in progress: {wip}."
    if isnan(inside.flow_mean):
        yield text
        return
    times = (inside.flow_mean, inside.flow_p50, inside.flow_p90)
    digits = decimals(times)
    _, half, most = (number(time, digits) for time in times)
    yield (
        f"{text} Flow time: {_ranged(inside.flow, digits, period)}, "
        f"half within {half}, nine in ten within {most}."
    )
    yield from _settling(found)
    exact = found.theory.exact
    if exact is not None and isfinite(exact.wip) and isfinite(exact.flow_time):
        yield (
            f"In the long run, exactly: work in progress "
            f"{counted(alone(exact.wip), item)}, flow time "
            f"{counted(alone(exact.flow_time), period)} ({exact.source})."
        )


def _settling(found: Findings) -> Iterator[str]:
    """Say why work in progress and flow time are not those of the long run."""
    state = found.inside.settling
    if state.settled:
        return
    period = found.scenario.period
    long = "Work in progress and flow time are not settled"
    if found.verdict.growth is not None and not found.verdict.growth.ends:
        yield f"{long}: what is inside still grows, so they depend on the window."
    elif isinf(state.window):
        yield (
            f"{long}, in no window: as much comes to {found.title(state.queue)} as it "
            "can do, so what waits there has no mean."
        )
    elif state.queue:
        yield (
            f"{long}: the queue before {found.title(state.queue)} swings so slowly "
            f"(relaxation time {counted(_about(state.time), period)}) that this needs "
            f"a window of about {counted(_about(state.window), period)} (--horizon)."
        )
    else:
        yield f"{long}: what is inside still grows, so they depend on the window."


def _room(found: Findings) -> Iterator[str]:
    """Say where the critical path waits for room, and what one more place brought."""
    waits = [each for each in found.buffers if each.share.mean >= WORTH_A_PLACE]
    if not waits:
        yield from _room_to_try(found)
        return
    first, *others = waits
    item = found.scenario.item
    text = (
        "The critical path waits for room most often before "
        f"{found.title(first.name)}, {alone(100 * first.share.mean)} times for every "
        f"{counted('100', item)}"
    )
    if others:
        beside = joined(
            f"{found.title(each.name)} {alone(100 * each.share.mean)}"
            for each in others
        )
        text += f" ({beside})"
    yield f"{text}. {_places(found, [each for each in waits if each.gain])}"


def _places(found: Findings, tried: Sequence[BufferShare]) -> str:
    """Say what one more place brought where it was tried, the best first."""
    gains = {each.name: each.gain for each in tried if each.gain is not None}
    first, *others = sorted(gains, key=lambda name: -gains[name].mean)
    low = gains[first].low if gains[first].is_known else gains[first].mean
    if low <= 0:
        return (
            "One more place was tried before "
            f"{joined(map(found.title, gains))}, and brought nothing that stands out "
            "from chance."
        )
    text = (
        f"One more place before {found.title(first)} was seen to bring "
        f"{_brought(gains[first])}"
    )
    less = [
        f"before {found.title(name)} {100 * gains[name].mean:.2g} %" for name in others
    ]
    return f"{text}{f', {joined(less)}' if less else ''}."


def _brought(gain: Interval) -> str:
    """Write what was gained, with its interval if there is one."""
    text = f"{100 * gain.mean:.2g} %"
    if not gain.is_known or not gain.half_width:
        return text
    return f"{text} ({100 * gain.low:.2g} to {100 * gain.high:.2g} %)"


def _room_to_try(found: Findings) -> Iterator[str]:
    """Say how to see where one more place helps, where no path tells it."""
    if found.verdict.method == "path":
        return
    tried = {each.place for each in found.verdict.policies if each.kind == "buffer"}
    net = found.runs.network
    blocked = {row.name for row in found.rows if row.blocked > _BLOCKED}
    full = {
        net.nodes[link.target].name
        for node in net.nodes
        for link in node.links
        if node.name in blocked and net.nodes[link.target].buffer is not None
    }
    if full - tried:
        yield (
            "Where one more place of room helps most is not told by the critical path "
            "here: --policies tries each buffer."
        )


def _ranged(value: Interval, digits: int, unit: Noun) -> str:
    """Write a mean with its interval, which need not be as wide on both sides."""
    text = f"{counted(number(value.mean, digits), unit)} on average"
    if not value.is_known or value.half_width == 0:
        return text
    return f"{text} ({number(value.low, digits)} to {number(value.high, digits)})"


def _about(value: float) -> str:
    """Write a figure with two digits: ``4,000``, ``0.13``."""
    rough = float(f"{value:.2g}")
    return alone(rough) if value < 1 else f"{rough:,.0f}"


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
    item, pace = printable(found.scenario.item), pace_unit(found.scenario)
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
        marked("node", (printable(row.title) for row in rows), bold),
        capacity_column(pace, [(row.kind, row.capacity) for row in rows], of_batches),
        services(figures("throughput", pace, rates, 80), of_batches),
        times("busy", lambda row: row.busy, 70),
        times("blocked", lambda row: row.blocked, 40),
        times("starved", lambda row: row.starved, 39),
        figures("queue", item, [row.queue_mean for row in rows], 50),
        figures("peak", item, [row.queue_peak for row in rows], 20, 0),
        percent_intervals("share", [row.share for row in rows], (85, 98)),
        texts("", (CONSTRAINT_WORD if each else "" for each in bold), 99),
    ]
    if any(row.off > 0 for row in rows):
        columns.insert(6, times("off", lambda row: row.off, 31))
    if any(row.down > 0 for row in rows):
        columns.insert(6, times("down", lambda row: row.down, 30))
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
    period = printable(found.scenario.period)
    lines = [f"Who is the constraint when (#), from {period} 0 to {given(end)}:"]
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
        lines.append("Where there is none, no one is told from the others.")
    return Text("\n".join(lines))


def _policies(found: Findings, width: int) -> RenderableType | None:
    """Return the policies that were tried, and what a step of each brings."""
    tried = found.verdict.policies
    if not tried:
        return None
    binds = found.verdict.kind == "policy"  # then it is the first
    named = [binds and place == 0 for place in range(len(tried))]
    columns = [
        marked("policy tried", (_policy_title(found, each) for each in tried), named),
        texts("change", (printable(each.change) for each in tried), 90),
        percent_intervals(
            "brings", [each.gain for each in tried], (80, 95), "% throughput"
        ),
    ]
    return fitted(columns, width, named)


def _policy_title(found: Findings, policy: PolicyGain) -> str:
    """Return what a policy is called, and of what it is."""
    place = found.title(policy.place) if policy.place else printable(policy.name)
    return f"{_POLICIES[policy.kind]} {place}"


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
    """Yield whom most of the classical rules name; with a proof, what each says.

    A rule that needs the periods of single servers is left out of the count, since it
    depends on the engine whether these are kept.
    """
    able = [
        each
        for each in found.detections
        if each.applies and each.rule not in _NEED_PERIODS
    ]
    votes = Counter(name for each in able for name in each.named)
    if votes:
        most = max(votes.values())
        top = [name for name, count in votes.items() if count == most]
        by = joined(_rule(each) for each in able if set(top) & set(each.named))
        name = "names" if most == len(able) == 1 else "name"
        yield (
            f"Classical rules: {most} of {len(able)} {name} "
            f"{joined(map(found.title, top))} ({by})."
        )
    if not found.proofs:
        return
    for each in found.detections:
        names = joined(found.title(name) for name in each.named)
        reason = f" ({printable(each.reason)})" if each.reason else ""
        yield f"  {each.title}: {names if each.applies else 'says nothing'}{reason}"


def _rule(each: Detection) -> str:
    """Return what a rule is called within a sentence."""
    title = each.title.partition(" (")[0]
    return title[:1].lower() + title[1:]


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
    there = sum(way.customers for way in scenario.flow)
    at_start = (
        f" {counted(number(there, 0), Noun('customer'))} at the start "
        f"{'counts' if there == 1 else 'count'} as come again."
        if there
        else ""
    )
    return fitted(columns, width).append(
        "\nFirst and again are counted; each buys and churn follow from the file's "
        f"chances to come back.{at_start}",
        style="dim",
    )


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
