"""The shape of times that were observed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toc_sim import load
from toc_sim.calibration.fitted_time import fitted_time, roughly, rounded, spread_of

CHANCE = np.random.default_rng(5)

EVENLY = (np.arange(2000) + 0.5) / 2000
"""Chances without chance."""


@pytest.mark.parametrize(
    ("times", "family"),
    [
        (stats.expon.ppf(EVENLY), "exponential"),
        (stats.gamma.ppf(EVENLY, 4), "gamma"),
        (stats.lognorm.ppf(EVENLY, 0.9), "lognormal"),
    ],
)
def test_the_family_that_made_times_is_found(times: np.ndarray, family: str) -> None:
    """Of three families the right one is chosen, and the mean is that of the times."""
    fitted = fitted_time(times)

    assert fitted.distribution == family
    assert fitted.mean == pytest.approx(times.mean())
    assert fitted.mean_low < times.mean() < fitted.mean_high
    assert fitted.cv_low <= fitted.cv <= fitted.cv_high


def test_two_humps_are_kept_as_they_are() -> None:
    """Where no family fits, quantiles stand for the times: same mean, same spread."""
    times = np.concatenate([CHANCE.gamma(4, 1, 500), CHANCE.gamma(100, 1, 700)])
    fitted = fitted_time(times)
    samples = np.array(fitted.shape["distribution"]["empirical"])

    assert samples.mean() == pytest.approx(times.mean(), rel=0.01)
    assert samples.std() == pytest.approx(times.std(), rel=0.02)
    assert "no family fits" in fitted.origin
    assert set(roughly(fitted).shape) == {"cv", "distribution"}
    assert roughly(roughly(fitted)) == roughly(fitted)


def test_a_tail_that_no_family_has_is_kept() -> None:
    """A family that would say ten times the spread of the times is not taken."""
    times = np.concatenate([np.geomspace(1e-4, 3, 400), [0.0]])
    fitted = fitted_time(times)

    assert fitted.cv < 2 * times.std() / times.mean()


def test_equal_times_have_no_shape() -> None:
    """What always takes the same time has no spread, and no shape is written."""
    fitted = fitted_time(np.full(30, 2.5))

    assert fitted.shape == {}
    assert (fitted.mean, fitted.cv) == (2.5, 0)


def test_few_times_tell_no_shape() -> None:
    """With a handful of times exponential is assumed, and that is told."""
    fitted = fitted_time(np.array([1.0, 2.0, 6.0]))

    assert fitted.shape == {"cv": 1.0}
    assert "too few" in fitted.origin


def test_weights_stand_for_others() -> None:
    """A time that stands for two counts twice."""
    twice = fitted_time(np.array([1.0, 3.0]), np.array([2.0, 1.0]))

    assert twice.mean == pytest.approx(5 / 3)


@given(
    st.lists(st.floats(0, 1000), min_size=1, max_size=60).filter(
        lambda t: max(t) > 0.01
    )
)
def test_any_times_make_a_shape_that_can_be_read(times: list[float]) -> None:
    """Whatever the times, the shape stands in a scenario that can be loaded."""
    fitted = fitted_time(np.array(times))
    entry = {"kind": "team", "time": rounded(max(fitted.mean, 1e-6)), **fitted.shape}
    scenario = load({"format": 1, "name": "x", "stages": {"a": entry}, "flow": []})

    assert set(scenario.stages) == {"a"}


def test_how_surely_a_number_is_known() -> None:
    """An interval becomes a standard deviation; a number known exactly has none."""
    assert spread_of(10, 8.04, 11.96) == {"mean": 10.0, "sd": 1.0}
    assert spread_of(10, 10, 10) is None
