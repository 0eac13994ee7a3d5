"""Who shares people: by path where turns cannot change, else by experiment."""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario, capacity_of, diagnose, network_of, simulate
from toc_sim.experiment.breakdown.parameters import levers

Work = dict[str, dict[str, Any]]

BOTH = ["doctors", "chairs"]
FIRST: dict[str, Any] = {"resource": "doctors", "time": 0.25}
EXAM: dict[str, Any] = {"resource": BOTH, "time": 0.5}


def clinic(work: Work, dispatch: str = "priority", **servers: int) -> Scenario:
    """Return stages that follow each other, behind random arrivals."""
    teams = {
        name: {"kind": "team", "distribution": "exponential", **fields}
        for name, fields in work.items()
    }
    source = {"kind": "source", "arrivals": 9, "distribution": "exponential"}
    counts = {"doctors": 2} | servers
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "clinic",
            "stages": {"patients": source, **teams},
            "flow": [" -> ".join(["patients", *teams])],
            "resources": {
                name: {"servers": count, "dispatch": dispatch}
                for name, count in counts.items()
            },
            "run": {"horizon": 60, "warmup": 10, "replications": 4},
        }
    )


SAME: Work = {"first": FIRST, "second": FIRST}
SHARED: dict[str, tuple[Work, str]] = {
    "equal priorities": (SAME, "priority"),
    "first come": ({"first": FIRST | {"priority": 3}, "second": FIRST}, "fifo"),
    "priorities": ({"first": FIRST | {"priority": 3}, "second": FIRST}, "priority"),
}
AT_ONCE: dict[str, tuple[Work, str]] = {
    "one stage": ({"first": FIRST | {"due": 3}}, "earliest_due"),
    "times": ({"first": FIRST, "second": FIRST | {"time": 0.1}}, "shortest"),
    "due dates": (SAME, "earliest_due"),
}
TURNS = "several stages wait for doctors, and timing decides whose turn it is"


@pytest.mark.parametrize("case", AT_ONCE)
def test_the_path_tells_where_one_stage_alone_waits(case: str) -> None:
    """Whoever has been first goes on at once, so that turns never change."""
    found = diagnose(simulate(network_of(clinic(*AT_ONCE[case]))))

    assert (found.method, found.reason) == ("path", "")
    assert found.constraint == ("doctors",)


@pytest.mark.parametrize("case", SHARED)
def test_experiments_tell_where_turns_can_change(case: str) -> None:
    """Whoever waits for a pool beside others, by whatever rule."""
    found = diagnose(simulate(network_of(clinic(*SHARED[case]))))

    assert (found.method, found.reason) == ("experiment", TURNS)


def test_a_pair_that_does_nothing_else_is_told_by_the_path() -> None:
    """The scarcer answers for all of it: two doctors, three chairs."""
    found = diagnose(simulate(network_of(clinic({"exam": EXAM}, chairs=3))))

    assert found.method == "path"
    assert found.constraint == ("doctors",)


def test_work_that_may_overtake_is_told_by_experiment() -> None:
    """Doctors who also work alone do not wait for a chair."""
    work = {"exam": EXAM, "first": FIRST}
    found = diagnose(simulate(network_of(clinic(work, chairs=2))))

    assert found.reason == TURNS


@pytest.mark.parametrize(
    ("chairs", "throughput", "shares"),
    [
        (1, 2.0, {"doctors": 0.0, "chairs": 1.0}),
        (2, 2 / 0.75, {"doctors": 1.0, "chairs": 0.0}),
    ],
)
def test_static_shares_go_to_whose_servers_run_out(
    chairs: int, throughput: float, shares: dict[str, float]
) -> None:
    """An exam takes half an hour of both, the talk before a quarter of a doctor."""
    found = capacity_of(
        network_of(clinic({"first": FIRST, "exam": EXAM}, chairs=chairs))
    )

    assert found.throughput == pytest.approx(throughput)
    told = {owner.name: owner.share for owner in found.owners}
    assert told == pytest.approx({"patients": 0.0} | shares)


def test_equals_that_are_needed_together_are_a_tie() -> None:
    """As many chairs as doctors: only more of both helps."""
    found = capacity_of(network_of(clinic({"exam": EXAM}, chairs=2)))
    told = {owner.name: (owner.share, owner.lift) for owner in found.owners}

    assert found.tie
    assert set(found.constraint) == {"doctors", "chairs"}
    assert told["doctors"] == told["chairs"] == (0.5, 0.0)


def test_levers_of_joint_work_are_the_leads() -> None:
    """Both pools can be pushed; what the stage takes is answered for by the scarcer."""
    found = {
        lever.path: lever.owner
        for lever in levers(clinic({"first": FIRST, "exam": EXAM}, chairs=1))
    }

    assert found["exam.time"] == "chairs"
    assert found["first.time"] == "doctors"
    assert found["resources.doctors.servers"] == "doctors"
    assert found["resources.chairs.servers"] == "chairs"


def test_material_waits_for_its_token_whoever_works_last() -> None:
    """A pool without work asks for new material for each of its supplies."""
    document = {
        "format": 1,
        "name": "ring",
        "stages": {
            "first": {"kind": "team", "resource": "people", "time": 1},
            "second": {
                "kind": "team",
                "resource": "people",
                "time": 1,
                "priority": 1,
            },
            "last": {"kind": "machine", "rate": 2},
        },
        "resources": {"people": {"servers": 1}},
        "flow": ["first -> second -> last"],
        "release": {"conwip": 1},
        "run": {"horizon": 100, "warmup": 0},
    }
    runs = simulate(network_of(Scenario.model_validate(document)))

    assert runs.results[0].bought == 40
