"""The time to a good end where nobody waits, held against closed forms."""

from __future__ import annotations

from math import exp, inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import load
from toc_sim.network import network
from toc_sim.theory.exact.passage import Passage, passage

rates = st.lists(st.floats(0.2, 5.0), min_size=1, max_size=4)


def _line(paces: list[float], onward: float = 1.0) -> Passage:
    count = len(paces)
    ways = np.eye(count, k=1) * onward
    won = np.zeros(count)
    won[-1] = onward
    return Passage(np.array(paces), ways, won)


@given(st.floats(0.2, 5.0), st.floats(0.01, 0.99))
def test_one_stay_is_exponential(rate: float, chance: float) -> None:
    """Its quantile is the logarithm over the rate."""
    found = _line([rate]).quantile(0, chance)

    assert found == pytest.approx(-np.log(1 - chance) / rate, rel=1e-6)


def test_two_stays_are_hypoexponential() -> None:
    """The distribution of a sum of two exponentials of different rates."""
    slow, quick, time = 0.5, 2.0, 3.0

    found = _line([slow, quick]).reached(0, time)

    still = (quick * exp(-slow * time) - slow * exp(-quick * time)) / (quick - slow)
    assert found == pytest.approx(1 - still, rel=1e-9)


@given(rates, st.floats(0.05, 0.95), st.floats(0.1, 1.0))
def test_who_is_lost_does_not_count(
    paces: list[float], chance: float, kept: float
) -> None:
    """Of those who are won in the end, losses on the way change nothing here."""
    whole, some = _line(paces), _line(paces, kept)

    assert some.quantile(0, chance) == pytest.approx(whole.quantile(0, chance))
    assert some.wins[0] == pytest.approx(kept ** len(paces))


@given(rates, st.floats(0.05, 0.95))
def test_a_quantile_is_where_its_chance_is_reached(
    paces: list[float], chance: float
) -> None:
    """The quantile is the inverse of the distribution, and grows with the chance."""
    line = _line(paces)

    found = line.quantile(0, chance)

    assert line.reached(0, found) == pytest.approx(chance, abs=1e-6)
    assert line.reached(0, 0.9 * found) < chance


def test_what_takes_no_time_is_passed_at_once() -> None:
    """A fork without a time between two stays changes nothing of theirs."""
    ways = np.array([[0, 1, 0, 0], [0, 0, 0.3, 0.7], [0, 0, 0, 0], [0, 0, 0, 0.0]])
    forked = Passage(np.array([1.0, inf, 2.0, 0.5]), ways, np.array([0, 0, 1, 1.0]))

    mixed = 0.3 * _line([1, 2]).reached(0, 2.0) + 0.7 * _line([1, 0.5]).reached(0, 2.0)
    assert forked.reached(0, 2.0) == pytest.approx(mixed, rel=1e-9)
    assert forked.reached(1, 0.0) == pytest.approx(0.0, abs=1e-12)


SALES = {
    "format": 1,
    "name": "sales",
    "stages": {
        "leads": {"kind": "source", "arrivals": 5, "distribution": "exponential"},
        "offer": {"kind": "team", "rate": 1, "servers": 99, "cv": 1, "conversion": 0.5},
        "close": {"kind": "team", "rate": 2, "servers": 99, "cv": 1, "conversion": 0.3},
        "market": {"kind": "market"},
    },
    "flow": ["leads -> offer -> close -> market"],
}


def test_a_pipeline_without_memory_has_its_passage() -> None:
    """From leads as from the offer; a market takes no time."""
    found = passage(network(load(SALES)))

    assert found is not None
    ends = [found.quantile(node, 0.1) for node in range(4)]
    line = _line([1.0, 2.0])
    assert ends[0] == pytest.approx(line.quantile(0, 0.1))
    assert ends[1] == ends[0]
    assert ends[2] == pytest.approx(line.quantile(1, 0.1))
    assert ends[3] == 0


def test_a_way_of_exponential_time_is_a_stay() -> None:
    """An answer that is awaited takes its time like a stage without a queue."""
    away = {"offer -> close": {"delay": {"mean": 2.0, "distribution": "exponential"}}}
    flow = ["leads -> offer", away, "close -> market"]

    found = passage(network(load({**SALES, "flow": flow})))

    assert found is not None
    assert found.quantile(1, 0.1) == pytest.approx(_line([1, 0.5, 2]).quantile(0, 0.1))
    assert found.wins[1] == pytest.approx(0.15)


@pytest.mark.parametrize(
    "change",
    [
        {"offer.cv": 0.5},
        {"flow.offer->close.delay": 2.0},
        {"offer.conversion": {"profile": [[0, 0.5], [9, 0.6]]}},
    ],
)
def test_times_with_a_memory_have_none(change: dict[str, object]) -> None:
    """What is exact for times without memory is not claimed for others."""
    assert passage(network(load(SALES).changed(change))) is None
