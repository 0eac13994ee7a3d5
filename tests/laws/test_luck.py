"""Throughput freed from the luck of the draw: the same mean, and much less variance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from scipy.stats import linregress, t

from toc_sim import Scenario, diagnose, load
from toc_sim.constraint.control_variates import freed, luck_of
from toc_sim.constraint.draws import surpluses
from toc_sim.constraint.intervals import interval, over, regressed
from toc_sim.constraint.path_trust import why_not_the_path
from toc_sim.engine.simulate import Runs, run, simulate, warmup
from toc_sim.network import Network
from toc_sim.network.build import network as network_of
from toc_sim.testing.ledger import recorded
from toc_sim.testing.strategies import ANYTHING, scenarios
from toc_sim.theory import capacity

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FEW = 20
MANY = 60


def _runs(net: Network, count: int, seed: int, settled: float) -> Runs:
    horizon = net.scenario.run.horizon
    results = (
        run(net, seed=seed, replication=number, horizon=horizon, warmup=settled)
        for number in range(count)
    )
    return Runs(net, settled, tuple(results))


@settings(max_examples=40)
@given(scenarios(ANYTHING))
def test_what_was_drawn_lies_about_its_mean(scenario: Scenario) -> None:
    """Of every kind of chance the surplus is 0 in the mean of many replications."""
    net = network_of(scenario)
    assume(not net.is_deterministic)
    given_warmup = scenario.run.warmup
    runs = _runs(net, MANY, 3, given_warmup if given_warmup != "auto" else 5.0)

    for each in surpluses(runs):
        error = float(each.values.std(ddof=1)) / np.sqrt(MANY)
        # counts of a few rare events are far from normal
        assert abs(float(each.values.mean())) <= 6 * error + 1e-9, each


def test_who_came_back_is_read_again() -> None:
    """The stream tells as many returns in the window as a trace of the run does."""
    document = {
        "format": 1,
        "name": "A shop whose customers come back",
        "stages": {
            "leads": {"kind": "source", "arrivals": 5, "distribution": "exponential"},
            "desk": {"kind": "team", "rate": 20, "cv": 0.5},
            "market": {"kind": "market", "demand": 30, "distribution": "exponential"},
        },
        "flow": ["leads -> desk -> market", {"market -> desk": 0.4}],
        "run": {"horizon": 60, "warmup": 9},
    }
    scenario = Scenario.model_validate(document)
    for number in range(5):
        book = recorded(scenario, number)
        runs = Runs(book.net, 9.0, (book.result,))
        [more] = [each for each in surpluses(runs) if each.what == "way"]

        back = book.count("enter", "market", since=0.0)
        told = more.values[0] * 60 + 0.4 * book.result.bought
        assert told == pytest.approx(back)
        assert back > 50


@pytest.mark.parametrize(
    ("file", "least"),
    [
        ("paper_cups_random.yaml", 2.5),
        ("penny_fab.yaml", 2.5),
        ("rope.yaml", 10),
        ("two_shops/shop_1.yaml", 10),
        ("two_shops/shop_2.yaml", 100),
        ("crm_on_chaos.yaml", 8),
        ("professional_firm.yaml", 10),
        ("zone_2.yaml", 100),
    ],
)
def test_luck_is_taken_off_and_the_mean_stays(file: str, least: float) -> None:
    """Of 40 repeats: so many times less variance, and intervals that hold."""
    net = network_of(load(str(SCENARIOS / file)))
    horizon = {"run.horizon": str(min(200.0, net.scenario.run.horizon))}
    fast = {"run.engine": "compiled", "run.replications": str(FEW)}
    net = network_of(load(str(SCENARIOS / file), {**horizon, **fast}))
    settled, static = warmup(net), capacity(net)
    plain, told = [], []
    for seed in range(40):
        runs = _runs(net, FEW, seed, settled)
        plain.append(np.mean([result.throughput for result in runs.results]))
        told.append(freed(runs, by_path=not why_not_the_path(runs, lambda: static)))

    less = [each.mean for each in told]
    assert np.var(plain) > least * np.var(less)
    error = np.std(np.subtract(less, plain)) / np.sqrt(40)
    assert abs(np.mean(less) - np.mean(plain)) < 4 * error
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


def test_without_a_path_it_is_regression() -> None:
    """Where shares are measured, one factor of the luck is, too."""
    changes = {"run.horizon": "26", "run.engine": "compiled"}
    runs = simulate(network_of(load(str(SCENARIOS / "b2b_sales.yaml"), changes)))
    verdict = diagnose(runs)

    counted = np.array([result.throughput for result in runs.results])
    assert verdict.method == "experiment"
    assert verdict.throughput == regressed(counted, luck_of(runs, by_path=False), 0.95)
    assert verdict.throughput.half_width < 0.5 * verdict.counted.half_width


def test_with_few_replications_it_is_as_counted() -> None:
    """A factor is not estimated from three values."""
    changes = {"run.horizon": "26", "run.replications": "3"}
    runs = simulate(network_of(load(str(SCENARIOS / "b2b_sales.yaml"), changes)))
    verdict = diagnose(runs)

    assert verdict.throughput == verdict.counted


def test_without_chance_it_is_as_counted() -> None:
    """Nothing is drawn that could be more or less than its mean."""
    changes = {"run.horizon": "20"}
    runs = simulate(network_of(load(str(SCENARIOS / "p_and_q.yaml"), changes)))
    verdict = diagnose(runs)

    assert verdict.throughput == verdict.counted
    assert not luck_of(runs, by_path=False).any()


def test_regression_is_that_of_a_line() -> None:
    """The interval is that of the intercept of a fitted line (Lavenberg & Welch)."""
    source = np.random.default_rng(5)
    for count in (3, 8, 40):
        control = source.normal(size=count)
        values = 7 + 2 * control + source.normal(size=count)
        line = linregress(control, values)

        told = regressed(values, control, 0.9)
        half = t.ppf(0.95, count - 2) * line.intercept_stderr
        assert told.mean == pytest.approx(line.intercept)
        assert told.half_width == pytest.approx(half)


def test_a_control_that_never_varies_explains_nothing() -> None:
    """Then the interval is the plain one."""
    values = np.array([1.0, 2.0, 4.0, 4.5])

    assert regressed(values, np.zeros(4), 0.95) == interval(values, 0.95)


@pytest.mark.parametrize("weight", [0.0, 1.0, 30.0])
def test_regression_covers_as_promised(weight: float) -> None:
    """Of 2,000 intervals from 8 replications each 95 % hold, whatever is explained."""
    source = np.random.default_rng(11)
    held = 0
    for _ in range(2000):
        control = source.normal(size=8)
        values = 3 + weight * control + source.normal(size=8)
        told = regressed(values, control, 0.95)
        held += told.low <= 3 <= told.high

    assert 0.935 <= held / 2000 <= 0.965
