"""The race among candidates: who is simulated how often, and what may be promised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from toc_sim.experiment.compare.comparison import Question, candidate
from toc_sim.experiment.compare.race import RaceResult, run_race
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantModel
from toc_sim.scenario.model import Scenario

CHANCE = {"distribution": "exponential", "buffer": 2}


def line(
    tools: dict[str, Any], chance: dict[str, Any] = CHANCE, **run: float
) -> Scenario:
    """Return two stages and some tools for them."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "a line",
            "stages": {
                "first": {"kind": "machine", "capacity": 4.0, **chance},
                "second": {"kind": "machine", "capacity": 5.0, **chance},
            },
            "flow": ["first -> second"],
            "economics": {"price": 10.0, "variable_cost": {"paper": 4.0}},
            "tools": {name: {"effects": effects} for name, effects in tools.items()},
            "run": {"horizon": 40.0, "warmup": 0.0, "replications": 6, **run},
        }
    )


def faster(by: float) -> dict[str, Any]:
    """Return what makes the first stage faster."""
    return {"first.capacity": {"add": by}}


def race(scenario: Scenario, until: Question | None = None) -> RaceResult:
    """Let doing nothing and each tool run against each other."""
    sets: list[tuple[str, ...]] = [(), *((name,) for name in scenario.tools)]
    candidates = [candidate(scenario, tools, 0.0) for tools in sets]
    return run_race(
        Laboratory(), candidates, "throughput", until or Question(margin=0.005)
    )


def counts(found: RaceResult) -> list[int]:
    """Return how often each was simulated."""
    return [len(trial.results) for trial in found.trials]


def test_what_is_clear_at_once_takes_no_more_runs() -> None:
    """A tool that doubles the rate wins with the replications of the file."""
    found = race(line({"double": faster(4)}, horizon=900.0))

    assert found.decided
    assert found.best == 1
    assert counts(found) == [6, 6]


def test_only_those_that_may_win_get_more_runs() -> None:
    """Two good tools are told apart, and a bad one is left behind."""
    tools = {"good": faster(2), "better": faster(2.2), "bad": faster(-2)}

    found = race(line(tools, horizon=60.0))

    doing_nothing, good, better, bad = counts(found)
    assert found.decided
    assert found.best == 2
    assert bad < better
    assert better > 6
    assert doing_nothing == max(good, better)
    assert better % 10 == 6


def test_no_candidate_runs_more_often_than_allowed() -> None:
    """Then nothing is promised, and the one that leads is named."""
    tools = {"good": faster(2), "better": faster(2.02)}

    found = race(line(tools), Question(margin=0.0001, most=11))

    assert not found.decided
    assert max(counts(found)) == 11
    means = [gain.mean() for gain in found.gains]
    assert means[found.best] == max(means)


def test_ten_times_the_replications_are_enough() -> None:
    """Where nothing is said, the file's replications are the measure."""
    same = {"one": faster(2), "other": faster(2.0001)}

    found = race(line(same, horizon=5.0), Question(margin=0.00001))

    assert not found.decided
    assert max(counts(found)) == 60


def test_few_replications_promise_nothing() -> None:
    """From four, no variance is told; the mean decides, without a promise."""
    found = race(line({"double": faster(4)}, replications=4))

    assert not found.decided
    assert found.best == 1
    assert counts(found) == [4, 4]


def test_without_chance_one_run_is_all() -> None:
    """And it is sure."""
    found = race(line({"double": faster(1), "bad": faster(-1)}, {}))

    assert found.decided
    assert found.best == 1
    assert counts(found) == [1, 1, 1]


def test_chance_in_one_candidate_is_enough_to_be_unsure() -> None:
    """A single random run beside a certain one decides nothing."""
    noisy = {"noisy": {"first.cv": {"set": 1}}}

    found = race(line(noisy, {}, replications=1))

    assert not found.decided


def test_what_a_tool_takes_the_chance_out_of_stands_against_all_runs() -> None:
    """One run of it is paired with each of doing nothing."""
    steady = {"steady": {"first.cv": {"set": 0}, "second.cv": {"set": 0}}}
    found = race(line(steady, {"cv": 1.0}))

    assert counts(found)[1] == 1
    assert len(found.gains[1]) == counts(found)[0]
    assert found.best == 1


@pytest.mark.parametrize("replications", [1, 6])
def test_what_does_nothing_differs_by_nothing(replications: int) -> None:
    """Exactly 0 in each replication: it meets the same chance."""
    idle: dict[str, Any] = {"idle": {}, "same": {"first.capacity": {"set": 4.0}}}
    found = race(line(idle, replications=replications))

    assert found.best == 0
    assert all(not gain.any() for gain in found.gains)


def test_a_fixed_number_of_runs_is_not_exceeded() -> None:
    """They go where they tell most, doing nothing among them."""
    tools = {"good": faster(2), "better": faster(2.2), "bad": faster(-2)}

    found = race(line(tools), Question(margin=0.001, runs=60))

    assert 24 < sum(counts(found)) <= 60
    assert counts(found)[0] == max(counts(found))
    assert counts(found)[3] < counts(found)[2]


def test_a_difference_is_made_as_precise_as_asked() -> None:
    """Runs are added for those whose interval is too wide, winning or not."""
    found = race(line({"double": faster(4)}), Question(margin=0.005, precision=0.02))

    assert counts(found)[0] == counts(found)[1] > 6
    differences = found.gains[1]
    spread = differences.std(ddof=1) / len(differences) ** 0.5
    assert 1.9 * spread < 0.021 * found.trials[0].results[0].throughput


def test_where_nothing_is_earned_nothing_is_promised() -> None:
    """Price and cost are equal: no gain is too small to matter."""
    scenario = line({"double": faster(4)})
    economics = {"price": 4.0, "variable_cost": {"paper": 4.0}}
    scenario = scenario.changed(economics=economics)
    sets: list[Sequence[str]] = [(), ("double",)]
    candidates: list[VariantModel] = [candidate(scenario, each, 0.0) for each in sets]

    found = run_race(Laboratory(), candidates, "npv", Question(margin=0.005))

    assert not found.decided
    assert found.best == 0
