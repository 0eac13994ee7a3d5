"""What is promised of the choice comes true, over many choices with a known best."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.trials import Numbers, Seen, Systems, fewest, run_to_the_end

from toc_sim.experiment.selection import simultaneous as rinott

SLIPPAGE = (
    pytest.param(Systems((0, 1), (1, 3)), 0.9, id="two, one of them wild"),
    pytest.param(Systems((0, 1, 0, 0), (1, 10, 1, 1)), 0.95, id="a wild best"),
    pytest.param(Systems((0, 0, 1, 0), (10, 1, 1, 1)), 0.95, id="a wild rival"),
    pytest.param(
        Systems((0, 0, 0, 0, 1), (1, 2, 3, 4, 5), 0.7), 0.8, id="common chance"
    ),
    pytest.param(
        Systems((1,) + (0,) * 9, (4,) * 10, 0.9), 0.95, id="ten, much in common"
    ),
)
"""The best is ahead of all others by exactly the indifference, 1: the hardest case."""


def as_they_are(rows: Numbers) -> Numbers:
    """Show the race all outcomes."""
    return rows


@pytest.mark.parametrize(("systems", "confidence"), SLIPPAGE)
def test_the_race_keeps_its_promise(systems: Systems, confidence: float) -> None:
    """The best is chosen at least as often as promised."""
    trials = 1000
    right = _right_choices(systems, confidence, trials, as_they_are)

    assert right >= fewest(trials, confidence)


def test_the_variances_of_another_pair_break_the_promise() -> None:
    """Trials notice it when the wild system is taken for a tame one."""
    systems, trials = Systems((0, 1, 0, 0), (1, 10, 1, 1)), 200

    def tamed(rows: Numbers) -> Numbers:
        mean = rows.mean(axis=0)
        tame: Numbers = mean + (rows - mean) / np.array(systems.spreads)
        return tame

    right = _right_choices(systems, 0.95, trials, tamed)

    assert right < fewest(trials, 0.95)


def test_of_several_good_ones_a_good_one_is_chosen() -> None:
    """What the theorem leaves open: nobody far behind wins more often than allowed."""
    systems, source = Systems((1, 0.9, 0.5, 0.1, -1), (2, 1, 3, 2, 4), 0.3), _source()
    chosen = [
        run_to_the_end(
            systems, source, indifference=1.0, confidence=0.95, first=10
        ).best
        for _ in range(500)
    ]

    assert 500 - chosen.count(4) >= fewest(500, 0.95)


def test_two_stages_keep_their_promise() -> None:
    """Rinott's numbers of replications choose the best as often as promised."""
    systems, source, trials, first = Systems((0, 0, 1), (2, 1, 3)), _source(), 2000, 10
    right = 0
    for _ in range(trials):
        rows = systems.rows(source, first)
        counts = rinott.replications(
            tuple(rows.var(axis=0, ddof=1)),
            indifference=1.0,
            confidence=0.9,
            first=first,
        )
        rest = systems.rows(source, max(counts) - first)
        means = [
            np.concatenate([rows[:, each], rest[: count - first, each]]).mean()
            for each, count in enumerate(counts)
        ]
        right += int(np.argmax(means)) == systems.best

    assert right >= fewest(trials, 0.9)
    assert right < trials * 0.97  # it is not bought with many times what is needed


def test_common_chance_saves_replications() -> None:
    """The more chance the systems have in common, the sooner the race is decided."""

    def looked(common: float) -> float:
        source, systems = _source(), Systems((0, 0, 0, 1), (4, 4, 4, 4), common)
        races = [
            run_to_the_end(systems, source, indifference=1, confidence=0.95, first=10)
            for _ in range(50)
        ]
        return float(np.mean([race.replications for race in races]))

    independent, partly, mostly = (looked(common) for common in (0.0, 0.5, 0.9))
    two_stages = rinott.constant(4, 10, 0.95) ** 2 * 16

    assert mostly < partly / 2 < independent / 2 < two_stages / 2


def _right_choices(systems: Systems, confidence: float, trials: int, seen: Seen) -> int:
    source = _source()
    races = (
        run_to_the_end(
            systems,
            source,
            indifference=1.0,
            confidence=confidence,
            first=10,
            seen=seen,
        )
        for _ in range(trials)
    )
    return sum(race.best == systems.best for race in races)


def _source() -> np.random.Generator:
    return np.random.default_rng(20010711)
