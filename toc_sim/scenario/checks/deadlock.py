"""Checks that no stages can wait for room in each other's buffers for ever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from toc_sim.errors import Problem
from toc_sim.scenario.circles import groups
from toc_sim.scenario.flow import ARROW, Way
from toc_sim.scenario.nodes import AnyNode, Source, Stage
from toc_sim.scenario.parts import Parts

MOST_NAMED = 6
"""How many ways of a circle a message names."""

Holder = tuple[str, str]
"""Whose servers hold a finished item: ``("node", name)`` or ``("resource", name)``."""


def deadlock_problems(parts: Parts) -> Iterator[Problem]:
    """Yield the circles in which every server can hold what has no room ahead.

    A server that has finished an item holds it until there is room in a finite buffer
    ahead. Servers that wait for each other in a circle wait for ever. A way with a
    delay lets the item go, and an unlimited buffer always takes it; the stages of a
    resource hold the same servers.
    """
    if not parts.is_sound:
        return
    waits = [way for way in parts.flow if _can_wait(parts, way)]
    ahead: dict[Holder, list[Holder]] = {}
    for way in waits:
        for holder, taker in _pairs(parts, way):
            ahead.setdefault(holder, []).append(taker)
            ahead.setdefault(taker, [])
    group_of = {
        holder: index for index, group in enumerate(groups(ahead)) for holder in group
    }
    closed: dict[int, list[Way]] = {}
    for way in waits:
        around = [
            group_of[holder]
            for holder, taker in _pairs(parts, way)
            if group_of[holder] == group_of[taker]
        ]
        if around:
            closed.setdefault(around[0], []).append(way)
    for ways in closed.values():
        yield _lock(parts, ways)


def _can_wait(parts: Parts, way: Way) -> bool:
    if way.delay > 0 or parts.stages[way.source] is None:
        return False
    return _is_finite(parts.stages[way.target])


def _is_finite(node: AnyNode | None) -> bool:
    if node is None or isinstance(node, Source):
        return False
    return node.buffer != "unlimited"


def _pairs(parts: Parts, way: Way) -> Iterator[tuple[Holder, Holder]]:
    """Yield whose servers hold what waits at a way, and whose it waits for."""
    return product(_holders(parts, way.source), _holders(parts, way.target))


def _holders(parts: Parts, name: str) -> list[Holder]:
    node = parts.stages[name]
    if isinstance(node, Stage) and node.pools:
        return [("resource", pool) for pool in node.pools]
    return [("node", name)]


def _lock(parts: Parts, ways: list[Way]) -> Problem:
    arrows = [f"{way.source} {ARROW} {way.target}" for way in ways[:MOST_NAMED]]
    if len(ways) > MOST_NAMED:
        arrows.append("...")
    holders = dict.fromkeys(
        holder for way in ways for holder in _holders(parts, way.source)
    )
    shared = [name for kind, name in holders if kind == "resource"]
    pool = f" with all servers of {' and '.join(shared)} taken" if shared else ""
    return Problem(
        ("stages", ways[0].target, "buffer"),
        f"the line can lock up for ever{pool}: nobody makes room for "
        f"{', '.join(arrows)}",
        hint="make one of these buffers unlimited, or give one of the ways a delay",
    )
