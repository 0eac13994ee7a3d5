"""Reads and changes the parameters of a scenario by their paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from toc_sim.errors import Problem, ScenarioError, written
from toc_sim.scenario.changes import changed
from toc_sim.scenario.document import read_value
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.paths import target_of, value_of


def value_at(scenario: Scenario, path: str) -> Any:
    """Return the value of a parameter; None where nothing is said of it.

    Parameters
    ----------
    scenario
        Where to look.
    path
        ``NODE.FIELD``, ``resources.NAME.servers``, ``flow.A->B`` (its share),
        ``economics.price``, ``run.seed``, ``release.conwip``. A stage has a `capacity`
        and a `rate`, whichever of them its file gives; a way without a label has the
        share that is left for it.

    Raises
    ------
    ScenarioError
        When the path leads nowhere, with the nearest that does.
    """
    target = target_of(path, scenario.parts)
    if isinstance(target, Problem):
        raise ScenarioError([target])
    return value_of(target, scenario.parts)


def replaced(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with new values, checked like the original.

    Parameters
    ----------
    scenario
        It stays as it is.
    changes
        New values by path, applied together before anything is checked. A new
        `capacity` takes the place of a `rate`, and the reverse.

    Raises
    ------
    ScenarioError
        When a path leads nowhere, or the changed scenario cannot work.
    """
    parts, problems = changed(scenario.parts, changes)
    if problems:
        raise ScenarioError(problems)
    try:
        return scenario.changed(
            stages=parts.stages,
            resources=parts.resources,
            products=parts.products,
            calendars=parts.calendars,
            flow=parts.flow,
            release=parts.release,
            economics=parts.economics,
            run=parts.run,
        )
    except ValidationError as error:
        details = error.errors(include_url=False)[0]  # its fields are right already
        raise ScenarioError(details["ctx"]["problems"]) from None


def overridden(scenario: Scenario, overrides: Mapping[str, str]) -> Scenario:
    """Return a scenario with values that were given as text, like ``--set`` gives them.

    Parameters
    ----------
    scenario
        It stays as it is.
    overrides
        New values by path, written as in a file.

    Raises
    ------
    ScenarioError
        Each problem begins with the override at fault.
    """
    if not overrides:
        return scenario
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for path, text in overrides.items():
        try:
            values[path] = read_value(text)
        except ScenarioError as error:
            what = error.problems[0].what
            problems.append(Problem((), what, place=_given(path, text)))
    try:
        new = replaced(scenario, values)
    except ScenarioError as error:
        problems += (_placed(problem, overrides) for problem in error.problems)
    if problems:
        raise ScenarioError(problems)
    return new


def _placed(problem: Problem, overrides: Mapping[str, str]) -> Problem:
    """Return a problem with the override that causes it in front."""
    head = str(problem.path[0])
    if head in overrides:
        place = _given(head, overrides[head])
        return replace(problem, path=problem.path[1:], place=place)
    where = written(problem.path)
    near = [path for path in overrides if path.partition(".")[0] in where]
    place = " ".join(_given(path, overrides[path]) for path in near or overrides)
    return replace(problem, place=place)


def _given(path: str, text: str) -> str:
    return f"--set {path}={text}"
