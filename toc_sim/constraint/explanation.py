"""What was seen of a constraint, and how averages compare: the sentences behind it.

A sentence says what was measured, and names no cause that was not tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from toc_sim.constraint.intervals import over
from toc_sim.constraint.over_time import halves, is_full, overloads
from toc_sim.constraint.sentences import (
    BEND,
    WORTH_TELLING,
    figure_of,
    name_of,
    pace_of,
    spaced,
)
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import NodeRun
from toc_sim.engine.simulate import Runs
from toc_sim.language import figure, grammatical_number, joined, phrase, phrase_of
from toc_sim.network import Network


def explanation(runs: Runs, verdict: Verdict) -> str:
    """Say what was seen when the constraint was lifted, and how averages compare.

    Each figure was run: by averages; the same window without chance; with chance. No
    cause is named that was not tried.

    Parameters
    ----------
    runs
        All replications.
    verdict
        What they come to; its own words do not matter.
    """
    parts = (
        _together(runs.network, verdict),
        _seen(runs, verdict),
        _larger(runs.network, verdict),
        _bend(runs, verdict),
        *_against(runs, verdict),
        _full(runs.network, verdict),
        _growing(runs, verdict),
        _overloaded(runs, verdict),
        _drifting(runs),
    )
    return " ".join(part for part in parts if part)


def _together(net: Network, verdict: Verdict) -> str:
    """Say whose products were lifted together, and none of them alone."""
    if verdict.method == "path" or not net.together:
        return ""
    told = [
        phrase("{count} of {node}", count=len(names), node=name_of(net, place))
        for place, names in net.together.items()
    ]
    return phrase(
        "Products were lifted together, and none of them alone: {products}.",
        products=joined(told),
    )


def _seen(runs: Runs, verdict: Verdict) -> str:
    """Say what lifting the constraint brought; of a tie, together."""
    if verdict.kind == "policy" or not verdict.lifts:
        return ""
    net, lift = runs.network, verdict.lifts[0]
    brought = lift.gain.times(100 * lift.step)
    named = joined([name_of(net, name) for name in lift.names])
    if len(lift.names) > 1:
        named = phrase("{nodes} together", nodes=named)
    facts = {
        "step": figure(f"{100 * lift.step:.3g}"),
        "nodes": named,
        "gain": figure(f"{brought.mean:.2g}"),
    }
    is_one = not brought.is_known
    if abs(brought.mean) <= BEND * lift.step:
        if is_one:
            return phrase(
                "Seen: {step} % more speed of {nodes} brought nothing, in one run, "
                "which cannot tell how sure that is.",
                **facts,
            )
        return phrase("Seen: {step} % more speed of {nodes} brought nothing.", **facts)
    if is_one:
        return phrase(
            "Seen: {step} % more speed of {nodes} brought {gain} %, in one run, which "
            "cannot tell how sure that is.",
            **facts,
        )
    if net.is_deterministic:
        return phrase("Seen: {step} % more speed of {nodes} brought {gain} %.", **facts)
    return phrase(
        "Seen: {step} % more speed of {nodes} brought {gain} % ({low} to {high} %).",
        **facts,
        low=figure(f"{brought.low:.2g}"),
        high=figure(f"{brought.high:.2g}"),
    )


def _larger(net: Network, verdict: Verdict) -> str:
    """Say who has a larger share than the one named, and what lifting it brought."""
    if verdict.kind == "policy" or verdict.word not in {"leading", "sole"}:
        return ""
    shares = {owner.name: owner.share.mean for owner in verdict.shares}
    mine = shares[verdict.constraint[0]]
    told = []
    for lift in verdict.lifts[1:]:
        if len(lift.names) > 1 or shares[lift.names[0]] <= mine:
            continue
        name = name_of(net, lift.names[0])
        told.append(
            phrase_of(
                "{node} has a larger share, {share}, but brought less when lifted by "
                "as much, {gain}.",
                "{node} have a larger share, {share}, but brought less when lifted by "
                "as much, {gain}.",
                grammatical_number([name]),
                node=name,
                share=spaced(f"{shares[lift.names[0]]:.0%}"),
                gain=spaced(f"{lift.gain.mean * lift.step:.2%}"),
            )
        )
    return " ".join(told)


def _bend(runs: Runs, verdict: Verdict) -> str:
    """Say both sides of the constraint's share, where they surely differ."""
    if verdict.measured is None or verdict.word == "tie" or verdict.kind == "policy":
        return ""
    column = verdict.measured.names.index(verdict.constraint[0])
    more = verdict.measured.more[:, column]
    less = verdict.measured.less[:, column]
    apart = over(runs.network, less - more)
    if not apart.is_known and not runs.network.is_deterministic:
        return ""
    whole = 2 / (verdict.measured.step * runs.results[0].bought)
    slack = whole if runs.network.is_deterministic else 0.0
    if not apart.low > BEND + slack:
        return ""
    return phrase(
        "More helps less than less hurts: for each 1 %, more speed brings {more} %, "
        "less costs {less} %.",
        more=figure(f"{more.mean():.2f}"),
        less=figure(f"{less.mean():.2f}"),
    )


