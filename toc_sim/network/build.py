"""A scenario turned into the network that everything else works on."""

from __future__ import annotations

from math import fsum

import networkx as nx

from toc_sim.network.levels import scaled
from toc_sim.network.model import (
    Draw,
    Kind,
    Link,
    NetNode,
    NetResource,
    Network,
    Release,
)
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.nodes import AnyNode, Source, Stage
from toc_sim.scenario.sections import Conwip, DrumBufferRope
from toc_sim.scenario.shares import share_of
from toc_sim.scenario.values import Empirical, Profile


def network(scenario: Scenario) -> Network:
    """Turn a scenario into the graph that everything else works on."""
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
    resources = tuple(
        NetResource(
            index,
            name,
            scenario.resources[name].servers,
            tuple(node.index for node in nodes if node.resource == index),
        )
        for name, index in pools.items()
    )
    return Network(scenario, nodes, resources, _release(scenario, names))


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
    pool = pools[stage.resource] if stage and stage.resource is not None else None
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
        timed=pool is not None,
        draw=_draw(entry),
        buffer=None if buffer == "unlimited" else buffer,
        conversion=stage.conversion if stage else 1.0,
        links=links,
        free=entry.routing == "free",
        supplied=supplied,
        availability=stage.availability if stage else None,
        priority=stage.priority if stage else 0,
        lost=_loses(entry),
        stream=entry.stream or name,
    )


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
        return entry.arrivals
    if not isinstance(entry, Stage):
        return entry.demand
    if entry.time is not None:
        return entry.time
    if entry.rate is not None:
        return entry.rate
    assert entry.capacity is not None  # noqa: S101 - the model allows no other case
    return scaled(entry.capacity, 1 / entry.servers)


def _draw(entry: AnyNode) -> Draw:
    shape = entry.distribution
    if isinstance(shape, Empirical):
        mean = fsum(shape.empirical) / len(shape.empirical)
        samples = tuple(sample / mean for sample in shape.empirical)
        return Draw("empirical", entry.spread, samples)
    if entry.spread == 0:
        return Draw("constant", 0.0)
    if shape is None or shape == "exponential":
        return Draw("gamma", entry.spread)
    return Draw(shape, entry.spread)


def _links(scenario: Scenario, name: str, names: dict[str, int]) -> tuple[Link, ...]:
    ways = [way for way in scenario.flow if way.source == name]
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
