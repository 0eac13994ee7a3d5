"""Every line of both engines, on models so small that each line can be counted.

`poe engine` runs this with numba's compiler off (`NUMBA_DISABLE_JIT=1`), so that the
lines of the compiled engine count in coverage too. The laws try the same on far more
scenarios, and compiled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.figures import figures

from toc_sim import Scenario, load
from toc_sim.engine.compiled.line import runner as line
from toc_sim.engine.reference import floor
from toc_sim.scenario.load import read
from toc_sim.testing.comparisons import both_engines, unlike
from toc_sim.testing.ledger import once, recorded

DRAWN = (Path(__file__).parents[1] / "golden" / "scenarios.yaml").read_text("utf-8")
"""Scenarios of all kinds, drawn once from the strategies of the laws."""

HORIZON = 4.0
"""Periods that are enough for each of them to do what it can."""

PARTS = 10
"""Tests that share the models: so that one that fails is found again quickly."""

WARMUP = 1.7


STOCKED = Path(__file__).parents[1] / "scenario" / "valid" / "recipes.yaml"
"""Stages with stock at the start, joins, batches and copies."""


def models(part: int) -> list[Scenario]:
    """Return every tenth model, over a short horizon."""
    texts = DRAWN.split("---\n")[part::PARTS]
    return [shortened(read(text, "drawn")) for text in texts]


def shortened(scenario: Scenario) -> Scenario:
    """Return a scenario whose horizon is short."""
    return scenario.changed({"run.horizon": min(HORIZON, scenario.run.horizon)})


def scenario_of(stages: dict[str, Any], flow: list[Any], **run: Any) -> Scenario:
    """Return a scenario of these stages."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "small",
            "stages": stages,
            "flow": flow,
            "run": {"warmup": 0} | run,
        }
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_both_engines_say_the_same(part: int) -> None:
    """Of each active period; and without them, where lines have a lane of their own."""
    for scenario in models(part):
        for timeline in (True, False):
            simpy, compiled = both_engines(scenario, 1, WARMUP, timeline=timeline)

            assert list(unlike(simpy, compiled)) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_who_is_watched_does_the_same(part: int) -> None:
    """Though SimPy's fast lane is not taken where a trace is written."""
    for scenario in models(part)[::3]:
        assert figures(recorded(scenario).result) == figures(once(scenario))


def test_stock_is_there_at_the_start_on_both_engines() -> None:
    """Items that nobody brought stand in the same places, and leave at one time."""
    simpy, compiled = both_engines(shortened(load(STOCKED)), 0, 0.0)

    assert simpy.wip_start > 0
    assert list(unlike(simpy, compiled)) == []


def test_customers_at_the_start_are_awaited_by_both_engines() -> None:
    """More than a table has room for, of two products, by shares that change."""
    falling = {"profile": [[-2, 0.9], [0, 0.5]]}
    stages = {
        "leads": {"kind": "source", "arrivals": {"P": 6, "Q": 3}, "cv": 1},
        "care": {"kind": "team", "rate": 900, "buffer": 4},
        "market": {"kind": "market", "demand": {"P": 800, "Q": 700}, "cv": 1},
    }
    flow = [
        "leads -> care -> market",
        {"P": {"market -> care": {"share": falling, "delay": 2, "customers": 1500}}},
        {
            "Q": {
                "market -> care": {
                    "share": 0.8,
                    "delay": 1,
                    "customers": 90,
                    "becomes": "P",
                }
            }
        },
    ]
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "club",
            "products": {"P": {}, "Q": {}},
            "stages": stages,
            "flow": flow,
            "run": {"warmup": 0, "horizon": HORIZON},
        }
    )
    simpy, compiled = both_engines(scenario, 0, 0.0)

    assert simpy.bought > 1500 * 0.6
    assert list(unlike(simpy, compiled)) == []


LINE: dict[str, Any] = {
    "source": {"kind": "source", "arrivals": 20, "cv": 1},
    "first": {"kind": "machine", "capacity": 15, "cv": 1},
    "second": {"kind": "machine", "capacity": 12, "conversion": 0.9},
    "third": {"kind": "machine", "capacity": 8, "cv": 0.5, "buffer": 3},
    "market": {"kind": "market", "demand": 30, "cv": 1},
}


