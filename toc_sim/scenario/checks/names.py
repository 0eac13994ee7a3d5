"""Checks that every name that is used exists, and means one thing only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from toc_sim.errors import Path, Problem, unknown_name
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.parts import PARTS, Parts

RESERVED = set(PARTS) - {"stages", "expect"}
"""Words with which the paths of parameters begin: no node may be called so."""


def name_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with the names of nodes and resources, and their use."""
    yield from _taken(parts)
    yield from _resources(parts)
    yield from _calendars(parts)
    yield from _drum(parts)
    yield from _expected(parts)


def _taken(parts: Parts) -> Iterator[Problem]:
    for name in parts.stages:
        if name in RESERVED:
            yield Problem(
                ("stages", name),
                "is a word of this file format and cannot name a node",
                hint=f"call it '{name}_1', and give it any 'title'",
                at_key=True,
            )
    for name in parts.resources:
        if name in parts.stages:
            yield Problem(
                ("resources", name),
                "is also the name of a node",
                hint="give each a name of its own",
                at_key=True,
            )


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
            yield Problem(
                ("resources", name),
                "no stage uses this resource",
                hint=f"write 'resource: {name}' and a 'time' at its stages",
                at_key=True,
            )


def unknown_pools(path: Path, resource: Any, known: Iterable[str]) -> Iterator[Problem]:
    """Yield the names of resources that no resource has."""
    is_list = isinstance(resource, list | tuple)
    for index, name in enumerate(resource if is_list else (resource,)):
        if isinstance(name, str) and name not in known:
            place = (*path, index) if is_list else path
            yield unknown_name(place, "no resource", name, known)


def _calendars(parts: Parts) -> Iterator[Problem]:
    places = [*parts.stages.items(), *parts.resources.items()]
    for name, entry in places:
        calendar = None if entry is None else entry.calendar
        if calendar is not None and calendar not in parts.calendars:
            table = "stages" if name in parts.stages else "resources"
            path: Path = (table, name, "calendar")
            yield unknown_name(path, "no calendar", calendar, parts.calendars)


def _drum(parts: Parts) -> Iterator[Problem]:
    drum = parts.drum
    if drum is None:
        return
    path: Path = ("release", "drum_buffer_rope", "drum")
    stages = [
        name
        for name, node in parts.stages.items()
        if node is None or isinstance(node, Stage)
    ]
    if drum not in parts.stages:
        yield unknown_name(path, "no stage", drum, stages)
    elif drum not in stages:
        yield Problem(path, "the drum must be a stage: a machine or a team", drum)


def _expected(parts: Parts) -> Iterator[Problem]:
    expect = parts.expect
    if expect is None:
        return
    limits: list[str] = [*parts.stages, *parts.resources]
    if parts.release is not None and not isinstance(parts.release, str):
        limits += type(parts.release).model_fields
    expected: list[tuple[Path, str, str, Collection[str]]] = [
        *((("expect", "constraint"), "nobody", each, limits) for each in expect.names),
        *(
            (("expect", "mix", each), "no product", each, parts.products)
            for each in expect.mix
        ),
        *(
            (("expect", "tools", each), "no tool", each, parts.tools)
            for each in expect.tools
        ),
        *(
            (("expect", "best", index), "no tool", each, parts.tools)
            for index, each in enumerate(expect.best or ())
        ),
    ]
    for path, none, name, known in expected:
        if name not in known:
            problem = unknown_name(path, none, name, known)
            yield replace(problem, at_key=path[1] in ("mix", "tools"))
