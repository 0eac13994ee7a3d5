"""Scores tell good bands from bad ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from toc_sim.outlook.band import QuarterBand, band
from toc_sim.outlook.score import pinball, place_among, score
from toc_sim.outlook.simple_methods import resampled_throughput, weighted_pipeline


def _point(value: float) -> QuarterBand:
    return QuarterBand(value, value, value, value, value, value)


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_point_costs_what_it_misses_by(said: float, came: float) -> None:
    """The loss of a point is half the distance, as its median's."""
    assert pinball(_point(said), came) == pytest.approx(abs(said - came) / 2)


def test_the_true_band_costs_least() -> None:
    """A band that is moved, narrowed or widened costs more in the long run."""
    source = np.random.default_rng(4)
    came = source.poisson(40, 4000).astype(float)
    true = band(source.poisson(40, 4000).astype(float))
    others = {
        "low": QuarterBand(30, *(each - 10 for each in (30, 32, 40, 48, 51))),
        "narrow": _point(40),
        "wide": QuarterBand(40, 0, 5, 40, 75, 80),
    }

    losses = {
        name: score(name, [each] * len(came), came.tolist()).loss
        for name, each in others.items()
    }

    best = score("true", [true] * len(came), came.tolist())
    assert all(best.loss < loss for loss in losses.values())
    assert best.within_80 / best.forecasts == pytest.approx(0.8, abs=0.06)


def test_places_are_even_where_runs_are_what_may_come() -> None:
    """Whole numbers with many ties, and 19 runs: still uniform; moved ones are not."""
    source = np.random.default_rng(5)

    def places(shift: float) -> list[float]:
        return [
            place_among(
                source.poisson(3, 19).astype(float),
                source.poisson(3 + shift),
                source.random,
            )
            for _ in range(2000)
        ]

    assert kstest(places(0.0), "uniform").pvalue > 0.001
    assert kstest(places(1.0), "uniform").pvalue < 0.001


def test_the_weighted_pipeline_is_one_figure() -> None:
    """Value times chance, added up; it has no band."""
    found = weighted_pipeline([0.5, 0.25], [1000, 200])

    assert found == _point(550)
    assert weighted_pipeline([0.5, 0.25]).mean == 0.75


def test_past_weeks_drawn_again_have_their_mean_and_spread() -> None:
    """As many weeks as are ahead, a part of one as that part, the last 26 only."""
    past = [1000.0] * 10 + [2.0, 4.0] * 13

    found = resampled_throughput(past, 6.5, seed=1)

    assert found.mean == pytest.approx(19.5, abs=0.2)
    assert found.p90 - found.p10 == pytest.approx(2 * 1.28 * 6.25**0.5, abs=1.5)
    assert found == resampled_throughput(past, 6.5, seed=1)
