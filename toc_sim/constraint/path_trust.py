"""Where the critical path may be trusted: its derivative is that of the mean.

Timing must not decide *whether* an item is lost or *which* goes first: there a small
change makes a jump that the path of a single run cannot see (Heidelberger et al. 1988;
Glasserman 1991); but clocks without a memory may start over as room comes, and then
what they lose makes no jump (R53). Nor may the window be one in which the pace changes:
the path tells when the last item is bought, and what is counted is how many are bought
in the window. Nor may a queue still remember in the window how it began before it: the
path ends where the window begins, and what was before it is then not the same for all.
Each condition is a rule here. Whom the path names is lifted besides, so
that what no rule foresees is found (`toc_sim.constraint.diagnose`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from toc_sim.constraint.intervals import over
from toc_sim.engine.simulate import Runs
from toc_sim.language import phrase
from toc_sim.network import (
    PATH_SUPPORTS,
    Feature,
    NetNode,
    NetResource,
    Network,
    average,
)
from toc_sim.theory import Capacity, best_throughput
from toc_sim.theory.relaxation import relaxations

LONG_DELAY = 0.05
"""Time away from which a delay is long beside the window [1]."""

TOURS = 3.0
"""Times away, over all that somebody comes back, that the warm-up must last [1]."""

LAST_PART = 0.25
"""The part of the window whose pace is compared with that of all of it [1]."""

DRIFT = 0.1
"""How much that pace may differ before the window is one that changes [1]."""

REMEMBERED = 0.1
"""The part of the window in which each queue must forget how it began [1]."""

_ANY_PACE = 1e3
"""How much faster a stage is made to see how much would come to it [1]."""


def why_not_the_path(runs: Runs, static: Callable[[], Capacity]) -> str:
    """Return why the derivative of a path is not that of the mean here; or nothing.

    Parameters
    ----------
    runs
        All replications.
    static
        Gives what averages allow; it is asked only where the answer rests on that.
    """
    features = runs.network.features
    for feature, rule in _RULES.items():
        if feature & features:
            reason = rule(runs)
            if reason:
                return reason
    beyond = features & ~PATH_SUPPORTS
    for feature in _RULES:
        beyond &= ~feature
    if beyond:
        return phrase(
            "{feature} may decide what is lost", feature=str(beyond.name).lower()
        )
    return _changing_window(runs) or _long_memory(runs, static)


def _hours(runs: Runs) -> str:
    """Whether a little more speed may bring work forward from one day to another."""
    net = runs.network
    title = net.scenario.title(net.owner(next(net.using(Feature.HOURS)).index))
    return phrase("the opening hours of {node} decide what is done when", node=title)


def _losses(runs: Runs) -> str:
    for node in runs.network.using(Feature.OVERFLOW):
        lost = any(result.nodes[node.index].lost for result in runs.results)
        if lost and not _start_over_alone(runs.network, node):
            return phrase(
                "arrivals of {node} that find no room are lost", node=_title(runs, node)
            )
    return ""


def _start_over_alone(net: Network, source: NetNode) -> bool:
    """Return whether all that comes in does so by clocks that start over (R53).

    Who comes first may not matter. It does not between two such clocks before one
    stage: the other one starts over next time, and the stage is the same. It does where
    room or a token may go to what waits for it, or to another stage. And what comes in
    elsewhere has a path of its own: that of one run may be either, and tells little.
    """
    if not net.clock_starts_over(source):
        return False
    if any(node.stream == source.stream for node in net.nodes if node is not source):
        return False
    [link] = source.links
    target = net.nodes[link.target]
    rivals = [net.nodes[index] for index in net.graph.predecessors(target.index)]
    rivals += [node for node in net.nodes if node.brings]
    if net.release.limit is not None:
        rivals += net.using(Feature.REPEAT)
    return all(
        net.clock_starts_over(rival) and rival.links[0].target == target.index
        for rival in rivals
    ) and all(len(net.resources[pool].stages) == 1 for pool in target.pools)


def _patience(runs: Runs) -> str:
    for node in runs.network.using(Feature.PATIENCE):
        if any(result.nodes[node.index].abandoned for result in runs.results):
            return phrase(
                "items that wait too long before {node} are lost",
                node=_title(runs, node),
            )
    return ""


def _rounds(runs: Runs) -> str:
    return phrase(
        "what {node} could have moved in a round and did not is lost",
        node=_title(runs, next(runs.network.using(Feature.ROUNDS))),
    )


def _turns(runs: Runs) -> str:
    """Return at which pool items of more than one stage wait for their turn."""
    for pool, stages in _pools(runs):
        waiting = [
            node.index
            for node in stages
            if any(result.nodes[node.index].queue_mean for result in runs.results)
        ]
        if len(waiting) > 1:
            return phrase(
                "several stages wait for {pool}, and timing decides whose turn it is",
                pool=_title(runs, pool),
            )
    return ""


def _choices(runs: Runs) -> str:
    for node in runs.network.using(Feature.FREE):
        if len(node.links) > 1:
            return phrase(
                "items of {node} choose the shortest queue", node=_title(runs, node)
            )
    return ""


def _products(_: Runs) -> str:
    return phrase("several products come, each at a pace of its own")


def _profiles(runs: Runs) -> str:
    node = next(runs.network.using(Feature.PROFILE))
    return phrase("what {node} does changes over time", node=_title(runs, node))


def _delays(runs: Runs) -> str:
    """Whether what comes back does so much later, or again and again in a start.

    Until those who come back again and again have all done so the window still fills.
    """
    horizon = runs.network.scenario.run.horizon
    for node in runs.network.using(Feature.DELAY):
        title, longest = _title(runs, node), max(link.delay for link in node.links)
        if longest > LONG_DELAY * horizon:
            return phrase(
                "the time away after {node} is long beside the window", node=title
            )
        back = sum(average(link.share, horizon) for link in node.links if link.delay)
        away = longest / max(1 - back, 1e-9)
        if away > LONG_DELAY * horizon and runs.warmup < TOURS * away:
            return phrase(
                "those who come back after {node} still do so within the window",
                node=title,
            )
    return ""


def _regulars(runs: Runs) -> str:
    """Return whether what is bought owes something to customers at the start (R54).

    A given number of them comes, however fast everybody is: the path tells when the
    last item is bought, and knows of none but those that it passes.
    """
    title = _title(runs, next(runs.network.using(Feature.REGULARS)))
    return phrase(
        "the customers of {node} at the start come at whatever pace", node=title
    )


def _state(runs: Runs) -> str:
    """Return whether what is bought owes something to what was open at the start.

    So many items of it are bought, however fast what comes later is served (R56).
    """
    title = _title(runs, next(runs.network.using(Feature.STATE)))
    return phrase("what is open at {node} at the start is bought besides", node=title)


def _changing_window(runs: Runs) -> str:
    """Return whether the pace at the end of the window is not that of all of it."""
    horizon = runs.network.scenario.run.horizon
    begin = (1 - LAST_PART) * horizon
    drift = []
    for result in runs.results:
        window = result.departures[len(result.departures) - result.bought :]
        late = len(window) - int(np.searchsorted(window, begin, side="right"))
        drift.append(late / LAST_PART / max(1, result.bought) - 1)
    told = over(runs.network, drift)
    whole = 1 / (LAST_PART * max(1, min(result.bought for result in runs.results)))
    low, high = told.least, told.most
    if low - whole > DRIFT:
        return phrase("the pace of purchases still grows within the window")
    if high + whole < -DRIFT:
        return phrase("the pace of purchases falls within the window")
    return ""


def _long_memory(runs: Runs, averages: Callable[[], Capacity]) -> str:
    """Return which queue forgets too slowly how it was when the window began.

    A queue before the stage that limits all would settle never by its load, which is 1;
    how soon its past is forgotten follows from how much more would come to it.
    """
    net, horizon = runs.network, runs.network.scenario.run.horizon
    if net.is_deterministic or not runs.warmup:
        return ""
    static = averages()
    if not static.throughput:
        return ""
    coming = {
        owner.name: best_throughput(net.lifted(owner.name, _ANY_PACE))
        / static.throughput
        for owner in static.owners
        if owner.is_full and owner.kind != "source"
    }
    found = relaxations(net, static, runs.flows, coming=coming)
    if not found or found[0].time <= REMEMBERED * horizon:
        return ""
    return phrase(
        "the queue before {node} remembers too long how the window began",
        node=net.scenario.title(found[0].name),
    )


def _pools(runs: Runs) -> Iterator[tuple[NetResource, list[NetNode]]]:
    """Yield the pools with their stages."""
    nodes = runs.network.nodes
    for pool in runs.network.resources:
        yield pool, [nodes[index] for index in pool.stages]


def _title(runs: Runs, place: NetNode | NetResource) -> str:
    return runs.network.scenario.title(place.name)


_RULES: dict[Feature, Callable[[Runs], str]] = {
    Feature.HOURS: _hours,
    Feature.OVERFLOW: _losses,
    Feature.PATIENCE: _patience,
    Feature.ROUNDS: _rounds,
    Feature.PRODUCTS: _products,
    Feature.POOLS: _turns,
    Feature.FREE: _choices,
    Feature.PROFILE: _profiles,
    Feature.REGULARS: _regulars,
    Feature.STATE: _state,
    Feature.DELAY: _delays,
}
"""Of what may stand in the way: whether it does, and where. The first counts."""
