"""Classical rules for stages and serial lines, and what each of them reports.

In a serial line a market stands as the last machine: the time in which it waits for
goods is its starvation. A source stands as the first machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isnan, nan

from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.network import NetNode, NetResource, Network

SAME = 1e-9
"""Figures this close to each other differ by rounding only."""

Scores = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """Whom one classical rule names as the constraint.

    Attributes
    ----------
    rule, title
        The rule's name, for machines and for people.
    named
        Whom it names, several if they tie; empty where it cannot say, or tell those
        it compares apart.
    scores
        Name and value of all that it compares, in the order of the network.
    applies
        Whether the rule names anybody in this network and these runs.
    reason
        Why it cannot, or what must be known of its answer; mostly empty.
    """

    rule: str
    title: str
    named: tuple[str, ...]
    scores: Scores
    applies: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClassicalRule:
    """A rule's name, for machines and for people."""

    name: str
    title: str

    def highest(
        self, scores: Iterable[tuple[str, float]], reason: str = ""
    ) -> Detection:
        """Name whoever has the highest score."""
        return self._best(tuple(scores), max, reason)

    def lowest(
        self, scores: Iterable[tuple[str, float]], reason: str = ""
    ) -> Detection:
        """Name whoever has the lowest score."""
        return self._best(tuple(scores), min, reason)

    def silent(self, reason: str, scores: Scores = ()) -> Detection:
        """Name nobody, and say why."""
        return Detection(
            self.name, self.title, (), scores, applies=False, reason=reason
        )

    def _best(
        self,
        scores: Scores,
        best: Callable[[Iterable[float]], float],
        reason: str,
    ) -> Detection:
        known = tuple((name, value) for name, value in scores if not isnan(value))
        if not known:
            return self.silent("nothing was measured that it could compare")
        top = best(value for _, value in known)
        nearly = SAME * max(1.0, *(abs(value) for _, value in known))
        named = tuple(name for name, value in known if abs(value - top) <= nearly)
        if len(named) == len(known) > 1:
            return self.silent("it cannot tell them apart", known)
        return Detection(
            self.name, self.title, named, known, applies=True, reason=reason
        )


@dataclass(frozen=True, slots=True)
class StageMeans:
    """What one node or resource did, on average over the replications.

    Attributes
    ----------
    name
        Who.
    active
        Share of a server's time that it works or is repaired [1].
    blocked, starved
        Shares of a server's time [1].
    queue
        Items waiting before it [items].
    gap_spread
        Squared coefficient of variation of the times between departures [1]; nan if
        it was never measured.
    period
        Mean length of an uninterrupted active period [periods]; nan likewise.
    """

    name: str
    active: float
    blocked: float
    starved: float
    queue: float
    gap_spread: float
    period: float


def measure(results: Sequence[RunResult], node: NetNode) -> StageMeans:
    """Average what one node did over replications."""
    return _averages([result.nodes[node.index] for result in results])


def measure_pool(results: Sequence[RunResult], pool: NetResource) -> StageMeans:
    """Average what one resource did, for all its stages, over replications."""
    return _averages([result.resources[pool.index] for result in results])


def own_servers(net: Network) -> tuple[NetNode, ...]:
    """Return the stages that have servers of their own."""
    return tuple(
        node for node in net.nodes if node.kind == "stage" and node.resource is None
    )


def why_not_serial(net: Network) -> str:
    """Return why a network is not an open serial line; empty if it is one."""
    graph = net.graph
    if net.resources:
        return "stages that share a resource are not a serial line"
    if net.release.limit is not None:
        return "a release policy ties the ends of the line together"
    apart = any(link.delay for node in net.nodes for link in node.links)
    ways = [*dict(graph.in_degree()).values(), *dict(graph.out_degree()).values()]
    if len(graph) - graph.number_of_edges() != 1 or max(ways) > 1 or apart:
        return "it is not a serial line"
    return ""


def in_line(net: Network) -> tuple[NetNode, ...]:
    """Return the nodes of a serial line in the order of the flow."""
    at = next(node for node in net.nodes if net.graph.in_degree(node.index) == 0)
    line = [at]
    while at.links:
        at = net.nodes[at.links[0].target]
        line.append(at)
    return tuple(line)


