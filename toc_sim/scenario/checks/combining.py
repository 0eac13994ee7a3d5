"""What becomes of a scenario when tools work in it: the same checks, once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from toc_sim.errors import Problem, shown, written
from toc_sim.scenario.changes import changed
from toc_sim.scenario.checks.structure import structure_problems
from toc_sim.scenario.effects import (
    Acting,
    after_effects,
    effects_of,
    progress_of,
)
from toc_sim.scenario.nodes import Stage
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.paths import normal
from toc_sim.scenario.sections import Tool


def problems_with(tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong when tools work together in a scenario.

    First with their full effects, then while these grow. The path of a problem begins
    with the parameter's where one is at fault, and is empty where the changed pipeline
    as a whole is.
    """
    known = set()
    for problem in _problems(effects_of(tools.values()), parts):
        known.add(problem.path)
        yield problem
    if all(progress_of(tool) == 1.0 for tool in tools.values()):
        return
    growing = effects_of(tools.values(), map(progress_of, tools.values()))
    for problem in _problems(growing, parts):
        if problem.path not in known:
            yield problem


def _problems(
    effects: Mapping[str, Sequence[Acting]], parts: Parts
) -> Iterator[Problem]:
    values, problems = after_effects(effects, parts)
    yield from problems
    after, problems = changed(parts, values)
    yield from (_told(problem, values) for problem in problems)
    yield from _useless_servers(effects, after)
    yield from new_structure_problems(parts, after)


def new_structure_problems(before: Parts, after: Parts) -> Iterator[Problem]:
    """Yield what is newly wrong with a changed pipeline; the paths are empty."""
    if before == after:
        return
    found = tuple(structure_problems(after))
    if not found:
        return
    known = {(problem.path, problem.what) for problem in structure_problems(before)}
    for problem in found:
        if (problem.path, problem.what) not in known:
            what = f"{written(problem.path)}: {problem.what}"
            yield replace(problem, path=(), what=what)


def sets_that_differ(tools: Mapping[str, Tool]) -> Iterator[tuple[str, str, str]]:
    """Yield a parameter and two tools that set it to different values."""
    setters: dict[str, tuple[str, Any]] = {}
    for name, tool in tools.items():
        for path, effect in tool.effects.items():
            if effect.set is None:
                continue
            key = normal(path)
            other, value = setters.setdefault(key, (name, effect.set))
            if value != effect.set:
                yield key, other, name


def _told(problem: Problem, values: Mapping[str, Any]) -> Problem:
    found = shown(values[str(problem.path[0])])
    return replace(problem, what=f"its new value {problem.what}", found=found)


def _useless_servers(effects: Iterable[str], after: Parts) -> Iterator[Problem]:
    for path in effects:
        name, _, field = path.partition(".")
        node = after.stages.get(name)
        if field == "servers" and isinstance(node, Stage) and node.capacity is not None:
            yield Problem(
                (path,),
                f"more servers share the same 'capacity' of '{name}'",
                hint=f"give '{name}' a 'rate' (of each server) in place of 'capacity'",
            )
