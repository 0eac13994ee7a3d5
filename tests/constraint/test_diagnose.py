"""The verdict: who is the constraint, how binding, and by which way we know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toc_sim import Scenario, diagnose, load, network_of, simulate
from toc_sim.constraint.proof import prove
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs
from toc_sim.errors import SimulationError
from toc_sim.experiment.expectations import unmet

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CUPS = {"machine_1": 12, "machine_2": 8, "machine_3": 10, "sales": 9}


def cups(market: float = 11, **changes: Any) -> dict[str, Any]:
    """Return the paper-cup conveyor with other capacities."""
    capacities = {**CUPS, **changes}
    stages: dict[str, Any] = {
        name: {"kind": "machine", "capacity": float(capacity)}
        for name, capacity in capacities.items()
    }
    stages["market"] = {"kind": "market", "demand": float(market)}
    return {
        "format": 1,
        "name": "cups",
        "stages": stages,
        "flow": [" -> ".join(stages)],
        "run": {"horizon": 200.0},
    }


def exponential(document: dict[str, Any], buffer: int = 5) -> dict[str, Any]:
    """Return a line whose times are exponential and whose buffers are small."""
    for number, stage in enumerate(document["stages"].values()):
        stage["distribution"] = "exponential"
        if number:
            stage["buffer"] = buffer
    document["run"] = {"horizon": 400.0, "warmup": 20.0, "replications": 8}
    return document


def judged(document: dict[str, Any]) -> tuple[Runs, Verdict]:
    """Return the runs of a scenario and what is said of them."""
    runs = simulate(network_of(Scenario.model_validate(document)))
    return runs, diagnose(runs)


def shares(verdict: Verdict) -> dict[str, float]:
    """Return the mean shares by name."""
    return {owner.name: owner.share.mean for owner in verdict.shares}


@pytest.mark.parametrize(
    ("changes", "market", "constraint", "throughput"),
    [
        ({}, 11, "machine_2", 8),
        ({"machine_2": 15}, 11, "sales", 9),
        ({"machine_2": 15, "sales": 12}, 11, "machine_3", 10),
        ({"machine_2": 12, "machine_3": 12, "sales": 12}, 11, "market", 11),
    ],
)
def test_the_walk_of_the_paper_cups(
    changes: dict[str, float], market: float, constraint: str, throughput: float
) -> None:
    """The constraint moves with each step, and is the sole one each time."""
    _, verdict = judged(cups(market, **changes))

    assert verdict.constraint == (constraint,)
    assert verdict.word == "sole"
    assert verdict.share.mean == pytest.approx(1, abs=0.005)
    assert verdict.throughput.mean == pytest.approx(throughput, abs=1 / 200)
    assert f"{throughput:.2f} item/period" in verdict.sentence


@pytest.mark.parametrize("chance", [False, True])
def test_the_market_is_named(chance: bool) -> None:  # noqa: FBT001 - a case
    """Every stage at 15 and a market of 11: the market, whatever is busiest."""
    document = cups(11, **dict.fromkeys(CUPS, 15))

    _, verdict = judged(exponential(document) if chance else document)

    assert verdict.constraint == ("market",)
    assert verdict.kind == "market"
    assert verdict.word == "sole"
    assert verdict.sentence.startswith("The market is the constraint")
    others = [owner.share for owner in verdict.shares if owner.name != "market"]
    assert all(other.high < verdict.share.low for other in others)


def test_with_unlimited_buffers_the_busiest_is_not_named() -> None:
    """Machine 1 is the busiest and the longest queue may be elsewhere; sales binds."""
    runs, verdict = judged(cups(machine_2=15))

    busy = {node.name: node.busy for node in runs.results[0].nodes}
    queues = {node.name: node.queue_mean for node in runs.results[0].nodes}
    assert max(busy, key=lambda name: busy[name]) == "machine_1"
    assert max(queues, key=lambda name: queues[name]) == "machine_3"
    assert verdict.constraint == ("sales",)


def test_two_equal_machines_tie() -> None:
    """Lifting one alone brings nothing: both are named and share the constraint."""
    runs, verdict = judged(cups(machine_3=8))

    assert verdict.word == "tie"
    assert verdict.constraint == ("machine_2", "machine_3")
    assert shares(verdict)["machine_2"] == pytest.approx(0.5, abs=0.01)
    assert verdict.capacity.tie
    proofs = {proof.name: proof for proof in prove(runs, verdict)}
    assert proofs["machine_2"].gain.mean == pytest.approx(0, abs=0.01)
    assert "tie" in proofs["machine_2"].note


def test_a_tight_limit_on_work_is_the_constraint() -> None:
    """With two cups allowed inside, one more brings more than any faster stage."""
    _, verdict = judged({**cups(), "release": {"conwip": 2}})

    assert verdict.kind == "policy"
    assert verdict.constraint == ("conwip",)
    assert "conwip 2" in verdict.sentence


def test_a_loose_limit_is_not() -> None:
    """Where many are allowed inside, the machine is the constraint again."""
    _, verdict = judged({**cups(), "release": {"conwip": 30}})

    assert verdict.constraint == ("machine_2",)


def test_lost_arrivals_are_judged_by_experiment() -> None:
    """A queue of five places with lost arrivals: .596 and .404, not 1 and 0."""
    document = {
        "format": 1,
        "name": "loss",
        "stages": {
            "calls": {
                "kind": "source",
                "arrivals": 0.9,
                "distribution": "exponential",
                "overflow": "lost",
            },
            "desk": {
                "kind": "team",
                "capacity": 1.0,
                "distribution": "exponential",
                "buffer": 4,
            },
        },
        "flow": ["calls -> desk"],
        "run": {"horizon": 8000.0, "warmup": 100.0, "replications": 8},
    }

    runs, verdict = judged(document)

    path = {share.name: share.value for share in runs.results[0].shares}
    assert path["calls"] > 0.9
    assert verdict.method == "experiment"
    assert "lost" in verdict.reason
    # exact, from p_n proportional to 0.9^n: the elasticity to arrivals is
    # 1 + d log(1 - p_5) / d log(rho)
    weights = [0.9**n for n in range(6)]
    blocked = weights[5] / sum(weights)
    mean = sum(n * weight for n, weight in enumerate(weights)) / sum(weights)
    exact = 1 - blocked * (5 - mean) / (1 - blocked)
    [calls, _] = verdict.shares
    assert calls.share.low <= exact <= calls.share.high
    assert calls.share.half_width < 0.1
    assert sum(shares(verdict).values()) == pytest.approx(1, abs=1e-9)


@pytest.mark.law
def test_lost_patience_is_judged_by_experiment() -> None:
    """M/M/1+M: shares are exact elasticities; longer patience brings more too."""
    document = {
        "format": 1,
        "name": "cold leads",
        "stages": {
            "leads": {"kind": "source", "arrivals": 1.2, "cv": 1},
            "desk": {"kind": "team", "rate": 1.0, "cv": 1, "patience": 2.0},
        },
        "flow": ["leads -> desk"],
        "run": {"horizon": 8000.0, "warmup": 100.0, "replications": 8},
    }

    runs, verdict = judged(document)

    assert runs.results[0].shares[0].value > 0.9
    assert verdict.method == "experiment"
    assert verdict.reason == "items that wait too long before desk are lost"
    rates = {"leads": 1.2, "desk": 1.0, "delay": 0.5}
    found = shares(verdict) | {name: s.mean for name, s in verdict.other_shares}
    for name, value in rates.items():
        up, down = (_erlang_a(**{**rates, name: value * x}) for x in (1.001, 0.999))
        exact = (up - down) / 0.002 / _erlang_a(**rates)
        assert found[name] == pytest.approx(exact, abs=0.05)
    assert found["delay"] < -0.05
    assert sum(found.values()) == pytest.approx(1, abs=1e-9)


def _erlang_a(leads: float, desk: float, delay: float) -> float:
    """Return the throughput of M/M/1+M, from its birth-death chain (Palm 1957)."""
    weights = [1.0]
    for number in range(1, 200):
        weights.append(weights[-1] * leads / (desk + (number - 1) * delay))
    return desk * (1 - weights[0] / sum(weights))


def test_patience_that_never_ends_leaves_the_path_alone() -> None:
    """Where nobody has left, the critical path may be trusted."""
    document = exponential(cups())
    document["stages"]["machine_3"]["patience"] = 1e9

    runs, verdict = judged(document)

    assert not any(result.lost for result in runs.results)
    assert verdict.method == "path"


def two_products(arrivals: float) -> dict[str, Any]:
    """Return a desk with one queue for letters, which are short, and for parcels."""
    return {
        "format": 1,
        "name": "desk",
        "products": {"letter": {}, "parcel": {}},
        "stages": {
            "post": {
                "kind": "source",
                "arrivals": {"letter": arrivals, "parcel": arrivals},
                "cv": 1,
            },
            "desk": {"kind": "team", "time": {"letter": 0.2, "parcel": 0.6}, "cv": 1},
        },
        "flow": ["post -> desk"],
        "run": {"horizon": 1500.0, "warmup": 100.0, "replications": 8, "seed": 3},
    }


@pytest.mark.parametrize(
    ("arrivals", "expected"),
    [
        (2.0, {"post/letter": 0.25, "post/parcel": -0.25, "desk": 1}),
        (1.0, {"post/letter": 0.5, "post/parcel": 0.5, "desk": 0}),
    ],
)
def test_products_in_one_queue_are_judged_by_experiment(
    arrivals: float, expected: dict[str, float]
) -> None:
    """More of one product changes the mix: no path sees that.

    An overloaded desk lets through the mix that comes: T = sum of l / sum of l s, with
    arrivals l and times s, so 1 % more of a product brings l / sum of l less l s / sum
    of l s. Below its limit all that comes is served.
    """
    _, verdict = judged(two_products(arrivals))

    assert verdict.method == "experiment"
    assert verdict.reason == "several products come, each at a pace of its own"
    assert shares(verdict) == pytest.approx(expected, abs=0.03)
    assert sum(shares(verdict).values()) == pytest.approx(1)


@pytest.mark.law
def test_share_and_experiment_agree_on_a_random_line() -> None:
    """The proof finds by experiment what the critical path says."""
    document = exponential(cups())
    document["run"]["horizon"] = 800.0

    runs, verdict = judged(document)

    assert verdict.method == "path"
    proofs = prove(runs, verdict)
    assert [proof.name for proof in proofs] == [*CUPS, "market"]
    assert all(proof.agrees for proof in proofs)


def test_what_averages_allow_stands_beside_what_was_run() -> None:
    """By averages, without chance and with it: each was run, and no cause is named."""
    _, verdict = judged(exponential(cups()))

    assert verdict.explanation.startswith("Seen: ")
    assert "Capacity alone allows 8.00 in the long run" in verdict.explanation
    assert "without chance this window makes 8.00" in verdict.explanation
    assert "machine_2 is blocked" in verdict.explanation
    assert "costs" not in verdict.explanation


def test_one_run_has_no_interval() -> None:
    """A single random run is reported without pretending to know its spread."""
    document = exponential(cups())
    document["run"]["replications"] = 1

    _, verdict = judged(document)

    assert not verdict.share.is_known
    assert not verdict.throughput.is_known


def test_nothing_bought_is_told() -> None:
    """A horizon shorter than the way through is an error with a hint, not a verdict."""
    document = cups()
    document["run"] = {"horizon": 0.1, "warmup": 0.0}

    with pytest.raises(SimulationError, match="nothing was bought") as caught:
        judged(document)

    assert "hint" in str(caught.value)


def test_an_expectation_that_fails_is_told() -> None:
    """What was expected stands beside what was found."""
    document = cups()
    document["expect"] = {"constraint": "sales", "throughput": 9.0}

    problems = unmet(Scenario.model_validate(document))

    assert problems == (
        "expect.constraint: sales (found machine_2)",
        "expect.throughput: 9 (found 8)",
    )


def test_shipped_lessons_name_what_they_say() -> None:
    """The two paper-cup files name machine 2, alone and as the largest."""
    assert unmet(load(SCENARIOS / "paper_cups.yaml")) == ()
