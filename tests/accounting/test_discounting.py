"""What later money is worth now: one convention for bins and for stretches of time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.accounting.cash_flow import annuity, bins, weights

times = st.integers(0, 400).map(lambda tenths: tenths / 10)
rates = st.sampled_from([0.0, 1e-15, 0.002, 0.1, 1.0, 1e6])


def one_by_one(start: float, end: float, rate: float, horizon: float) -> float:
    """Return the present value of 1 a period, a period at a time."""
    worth = 0.0
    for period in range(1, 42):
        within = min(end, period) - max(start, period - 1)
        worth += max(within, 0) * (1 + rate) ** -min(period, horizon)
    return worth


@given(times, times, times, rates)
def test_each_period_counts_at_its_end(
    one: float, other: float, more: float, rate: float
) -> None:
    """Parts of periods count in proportion, at the end of their period."""
    start, end = sorted((one, other))
    horizon = end + more

    assert annuity(start, end, rate, horizon=horizon) == pytest.approx(
        one_by_one(start, end, rate, horizon), rel=1e-12
    )


@given(st.tuples(times, times, times), rates, st.floats(-100, 100))
def test_stretches_of_time_add_up(
    drawn: tuple[float, float, float], rate: float, cash: float
) -> None:
    """What is earned until a purchase and from it on is what is earned in all."""
    start, middle, end = sorted(drawn)

    parts = cash * annuity(start, middle, rate) + cash * annuity(middle, end, rate)

    assert parts == pytest.approx(cash * annuity(start, end, rate), rel=1e-12)


@given(st.floats(1e-12, 1e12), rates)
def test_bins_and_stretches_agree(horizon: float, rate: float) -> None:
    """The weights of all bins are the annuity of the window, however long it is."""
    ends = bins(horizon)

    found = weights(ends, rate)

    worth = float(found @ np.diff(ends, prepend=0))
    assert worth == pytest.approx(annuity(0, horizon, rate, horizon=horizon), rel=1e-9)
    assert (np.diff(found) <= 1e-12).all()
    assert (found <= 1).all()


@pytest.mark.parametrize("horizon", [1, 12, 7.25])
def test_a_period_is_discounted_to_its_end(horizon: float) -> None:
    """The k-th period counts (1 + r)^-k; a shorter last one at the horizon."""
    ends = bins(horizon)

    assert weights(ends, 0.02) == pytest.approx(1.02**-ends, rel=1e-14)


def test_without_a_rate_money_is_worth_what_it_is() -> None:
    """At a discount rate of 0 nothing is lost."""
    assert weights(bins(7.5), 0.0).tolist() == [1] * 8
    assert 3 * annuity(2.5, 10, 0.0) == pytest.approx(22.5)


def test_the_textbook_annuity() -> None:
    """1 a period for 10 periods at 5 % is worth 7.7217."""
    assert annuity(0, 10, 0.05) == pytest.approx((1 - 1.05**-10) / 0.05)
    assert annuity(0, 10, 0.05) == pytest.approx(7.7217, abs=5e-5)
