"""What a scenario must obey beyond its fields: names that exist, ways that lead out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toc_sim.errors import Problem

if TYPE_CHECKING:
    from toc_sim.scenario.model import Scenario


def problems_in(scenario: Scenario) -> tuple[Problem, ...]:
    """Return everything that is wrong with a scenario whose fields are right."""
    return ()
