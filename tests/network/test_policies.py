"""Steps of policies: each is what a user can set, where it says so."""

from __future__ import annotations

import pytest

from toc_sim import Scenario
from toc_sim.network import policy_steps
from toc_sim.network.build import network as network_of


@pytest.mark.parametrize(
    ("shifts", "most"),
    [
        ([[8, 16]], 8.8),
        ([[8, 12], [13, 17]], 8.8),
        ([[0, 6], [22, 24]], 8.8),
        ([[6, 14], [14, 21]], 16.5),
        ([[0, 7], [7.1, 23]], None),  # the lunch is too short for a tenth more
        ([[0, 23]], 24),
    ],
)
def test_longer_hours_are_those_that_can_be_set(
    shifts: list[list[float]], most: float | None
) -> None:
    """The step has the network that its address makes, and tells its own size."""
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "day",
            "calendars": {"day": {"cycle": 24, "open": shifts}},
            "stages": {"a": {"kind": "team", "rate": 1, "calendar": "day"}},
            "flow": [],
        }
    )
    now = scenario.calendars["day"].hours

    [step] = policy_steps(network_of(scenario))

    path, _, value = step.change.partition("(")[2].rstrip(")").partition("=")
    longer = scenario.changed({path: float(value)})
    assert path == step.name == "calendars.day.hours"
    assert network_of(longer).nodes[0].calendar == step.network.nodes[0].calendar
    assert step.size == pytest.approx(float(value) / now - 1)
    assert most is None or float(value) == most
    assert step.change.startswith(f"{100 * (step.size or 0.0):.2g} % longer")


def test_hours_that_cannot_grow_are_no_policy() -> None:
    """Who is open around the clock has no overtime."""
    document = {
        "format": 1,
        "name": "always",
        "calendars": {"day": {"cycle": 24, "open": [[0, 8], [8, 24]]}},
        "stages": {"a": {"kind": "team", "rate": 1, "calendar": "day"}},
        "flow": [],
    }

    assert list(policy_steps(network_of(Scenario.model_validate(document)))) == []
