"""Checks of the flow: ways, shares, what reaches what, and deadlock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from toc_sim.errors import MOST_SHOWN, Path, Problem, nearest, quoted
from toc_sim.scenario.checks.recipe_rules import recipe_problems
from toc_sim.scenario.cycles import components, is_cycle, leads_out
from toc_sim.scenario.expand import expanded, in_file
from toc_sim.scenario.fields.flow import (
    ARROW,
    SHARE_ROUNDING,
    Way,
    always_sum_to_one,
    ever_taken,
    left_over,
)
from toc_sim.scenario.fields.nodes import AnyNode, Market, Source, Stage, is_special
from toc_sim.scenario.fields.numbers import alone, seasons_of, values_of
from toc_sim.scenario.parts import Parts

MOST_IN_CIRCLE = 6
"""How many nodes of a circle a message names."""

Ahead = dict[str, list[str]]
"""The nodes that each node hands to."""


def reach_problems(parts: Parts) -> Iterator[Problem]:
    """Yield which nodes nothing reaches, and which lead to no buyer."""
    if not parts.is_sound:
        return
    yield from _unreached(parts)
    yield from _dead_ends(parts)


def _unreached(parts: Parts) -> Iterator[Problem]:
    apart = _apart(parts)
    for name in parts.stages:
        if name in apart:
            yield Problem(
                ("stages", name),
                "no way leads to it or from it",
                hint=f"add a line to 'flow', like '- {name} {ARROW} another_node'",
                at_key=True,
            )
    for group in _heads(parts):
        nodes = [parts.stages[name] for name in group]
        if all(isinstance(node, Market) for node in nodes) and group[0] not in apart:
            yield Problem(
                ("stages", group[0]),
                "nothing is ever brought to this market",
                hint=f"lead a way to it, like '- last_stage {ARROW} {group[0]}'",
                at_key=True,
            )


def _apart(parts: Parts) -> set[str]:
    """Return the nodes that stand in no way; one that is alone may."""
    touched = {end for way in parts.flow for end in (way.source, way.target)}
    return set(parts.stages) - touched if len(parts.stages) > 1 else set()


def _heads(parts: Parts) -> Iterator[tuple[str, ...]]:
    """Yield the groups of nodes into which no way leads from outside."""
    behind: Ahead = {name: [] for name in parts.stages}
    for way in parts.flow:
        behind[way.target].append(way.source)
    for group in components(behind):
        if not leads_out(behind, group):
            yield group


def _dead_ends(parts: Parts) -> Iterator[Problem]:
    ahead = _ahead(parts)
    apart = _apart(parts)
    turn = {name: index for index, name in enumerate(parts.stages)}
    for group in components(ahead):
        if leads_out(ahead, group):
            continue
        members = sorted(group, key=turn.__getitem__)
        if members[0] in apart:
            continue
        if is_cycle(ahead, group):
            yield from _circle(parts, members)
        elif not _sells(parts, members[0]):
            yield _unsold(members)


def _circle(parts: Parts, members: Sequence[str]) -> Iterator[Problem]:
    nodes = [parts.stages[name] for name in members]
    if not _loses(parts, members):
        yield _endless(members)
    elif not any(node is None or isinstance(node, Market) for node in nodes):
        yield _unsold(members)


def _ahead(parts: Parts) -> Ahead:
    """Return where items have a chance to go from each node."""
    ahead: Ahead = {}
    for name, node in parts.stages.items():
        ways = parts.ways_out.get(name, ()) if _hands_on(node) else ()
        free = node is not None and node.routing == "free"
        ahead[name] = [way.target for way in ever_taken(ways, free=free)]
    return ahead


def _hands_on(node: AnyNode | None) -> bool:
    return not isinstance(node, Stage) or max(values_of(alone(node.conversion))) > 0


def _loses(parts: Parts, members: Sequence[str]) -> bool:
    """Return whether some item leaves at one of the nodes."""
    for name in members:
        node = parts.stages[name]
        if node is None:
            return True
        if isinstance(node, Stage) and min(values_of(alone(node.conversion))) < 1:
            return True
        ways = parts.ways_out.get(name, ())
        if not always_sum_to_one(ways, free=node.routing == "free"):
            return True
    return False


def _sells(parts: Parts, name: str) -> bool:
    node = parts.stages[name]
    if isinstance(node, Source):
        return False
    if isinstance(node, Stage):
        return _hands_on(node) and not parts.ways_out.get(name)
    return True


def _few(members: Sequence[str]) -> Sequence[str]:
    """Return the names, or the first of them where they are many."""
    if len(members) <= MOST_IN_CIRCLE:
        return members
    return (*members[: MOST_IN_CIRCLE - 1], "...")


def _endless(members: Sequence[str]) -> Problem:
    around = f" {ARROW} ".join((*_few(members), members[0]))
    return Problem(
        ("stages", members[0]),
        f"what comes into the cycle {around} never leaves it",
        hint="let some items leave: a share below 1 on the way back",
        at_key=True,
    )


def _unsold(members: Sequence[str]) -> Problem:
    nodes = "it" if len(members) == 1 else " or ".join(_few(members))
    return Problem(
        ("stages", members[0]),
        f"no way leads from {nodes} to a buyer",
        hint="lead a way with a share above 0 to a market or to a last stage",
        at_key=True,
    )


def way_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with ways and their shares."""
    yield from _unknown_ends(parts)
    said: set[str] = set()
    for way, place in zip(parts.flow, parts.places, strict=True):
        if isinstance(parts.stages.get(way.target), Source):
            yield Problem(
                place,
                f"nothing can flow into the source '{way.target}'",
                hint="items come from a source; lead the way to the stage after it",
            )
        if way.name in said:
            yield Problem(
                place,
                f"the way {_arrow(way)} is already there",
                hint="write each way once; a chain of arrows says all in it",
            )
        said.add(way.name)
    places = dict(zip([way.name for way in parts.flow], parts.places, strict=True))
    for name, ways in parts.ways_out.items():
        yield from _shares(name, ways, places)
    yield from _free(parts, places)


