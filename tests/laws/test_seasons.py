"""Seasons: a profile that repeats is the same profile at all times of its season."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.network.model import area, average
from toc_sim.scenario.fields.numbers import Profile, level, level_before

YEAR = Profile(profile=((0.0, 8.0), (26.0, 12.0)), every=52.0)


def test_a_year_goes_up_and_down() -> None:
    """Linear to its last point, and from there to the first of the next year."""
    times = [0, 13, 26, 39, 52, 65, -13, -52]

    assert [level(YEAR, time) for time in times] == [8, 10, 12, 10, 8, 10, 10, 8]
    assert average(YEAR, 104) == 10
    assert average(YEAR, 26) == 10
    assert average(YEAR, 39) == pytest.approx((260 + 143) / 39)


def test_a_jump_comes_every_time() -> None:
    """Two points at one time are a jump, before which the old value holds (R3)."""
    steps = ((0.0, 3.0), (0.0, 1.0), (2.0, 1.0), (2.0, 3.0))
    profile = Profile(profile=steps, every=4.0)

    assert [level(profile, time) for time in (0, 1, 2, 3, 4, 6)] == [1, 1, 3, 3, 1, 3]
    assert [level_before(profile, time) for time in (4, 6)] == [3, 1]
    assert average(profile, 10) == pytest.approx((1 * 6 + 3 * 4) / 10)


@given(
    st.lists(st.integers(0, 15), min_size=1, max_size=4).map(sorted),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(1, 40),
)
def test_areas_add_up(times: list[int], begin: int, first: int, second: int) -> None:
    """What lies under a season from a to c is what lies from a to b and from b to c."""
    points = tuple((time / 4, 1.0 + number) for number, time in enumerate(times))
    profile = Profile(profile=points, every=4.0)
    start, middle = begin / 4, (begin + first) / 4
    end = middle + second / 4

    whole = area(profile, start, end)

    parts = area(profile, start, middle) + area(profile, middle, end)
    assert whole == pytest.approx(parts, abs=1e-9)
