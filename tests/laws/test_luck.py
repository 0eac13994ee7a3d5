"""Throughput freed from the luck of the draw: the same mean, and much less variance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from toc_sim import diagnose, load, network_of, simulate
from toc_sim.constraint.control_variates import adjusted
from toc_sim.constraint.intervals import over
from toc_sim.engine.simulate import Runs, run, warmup

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FEW = 20


@pytest.mark.parametrize(
    "file", ["paper_cups_random.yaml", "penny_fab.yaml", "rope.yaml"]
)
def test_luck_is_taken_off_and_the_mean_stays(file: str) -> None:
    """Of 40 repeats: at least 2.5 times less variance, and intervals that hold."""
    horizon = {"run.horizon": "200", "run.replications": "20", "run.engine": "compiled"}
    net = network_of(load(str(SCENARIOS / file), horizon))
    settled = warmup(net)
    plain, less = [], []
    for seed in range(40):
        results = tuple(
            run(net, seed=seed, replication=number, horizon=200, warmup=settled)
            for number in range(FEW)
        )
        shares = np.mean([[each.value for each in r.shares] for r in results], axis=0)
        means = dict(zip([name for name, _ in net.owners], shares, strict=True))
        plain.append([result.throughput for result in results])
        less.append(adjusted(Runs(net, settled, results), means))

    assert np.var(plain) > 2.5 * np.var(less)
    error = np.std(np.subtract(less, plain)) / np.sqrt(np.size(less))
    assert abs(np.mean(less) - np.mean(plain)) < 4 * error
    told = [over(net, each) for each in less]
    truth = float(np.mean(less))
    assert sum(each.low <= truth <= each.high for each in told) >= 33


def test_what_is_counted_stands_beside_it() -> None:
    """With a path both are told; the interval that is freed from luck is narrower."""
    net = network_of(
        load(str(SCENARIOS / "paper_cups_random.yaml"), {"run.horizon": "400"})
    )
    runs = simulate(net)
    verdict = diagnose(runs)

    counted = [result.throughput for result in runs.results]
    assert verdict.method == "path"
    assert verdict.counted == over(net, counted)
    assert verdict.throughput.half_width < verdict.counted.half_width
    assert abs(verdict.throughput.mean - verdict.counted.mean) < 0.05


def test_without_a_path_it_is_as_counted() -> None:
    """Nothing is known there of what a longer time would have done."""
    changes = {"run.horizon": "20", "run.replications": "3"}
    runs = simulate(network_of(load(str(SCENARIOS / "p_and_q.yaml"), changes)))
    verdict = diagnose(runs)

    assert verdict.throughput == verdict.counted
