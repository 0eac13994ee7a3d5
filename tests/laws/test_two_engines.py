"""Two engines, one meaning: the compiled one gives the same figures as SimPy's.

So both keep what is seen in the order of events only: R6, R7, R10, R14, R18, R22, R50;
and what is added up in another order comes to the same nevertheless: R52.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import Scenario, load, network_of
from toc_sim.engine.compiled.line.runner import RECORDS
from toc_sim.engine.compiled.line.state import order_of
from toc_sim.engine.simulate import services
from toc_sim.scenario.load import read
from toc_sim.scenario.overrides import replaced
from toc_sim.testing.comparisons import both_engines, unlike
from toc_sim.testing.strategies import (
    EVERYTHING,
    NO_CHANCE,
    PLAIN_LINE,
    lines,
    mixes,
    scenarios,
)

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ASKED_FOR = int(os.environ.get("TOC_SIM_ENGINE_SCENARIOS", "0"))
"""Scenarios to try, by `benchmarks/two_engines.py`; 0: as many as usual."""

GONE_WHILE_CLOSED = """
format: 1
name: Whoever comes at night is gone before the office opens
item: case
period: day
stages:
  office: {kind: team, rate: 4, patience: {mean: 0.125, cv: 0}, calendar: shift}
  review: {kind: team, rate: 3}
  market: {kind: market, demand: 9}
calendars:
  shift: {cycle: 1, open: [[0, 0.5]], at_close: finish}
