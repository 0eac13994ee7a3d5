"""The points of a sweep: scenarios, each with what makes it different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from toc_sim.errors import Problem, ScenarioError, TocError, shown
from toc_sim.experiment.sweep_ranges import Varied
from toc_sim.scenario.differences import differences
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters import replaced, value_at
from toc_sim.scenario.paths import normal
from toc_sim.scenario.writing import inline
from toc_sim.tools import bare, variant

BASELINE = "baseline"
"""What the file itself is called beside its variants."""

VARIANT = "variant"
"""The first input of a comparison of variants: which of them it is."""

FIXED = "run.warmup"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a sweep, not yet simulated.

    Attributes
    ----------
    name
        What it is called.
    inputs
        What was varied, in the order of the sweep's inputs.
    scenario
        With these values.
    """

    name: str
    inputs: tuple[Any, ...]
    scenario: Scenario


def product_of(scenario: Scenario, axes: Sequence[Varied]) -> tuple[Point, ...]:
    """Return every combination of some parameters' values; the last varies fastest.

    Raises
    ------
    ScenarioError
        If a path leads nowhere, or a value cannot be; each problem begins with the
        option at fault.
    """
    _refuse(list(_bad_paths(scenario, axes)))
    options = {axis.path: f"--vary {axis.text}" for axis in axes}
    start = bare(scenario)
    points: list[Point] = []
    problems: dict[Problem, None] = {}
    for values in product(*(axis.values for axis in axes)):
        changes = {axis.path: value for axis, value in zip(axes, values, strict=True)}
        try:
            changed = replaced(start, changes)
        except ScenarioError as error:
            problems |= dict.fromkeys(
                placed_on_option(problem, options, changes)
                for problem in error.problems
            )
            continue
        points.append(Point(_told(changes), values, changed))
    _refuse(list(problems))
    return tuple(points)


def variants_of(
    scenario: Scenario,
) -> tuple[tuple[str, ...], tuple[Point, ...]]:
    """Return the file itself and its variants, with all in which any of them differ.

    Returns
    -------
    The names of the inputs: ``variant``, then the paths of parameters; and the points.

    Raises
    ------
    TocError
        If the file has no variants.
    """
    if not scenario.variants:
        raise TocError(
            "nothing to sweep: the file has no 'variants'\n"
            "    hint: vary a parameter, as with --vary machine_2.capacity=6:16:1"
        )
    scenarios = {BASELINE: scenario} | {
        name: variant(scenario, name).scenario for name in scenario.variants
    }
    changed = {
        change.path: None
        for each in scenarios.values()
        for change in differences(scenario, each)
        if change.path not in ("run.seed", FIXED)
    }
    paths = list(changed)
    points = (
        Point(name, (name, *(_value(each, path) for path in paths)), each)
        for name, each in scenarios.items()
    )
    return (VARIANT, *paths), tuple(points)


def placed_on_option(
    problem: Problem, options: Mapping[str, str], changes: Mapping[str, Any]
) -> Problem:
    """Return a problem with the option that causes it in front.

    Parameters
    ----------
    problem
        Of changes by path.
    options
        As they were given, by path: ``--vary machine_2.capacity=6:16:1``.
    changes
        The values at fault, by path.
    """
    head = str(problem.path[0]) if problem.path else ""
    if head in options:
        return replace(
            problem,
            path=problem.path[1:],
            found=problem.found or shown(changes.get(head)),
            place=options[head],
        )
    values = ", ".join(f"{path} {inline(value)}" for path, value in changes.items())
    return replace(problem, place=f"{' '.join(options.values())}: at {values}")


def _bad_paths(scenario: Scenario, axes: Sequence[Varied]) -> Iterator[Problem]:
    for axis in axes:
        try:
            value_at(scenario, axis.path)
        except ScenarioError as error:
            options = {axis.path: f"--vary {axis.text}"}
            yield from (placed_on_option(p, options, {}) for p in error.problems)
        if normal(axis.path) == FIXED:
            yield Problem(
                (),
                "the warm-up is one for all points",
                hint="give it with --warmup",
                place=f"--vary {axis.text}",
            )


def _value(scenario: Scenario, path: str) -> Any:
    try:
        return value_at(scenario, path)
    except ScenarioError:  # a way of paying, or a table, that only some have
        return None


def _told(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{path} {inline(value)}" for path, value in changes.items())


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise ScenarioError(problems)
