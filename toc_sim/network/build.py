"""A scenario turned into the network that everything else works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from toc_sim.network.calendars import Calendar
from toc_sim.network.model import NetResource, Network, Release
from toc_sim.network.node import Draw, Kind, Link, NetNode, recipe_of, rounds_of
from toc_sim.network.node import Patience as NetPatience
from toc_sim.scenario.expand import expanded, products_by_node
from toc_sim.scenario.fields.behaviour import (
    Distribution,
    Empirical,
    Patience,
    cv_of_samples,
)
from toc_sim.scenario.fields.flow import share_of
from toc_sim.scenario.fields.nodes import AnyNode, Source, Stage
from toc_sim.scenario.fields.numbers import Profile, alone, level, scaled
from toc_sim.scenario.fields.sections import Conwip, DrumBufferRope, Economics, Product
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import place_of

ALIKE = 1e-9
"""Loads that differ by less than this part of each other count as equal."""

ROUND = 1 - 1e-9
"""What comes back of a circle that nothing leaves, so that visits stay finite."""


def with_leads(
    nodes: tuple[NetNode, ...], servers: Sequence[int]
) -> tuple[NetNode, ...]:
    """Return the nodes with the busiest of its pools as the lead of each stage.

    The lead answers for the time that is spent at a stage with several pools: its
    others wait for it more often than it for them. Of equals it is the first named.

    Parameters
    ----------
    nodes
        With their pools in the order of the file.
    servers
        Of each pool, by index.
    """
    if not any(node.also for node in nodes):
        return nodes
    loads = pool_loads(nodes, servers)
    return tuple(_led(node, loads) for node in nodes)


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
        moves_on = level(node.conversion, 0.0) * ROUND
        for link in node.links:
            part = 1 / len(node.links) if node.free else level(link.share, 0.0)
            flow[link.target, node.index] += moves_on * part
        if node.kind == "source":
            comes[node.index] = level(node.pace, 0.0)
        elif node.supplied:
            comes[node.index] = 1.0
    found = np.linalg.solve(np.eye(len(nodes)) - flow, comes)
    return np.asarray(found, dtype=np.float64)


def _led(node: NetNode, loads: NDArray[np.float64]) -> NetNode:
    most = max((loads[pool] for pool in node.pools), default=0.0)
    lead = next(
        (pool for pool in node.pools if loads[pool] >= most * (1 - ALIKE)), None
    )
    others = tuple(pool for pool in node.pools if pool != lead)
    return replace(node, resource=lead, also=others)


def network(scenario: Scenario) -> Network:
    """Turn a scenario into the graph that everything else works on.

    A node of the file that several products pass is a node for each of them, and a
    stage with servers of its own the pool that they share; see
    `toc_sim.scenario.expand`.
    """
    stages = scenario.stages
    products = products_by_node(scenario.parts) if scenario.products else {}
    scenario = _without_products(scenario)
    names = {name: index for index, name in enumerate(scenario.stages)}
    pools = {name: index for index, name in enumerate(scenario.resources)}
    links = {name: _links(scenario, name, names) for name in names}
    ranks = _ranks(links)
    supplied = _supplied(scenario, links)
    nodes = tuple(
        _node(
            index,
            name,
            scenario.stages[name],
            links[name],
            ranks[index],
            supplied=index in supplied,
            pools=pools,
        )
        for name, index in names.items()
    )
    nodes = tuple(
        replace(
            node,
            product=products.get(node.name),
            recipe=recipe_of(scenario.stages[node.name], names),
        )
        for node in nodes
    )
    nodes = with_leads(nodes, [pool.servers for pool in scenario.resources.values()])
    resources = tuple(
        NetResource(
            index,
            name,
            scenario.resources[name].servers,
            tuple(node.index for node in nodes if index in node.pools),
            "stage" if name in stages else "resource",
            scenario.resources[name].dispatch,
            _calendar(scenario, scenario.resources[name].calendar),
        )
        for name, index in pools.items()
    )
    nodes = tuple(
        replace(node, calendar=_calendar(scenario, _hours_of(scenario, entry)))
        for node, entry in zip(nodes, scenario.stages.values(), strict=True)
    )
    return Network(scenario, nodes, resources, _release(scenario, names))


def _without_products(scenario: Scenario) -> Scenario:
    """Return the same scenario with one product at each node."""
    if not scenario.products:
        return scenario
    parts = expanded(scenario.parts)
    money = scenario.economics
    if money is None and any(map(_has_money, scenario.products.values())):
        money = Economics()
    new = {
        "stages": parts.stages,
        "resources": parts.resources,
        "flow": parts.flow,
        "economics": money,
    }
    return scenario.model_copy(update=new)  # its nodes have names of their own


def _has_money(product: Product) -> bool:
    return product.price is not None or bool(product.variable_cost)


def _node(
    index: int,
    name: str,
    entry: AnyNode,
    links: tuple[Link, ...],
    rank: int,
    *,
    supplied: bool,
    pools: dict[str, int],
) -> NetNode:
    stage = entry if isinstance(entry, Stage) else None
    workers = [pools[name] for name in stage.pools] if stage else []
    pool = workers[0] if workers else None
    buffer = None if isinstance(entry, Source) else entry.buffer
    return NetNode(
        index=index,
        name=name,
        kind=_kind(entry),
        picture=entry.kind,
        rank=rank,
        servers=0 if pool is not None else stage.servers if stage else 1,
        resource=pool,
        pace=_pace(entry),
        timed=stage is not None and stage.time is not None and pool is not None,
        draw=_draw_of(entry),
        buffer=None if buffer == "unlimited" else buffer,
        conversion=alone(stage.conversion) if stage else 1.0,
        links=links,
        free=entry.routing == "free",
        supplied=supplied,
        availability=stage.availability if stage else None,
        priority=stage.priority if stage and isinstance(stage.priority, int) else 0,
        lost=_loses(entry),
        stream=entry.stream or name,
        patience=None if isinstance(entry, Source) else _patience(entry.patience),
        place=place_of(name),
        also=tuple(workers[1:]),
        due=stage.due if stage and not isinstance(stage.due, dict) else 0.0,
        rounds=rounds_of(entry),
        stock=stage.stock if stage else 0,
    )


def _hours_of(scenario: Scenario, entry: AnyNode) -> str | None:
    """Return the name of the calendar of a node, or of its resources."""
    if isinstance(entry, Stage) and entry.resource is not None:
        kept = (scenario.resources[pool].calendar for pool in entry.pools)
        return next((name for name in kept if name is not None), None)
    return entry.calendar


def _calendar(scenario: Scenario, name: str | None) -> Calendar | None:
    if name is None:
        return None
    entry = scenario.calendars[name]
    pauses = entry.at_close == "pause"
    return Calendar(name, entry.cycle, entry.open, entry.closed, pauses)


def _kind(entry: AnyNode) -> Kind:
    if isinstance(entry, Stage):
        return "stage"
    return entry.kind


def _loses(entry: AnyNode) -> bool:
    if isinstance(entry, Stage):
        return False
    return (entry.overflow if isinstance(entry, Source) else entry.unmet) == "lost"


def _pace(entry: AnyNode) -> float | Profile:
    if isinstance(entry, Source):
        return alone(entry.arrivals)
    if not isinstance(entry, Stage):
        return alone(entry.demand)
    return _pace_of_stage(entry)


def _pace_of_stage(stage: Stage) -> float | Profile:
    if stage.rounds is not None:
        return stage.rounds.mean / stage.rounds.every
    if stage.time is not None:
        time = alone(stage.time)
        if stage.resource is None and not isinstance(time, Profile):
            return 1 / time
        return time
    if stage.rate is not None:
        return alone(stage.rate)
    return scaled(alone(stage.capacity), 1 / stage.servers)


def _draw_of(entry: AnyNode) -> Draw:
    if isinstance(entry, Stage) and entry.rounds is not None:
        items = entry.rounds.items
        return (
            _draw(items, cv_of_samples(items))
            if isinstance(items, Empirical)
            else Draw("constant", 0.0)
        )
    return _draw(entry.distribution, entry.spread)


def _draw(shape: Distribution | None, spread: float) -> Draw:
    if isinstance(shape, Empirical):
        mean = fsum(shape.empirical) / len(shape.empirical)
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
    if isinstance(entry, Patience):
        return NetPatience(entry.mean, _draw(entry.distribution, entry.spread))
    return NetPatience(entry, _draw(None, 1.0))


def _links(scenario: Scenario, name: str, names: dict[str, int]) -> tuple[Link, ...]:
    ways = [way for way in scenario.flow if way.source == name]
    if scenario.stages[name].routing == "all":
        return tuple(Link(names[way.target], 1.0, way.delay) for way in ways)
    return tuple(
        Link(names[way.target], share_of(way, ways), way.delay) for way in ways
    )


def _ranks(links: dict[str, tuple[Link, ...]]) -> dict[int, int]:
    """Return the turn of each node among simultaneous events: downstream first."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(links)))
    for index, ways in enumerate(links.values()):
        graph.add_edges_from((index, way.target) for way in ways if not way.delay)
    condensed = nx.condensation(graph)
    depth: dict[int, int] = {}
    for group in reversed(list(nx.topological_sort(condensed))):
        depth[group] = max(
            (1 + depth[below] for below in condensed.successors(group)), default=0
        )
    groups = condensed.graph["mapping"]
    order = sorted(range(len(links)), key=lambda index: (depth[groups[index]], index))
    return {index: rank for rank, index in enumerate(order)}


def _supplied(scenario: Scenario, links: dict[str, tuple[Link, ...]]) -> set[int]:
    """Return the first stages without a source: one for each way in.

    In a circle it is the stage that the flow names first.
    """
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(links)))
    for index, ways in enumerate(links.values()):
        graph.add_edges_from((index, way.target) for way in ways)
    condensed = nx.condensation(graph)
    places = {name: index for index, name in enumerate(scenario.stages)}
    ends = [name for way in scenario.flow for name in (way.source, way.target)]
    named = [name for name in ends if isinstance(scenario.stages[name], Stage)]
    named += [name for name, node in scenario.stages.items() if isinstance(node, Stage)]
    first = set()
    for group in condensed.nodes:
        members = condensed.nodes[group]["members"]
        stages = [name for name in named if places[name] in members]
        if condensed.in_degree(group) == 0 and stages:
            first.add(places[stages[0]])
    return first


def _release(scenario: Scenario, names: dict[str, int]) -> Release:
    policy = scenario.release
    if isinstance(policy, Conwip):
        return Release(limit=policy.conwip)
    if isinstance(policy, DrumBufferRope):
        rope = policy.drum_buffer_rope
        return Release(limit=rope.buffer, drum=names[rope.drum])
    return Release()
