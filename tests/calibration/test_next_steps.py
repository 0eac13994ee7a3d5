"""Which step follows, how likely, when some are not yet taken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.calibration.next_steps import next_steps

LASTED = st.lists(st.floats(0.01, 100), min_size=1, max_size=40)


@given(LASTED, st.randoms(use_true_random=False))
def test_chances_add_up_to_one(lasted: list[float], chance: object) -> None:
    """What is seen, and the rest, are all chances."""
    seen = np.array([chance.random() < 0.6 for _ in lasted])  # type: ignore[attr-defined]
    steps = next_steps(np.array(lasted), seen)

    assert steps.weight.sum() + steps.rest == pytest.approx(1)
    assert (steps.weight[~seen] == 0).all()


@given(LASTED)
def test_nobody_open_means_plain_shares(lasted: list[float]) -> None:
    """Where every step was seen, each counts alike."""
    steps = next_steps(np.array(lasted), np.ones(len(lasted), bool))

    assert steps.weight == pytest.approx(np.full(len(lasted), 1 / len(lasted)))
    assert steps.rest == pytest.approx(0)
    assert steps.chance(np.arange(len(lasted)) == 0) == pytest.approx(1 / len(lasted))


def test_open_cases_are_not_lost() -> None:
    """Half are cut short at random ages: the share of wins is as if none were."""
    chance = np.random.default_rng(3)
    won = chance.random(20_000) < 0.3
    takes = np.where(won, chance.exponential(5, 20_000), chance.exponential(1, 20_000))
    cut = chance.uniform(0, 40, 20_000)
    steps = next_steps(np.minimum(takes, cut), takes <= cut)

    assert steps.chance(won & (takes <= cut)) == pytest.approx(0.3, abs=0.015)


def test_who_could_not_have_been_seen_was_not_at_risk() -> None:
    """Records that begin late leave out what ended early: long times weigh no more."""
    chance = np.random.default_rng(4)
    takes, came = chance.exponential(10, 40_000), chance.uniform(0, 100, 40_000)
    there = came + takes > 50
    came, takes = came[there], takes[there]
    entered = np.maximum(50 - came, 0)
    seen = np.ones(len(came), bool)
    steps = next_steps(takes, seen, entered)

    assert steps.weight @ takes / steps.weight.sum() == pytest.approx(10, abs=0.3)
    assert takes.mean() > 10.5


def test_nothing_to_count_tells_nothing() -> None:
    """Without observations all is left open."""
    assert next_steps(np.empty(0), np.empty(0, bool)).rest == 1
