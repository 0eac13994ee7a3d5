"""The verdict: which node is the constraint, how binding it is, and how we know.

The figures are one record; two sentences tell it: what is the constraint, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Literal

from toc_sim.capacity import Capacity
from toc_sim.constraint.intervals import Interval
from toc_sim.engine.simulate import Runs
from toc_sim.network import CALENDAR, Network, OwnerKind

Word = Literal["sole", "leading", "shared", "tie"]
"""Tie: only lifting several together helps. Sole: the top's interval lies above every
other's and its share is half or more. Leading: above, but under half. Shared: not
separated from the others that are named."""

Method = Literal["path", "experiment"]


@dataclass(frozen=True, slots=True)
class OwnerShare:
    """The constraint share of one owner, over all replications."""

    name: str
    kind: OwnerKind
    share: Interval


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a simulation says of its constraint, reconciled with the static answer.

    Attributes
    ----------
    constraint
        One name; in a tie or when not separated, several, largest share first.
    kind
        Of the first of them.
    word
        How it binds.
    share
        Of the first [1]; of a policy: what relaxing it by one step brings, over the
        size of the step.
    method
        ``path``: the critical path; ``experiment``: common random numbers, because
        the path's derivative is not that of the mean here.
    reason
        Why experiment was needed; empty with `path`.
    shares
        Of all owners, in the order of the network.
    other_shares
        Name and interval of what no rate answers for.
    throughput
        [items/period]
    capacity
        The static answer.
    sentence
        The verdict as a colleague would say it.
    explanation
        How it agrees with the static answer, or why not.
    """

    constraint: tuple[str, ...]
    kind: OwnerKind
    word: Word
    share: Interval
    method: Method
    reason: str
    shares: tuple[OwnerShare, ...]
    other_shares: tuple[tuple[str, Interval], ...]
    throughput: Interval
    capacity: Capacity
    sentence: str
    explanation: str


WORTH_TELLING = 0.005
"""A difference to the static answer below this is not explained [1]."""


def sentence(net: Network, verdict: Verdict) -> str:
    """Say who the constraint is and how binding it is.

    Parameters
    ----------
    net
        The network that was run.
    verdict
        What its runs come to; its own words do not matter.
    """
    told = _sentence(net, verdict)
    return told[:1].upper() + told[1:] if told.startswith("the market") else told


def _sentence(net: Network, verdict: Verdict) -> str:
    pace = _pace(net, verdict.throughput.mean)
    names = [_name(net, name) for name in verdict.constraint]
    share = _percent(verdict.share)
    if verdict.constraint == (CALENDAR,):
        return (
            f"Opening hours are the constraint: those of {_keepers(net)} answer for "
            f"{share} of the throughput of {pace}, more than anybody's speed."
        )
    if verdict.kind == "policy":
        return (
            f"The release policy ({names[0]}) is the constraint: one item more lifts "
            f"the throughput of {pace} further than 10 % more speed anywhere."
        )
    sentences: dict[Word, str] = {
        "tie": f"{_and(names)} tie as the constraint at {pace}: "
        "only lifting them together brings more.",
        "shared": f"{_and(names)} share the constraint at {pace}: "
        f"{names[0]} answers for {share}, but chance hides which is the largest.",
        "leading": f"{names[0]} leads as the constraint: it answers for {share} of the "
        f"throughput of {pace}, the rest is spread over others.",
        "sole": f"{names[0]} is the constraint: it answers for {share} of the "
        f"throughput of {pace}.",
    }
    return sentences[verdict.word]


def explanation(runs: Runs, verdict: Verdict) -> str:
    """Say how the simulation agrees with the static answer, and why if it does not.

    Parameters
    ----------
    runs
        All replications.
    verdict
        What they come to; its own words do not matter.
    """
    net = runs.network
    static = verdict.capacity
    if not static.constraint or not static.throughput:
        return "Capacity alone sets no limit."
    best = f"{static.throughput:.2f}"
    loss = 1 - verdict.throughput.mean / static.throughput
    told = _and([_name(net, name) for name in static.constraint])
    same = verdict.constraint[0] in static.constraint
    if abs(loss) < WORTH_TELLING:
        start = f"Capacity alone allows {best}, and all of it is reached"
        return f"{start}." if same else f"{start}; it names {told}."
    if loss < 0 and _works_late(net):
        return (
            f"Capacity in opening hours allows {best} in the long run; work that is "
            "finished after closing, or was there at the start, gives more."
        )
    if loss < 0:
        return (
            f"Capacity alone allows {best} in the long run; the stock that was there "
            "at the start gives more for a while."
        )
    cause = _lost_time(runs, static.constraint[0])
    culprit = "Chance" if not net.is_deterministic else "Waiting"
    costs = f"{culprit} costs {loss:.1%} of the {best} that capacity allows"
    text = f"{_spaced(costs)}: {cause}." if cause else f"{_spaced(costs)}."
    if not same:
        text += f" By capacity alone {told} would be the constraint."
    return text


def _keepers(net: Network) -> str:
    """Say who keeps opening hours."""
    owners = (net.owner(node.index) for node in net.nodes if node.calendar)
    return _and([_name(net, name) for name in dict.fromkeys(owners)])


def _works_late(net: Network) -> bool:
    """Return whether some work is finished after closing time."""
    return any(node.calendar and not node.calendar.pauses for node in net.nodes)


def _lost_time(runs: Runs, name: str) -> str:
    """Say how the node that capacity names loses its time."""
    net = runs.network
    node = next((node for node in net.nodes if node.name == name), None)
    if node is None or node.kind == "source":
        return ""
    seen = [result.nodes[node.index] for result in runs.results]
    title = _name(net, name)
    after = _and([_name(net, net.nodes[link.target].name) for link in node.links])
    idle = "finds nothing to sell" if node.kind == "market" else "waits for work"
    texts = {
        "blocked": f"is blocked {{}} of its time (no room before {after})",
        "starved": f"{idle} {{}} of its time",
        "down": "is in repair {} of its time",
    }
    parts = [
        (fsum(getattr(run, field) for run in seen) / len(seen), text)
        for field, text in texts.items()
    ]
    told = [
        text.format(_spaced(f"{part:.1%}"))
        for part, text in sorted(parts, key=lambda pair: -pair[0])
        if part >= WORTH_TELLING
    ]
    return f"{title} {_and(told)}" if told else ""


def _name(net: Network, name: str) -> str:
    release = net.release
    if release.limit is not None and name == release.name:
        return f"{name} {release.limit}"
    title = net.scenario.title(name)
    is_market = any(node.name == name and node.kind == "market" for node in net.nodes)
    return "the market" if is_market and title == "market" else title


def _pace(net: Network, value: float) -> str:
    return f"{value:.2f} {net.scenario.item}/{net.scenario.period}"


def _percent(share: Interval) -> str:
    text = _spaced(f"{share.mean:.0%}")
    if share.is_known and share.half_width > WORTH_TELLING / 10:
        return f"{text} ({share.low * 100:.1f}-{_spaced(f'{share.high:.1%}')})"
    return text


def _spaced(text: str) -> str:
    return text.replace("%", " %")


def _and(names: list[str]) -> str:
    if len(names) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
