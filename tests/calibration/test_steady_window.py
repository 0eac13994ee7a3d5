"""The stretch of time in which cases came at one pace."""

from __future__ import annotations

import numpy as np
import pytest

from toc_sim.calibration.steady_window import SteadyWindow, count_spread, steady_window


def poisson(pace: float, begin: float, end: float, seed: int = 1) -> np.ndarray:
    """Return moments of chance."""
    chance = np.random.default_rng(seed)
    return np.sort(chance.uniform(begin, end, chance.poisson(pace * (end - begin))))


def test_one_pace_is_one_window() -> None:
    """What comes at one pace is taken whole, in nearly all of 200 records."""
    changed = sum(
        bool(steady_window(poisson(2, 0, 400, seed), 0, 400).changes)
        for seed in range(200)
    )

    assert changed <= 1


def test_the_last_pace_counts() -> None:
    """After a change the last stretch is taken, and the change is told."""
    came = np.concatenate([poisson(1, 0, 200), poisson(3, 200, 400, 2)])
    window = steady_window(came, 0, 400)

    assert window.begin == pytest.approx(200, abs=15)
    assert window.paces == pytest.approx((1, 3), rel=0.25)


def test_a_short_last_stretch_gives_way_to_the_longest() -> None:
    """A pace that was there for the last few days only is not the usual one."""
    came = np.concatenate([poisson(3, 0, 350), poisson(0.3, 350, 400, 2)])
    window = steady_window(came, 0, 400)

    assert (window.begin, window.end) == pytest.approx((0, 350), abs=15)


def test_what_was_there_before_is_no_arrival() -> None:
    """A heap in the first days is of cases that had come earlier."""
    came = np.concatenate([poisson(20, 0, 4), poisson(2, 4, 120, 2)])

    assert 3 < steady_window(came, 0, 120).begin < 7


def test_records_without_new_cases_at_their_end_end_earlier() -> None:
    """Where cases stop long before the records do, the window ends there."""
    window = steady_window(poisson(3, 0, 200), 0, 300)

    assert window.end == pytest.approx(200, abs=2)


def test_few_moments_tell_no_change() -> None:
    """One moment, or none, is one window."""
    assert steady_window(np.array([3.0]), 0, 10) == SteadyWindow(0, 10, (), (0.1,))
    assert steady_window(np.empty(0), 0, 10).end == 10


def test_counts_without_memory_have_a_spread_of_one() -> None:
    """Poisson's counts have the spread of times with a cv of 1; a drift adds none."""
    came = np.concatenate([poisson(4, 0, 350), poisson(5, 350, 700, 2)])
    spread = count_spread(came, SteadyWindow(0, 700), 7)

    assert spread.low < 1 < spread.high
    assert spread.windows == 100


def test_regular_arrivals_have_no_spread() -> None:
    """Arrivals like clockwork vary much less."""
    assert count_spread(np.arange(0.5, 700), SteadyWindow(0, 700), 7).cv < 0.2


def test_short_records_tell_spread_by_gaps() -> None:
    """With few windows the times between arrivals tell; with one nothing does."""
    told = count_spread(poisson(5, 0, 20), SteadyWindow(0, 20), 7)
    untold = count_spread(np.array([3.0]), SteadyWindow(0, 20), 7)

    assert told.windows == 0
    assert told.low < 1 < told.high
    assert (untold.cv, untold.windows) == (1.0, 0)
