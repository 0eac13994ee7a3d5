"""The sentences that tell a verdict: what is the constraint, and what was seen.

A sentence says what was measured, and names no cause that was not tried.
"""

from __future__ import annotations

from math import floor, fsum, log10

from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.moves import moves
from toc_sim.constraint.verdict import ProductShare, Verdict
from toc_sim.engine.result import NodeRun
from toc_sim.engine.simulate import Runs
from toc_sim.network import Network

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
    if verdict.kind == "policy":
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
    told = [reign for reign in verdict.reigns if reign.name]
    parts = [
        f"{_name(net, reign.name)} until {period} {reign.end:.3g}"
        for reign in told[:-1]
    ]
    parts.append(f"then {_name(net, told[-1].name)}")
    share = _percent(verdict.share)
    return (
        f"The constraint moves: {', '.join(parts)}. Over the whole window "
        f"{_name(net, verdict.constraint[0])} answers for {share} of the throughput "
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
    return (
        f"{_name(net, products.place)} is the constraint: its products together answer "
        f"for {_percent(products.share)} of the throughput of "
        f"{_pace(net, verdict.throughput.mean)} ({told})."
    )


def _of_owners(net: Network, verdict: Verdict) -> str:
    """Say who is the constraint, and how binding."""
    pace = _pace(net, verdict.throughput.mean)
    names = [_name(net, name) for name in verdict.constraint]
    share = _percent(verdict.share)
    if verdict.word == "tie":
        return (
            f"{_and(names)} tie as the constraint at {pace}: "
            "only lifting them together brings more."
        )
    if verdict.word == "shared":
        return (
            f"{_and(names)} share the constraint at {pace}: "
            f"{names[0]} answers for {share}, but chance hides which is the largest."
        )
    if verdict.share.mean > 1 + BEND:
        return (
            f"{names[0]} is the constraint: it lifts the throughput of {pace} more "
            f"than in proportion, {verdict.share.mean:.2f} % for each 1 % of speed."
        )
    if verdict.word == "leading":
        start = f"{names[0]} leads as the constraint"
        if "lead" in names[0].lower():
            start = f"{names[0]} is first among the constraints"
        return (
            f"{start}: it answers for {share} of the "
            f"throughput of {pace}, the rest is spread over others."
        )
    return (
        f"{names[0]} is the constraint: it answers for {share} of the throughput "
        f"of {pace}."
    )


def _of_policy(net: Network, verdict: Verdict) -> str:
    """Say which policy is the constraint, and what one step of it was seen to bring."""
    policy = verdict.policies[0]
    place = net.scenario.title(policy.place) if policy.place else ""
    named = {
        "release": f"The release policy ({_name(net, policy.name)}) is",
        "hours": f"The opening hours of {policy.place} are",
        "order": f"The order in which {place} works is",
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
        _seen(runs, verdict),
        _bend(runs, verdict),
        _against(runs, verdict),
        _growing(runs.network, verdict),
    )
    return " ".join(part for part in parts if part)


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


def _bend(runs: Runs, verdict: Verdict) -> str:
    """Say both sides of the constraint's share, where they surely differ."""
    if verdict.measured is None or verdict.word == "tie" or verdict.kind == "policy":
        return ""
    column = verdict.measured.names.index(verdict.constraint[0])
    more = verdict.measured.more[:, column]
    less = verdict.measured.less[:, column]
    apart = over(runs.network, less - more)
    if not (apart.low if apart.is_known else apart.mean) > BEND:
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
    told = _and([_name(net, name) for name in static.constraint])
    same = verdict.constraint[0] in static.constraint
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


def _growing(net: Network, verdict: Verdict) -> str:
    """Say by how much the work inside still grows, and where most of it waits."""
    growth = verdict.growth
    if growth is None:
        return ""
    rate = _pace(net, growth.rate.mean)
    return (
        f"Work inside still grows by {rate}, and the longest queue is before "
        f"{_name(net, growth.longest)}: more comes there than is done, and how long "
        "an item takes depends on how long this goes on."
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
    idle = "finds nothing to sell" if node.kind == "market" else "waits for work"
    parts = [
        (
            _mean(seen, "blocked"),
            f"is blocked {{}} of its time (no room before {after})",
        ),
        (_mean(seen, "starved"), f"{idle} {{}} of its time"),
    ]
    if node.kind == "source":
        return ""
    told = [
        text.format(_spaced(f"{part:.1%}"))
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


def _pace(net: Network, value: float) -> str:
    return f"{_figure(value)} {net.scenario.item}/{net.scenario.period}"


def _figure(value: float) -> str:
    """Return a figure with two decimals, or three digits where it is below 1."""
    if not 0 < abs(value) < 1:
        return f"{value:.2f}"
    return f"{value:.{2 - floor(log10(abs(value)))}f}"


def _percent(share: Interval) -> str:
    text = _spaced(f"{share.mean:.0%}")
    if share.is_known and share.half_width > WORTH_TELLING / 10:
        return f"{text} ({share.low * 100:.1f} to {_spaced(f'{share.high:.1%}')})"
    return text


def _spaced(text: str) -> str:
    return text.replace("%", " %")


def _and(names: list[str]) -> str:
    if len(names) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
