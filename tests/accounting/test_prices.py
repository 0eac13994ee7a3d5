"""Amounts at many times at once are what profiles say one time at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.accounting.cash_flow import bins
from toc_sim.accounting.prices import at_times, in_bins
from toc_sim.network.model import average
from toc_sim.scenario.fields.numbers import Profile

points = st.lists(
    st.tuples(st.integers(-5, 12), st.floats(0, 1e6)), min_size=1, max_size=8
)
profiles = points.map(
    lambda drawn: Profile(
        profile=tuple((float(time), value) for time, value in sorted(drawn))
    )
)
times = st.lists(st.integers(-60, 130).map(lambda tenths: tenths / 10), max_size=20)


@given(profiles, times)
def test_a_profile_at_many_times(profile: Profile, drawn: list[float]) -> None:
    """To the last bit what `at` and `before` say, at jumps too."""
    many = np.array(drawn, dtype=float)

    after = at_times(profile, many)
    before = at_times(profile, many, at_a_jump="before")

    assert after.tolist() == [profile.at(time) for time in drawn]
    assert before.tolist() == [profile.before(time) for time in drawn]


@given(profiles, st.floats(0.1, 15))
def test_a_profile_in_bins(profile: Profile, horizon: float) -> None:
    """The bins add up to the mean that the statement tells, and each is exact."""
    ends = bins(horizon)

    found = in_bins(profile, ends)

    assert found.sum() == pytest.approx(average(profile, horizon) * horizon, rel=1e-9)
    whole = [average(profile, end) * end for end in ends.tolist()]
    assert np.cumsum(found) == pytest.approx(whole, rel=1e-9)


def test_a_number_is_the_same_at_all_times() -> None:
    """What does not change is paid in proportion to time."""
    assert at_times(3, np.array([0.0, 7.0])).tolist() == [3, 3]
    assert in_bins(3, bins(2.5)).tolist() == [3, 3, 1.5]
