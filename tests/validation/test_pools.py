"""Pools that several kinds of work share, against formulas and against each other.

Waits of M/G/1 by class: Pollaczek and Khinchine for first come, first served; Cobham
(1954), Priority assignment in waiting line problems, Operations Research 2(1), for
priorities without preemption. Shortest expected time first is one of those.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.constraint.intervals import interval
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.network.build import network as network_of
from validation.building import EXPONENTIAL
from validation.figures import wait

NARROW = 0.12
"""Half-width of the mean wait, relative."""

RANDOM: dict[str, Any] = {"kind": "source", **EXPONENTIAL}
CLASSES = {"slow": (0.2, 1.2), "quick": (0.4, 0.3), "usual": (0.25, 0.8)}
"""Arrivals [items/period] and mean time [periods] by kind of work."""


def shop(dispatch: str, horizon: float = 6000, **more: Any) -> dict[str, Any]:
    """Return one server that does all kinds of work, each for its own arrivals."""
    stages: dict[str, Any] = {}
    for name, (rate, time) in CLASSES.items():
        stages[f"to_{name}"] = {**RANDOM, "arrivals": rate}
        work = {"kind": "team", "resource": "clerk", "time": time, **EXPONENTIAL}
        stages[name] = work | more.get(name, {})
    return {
        "format": 1,
        "name": "shop",
        "stages": stages,
        "flow": [f"to_{name} -> {name}" for name in CLASSES],
        "resources": {"clerk": {"servers": 1, "dispatch": dispatch}},
        "run": {"horizon": horizon, "warmup": 200, "replications": 12, "seed": 3},
    }


def run(document: dict[str, Any]) -> Runs:
    """Run a document."""
    return simulate(network_of(Scenario.model_validate(document)))


def departures(document: dict[str, Any]) -> list[list[float]]:
    """Return when items are bought, in two short replications."""
    document["run"] |= {"horizon": 400, "replications": 2}
    return [result.departures.tolist() for result in run(document).results]


def rest_of_service(squares: dict[str, float]) -> float:
    """Return W0, what is left of the service that an arrival finds [periods]."""
    return sum(
        rate * time**2 * squares.get(name, 2.0) / 2
        for name, (rate, time) in CLASSES.items()
    )


def by_priority(order: list[str]) -> dict[str, float]:
    """Return the mean wait of each class, exponential times, the first goes first."""
    loads = [CLASSES[name][0] * CLASSES[name][1] for name in order]
    up_to = list(accumulate(loads, initial=0.0))
    return {
        name: rest_of_service({}) / ((1 - up_to[k]) * (1 - up_to[k + 1]))
        for k, name in enumerate(order)
    }


def meets(runs: Runs, exact: dict[str, float]) -> None:
    """Assert that the mean waits lie in narrow 99.9 % intervals."""
    for name, value in exact.items():
        waits = [_wait(result, name) for result in runs.results]
        found = interval(waits, 0.999)
        assert found.low <= value <= found.high, name
        assert (found.high - found.low) / 2 < NARROW * value, name


def _wait(result: RunResult, name: str) -> float:
    return wait(result, name)


def test_priorities_meet_cobham() -> None:
    """W_k = W0 / ((1 - sigma_(k-1)) (1 - sigma_k)), whoever is quick."""
    order = ["usual", "slow", "quick"]
    said: dict[str, Any] = {name: {"priority": 3 - k} for k, name in enumerate(order)}

    meets(run(shop("priority", **said)), by_priority(order))


def test_the_shortest_work_first_meets_cobham() -> None:
    """It is a priority by mean times; what a file says of priority is not looked at."""
    found = run(shop("shortest", slow={"priority": 9}))

    meets(found, by_priority(["quick", "usual", "slow"]))


def test_first_come_first_served_meets_pollaczek_and_khinchine() -> None:
    """All classes wait W0 / (1 - rho), with times of any shape, priorities or not."""
    constant: dict[str, Any] = {"distribution": None, "cv": 0}
    even: dict[str, Any] = {"distribution": "uniform", "cv": 0.5, "priority": 7}
    found = run(shop("fifo", slow=even, usual=constant))
    load = sum(rate * time for rate, time in CLASSES.values())
    each = rest_of_service({"slow": 1.25, "usual": 1.0}) / (1 - load)

    meets(found, dict.fromkeys(CLASSES, each))


def test_due_dates_far_apart_are_priorities() -> None:
    """Whoever is due a thousand periods earlier always goes first."""
    due: dict[str, Any] = {name: {"due": 1000.0 * k} for k, name in enumerate(CLASSES)}
    said: dict[str, Any] = {name: {"priority": -k} for k, name in enumerate(CLASSES)}

    assert departures(shop("earliest_due", **due)) == departures(
        shop("priority", **said)
    )


def test_equal_due_dates_are_first_come_first_served() -> None:
    """Whoever came in first is due first."""
    due: dict[str, Any] = {name: {"due": 5.0} for name in CLASSES}

    assert departures(shop("earliest_due", **due)) == departures(shop("fifo"))


@pytest.mark.parametrize("chairs", [3, 4])
def test_enough_chairs_are_no_second_limit(chairs: int) -> None:
    """With a chair for each doctor, doctors and chairs are an M/M/c of doctors."""

    def clinic(work: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "format": 1,
            "name": "clinic",
            "stages": {
                "patients": {**RANDOM, "arrivals": 5},
                "exam": {"kind": "team", **EXPONENTIAL, **work},
            },
            "flow": ["patients -> exam"],
            "run": {"horizon": 400, "warmup": 50, "replications": 2, "seed": 1},
            **more,
        }

    both = {"resource": ["doctors", "chairs"], "time": 0.5}
    pools = {"doctors": {"servers": 3}, "chairs": {"servers": chairs}}
    joint = run(clinic(both, resources=pools))
    alone = run(clinic({"rate": 2, "servers": 3}))

    for one, other in zip(joint.results, alone.results, strict=True):
        assert one.departures.tolist() == other.departures.tolist()
        doctors, seats = one.resources
        assert doctors.busy == pytest.approx(other.nodes[1].busy)
        assert seats.busy == pytest.approx(other.nodes[1].busy * 3 / chairs)
