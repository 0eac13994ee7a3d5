"""Checks of tools and variants: what each needs, excludes, changes, and together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

from toc_sim.errors import Path, Problem, of_entry, shown, unknown_name, written
from toc_sim.scenario.checks.references import pool_problems, reference_problems
from toc_sim.scenario.checks.structure import structure_problems
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.fields.sections import SHAPING_FLOW, Run, Tool, Variant
from toc_sim.scenario.parameters.effects import (
    Acting,
    after_effects,
    effects_of,
    progress_of,
)
from toc_sim.scenario.parameters.paths import Target, changed, normal, target_of
from toc_sim.scenario.parts import Parts, components, is_cycle


def problems_with(tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong when tools work together in a scenario.

    First with their full effects, then while these grow. The path of a problem begins
    with the parameter's where one is at fault, and is empty where the changed pipeline
    as a whole is.
    """
    known = set()
    for problem in _problems_together(effects_of(tools.values()), parts):
        known.add(problem.path)
        yield problem
    if all(progress_of(tool) == 1.0 for tool in tools.values()):
        return
    growing = effects_of(tools.values(), map(progress_of, tools.values()))
    for problem in _problems_together(growing, parts):
        if problem.path not in known:
            yield problem


def _problems_together(
    effects: Mapping[str, Sequence[Acting]], parts: Parts
) -> Iterator[Problem]:
    values, problems = after_effects(effects, parts)
    yield from problems
    after, problems = changed(parts, values)
    for problem in problems:
        found = shown(values[str(problem.path[0])])
        goes_on = problem.what.startswith(("must ", "is "))
        what = f"its new value{'' if goes_on else ':'} {problem.what}"
        yield replace(problem, what=what, found=found)
    yield from _useless_servers(effects, after)
    yield from new_structure_problems(parts, after)


def new_structure_problems(before: Parts, after: Parts) -> Iterator[Problem]:
    """Yield what is newly wrong with a changed pipeline; the paths are empty."""
    if before == after:
        return
    found = tuple(_between(after))
    known = _between(before) if found else ()
    told = {(problem.path, problem.what) for problem in known}
    for problem in found:
        if (problem.path, problem.what) not in told:
            what = f"{written(problem.path)}: {problem.what}"
            yield replace(problem, path=(), what=what)


