"""Classical rules that name a constraint, beside the constraint share.

None of them is the verdict: each reads a symptom of the constraint, and names it well
where one stage is far slower than the others, less well the closer they are (see
docs/constraint-rules.md). Each is a function of the network that was run and its
replications, one at least, and says so where it cannot say anything.

Serial rules compare the machines of an open line, in which a market stands as the last
machine: the time in which it waits for goods is its starvation. A source stands as the
first machine. By active periods, a server is active while it works or is repaired, and
inactive while it is starved or blocked. Markets and sources have no work of their own
and are not compared; rules about the flow of items include markets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum, isnan, nan
from operator import attrgetter

import numpy as np

from toc_sim.constraint.active_periods import SAME, momentary_bottlenecks
from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.language import phrase
from toc_sim.network import NetNode, NetResource, Network

Scores = tuple[tuple[str, float], ...]
_Place = NetNode | NetResource


@dataclass(frozen=True, slots=True)
class Detection:
    """Whom one classical rule names as the constraint.

    Attributes
    ----------
    rule, title
        The rule's name, for machines and for people who read English.
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
    """A rule's name, for machines and for people who read English."""

    name: str
    title: str

    def names(
        self, named: tuple[str, ...], scores: Scores, reason: str = ""
    ) -> Detection:
        """Name some, or nobody for a reason."""
        return Detection(self.name, self.title, named, scores, bool(named), reason)

    def silent(self, reason: str, scores: Scores = ()) -> Detection:
        """Name nobody, and say why."""
        return self.names((), scores, reason)

    def best(
        self,
        choose: Callable[[Iterable[float]], float],
        scores: Iterable[tuple[str, float]],
        reason: str = "",
    ) -> Detection:
        """Name whoever has the best score: the largest or the least, by *choose*."""
        known = tuple((name, value) for name, value in scores if not isnan(value))
        if not known:
            return self.silent(phrase("nothing was measured that it could compare"))
        top = choose(value for _, value in known)
        nearly = SAME * max(1.0, *(abs(value) for _, value in known))
        named = tuple(name for name, value in known if abs(value - top) <= nearly)
        if len(named) == len(known) > 1:
            return self.silent(phrase("it cannot tell them apart"), known)
        return self.names(named, known, reason)


UTILISATION = ClassicalRule("utilisation", "Busiest")
ARROWS = ClassicalRule("arrows", "Arrows (blocked / starved)")
TURNING_POINT = ClassicalRule("turning_point", "Turning point")
ACTIVE_PERIOD = ClassicalRule("active_period", "Longest active period")
SHIFTING = ClassicalRule("shifting_bottleneck", "Shifting bottleneck")
QUEUE = ClassicalRule("queue", "Longest queue")
DEPARTURES = ClassicalRule("departures", "Most regular departures")


def detect(net: Network, results: Sequence[RunResult]) -> tuple[Detection, ...]:
    """Ask every classical rule who the constraint is.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least; what they measured is averaged. The shifting
        bottleneck needs runs with a timeline.

    Returns
    -------
    One detection a rule, always in the same order.
    """
    rules = (
        utilisation,
        arrows,
        turning_point,
        active_period,
        shifting_bottleneck,
        queue,
        departures,
    )
    return tuple(rule(net, results) for rule in rules)


def _means(
    results: Sequence[RunResult],
    places: Sequence[_Place],
    figure: Callable[[NodeRun], float],
) -> list[float]:
    """Return a figure of each place, on average over the runs that have it."""
    found = []
    for place in places:
        pool = isinstance(place, NetResource)
        runs = ((run.resources if pool else run.nodes)[place.index] for run in results)
        known = [value for value in map(figure, runs) if not isnan(value)]
        found.append(fsum(known) / len(known) if known else nan)
    return found


def _scores(places: Sequence[_Place], values: Sequence[float]) -> Scores:
    return tuple(zip((place.name for place in places), values, strict=True))


def _own_servers(net: Network) -> tuple[NetNode, ...]:
    """Return the stages that have servers of their own."""
    return tuple(
        node for node in net.nodes if node.kind == "stage" and node.resource is None
    )


def _workers(net: Network) -> tuple[_Place, ...]:
    return (*_own_servers(net), *net.resources)