def _averages(runs: Sequence[NodeRun]) -> StageMeans:
    return StageMeans(
        name=runs[0].name,
        active=_mean(run.busy + run.down for run in runs),
        blocked=_mean(run.blocked for run in runs),
        starved=_mean(run.starved for run in runs),
        queue=_mean(run.queue_mean for run in runs),
        gap_spread=_mean(_gap_spread(run) for run in runs),
        period=_mean(run.active_mean for run in runs),
    )


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if not isnan(value)]
    return fsum(known) / len(known) if known else nan


def _gap_spread(run: NodeRun) -> float:
    return run.gap_variance / run.gap_mean**2 if run.gap_mean > 0 else nan


ARROWS = ClassicalRule("arrows", "Arrows (blocked / starved)")
TURNING_POINT = ClassicalRule("turning_point", "Turning point")
DEPARTURES = ClassicalRule("departures", "Most regular departures")


def arrows(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine at which the arrows between neighbours point.

    Between two neighbours the arrow points downstream if the first is blocked more
    than the second is starved, else upstream. A machine that no arrow leaves is a
    constraint; of several, the one with the highest severity: how much more its
    neighbours wait for it than it waits for them. Scores are the severities [1] of
    the machines that no arrow leaves.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    References
    ----------
    Kuo, Lim & Meerkov (1996), Bottlenecks in serial production lines: a
    system-theoretic approach, Mathematical Problems in Engineering 2(3), 233-276.
    Li & Meerkov (2009), Production Systems Engineering, Springer, ch. 5.
    """
    why = why_not_serial(net)
    if why:
        return ARROWS.silent(why)
    line = in_line(net)
    each = [measure(results, node) for node in line]
    pulls = [after.starved - before.blocked for before, after in pairwise(each)]
    # pulls[i] < 0: i is blocked more than i + 1 is starved, the arrow points downstream
    upstream, downstream = [0.0, *pulls], [*pulls, 0.0]
    scores = [
        (node.name, right - left)
        for node, left, right in zip(line, upstream, downstream, strict=True)
        if left <= SAME and right >= -SAME
    ]
    return ARROWS.highest(scores)


def turning_point(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine where more blocked than starved turns into the opposite.

    All machines before a turning point are blocked more than starved, all after it
    starved more than blocked, and it is blocked and starved together less than its
    neighbours. Where there is none, the machine that is blocked and starved least is
    named instead, and the reason says so. Scores are the shares of time blocked or
    starved [1]; the lowest counts.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    References
    ----------
    Li, Chang & Ni (2009), Data driven bottleneck detection of manufacturing systems,
    International Journal of Production Research 47(18), 5019-5036.
    """
    why = why_not_serial(net)
    if why:
        return TURNING_POINT.silent(why)
    line = in_line(net)
    each = [measure(results, node) for node in line]
    lean = [node.blocked - node.starved for node in each]
    waits = [node.blocked + node.starved for node in each]
    scores = tuple((node.name, wait) for node, wait in zip(line, waits, strict=True))
    turns = [index for index in range(len(line)) if _turns(index, lean, waits)]
    if turns:
        return Detection(
            TURNING_POINT.name,
            TURNING_POINT.title,
            tuple(line[index].name for index in turns),
            scores,
            applies=True,
        )
    return TURNING_POINT.lowest(
        _without_sources(line, scores),
        "no turning point: the one least blocked and starved",
    )


def departures(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine whose departures are most regular.

    Scores are squared coefficients of variation of the times between departures [1];
    the lowest counts. In a line without losses all means are equal, and the order is
    that of the variances, as the authors have it.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least.

    References
    ----------
    Betterton & Silver (2012), Detecting bottlenecks in serial production lines: a
    focus on interdeparture time variance, International Journal of Production
    Research 50(15), 4158-4174.
    """
    why = why_not_serial(net)
    if why:
        return DEPARTURES.silent(why)
    line = in_line(net)
    scores = tuple((node.name, measure(results, node).gap_spread) for node in line)
    return DEPARTURES.lowest(_without_sources(line, scores))


def _turns(at: int, lean: Sequence[float], waits: Sequence[float]) -> bool:
    neighbours = [*waits[max(at - 1, 0) : at], *waits[at + 1 : at + 2]]
    return (
        all(value > SAME for value in lean[:at])
        and all(value < -SAME for value in lean[at + 1 :])
        and all(waits[at] < wait - SAME for wait in neighbours)
    )


def _without_sources(
    line: Sequence[NetNode], scores: Sequence[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    """Leave out sources: their clock never waits, whatever the line does."""
    return tuple(
        score for node, score in zip(line, scores, strict=True) if node.kind != "source"
    )
