"""Checks a pipeline as such: its ways, its exits, and that it cannot lock up."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.errors import Problem
from toc_sim.scenario.checks.deadlock import deadlock_problems
from toc_sim.scenario.checks.reach import reach_problems
from toc_sim.scenario.checks.recipes import recipe_problems
from toc_sim.scenario.checks.ways import way_problems
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.unfolding import folded, unfolded


def structure_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with the pipeline, whatever its tools and variants."""
    parts = unfolded(parts)
    for problems in (way_problems, reach_problems, recipe_problems, deadlock_problems):
        yield from map(folded, problems(parts))