def _arrow(way: Way) -> str:
    return f"'{way.source} {ARROW} {way.target}'"


def _unknown_ends(parts: Parts) -> Iterator[Problem]:
    found = 0
    for way, place in zip(parts.flow, parts.places, strict=True):
        for name in dict.fromkeys((way.source, way.target)):
            if name in parts.stages:
                continue
            found += 1  # hints take time, and only the first problems are shown
            hint = nearest(name, parts.stages) if found <= MOST_SHOWN else None
            yield Problem(
                place,
                f"no node is called {quoted(name)}",
                hint=hint or f"describe it in 'stages', or take {_arrow(way)} out",
            )


def _shares(
    name: str, ways: tuple[Way, ...], places: dict[str, Path]
) -> Iterator[Problem]:
    labelled = [way for way in ways if way.share is not None]
    unsaid = [way for way in ways if way.share is None]
    if len(seasons_of(way.share for way in labelled if way.share is not None)) > 1:
        yield Problem(
            places[labelled[-1].name],
            f"the shares of the ways out of '{name}' repeat in different rhythms",
            hint="give all of them the same 'every'",
        )
        return
    left = values_of(left_over(ways))
    if min(left) < -SHARE_ROUNDING:
        total = 1 - min(left)
        yield Problem(
            places[labelled[-1].name],
            f"the shares of the ways out of '{name}' add up to {total:.6g}",
            hint="together they can be 1 at most",
        )
    elif labelled and unsaid and max(left) <= SHARE_ROUNDING:
        yield Problem(
            places[unsaid[0].name],
            f"nothing is left for the way {_arrow(unsaid[0])}",
            hint=f"the labelled ways out of '{name}' already take all",
        )


def _free(parts: Parts, places: dict[str, Path]) -> Iterator[Problem]:
    for name, node in parts.stages.items():
        if node is None or node.routing != "free":
            continue
        ways = parts.ways_out.get(name, ())
        for way in ways:
            if way.share is not None:
                yield Problem(
                    places[way.name],
                    f"'{name}' chooses its ways freely: they have no shares",
                    hint=f"leave the share out, or 'routing: free' at '{name}'",
                )
        if len(ways) < 2 and parts.is_sound:  # noqa: PLR2004 - a choice needs two
            yield Problem(
                ("stages", name, "routing"),
                f"a free choice needs two ways or more out of '{name}'",
                "free",
            )


ServerHolder = tuple[str, str]
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
    ahead: dict[ServerHolder, list[ServerHolder]] = {}
    for way in waits:
        for holder, taker in _pairs(parts, way):
            ahead.setdefault(holder, []).append(taker)
            ahead.setdefault(taker, [])
    group_of = {
        holder: index
        for index, group in enumerate(components(ahead))
        for holder in group
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


def _pairs(parts: Parts, way: Way) -> Iterator[tuple[ServerHolder, ServerHolder]]:
    """Yield the servers that hold what waits at a way with those that it waits for."""
    return product(_holders(parts, way.source), _holders(parts, way.target))


def _holders(parts: Parts, name: str) -> list[ServerHolder]:
    node = parts.stages[name]
    if isinstance(node, Stage) and node.pools:
        return [("resource", pool) for pool in node.pools]
    return [("node", name)]


def _lock(parts: Parts, ways: list[Way]) -> Problem:
    arrows = [f"{way.source} {ARROW} {way.target}" for way in ways[:MOST_IN_CIRCLE]]
    if len(ways) > MOST_IN_CIRCLE:
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


def structure_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with the pipeline, whatever its tools and variants."""
    if not parts.is_by_product:
        yield from _structure_problems(parts)
        return
    for problem in _structure_problems(expanded(parts)):
        yield in_file(problem)


def _structure_problems(parts: Parts) -> Iterator[Problem]:
    """Yield the same of a pipeline in which nothing is said by product."""
    yield from way_problems(parts)
    yield from reach_problems(parts)
    nodes = parts.stages.values()
    if any(isinstance(node, Stage) and is_special(dict(node)) for node in nodes):
        yield from recipe_problems(parts)
    if any(map(_is_finite, nodes)):
        yield from deadlock_problems(parts)
