"""Purchases are kept small, and told exactly."""

from __future__ import annotations

from math import isclose, isnan

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from toc_sim.engine.measure.result_of import IN_MEMORY, PIECE, Purchases
from toc_sim.engine.measure.wait_meter import Floats

TIMES = st.floats(0, 1e6, allow_subnormal=False)


def collected(stays: Floats, pieces: int = 1) -> Purchases:
    """Return purchases that came in so many pieces, at the times 0, 1, 2 ..."""
    purchases = Purchases()
    departures = np.arange(len(stays), dtype=float)
    for when, long in zip(
        np.array_split(departures, pieces), np.array_split(stays, pieces), strict=True
    ):
        purchases.add(when, long)
    return purchases


@given(arrays(float, st.integers(1, 50), elements=TIMES), st.integers(0, 49))
def test_flow_times_are_those_of_numpy(stays: Floats, before: int) -> None:
    """Mean and quantiles of those that count; nan where none does."""
    mean, half, most = collected(stays, pieces=2).flow_times(min(before, len(stays)))
    counted = stays[before:]

    if len(counted):
        assert isclose(mean, counted.mean(), rel_tol=1e-12, abs_tol=1e-300)
        assert [half, most] == np.quantile(counted, (0.5, 0.9)).tolist()
    else:
        assert all(map(isnan, (mean, half, most)))


def test_more_than_fits_in_memory_is_told_as_exactly() -> None:
    """Whether all times are alike, take few values, or have no mean."""
    chance = np.random.default_rng(5)
    size = IN_MEMORY // 8 + PIECE // 2
    several = (
        np.full(size, 2.5),
        chance.integers(0, 4, size).astype(float),
        chance.pareto(0.5, size),
    )
    for stays in several:
        purchases = collected(stays, pieces=7)

        assert purchases.departures.tolist() == list(range(size))
        for before in (0, size // 3):
            expected = np.quantile(stays[before:], (0.5, 0.9)).tolist()
            assert list(purchases.flow_times(before)[1:]) == expected
