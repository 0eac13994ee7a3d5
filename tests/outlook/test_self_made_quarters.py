"""Bands hold as often as they say, in quarters made by a funnel of another make (F5).

The benchmark `benchmarks/quarter.py` asks a thousand quarters; here a few dozen are
enough to see a forecast that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import kstest

ROOT = Path(__file__).parents[2]
QUARTERS, RUNS = 80, 19
"""Of 19 runs and what came, each of 20 places is equally likely: 16 are 80 %."""


@pytest.fixture(name="made", scope="module")
def _made() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("quarter")


SITUATIONS = (
    *("nothing changed", "leads +40 %", "one of three sellers left", "leads halved"),
)


@pytest.mark.law
@pytest.mark.parametrize("situation", SITUATIONS)
def test_bands_hold_as_often_as_they_say(made: Any, situation: str) -> None:
    """Of 80 and 90 %, within binomial limits, where the change is known."""
    told = made.SITUATIONS[situation]

    found = made.held(told, told, QUARTERS, RUNS)

    for size in made.BANDS:
        low, high = made.limits(size, QUARTERS)
        assert low < found.share(size) < high
    assert kstest(found.places, "uniform").pvalue > 0.001


@pytest.mark.law
@pytest.mark.parametrize("situation", ["one of three sellers left", "leads halved"])
def test_a_change_that_is_not_known_is_seen(made: Any, situation: str) -> None:
    """So the test above can fail: what comes lies too low among the runs."""
    came, thought = made.SITUATIONS[situation], made.SITUATIONS["nothing changed"]

    found = made.held(came, thought, QUARTERS, RUNS)

    assert kstest(found.places, "uniform").pvalue < 0.001


def test_past_weeks_know_nothing_of_a_change(made: Any) -> None:
    """Drawn again they promise what does not come, once leads are halved."""
    told = made.SITUATIONS["leads halved"]

    found = made.held(told, told, 50, RUNS, first=5000)

    assert found.at_least(0.85, resampled=True) < 0.7 < found.at_least(0.85)
