"""Checks that items get to every node, and from every node to a buyer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toc_sim.errors import Problem
from toc_sim.scenario.circles import groups, is_circle, leaves
from toc_sim.scenario.flow import ARROW
from toc_sim.scenario.nodes import AnyNode, Market, Source, Stage
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.profiles import values_of
from toc_sim.scenario.shares import always_sum_to_one, ever_taken
from toc_sim.scenario.values import alone

MOST_NAMED = 6
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
    for group in groups(behind):
        if not leaves(behind, group):
            yield group


def _dead_ends(parts: Parts) -> Iterator[Problem]:
    ahead = _ahead(parts)
    apart = _apart(parts)
    turn = {name: index for index, name in enumerate(parts.stages)}
    for group in groups(ahead):
        if leaves(ahead, group):
            continue
        members = sorted(group, key=turn.__getitem__)
        if members[0] in apart:
            continue
        if is_circle(ahead, group):
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
    if len(members) <= MOST_NAMED:
        return members
    return (*members[: MOST_NAMED - 1], "...")


def _endless(members: Sequence[str]) -> Problem:
    around = f" {ARROW} ".join((*_few(members), members[0]))
    return Problem(
        ("stages", members[0]),
        f"what comes into the cycle {around} never leaves it",
        hint="let some items leave: a share below 1 on the way back",
        at_key=True,
    )


def _unsold(members: Sequence[str]) -> Problem:
    who = "it" if len(members) == 1 else " or ".join(_few(members))
    return Problem(
        ("stages", members[0]),
        f"no way leads from {who} to a buyer",
        hint="lead a way with a share above 0 to a market or to a last stage",
        at_key=True,
    )
