"""The parts of a scenario as the checks see them, also with a node for each product.

Where several products pass a stage, each gets a stage of its own, and all of these
share its servers. So everything that is known of stages and resources holds for
products too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeVar

from toc_sim.errors import Path, Problem
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import AnyNode, Resource, Source, Stage
from toc_sim.scenario.fields.open_items import OpenItems
from toc_sim.scenario.fields.sections import (
    Calendar,
    Conwip,
    DrumBufferRope,
    Economics,
    Expectation,
    Product,
    Run,
    Tool,
    Variant,
)
from toc_sim.scenario.fields.uncertain import Measurement, Uncertainty

Policy = str | Conwip | DrumBufferRope


Vertex = TypeVar("Vertex", bound=Hashable)

OF = "/"
"""Between a node and a product that passes it, where several do: ``drilling/P``."""


def place_of(name: str) -> str:
    """Return the node of the file that a node of one product stands for.

    Parameters
    ----------
    name
        Of a node of the file, or of a node of one product.
    """
    return name.partition(OF)[0]


@dataclass(frozen=True)
class Parts:
    """What a scenario consists of; None stands for what is broken.

    Attributes
    ----------
    stages, resources, products, calendars, tools, variants
        By name.
    flow
        The ways that can be read.
    places
        Where each of them is written.
    uncertain, measure
        By the paths of parameters.
    release, economics, run, expect
        None where broken, or (of economics and expect) absent.
    state
        What is open as a run starts, by place.
    is_complete
        Whether all lines of the flow could be read.
    """

    stages: Mapping[str, AnyNode | None]
    flow: tuple[Way, ...] = ()
    places: tuple[Path, ...] = ()
    resources: Mapping[str, Resource | None] = field(default_factory=dict)
    products: Mapping[str, Product | None] = field(default_factory=dict)
    calendars: Mapping[str, Calendar | None] = field(default_factory=dict)
    release: Policy | None = "push"
    economics: Economics | None = None
    tools: Mapping[str, Tool | None] = field(default_factory=dict)
    variants: Mapping[str, Variant | None] = field(default_factory=dict)
    run: Run | None = None
    expect: Expectation | None = None
    state: Mapping[str, OpenItems | Mapping[str, OpenItems] | None] = field(
        default_factory=dict
    )
    uncertain: Mapping[str, Uncertainty | None] = field(default_factory=dict)
    measure: Mapping[str, Measurement | None] = field(default_factory=dict)
    is_complete: bool = True

    @cached_property
    def ways_out(self) -> Mapping[str, tuple[Way, ...]]:
        """The ways out of each node that has any, in the order of the file."""
        found: dict[str, list[Way]] = {}
        for way in self.flow:
            found.setdefault(way.source, []).append(way)
        return {name: tuple(ways) for name, ways in found.items()}

    @cached_property
    def place_by_way(self) -> Mapping[str, Path]:
        """Where each way is written; where it is written twice, the second place."""
        return dict(zip([way.name for way in self.flow], self.places, strict=True))

    @cached_property
    def passing(self) -> Mapping[str, tuple[str, ...]]:
        """The products that pass each node, from where they begin, along their ways."""

        def ahead(at: tuple[str, str]) -> Iterator[tuple[str, str]]:
            for way in ways_of(self, *at):
                if way.target in self.stages:
                    yield way.target, way.becomes or at[1]

        found = set(reached(beginnings(self), ahead))
        return {
            name: tuple(each for each in self.products if (name, each) in found)
            for name in self.stages
        }

    @property
    def drum(self) -> str | None:
        """The stage that sets the pace of release, where one does."""
        rope = self.release
        return rope.drum_buffer_rope.drum if isinstance(rope, DrumBufferRope) else None

    @cached_property
    def is_by_product(self) -> bool:
        """Whether there are products, or anything is said of some."""
        nodes = (node for node in self.stages.values() if node is not None)
        return bool(self.products) or any(node.tables for node in nodes)

    @property
    def is_broken(self) -> bool:
        """Whether a node is: then it is not known which products pass where."""
        return any(node is None for node in self.stages.values())

    @cached_property
    def is_sound(self) -> bool:
        """Whether every way is known and leads from a node to another.

        Only then may anything be said of what cannot be reached.
        """
        return self.is_complete and all(
            way.source in self.stages and way.target in self.stages for way in self.flow
        )


PARTS = tuple(
    each.name for each in fields(Parts) if each.name not in ("places", "is_complete")
)
"""The sections of a file that describe its parts."""


def expanded(parts: Parts) -> Parts:
    """Return the same pipeline with one product at each node, still named (R33).

    Parameters
    ----------
    parts
        The pipeline as the file has it; one without products keeps its nodes.

    Returns
    -------
    A node for each product that passes a node of the file; a stage that several pass is
    also the resource whose servers they share.
    """
    pools = dict(parts.resources)
    stages: dict[str, AnyNode | None] = {}
    for name, node in parts.stages.items():
        passing = parts.passing[name]
        for product in passing or (*parts.products, "")[:1]:
            own = own_name(name, product, parts)
            stages[own] = node and _of_product(name, node, product, parts)
        if isinstance(node, Stage) and node.resource is None and len(passing) > 1:
            pools[name] = Resource.model_construct(
                title=node.title,
                servers=node.servers,
                dispatch=node.dispatch or "priority",
                calendar=node.calendar,
            )
    ways, places = [], []
    for way, place in zip(parts.flow, parts.places, strict=True):
        for own_way in _own_ways(way, parts) if parts.products else [way]:
            ways.append(own_way)
            places.append(place)
    return replace(
        parts, stages=stages, resources=pools, flow=tuple(ways), places=tuple(places)
    )


def products_by_node(parts: Parts) -> Mapping[str, str]:
    """Return the product that passes each node of the expanded pipeline."""
    return {
        own_name(name, product, parts): product
        for name, products in parts.passing.items()
        for product in products
    }


def own_name(node: str, product: str, parts: Parts) -> str:
    """Return what the node of one product is called."""
    return f"{node}{OF}{product}" if len(parts.passing[node]) > 1 else node


def in_file(problem: Problem) -> Problem:
    """Return a problem of an expanded pipeline at its place in the file."""
    path: Path = problem.path
    if len(path) > 1 and path[0] == "stages":
        path = (path[0], place_of(str(path[1])), *path[2:])
    return replace(problem, path=path)


def beginnings(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield where products come in: at sources, else where their ways begin."""
    coming = set()
    for name, node in parts.stages.items():
        if isinstance(node, Source):
            table = node.arrivals
            given = table if isinstance(table, Mapping) else parts.products
            for product in parts.products:
                if product in given and list(ways_of(parts, name, product)):
                    coming.add(product)
                    yield name, product
    coming |= {way.becomes for way in parts.flow if way.becomes is not None}
    for product in parts.products:
        if product not in coming or len(parts.products) == 1:
            yield from ((name, product) for name in _first_stages(parts, product))


