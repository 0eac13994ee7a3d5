"""Paces that change over time: arrivals, buyers and work go by the area under them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers.edits import pace_of, with_node
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from toc_sim import Scenario
from toc_sim.engine.compiled import engine as compiled_engine
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.engine.reference.service import RandomStreams
from toc_sim.engine.result import RunResult
from toc_sim.engine.rules.paces import Pace, brought, time_for, working_time
from toc_sim.network import area
from toc_sim.network.build import network as network_of
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.testing.comparisons import both_engines, unlike
from toc_sim.testing.ledger import once as once_on_simpy
from toc_sim.testing.strategies import CONTINUOUS, Feature, scenarios

Document = dict[str, Any]
Engine = Callable[..., RunResult]

EITHER = pytest.mark.parametrize(
    "engine", [simpy_engine.run, compiled_engine.run], ids=["simpy", "compiled"]
)

STEADY = CONTINUOUS & ~(
    Feature.PROFILE | Feature.PRODUCTS | Feature.DISPATCH | Feature.FREE
)
"""Paces that do not change, where nothing has to choose among equals."""

AT_ONCE = 1e9
"""The rate of a stage that hands on what comes as it comes [items/period]."""

SHOP: Document = {
    "profile": [[0, 0], [8, 0], [8, 4], [12, 10], [18, 10], [18, 0]],
    "every": 24,
}
"""A shop that is closed at night, fills up in the morning, and shuts at once."""


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Draw a pace with jumps, slopes, times of rest, and seasons or none."""
    values = st.sampled_from([0.0, 0.0, 0.03, 0.5, 1.0, 2.5, 7.0])
    points = draw(st.lists(st.tuples(st.integers(0, 15), values), min_size=1))
    every = draw(st.sampled_from([None, 4.0, 7.5]))
    scale = (every or 20.0) / 16
    ordered = sorted(points, key=lambda point: point[0])
    profile = Profile(
        profile=tuple((time * scale, value) for time, value in ordered), every=every
    )
    assume(area(profile, 0.0, 30.0) > 1)
    return profile


