"""Who is the constraint by capacity alone, anywhere on a plane of two parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor
from typing import Any

from toc_sim.capacity import constraint_of
from toc_sim.errors import ScenarioError
from toc_sim.experiment.sweep_points import placed_on_option
from toc_sim.experiment.sweep_ranges import Span
from toc_sim.network.build import network
from toc_sim.scenario.changes import WHOLE
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters import replaced
from toc_sim.tools import bare

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What capacity alone says at a point.

    Attributes
    ----------
    throughput
        The most that can be bought [items/period].
    names
        The constraint; several are a tie, none where nothing limits or sells.
    """

    throughput: float
    names: Names


@dataclass
class Plane:
    """A scenario over two of its parameters.

    Attributes
    ----------
    scenario
        With all else as it stands.
    x, y
        The two parameters and their ranges.
    """

    scenario: Scenario
    x: Span
    y: Span
    _known: dict[tuple[Any, Any], Answer] = field(default_factory=dict)

    def at(self, x: float, y: float) -> Answer:
        """Return what capacity alone says at a point, in the parameters' units."""
        place = (as_a_value(self.x, x), as_a_value(self.y, y))
        if place not in self._known:
            found = constraint_of(network(self.scenario_at(x, y)))
            self._known[place] = Answer(*found)
        return self._known[place]

    def scenario_at(self, x: float, y: float) -> Scenario:
        """Return the scenario at a point.

        Raises
        ------
        ScenarioError
            If it cannot be; the problem begins with the option at fault.
        """
        changes = {
            self.x.path: as_a_value(self.x, x),
            self.y.path: as_a_value(self.y, y),
        }
        options = {self.x.path: f"--x {self.x.text}", self.y.path: f"--y {self.y.text}"}
        try:
            return replaced(bare(self.scenario), changes)
        except ScenarioError as error:
            raise ScenarioError(
                placed_on_option(problem, options, changes)
                for problem in error.problems
            ) from None


def as_a_value(span: Span, value: float) -> int | float:
    """Return the nearest value that a parameter can have: servers come whole."""
    return floor(value + 0.5) if is_whole(span) else value


def is_whole(span: Span) -> bool:
    """Return whether a parameter counts things, as servers and buffers do."""
    return span.path.rpartition(".")[2] in WHOLE
