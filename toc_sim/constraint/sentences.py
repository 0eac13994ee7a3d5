"""The sentences that tell a verdict: what is the constraint, and what was seen.

A sentence says what was measured, and names no cause that was not tried.
"""

from __future__ import annotations

from itertools import groupby
from math import floor, fsum, log10

from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.over_time import (
    halves,
    is_full,
    moves,
    overloads,
    season_of,
)
from toc_sim.constraint.verdict import ProductShare, Verdict
from toc_sim.engine.result import NodeRun
from toc_sim.engine.simulate import Runs
from toc_sim.network import CALENDAR, Network
from toc_sim.scenario.fields.sections import OPEN_HOURS
from toc_sim.scenario.fields.words import is_many

WORTH_TELLING = 0.005
"""A difference to the static answer below this is not explained [1]."""

BEND = 0.1
"""What one side of a share must differ by from the other before both are told [1]."""


def sentence(net: Network, verdict: Verdict) -> str:
    """Say who the constraint is and how binding it is.

    Parameters
    ----------
    net
        The network that was run.
    verdict
        What its runs come to; its own words do not matter.
    """
    if verdict.constraint == (CALENDAR,):
        told = _of_hours(net, verdict)
    elif verdict.kind == "policy":
        told = _of_policy(net, verdict)
    elif moves(verdict.reigns):
        told = _of_reigns(net, verdict)
    elif verdict.products is not None and verdict.word != "tie":
        told = _of_products(net, verdict.products, verdict)
    else:
        told = _of_owners(net, verdict)
    return told[:1].upper() + told[1:] if told.startswith("the market") else told


def _of_reigns(net: Network, verdict: Verdict) -> str:
    """Say when who binds, where that changes."""
    period = net.scenario.period
    known = (reign for reign in verdict.reigns if reign.name)
    # one who is told again after a gap has been it all the while
    told = [[*each][-1] for _, each in groupby(known, key=lambda reign: reign.name)]
    parts = [
        f"{_name(net, reign.name)} until {period} {reign.end:.3g}"
        for reign in told[:-1]
    ]
    parts.append(f"then {_name(net, told[-1].name)}")
    share, first = _percent(verdict.share), _name(net, verdict.constraint[0])
    answers = _agreeing(first, "answers", "answer")
    season = season_of(net)
    start = "The constraint moves"
    if season < net.scenario.run.horizon:
        start += f" with the season of {season:.3g} {period.of(f'{season:.3g}')}"
    return (
        f"{start}: {', '.join(parts)}. Over the whole window "
        f"{first} {answers} for {share} of the throughput "
        f"of {_pace(net, verdict.throughput.mean)}."
    )


def _of_products(net: Network, products: ProductShare, verdict: Verdict) -> str:
    """Say of which node the products together are the constraint, and of which most."""
    shares = {owner.name: owner.share.mean for owner in verdict.shares}
    told = _and(
        [
            f"{_name(net, name)} {_spaced(f'{shares[name]:.0%}')}"
            for name in products.members
        ]
    )
    place = _name(net, products.place)
    return (
        f"{place} {_agreeing(place, 'is', 'are')} the constraint: "
        f"{_agreeing(place, 'its', 'their')} products together answer for "
        f"{_percent(products.share)} of the throughput of "
        f"{_pace(net, verdict.throughput.mean)} ({told})."
    )