flow: [office -> review, {review -> office: 0.5}, {review -> market: 0.5}]
run: {horizon: 8, warmup: 0}
"""


@settings(max_examples=ASKED_FOR or settings().max_examples)
@given(scenarios(EVERYTHING), st.integers(0, 3), st.sampled_from([0.0, 3.7, 10.0]))
def test_both_engines_go_the_same_path(
    scenario: Scenario, replication: int, warmup: float
) -> None:
    """On any scenario: every departure to the last bit, every count, every share."""
    simpy, compiled = both_engines(scenario, replication, warmup)

    assert list(unlike(simpy, compiled)) == []


@pytest.mark.parametrize("replication", range(3))
def test_new_material_did_not_come_while_it_was_closed(replication: int) -> None:
    """It has no past, though it takes the place of an item that had one."""
    simpy, compiled = both_engines(
        read(GONE_WHILE_CLOSED, "office.yaml"), replication, 0.0
    )

    assert list(unlike(simpy, compiled)) == []


@settings(max_examples=ASKED_FOR or settings().max_examples)
@given(mixes(), st.integers(0, 3), st.sampled_from([0.0, 3.7]))
def test_both_engines_tell_products_apart(
    scenario: Scenario, replication: int, warmup: float
) -> None:
    """Whatever products do: who sold which item is the same in both engines."""
    simpy, compiled = both_engines(scenario, replication, warmup)

    assert simpy.sellers.tolist() == compiled.sellers.tolist()
    assert list(unlike(simpy, compiled)) == []


@settings(max_examples=ASKED_FOR or settings().max_examples)
@given(lines(PLAIN_LINE), st.integers(0, 3), st.sampled_from([0.0, 3.7, 10.0]))
def test_plain_lines_take_the_fast_lane_on_the_same_path(
    scenario: Scenario, replication: int, warmup: float
) -> None:
    """Item by item, without a calendar: every meter reads the same all the same."""
    assert order_of(network_of(scenario)) is not None
    simpy, compiled = both_engines(scenario, replication, warmup, timeline=False)

    assert list(unlike(simpy, compiled)) == []


def test_the_longest_queue_is_that_of_the_window() -> None:
    """Also in the fast lane, and where nothing comes any more."""
    document = {
        "format": 1,
        "name": "quiet",
        "stages": {
            "source_of_stage_1": {"kind": "source", "arrivals": 1, "cv": 1.24},
            "stage_1": {"kind": "machine", "capacity": 1, "buffer": 0},
        },
        "flow": ["source_of_stage_1 -> stage_1"],
        "run": {"horizon": 4, "warmup": 0, "seed": 999},
    }
    simpy, compiled = both_engines(
        Scenario.model_validate(document), 2, 3.7, timeline=False
    )

    assert simpy.nodes[0].started == 0
    assert list(unlike(simpy, compiled)) == []


@pytest.mark.parametrize("source", [{}, {"overflow": "lost"}, {"cv": 0}])
def test_the_fast_lane_grows_with_what_waits(source: dict[str, Any]) -> None:
    """Queues without a limit, before a stage and outside; more records than fit."""
    first = {"kind": "machine", "capacity": 15, "cv": 1} | (source and {"buffer": 2})
    document = {
        "format": 1,
        "name": "crowded",
        "stages": {
            "source": {"kind": "source", "arrivals": 20, "cv": 1} | source,
            "first": first,
            "second": {"kind": "machine", "capacity": 12, "conversion": 0.9},
            "third": {"kind": "machine", "capacity": 8, "cv": 0.5, "buffer": 3},
            "market": {"kind": "market", "demand": 30, "cv": 1},
        },
        "flow": ["source -> first -> second -> third -> market"],
        "run": {"horizon": 2500, "warmup": 0},
    }
    scenario = Scenario.model_validate(document)
    simpy, compiled = both_engines(scenario, 2, 100.0, timeline=False)

    assert order_of(network_of(scenario)) is not None
    assert simpy.events > RECORDS
    assert list(unlike(simpy, compiled)) == []


LONG = 100_000
"""Services of a run that is long: old records are added up many times."""

FEW_LONG = ASKED_FOR // 10 or 15
"""Long runs to try, as each takes SimPy a second."""


def lengthened(scenario: Scenario) -> Scenario:
    """Return a scenario whose run is long."""
    factor = max(1.0, LONG / services(network_of(scenario)))
    return replaced(scenario, {"run.horizon": factor * scenario.run.horizon})


@settings(max_examples=FEW_LONG)
@given(
    scenarios(EVERYTHING) | mixes() | lines(PLAIN_LINE),
    st.integers(0, 3),
    st.sampled_from([0.0, 10.0]),
    st.booleans(),
)
def test_long_runs_come_to_the_same_figures(
    scenario: Scenario,
    replication: int,
    warmup: float,
    timeline: bool,  # noqa: FBT001 - drawn
) -> None:
    """However often, and whenever, each engine adds up what is old (R52)."""
    long = lengthened(scenario)
    simpy, compiled = both_engines(long, replication, warmup, timeline=timeline)

    assert list(unlike(simpy, compiled)) == []


@given(scenarios(NO_CHANCE))
def test_ties_are_settled_alike(scenario: Scenario) -> None:
    """Where nothing is left to chance, many things happen at one time."""
    simpy, compiled = both_engines(scenario, 0, 0.0)

    assert list(unlike(simpy, compiled)) == []


@pytest.mark.parametrize(
    "path", sorted(SCENARIOS.glob("**/*.yaml")), ids=lambda path: path.stem
)
def test_the_scenarios_that_ship_go_the_same_path(path: Path) -> None:
    """Long enough for draws, tables and records to run short and grow."""
    simpy, compiled = both_engines(load(path), 1, 5.0)

    assert list(unlike(simpy, compiled)) == []


@pytest.mark.parametrize(
    "path", sorted(SCENARIOS.glob("**/*.yaml")), ids=lambda path: path.stem
)
def test_long_runs_of_what_ships_come_to_the_same_figures(path: Path) -> None:
    """As `toc-sim run` asks for them: without active periods."""
    simpy, compiled = both_engines(lengthened(load(path)), 1, 5.0, timeline=False)

    assert list(unlike(simpy, compiled)) == []


def test_patience_that_hardly_ends_grows_with_those_who_wait() -> None:
    """Many wait and many are served: ends of patience come long after them."""
    document = {
        "format": 1,
        "name": "crowded",
        "stages": {
            "calls": {"kind": "source", "arrivals": 20, "cv": 1},
            "desk": {"kind": "team", "rate": 5, "servers": 2, "patience": 150},
        },
        "flow": ["calls -> desk"],
        "run": {"horizon": 400, "warmup": 0},
    }
    simpy, compiled = both_engines(Scenario.model_validate(document), 0, 20.0)

    assert simpy.nodes[1].abandoned > 1000
    assert simpy.nodes[1].queue_peak > 1000
    assert list(unlike(simpy, compiled)) == []


def test_an_event_that_needs_more_than_the_margin_begins_again() -> None:
    """A service with hundreds of failures takes more draws than are kept ready."""
    document = {
        "format": 1,
        "name": "fragile",
        "stages": {
            "press": {
                "kind": "machine",
                "capacity": 0.01,
                "availability": {
                    "mean_time_between_failures": 0.1,
                    "mean_time_to_repair": 0.1,
                },
            }
        },
        "flow": [],
        "run": {"horizon": 2000, "warmup": 0},
    }
    simpy, compiled = both_engines(Scenario.model_validate(document), 0, 0.0)

    assert simpy.bought > 3
    assert list(unlike(simpy, compiled)) == []