def _against(runs: Runs, verdict: Verdict) -> Iterator[str]:
    """Say how the throughput compares with what averages allow."""
    net = runs.network
    static = verdict.capacity
    if not static.constraint or not static.throughput:
        yield phrase("Capacity alone sets no limit.")
        return
    best, got = figure_of(static.throughput), verdict.throughput.mean
    place_of = {name: place for place, all_ in net.together.items() for name in all_}
    named = dict.fromkeys(place_of.get(name, name) for name in static.constraint)
    if abs(1 - got / static.throughput) < WORTH_TELLING:
        yield phrase(
            "Capacity alone allows {best}, and all of it is reached.", best=best
        )
    elif net.is_deterministic:
        yield phrase(
            "Capacity alone allows {best} in the long run; this window makes {made}.",
            best=best,
            made=figure_of(got),
        )
        yield _lost_time(runs, static.constraint[0])
    else:
        yield phrase(
            "Capacity alone allows {best} in the long run; without chance this window "
            "makes {certain}, with it {made}.",
            best=best,
            certain=figure_of(verdict.without_chance),
            made=figure_of(got),
        )
        yield _lost_time(runs, static.constraint[0])
    if verdict.constraint[0] not in named:
        yield phrase(
            "By capacity alone {nodes} would be the constraint.",
            nodes=joined([name_of(net, name) for name in named]),
        )


def _full(net: Network, verdict: Verdict) -> str:
    """Say who has no time left by averages, and has not been named."""
    named = {*verdict.constraint, *verdict.capacity.constraint}
    full = [
        name_of(net, owner.name)
        for owner in verdict.capacity.owners
        if owner.is_full and owner.kind in {"stage", "resource"}
        if owner.name not in named
    ]
    if not full or verdict.word == "tie":
        return ""
    return phrase_of(
        "By averages {nodes} has no time left either: a load of 100 %.",
        "By averages {nodes} have no time left either: a load of 100 %.",
        grammatical_number(full),
        nodes=joined(full),
    )


def _growing(runs: Runs, verdict: Verdict) -> str:
    """Say by how much the work inside still grows, and where most of it waits."""
    growth, net = verdict.growth, runs.network
    if growth is None:
        return ""
    facts = {
        "rate": pace_of(net, growth.rate.mean),
        "node": name_of(net, growth.longest),
    }
    if growth.ends:
        return phrase(
            "Work inside still grows by {rate}, most of it before {node}, since the "
            "queues have not settled yet: averages leave time for all that comes.",
            **facts,
        )
    if is_full(runs, growth.longest):
        return phrase(
            "Work inside still grows by {rate}, and the longest queue is before "
            "{node}: more comes there than is done, and how long an item takes "
            "depends on how long this goes on.",
            **facts,
        )
    return phrase(
        "Work inside still grows by {rate}, and the longest queue is before {node}; "
        "how long an item takes depends on how long this goes on.",
        **facts,
    )