@pytest.mark.parametrize("buffer", [None, 2])
@pytest.mark.parametrize("overflow", ["wait", "lost", "endless"])
def test_a_line_grows_with_what_waits(
    overflow: str, buffer: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draws, records and purchases run short, and queues without a limit fill."""
    monkeypatch.setattr(line, "BLOCK", 128)
    monkeypatch.setattr(line, "RECORDS", 1)
    monkeypatch.setattr(line, "ITEMS", 128)
    stages = dict(LINE)
    if buffer is not None:
        stages["first"] = {**LINE["first"], "buffer": buffer}
    if overflow == "endless":
        del stages["source"]
    elif overflow == "wait" or buffer is not None:
        stages["source"] = {**LINE["source"], "overflow": overflow}
    scenario = scenario_of(stages, [" -> ".join(stages)], horizon=60)
    simpy, compiled = both_engines(scenario, 2, 5.0, timeline=False)

    assert simpy.bought > 300
    assert list(unlike(simpy, compiled)) == []


def test_items_wait_for_room_on_any_way() -> None:
    """Two stages hand on to the same two, to the one with room; shares change."""
    half = {"profile": [[0, 0.2], [5, 0.6]]}
    stages = {
        "leads": {"kind": "source", "arrivals": 12, "cv": 1},
        "one": {"kind": "machine", "capacity": 8, "routing": "free"},
        "two": {"kind": "machine", "capacity": 8, "routing": "free"},
        "quick": {"kind": "machine", "capacity": 8, "buffer": 1},
        "slow": {"kind": "machine", "capacity": 4, "buffer": 1},
    }
    flow = [
        {"leads -> one": half},
        {"leads -> two": {"profile": [[0, 0.8], [5, 0.4]]}},
        *("one -> quick", "one -> slow", "two -> quick", "two -> slow"),
    ]
    simpy, compiled = both_engines(scenario_of(stages, flow, horizon=20), 0, 1.0)

    assert simpy.bought > 50
    assert list(unlike(simpy, compiled)) == []


def test_paces_rest_while_work_waits() -> None:
    """Rates of 0 for a while, times that change, failures and hours, short seasons."""
    rests = {"profile": [[0, 3], [4, 9], [7, 0], [9, 0], [9, 6]], "every": 12}
    short = {"profile": [[0, 0], [0.1, 1.5]], "every": 0.25}
    stages = {
        "in": {"kind": "source", "arrivals": rests, "cv": 1, "routing": "free"},
        "mill": {
            "kind": "machine",
            "rate": rests,
            "calendar": "day",
            "availability": {
                "mean_time_between_failures": 1.5,
                "mean_time_to_repair": 0.5,
            },
        },
        "press": {"kind": "machine", "rate": {"profile": [[0, 4], [20, 4], [20, 0]]}},
        "talk": {
            "kind": "team",
            "resource": "bob",
            "time": {"profile": [[0, 0.2], [10, 0.6], [10, 0.2]]},
        },
        "buy": {"kind": "market", "demand": short, "unmet": "backlog"},
    }
    document = {
        "format": 1,
        "name": "rests",
        "stages": stages,
        "resources": {"bob": {"servers": 1}},
        "calendars": {"day": {"cycle": 12, "open": [[2, 8]], "at_close": "pause"}},
        "flow": [
            "in -> mill -> talk -> buy",
            "in -> press -> talk",
        ],
        "run": {"horizon": 40, "warmup": 0},
    }
    simpy, compiled = both_engines(Scenario.model_validate(document), 0, 3.0)

    assert simpy.bought > 20
    assert list(unlike(simpy, compiled)) == []


def test_a_path_grows_with_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are forgotten in both engines, and no share changes."""
    stages = {
        **LINE,
        "second": {**LINE["second"], "servers": 2, "patience": 40},
        "repair": {"kind": "team", "rate": 3, "buffer": 9},
    }
    flow = [
        "source -> first -> second -> third -> market",
        {"third -> repair": 0.2},
        "repair -> first",
    ]
    scenario = scenario_of(stages, flow, horizon=120)
    monkeypatch.setattr(floor, "COMPRESS_EVERY", 50)
    simpy, compiled = both_engines(scenario, 0, 5.0)

    assert simpy.bought > 500
    assert list(unlike(simpy, compiled)) == []


def test_time_away_may_be_drawn() -> None:
    """Items and customers who are away for times that vary, in both engines."""
    flow = [
        "source -> first -> second",
        {"second -> third": {"delay": {"mean": 2, "cv": 0.5}}},
        "third -> market",
        {"market -> second": {"share": 0.3, "delay": {"mean": 3, "cv": 1}}},
    ]
    simpy, compiled = both_engines(scenario_of(LINE, flow, horizon=30), 0, 0.0)

    assert simpy.bought > 50
    assert list(unlike(simpy, compiled)) == []


OPEN = Path(__file__).parents[1] / "scenario" / "valid" / "state.yaml"
"""Everything that can be open at the start, of two products."""


@pytest.mark.parametrize("number", range(3))
def test_a_run_may_start_from_what_is_open(number: int) -> None:
    """Services under way, items away and in queues, with pools, crews and tokens."""
    simpy, compiled = both_engines(load(OPEN), number, 0.0)

    assert simpy.bought > 20
    assert simpy.wip_start == 22
    assert list(unlike(simpy, compiled)) == []


@pytest.mark.parametrize(
    "times",
    [
        {"cv": 1},
        *({"cv": 0.3, "distribution": shape} for shape in ("gamma", "lognormal")),
        *({"cv": 0.3, "distribution": shape} for shape in ("uniform", "triangular")),
        {"distribution": {"empirical": [1, 2, 3]}},
        {},
    ],
)
def test_what_is_left_may_have_any_shape(times: dict[str, Any]) -> None:
    """More services and items than one event may take draws, of each distribution."""
    scenario = scenario_of(
        {
            "desk": {"kind": "team", "rate": 1, "servers": 300, **times},
            "shop": {"kind": "team", "rate": 9, "patience": 2, "buffer": 900},
        },
        [{"desk -> shop": {"delay": {"mean": 2, **times}}}],
        horizon=0.6,
    )
    ages = [0.005 * number for number in range(300)]
    state = {
        "desk": {"working": ages},
        "desk -> shop": {"away": [*ages[:90], 90.0]},
        "shop": {"waiting": 90},
    }
    simpy, compiled = both_engines(scenario.changed(state=state), 0, 0.0)

    assert simpy.opened.max() > 200
    assert list(unlike(simpy, compiled)) == []


@pytest.mark.parametrize("state", [{}, {"press": {"working": [1.0]}}], ids=str)
def test_an_event_that_takes_many_draws_begins_again(state: dict[str, Any]) -> None:
    """A service with hundreds of failures takes more than are kept ready."""
    fragile = {"mean_time_between_failures": 0.1, "mean_time_to_repair": 0.1}
    press = {"kind": "machine", "capacity": 0.01, "availability": fragile}
    scenario = scenario_of({"press": press}, [], horizon=500)
    scenario = scenario.changed(state=state)
    simpy, compiled = both_engines(scenario, 0, 0.0)

    assert simpy.bought > 0
    assert list(unlike(simpy, compiled)) == []
