"""What every parameter gives: steps, benchmarks, limits, and the law of the shares."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings

from toc_sim import Scenario, network_of, simulate
from toc_sim.capacity import best_throughput
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.breakdown.parameters import (
    Lever,
    levers,
)
from toc_sim.experiment.breakdown.responses import Breakdown, ParameterRow
from toc_sim.scenario.fields.numbers import scaled
from toc_sim.scenario.overrides import replaced
from toc_sim.testing.strategies import ANYTHING, Feature, scenarios

Document = dict[str, Any]

PACES = ("arrivals", "capacity", "rate", "time", "demand")
"""What says how fast a node is."""

CUPS: Document = {
    "machine_1": {"kind": "machine", "capacity": 12},
    "machine_2": {"kind": "machine", "capacity": 8, "benchmark": {"capacity": 20}},
    "machine_3": {"kind": "machine", "capacity": 10},
    "market": {"kind": "market", "demand": 11, "benchmark": {"demand": 14}},
}
MONEY: Document = {
    "price": 5,
    "variable_cost": {"cup": 2},
    "operating_expense": {"rent": 10},
}
SALES: Document = {
    "leads": {"kind": "source", "arrivals": 20, "distribution": "exponential"},
    "talk": {
        "kind": "team",
        "resource": "sellers",
        "time": 0.1,
        "cv": 0.5,
        "conversion": 0.5,
        "buffer": 10,
    },
    "close": {
        "kind": "team",
        "resource": "sellers",
        "time": 0.3,
        "cv": 0.5,
        "conversion": 0.99,
        "availability": {"mean_time_between_failures": 10, "mean_time_to_repair": 1},
    },
    "market": {"kind": "market", "demand": 40},
}


def line(stages: Document, **more: Any) -> Scenario:
    """Return stages in a row as a scenario."""
    ways = [" -> ".join(stages)]
    run = {"horizon": 100, "warmup": 10, "replications": 4}
    document = {
        "format": 1,
        "name": "drawn",
        "stages": stages,
        "flow": ways,
        "run": run,
    }
    return Scenario.model_validate(document | more)


def sales(**more: Any) -> Scenario:
    """Return two tasks of the same two sellers."""
    return line(SALES, resources={"sellers": {"servers": 2}}, **more)


def row_of(found: Breakdown, path: str) -> ParameterRow:
    """Return what was found of a parameter."""
    return next(row for row in found.rows if row.lever.path == path)


@pytest.fixture(name="cups", scope="module")
def _cups() -> Breakdown:
    return breakdown(line(CUPS, economics=MONEY))


@pytest.fixture(name="sold", scope="module")
def _sold() -> Breakdown:
    return breakdown(sales(economics=MONEY))


def test_every_parameter_that_matters_has_a_row() -> None:
    """Paces, chances, repairs, counts and money; what is unlimited or free has none."""
    paths = [lever.path for lever in levers(sales(economics=MONEY))]

    assert paths == [
        "leads.arrivals",
        "talk.time",
        "talk.conversion",
        "talk.buffer",
        "close.time",
        "close.conversion",
        "close.availability.mean_time_between_failures",
        "close.availability.mean_time_to_repair",
        "market.demand",
        "resources.sellers.servers",
        "economics.price",
        "economics.variable_cost.cup",
        "economics.operating_expense.rent",
    ]


def test_ways_delays_policies_and_costs_have_rows_too() -> None:
    """What the file labels counts; a benchmark makes a parameter of anything."""
    stages = {
        "leads": {"kind": "source", "arrivals": 20, "cost_per_item": 1},
        "make": {"kind": "machine", "rate": 5, "servers": 2, "buffer": 4},
        "sell": {"kind": "team", "capacity": 9, "cv": 0.5, "benchmark": {"cv": 0.2}},
        "market": {"kind": "market", "demand": 11, "benchmark": {"buffer": 3}},
    }
    flow = [
        "leads -> make",
        {"make -> sell": 0.9},
        {"sell -> market": {"share": 0.5, "benchmark": 0.6}},
        {"market -> sell": {"share": 0.1, "delay": 2}},
    ]
    rope = {"drum_buffer_rope": {"drum": "make", "buffer": 6}}
    economics = {"price": 5, "benchmark": {"price": 6}}
    more = {"flow": flow, "release": rope, "economics": economics}
    found = {lever.path: lever for lever in levers(line(stages, **more))}

    assert list(found) == [
        "leads.arrivals",
        "leads.cost_per_item",
        "make.rate",
        "make.servers",
        "make.conversion",
        "make.buffer",
        "sell.capacity",
        "sell.conversion",
        "market.demand",
        "flow.make->sell",
        "flow.sell->market",
        "flow.market->sell",
        "flow.market->sell.delay",
        "release.drum_buffer_rope.buffer",
        "economics.price",
        "sell.cv",
    ]
    assert found["flow.market->sell.delay"].owner == "delay"
    assert found["flow.sell->market"].benchmark == 0.6
    assert found["economics.price"].benchmark == 6
    assert found["sell.cv"].benchmark == 0.2
    assert found["release.drum_buffer_rope.buffer"].is_count


def test_a_row_knows_who_answers_for_it(sold: Breakdown) -> None:
    """The work of a pool is the pool's; money is nobody's."""
    talk, price = row_of(sold, "talk.time"), row_of(sold, "economics.price")
    servers = row_of(sold, "resources.sellers.servers")

    assert talk.lever.owner == servers.lever.owner == "sellers"
    assert talk.share == servers.share
    assert talk.share is not None
    assert talk.share.mean > 0.9
    assert price.lever.owner == ""
    assert price.share is None


def test_without_chance_gains_are_exact_derivatives(cups: Breakdown) -> None:
    """1 % more of the constraint is 1 % more cups, of another stage none."""
    slow, fast = row_of(cups, "machine_2.capacity"), row_of(cups, "machine_1.capacity")

    assert slow.gain is not None
    assert fast.gain is not None
    assert slow.static == pytest.approx(0.01)
    assert slow.gain.throughput.mean == pytest.approx(0.01)
    assert fast.static == pytest.approx(0, abs=1e-12)
    assert fast.gain.throughput.mean == pytest.approx(0, abs=1e-12)


def test_money_is_exact_without_chance(cups: Breakdown) -> None:
    """1 % of price, costs and capacity, in euros: 8 cups an hour of 5 less 2."""
    gains = {row.lever.path: row.gain for row in cups.rows}
    profits = {
        path: gain.profit.mean
        for path, gain in gains.items()
        if gain is not None and gain.profit is not None
    }

    assert profits["economics.price"] == pytest.approx(0.4)
    assert profits["economics.variable_cost.cup"] == pytest.approx(-0.16)
    assert profits["economics.operating_expense.rent"] == pytest.approx(-0.1)
    assert profits["machine_2.capacity"] == pytest.approx(0.24)


def test_benchmarks_rank_first_by_what_reaching_them_brings(cups: Breakdown) -> None:
    """The constraint goes to the next one, 10 cups; the market alone brings nothing."""
    first, second = cups.rows[:2]

    assert [row.lever.path for row in (first, second)] == [
        "machine_2.capacity",
        "market.demand",
    ]
    assert first.benchmark is not None
    assert first.benchmark.profit is not None
    assert first.benchmark.profit.mean == pytest.approx(6)
    assert first.reach == pytest.approx(1.5)
    assert second.benchmark is not None
    assert second.benchmark.throughput.mean == pytest.approx(0, abs=1e-9)


def test_what_is_1_says_that_it_cannot_grow(cups: Breakdown) -> None:
    """A conversion of 1 has no gain, but a reason."""
    row = row_of(cups, "machine_1.conversion")

    assert row.gain is None
    assert row.note == "1 already, cannot grow"


def test_near_its_limit_a_chance_grows_as_far_as_it_can(sold: Breakdown) -> None:
    """0.99 has 1 % to go, and 10 % more means that."""
    row = row_of(sold, "close.conversion")

    assert row.gain is not None
    assert row.gain.throughput.mean == pytest.approx(0.01, abs=0.01)
    assert row.more is not None
    assert row.more.throughput.mean < 0.03


def test_a_count_grows_by_one(sold: Breakdown) -> None:
    """A third seller brings about half as much again, by capacity exactly half."""
    row = row_of(sold, "resources.sellers.servers")

    assert row.static == pytest.approx(0.5)
    assert row.gain is not None
    assert row.gain.throughput.mean == pytest.approx(0.5, abs=0.1)
    assert row.per_cent("throughput") == pytest.approx(
        row.gain.throughput.mean * 2 / 100
    )


def test_money_alone_needs_no_new_simulation(sold: Breakdown) -> None:
    """Another price meets the same runs: the works are equal but for money."""
    as_it_stands = sold.trials[0].model.digest
    prices = [each for each in sold.trials if each.name.startswith("economics.price")]

    assert prices
    assert {each.model.digest for each in prices} == {as_it_stands}


def test_simulated_elasticities_of_all_rates_add_up_to_one(sold: Breakdown) -> None:
    """A time counts against: all paces together change nothing but the clock."""
    times = ("time", "mean_time_between_failures", "mean_time_to_repair")
    total = 0.0
    for row in sold.rows:
        key = row.lever.path.rpartition(".")[2]
        if row.gain is not None and key in (*PACES, *times):
            total += row.gain.throughput.mean * (-1 if key in times else 1)

    assert total == pytest.approx(0.01, abs=0.0015)


SIMPLE = ANYTHING & ~(
    Feature.POOL | Feature.PRIORITY | Feature.CONWIP | Feature.ROPE | Feature.PRODUCTS
)


@given(scenarios(SIMPLE))
@settings(max_examples=30)
def test_static_elasticities_of_all_rates_add_up_to_one(scenario: Scenario) -> None:
    """By capacity alone the paces share the throughput; at a tie, less than all."""
    limit = best_throughput(network_of(scenario))
    assume(0 < limit < float("inf"))
    paces = [
        lever
        for lever in levers(scenario)
        if not {*lever.path.split(".")[1:]}.isdisjoint(PACES)
    ]
    step = 1e-6
    ups = sum(_slope(scenario, lever, limit, step) for lever in paces)
    downs = sum(_slope(scenario, lever, limit, -step) for lever in paces)

    assert ups <= 1 + 1e-3
    assert downs >= 1 - 1e-3


def _slope(scenario: Scenario, lever: Lever, limit: float, step: float) -> float:
    changed = replaced(scenario, {lever.path: scaled(lever.value, 1 + step)})
    return (best_throughput(network_of(changed)) / limit - 1) / step


def test_the_baseline_is_what_a_run_measures(sold: Breakdown) -> None:
    """The same verdict and throughput as `run` gives."""
    runs = simulate(network_of(sales(economics=MONEY)))

    assert sold.throughput.mean == pytest.approx(
        sum(result.throughput for result in runs.results) / len(runs.results)
    )
    assert sold.verdict.constraint == ("sellers",)