def _overloaded(runs: Runs, verdict: Verdict) -> str:
    """Say to whom more came than they can do, beside the constraint itself."""
    net = runs.network
    parts = []
    for each in overloads(runs):
        if each.name in verdict.constraint:
            continue
        name = name_of(net, each.name)
        parts.append(
            phrase_of(
                "{node} is overloaded: what comes asks for {load} of what it can do, "
                "and the queue grows as long as that goes on.",
                "{node} are overloaded: what comes asks for {load} of what they can "
                "do, and the queue grows as long as that goes on.",
                grammatical_number([name]),
                node=name,
                load=spaced(f"{each.load:.0%}"),
            )
        )
    return " ".join(parts)


def _drifting(runs: Runs) -> str:
    """Say that one half of the window brings more than the other, where it does."""
    found = halves(runs)
    if found is None:
        return ""
    first, second = found
    facts = {"first": figure_of(first), "second": pace_of(runs.network, second)}
    if second > first:
        return phrase(
            "Throughput grows within the window: {first} in its first half, {second} "
            "in its second.",
            **facts,
        )
    return phrase(
        "Throughput falls within the window: {first} in its first half, {second} in "
        "its second.",
        **facts,
    )


def _lost_time(runs: Runs, name: str) -> str:
    """Say how the node that capacity names loses its time."""
    net = runs.network
    node = next((node for node in net.nodes if node.name == name), None)
    if node is None or node.kind == "source":
        return ""
    seen = [result.nodes[node.index] for result in runs.results]
    blocked, idle = _mean(seen, "blocked"), _mean(seen, "starved")
    title = name_of(net, name)
    facts = {
        "node": title,
        "blocked": spaced(f"{blocked:.1%}"),
        "idle": spaced(f"{idle:.1%}"),
        "next": joined(
            [name_of(net, net.nodes[link.target].name) for link in node.links]
        ),
    }
    if blocked < WORTH_TELLING:
        if idle < WORTH_TELLING:
            return ""
        return _idle(facts, is_market=node.kind == "market")
    if idle < WORTH_TELLING:
        return phrase_of(
            "{node} is blocked {blocked} of its time (no room before {next}).",
            "{node} are blocked {blocked} of their time (no room before {next}).",
            grammatical_number([title]),
            **facts,
        )
    if blocked >= idle:
        return phrase_of(
            "{node} is blocked {blocked} of its time (no room before {next}) and waits "
            "for work {idle} of its time.",
            "{node} are blocked {blocked} of their time (no room before {next}) and "
            "wait for work {idle} of their time.",
            grammatical_number([title]),
            **facts,
        )
    return phrase_of(
        "{node} waits for work {idle} of its time and is blocked {blocked} of its time "
        "(no room before {next}).",
        "{node} wait for work {idle} of their time and are blocked {blocked} of their "
        "time (no room before {next}).",
        grammatical_number([title]),
        **facts,
    )


def _idle(facts: dict[str, str], *, is_market: bool) -> str:
    """Say that a node waits for work, or a market for goods."""
    if is_market:
        return phrase_of(
            "{node} finds nothing to sell {idle} of its time.",
            "{node} find nothing to sell {idle} of their time.",
            grammatical_number([facts["node"]]),
            **facts,
        )
    return phrase_of(
        "{node} waits for work {idle} of its time.",
        "{node} wait for work {idle} of their time.",
        grammatical_number([facts["node"]]),
        **facts,
    )


def _mean(seen: list[NodeRun], field: str) -> float:
    return float(fsum(getattr(node, field) for node in seen) / len(seen))
