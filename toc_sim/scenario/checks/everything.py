"""All that a scenario must obey beyond its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toc_sim.errors import Problem, shown
from toc_sim.scenario.changes import changed
from toc_sim.scenario.checks.names import name_problems
from toc_sim.scenario.checks.structure import structure_problems
from toc_sim.scenario.checks.tools import tool_problems
from toc_sim.scenario.checks.variants import best_problems, variant_problems
from toc_sim.scenario.parts import Parts


def problems_in(parts: Parts) -> tuple[Problem, ...]:
    """Return everything that is wrong between the parts of a scenario."""
    return (
        *name_problems(parts),
        *structure_problems(parts),
        *_benchmarks(parts),
        *tool_problems(parts),
        *variant_problems(parts),
        *best_problems(parts),
    )


def _benchmarks(parts: Parts) -> Iterator[Problem]:
    """Yield the benchmarks of parameters that a node does not have, or cannot reach."""
    for name, node in parts.stages.items():
        for key, value in node.benchmark.items() if node is not None else ():
            _, problems = changed(parts, {f"{name}.{key}": value})
            for problem in problems:
                found = None if problem.at_key else shown(value)
                path = ("stages", name, "benchmark", key)
                yield replace(problem, path=path, found=found)
