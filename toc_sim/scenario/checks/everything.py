"""All that a scenario must obey beyond its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from toc_sim.errors import Path, Problem, shown
from toc_sim.scenario.changes import changed
from toc_sim.scenario.checks.names import name_problems
from toc_sim.scenario.checks.pools import pool_problems
from toc_sim.scenario.checks.products import product_problems
from toc_sim.scenario.checks.structure import structure_problems
from toc_sim.scenario.checks.tools import tool_problems
from toc_sim.scenario.checks.variants import best_problems, variant_problems
from toc_sim.scenario.parts import Parts


def problems_in(parts: Parts) -> tuple[Problem, ...]:
    """Return everything that is wrong between the parts of a scenario."""
    return (
        *name_problems(parts),
        *product_problems(parts),
        *pool_problems(parts),
        *structure_problems(parts),
        *_benchmarks(parts),
        *tool_problems(parts),
        *variant_problems(parts),
        *best_problems(parts),
    )


def _benchmarks(parts: Parts) -> Iterator[Problem]:
    """Yield the benchmarks of parameters that there are not, or cannot be reached."""
    for path, parameter, value in _each_benchmark(parts):
        _, problems = changed(parts, {parameter: value})
        for problem in problems:
            found = None if problem.at_key else shown(value)
            yield replace(problem, path=path, found=found)


def _each_benchmark(parts: Parts) -> Iterator[tuple[Path, str, Any]]:
    """Yield where each benchmark stands, which parameter it is of, and its value."""
    for name, node in parts.stages.items():
        for key, value in node.benchmark.items() if node is not None else ():
            yield ("stages", name, "benchmark", key), f"{name}.{key}", value
    if parts.economics is not None:
        for key, value in parts.economics.benchmark.items():
            yield ("economics", "benchmark", key), f"economics.{key}", value
