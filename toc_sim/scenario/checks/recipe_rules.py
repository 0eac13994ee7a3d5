"""Checks what stages take and give in one go against the ways, release and run."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.errors import Path, Problem, nearest, quoted
from toc_sim.scenario.cycles import components, is_cycle
from toc_sim.scenario.fields.behaviour import recipe_key
from toc_sim.scenario.fields.flow import ARROW, Way
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.parts import Parts


def recipe_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with parts, batches, copies, rounds and stock."""
    places = dict(zip([way.name for way in parts.flow], parts.places, strict=True))
    around = _in_circles(parts) if parts.is_sound else set()
    for name, stage in parts.stages.items():
        if not isinstance(stage, Stage):
            continue
        said = recipe_key(dict(stage))
        if parts.is_sound and isinstance(stage.takes, dict):
            yield from _parts(name, stage.takes, parts, places)
        if stage.routing == "all":
            yield from _copies(name, parts, places)
        if stage.rounds is not None:
            yield from _rounds(name, parts, places)
        if said and name in around:
            yield Problem(
                ("stages", name),
                f"stands in a circle: '{said}' does not go with that yet",
                hint=f"lead what comes back to a stage after '{name}'",
                at_key=True,
            )
        yield from _release(name, stage, parts)
        yield from _stock(name, stage, parts)
        yield from _hours(name, stage)


def _in_circles(parts: Parts) -> set[str]:
    ahead = {
        name: [way.target for way in parts.ways_out.get(name, ())]
        for name in parts.stages
    }
    return {
        name for group in components(ahead) if is_cycle(ahead, group) for name in group
    }


def _parts(
    name: str, takes: dict[str, int], parts: Parts, places: dict[str, Path]
) -> Iterator[Problem]:
    before = [way for way in parts.flow if way.target == name]
    sources = [way.source for way in before]
    for part in takes:
        if part not in sources:
            hint = nearest(part, sources)
            yield Problem(
                ("stages", name, "takes", part),
                f"no way leads from {quoted(part)} to '{name}'",
                hint=hint or f"add '- {part} {ARROW} {name}' to 'flow'",
                at_key=True,
            )
    for way in before:
        if way.source not in takes:
            yield Problem(
                places[way.name],
                f"'{name}' takes nothing from '{way.source}'",
                hint="name in its 'takes' every stage that leads there",
            )


def _copies(name: str, parts: Parts, places: dict[str, Path]) -> Iterator[Problem]:
    ways = parts.ways_out.get(name, ())
    for way in ways:
        if way.share is not None:
            yield Problem(
                places[way.name],
                f"'{name}' sends a copy all ways: they have no shares",
                hint=f"leave the share out, or 'routing: all' at '{name}'",
            )
        if way.delay:
            yield Problem(
                places[way.name],
                f"'{name}' sends a copy all ways: they have no delay yet",
                hint="lead the way to a stage that takes that time",
            )
    if len(ways) < 2 and parts.is_sound:  # noqa: PLR2004 - a copy needs another way
        yield Problem(
            ("stages", name, "routing"),
            f"copies need two ways or more out of '{name}'",
            "all",
        )


def _rounds(name: str, parts: Parts, places: dict[str, Path]) -> Iterator[Problem]:
    ways = parts.ways_out.get(name, ())
    if len(ways) > 1:
        yield Problem(
            ("stages", name, "rounds"),
            "a stage that works in rounds hands all items to one next stage",
            hint="lead its way to a fast stage that shares them out",
            at_key=True,
        )
        return
    for way in ways:
        if way.delay or not _takes_all(way):
            yield Problem(
                places[way.name],
                f"'{name}' works in rounds: its way has neither share nor delay",
                hint="lead its way to a fast stage that does that",
            )


def _takes_all(way: Way) -> bool:
    return way.share is None or way.share == 1


def _release(name: str, stage: Stage, parts: Parts) -> Iterator[Problem]:
    said = recipe_key(dict(stage))
    said = said or ("rounds" if stage.rounds else "stock" if stage.stock else "")
    if said and parts.release not in (None, "push"):
        yield Problem(
            ("stages", name),
            f"'{said}' goes with 'release: push' only, for now",
            hint="bound what is inside by 'buffer', or take the release policy out",
            at_key=True,
        )


def _stock(name: str, stage: Stage, parts: Parts) -> Iterator[Problem]:
    if stage.stock and parts.run is not None and parts.run.warmup != 0:
        yield Problem(
            ("stages", name, "stock"),
            "is there at the start of a run without warm-up only",
            str(stage.stock),
            hint="say 'warmup: 0' in 'run'",
        )


def _hours(name: str, stage: Stage) -> Iterator[Problem]:
    said = recipe_key(dict(stage)) or ("rounds" if stage.rounds else "")
    if said and stage.calendar is not None:
        yield Problem(
            ("stages", name, "calendar"),
            f"'{said}' goes with stages that are always open, for now",
            stage.calendar,
            hint="give the calendar to the stage before it",
        )
