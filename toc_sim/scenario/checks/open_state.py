"""Checks of what is open as a run starts: whether it can be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from toc_sim.errors import Path, Problem, nearest, of_entry, unknown_name
from toc_sim.scenario.fields.flow import ARROW
from toc_sim.scenario.fields.nodes import AnyNode, Market, Source, Stage, recipe_key
from toc_sim.scenario.fields.sections import Conwip, DrumBufferRope
from toc_sim.scenario.open_places import OpenPlace, open_places, way_at, who_passes
from toc_sim.scenario.parts import Parts, reached, ways_of


def state_problems(parts: Parts) -> Iterator[Problem]:
    """Yield why what is open as a run starts cannot be there."""
    if not parts.state:
        return
    yield from _whole(parts)
    there: list[OpenPlace] = []
    seen: set[tuple[tuple[str, ...], str | None]] = set()
    for place in open_places(parts):
        problem = _nowhere(place, parts) or _whose(place, parts)
        if problem is None and (place.ends, place.product) in seen:
            what = f"what is open at '{place.name}' is said already"
            problem = of_entry(place.path, what, "say it once")
        if problem is not None:
            yield problem
            continue
        seen.add((place.ends, place.product))
        there.append(place)
        yield from (_of_way if place.is_way else _of_node)(place, parts)
    yield from _servers(there, parts)
    yield from _tokens(there, parts)


def _whole(parts: Parts) -> Iterator[Problem]:
    """Yield what does not go with any state."""
    if parts.run is not None and parts.run.warmup != 0:
        what = "is there at the start of a run without warm-up only"
        yield of_entry(("state",), what, "say 'warmup: 0' in 'run'")
    for name, node in parts.stages.items():
        said = recipe_key(dict(node)) if isinstance(node, Stage) else ""
        if said:
            what = f"'{name}' says '{said}': what comes out is not the item that went "
            hint = f"take 'state' out, or '{said}' at '{name}'"
            yield of_entry(("state",), f"{what}in, and 'state' follows each item", hint)


def _nowhere(place: OpenPlace, parts: Parts) -> Problem | None:
    """Return the problem of a place that there is not."""
    first = place.path[:2]
    if not place.is_way:
        [name] = place.ends
        if name in parts.stages:
            return None
        problem = unknown_name(first, "no node", name, parts.stages)
        return replace(problem, at_key=True)
    known = [f"{way.source} {ARROW} {way.target}" for way in parts.flow]
    if place.name in known:
        return None
    hint = nearest(place.name, known) or "it must be a way of 'flow'"
    return of_entry(first, f"no way is called '{place.name}'", hint)


def _whose(place: OpenPlace, parts: Parts) -> Problem | None:
    """Return the problem of a place where it is not told whose items they are."""
    name, product = place.name, place.product
    if product is not None and product not in parts.products:
        problem = unknown_name(place.path, "no product", product, parts.products)
        return replace(problem, at_key=True)
    if not parts.products or not parts.is_sound:
        return None
    passing = who_passes(place, parts)
    if product is not None and product not in passing:
        hint = f"here pass {', '.join(passing)}"
        return of_entry(place.path, f"no item of '{product}' passes '{name}'", hint)
    if product is None and len(passing) > 1:
        what = f"several products pass '{name}': say whose items they are"
        hint = f"write '{name}: {{{passing[0]}: ...}}'"
        return of_entry(place.path, what, hint)
    return None


def _of_way(place: OpenPlace, parts: Parts) -> Iterator[Problem]:
    """Yield why items cannot be away on a way."""
    for key in ("working", "waiting"):
        if getattr(place.items, key):
            what, hint = "who is on a way is away", "say it of the node"
            yield Problem((*place.path, key), what, hint=hint)
    way, node = way_at(place, parts), parts.stages[place.ends[0]]
    path: Path = (*place.path, "away")
    if way is None or node is None or not place.items.away:
        return
    if isinstance(node, Source | Market):
        kind = "source" if isinstance(node, Source) else "market"
        what = f"'{way.source}' is a {kind}: who is away from it is no item yet"
        hint = "'customers' on the way says who bought before the start"
        yield Problem(path, what, hint=hint if kind == "market" else None)
    elif node.routing == "free":
        what = f"'{way.source}' chooses its ways freely: nobody is away on them"
        yield Problem(path, what, hint=f"give the ways out of '{way.source}' shares")
    elif not way.delay:
        what = f"the way '{place.name}' has no delay: nobody is away on it"
        yield Problem(path, what, hint="say its 'delay' in 'flow'")


def _of_node(place: OpenPlace, parts: Parts) -> Iterator[Problem]:
    """Yield why items cannot be open at a node."""
    items, path = place.items, place.path
    [name] = place.ends
    node = parts.stages[name]
    if items.away:
        hint = f"write it of the way: '{name} {ARROW} another_node: {{away: ...}}'"
        yield Problem((*path, "away"), "goes with a way that has a delay", hint=hint)
    if node is None:
        return
    refused = _no_queue(name, node)
    if refused:
        side = "after" if isinstance(node, Source) else "before"
        yield of_entry(path, refused, f"say what waits at the stage {side} it")
        return
    if items.working:
        yield from _no_service((*path, "working"), name, node)
    if items.waiting:
        yield from _no_room((*path, "waiting"), node, items.waiting)


def _no_queue(name: str, node: AnyNode) -> str:
    """Return why nothing can wait or be worked on at a node; or nothing."""
    if isinstance(node, Source):
        return f"'{name}' is a source: what it will bring is no item yet"
    if isinstance(node, Market) and node.demand is None:
        return f"'{name}' takes all at once: nothing is ever open there"
    return ""


def _no_service(path: Path, name: str, node: AnyNode) -> Iterator[Problem]:
    """Yield why no service can be under way at a node."""
    if isinstance(node, Market) and node.unmet == "backlog":
        what = f"the buyers of '{name}' take an item at once: no service is under way"
        yield Problem(path, what, hint="say how many items are 'waiting'")
    elif isinstance(node, Stage) and node.rounds is not None:
        what = f"'{name}' works in rounds: no service is under way between them"
        yield Problem(path, what, hint="say how many items are 'waiting'")


def _no_room(path: Path, node: AnyNode, waiting: int) -> Iterator[Problem]:
    """Yield why so many items cannot wait before a node."""
    buffer = getattr(node, "buffer", "unlimited")
    if isinstance(buffer, int) and waiting > buffer:
        yield Problem(path, f"its 'buffer' holds {buffer}", str(waiting))
    if getattr(node, "stock", 0):
        hint = "take out one of the two"
        yield Problem(path, "is said by its 'stock' already", str(waiting), hint)


def _servers(places: list[OpenPlace], parts: Parts) -> Iterator[Problem]:
    """Yield where more services are under way than there are servers."""
    at_work: dict[str, list[OpenPlace]] = defaultdict(list)
    for place in places:
        node = parts.stages[place.ends[0]]
        if place.is_way or not place.items.working or node is None:
            continue
        pools = node.pools if isinstance(node, Stage) else ()
        for owner in pools or place.ends:
            at_work[owner].append(place)
    for owner, theirs in at_work.items():
        count = sum(len(place.items.working) for place in theirs)
        pool = parts.resources.get(owner) or parts.stages.get(owner)
        servers = getattr(pool, "servers", 1) if pool is not None else count
        if count > servers:
            path: Path = (*theirs[-1].path, "working")
            what = f"'{owner}' has {servers:,} servers"
            if servers == 1:
                what = f"'{owner}' has one server"
            yield Problem(path, what, f"{count} at work", "let the others wait")


def _tokens(places: list[OpenPlace], parts: Parts) -> Iterator[Problem]:
    """Yield that more items are inside than a release policy lets in."""
    policy = parts.release
    if not isinstance(policy, Conwip | DrumBufferRope) or not parts.is_sound:
        return
    held = 0
    for place in places:
        items = place.items
        inside = len(items.working) + items.waiting + len(items.away)
        if parts.drum is None or _comes_to_drum(place, parts):
            held += inside
    limit = policy.conwip if isinstance(policy, Conwip) else None
    if isinstance(policy, DrumBufferRope):
        limit = policy.drum_buffer_rope.buffer
    if limit is not None and held > limit:
        name = "conwip" if isinstance(policy, Conwip) else "drum_buffer_rope"
        what = f"{held:,} items are open, and '{name}' lets in {limit:,} at a time"
        yield of_entry(("state",), what, f"raise the limit in 'release.{name}'")


def _comes_to_drum(place: OpenPlace, parts: Parts) -> bool:
    """Return whether the items of a place can still come to the drum."""
    return parts.drum in reached([place.ends[-1]], lambda name: _ahead(name, parts))


def _ahead(name: str, parts: Parts) -> Iterator[str]:
    """Yield where the items of a node may go; a market's customers are new ones."""
    if isinstance(parts.stages.get(name), Market):
        return
    products = parts.passing.get(name, ()) if parts.products else ()
    if not products:
        yield from (way.target for way in parts.ways_out.get(name, ()))
    for product in products:
        yield from (way.target for way in ways_of(parts, name, product))
