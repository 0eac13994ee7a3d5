"""Bands and chances promise what the runs can tell, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from toc_sim.outlook.band import Chance, band, chance

counts = st.lists(st.integers(0, 60), min_size=1, max_size=300)


@given(counts)
def test_a_band_holds_at_least_what_it_says(values: list[int]) -> None:
    """Between P10 and P90 lie 80 % of the runs or more, between P5 and P95 90 %."""
    found = band(values)

    inside = sum(found.p10 <= each <= found.p90 for each in values)
    wide = sum(found.p5 <= each <= found.p95 for each in values)
    assert inside >= 0.8 * len(values)
    assert wide >= 0.9 * len(values)
    assert found.p5 <= found.p10 <= found.p50 <= found.p90 <= found.p95


@given(counts)
def test_a_band_is_no_wider_than_it_must_be(values: list[int]) -> None:
    """No more than a tenth of the runs lies below P10, and none more above P90."""
    found = band(values)

    assert sum(each < found.p10 for each in values) <= 0.1 * len(values)
    assert sum(each > found.p90 for each in values) <= 0.1 * len(values)


@given(st.integers(1, 5000), st.data())
def test_no_chance_is_certain(runs: int, data: st.DataObject) -> None:
    """However many runs reached the target, the chance is neither 0 nor 1."""
    reached = data.draw(st.integers(0, runs))

    found = Chance(reached, runs, 1.0)

    low, high = found.ends
    assert 0 < found.value < 1
    assert 0 <= low <= reached / runs <= high <= 1
    assert high > 0
    assert low < 1
    assert "100 in 100" not in found.told
    assert not found.told.startswith("0")
    assert not found.told.endswith(" 0 in 100")


@given(st.integers(20, 2000), st.data())
def test_the_ends_of_a_chance_are_those_of_the_binomial(
    runs: int, data: st.DataObject
) -> None:
    """What is outside would show such a count in 2.5 % of experiments at most."""
    reached = data.draw(st.integers(1, runs - 1))

    low, high = Chance(reached, runs, 1.0).ends

    assert binom.sf(reached - 1, runs, low) == pytest.approx(0.025, abs=1e-6)
    assert binom.cdf(reached, runs, high) == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize(
    ("reached", "runs", "told"),
    [
        (1000, 1000, "more than 99 in 100"),
        (999, 1000, "more than 99 in 100"),
        (992, 1000, "99 in 100"),
        (100, 100, "more than 96 in 100"),
        (730, 1000, "73 in 100"),
        (4, 1000, "1 in 100"),
        (0, 1000, "less than 1 in 100"),
        (0, 100, "less than 4 in 100"),
    ],
)
def test_a_chance_is_told_no_surer_than_the_runs_are(
    reached: int, runs: int, told: str
) -> None:
    """All of 100 runs are no more than 96 in 100; and 99 in 100 is the most."""
    assert Chance(reached, runs, 1.0).told == told


def test_a_target_is_reached_by_as_many_as_it_asks_for() -> None:
    """Just as many as wanted are enough."""
    assert chance([1, 2, 3, 3], 3).reached == 2
