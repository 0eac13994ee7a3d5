"""Opening hours that are bought at time 0: the warm-up keeps the old ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.engine.compiled import engine as compiled_engine
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.engine.result import RunResult
from toc_sim.experiment.compare.comparison import candidate
from toc_sim.experiment.purchase import purchase, touches
from toc_sim.network.build import network as network_of
from toc_sim.network.node import NetCalendar
from toc_sim.scenario.fields.openings import most_open
from toc_sim.testing.comparisons import unlike
from toc_sim.testing.strategies import EVERYTHING, scenarios
from toc_sim.tools import with_tools

Document = dict[str, Any]
Engine = Callable[..., RunResult]

WARMUP = 72.0
EITHER = pytest.mark.parametrize(
    "engine", [simpy_engine.run, compiled_engine.run], ids=["simpy", "compiled"]
)


def clinic(effects: Document, **resources: Document) -> Scenario:
    """Return a desk and a treatment, by day, with a tool that changes hours."""
    pools = {"nurse": {"servers": 2, "calendar": "day"}, "chair": {"servers": 3}}
    document = {
        "format": 1,
        "name": "clinic",
        "calendars": {
            "day": {"cycle": 24, "open": [[8, 16]], "at_close": "pause"},
            "late": {"cycle": 24, "open": [[10, 20]], "at_close": "pause"},
            "hasty": {"cycle": 24, "open": [[8, 16]]},
        },
        "resources": {**pools, **resources},
        "stages": {
            "come": {"kind": "source", "arrivals": 4, "cv": 1, "calendar": "day"},
            "desk": {"kind": "team", "rate": 5, "cv": 1, "calendar": "day"},
            "care": {
                "kind": "team",
                "resource": ["nurse", "chair"],
                "time": 0.4,
                "cv": 0.5,
            },
        },
        "flow": ["come -> desk -> care"],
        "tools": {"tool": {"effects": effects}},
        "run": {"horizon": 120, "warmup": WARMUP, "replications": 2},
    }
    return Scenario.model_validate(document)


def once(engine: Engine, scenario: Scenario, tools: tuple[str, ...]) -> RunResult:
    """Run it as bought at time 0."""
    model = candidate(scenario, tools, WARMUP)
    return engine(model.network, seed=7, replication=1, horizon=120, warmup=WARMUP)


LONGER = {"calendars.day.hours": {"add": 5}}
OTHERS: dict[str, Document] = {
    "longer": LONGER,
    "shifts": {"calendars.day.open": {"set": [[0, 4], [6, 24]]}},
    "another": {"desk.calendar": {"set": "late"}},
    "of a pool": {"resources.nurse.calendar": {"set": "late"}},
}


@EITHER
@pytest.mark.parametrize("effects", OTHERS.values(), ids=OTHERS)
def test_the_warmup_keeps_the_old_hours(engine: Engine, effects: Document) -> None:
    """Until time 0 it is the business as it stands, event by event; then it is not."""
    scenario = clinic(effects)

    old, new = (once(engine, scenario, tools) for tools in ((), ("tool",)))

    before = old.departures[old.departures <= 0]
    assert len(before) > 20
    assert np.array_equal(before, new.departures[new.departures <= 0])
    assert old.wip_start == new.wip_start
    assert candidate(scenario, ("tool",), WARMUP).always == ()
    assert not np.array_equal(old.departures, new.departures)


@pytest.mark.parametrize("effects", OTHERS.values(), ids=OTHERS)
def test_both_engines_change_hours_at_one_time(effects: Document) -> None:
    """All that is bought, by either engine, at the same times."""
    engines = (simpy_engine.run, compiled_engine.run)
    simpy, compiled = (once(each, clinic(effects), ("tool",)) for each in engines)

    assert np.array_equal(simpy.departures, compiled.departures)
    assert simpy.shares == compiled.shares
    assert simpy.nodes == compiled.nodes


SHIFTS = st.sampled_from(
    [
        ((8.0, 16.0),),
        ((0.0, 24.0),),
        ((0.0, 6.0), (22.0, 24.0)),
        ((8.0, 12.0), (12.0, 17.0)),
        ((0.5, 1.0), (23.0, 23.5)),
    ]
)


@given(SHIFTS, SHIFTS, st.sampled_from([24.0, 25.0]), st.integers(1, 60))
def test_hours_are_the_old_before_and_the_new_after(
    before: tuple[tuple[float, float], ...],
    after: tuple[tuple[float, float], ...],
    cycle: float,
    warmup: int,
) -> None:
    """At every quarter of an hour, whatever the cycles and wherever 0 lies in them."""
    old = NetCalendar("old", 24.0, before, (), pauses=True)
    new = NetCalendar("new", cycle, after, (), pauses=True)
    changed = NetCalendar("new", cycle, after, (), pauses=True, past=old)

    def is_open(calendar: NetCalendar, time: float) -> bool:
        hours = calendar.hours(-float(warmup), 60.0)
        return bool(np.searchsorted(hours, time, side="right") % 2)

    for time in np.arange(-warmup + 0.125, 60, 0.25):
        assert is_open(changed, time) == is_open(old if time < 0 else new, time)
    moments = changed.hours(-float(warmup), 60.0)
    assert np.all(np.diff(moments) > 0)
    assert changed.open_share(60.0) == new.open_share(60.0)


def test_what_cannot_begin_at_0_is_told() -> None:
    """What happens to work in hand, and hours where there were none, stand before."""
    none = {"nurse": {"servers": 2, "calendar": "day"}}
    both = {"resources.chair.calendar": {"set": "late"}} | {
        "resources.nurse.calendar": {"set": "late"}
    }
    hasty = {"desk.calendar": {"set": "hasty"}}

    assert candidate(clinic(hasty), ("tool",), WARMUP).always == ("desk",)
    assert candidate(clinic(both, **none), ("tool",), WARMUP).always == (
        "care",
        "nurse",
        "chair",
    )


def test_pools_that_are_needed_together_keep_one_calendar() -> None:
    """Where one of them kept none before, all have the new one from the beginning."""
    both = {
        f"resources.{each}.calendar": {"set": "late"} for each in ("nurse", "chair")
    }
    scenario = clinic(both)
    after = network_of(with_tools(scenario, ["tool"]))

    bought = purchase(network_of(scenario), after, WARMUP).network

    assert bought.resources == after.resources
    for engine in (simpy_engine.run, compiled_engine.run):
        assert once(engine, scenario, ("tool",)).bought > 0


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        (LONGER, {"calendars.day.hours", "calendar", "desk", "nurse", "come"}),
        (
            {"desk.calendar": {"set": "late"}},
            {"calendars.day.hours", "calendar", "desk"},
        ),
        ({"desk.rate": {"scale": 2}}, {"desk"}),
        ({"calendars.late.hours": {"add": 1}}, set()),
    ],
)
def test_overtime_touches_opening_hours(effects: Document, expected: set[str]) -> None:
    """Those of the constraint, and who keeps them; what nobody keeps touches none."""
    scenario = clinic(effects)
    before, after = network_of(scenario), network_of(with_tools(scenario, ["tool"]))
    names = ("calendars.day.hours", "calendar", "desk", "nurse", "come")

    assert {name for name in names if touches(before, after, [name])} == expected


KEPT = scenarios(EVERYTHING).filter(lambda drawn: network_of(drawn).has_calendar)


@given(KEPT, st.floats(0.1, 1), st.sampled_from([1.0, 3.7, 10.0]))
def test_bought_hours_mean_one_thing_on_both_engines(
    scenario: Scenario, part: float, warmup: float
) -> None:
    """On any scenario, to the last bit; until time 0 only the old hours are met."""
    hours = {
        f"calendars.{name}.hours": part * most_open(each.open, each.cycle)
        for name, each in scenario.calendars.items()
    }
    before, after = network_of(scenario), network_of(scenario.changed(hours))
    bought = purchase(before, after, warmup)

    asked: Document = {"seed": 7, "replication": 1, "horizon": scenario.run.horizon}
    old = simpy_engine.run(before, warmup=warmup, **asked)
    new, compiled = (
        engine(bought.network, warmup=warmup, timeline=True, **asked)
        for engine in (simpy_engine.run, compiled_engine.run)
    )

    assert list(unlike(new, compiled)) == []
    assert bought.always == ()
    known = old.departures[old.departures < 0]
    assert np.array_equal(known, new.departures[new.departures < 0])