def utilisation(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage or resource that is active for the greatest part of the time.

    Active is working or in repair: with the working time alone, a stage that is
    often down would look idle. Scores are shares of the servers' time [1]. In a
    saturated line without losses this is the slowest stage, and nothing more.

    References
    ----------
    Hopp & Spearman (2008), Factory Physics, 3rd ed., McGraw-Hill, ch. 7.
    """
    places = _workers(net)
    active = _means(results, places, lambda run: run.busy + run.down)
    return UTILISATION.best(max, _scores(places, active))


def queue(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage, resource or market with the most items waiting before it.

    Scores are mean numbers of items [items], of a resource those before all its
    stages. A stage that draws on an unlimited supply has no queue to compare. The
    rule misleads where buffers are small or unequal.

    References
    ----------
    Lawrence & Buss (1994), Shifting production bottlenecks: causes, cures, and
    conundrums, Production and Operations Management 3(1), 21-37.
    """
    own = [
        node
        for node in net.nodes
        if node.resource is None
        and node.kind != "source"
        and not (node.supplied or node.takes_all)
    ]
    places: tuple[_Place, ...] = (*own, *net.resources)
    waiting = _means(results, places, attrgetter("queue_mean"))
    if not any(waiting):
        return QUEUE.silent(phrase("nothing ever waited"))
    return QUEUE.best(max, _scores(places, waiting))


def active_period(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage or resource with the longest mean active period.

    Scores are mean lengths of uninterrupted active periods [periods]; one that lasts
    longer than the window counts as far as it was seen. Services that follow each
    other without a wait are one period, as far as the runs recorded when they were.

    References
    ----------
    Roser, Nakano & Tanaka (2001), A practical bottleneck detection method,
    Proceedings of the Winter Simulation Conference, 949-953.
    """
    places = _workers(net)
    counted = _means(results, places, attrgetter("active_mean"))
    recorded = (_recorded_lengths(results, place) for place in places)
    lengths = [
        float(np.mean(each)) if each else mean
        for each, mean in zip(recorded, counted, strict=True)
    ]
    return ACTIVE_PERIOD.best(max, _scores(places, lengths))


def _recorded_lengths(results: Sequence[RunResult], place: _Place) -> list[float]:
    """Return the mean active period of each run that recorded some of a stage."""
    if isinstance(place, NetResource):
        return []
    every = [run.active_periods[place.index] for run in results if run.active_periods]
    return [np.diff(periods).mean() for periods in every if len(periods)]


def shifting_bottleneck(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage that is the momentary bottleneck for the longest time.

    Scores are shares of time as sole or shifting bottleneck [1], as
    `momentary_bottlenecks` finds them, on average over the replications that recorded
    active periods. Only stages with servers of their own are compared, and the reason
    names the resources that are not.

    References
    ----------
    Roser, Nakano & Tanaka (2002), Shifting bottleneck detection, Proceedings of the
    Winter Simulation Conference, 1079-1086.
    """
    stages = _own_servers(net)
    if not stages:
        return SHIFTING.silent(phrase("no stage has servers of its own"))
    shares = [
        momentary_bottlenecks([result.active_periods[node.index] for node in stages])
        / result.horizon
        for result in results
        if result.active_periods
    ]
    if not shares:
        return SHIFTING.silent(phrase("active periods were not recorded"))
    times = np.mean(shares, axis=0).sum(axis=1).tolist()
    scores = _scores(stages, times)
    if not any(times):
        return SHIFTING.silent(phrase("no stage was active"), scores)
    names = ", ".join(pool.name for pool in net.resources)
    if not names:
        return SHIFTING.best(max, scores)
    left_out = phrase("active periods of {pools} are not known", pools=names)
    return SHIFTING.best(max, scores, left_out)


def _why_not_serial(net: Network) -> str:
    """Return why a network is not an open serial line; empty if it is one."""
    graph = net.graph
    if net.resources:
        return phrase("stages that share a resource are not a serial line")
    if net.release.limit is not None:
        return phrase("a release policy ties the ends of the line together")
    apart = any(link.delay for node in net.nodes for link in node.links)
    ways = [*dict(graph.in_degree()).values(), *dict(graph.out_degree()).values()]
    if len(graph) - graph.number_of_edges() != 1 or max(ways) > 1 or apart:
        return phrase("it is not a serial line")
    return ""


def _in_line(net: Network) -> tuple[NetNode, ...]:
    """Return the nodes of a serial line in the order of the flow, but for an exit."""
    at = next(node for node in net.nodes if net.graph.in_degree(node.index) == 0)
    line = [at]
    while at.links:
        at = net.nodes[at.links[0].target]
        if not at.takes_all:
            line.append(at)
    return tuple(line)


def arrows(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine at which the arrows between neighbours point.

    Between two neighbours the arrow points downstream if the first is blocked more
    than the second is starved, else upstream. A machine that no arrow leaves is a
    constraint; of several, the one with the highest severity: how much more its
    neighbours wait for it than it waits for them. Scores are the severities [1] of
    the machines that no arrow leaves.

    References
    ----------
    Kuo, Lim & Meerkov (1996), Bottlenecks in serial production lines: a
    system-theoretic approach, Mathematical Problems in Engineering 2(3), 233-276.
    Li & Meerkov (2009), Production Systems Engineering, Springer, ch. 5.
    """
    why = _why_not_serial(net)
    if why:
        return ARROWS.silent(why)
    line = _in_line(net)
    blocked = _means(results, line, attrgetter("blocked"))
    starved = _means(results, line, attrgetter("starved"))
    pulls = [idle - held for held, idle in zip(blocked[:-1], starved[1:], strict=True)]
    # pulls[i] < 0: i is blocked more than i + 1 is starved, the arrow points downstream
    upstream, downstream = [0.0, *pulls], [*pulls, 0.0]
    scores = [
        (node.name, right - left)
        for node, left, right in zip(line, upstream, downstream, strict=True)
        if left <= SAME and right >= -SAME
    ]
    return ARROWS.best(max, scores)


def turning_point(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine where more blocked than starved turns into the opposite.

    All machines before a turning point are blocked more than starved, all after it
    starved more than blocked, and it is blocked and starved together less than its
    neighbours. Where there is none, the machine that is blocked and starved least is
    named instead, and the reason says so. Scores are the shares of time blocked or
    starved [1]; the lowest counts.

    References
    ----------
    Li, Chang & Ni (2009), Data driven bottleneck detection of manufacturing systems,
    International Journal of Production Research 47(18), 5019-5036.
    """
    why = _why_not_serial(net)
    if why:
        return TURNING_POINT.silent(why)
    line = _in_line(net)
    blocked = _means(results, line, attrgetter("blocked"))
    starved = _means(results, line, attrgetter("starved"))
    lean = [held - idle for held, idle in zip(blocked, starved, strict=True)]
    waits = [held + idle for held, idle in zip(blocked, starved, strict=True)]
    scores = _scores(line, waits)
    turns = [index for index in range(len(line)) if _turns(index, lean, waits)]
    if turns:
        named = tuple(line[index].name for index in turns)
        return TURNING_POINT.names(named, scores)
    return TURNING_POINT.best(
        min,
        _without_sources(line, scores),
        phrase("no turning point: the one least blocked and starved"),
    )


def departures(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine whose departures are most regular.

    Scores are squared coefficients of variation of the times between departures [1];
    the lowest counts. In a line without losses all means are equal, and the order is
    that of the variances, as the authors have it.

    References
    ----------
    Betterton & Silver (2012), Detecting bottlenecks in serial production lines: a
    focus on interdeparture time variance, International Journal of Production
    Research 50(15), 4158-4174.
    """
    why = _why_not_serial(net)
    if why:
        return DEPARTURES.silent(why)
    line = _in_line(net)
    scores = _scores(line, _means(results, line, _gap_spread))
    return DEPARTURES.best(min, _without_sources(line, scores))


def _gap_spread(run: NodeRun) -> float:
    return run.gap_variance / run.gap_mean**2 if run.gap_mean > 0 else nan


def _turns(at: int, lean: Sequence[float], waits: Sequence[float]) -> bool:
    neighbours = [*waits[max(at - 1, 0) : at], *waits[at + 1 : at + 2]]
    return (
        all(value > SAME for value in lean[:at])
        and all(value < -SAME for value in lean[at + 1 :])
        and all(waits[at] < wait - SAME for wait in neighbours)
    )


def _without_sources(line: Sequence[NetNode], scores: Scores) -> Scores:
    """Leave out sources: their clock never waits, whatever the line does."""
    return tuple(
        score for node, score in zip(line, scores, strict=True) if node.kind != "source"
    )
