"""A run from what is open: exact results, and what holds for any (R56)."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.linalg import expm

from toc_sim import Scenario
from toc_sim.engine.rules.time_left import OVERDUE, times_left
from toc_sim.network.build import network as network_of
from toc_sim.network.node import Draw
from toc_sim.testing.comparisons import both_engines, unlike
from toc_sim.testing.laws import conservation, littles_law, shares_add_up
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import ANYTHING, Feature, scenarios

STANDARD_ERRORS = 4.5
"""Between a mean and what it is of, at most."""

RUNS = 400

OPEN = ANYTHING | Feature.STATE | Feature.EXIT | Feature.REGULARS | Feature.ROUNDS

NOBODY_NEW = 1e-9
"""Arrivals so seldom that none comes within a window [items/period]."""


def line(
    stages: dict[str, Any], state: dict[str, Any], *, flow: Any = None, **run: Any
) -> Scenario:
    """Return stages in a row to which nobody new comes, begun with what is open."""
    named = {name: {"kind": "team", **stage} for name, stage in stages.items()}
    document = {
        "format": 1,
        "name": "open",
        "stages": {
            "in": {"kind": "source", "arrivals": NOBODY_NEW},
            **named,
            "market": {"kind": "market"},
        },
        "flow": ["in -> first", *(flow or [" -> ".join([*stages, "market"])])],
        "state": state,
        "run": {"horizon": 4, "warmup": 0, **run},
    }
    return Scenario.model_validate(document)


def bought(scenario: Scenario) -> NDArray[np.float64]:
    """Return how many were bought, by run."""
    found = [once(scenario, replication=number).bought for number in range(RUNS)]
    return np.array(found, dtype=float)


def assert_mean(values: NDArray[np.float64], expected: float) -> None:
    """Assert that values have a mean, as far as chance allows."""
    error = float(values.std(ddof=1)) / sqrt(len(values))

    assert abs(float(values.mean()) - expected) <= STANDARD_ERRORS * error


@settings(max_examples=60)
@given(scenarios(OPEN))
def test_both_engines_start_alike(scenario: Scenario) -> None:
    """From any state both come to the same figures, to the last bit (R56)."""
    one, other = both_engines(scenario, 0, 0.0)

    assert list(unlike(one, other)) == []


@settings(max_examples=30)
@given(scenarios(OPEN))
def test_what_is_open_is_inside_from_the_start(scenario: Scenario) -> None:
    """Items in are items out and inside, those of the state included."""
    reports = [law(scenario) for law in (conservation, littles_law, shares_add_up)]
    result = once(scenario)
    known = result.opened[result.opened >= 0]
    count = sum(items.count for _, _, items in network_of(scenario).opened)

    assert [each.broken for each in reports] == [(), (), ()]
    assert len(result.opened) == (len(result.departures) if count else 0)
    assert len(set(known.tolist())) == len(known)
    assert all(known < count)


def test_one_server_and_so_many_waiting() -> None:
    """E min(n, Poisson(mu T)): who is at work counts as one who waits (R56)."""
    scenario = line(
        {"first": {"rate": 1.5, "cv": 1}},
        {"first": {"working": [9.0], "waiting": 5}},
    )
    chances = stats.poisson(1.5 * 4).pmf(np.arange(200))
    expected = float((np.minimum(np.arange(200), 6) * chances).sum())

    assert_mean(bought(scenario), expected)


def test_two_stages_one_after_the_other() -> None:
    """Two exponential stages from (3, 2): the transient chain of their queues."""
    rates = (1.2, 0.9)
    scenario = line(
        {"first": {"rate": rates[0], "cv": 1}, "second": {"rate": rates[1], "cv": 1}},
        {"second": {"working": [0.3], "waiting": 1}, "first": {"waiting": 3}},
    )
    places = [(a, b) for a in range(4) for b in range(6) if a + b <= 5]
    change = np.zeros((len(places), len(places)))
    for row, (a, b) in enumerate(places):
        moves = [
            ((a - 1, b + 1), rates[0] if a else 0),
            ((a, b - 1), rates[1] if b else 0),
        ]
        for to, rate in moves:
            if rate:
                change[row, places.index(to)] += rate
                change[row, row] -= rate
    at_end = expm(4 * change)[places.index((3, 2))]
    left = sum(chance * (a + b) for chance, (a, b) in zip(at_end, places, strict=True))

    assert_mean(bought(scenario), 5 - left)


@pytest.mark.parametrize("age", [0.0, 0.7, 300.0])
def test_an_exponential_service_has_no_memory(age: float) -> None:
    """Whatever its age, a service ends at the same time, to the last bit."""
    young, old = (
        line({"first": {"rate": 1, "cv": 1}}, {"first": {"working": [each]}})
        for each in (0.0, age)
    )

    assert once(young).departures.tolist() == once(old).departures.tolist()


def test_a_service_of_one_length_ends_when_that_is_over() -> None:
    """At the length less the age; what should be over ends at once, in the window."""
    scenario = line(
        {"first": {"rate": 0.5, "servers": 3}}, {"first": {"working": [0.5, 1.5, 7]}}
    )
    one, other = both_engines(scenario, 0, 0.0)

    assert one.departures.tolist() == [2 * OVERDUE, 0.5, 1.5]
    assert one.opened.tolist() == [2, 1, 0]
    assert one.bought == 3
    assert list(unlike(one, other)) == []


def test_time_away_goes_on() -> None:
    """On a way of one length each comes when it has been away so long."""
    way = {"first -> market": {"delay": 3}}
    scenario = line(
        {"first": {"rate": 9}}, {"first->market": {"away": [1, 2.5, 3, 9]}}, flow=[way]
    )
    result = once(scenario)

    assert result.departures[2:] == pytest.approx([0.5, 2.0])
    assert result.opened.tolist() == [2, 3, 1, 0]
    assert result.wip_start == 4


def test_who_is_away_comes_by_its_chance() -> None:
    """Each by T with 1 - S(age + T) / S(age): a sum of Bernoulli numbers."""
    ages, delay = (
        [0.5, 2.0, 6.0, 20.0],
        {"mean": 5, "cv": 0.8, "distribution": "lognormal"},
    )
    way = {"first -> market": {"delay": delay}}
    scenario = line(
        {"first": {"rate": 9}}, {"first -> market": {"away": ages}}, flow=[way]
    )
    variance = np.log(1 + 0.8**2)
    law = stats.lognorm(s=np.sqrt(variance), scale=5 * exp(-variance / 2))

    assert_mean(
        bought(scenario), sum(1 - law.sf(age + 4) / law.sf(age) for age in ages)
    )


def test_what_is_done_stays_done() -> None:
    """A pace that is higher later shortens what is left, and that alone."""
    net = network_of(
        line({"first": {"rate": 0.5}}, {"first": {"working": [0.5], "waiting": 1}})
    )
    faster = once(net.scenario, net.lifted("first", 1.25))

    assert faster.departures == pytest.approx([1.2, 2.8])


def test_a_rate_that_changes_works_on_what_is_left() -> None:
    """Half of a service is done at the rate of time 0; the rest goes at the new one."""
    rate = {"profile": [[0, 0.5], [1, 0.5], [1, 2]]}
    scenario = line({"first": {"rate": rate}}, {"first": {"working": [0.5]}})

    assert once(scenario).departures == pytest.approx([1.125])


def test_a_run_goes_on_where_another_stood() -> None:
    """Without chance it sells at the same times as one that had been there before."""
    stages = {
        "first": {"kind": "team", "rate": 2},
        "second": {"kind": "team", "rate": 0.75, "servers": 2},
    }
    document: dict[str, Any] = {
        "format": 1,
        "name": "line",
        "stages": stages,
        "flow": ["first -> second"],
        "run": {"horizon": 40, "warmup": 0},
    }
    whole = once(Scenario.model_validate(document)).departures
    # At 6.25 the 13th is half done, and 7 of those before it are sold.
    state = {
        "first": {"working": [0.25]},
        "second": {"working": [5 / 12, 1.25], "waiting": 3},
    }
    later = {**document, "state": state, "run": {"horizon": 33.75, "warmup": 0}}
    rest = once(Scenario.model_validate(later)).departures

    assert rest[:20] == pytest.approx(whole[whole > 6.25][:20] - 6.25)


SHAPES = st.one_of(
    st.tuples(st.just("gamma"), st.floats(0.05, 4.0)),
    st.tuples(st.just("lognormal"), st.floats(0.05, 4.0)),
    st.tuples(st.just("uniform"), st.floats(0.05, 0.57)),
    st.tuples(st.just("triangular"), st.floats(0.05, 0.4)),
)


def survival(shape: str, cv: float) -> Any:
    """Return the law of a time of mean one, as scipy has it."""
    if shape == "gamma":
        return stats.gamma(1 / cv**2, scale=cv**2)
    if shape == "lognormal":
        variance = np.log(1 + cv**2)
        return stats.lognorm(s=np.sqrt(variance), scale=exp(-variance / 2))
    if shape == "uniform":
        return stats.uniform(1 - cv * sqrt(3), 2 * cv * sqrt(3))
    width = cv * sqrt(6)
    return stats.triang(0.5, loc=1 - width, scale=2 * width)


@given(SHAPES, st.floats(0, 3), st.floats(0, 0.999))
def test_what_is_left_is_the_draw_beyond_what_is_done(
    shape: tuple[str, float], done: float, number: float
) -> None:
    """S(done + left) = S(done) (1 - u), by another reckoning of the law (R56)."""
    law = survival(*shape)
    if law.sf(done) < 1e-12:
        return
    [left] = times_left(Draw(*shape), np.array([done]), np.array([number]))

    assert left > 0
    assert law.sf(done + left) == pytest.approx(
        law.sf(done) * (1 - number), rel=1e-6, abs=1e-13
    )


@given(SHAPES, st.floats(0, 1e6))
def test_the_longer_the_number_the_more_is_left(
    shape: tuple[str, float], done: float
) -> None:
    """However late it is, what is left is finite, above 0 and grows with the number."""
    numbers = np.linspace(0, 0.99, 12)
    left = times_left(Draw(*shape), np.full(12, done), numbers)

    assert np.isfinite(left).all()
    assert (left > 0).all()
    assert (np.diff(left) >= -1e-9 * max(1.0, done)).all()


def test_samples_that_are_longer_are_as_likely_as_each_other() -> None:
    """Of measured times those beyond the age count; beyond all it ends at once."""
    draw = Draw("empirical", 0.5, (0.5, 1.0, 1.5))
    left = times_left(
        draw, np.array([0.5, 0.5, 1.4, 1.5]), np.array([0.1, 0.6, 0.9, 0.2])
    )

    assert left == pytest.approx([0.5, 1.0, 0.1, OVERDUE])


def test_without_a_state_nothing_is_told_of_it() -> None:
    """Nothing open, and no list of who was."""
    scenario = line({"first": {"rate": 1, "stock": 2}}, {})

    assert once(scenario).opened.tolist() == []
