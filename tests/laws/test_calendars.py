"""Opening hours: what is done when, by hand and by law, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from toc_sim import Scenario, capacity_of, diagnose, network_of, simulate, theory_of
from toc_sim.engine.compiled import engine as compiled_engine
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.engine.result import RunResult
from toc_sim.testing.strategies import ANYTHING, scenarios

Document = dict[str, Any]
Engine = Callable[..., RunResult]

EIGHT_OF_24: Document = {"cycle": 24.0, "open": [[8.0, 16.0]], "at_close": "pause"}
EITHER = pytest.mark.parametrize(
    "engine", [simpy_engine.run, compiled_engine.run], ids=["simpy", "compiled"]
)


def shop(
    stages: Document, hours: Document, horizon: float = 240.0, **more: Any
) -> Scenario:
    """Return a line of stages, with a calendar called day."""
    names = list(stages)
    document = {
        "format": 1,
        "name": "shop",
        "stages": stages,
        "calendars": {"day": hours},
        "flow": [" -> ".join(names)] if len(names) > 1 else [],
        "run": {"horizon": horizon, "warmup": 0.0, "replications": 1},
    }
    return Scenario.model_validate(document | more)


def once(engine: Engine, scenario: Scenario) -> RunResult:
    """Run a scenario once."""
    return engine(
        network_of(scenario),
        seed=1,
        replication=0,
        horizon=scenario.run.horizon,
        warmup=scenario.run.warmup,
    )


def machine(rate: float, **more: Any) -> Document:
    """Return a machine that keeps the opening hours."""
    return {"kind": "machine", "rate": rate, "calendar": "day", **more}


@EITHER
@pytest.mark.parametrize("rate", [1.0, 0.25, 0.05])
def test_work_that_pauses_makes_a_third(engine: Engine, rate: float) -> None:
    """A machine that is there eight hours of 24 makes a third, whatever it makes."""
    result = once(engine, shop({"a": machine(rate)}, EIGHT_OF_24))

    [node] = result.nodes
    assert result.bought == int(rate * 80)
    assert node.busy == pytest.approx(1 / 3, abs=1e-12)
    assert node.off == pytest.approx(2 / 3, abs=1e-12)
    assert node.starved == pytest.approx(0, abs=1e-12)


@EITHER
def test_overtime_is_work(engine: Engine) -> None:
    """Services of three hours: the third begins in time and ends an hour late (R36)."""
    hours = EIGHT_OF_24 | {"at_close": "finish"}
    result = once(engine, shop({"a": machine(1 / 3)}, hours))

    [node] = result.nodes
    assert result.bought == 30
    assert result.departures[:4].tolist() == [11, 14, 17, 35]
    assert (node.busy, node.off) == pytest.approx((9 / 24, 15 / 24), abs=1e-12)


@EITHER
def test_days_off_are_off(engine: Engine) -> None:
    """A day off costs its shift, and only what lies within one."""
    hours = EIGHT_OF_24 | {"closed": [[24.0, 48.0], [57.0, 60.0], [65.0, 70.0]]}
    result = once(engine, shop({"a": machine(1.0)}, hours))

    assert result.bought == 80 - 8 - 3


@EITHER
def test_a_source_sleeps_at_night(engine: Engine) -> None:
    """Its clock stands still while it is closed: nothing comes or is late (R34)."""
    stages = {
        "leads": {"kind": "source", "arrivals": 1.0, "calendar": "day"},
        "a": {"kind": "machine", "rate": 1000.0},
    }
    result = once(engine, shop(stages, EIGHT_OF_24))

    assert [round(time, 2) % 24 for time in result.departures[:9]] == [
        9, 10, 11, 12, 13, 14, 15, 16, 9,
    ]  # fmt: skip
    assert result.nodes[0].off == pytest.approx(2 / 3)


@EITHER
def test_what_comes_at_night_waits_for_the_morning(engine: Engine) -> None:
    """Items that came in closed time are taken up at opening, by all (R35, R37)."""
    stages = {
        "leads": {"kind": "source", "arrivals": 0.25},
        "a": machine(1.0, servers=2),
    }
    result = once(engine, shop(stages, EIGHT_OF_24, horizon=24.0))

    assert result.departures.tolist() == [9, 9, 13]
    assert result.nodes[1].queue_peak == 3


AT_WORK = {"servers": 2, "calendar": "day"}


def clinic(hours: Document, chairs: Document, **more: Any) -> Scenario:
    """Return a clinic where a treatment takes a doctor and a chair, two hours each."""
    return shop(
        {
            "leads": {"kind": "source", "arrivals": 1.0},
            "treat": {"kind": "team", "resource": ["doctors", "chairs"], "time": 2},
        },
        hours,
        resources={"doctors": AT_WORK, "chairs": chairs},
        **more,
    )


@EITHER
@pytest.mark.parametrize("chairs", [AT_WORK, {"servers": 2}, {"servers": 5}])
def test_who_is_needed_together_is_there_together(
    engine: Engine, chairs: Document
) -> None:
    """Two doctors make eight treatments a day, whether or not chairs keep hours."""
    result = once(engine, clinic(EIGHT_OF_24, chairs))

    first_day = [9.999, 9.999, 12, 12, 14, 14, 16, 16]
    assert result.bought == 80
    assert result.departures[:8].tolist() == pytest.approx(first_day, abs=0.002)
    doctors, beds = result.resources
    assert (doctors.busy, doctors.off) == pytest.approx((1 / 3, 2 / 3), abs=1e-3)
    away = 2 / 3 if "calendar" in chairs else 0
    assert beds.off == pytest.approx(away, abs=1e-3)
    assert beds.busy == pytest.approx(2 / 3 / chairs["servers"], abs=1e-3)


@EITHER
def test_a_chair_is_kept_over_night(engine: Engine) -> None:
    """Where a treatment waits for the morning its chair does, hours or not."""
    hours = {"cycle": 24.0, "open": [[8.0, 9.0]], "at_close": "pause"}
    result = once(engine, clinic(hours, {"servers": 2}, horizon=240.0))

    chairs = result.resources[1]
    assert result.bought == 10
    assert chairs.off == pytest.approx(5 * 23 / 240, abs=1e-3)
    assert chairs.starved == pytest.approx(1 - (5 * 23 + 10) / 240, abs=1e-3)


@EITHER
def test_chairs_do_other_work_at_night(engine: Engine) -> None:
    """Those who keep no hours go on with what they can do alone."""
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "night",
            "stages": {
                "treat": {"kind": "team", "resource": ["doctors", "chairs"], "time": 1},
                "clean": {"kind": "team", "resource": "chairs", "time": 0.5},
            },
            "resources": {"doctors": AT_WORK, "chairs": {"servers": 1}},
            "calendars": {"day": EIGHT_OF_24 | {"at_close": "finish"}},
            "flow": ["treat -> clean"],
            "run": {"horizon": 24.0, "warmup": 0.0, "replications": 1},
        }
    )
    result = once(engine, scenario)

    assert result.departures.tolist() == [9.5, 11, 12.5, 14, 15.5, 17]


@EITHER
def test_a_shift_over_midnight_is_one(engine: Engine) -> None:
    """Hours at the end of a cycle and at the beginning of the next have no seam."""
    hours = {"cycle": 24.0, "open": [[0, 4], [20, 24]], "at_close": "finish"}
    result = once(engine, shop({"a": machine(1 / 6)}, hours, horizon=72.0))

    assert result.departures.tolist() == [6, 26, 32, 50, 56]


@given(scenarios(ANYTHING))
def test_all_time_is_told_of(scenario: Scenario) -> None:
    """The states of servers add up to 1, and so do the shares of a path (R51)."""
    result = once(simpy_engine.run, scenario)
    shared = [place.resource is not None for place in network_of(scenario).nodes]
    alone = [n for n, pooled in zip(result.nodes, shared, strict=True) if not pooled]

    for node in (*alone, *result.resources):
        parts = (node.busy, node.blocked, node.starved, node.down, node.off)
        assert sum(parts) == pytest.approx(1, abs=1e-9)
        assert min(parts) >= -1e-9
    shares = sum(share.value for share in (*result.shares, *result.other_shares))
    assert shares == pytest.approx(1 if result.bought else 0, abs=1e-9)


def test_capacity_is_that_of_open_time() -> None:
    """On average over the window, days off and broken cycles included."""
    hours = EIGHT_OF_24 | {"closed": [[24.0, 48.0]]}
    scenario = shop({"a": machine(3.0)}, hours, horizon=84.0)

    assert capacity_of(network_of(scenario)).throughput == pytest.approx(3 * 20 / 84)


def test_no_theory_keeps_hours() -> None:
    """The exact theory says why it is silent."""
    found = theory_of(network_of(shop({"a": machine(1.0)}, EIGHT_OF_24)))

    assert "a keeps opening hours" in str(found.refusals)


def test_one_shift_one_item() -> None:
    """Where each shift is good for one long service, the hours are the constraint."""
    hours = {"cycle": 24.0, "open": [[8.0, 9.0]], "at_close": "finish"}
    scenario = shop({"a": machine(0.2)}, hours, horizon=2400.0)

    verdict = diagnose(simulate(network_of(scenario)))

    assert verdict.constraint == ("calendar",)
    assert verdict.method == "experiment"
    assert verdict.sentence.startswith(
        "Opening hours are the constraint: those of a answer for "
    )
