"""A scenario turned into the network that everything else works on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from toc_sim.network.model import Network
from toc_sim.network.node import (
    Draw,
    Link,
    NetCalendar,
    NetMarket,
    NetNode,
    NetPatience,
    NetRelease,
    NetResource,
    NetRounds,
    NetSource,
    NetStage,
    Recipe,
)
from toc_sim.network.opened import opened
from toc_sim.scenario.fields.behaviour import (
    Distribution,
    Empirical,
    Patience,
    ShapedDelay,
    resolved_cv,
)
from toc_sim.scenario.fields.flow import ARROW, Way, share_of
from toc_sim.scenario.fields.nodes import AnyNode, Source, Stage
from toc_sim.scenario.fields.numbers import Profile, alone, level, scaled
from toc_sim.scenario.fields.sections import Conwip, DrumBufferRope, Economics
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.open_places import state_of_nodes
from toc_sim.scenario.parts import expanded, place_of, products_by_node

_ALIKE = 1e-9
"""Loads that differ by less than this part of each other count as equal."""

_ROUND = 1 - 1e-9
"""What comes back of a circle that nothing leaves, so that visits stay finite."""


def pool_loads(nodes: Sequence[NetNode], servers: Sequence[int]) -> NDArray[np.float64]:
    """Return the work that comes to each pool, for each of its servers [1].

    Only their order means anything where supplies are unlimited: each of them counts
    as one item per period.
    """
    work = np.zeros(len(servers))
    for node, rate in zip(nodes, visits(nodes), strict=True):
        for pool in node.pools:
            work[pool] += rate * level(node.pace, 0.0) / servers[pool]
    return work


def visits(nodes: Sequence[NetNode]) -> NDArray[np.float64]:
    """Return how often items come to each node, by index [items/period].

    The traffic equations of an open network (Jackson 1957) as things are at time 0:
    sources send what arrives, each unlimited supply one item per period, and whoever
    chooses freely goes each way equally often.
    """
    flow = np.zeros((len(nodes), len(nodes)))
    comes = np.zeros(len(nodes))
    for node in nodes:
        moves_on = level(node.conversion, 0.0) * _ROUND
        for link in node.links:
            part = 1 / len(node.links) if node.free else level(link.share, 0.0)
            flow[link.target, node.index] += moves_on * part
        if node.brings:
            comes[node.index] = 1.0 if node.supplied else level(node.pace, 0.0)
    return np.asarray(np.linalg.solve(np.eye(len(nodes)) - flow, comes))


def _with_leads(nodes: Sequence[NetNode], servers: Sequence[int]) -> Iterator[NetNode]:
    """Yield the nodes with the busiest of its pools as the lead of each stage (R48).

    The lead answers for the time that is spent at a stage with several pools: its
    others wait for it more often than it for them. Of equals it is the first named.
    """
    if not any(node.also for node in nodes):
        yield from nodes
        return
    loads = pool_loads(nodes, servers)
    for node in nodes:
        if not isinstance(node, NetStage) or not node.also:
            yield node
            continue
        most = max(loads[pool] for pool in node.pools)
        lead = next(pool for pool in node.pools if loads[pool] >= most * (1 - _ALIKE))
        others = tuple(pool for pool in node.pools if pool != lead)
        yield replace(node, resource=lead, also=others)


def network(scenario: Scenario) -> Network:
    """Turn a scenario into the graph that everything else works on.

    A node of the file that several products pass is a node for each of them, and a
    stage with servers of its own the pool that they share; see
    `toc_sim.scenario.parts`.

    Parameters
    ----------
    scenario
        Any; of its tools and variants none is at work.

    Returns
    -------
    Its nodes stand in the order of the file and refer to each other by index. Rates are
    per period [items/period], delays in periods.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> net = network_of(load("scenarios/paper_cups.yaml"))
    >>> [(node.name, node.pace) for node in net.nodes[:2]]
    [('machine_1', 12.0), ('machine_2', 8.0)]
    """
    stages = scenario.stages
    products = products_by_node(scenario.parts)
    state = state_of_nodes(scenario.parts) if scenario.state else {}
    scenario = _without_products(scenario)
    names = {name: index for index, name in enumerate(scenario.stages)}
    pools = {name: index for index, name in enumerate(scenario.resources)}
    links = {name: _links(scenario, name, names) for name in names}
    ranks = _ranks(links)
    supplied = _supplied(scenario, links)
    calendars: dict[str | None, NetCalendar] = {
        name: NetCalendar(name, it.cycle, it.open, it.closed, it.at_close == "pause")
        for name, it in scenario.calendars.items()
    }
    nodes = tuple(
        _own(entry, names, pools, supplied=index in supplied)(
            index=index,
            name=name,
            picture=entry.kind,
            rank=ranks[index],
            pace=_pace(entry),
            draw=_draw_of(entry),
            links=links[name],
            free=entry.routing == "free",
            stream=entry.stream or name,
            place=place_of(name),
            product=products.get(name),
            calendar=calendars.get(_hours_of(scenario, entry)),
            target=None if isinstance(entry.target, dict) else entry.target,
            opened=None,
        )
        for index, (name, entry) in enumerate(scenario.stages.items())
    )
    servers = [pool.servers for pool in scenario.resources.values()]
    nodes = tuple(_with_leads(nodes, servers))
    resources = tuple(
        NetResource(
            index,
            name,
            pool.servers,
            tuple(node.index for node in nodes if index in node.pools),
            "stage" if name in stages else "resource",
            pool.dispatch,
            calendars.get(pool.calendar),
        )
        for index, (name, pool) in enumerate(scenario.resources.items())
    )
    release = _release(scenario, names)
    return opened(Network(scenario, nodes, resources, release), state, names)


def _without_products(scenario: Scenario) -> Scenario:
    """Return the same scenario with one product at each node."""
    if not scenario.products:
        return scenario
    parts = expanded(scenario.parts)
    new: dict[str, Any] = {
        key: getattr(parts, key) for key in ("stages", "resources", "flow")
    }
    products = scenario.products.values()
    paid = any(each.price is not None or each.variable_cost for each in products)
    if scenario.economics is None and paid:
        new["economics"] = Economics()
    return scenario.model_copy(update=new)  # its nodes have names of their own


def _own(
    entry: AnyNode, names: dict[str, int], pools: dict[str, int], *, supplied: bool
) -> Callable[..., NetNode]:
    """Return the kind of a node, with what only that kind has filled in."""
    if isinstance(entry, Source):
        return partial(NetSource, lost=entry.overflow == "lost")
    buffer = None if entry.buffer == "unlimited" else entry.buffer
    patience = _patience(entry.patience)
    if not isinstance(entry, Stage):
        lost = entry.unmet == "lost"
        return partial(NetMarket, lost=lost, buffer=buffer, patience=patience)
    workers = tuple(pools[name] for name in entry.pools)
    moves = entry.rounds
    return partial(
        NetStage,
        servers=0 if workers else entry.servers,
        resource=workers[0] if workers else None,
        also=workers[1:],
        timed=entry.time is not None and bool(workers),
        buffer=buffer,
        conversion=alone(entry.conversion),
        supplied=supplied,
        availability=entry.availability,
        priority=entry.priority if isinstance(entry.priority, int) else 0,
        due=0.0 if isinstance(entry.due, dict) else entry.due,
        patience=patience,
        recipe=_recipe(entry, names),
        rounds=NetRounds(moves.every, moves.first, moves.mean) if moves else None,
        stock=entry.stock,
    )


def _recipe(entry: Stage, names: dict[str, int]) -> Recipe | None:
    """Return what a service takes and gives; None: one item for one item."""
    takes = entry.takes
    parts: tuple[tuple[int, int], ...] = ()
    if isinstance(takes, dict):
        parts = tuple((names[name], count) for name, count in takes.items())
        takes = sum(takes.values())
    copies = entry.routing == "all"
    if (takes, entry.gives, parts, copies) == (1, 1, (), False):
        return None
    return Recipe(takes, entry.gives, parts, copies)


def _hours_of(scenario: Scenario, entry: AnyNode) -> str | None:
    """Return the name of the calendar of a node, or of its resources."""
    if isinstance(entry, Stage) and entry.resource is not None:
        kept = (scenario.resources[pool].calendar for pool in entry.pools)
        return next((name for name in kept if name is not None), None)
    return entry.calendar


def _pace(entry: AnyNode) -> float | Profile:
    if isinstance(entry, Source):
        return alone(entry.arrivals)
    if not isinstance(entry, Stage):
        return inf if entry.demand is None else alone(entry.demand)
    if entry.rounds is not None:
        return entry.rounds.mean / entry.rounds.every
    if entry.time is not None:
        time = alone(entry.time)
        return time if entry.resource or isinstance(time, Profile) else 1 / time
    if entry.rate is not None:
        return alone(entry.rate)
    return scaled(alone(entry.capacity), 1 / entry.servers)


def _draw_of(entry: AnyNode) -> Draw:
    if not isinstance(entry, Stage) or entry.rounds is None:
        return _draw(entry.distribution, entry.spread)
    items = entry.rounds.items
    shape = items if isinstance(items, Empirical) else None
    return _draw(shape, resolved_cv(shape, None, 0.0))


def _draw(shape: Distribution | None, spread: float) -> Draw:
    if isinstance(shape, Empirical):
        mean = shape.mean
        samples = tuple(sample / mean for sample in shape.empirical)
        return Draw("empirical", spread, samples)
    if spread == 0:
        return Draw("constant", 0.0)
    if shape is None or shape == "exponential":
        return Draw("gamma", spread)
    return Draw(shape, spread)


def _patience(entry: float | Patience | None) -> NetPatience | None:
    if entry is None:
        return None
    told = entry if isinstance(entry, Patience) else Patience(mean=entry)
    return NetPatience(told.mean, _draw(told.distribution, told.spread))


def _links(scenario: Scenario, name: str, names: dict[str, int]) -> tuple[Link, ...]:
    ways = [way for way in scenario.flow if way.source == name]
    if scenario.stages[name].routing == "all":
        return tuple(Link(names[way.target], 1.0, 0.0) for way in ways)
    return tuple(
        Link(
            names[way.target],
            share_of(way, ways),
            told.mean,
            way.customers,
            _draw(told.distribution, told.spread),
            _stream_of(scenario, way) if told.spread else "",
        )
        for way in ways
        for told in [_time_away(way.delay)]
    )


def _time_away(delay: float | ShapedDelay) -> ShapedDelay:
    """Return the mean and the shape of the time away on a way."""
    return (
        delay
        if isinstance(delay, ShapedDelay)
        else ShapedDelay.model_construct(mean=delay)
    )


def _stream_of(scenario: Scenario, way: Way) -> str:
    """Return the random stream of a way: named by the streams of its ends (R44)."""
    ends = (way.source, way.target)
    return ARROW.join(scenario.stages[name].stream or name for name in ends)


def _ranks(links: dict[str, tuple[Link, ...]]) -> dict[int, int]:
    """Return the turn of each node among simultaneous events: downstream first (R5)."""
    at_once = [[way for way in ways if not way.delay] for ways in links.values()]
    groups = _condensed(at_once)
    depth: dict[int, int] = {}
    for group in reversed(list(nx.topological_sort(groups))):
        below = (1 + depth[each] for each in groups.successors(group))
        depth[group] = max(below, default=0)
    group_of = groups.graph["mapping"]
    order = sorted(range(len(links)), key=lambda index: (depth[group_of[index]], index))
    return {index: rank for rank, index in enumerate(order)}


def _supplied(scenario: Scenario, links: dict[str, tuple[Link, ...]]) -> set[int]:
    """Return the first stages without a source: one for each way in.

    In a circle it is the stage that the flow names first.
    """
    groups = _condensed(links.values())
    places = {name: index for index, name in enumerate(scenario.stages)}
    ends = [name for way in scenario.flow for name in (way.source, way.target)]
    first: dict[int, int] = {}
    for name in (*ends, *scenario.stages):
        group = groups.graph["mapping"][places[name]]
        if isinstance(scenario.stages[name], Stage) and not groups.in_degree(group):
            first.setdefault(group, places[name])
    return set(first.values())


def _condensed(links: Iterable[Iterable[Link]]) -> nx.DiGraph[int]:
    """Return the groups of nodes that lead to each other, and ways between groups."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    for index, ways in enumerate(links):
        graph.add_node(index)
        graph.add_edges_from((index, way.target) for way in ways)
    return nx.condensation(graph)


def _release(scenario: Scenario, names: dict[str, int]) -> NetRelease:
    policy = scenario.release
    if isinstance(policy, Conwip):
        return NetRelease(limit=policy.conwip)
    if isinstance(policy, DrumBufferRope):
        rope = policy.drum_buffer_rope
        return NetRelease(limit=rope.buffer, drum=names[rope.drum])
    return NetRelease()
