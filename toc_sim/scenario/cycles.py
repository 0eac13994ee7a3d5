"""Strongly connected components of a directed graph: where items can go in a circle.

networkx has them too, but takes longer to import than a file to check.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Vertex = TypeVar("Vertex", bound=Hashable)
Graph = Mapping[Vertex, Sequence[Vertex]]
"""Where each item leads; every target is a key too."""


def components(graph: Graph[Vertex]) -> Iterator[tuple[Vertex, ...]]:
    """Yield the strongly connected groups, those furthest upstream first.

    Items of one group lead to each other; a group of one may lead to itself.

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
