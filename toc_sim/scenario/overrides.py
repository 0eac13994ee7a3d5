"""Parameters of a scenario changed by path, and what differs between two scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toc_sim.errors import Argument, Problem, ScenarioError, written
from toc_sim.scenario.fields.behaviour import Empirical
from toc_sim.scenario.fields.nodes import PACES, Stage
from toc_sim.scenario.fields.numbers import Entry, Profile
from toc_sim.scenario.file.dump import inline
from toc_sim.scenario.file.yaml import read_value
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters.paths import target_of, value_of


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


def overridden(scenario: Scenario, overrides: Mapping[str, str]) -> Scenario:
    """Return a scenario with values that were given as text, as a file writes them.

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
            problems.append(Problem((), what, asked=(_given(path, text),)))
    try:
        new = scenario.changed(values)
    except ScenarioError as error:
        problems += (_placed(problem, overrides) for problem in error.problems)
    if problems:
        raise ScenarioError(problems)
    return new


def _placed(problem: Problem, overrides: Mapping[str, str]) -> Problem:
    """Return a problem with the override that causes it in front."""
    head = str(problem.path[0])
    if head in overrides:
        given = _given(head, overrides[head])
        return replace(problem, path=problem.path[1:], asked=(given,))
    where = written(problem.path)
    near = [path for path in overrides if path.partition(".")[0] in where]
    asked = tuple(_given(path, overrides[path]) for path in near or overrides)
    return replace(problem, asked=asked)


def _given(path: str, text: str) -> Argument:
    return Argument("", f"{path}={text}", option="set")


@dataclass(frozen=True, slots=True)
class Change:
    """One parameter that has another value than before.

    Attributes
    ----------
    path
        Of the parameter.
    before, after
        Its values; None where nothing is said of it.
    """

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        """Write the change as one line: ``machine_2.capacity: 8 -> 15``."""
        values = (self.before, self.after)
        told = ("nothing" if each is None else inline(each) for each in values)
        return f"{self.path}: {' -> '.join(told)}"


def differences(before: Scenario, after: Scenario) -> tuple[Change, ...]:
    """Return which parameters have another value than before, in the file's order.

    What is said in other words is no difference: a `capacity` of 8 is a `rate` of 4
    for two servers.

    Parameters
    ----------
    before
        As it was.
    after
        The same nodes and ways, with other values: a variant, or tools at work.
    """
    pairs = (
        (path, _value(before, path), _value(after, path)) for path in every_path(after)
    )
    return tuple(Change(path, old, new) for path, old, new in pairs if old != new)


def every_path(scenario: Scenario) -> Iterator[str]:
    """Yield the paths of all parameters, as the scenario says them."""
    yield from _paths("products", scenario.products)
    for name, node in scenario.stages.items():
        yield from _paths(name, node)
    yield from _paths("resources", scenario.resources)
    yield from _paths("calendars", scenario.calendars)
    for way in scenario.flow:
        yield f"flow.{way.name}"
        yield from _paths(f"flow.{way.name}.delay", way.delay)
        yield f"flow.{way.name}.customers"
    yield from _paths("release", scenario.release)
    yield from _paths("economics", scenario.economics)
    yield from _paths("run", scenario.run)


def _paths(path: str, value: Any) -> Iterator[str]:
    """Yield the paths of all that is said below one, or of itself."""
    if isinstance(value, Profile | Empirical) or not isinstance(value, Entry | Mapping):
        yield path
        return
    for key, inner in dict(value).items():
        unsaid = inner is None and isinstance(value, Stage) and key in PACES
        if not unsaid:
            yield from _paths(f"{path}.{key}", inner)


def _value(scenario: Scenario, path: str) -> Any:
    try:
        return value_at(scenario, path)
    except ScenarioError:
        return None
