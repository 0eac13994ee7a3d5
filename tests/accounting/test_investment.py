"""What an investment brings: pairs of replications, payback, NPV and ROI."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from toc_sim import Scenario, network_of
from toc_sim.accounting.cash_flow import (
    CashFlow,
    Investment,
    Outlay,
    annuity,
    bins,
    cash_flow,
    investment,
    payback,
)
from toc_sim.accounting.statement import statement
from toc_sim.constraint.intervals import interval
from toc_sim.engine.simulate import replicate
from toc_sim.errors import TocError
from toc_sim.testing.strategies import ANYTHING, scenarios

NOTHING = Outlay()


def certain(rate: float, horizon: float = 10, discount: float = 0.0) -> CashFlow:
    """Return cash at a constant rate, without chance."""
    ends = bins(horizon)
    widths = np.diff(ends, prepend=0)
    earned = (rate * widths)[np.newaxis]
    return CashFlow(ends, earned, 0 * widths, discount, is_certain=True)


def random(*rates: float) -> CashFlow:
    """Return cash over 10 periods, at another constant rate in each replication."""
    earned = np.outer(rates, np.ones(10))
    return CashFlow(bins(10), earned, np.ones(10), 0.0, is_certain=False)


def paid_back(cash: list[float], upfront: float) -> float | None:
    """Return the payback of money that comes back in periods of length 1."""
    return payback(bins(len(cash)), np.array(cash, dtype=float), upfront)


def test_what_a_tool_brings_without_chance() -> None:
    """Costs 12 and 1 a period, lifts profit by 4 a period: back after 4 periods."""
    found = investment(certain(10), certain(14), Outlay(12, 1), 0.95)

    assert found.net_profit.low == found.net_profit.mean == found.net_profit.high == 13
    assert found.difference.mean == 3
    assert found.payback == pytest.approx(4)
    assert found.npv.low == found.npv.mean == found.npv.high == 3 * 10 - 12
    assert found.roi is not None
    assert found.roi.mean == 3 / 12


def test_differences_are_paired_by_replication() -> None:
    """What both meet alike says nothing of the difference, and is taken out."""
    found = investment(random(10, 20, 30), random(12, 22, 32), Outlay(4), 0.95)

    assert found.difference.mean == found.difference.low == found.difference.high == 2
    assert found.net_profit == interval([11, 21, 31], 0.95)
    assert found.npv.high == found.npv.low == 2 * 10 - 4
    assert found.roi is not None
    assert found.roi.mean == 0.5


def test_the_side_with_fewer_replications_decides_how_many_pairs() -> None:
    """Replications without a partner of the same number do not count."""
    found = investment(random(1, 2), random(3, 6, 99), NOTHING, 0.9)

    assert found.difference == interval([2, 4], 0.9)
    assert found.net_profit == interval([2, 5], 0.9)


def test_a_side_without_chance_meets_every_replication_of_the_other() -> None:
    """A tool may bring chance into a line, or take it out."""
    still, moved = certain(10), random(12, 14, 19)

    brought = investment(still, moved, NOTHING, 0.95)
    taken = investment(moved, still, NOTHING, 0.95)

    assert brought.difference == interval([1, 3, 8], 0.95)
    assert taken.difference.mean == -brought.difference.mean
    assert taken.net_profit.low == taken.net_profit.high == 10


def test_one_random_run_has_no_interval() -> None:
    """With one pair nothing is known of the spread, only the mean."""
    found = investment(random(1), random(3), Outlay(5), 0.95)

    assert found.difference.mean == 2
    assert isnan(found.difference.low)
    assert isnan(found.npv.high)
    assert found.roi is not None
    assert isnan(found.roi.low)


def test_other_windows_cannot_be_compared() -> None:
    """Ten periods of one and twelve of the other say nothing."""
    with pytest.raises(TocError) as caught:
        investment(certain(1, 10), certain(1, 12), NOTHING, 0.95)

    assert str(caught.value) == (
        "cash can only be compared over the same window: "
        "10 periods before, 12 after\n"
        "    hint: leave run.horizon as it is in all variants"
    )


@given(
    st.floats(0.1, 30_000),
    st.floats(0, 1),
    st.floats(-100, 100),
    st.floats(0, 100),
    st.floats(0, 10),
)
def test_constant_cash_is_worth_an_annuity(
    horizon: float, discount: float, rate: float, upfront: float, cost: float
) -> None:
    """NPV and present values follow one convention, to the last digits."""
    before, after = certain(0, horizon, discount), certain(rate, horizon, 0.5)

    found = investment(before, after, Outlay(upfront, cost), 0.95)

    worth = (rate - cost) * annuity(0, horizon, discount, horizon=horizon) - upfront
    moved = upfront + (abs(rate) + cost) * horizon
    assert found.npv.mean == pytest.approx(worth, rel=1e-9, abs=1e-12 * moved)


@pytest.mark.parametrize(
    ("cash", "upfront", "expected"),
    [
        ([5, 5, 5], 0, 0),
        ([5, 5, 5], 10, 2),
        ([5, 5, 5], 12, 2.4),
        ([5, 5, 5], 15, 3),
        ([5, 5, 5], 15.1, None),
        ([0.1] * 10, 1, 10),
        ([0, 0, 0], 0, 0),
        ([0, 0, 0], 1, None),
        ([-4, 2, 4], 0, 2.5),
        ([-4, 2, 1], 0, None),
        ([20, -15, 15], 10, 2 + 5 / 15),
        ([20, -15, 0], 10, None),
        ([10, 0, 0], 10, 1),
    ],
)
def test_when_money_has_come_back(
    cash: list[float], upfront: float, expected: float | None
) -> None:
    """For good: money that comes back and is lost again is not paid back."""
    assert paid_back(cash, upfront) == (
        expected if expected is None else pytest.approx(expected)
    )


def test_payback_inside_a_shorter_last_period() -> None:
    """In a last bin of half a period money comes back within half a period."""
    assert payback(bins(1.5), np.array([1.0, 1.0]), 1.5) == pytest.approx(1.25)


@given(
    arrays(float, st.integers(1, 30), elements=st.integers(-50, 50).map(float)),
    st.integers(0, 200).map(float),
)
def test_payback_is_the_last_time_that_money_was_missing(
    cash: Any, upfront: float
) -> None:
    """None exactly if money is missing at the end; else enough from then on."""
    found = payback(bins(len(cash)), cash, upfront)

    total = np.concatenate(([0.0], np.cumsum(cash))) - upfront
    times = np.arange(len(total))
    assert (found is None) == (total[-1] < 0)
    if found is not None:
        assert (total[times >= found] >= 0).all()
        there = float(np.interp(found, times, total))
        assert there == pytest.approx(0, abs=1e-9) if found else there >= 0


@given(st.floats(1, 100), st.floats(1, 100), st.floats(0.01, 100))
def test_money_has_no_unit(rate: float, upfront: float, unit: float) -> None:
    """In another currency: the same payback and ROI, all else in proportion."""
    assume(abs(upfront - 10 * rate) > 1e-6)

    here = brings(rate, upfront)
    there = brings(rate * unit, upfront * unit)

    assert there.npv.mean == pytest.approx(here.npv.mean * unit, abs=1e-6 * unit)
    assert (there.payback is None) == (here.payback is None)
    assert there.payback is None or there.payback == pytest.approx(here.payback)
    assert there.roi is not None
    assert here.roi is not None
    assert there.roi.mean == pytest.approx(here.roi.mean)


def brings(rate: float, upfront: float) -> Investment:
    """Return what a tool brings that lifts profit by a rate."""
    return investment(certain(0), certain(rate), Outlay(upfront), 0.95)


def test_nothing_brings_no_return_on_nothing() -> None:
    """No tools cost nothing: there is no return, and no money to come back."""
    assert investment(certain(1), certain(1), NOTHING, 0.95).roi is None
    assert investment(certain(1), certain(1), NOTHING, 0.95).payback == 0


@given(scenarios(ANYTHING), st.floats(0.3, 20))
def test_doing_nothing_brings_nothing(scenario: Scenario, horizon: float) -> None:
    """Any pipeline against itself: its own net profit, no difference, no wait."""
    money = {"price": 7, "variable_cost": {"a": 2}, "operating_expense": {"b": 3}}
    net = network_of(scenario.changed(economics=money, run={"horizon": horizon}))
    results = replicate(net, 0.0, numbers=range(3))
    told, flow = statement(net, results), cash_flow(net, results)
    assert told is not None
    assert flow is not None

    found = investment(flow, flow, NOTHING, net.scenario.run.confidence)

    assert found.net_profit.mean == pytest.approx(told.net_profit.mean, abs=1e-9)
    assert found.difference.mean == found.npv.mean == found.payback == 0
    assert found.difference.low == found.difference.high == 0
