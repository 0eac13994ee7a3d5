"""Several intervals at once, and how likely each variant is the best."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from toc_sim.experiment.selection.simultaneous import probability_best, simultaneous


@pytest.mark.parametrize(
    ("comparisons", "expected"), [(0, 0.95), (1, 0.95), (5, 0.99), (10, 0.995)]
)
def test_each_interval_may_miss_with_its_part(
    comparisons: int, expected: float
) -> None:
    """What may be missed in all is shared out equally."""
    assert simultaneous(0.95, comparisons) == pytest.approx(expected)


rows = st.integers(1, 5).flatmap(
    lambda systems: st.lists(
        st.lists(st.integers(-5, 5), min_size=systems, max_size=systems),
        min_size=1,
        max_size=15,
    )
)


@given(rows, st.integers(0, 2**32))
def test_somebody_is_the_best(rows: list[list[int]], seed: int) -> None:
    """Chances add up to one, and are the same for the same seed."""
    values = np.array(rows, dtype=float)
    found = probability_best(values, seed, draws=50)

    assert found.sum() == pytest.approx(1)
    assert found.tolist() == probability_best(values, seed, draws=50).tolist()


def test_ties_share() -> None:
    """Systems that never differ are as likely as each other, exactly."""
    noise = np.random.default_rng(1).normal(size=40)
    found = probability_best(np.stack([noise, noise, noise - 0.1], axis=1), seed=3)

    assert found.tolist() == [0.5, 0.5, 0.0]


def test_replications_are_drawn_whole() -> None:
    """A small but constant lead is a certain one, whatever all have in common."""
    noise = np.random.default_rng(1).normal(scale=100, size=40)

    assert probability_best(np.stack([noise, noise + 0.01], axis=1), 3).tolist() == [
        0.0,
        1.0,
    ]


def test_the_chance_is_that_of_the_mean() -> None:
    """Of two, it is nearly the normal chance that the mean difference is positive."""
    values = np.random.default_rng(4).normal(size=(200, 2))
    difference = values[:, 0] - values[:, 1]
    expected = norm.cdf(difference.mean() / difference.std() * 200**0.5)

    assert probability_best(values, 5, draws=4000)[0] == pytest.approx(
        expected, abs=0.03
    )
    assert 0.02 < expected < 0.98


def test_another_seed_draws_otherwise() -> None:
    """The seed is what decides the draws."""
    values = np.random.default_rng(4).normal(size=(20, 3))

    assert probability_best(values, 1).tolist() != probability_best(values, 2).tolist()
