"""What differs between two scenarios, parameter by parameter, as lines to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toc_sim.errors import ScenarioError
from toc_sim.scenario.changes import PACES
from toc_sim.scenario.entry import Entry
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.nodes import Stage
from toc_sim.scenario.parameters import value_at
from toc_sim.scenario.values import Empirical, Profile
from toc_sim.scenario.writing import inline


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
        return f"{self.path}: {_told(self.before)} -> {_told(self.after)}"


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
    pairs = ((path, _value(before, path), _value(after, path)) for path in _all(after))
    return tuple(Change(path, old, new) for path, old, new in pairs if old != new)


def _all(scenario: Scenario) -> Iterator[str]:
    """Yield the paths of all parameters, as the scenario says them."""
    yield from _paths("products", scenario.products)
    for name, node in scenario.stages.items():
        yield from _paths(name, node)
    yield from _paths("resources", scenario.resources)
    for way in scenario.flow:
        yield f"flow.{way.name}"
        yield f"flow.{way.name}.delay"
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


def _told(value: Any) -> str:
    return "nothing" if value is None else inline(value)
