"""How many runs each variant should have: with its own chance, and in a hurry."""

from __future__ import annotations

from math import pi, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.experiment.selection import ocba, rinott

Told = list[tuple[float, float, int]]

means = st.floats(-1e6, 1e6)
variances = st.just(0.0) | st.floats(1e-6, 1e6)
systems = st.lists(
    st.tuples(means, variances, st.integers(0, 200)), min_size=1, max_size=12
)
"""Mean, variance and replications done of each."""

wanted = st.sampled_from((0.8, 0.9, 0.95, 0.99))


@given(systems, st.integers(0, 1000))
def test_exactly_what_there_is_is_shared_out(told: Told, extra: int) -> None:
    """Nobody is given less than nothing, and nothing is left over."""
    mean, variance, done = zip(*told, strict=True)
    shares = ocba.allocation(mean, variance, done, extra)

    assert sum(shares) == extra
    assert min(shares) >= 0


@given(systems)
def test_shares_are_parts_of_one(told: Told) -> None:
    """No share is negative and together they are all."""
    mean, variance, _ = zip(*told, strict=True)
    shares = ocba.shares(mean, variance)

    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0


def test_who_is_far_behind_is_hardly_looked_at() -> None:
    """A rival at twice the distance has a quarter of the share."""
    leader, near, far = ocba.shares((10, 9, 8), (4, 4, 4))

    assert near == pytest.approx(4 * far)
    assert leader == pytest.approx((near**2 + far**2) ** 0.5)


@pytest.mark.parametrize(
    ("mean", "variance", "expected"),
    [
        ((1, 1, 0), (1, 1, 1), (0.5, 0.5, 0)),
        ((2, 1, 0), (0, 1, 0), (0, 1, 0)),
        ((2, 1, 0), (3, 0, 0), (1, 0, 0)),
        ((2, 1), (0, 0), (0.5, 0.5)),
        ((2,), (1,), (1,)),
    ],
)
def test_ties_and_certainty(
    mean: tuple[float, ...], variance: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    """Ties take all runs; who never changes needs none; if nobody does, all alike."""
    assert ocba.shares(mean, variance) == expected


def test_who_has_had_more_than_its_share_gets_none() -> None:
    """The others share what there is."""
    assert ocba.allocation((3, 1, 2), (1, 1, 1), (1000, 3, 4), 7) == (0, 0, 7)


def test_two_systems_from_two_runs_have_a_closed_form() -> None:
    """Rinott's constant is then 2 tan(pi (P - 1/2)), from Cauchy's distribution."""
    assert rinott.constant(2, 2, 0.95) == pytest.approx(2 * tan(pi * 0.45), abs=1e-8)


@given(st.integers(2, 30), st.integers(2, 40), wanted)
def test_more_systems_and_fewer_first_runs_ask_for_more(
    count: int, first: int, confidence: float
) -> None:
    """So does more confidence."""
    constant = rinott.constant(count, first, confidence)

    assert rinott.constant(count + 1, first, confidence) > constant
    assert rinott.constant(count, first + 1, confidence) < constant
    assert rinott.constant(count, first, (1 + confidence) / 2) > constant


def test_replications_follow_the_variance() -> None:
    """h^2 S^2 / d^2 rounded up, and the first ones at least."""
    found = rinott.replications(
        (0.0, 100.0, 400.0), indifference=2.0, confidence=0.95, first=20
    )

    assert rinott.constant(3, 20, 0.95) == pytest.approx(2.9372, abs=1e-4)
    assert found == (20, 216, 863)


def test_a_guess_asks_for_nothing_more() -> None:
    """Confidence that a guess has, and one system alone, take no second stage."""
    assert rinott.constant(1, 10, 0.95) == 0
    assert rinott.constant(3, 10, 0.25) == 0


def test_one_run_has_no_variance() -> None:
    """Two are the fewest to begin with."""
    with pytest.raises(ValueError, match=r"^a variance takes two replications at"):
        rinott.constant(3, 1, 0.95)
