"""Where the critical path may be trusted: its derivative is that of the mean.

Timing must not decide *whether* an item is lost or *which* goes first: there a small
change makes a jump that the path of a single run cannot see (Heidelberger et al. 1988;
Glasserman 1991). Nor may the window be one in which the pace changes: the path tells
when the last item is bought, and what is counted is how many are bought in the window.
Each condition is a rule here. Whom the path names is lifted besides, so that what no
rule foresees is found (`toc_sim.constraint.diagnose`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from toc_sim.constraint.intervals import over
from toc_sim.engine.simulate import Runs
from toc_sim.network import PATH_SUPPORTS, Feature, NetNode, NetResource

LONG_DELAY = 0.05
"""Time away from which a delay is long beside the window [1]."""

LAST_PART = 0.25
"""The part of the window whose pace is compared with that of all of it [1]."""

DRIFT = 0.1
"""How much that pace may differ before the window is one that changes [1]."""


def why_not_the_path(runs: Runs) -> str:
    """Return why the derivative of a path is not that of the mean here; or nothing.

    Parameters
    ----------
    runs
        All replications.
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
        return f"{str(beyond.name).lower()} may decide what is lost"
    return _changing_window(runs)


def _hours(runs: Runs) -> str:
    """Whether a little more speed may bring work forward from one day to another."""
    net = runs.network
    title = net.scenario.title(net.owner(next(net.using(Feature.HOURS)).index))
    return f"the opening hours of {title} decide what is done when"


def _losses(runs: Runs) -> str:
    for node in runs.network.using(Feature.OVERFLOW):
        if any(result.nodes[node.index].lost for result in runs.results):
            return f"arrivals of {_title(runs, node)} that find no room are lost"
    return ""


def _patience(runs: Runs) -> str:
    for node in runs.network.using(Feature.PATIENCE):
        if any(result.nodes[node.index].abandoned for result in runs.results):
            return f"items that wait too long before {_title(runs, node)} are lost"
    return ""


def _rounds(runs: Runs) -> str:
    title = _title(runs, next(runs.network.using(Feature.ROUNDS)))
    return f"what {title} could have moved in a round and did not is lost"


def _turns(runs: Runs) -> str:
    """Return at which pool items of more than one stage wait for their turn."""
    for pool, stages in _pools(runs):
        waiting = [
            node.index
            for node in stages
            if any(result.nodes[node.index].queue_mean for result in runs.results)
        ]
        if len(waiting) > 1:
            title = _title(runs, pool)
            return (
                f"several stages wait for {title}, and timing decides whose turn it is"
            )
    return ""


def _choices(runs: Runs) -> str:
    for node in runs.network.using(Feature.FREE):
        if len(node.links) > 1:
            return f"items of {_title(runs, node)} choose the shortest queue"
    return ""


def _products(_: Runs) -> str:
    return "several products come, each at a pace of its own"


def _profiles(runs: Runs) -> str:
    node = next(runs.network.using(Feature.PROFILE))
    return f"what {_title(runs, node)} does changes over time"


def _delays(runs: Runs) -> str:
    for node in runs.network.using(Feature.DELAY):
        longest = max(link.delay for link in node.links)
        if longest > LONG_DELAY * runs.network.scenario.run.horizon:
            return f"the time away after {_title(runs, node)} is long beside the window"
    return ""


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
    low, high = (told.low, told.high) if told.is_known else (told.mean, told.mean)
    if low - whole > DRIFT:
        return "the pace of purchases still grows within the window"
    if high + whole < -DRIFT:
        return "the pace of purchases falls within the window"
    return ""


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
    Feature.DELAY: _delays,
}
"""Of what may stand in the way: whether it does, and where. The first counts."""
