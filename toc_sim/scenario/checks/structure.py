"""Checks of the flow: ways, shares, what is taken and given, and deadlock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import product

from toc_sim.errors import MOST_SHOWN, Problem, nearest, of_entry, quoted
from toc_sim.scenario.fields.behaviour import ShapedDelay
from toc_sim.scenario.fields.flow import (
    ARROW,
    SHARE_ROUNDING,
    Way,
    always_sum_to_one,
    ever_taken,
    left_over,
)
from toc_sim.scenario.fields.nodes import (
    AnyNode,
    Market,
    Source,
    Stage,
    is_special,
    recipe_key,
)
from toc_sim.scenario.fields.numbers import alone, seasons_of, values_of
from toc_sim.scenario.parts import (
    Parts,
    components,
    expanded,
    in_file,
    is_cycle,
    leads_out,
)

MOST_IN_CIRCLE = 6
"""How many nodes of a circle a message names."""

Ahead = dict[str, list[str]]
"""The nodes that each node hands to."""


def structure_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with the pipeline, whatever its tools and variants."""
    if parts.is_by_product and parts.is_broken:
        yield from _unknown_ends(parts)
    elif parts.is_by_product:
        yield from map(in_file, _problems(expanded(parts)))
    else:
        yield from _problems(parts)


def _problems(parts: Parts) -> Iterator[Problem]:
    """Yield the same of a pipeline in which nothing is said by product."""
    yield from _way_problems(parts)
    if parts.is_sound:
        touched = {end for way in parts.flow for end in (way.source, way.target)}
        apart = set(parts.stages) - touched if len(parts.stages) > 1 else set()
        yield from _unreached(parts, apart)
        yield from _dead_ends(parts, apart)
    nodes = parts.stages.values()
    if any(isinstance(node, Stage) and is_special(dict(node)) for node in nodes):
        yield from _recipe_problems(parts)
    if parts.is_sound and any(map(_is_finite, nodes)):
        yield from _deadlocks(parts)


def _unreached(parts: Parts, apart: Collection[str]) -> Iterator[Problem]:
    """Yield which nodes stand in no way, and to which markets nothing is brought."""
    for name in parts.stages:
        if name in apart:
            hint = f"add a line to 'flow', like '- {name} {ARROW} another_node'"
            yield of_entry(("stages", name), "no way leads to it or from it", hint)
    behind: Ahead = {name: [] for name in parts.stages}
    for way in parts.flow:
        behind[way.target].append(way.source)
    for group in components(behind):
        first = group[0]
        markets = all(isinstance(parts.stages[name], Market) for name in group)
        if markets and first not in apart and not leads_out(behind, group):
            what = "nothing is ever brought to this market"
            hint = f"lead a way to it, like '- last_stage {ARROW} {first}'"
            yield of_entry(("stages", first), what, hint)


def _dead_ends(parts: Parts, apart: Collection[str]) -> Iterator[Problem]:
    """Yield where items never leave, and where they leave without a buyer."""
    ahead = _ahead(parts)
    turn = {name: index for index, name in enumerate(parts.stages)}
    for group in components(ahead):
        members = sorted(group, key=turn.__getitem__)
        first = members[0]
        if first in apart or leads_out(ahead, group):
            continue
        around = is_cycle(ahead, group)
        if around and not _loses(parts, members):
            path = f" {ARROW} ".join((*_few(members), first))
            what = f"what comes into the cycle {path} never leaves it"
            hint = "let some items leave: a share below 1 on the way back"
            yield of_entry(("stages", first), what, hint)
        elif not (_sells(parts, members, around=around) or _is_loss(parts, first)):
            nodes = "it" if len(members) == 1 else " or ".join(_few(members))
            what = f"no way leads from {nodes} to a buyer"
            hint = "lead a way with a share above 0 to a market or to a last stage"
            yield of_entry(("stages", first), what, hint)


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


def _sells(parts: Parts, members: Sequence[str], *, around: bool) -> bool:
    """Return whether what leaves at one of the nodes is bought, or may be."""
    nodes = [parts.stages[name] for name in members]
    if any(isinstance(node, Market | None) for node in nodes):
        return True
    last = isinstance(nodes[0], Stage) and not parts.ways_out.get(members[0])
    return last and not around and _hands_on(nodes[0])