def _of_owners(net: Network, verdict: Verdict) -> str:
    """Say who is the constraint, and how binding."""
    pace = _pace(net, verdict.throughput.mean)
    names = [_name(net, name) for name in verdict.constraint]
    share = _percent(verdict.share)
    first = names[0]
    is_it, answers = (
        _agreeing(first, "is", "are"),
        _agreeing(first, "it answers", "they answer"),
    )
    if verdict.word == "tie":
        return f"{_and(names)} tie as the constraint at {pace}: {_of_a_tie(verdict)}."
    if verdict.word == "shared":
        return _of_those_who_share(net, verdict)
    if verdict.share.mean > 1 + BEND:
        lifts = _agreeing(first, "it lifts", "they lift")
        return (
            f"{first} {is_it} the constraint: {lifts} the throughput of {pace} more "
            f"than in proportion, {verdict.share.mean:.2f} % for each 1 % of speed."
        )
    if verdict.word == "leading":
        start = f"{first} {_agreeing(first, 'leads', 'lead')} as the constraint"
        if "lead" in first.lower():
            start = f"{first} {is_it} first among the constraints"
        return (
            f"{start}: {answers} for {share} of the "
            f"throughput of {pace}, the rest is spread over others."
        )
    return (
        f"{first} {is_it} the constraint: {answers} for {share} of the throughput "
        f"of {pace}."
    )


def _of_those_who_share(net: Network, verdict: Verdict) -> str:
    """Say who has the largest share; if another brought more when lifted, both."""
    first = verdict.constraint[0]
    shares = {owner.name: owner.share for owner in verdict.shares}
    seen = {name: each.gain for each in verdict.lifts for name in each.names}
    most = max(verdict.constraint, key=lambda name: shares[name].mean)
    together = _and([_name(net, name) for name in verdict.constraint])
    start = f"{together} share the constraint at {_pace(net, verdict.throughput.mean)}"
    refuted = most != first and {most, first} <= seen.keys()
    named = _name(net, most if refuted else first)
    answers = f"{named} {_agreeing(named, 'answers', 'answer')}"
    if not refuted:
        share = _percent(verdict.share)
        return f"{start}: {answers} for {share}, but chance hides which is the largest."
    surely = seen[first].low > seen[most].high
    lifted = (
        f"{_name(net, first)} brought more when lifted"
        if surely
        else "chance hides which brings most when lifted"
    )
    return f"{start}: {answers} for the most, {_percent(shares[most])}, but {lifted}."


def _of_a_tie(verdict: Verdict) -> str:
    """Say what lifting a tie together brings, and one of it alone."""
    tie, *alone = verdict.lifts
    best = max(each.gain.mean for each in alone)
    if best <= BEND * tie.gain.mean:
        return "only lifting them together brings more"
    part = _spaced(f"{best / tie.gain.mean:.0%}")
    return f"lifting them together brings most, one alone at most {part} of that"


def _of_hours(net: Network, verdict: Verdict) -> str:
    """Say that what no speed brings is the hours', where those are the most."""
    owners = (net.owner(node.index) for node in net.nodes if node.calendar)
    keepers = _and([_name(net, name) for name in dict.fromkeys(owners)])
    kept = (node.calendar.name for node in net.nodes if node.calendar)
    where = _and([f"calendars.{name}.{OPEN_HOURS}" for name in dict.fromkeys(kept)])
    return (
        f"Opening hours are the constraint: those of {keepers} ({where}) answer for "
        f"{_percent(verdict.share)} of the throughput of "
        f"{_pace(net, verdict.throughput.mean)}, more than anybody's speed."
    )


def _of_policy(net: Network, verdict: Verdict) -> str:
    """Say which policy is the constraint, and what one step of it was seen to bring."""
    policy = verdict.policies[0]
    place = net.scenario.title(policy.place) if policy.place else ""
    named = {
        "release": f"The release policy ({_name(net, policy.name)}) is",
        "hours": f"The opening hours of {policy.place} are",
        "order": f"The order in which {place} {_agreeing(place, 'works', 'work')} is",
        "buffer": f"The room before {place} is",
        "batch": f"The size of the batches of {place} is",
    }[policy.kind]
    lifted = _pace(net, verdict.throughput.mean * (1 + policy.gain.mean))
    return (
        f"{named} the constraint: {policy.change} lifts the throughput from "
        f"{_figure(verdict.throughput.mean)} to {lifted}, further than 10 % more speed "
        "anywhere."
    )


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
        _against(runs, verdict),
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
    told = _and(
        [
            f"{len(names)} of {_name(net, place)}"
            for place, names in net.together.items()
        ]
    )
    return f"Products were lifted together, and none of them alone: {told}."