def scenario_of(
    stages: Document, horizon: float = 60.0, warmup: float = 0.0, **more: Any
) -> Scenario:
    """Return a line of stages."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "line",
            "stages": stages,
            "flow": [" -> ".join(stages)] if len(stages) > 1 else [],
            "run": {"horizon": horizon, "warmup": warmup, "seed": 1},
        }
        | more
    )


def once(engine: Engine, scenario: Scenario, replication: int = 0) -> RunResult:
    """Run a scenario once."""
    return engine(
        network_of(scenario),
        seed=scenario.run.seed,
        replication=replication,
        horizon=scenario.run.horizon,
        warmup=scenario.run.warmup,
    )


def areas(profile: Profile, begin: float, times: NDArray[np.float64]) -> list[float]:
    """Return the areas under a profile from one time to each of some others."""
    return [area(profile, begin, time) for time in times.tolist()]


def arrivals(profile: Profile, **more: Any) -> Scenario:
    """Return arrivals at a stage that takes no time."""
    source = {"kind": "source", "arrivals": profile.model_dump(), **more}
    return scenario_of({"in": source, "out": {"kind": "machine", "rate": AT_ONCE}})


@EITHER
@given(profiles(), st.sampled_from([0.0, 3.3]))
def test_the_kth_arrival_is_where_the_area_reaches_k(
    engine: Engine, profile: Profile, warmup: float
) -> None:
    """Without chance, whatever rests, jumps, slopes and seasons there are (R3, R8)."""
    scenario = arrivals(profile)
    scenario = scenario.changed(run=scenario.run.changed(warmup=warmup))
    result = once(engine, scenario)

    times = result.departures
    whole = area(profile, -warmup, scenario.run.horizon)
    numbers = np.arange(len(times)) + 1
    assert areas(profile, -warmup, times) == pytest.approx(numbers, abs=1e-5)
    assert abs(len(times) - whole) <= 1 + 1e-5


@EITHER
@given(profiles(), st.sampled_from(["exponential", "lognormal", "uniform"]))
def test_a_changing_clock_is_a_steady_one_in_other_time(
    engine: Engine, profile: Profile, shape: str
) -> None:
    """The areas at arrivals are the arrivals at a steady rate of 1, by the same chance.

    So a Poisson stream has the counts of one whose rate changes (the time-change of a
    homogeneous process), and other shapes theirs.
    """
    chance = {"distribution": shape, **({} if shape == "exponential" else {"cv": 0.5})}
    moving = once(engine, arrivals(profile, **chance)).departures
    one = Profile(profile=((0.0, 1.0),))
    longer = area(profile, 0.0, 60.0) + 1
    steady = arrivals(one, **chance)
    steady = steady.changed(run=steady.run.changed(horizon=longer))
    fixed = once(engine, steady).departures[: len(moving)]

    assert areas(profile, 0.0, moving) == pytest.approx(fixed, abs=1e-5)


def test_counts_of_a_poisson_stream_have_their_mean_and_their_law() -> None:
    """In each slice of time, over many seeds: by chi-square, and in the mean.

    In an hour of rest nobody comes.
    """
    scenario = arrivals(Profile.model_validate(SHOP), distribution="exponential")
    scenario = scenario.changed(run=scenario.run.changed(horizon=48.0))
    slices = np.array([0, 8, 8.5, 9, 10, 12, 15, 18, 32, 33, 34, 42, 48.0])
    runs = 2000
    counts = np.array(
        [
            np.histogram(once(compiled_engine.run, scenario, run).departures, slices)[0]
            for run in range(runs)
        ]
    )

    profile = Profile.model_validate(SHOP)
    for place, (begin, end) in enumerate(pairwise(slices.tolist())):
        mean, seen = area(profile, begin, end), counts[:, place]
        if mean == 0:
            assert not seen.any()
            continue
        assert seen.mean() == pytest.approx(mean, abs=4 * (mean / runs) ** 0.5)
        low = int(stats.poisson.ppf(0.02, mean))
        high = int(stats.poisson.ppf(0.98, mean))
        kinds = np.clip(seen, low, high)
        expected = stats.poisson.pmf(np.arange(low, high + 1), mean)
        expected[0] = stats.poisson.cdf(low, mean)
        expected[-1] = stats.poisson.sf(high - 1, mean)
        found = np.bincount(kinds - low, minlength=high - low + 1)
        assert stats.chisquare(found, expected * runs).pvalue > 1e-4


@EITHER
@given(profile=profiles(), market=st.booleans())
def test_a_busy_stage_does_the_area_under_its_pace(
    engine: Engine, profile: Profile, *, market: bool
) -> None:
    """What it has done by a time is the area: a stage, or buyers (R13, R24, R25)."""
    work = profile.model_dump()
    if market:
        kinds = [{"unmet": "lost"}, {"unmet": "backlog"}]
        stages = [
            {"make": {"kind": "machine", "rate": AT_ONCE, "buffer": 0}}
            | {"buy": {"kind": "market", "demand": work, "buffer": 3, **kind}}
            for kind in kinds
        ]
    else:
        stages = [{"make": {"kind": "machine", "rate": work}}]
    for each in stages:
        times = once(engine, scenario_of(each)).departures

        numbers = np.arange(len(times)) + 1
        assert areas(profile, 0.0, times) == pytest.approx(numbers, abs=1e-5)


@EITHER
def test_work_goes_on_at_the_pace_of_its_open_hours(engine: Engine) -> None:
    """A mill that pauses at closing does the area in open time, neither more nor less.

    So does a source whose clock sleeps: 4 to 10 an hour from 8 to 12, then 10.
    """
    hours = {"day": {"cycle": 24, "open": [[10, 20]], "at_close": "pause"}}
    mill = {"mill": {"kind": "machine", "rate": SHOP, "calendar": "day"}}
    door = {
        "door": {"kind": "source", "arrivals": SHOP, "calendar": "day"},
        "out": {"kind": "machine", "rate": AT_ONCE},
    }
    for stages in (mill, door):
        result = once(engine, scenario_of(stages, horizon=240.0, calendars=hours))

        a_day = (7 + 10) / 2 * 2 + 10 * 6
        assert len(result.departures) == pytest.approx(10 * a_day, abs=1)
        hour = result.departures % 24
        assert ((hour > 10) & (hour < 18 + 1e-6)).all()


@EITHER
@given(profiles())
def test_what_is_left_after_a_failure_is_work(engine: Engine, profile: Profile) -> None:
    """A stage that fails does the area under its pace while it is up (R13, R19).

    When it is up follows from its draws alone: its clock runs while it has work.
    """
    failing = {"mean_time_between_failures": 2.0, "mean_time_to_repair": 1.0}
    stage = {"kind": "machine", "rate": profile.model_dump(), "availability": failing}
    scenario = scenario_of({"mill": stage})
    result = once(engine, scenario)

    [node] = network_of(scenario).nodes
    streams = RandomStreams(scenario.run.seed, 0)
    fails, repairs = streams.failures(node, 0), streams.repairs(node, 0)
    ups, now = [], 0.0
    while now < scenario.run.horizon:
        end = now + 2.0 * fails()
        ups.append((now, end))
        now = end + repairs()
    done = [
        sum(area(profile, begin, min(end, time)) for begin, end in ups if begin < time)
        for time in result.departures.tolist()
    ]
    assert done == pytest.approx(np.arange(len(done)) + 1, abs=1e-6)
    whole = sum(area(profile, begin, min(end, 60.0)) for begin, end in ups)
    assert abs(len(done) - whole) <= 1 + 1e-6


@EITHER
def test_what_rests_for_good_ends_nothing(engine: Engine) -> None:
    """A pace that falls to 0 and stays there: no arrival, no end, and no hang.

    A server that has begun holds its item, and is at work; its failures do not end.
    """
    closing = {"profile": [[0, 2], [10, 2], [10, 0]]}
    failing = {"mean_time_between_failures": 1.0, "mean_time_to_repair": 0.25}
    stages = {
        "in": {"kind": "source", "arrivals": 3.0},
        "mill": {"kind": "machine", "rate": closing},
        "press": {"kind": "machine", "rate": closing, "availability": failing},
        "buy": {"kind": "market", "demand": closing, "unmet": "backlog"},
    }
    result = once(engine, scenario_of(stages, horizon=100.0))

    assert (result.departures < 10 + 1e-9).all()
    assert [node.busy for node in result.nodes[1:2]] == pytest.approx([1.0], abs=0.02)
    assert result.nodes[2].busy + result.nodes[2].down == pytest.approx(1, abs=0.02)


@given(scenarios(STEADY))
def test_a_profile_of_one_value_is_that_value(scenario: Scenario) -> None:
    """Written as a profile, a steady pace comes to the same departures (R3).

    Failures, hours and crews are no exception: what is left of a service as work is
    what is left of it as time.
    """
    moving = scenario
    for name, node in scenario.stages.items():
        if isinstance(node, Stage) and node.rounds is not None:
            continue
        key = pace_of(node)
        if key == "time" and isinstance(node, Stage) and node.resource is None:
            continue
        profile = Profile(profile=((0.0, getattr(node, key)),))
        moving = with_node(moving, name, **{key: profile})

    steady, changing = once_on_simpy(scenario), once_on_simpy(moving)
    assert changing.departures == pytest.approx(steady.departures, abs=1e-9)
    assert changing.lost == steady.lost


@EITHER
def test_a_time_is_one_over_a_rate(engine: Engine) -> None:
    """A service of a resource that takes two periods by night and 0.25 by day (R13)."""
    rate = {"profile": [[0, 0.5], [8, 0.5], [8, 4], [18, 4], [18, 0.5]], "every": 24}
    time = {"profile": [[0, 2], [8, 2], [8, 0.25], [18, 0.25], [18, 2]], "every": 24}
    own = {"do": {"kind": "team", "rate": rate, "cv": 0.7}}
    pooled = {"do": {"kind": "team", "time": time, "resource": "bob", "cv": 0.7}}
    shared = scenario_of(pooled, 300.0, resources={"bob": {"servers": 1}})

    one, other = once(engine, scenario_of(own, 300.0)), once(engine, shared)
    assert other.departures == pytest.approx(one.departures, abs=1e-9)


SLOPES = st.sampled_from([0.0, 1e-15, 1e-9, 1e-3, 1.0, 50.0])


@given(
    begin=st.floats(0.01, 100.0),
    change=SLOPES,
    timed=st.booleans(),
    span=st.floats(0.1, 9),
    part=st.floats(0, 1),
)
def test_the_time_for_what_is_done_by_then_is_the_time(
    *, begin: float, change: float, timed: bool, span: float, part: float
) -> None:
    """Also where the slope is next to nothing, up or down, of rates and of times."""
    for first, last in ((begin, begin + change), (begin + change, begin)):
        then = first + (last - first) * part
        done = brought(first, then, span * part, timed)

        whole = brought(first, last, span, timed)
        assert done <= whole * (1 + 1e-12)
        found = time_for(first, last, span, timed, min(done, whole))
        assert found == pytest.approx(span * part, rel=1e-6, abs=1e-12)


def test_many_seasons_are_passed_over() -> None:
    """Where a draw lasts a million seasons, their mean decides, and at once."""
    pace = Pace([0.0, 0.0, 1e-7, 0.0, 1e-7, 2.0], 0, 3, 2e-7, timed=False)

    time, left = working_time(pace, 0.0, 1.0, 10.0)

    assert left == 0
    assert time == pytest.approx(2, rel=1e-6)
    assert working_time(pace, 0.0, 100.0, 10.0)[0] == 10.0


def test_engines_agree_on_what_rests_and_closes() -> None:
    """Rests, failures, hours and a pool at once, to the last bit."""
    failing = {"mean_time_between_failures": 3, "mean_time_to_repair": 0.5}
    quick = {"profile": [[0, 0.5], [9, 0.5], [9, 0.1], [17, 0.3]], "every": 24}
    document: Document = {
        "in": {"kind": "source", "arrivals": SHOP, "cv": 1, "calendar": "late"},
        "mill": {
            "kind": "machine",
            "rate": {"profile": [[0, 0], [10, 9], [16, 0], [20, 1]], "every": 24},
            "servers": 2,
            "cv": 0.5,
            "calendar": "day",
            "availability": failing,
            "patience": 3,
        },
        "talk": {"kind": "team", "time": quick, "resource": "bob", "cv": 1},
        "sign": {"kind": "team", "time": quick, "resource": ["bob", "ann"], "cv": 1},
        "buy": {"kind": "market", "demand": SHOP, "cv": 1, "unmet": "backlog"},
    }
    more = {
        "resources": {"bob": {"servers": 2, "calendar": "day"}, "ann": {"servers": 1}},
        "calendars": {
            "day": {"cycle": 24, "open": [[7, 12], [13, 17]], "at_close": "pause"},
            "late": {"cycle": 24, "open": [[7, 22]], "at_close": "finish"},
        },
    }
    scenario = scenario_of(document, 400.0, 10.0, **more)
    for replication in range(3):
        simpy, compiled = both_engines(scenario, replication, 10.0)

        assert simpy.bought > 300
        assert list(unlike(simpy, compiled)) == []