def _is_loss(parts: Parts, name: str) -> bool:
    """Return whether items are brought to a last stage to be lost there.

    It stands behind others, of which some items go on to a buyer: what leads nowhere
    else is told of them.
    """
    node = parts.stages[name]
    comes = any(way.target == name for way in parts.flow)
    others = any(
        name not in {way.target for way in parts.ways_out.get(way.source, ())}
        or len(parts.ways_out.get(way.source, ())) > 1
        for way in parts.flow
    )
    last = isinstance(node, Stage) and not parts.ways_out.get(name)
    return last and comes and others and not _hands_on(node)


def _few(members: Sequence[str]) -> Sequence[str]:
    """Return the names, or the first of them where they are many."""
    if len(members) <= MOST_IN_CIRCLE:
        return members
    return (*members[: MOST_IN_CIRCLE - 1], "...")


def _way_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with ways and their shares."""
    yield from _unknown_ends(parts)
    said: set[str] = set()
    for way, place in zip(parts.flow, parts.places, strict=True):
        if isinstance(parts.stages.get(way.target), Source):
            what = f"nothing can flow into the source '{way.target}'"
            hint = "items come from a source; lead the way to the stage after it"
            yield Problem(place, what, hint=hint)
        if way.name in said:
            what = f"the way {_arrow(way)} is already there"
            hint = "write each way once; a chain of arrows says all in it"
            yield Problem(place, what, hint=hint)
        said.add(way.name)
    for name, ways in parts.ways_out.items():
        yield from _shares(name, ways, parts)
    for name, node in parts.stages.items():
        if node is not None and node.routing == "free":
            yield from _unshared(name, "free", parts)


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
            hint = hint or f"describe it in 'stages', or take {_arrow(way)} out"
            yield Problem(place, f"no node is called {quoted(name)}", hint=hint)


def _shares(name: str, ways: tuple[Way, ...], parts: Parts) -> Iterator[Problem]:
    labelled = [way for way in ways if way.share is not None]
    unsaid = [way for way in ways if way.share is None]
    if len(seasons_of(way.share for way in labelled if way.share is not None)) > 1:
        what = f"the shares of the ways out of '{name}' repeat in different rhythms"
        hint = "give all of them the same 'every'"
        yield Problem(parts.place_by_way[labelled[-1].name], what, hint=hint)
        return
    left = values_of(left_over(ways))
    if min(left) < -SHARE_ROUNDING:
        total = 1 - min(left)
        what = f"the shares of the ways out of '{name}' add up to {total:.6g}"
        hint = "together they can be 1 at most"
        yield Problem(parts.place_by_way[labelled[-1].name], what, hint=hint)
    elif labelled and unsaid and max(left) <= SHARE_ROUNDING:
        what = f"nothing is left for the way {_arrow(unsaid[0])}"
        hint = f"the labelled ways out of '{name}' already take all"
        yield Problem(parts.place_by_way[unsaid[0].name], what, hint=hint)


_UNSHARED = {
    "free": ("chooses its ways freely", "a free choice needs"),
    "all": ("sends a copy all ways", "copies need"),
}
"""What a node does that goes by no shares, and the begin of what that takes."""


def _unshared(name: str, routing: str, parts: Parts) -> Iterator[Problem]:
    """Yield shares and delays that mean nothing, and where there is only one way."""
    does, needs = _UNSHARED[routing]
    ways = parts.ways_out.get(name, ())
    for way in ways:
        place = parts.place_by_way[way.name]
        if way.share is not None:
            what = f"'{name}' {does}: they have no shares"
            hint = f"leave the share out, or 'routing: {routing}' at '{name}'"
            yield Problem(place, what, hint=hint)
        if way.delay and routing == "all":
            what = f"'{name}' {does}: they have no delay yet"
            hint = "lead the way to a stage that takes that time"
            yield Problem(place, what, hint=hint)
        elif isinstance(way.delay, ShapedDelay):
            what = f"'{name}' {does}: what is free now would be so no more later"
            hint = "lead the way to a stage that takes that time"
            yield Problem(place, what, hint=hint)
    if len(ways) < 2 and parts.is_sound:  # noqa: PLR2004 - a choice needs two
        what = f"{needs} two ways or more out of '{name}'"
        yield Problem(("stages", name, "routing"), what, routing)


def _recipe_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with parts, batches, copies, rounds and stock."""
    around = set(_in_circles(parts)) if parts.is_sound else set()
    for name, stage in parts.stages.items():
        if not isinstance(stage, Stage):
            continue
        said = recipe_key(dict(stage))
        if parts.is_sound and isinstance(stage.takes, dict):
            yield from _joined(name, stage.takes, parts)
        if stage.routing == "all":
            yield from _unshared(name, "all", parts)
        if stage.rounds is not None:
            yield from _rounds(name, parts)
        if said and name in around:
            what = f"stands in a circle: '{said}' does not go with that yet"
            hint = f"lead what comes back to a stage after '{name}'"
            yield of_entry(("stages", name), what, hint)
        yield from _not_yet(name, stage, said, parts)


