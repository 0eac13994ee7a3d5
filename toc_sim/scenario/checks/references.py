"""What entries of a scenario say of each other: pools, calendars, the drum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from toc_sim.errors import Path, Problem, of_entry, quoted, shown, unknown_name
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.parts import Parts, expanded, in_file, place_of


def reference_problems(parts: Parts) -> Iterator[Problem]:
    """Yield the names of pools, calendars and the drum that are nobody's.

    Parameters
    ----------
    parts
        The scenario, as it stands or as changed.
    """
    yield from _resources(parts)
    yield from _calendars(parts)
    yield from _drum(parts)


def pool_problems(parts: Parts) -> Iterator[Problem]:
    """Yield stages whose pools do not agree, and due dates that no pool works by."""
    if not (parts.products or parts.resources):
        return
    whole = expanded(parts)
    for name, node in whole.stages.items():
        if isinstance(node, Stage) and node.pools:
            yield from map(in_file, _of_stage(name, node, whole))


def _of_stage(name: str, stage: Stage, parts: Parts) -> Iterator[Problem]:
    found = [(pool, parts.resources.get(pool)) for pool in stage.pools]
    rules = {pool: each.dispatch for pool, each in found if each is not None}
    hours = {pool: each.calendar for pool, each in found if each and each.calendar}
    path: Path = ("stages", name, "resource")
    if len(set(rules.values())) > 1:
        said = " and ".join(f"{pool} by {rule}" for pool, rule in rules.items())
        what = f"is the work of pools that do not agree whose turn it is: {said}"
        yield Problem(path, what, hint="give them the same 'dispatch'")
    elif len(set(hours.values())) > 1:
        said = " and ".join(f"{pool} on {calendar}" for pool, calendar in hours.items())
        what = f"is the work of pools that keep different hours: {said}"
        hint = "give them one calendar, or let one of them be there always"
        yield Problem(path, what, hint=hint)
    elif stage.due and rules and "earliest_due" not in rules.values():
        pool = next(iter(rules))
        where = pool if pool == place_of(name) else f"resources.{pool}"
        what = f"nobody looks at it: {quoted(pool)} does not work by due dates"
        hint = f"write 'dispatch: earliest_due' at {where}, or leave it out"
        yield Problem(("stages", name, "due"), what, shown(stage.due), hint)


def _resources(parts: Parts) -> Iterator[Problem]:
    used: set[str] = set()
    for name, node in parts.stages.items():
        if isinstance(node, Stage):
            used.update(node.pools)
            path: Path = ("stages", name, "resource")
            yield from unknown_pools(path, node.resource, parts.resources)
    if any(node is None for node in parts.stages.values()):
        return
    for name in parts.resources:
        if name not in used:
            hint = f"write 'resource: {name}' and a 'time' at its stages"
            yield of_entry(("resources", name), "no stage uses this resource", hint)


def unknown_pools(path: Path, resource: Any, known: Iterable[str]) -> Iterator[Problem]:
    """Yield the names of resources that no resource has."""
    is_list = isinstance(resource, list | tuple)
    for index, name in enumerate(resource if is_list else (resource,)):
        if isinstance(name, str) and name not in known:
            place = (*path, index) if is_list else path
            yield unknown_name(place, "no resource", name, known)


def _calendars(parts: Parts) -> Iterator[Problem]:
    for table, entries in (("stages", parts.stages), ("resources", parts.resources)):
        for name, entry in entries.items():
            calendar = None if entry is None else entry.calendar
            if calendar is not None and calendar not in parts.calendars:
                path: Path = (table, name, "calendar")
                yield unknown_name(path, "no calendar", calendar, parts.calendars)


def _drum(parts: Parts) -> Iterator[Problem]:
    drum, path = parts.drum, ("release", "drum_buffer_rope", "drum")
    if drum is None:
        return
    stages = [n for n, node in parts.stages.items() if isinstance(node, Stage | None)]
    if drum not in parts.stages:
        yield unknown_name(path, "no stage", drum, stages)
    elif drum not in stages:
        yield Problem(path, "the drum must be a stage: a machine or a team", drum)
