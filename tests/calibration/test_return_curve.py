"""Who came back by when; those who yet may count for as long as they were watched."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.calibration.return_curve import return_curve, share_interval

GAPS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 30)), st.integers(30, 60)),
    min_size=1,
    max_size=40,
)


def of(pairs: list[tuple[float | None, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Return gaps, nan for none, and for how long each was watched."""
    gaps = [np.nan if gap is None else float(gap) for gap, _ in pairs]
    return np.array(gaps), np.array([float(left) for _, left in pairs])


@given(GAPS)
def test_where_all_are_watched_long_enough_it_is_the_plain_share(
    pairs: list[tuple[float | None, float]],
) -> None:
    """Nobody left the records before 30 days: the curve counts heads up to there."""
    gap, left = of(pairs)
    curve = return_curve(gap, left)

    for days in (1, 7, 30):
        plain = float((gap <= days).mean())
        assert curve.back_within(days).mean == pytest.approx(plain)


@given(GAPS)
def test_more_come_back_as_time_goes_on(
    pairs: list[tuple[float | None, float]],
) -> None:
    """The curve rises, and its interval holds it within 0 and 1."""
    curve = return_curve(*of(pairs))
    shares = [curve.back_within(days) for days in range(30)]

    assert [each.mean for each in shares] == sorted(each.mean for each in shares)
    for each in shares:
        assert not each.is_known or 0 <= each.low <= each.mean + 1e-12
        assert not each.is_known or each.mean - 1e-12 <= each.high <= 1


def test_a_published_table() -> None:
    """Remissions of 6-MP, Freireich 1963: .857, .807, .753, .690, .627, .538, .448."""
    back = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    watched = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    gap = np.array([*map(float, back), *[np.nan] * len(watched)])
    left = np.array([*[35.0] * len(back), *map(float, watched)])
    curve = return_curve(gap, left)

    assert curve.stays_away.round(3).tolist() == [
        *(0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448)
    ]
    error = curve.stays_away * curve.error
    assert error.round(3).tolist() == [
        *(0.076, 0.087, 0.096, 0.107, 0.114, 0.128, 0.135)
    ]


def test_half_of_those_who_come_back_are_back_by_the_median() -> None:
    """Of four, of whom one stays away, the median is the second day."""
    curve = return_curve(*of([(1, 9), (2, 9), (3, 9), (None, 9)]))

    assert curve.time_until(0.5) == 2
    assert curve.time_until(1.0) == 3
    assert curve.ever.mean == 0.75


def test_what_nobody_was_watched_for_is_not_told() -> None:
    """Neither a share beyond the records, nor one of no orders."""
    curve = return_curve(*of([(None, 9)]))

    assert isnan(curve.back_within(10).mean)
    assert curve.back_within(5).low == 0
    assert 0 < curve.back_within(5).high < 1
    assert isnan(curve.time_until(0.5))
    assert isnan(return_curve(np.array([]), np.array([])).ever.mean)


def test_a_share_has_wilsons_interval() -> None:
    """12 of 40 (Wilson 1927): .181 to .454; of none there is none."""
    found = share_interval(12, 40)

    assert (found.low, found.high) == pytest.approx((0.18071, 0.45434), abs=1e-4)
    assert isnan(share_interval(0, 0).mean)