def _between(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong between the entries of a pipeline."""
    yield from reference_problems(parts)
    yield from pool_problems(parts)
    yield from structure_problems(parts)


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


def _useless_servers(effects: Iterable[str], after: Parts) -> Iterator[Problem]:
    for path in effects:
        name, _, field = path.partition(".")
        node = after.stages.get(name)
        if field == "servers" and isinstance(node, Stage) and node.capacity is not None:
            what = f"more servers share the same 'capacity' of '{name}'"
            hint = f"give '{name}' a 'rate' (of each server) in place of 'capacity'"
            yield Problem((path,), what, hint=hint)


def tool_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with each tool, alone and with those that it requires."""
    tools = _known(parts.tools, parts)
    yield from _unknown_tools(tools, parts)
    yield from _circles(tools)
    found = {name: tuple(_problems(name, tools, parts)) for name in tools}
    for name, problems in found.items():
        needed = needs(name, tools)
        known = {
            (problem.path, problem.what)
            for other in needed
            if needs(other, tools) != needed
            for problem in found[other]
        }
        for problem in problems:
            if (problem.path, problem.what) not in known:
                yield _placed(name, tools[name], problem)


def needs(name: str, tools: Mapping[str, Tool]) -> dict[str, Tool]:
    """Return a tool with all that it requires, and what those require."""
    found: dict[str, Tool] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in tools and each not in found:
            found[each] = tools[each]
            waiting += tools[each].requires
    return found


def exclusions(tools: Mapping[str, Tool]) -> Iterator[tuple[str, str]]:
    """Yield two tools of which one excludes the other."""
    for name, tool in tools.items():
        for other in tool.excludes:
            if other in tools and other != name:
                yield name, other


def conflicts(tools: Mapping[str, Tool]) -> Iterator[Problem]:
    """Yield why tools cannot be there together; the paths are empty."""
    for name, tool in tools.items():
        for each in tool.requires:
            if each not in tools:
                hint = f"add '{each}' to the tools"
                yield Problem((), f"'{name}' requires '{each}'", hint=hint)
    for one, other in exclusions(tools):
        yield Problem((), f"'{one}' excludes '{other}'", hint="leave one of them out")
    for parameter, one, other in sets_that_differ(tools):
        what = f"'{one}' and '{other}' set {parameter} to different values"
        hint = "leave one of them out, or let one 'scale' or 'add'"
        yield Problem((), what, hint=hint)


def _unknown_tools(tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    for name, tool in tools.items():
        for key in ("requires", "excludes"):
            for index, other in enumerate(getattr(tool, key)):
                path: Path = ("tools", name, key, index)
                if other not in parts.tools:
                    yield unknown_name(path, "no tool", other, parts.tools)
                elif other == name and key == "excludes":
                    yield Problem(path, "a tool cannot exclude itself", other)


def _circles(tools: Mapping[str, Tool]) -> Iterator[Problem]:
    graph = {
        name: [each for each in tool.requires if each in tools]
        for name, tool in tools.items()
    }
    for group in components(graph):
        if is_cycle(graph, group):
            around = " -> ".join((*group, group[0]))
            what = f"tools require each other in a circle: {around}"
            hint = "tools that come only together are one tool"
            yield Problem(("tools", group[0], "requires"), what, hint=hint)


def _problems(name: str, tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    together = needs(name, tools)
    for one, other in exclusions(together):
        need = "it requires" if name not in (one, other) else "it must go with"
        yield Problem((), f"'{one}' excludes '{other}', but {need} both")
    for path, one, other in sets_that_differ(together):
        yield Problem((path,), f"'{one}' and '{other}' set it to different values")
    yield from _pointless(tools[name])
    yield from problems_with(together, parts)


def _pointless(tool: Tool) -> Iterator[Problem]:
    """Yield effects on what is no part of the business."""
    settings = [f"run.{key}" for key in Run.model_fields]
    for path in map(normal, tool.effects):
        if path in settings:
            what = "a tool changes the business, not how it is simulated"
            hint = f"'set' it in a variant: set: {{{path}: ...}}"
            yield of_entry((path,), what, hint)
        elif ".benchmark." in path:
            what = "a benchmark only says how far a parameter could go"
            hint = f"did you mean '{path.replace('.benchmark.', '.')}'?"
            yield of_entry((path,), what, hint)


def _placed(name: str, tool: Tool, problem: Problem) -> Problem:
    """Return the problem at the effect of the tool, or at the tool itself."""
    own = {normal(path): path for path in tool.effects}
    head = str(problem.path[0]) if problem.path else ""
    if head in own:
        path: Path = ("tools", name, "effects", own[head], *problem.path[1:])
        return replace(problem, path=path)
    what = f"{head}: {problem.what}" if head else problem.what
    what = f"with this tool, {what}"
    return replace(problem, path=("tools", name), what=what, at_key=True)


_PIPELINE = ("pipeline", "")
"""What tools meet in that change how items flow, wherever they do."""


def why_not(tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    """Yield why some tools cannot stand together; none if they can.

    Parameters
    ----------
    tools
        By name.
    parts
        The scenario that they work on.
    """
    found = tuple(conflicts(tools))
    yield from found or problems_with(tools, parts)


class Compatibility:
    """Tells fast, of many sets of tools, which can stand together.

    Only tools that change the same thing can be wrong together, so each group of such
    tools is checked once, whatever else is in a set.
    """

    def __init__(self, tools: Mapping[str, Tool], parts: Parts) -> None:
        self._tools = tools
        places = {name: frozenset(_places(tool, parts)) for name, tool in tools.items()}
        pairs = tuple(combinations(tools, 2))
        self._clashes = {
            frozenset(pair)
            for pair in pairs
            if _clash({name: tools[name] for name in pair})
        }
        self._meeting: dict[str, set[str]] = {name: set() for name in tools}
        for one, other in pairs:
            if places[one] & places[other]:
                self._meeting[one].add(other)
                self._meeting[other].add(one)
        self._are_right = cache(
            lambda group: _are_fine({name: tools[name] for name in group}, parts)
        )

    def clash(self, one: str, other: str) -> bool:
        """Return whether two tools can never stand together, whatever else is there."""
        return {one, other} in self._clashes

    def holds(self, names: tuple[str, ...]) -> bool:
        """Return whether a set can stand, no two of which clash."""
        chosen = set(names)
        if any(not chosen.issuperset(self._tools[name].requires) for name in names):
            return False
        graph = {name: tuple(self._meeting[name] & chosen) for name in names}
        return all(self._are_right(tuple(sorted(group))) for group in components(graph))


def _clash(pair: Mapping[str, Tool]) -> bool:
    """Return whether two tools exclude each other, or set one thing differently."""
    free = {"requires": ()}
    alone = {name: tool.model_copy(update=free) for name, tool in pair.items()}
    return any(True for _ in conflicts(alone))


def _places(tool: Tool, parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield what a tool changes."""
    for path in tool.effects:
        target = target_of(path, parts)
        if isinstance(target, Target):
            yield target.home
            if not SHAPING_FLOW.isdisjoint(target.fields):
                yield _PIPELINE


def variant_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with each variant."""
    for name, variant in parts.variants.items():
        if variant is None:
            continue
        yield from _unknown(name, variant, parts)
        chain = chain_of(name, parts)
        if chain is None:
            path = ("variants", name, "based_on")
            what = "variants are based on each other in a circle"
            hint = "let one of them start from null, the scenario as it stands"
            yield Problem(path, what, variant.based_on, hint)
        else:
            yield from _applied(name, chain, parts)


def best_problems(parts: Parts) -> Iterator[Problem]:
    """Yield why the tools that are expected to be best cannot be there together."""
    best = (parts.expect.best if parts.expect is not None else None) or ()
    for problem in conflicts(_known(best, parts)):
        yield replace(problem, path=("expect", "best"))


def _unknown(name: str, variant: Variant, parts: Parts) -> Iterator[Problem]:
    base = variant.based_on
    if base is not None and base not in parts.variants:
        path: Path = ("variants", name, "based_on")
        yield unknown_name(path, "no variant", base, parts.variants)
    for index, tool in enumerate(variant.tools):
        if tool not in parts.tools:
            path = ("variants", name, "tools", index)
            yield unknown_name(path, "no tool", tool, parts.tools)


def chain_of(name: str, parts: Parts) -> tuple[Variant, ...] | None:
    """Return the variants from the first base to this one; None for a circle."""
    chain: dict[str, Variant] = {}
    each: str | None = name
    while each is not None and (variant := parts.variants.get(each)) is not None:
        if each in chain:
            return None
        chain[each] = variant
        each = variant.based_on
    return tuple(reversed(chain.values()))


def _applied(name: str, chain: tuple[Variant, ...], parts: Parts) -> Iterator[Problem]:
    start, problems = changed(parts, _settings(chain))
    yield from _own_problems(name, chain, problems, parts)
    tools = _known((tool for variant in chain for tool in variant.tools), parts)
    at_tools: Path = ("variants", name, "tools")
    for problem in new_structure_problems(parts, start):
        yield replace(problem, path=("variants", name), at_key=True)
    for problem in conflicts(tools):
        yield replace(problem, path=at_tools)
    if not all(_are_fine(needs(name, tools), parts) for name in tools):
        return  # what is wrong is already said of one tool alone
    for problem in problems_with(tools, start):
        begin = f"{problem.path[0]}: " if problem.path else ""
        what = f"{begin}{problem.what}"
        yield replace(problem, path=at_tools, what=what, at_key=False)


def _settings(chain: Iterable[Variant]) -> dict[str, Any]:
    """Return all that variants set; of the same parameter the last one holds."""
    return {path: value for variant in chain for path, value in variant.set.items()}


def _own_problems(
    name: str, chain: tuple[Variant, ...], problems: Iterable[Problem], parts: Parts
) -> Iterator[Problem]:
    """Yield what is wrong with the values of a variant, and not with its base's."""
    own = chain[-1].set
    for problem in problems:
        if problem.path[0] in own:
            path: Path = ("variants", name, "set", *problem.path)
            found = None if problem.at_key else shown(own[str(problem.path[0])])
            yield replace(problem, path=path, found=found)
        elif problem not in changed(parts, _settings(chain[:-1]))[1]:
            what = f"with these values, {problem.path[0]} {problem.what}"
            path = ("variants", name, "set")
            yield replace(problem, path=path, what=what, found=None, at_key=True)


def _are_fine(tools: Mapping[str, Tool], parts: Parts) -> bool:
    """Return whether nothing is wrong when tools work together."""
    return not any(True for _ in problems_with(tools, parts))


def _known(names: Iterable[str], parts: Parts) -> dict[str, Tool]:
    """Return the tools among some names that there are and that are right."""
    return {name: tool for name in names if (tool := parts.tools.get(name)) is not None}
