"""The parts of a scenario as the checks see them, and circles among them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TypeVar

from toc_sim.errors import Path
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import AnyNode, Resource
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

Policy = str | Conwip | DrumBufferRope


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
    release, economics, run, expect
        None where broken, or (of economics and expect) absent.
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

    @property
    def drum(self) -> str | None:
        """The stage that sets the pace of release, where one does."""
        policy = self.release
        if isinstance(policy, DrumBufferRope):
            return policy.drum_buffer_rope.drum
        return None

    @cached_property
    def is_by_product(self) -> bool:
        """Whether there are products, or anything is said of some."""
        nodes = (node for node in self.stages.values() if node is not None)
        return bool(self.products) or any(node.tables for node in nodes)

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

Vertex = TypeVar("Vertex", bound=Hashable)
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
    for root in reversed(_finished(graph)):
        if root not in taken:
            yield _reached(root, behind, taken)


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


def _reached(
    root: Vertex, graph: Graph[Vertex], taken: set[Vertex]
) -> tuple[Vertex, ...]:
    """Return what can be reached and is not taken, and take it."""
    found = [root]
    taken.add(root)
    for item in found:
        for target in graph[item]:
            if target not in taken:
                taken.add(target)
                found.append(target)
    return tuple(found)
