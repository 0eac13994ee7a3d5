"""Where the critical path may not be trusted, and experiments have to judge."""

from __future__ import annotations

from toc_sim.engine.simulate import Runs
from toc_sim.network.model import Network
from toc_sim.scenario.values import Profile


def why_not_the_path(runs: Runs) -> str:
    """Return why the derivative of a path is not that of the mean here; or nothing.

    Timing must not decide *whether* an item is lost or *which* goes first: there a
    small change makes a jump that the path of a single run cannot see (Heidelberger
    et al. 1988; Glasserman 1991). Where several products come, it decides the mix: one
    that goes first in place of another changes all that is bought after it.
    """
    net = runs.network
    return (
        _hours(net)
        or _losses(runs)
        or _patience(runs)
        or _rounds(net)
        or _turns(net)
        or _overtaking(net)
        or _choices(net)
        or _products(net)
    )


def _hours(net: Network) -> str:
    """Whether a little more speed may bring work forward from one day to another."""
    for node in net.nodes:
        if node.calendar is not None:
            title = net.scenario.title(net.owner(node.index))
            return f"the opening hours of {title} decide what is done when"
    return ""


def _losses(runs: Runs) -> str:
    sources = [
        node for node in runs.network.nodes if node.kind == "source" and node.lost
    ]
    for node in sources:
        if any(result.nodes[node.index].lost for result in runs.results):
            title = runs.network.scenario.title(node.name)
            return f"arrivals of {title} that find no room are lost"
    return ""


def _patience(runs: Runs) -> str:
    for node in runs.network.nodes:
        if any(result.nodes[node.index].abandoned for result in runs.results):
            title = runs.network.scenario.title(node.name)
            return f"items that wait too long before {title} are lost"
    return ""


def _rounds(net: Network) -> str:
    for node in net.nodes:
        if node.rounds is not None:
            title = net.scenario.title(node.name)
            return f"what {title} could have moved in a round and did not is lost"
    return ""


def _turns(net: Network) -> str:
    """Return which pool does not simply take whoever has waited longest."""
    for pool in net.resources:
        stages = [net.nodes[index] for index in pool.stages]
        told = {
            "fifo": (),
            "priority": ("priorities decide", {node.priority for node in stages}),
            "shortest": ("mean times decide", {_said(node.pace) for node in stages}),
            "earliest_due": ("due dates decide", {node.index for node in stages}),
        }[pool.dispatch]
        if told and len(told[1]) > 1:
            return f"{told[0]} whose turn it is with {net.scenario.title(pool.name)}"
    return ""


def _said(pace: float | Profile) -> float | tuple[tuple[float, float], ...]:
    return pace.profile if isinstance(pace, Profile) else pace


def _overtaking(net: Network) -> str:
    """Return which pool some of its stages need together with others, and some not."""
    for pool in net.resources:
        needs = {frozenset(net.nodes[index].pools) for index in pool.stages}
        if len(needs) > 1:
            title = net.scenario.title(pool.name)
            return (
                f"work for which {title} is enough may overtake what needs others too"
            )
    return ""


def _choices(net: Network) -> str:
    for node in net.nodes:
        if node.free and len(node.links) > 1:
            title = net.scenario.title(node.name)
            return f"items of {title} choose the shortest queue"
    return ""


def _products(net: Network) -> str:
    if net.has_several_products:
        return "several products come, each at a pace of its own"
    return ""