def ways_of(parts: Parts, node: str, product: str) -> Iterator[Way]:
    """Yield the ways of a product out of a node: its own, else those of all."""
    ways = parts.ways_out.get(node, ())
    own = [way for way in ways if way.product == product]
    yield from own or (way for way in ways if way.product is None)


def _first_stages(parts: Parts, product: str) -> Iterator[str]:
    """Yield the stages at which the ways of a product begin.

    Nothing begins at a stage that a product only goes past, nor, where it has ways of
    its own, at one that does not lead to them.
    """
    alone = () if parts.flow else parts.stages  # one stage needs no way
    ways: dict[str, list[str]] = {name: [] for name in alone}
    behind: dict[str, set[str]] = {}
    for way in parts.flow:
        if way.product in (None, product):
            ways.setdefault(way.source, []).append(way.target)
            ways.setdefault(way.target, [])
            behind.setdefault(way.target, set()).add(way.source)
    own = {way.source for way in parts.flow if way.product == product}

    def ahead(name: str) -> Iterator[str]:
        return (way.target for way in ways_of(parts, name, product))

    for group in components(ways):
        inside = set(group)
        if any(behind.get(name, set()) - inside for name in group):
            continue
        led = reached(group, ahead)
        if not own or own.intersection(led):
            stages = [name for name in parts.stages if name in inside]
            yield from [n for n in stages if isinstance(parts.stages[n], Stage)][:1]


