"""Checks what each variant switches on and sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from toc_sim.errors import Path, Problem, shown
from toc_sim.scenario.changes import changed
from toc_sim.scenario.checks.combining import new_structure_problems, problems_with
from toc_sim.scenario.checks.names import unknown
from toc_sim.scenario.checks.tools import conflicts, needs
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.sections import Tool, Variant


def variant_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with each variant."""
    for name, variant in parts.variants.items():
        if variant is None:
            continue
        yield from _unknown(name, variant, parts)
        chain = chain_of(name, parts)
        if chain is None:
            yield Problem(
                ("variants", name, "based_on"),
                "variants are based on each other in a circle",
                variant.based_on,
                "let one of them start from null, the scenario as it stands",
            )
        else:
            yield from _applied(name, chain, parts)


def best_problems(parts: Parts) -> Iterator[Problem]:
    """Yield why the tools that are expected to be best cannot be there together."""
    best = (parts.expect.best if parts.expect is not None else None) or ()
    tools = {name: tool for name in best if (tool := parts.tools.get(name)) is not None}
    for problem in conflicts(tools):
        yield replace(problem, path=("expect", "best"))


def _unknown(name: str, variant: Variant, parts: Parts) -> Iterator[Problem]:
    base = variant.based_on
    if base is not None and base not in parts.variants:
        path: Path = ("variants", name, "based_on")
        yield unknown(path, "no variant", base, parts.variants)
    for index, tool in enumerate(variant.tools):
        if tool not in parts.tools:
            path = ("variants", name, "tools", index)
            yield unknown(path, "no tool", tool, parts.tools)


def chain_of(name: str, parts: Parts) -> tuple[Variant, ...] | None:
    """Return the variants from the first base to this one; None for a circle."""
    chain: list[Variant] = []
    seen: set[str] = set()
    each: str | None = name
    while each is not None:
        if each in seen:
            return None
        seen.add(each)
        variant = parts.variants.get(each)
        if variant is None:
            break
        chain.append(variant)
        each = variant.based_on
    return tuple(reversed(chain))


def _applied(name: str, chain: tuple[Variant, ...], parts: Parts) -> Iterator[Problem]:
    own = chain[-1].set
    settings = {path: value for variant in chain for path, value in variant.set.items()}
    start, problems = changed(parts, settings)
    for problem in problems:
        if problem.path[0] in own:
            path: Path = ("variants", name, "set", *problem.path)
            found = None if problem.at_key else shown(own[str(problem.path[0])])
            yield replace(problem, path=path, found=found)
    switched = dict.fromkeys(tool for variant in chain for tool in variant.tools)
    tools = {
        each: tool for each in switched if (tool := parts.tools.get(each)) is not None
    }
    at_tools: Path = ("variants", name, "tools")
    for problem in new_structure_problems(parts, start):
        yield replace(problem, path=("variants", name), at_key=True)
    for problem in conflicts(tools):
        yield replace(problem, path=at_tools)
    if _alone_are_fine(tools, parts):
        for problem in problems_with(tools, start):
            what = (
                f"{problem.path[0]}: {problem.what}" if problem.path else problem.what
            )
            yield replace(problem, path=at_tools, what=what, at_key=False)


def _alone_are_fine(tools: Mapping[str, Tool], parts: Parts) -> bool:
    """Return whether what is wrong is not already said of one tool alone."""
    return not any(
        True for name in tools for _ in problems_with(needs(name, tools), parts)
    )
