"""How output goes with what is there, what came, and what an owner has open."""

from __future__ import annotations

import numpy as np
import pytest

from toc_sim.calibration.elasticity import (
    UNTOLD,
    elasticity,
    flows,
    with_arrivals,
    with_number,
)
from toc_sim.calibration.within_owners import within_owners

SPAN = 700.0


def growing(seed: int, most: float = 8.0) -> np.ndarray:
    """Return arrivals whose pace grows from none to so many a day."""
    chance = np.random.default_rng(seed)
    return SPAN * np.sqrt(np.sort(chance.random(round(most * SPAN / 2))))


def by_turns(came: np.ndarray, pace: float) -> np.ndarray:
    """Return when each leaves a single server, first come, first served."""
    free, left = 0.0, np.empty_like(came)
    for at, moment in enumerate(came):
        free = max(free, moment) + 1 / pace
        left[at] = free
    return left


def test_a_delay_lets_the_more_go_the_more_are_there() -> None:
    """Where each goes its own way, output rises with the number that is there."""
    came = growing(1)
    left = came + np.random.default_rng(2).gamma(2, 10, len(came))
    seen = flows(came, left, 0, SPAN, 7)

    assert seen is not None
    assert with_number(came, left, seen, 0, SPAN).low > 0.7


def test_taking_turns_is_flat() -> None:
    """Where they take turns, output stays as it is however many there are."""
    came = growing(1)
    left = by_turns(came, 3)
    seen = flows(came, np.where(left < SPAN, left, np.nan), 250, SPAN, 7)

    assert seen is not None
    assert abs(elasticity(seen.output, seen.inside).value) < 0.1
    assert with_number(came, left, seen, 250, SPAN).high < 0.5


def test_wins_follow_arrivals_where_they_do() -> None:
    """Without a word of losses, wins tell whether they follow what came."""
    came = growing(1)
    chance = np.random.default_rng(2)
    wins = chance.random(len(came)) < 0.1
    free = np.where(wins, came + chance.exponential(20, len(came)), np.nan)
    few = np.full(len(came), np.nan)
    few[wins] = by_turns(came[wins], 0.15)

    assert with_arrivals(came, free, 0, SPAN, 7).low > 0.5
    assert (
        with_arrivals(came, np.where(few < SPAN, few, np.nan), 150, SPAN, 7).high < 0.5
    )


def test_too_little_tells_nothing() -> None:
    """Few cases, short records, and what never changes tell no elasticity."""
    few = np.array([1.0, 2.0, 3.0])
    at_once = np.arange(0.0, 100)
    seen = flows(at_once, at_once, -1, 100, 7)

    assert flows(few, few + 1, 0, 10, 7) is None
    assert flows(at_once, at_once + 1, 0, 100, 70) is not None
    assert elasticity(np.ones(20), np.ones(20)) is UNTOLD
    assert elasticity(np.ones(3), np.arange(3.0)) is UNTOLD
    assert with_arrivals(few, few, 0, 10, 7) is UNTOLD
    assert not UNTOLD.is_told
    assert seen is not None
    assert with_number(at_once, at_once, seen, -1, 100).windows == 0


@pytest.mark.parametrize(("grows", "told"), [(True, "with it"), (False, "without it")])
def test_owners_are_compared_with_themselves(grows: bool, told: str) -> None:  # noqa: FBT001 - a case
    """That one owner has more and finishes more than another says nothing."""
    chance = np.random.default_rng(7)
    came, left, owner = [], [], []
    for each in range(12):
        mine = np.sort(chance.uniform(0, 300, 300 + 40 * each)) ** 2 / 300
        came.append(mine)
        left.append(
            mine + chance.exponential(20, len(mine)) if grows else by_turns(mine, 1)
        )
        owner.append(np.full(len(mine), each))
    found = within_owners(
        np.concatenate(owner), np.concatenate(came), np.concatenate(left), 60, 300
    )

    assert (found.low > 0.5) if told == "with it" else (found.high < 0.5)


def test_owners_who_are_not_told_tell_nothing() -> None:
    """Few owners, no owner and short records are not weighed."""
    came = np.arange(0.0, 200)
    nobody, one = np.full(200, -1), np.zeros(200, int)

    assert within_owners(nobody, came, came + 1, 0, 200) is UNTOLD
    assert within_owners(one, came, came + 1, 0, 200) is UNTOLD
    assert within_owners(one, came, came + 1, 0, 40) is UNTOLD
