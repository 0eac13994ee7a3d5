"""Checks what tools need, what they exclude, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from toc_sim.errors import Path, Problem
from toc_sim.scenario.checks.combining import problems_with, sets_that_differ
from toc_sim.scenario.checks.names import unknown
from toc_sim.scenario.circles import groups, is_circle
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.paths import normal
from toc_sim.scenario.sections import Run, Tool


def tool_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with each tool, alone and with those that it requires."""
    tools = {name: tool for name, tool in parts.tools.items() if tool is not None}
    yield from _unknown_tools(tools, parts)
    yield from _circles(tools)
    found = {name: tuple(_problems(name, tools, parts)) for name in tools}
    for name, problems in found.items():
        needed = needs(name, tools)
        known = {
            (problem.path, problem.what)
            for other in needed
            if other != name and needs(other, tools) != needed
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
                yield Problem(
                    (), f"'{name}' requires '{each}'", hint=f"add '{each}' to the tools"
                )
    for one, other in exclusions(tools):
        yield Problem((), f"'{one}' excludes '{other}'", hint="leave one of them out")
    for parameter, one, other in sets_that_differ(tools):
        yield Problem(
            (),
            f"'{one}' and '{other}' set {parameter} to different values",
            hint="leave one of them out, or let one 'scale' or 'add'",
        )


def _unknown_tools(tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    for name, tool in tools.items():
        for key in ("requires", "excludes"):
            for index, other in enumerate(getattr(tool, key)):
                path: Path = ("tools", name, key, index)
                if other not in parts.tools:
                    yield unknown(path, "no tool", other, parts.tools)
                elif other == name and key == "excludes":
                    yield Problem(path, "a tool cannot exclude itself", other)


def _circles(tools: Mapping[str, Tool]) -> Iterator[Problem]:
    graph = {
        name: [each for each in tool.requires if each in tools]
        for name, tool in tools.items()
    }
    for group in groups(graph):
        if is_circle(graph, group):
            around = " -> ".join((*group, group[0]))
            yield Problem(
                ("tools", group[0], "requires"),
                f"tools require each other in a circle: {around}",
                hint="tools that come only together are one tool",
            )


def _problems(name: str, tools: Mapping[str, Tool], parts: Parts) -> Iterator[Problem]:
    together = needs(name, tools)
    for one, other in exclusions(together):
        who = "it requires" if name not in (one, other) else "it must go with"
        yield Problem((), f"'{one}' excludes '{other}', but {who} both")
    for path, one, other in sets_that_differ(together):
        yield Problem((path,), f"'{one}' and '{other}' set it to different values")
    yield from _pointless(tools[name])
    yield from problems_with(together, parts)


def _pointless(tool: Tool) -> Iterator[Problem]:
    """Yield effects on what is no part of the business."""
    settings = [f"run.{key}" for key in Run.model_fields]
    for path in map(normal, tool.effects):
        if path in settings:
            yield Problem(
                (path,),
                "a tool changes the business, not how it is simulated",
                hint=f"'set' it in a variant, or use --set {path}=...",
                at_key=True,
            )
        elif ".benchmark." in path:
            yield Problem(
                (path,),
                "a benchmark only says how far a parameter could go",
                hint=f"did you mean '{path.replace('.benchmark.', '.')}'?",
                at_key=True,
            )


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