def _in_circles(parts: Parts) -> Iterator[str]:
    ahead = {
        name: [way.target for way in parts.ways_out.get(name, ())]
        for name in parts.stages
    }
    for group in components(ahead):
        if is_cycle(ahead, group):
            yield from group


def _joined(name: str, takes: dict[str, int], parts: Parts) -> Iterator[Problem]:
    """Yield where parts are taken of no way, or ways bring what is not taken."""
    before = [way for way in parts.flow if way.target == name]
    sources = [way.source for way in before]
    for part in takes:
        if part not in sources:
            what = f"no way leads from {quoted(part)} to '{name}'"
            add = f"add '- {part} {ARROW} {name}' to 'flow'"
            path = ("stages", name, "takes", part)
            yield of_entry(path, what, nearest(part, sources) or add)
    for way in before:
        if way.source not in takes:
            what = f"'{name}' takes nothing from '{way.source}'"
            hint = "name in its 'takes' every stage that leads there"
            yield Problem(parts.place_by_way[way.name], what, hint=hint)


def _rounds(name: str, parts: Parts) -> Iterator[Problem]:
    ways = parts.ways_out.get(name, ())
    if len(ways) > 1:
        what = "a stage that works in rounds hands all items to one next stage"
        hint = "lead its way to a fast stage that shares them out"
        yield of_entry(("stages", name, "rounds"), what, hint)
        return
    for way in ways:
        if way.delay or way.share not in (None, 1):
            what = f"'{name}' works in rounds: its way has neither share nor delay"
            hint = "lead its way to a fast stage that does that"
            yield Problem(parts.place_by_way[way.name], what, hint=hint)


def _not_yet(name: str, stage: Stage, recipe: str, parts: Parts) -> Iterator[Problem]:
    """Yield what does not go with a recipe, rounds or stock for now."""
    said = recipe or ("rounds" if stage.rounds else "")
    special = said or ("stock" if stage.stock else "")
    if special and parts.release not in (None, "push"):
        what = f"'{special}' goes with 'release: push' only, for now"
        hint = "bound what is inside by 'buffer', or take the release policy out"
        yield of_entry(("stages", name), what, hint)
    if stage.stock and parts.run is not None and parts.run.warmup != 0:
        what = "is there at the start of a run without warm-up only"
        hint = "say 'warmup: 0' in 'run'"
        yield Problem(("stages", name, "stock"), what, str(stage.stock), hint)
    if said and stage.calendar is not None:
        what = f"'{said}' goes with stages that are always open, for now"
        hint = "give the calendar to the stage before it"
        yield Problem(("stages", name, "calendar"), what, stage.calendar, hint)


ServerHolder = tuple[str, str]
"""Whose servers hold a finished item: ``("node", name)`` or ``("resource", name)``."""


def _deadlocks(parts: Parts) -> Iterator[Problem]:
    """Yield the circles in which every server can hold what has no room ahead.

    A server that has finished an item holds it until there is room in a finite buffer
    ahead. Servers that wait for each other in a circle wait for ever. A way with a
    delay lets the item go, and an unlimited buffer always takes it; the stages of a
    resource hold the same servers.
    """
    waits = [
        way
        for way in parts.flow
        if not way.delay and parts.stages[way.source] is not None
        if _is_finite(parts.stages[way.target])
    ]
    ahead: dict[ServerHolder, list[ServerHolder]] = {}
    for way in waits:
        for holder, taker in _pairs(parts, way):
            ahead.setdefault(holder, []).append(taker)
            ahead.setdefault(taker, [])
    groups = enumerate(components(ahead))
    group_of = {holder: index for index, group in groups for holder in group}
    closed: dict[int, list[Way]] = defaultdict(list)
    for way in waits:
        for holder, taker in _pairs(parts, way):
            if group_of[holder] == group_of[taker]:
                closed[group_of[holder]].append(way)
                break
    for ways in closed.values():
        yield _lock(parts, ways)


def _is_finite(node: AnyNode | None) -> bool:
    return isinstance(node, Stage | Market) and node.buffer != "unlimited"


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
    what = f"the line can lock up for ever{pool}: nobody makes room for "
    hint = "make one of these buffers unlimited, or give one of the ways a delay"
    path = ("stages", ways[0].target, "buffer")
    return Problem(path, what + ", ".join(arrows), hint=hint)