def _own_ways(way: Way, parts: Parts) -> Iterator[Way]:
    """Yield a way as each product takes it."""
    for product in parts.passing.get(way.source, ()):
        if way in ways_of(parts, way.source, product):
            target = way.target
            if target in parts.stages:
                target = own_name(target, way.becomes or product, parts)
            yield Way.model_construct(
                source=own_name(way.source, product, parts),
                target=target,
                share=way.share,
                delay=way.delay,
                customers=way.customers,
                benchmark=way.benchmark,
            )


def _of_product(name: str, node: AnyNode, product: str, parts: Parts) -> AnyNode:
    """Return a node as one product sees it; with others on it, of a shared pool."""
    own: dict[str, Any] = {
        key: table.get(product, next(iter(table.values())))  # else: as of another
        for key, table in node.tables.items()
    }
    takes = getattr(node, "takes", 1)
    if isinstance(takes, Mapping) and parts.products:
        own["takes"] = {
            own_name(each, product, parts) if each in parts.stages else each: count
            for each, count in takes.items()
        }
    if len(parts.passing[name]) < 2:  # noqa: PLR2004 - no other product passes
        return node.model_copy(update=own) if own else node
    told = parts.products[product]
    own["title"] = f"{node.title or name}: {(told and told.title) or product}"
    stream = (told and told.stream) or product
    own["stream"] = f"{node.stream or name}{OF}{stream}"
    if isinstance(node, Stage) and node.resource is None:
        own["resource"], own["calendar"] = name, None
    return node.model_copy(update=own)


Graph = Mapping[Vertex, Sequence[Vertex]]
"""Where each item leads; every target is a key too."""


def components(graph: Graph[Vertex]) -> Iterator[tuple[Vertex, ...]]:
    """Yield the strongly connected groups, those furthest upstream first.

    Items of one group lead to each other; a group of one may lead to itself. networkx
    has them too, but takes longer to import than a file to check.

    Parameters
    ----------
    graph
        By item, what it leads to.

    Yields
    ------
    The items of one group; every item stands in exactly one.

    References
    ----------
    Sharir, M. (1981). A strong-connectivity algorithm and its applications in data
    flow analysis. Computers & Mathematics with Applications 7(1), 67-72; here without
    recursion, for long lines.
    """
    behind: dict[Vertex, list[Vertex]] = {item: [] for item in graph}
    for item, targets in graph.items():
        for target in targets:
            behind[target].append(item)
    taken: set[Vertex] = set()

    def upstream(item: Vertex) -> list[Vertex]:
        return [each for each in behind[item] if each not in taken]

    for root in reversed(_finished(graph)):
        if root not in taken:
            group = reached([root], upstream)
            taken.update(group)
            yield group


def is_cycle(graph: Graph[Vertex], group: Sequence[Vertex]) -> bool:
    """Return whether a strongly connected group leads back to itself."""
    return len(group) > 1 or group[0] in graph[group[0]]


def leads_out(graph: Graph[Vertex], group: Sequence[Vertex]) -> bool:
    """Return whether anything leads out of a group."""
    inside = set(group)
    return any(target not in inside for item in group for target in graph[item])


def _finished(graph: Graph[Vertex]) -> list[Vertex]:
    """Return the items in the order in which a walk is done with them."""
    done: list[Vertex] = []
    seen: set[Vertex] = set()
    for root in graph:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(graph[root]))]
        while path:
            item, targets = path[-1]
            for target in targets:
                if target not in seen:
                    seen.add(target)
                    path.append((target, iter(graph[target])))
                    break
            else:
                done.append(item)
                path.pop()
    return done


def reached(
    begin: Iterable[Vertex], ahead: Callable[[Vertex], Iterable[Vertex]]
) -> tuple[Vertex, ...]:
    """Return all that some items lead to, with themselves, the nearest first.

    Parameters
    ----------
    begin
        Where to begin.
    ahead
        Returns what an item leads to.
    """
    found = list(begin)
    known = set(found)
    for item in found:
        for target in ahead(item):
            if target not in known:
                known.add(target)
                found.append(target)
    return tuple(found)