def _seen(runs: Runs, verdict: Verdict) -> str:
    """Say what lifting the constraint brought; of a tie, together."""
    if verdict.kind == "policy" or not verdict.lifts:
        return ""
    net, lift = runs.network, verdict.lifts[0]
    brought = lift.gain.times(100 * lift.step)
    told = (
        f"{brought.mean:.2g} %" if abs(brought.mean) > BEND * lift.step else "nothing"
    )
    names = _and([_name(net, name) for name in lift.names])
    together = " together" if len(lift.names) > 1 else ""
    text = (
        f"Seen: {100 * lift.step:.3g} % more speed of {names}{together} brought {told}"
    )
    if not brought.is_known:
        return f"{text}, in one run, which cannot tell how sure that is."
    if runs.network.is_deterministic or told == "nothing":
        return f"{text}."
    low, high = (_spaced(f"{end:.2g}%") for end in (brought.low, brought.high))
    return f"{text} ({low.removesuffix(' %')} to {high})."


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
        name = _name(net, lift.names[0])
        share = _spaced(f"{shares[lift.names[0]]:.0%}")
        brought = _spaced(f"{lift.gain.mean * lift.step:.2%}")
        told.append(
            f"{name} {_agreeing(name, 'has', 'have')} a larger share, {share}, but "
            f"brought less when lifted by as much, {brought}."
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
    return (
        f"More helps less than less hurts: for each 1 %, more speed brings "
        f"{more.mean():.2f} %, less costs {less.mean():.2f} %."
    )


def _against(runs: Runs, verdict: Verdict) -> str:
    """Say how the throughput compares with what averages allow."""
    net = runs.network
    static = verdict.capacity
    if not static.constraint or not static.throughput:
        return "Capacity alone sets no limit."
    best, got = _figure(static.throughput), verdict.throughput.mean
    place_of = {name: place for place, all_ in net.together.items() for name in all_}
    named = dict.fromkeys(place_of.get(name, name) for name in static.constraint)
    told = _and([_name(net, name) for name in named])
    same = verdict.constraint[0] in named
    other = "" if same else f" By capacity alone {told} would be the constraint."
    if abs(1 - got / static.throughput) < WORTH_TELLING:
        return f"Capacity alone allows {best}, and all of it is reached.{other}"
    text = f"Capacity alone allows {best} in the long run"
    if net.is_deterministic:
        text += f"; this window makes {_figure(got)}."
    else:
        text += (
            f"; without chance this window makes {_figure(verdict.without_chance)}, "
            f"with it {_figure(got)}."
        )
    meanwhile = _lost_time(runs, static.constraint[0])
    return f"{text}{f' {meanwhile}.' if meanwhile else ''}{other}"


def _full(net: Network, verdict: Verdict) -> str:
    """Say who has no time left by averages, and has not been named."""
    named = {*verdict.constraint, *verdict.capacity.constraint}
    full = [
        _name(net, owner.name)
        for owner in verdict.capacity.owners
        if owner.is_full and owner.kind in {"stage", "resource"}
        if owner.name not in named
    ]
    if not full or verdict.word == "tie":
        return ""
    have = "has" if len(full) == 1 and not is_many(full[0]) else "have"
    return f"By averages {_and(full)} {have} no time left either: a load of 100 %."


def _growing(runs: Runs, verdict: Verdict) -> str:
    """Say by how much the work inside still grows, and where most of it waits."""
    growth, net = verdict.growth, runs.network
    if growth is None:
        return ""
    rate = _pace(net, growth.rate.mean)
    if growth.ends:
        return (
            f"Work inside still grows by {rate}, most of it before "
            f"{_name(net, growth.longest)}, since the queues have not settled yet: "
            "averages leave time for all that comes."
        )
    start = (
        f"Work inside still grows by {rate}, and the longest queue is before "
        f"{_name(net, growth.longest)}"
    )
    long = "how long an item takes depends on how long this goes on"
    if is_full(runs, growth.longest):
        return f"{start}: more comes there than is done, and {long}."
    return f"{start}; {long}."


def _overloaded(runs: Runs, verdict: Verdict) -> str:
    """Say to whom more came than they can do, beside the constraint itself."""
    net = runs.network
    parts = []
    for each in overloads(runs):
        if each.name in verdict.constraint:
            continue
        name = _name(net, each.name)
        parts.append(
            f"{name} {_agreeing(name, 'is', 'are')} overloaded: what comes asks for "
            f"{_spaced(f'{each.load:.0%}')} of what {_agreeing(name, 'it', 'they')} "
            f"can do, and the queue grows as long as that goes on."
        )
    return " ".join(parts)


def _drifting(runs: Runs) -> str:
    """Say that one half of the window brings more than the other, where it does."""
    found = halves(runs)
    if found is None:
        return ""
    first, second = found
    goes = "grows" if second > first else "falls"
    return (
        f"Throughput {goes} within the window: {_figure(first)} in its first half, "
        f"{_pace(runs.network, second)} in its second."
    )


def _lost_time(runs: Runs, name: str) -> str:
    """Say how the node that capacity names loses its time."""
    net = runs.network
    index = next((node.index for node in net.nodes if node.name == name), None)
    if index is None:
        return ""
    node = net.nodes[index]
    seen = [result.nodes[index] for result in runs.results]
    title = _name(net, name)
    after = _and([_name(net, net.nodes[link.target].name) for link in node.links])
    is_it, its = _agreeing(title, "is", "are"), _agreeing(title, "its", "their")
    idle = _agreeing(title, "waits for work", "wait for work")
    if node.kind == "market":
        idle = _agreeing(title, "finds nothing to sell", "find nothing to sell")
    parts = [
        (
            _mean(seen, "blocked"),
            f"{is_it} blocked {{}} of {its} time (no room before {after})",
        ),
        (_mean(seen, "starved"), f"{idle} {{}} of {its} time"),
    ]
    if node.kind == "source":
        return ""
    told = [
        text.replace("{}", _spaced(f"{part:.1%}"))
        for part, text in sorted(parts, key=lambda pair: -pair[0])
        if part >= WORTH_TELLING
    ]
    return f"{title} {_and(told)}" if told else ""


def _mean(seen: list[NodeRun], field: str) -> float:
    return float(fsum(getattr(node, field) for node in seen) / len(seen))


def _name(net: Network, name: str) -> str:
    release = net.release
    if release.limit is not None and name == release.name:
        return f"{name} {release.limit}"
    title = net.scenario.title(name)
    is_market = any(node.name == name and node.kind == "market" for node in net.nodes)
    return "the market" if is_market and title == "market" else title


def _agreeing(name: str, one: str, many: str) -> str:
    """Return the form that goes with a name: of one, or of many."""
    return many if is_many(name) else one


def _pace(net: Network, value: float) -> str:
    return f"{_figure(value)} {net.scenario.item}/{net.scenario.period}"


def _figure(value: float) -> str:
    """Return a figure with two decimals, or three digits where it is below 1."""
    if not 0 < abs(value) < 1:
        return f"{value:,.2f}"
    return f"{value:.{2 - floor(log10(abs(value)))}f}"


def _percent(share: Interval) -> str:
    """Return a share in words; what was measured a little above 1 is all there is."""
    text = "all" if round(share.mean, 2) > 1 else _spaced(f"{share.mean:.0%}")
    if share.is_known and share.half_width > WORTH_TELLING / 10:
        return f"{text} ({share.low * 100:.1f} to {_spaced(f'{share.high:.1%}')})"
    return text


def _spaced(text: str) -> str:
    return text.replace("%", " %")


def _and(names: list[str]) -> str:
    if len(names) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
