"""A difference is judged by its interval and a margin, at the borders too."""

from __future__ import annotations

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.compare.comparison import (
    DIFFERENCE_MARGIN,
    Judgement,
    judgement,
)

TINY = 1e-9
CASES: list[tuple[str, tuple[float, float, float], Judgement]] = [
    ("above 0 and the margin", (2, 1, 3), "hits"),
    ("above 0, its mean at the margin", (1, 0.5, 1.5), "slight"),
    ("above 0, its mean inside the margin", (0.9, 0.6, 1.2), "slight"),
    ("above 0, its mean just above", (1 + TINY, 0.5, 1.5), "hits"),
    ("beginning at 0", (2, 0, 4), "unseparated"),
    ("above 0, all inside the margin", (0.5, 0.1, 0.9), "misses"),
    ("just up to the margin", (0, -1, 1), "misses"),
    ("just beyond it", (0, -1 - TINY, 1), "unseparated"),
    ("just beyond it above", (0, -1, 1 + TINY), "unseparated"),
    ("ending at 0", (-2, -4, 0), "unseparated"),
    ("below 0", (-2, -4, -TINY), "harms"),
    ("below 0, however little", (-0.5, -0.6, -0.4), "harms"),
    ("nothing at all", (0, 0, 0), "misses"),
    ("of a single run", (5, nan, nan), "unseparated"),
]


@pytest.mark.parametrize(
    ("figures", "word"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_words(figures: tuple[float, float, float], word: Judgement) -> None:
    """Each word begins and ends where it is defined to, for a margin of 1."""
    assert judgement(Interval(*figures), 1) == word


def test_a_count_that_may_be_off_by_one_says_less() -> None:
    """What the window may have cut off is neither a hit nor harm."""
    assert judgement(Interval(1, 1, 1), 0.5, resolution=1) == "unseparated"
    assert judgement(Interval(-1, -1, -1), 0.5, resolution=1) == "unseparated"
    assert judgement(Interval(-1.5, -1.5, -1.5), 0.5, resolution=1) == "harms"
    assert judgement(Interval(1, 1, 1), 2, resolution=1) == "misses"
    assert judgement(Interval(1, 1, 1), 2, resolution=1.5) == "unseparated"


def test_the_margin_is_half_a_percent() -> None:
    """As the documents say."""
    assert DIFFERENCE_MARGIN == 0.005


@given(
    st.floats(-1, 1), st.floats(0, 1), st.floats(0.01, 1), st.sampled_from([2.0, 0.5])
)
def test_the_unit_does_not_matter(
    mean: float, half: float, margin: float, unit: float
) -> None:
    """An hour's difference is judged like that of two hours."""
    here = Interval(mean, mean - half, mean + half)
    there = Interval(unit * mean, unit * (mean - half), unit * (mean + half))

    assert judgement(here, margin) == judgement(there, unit * margin)


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0.01, 1))
def test_a_hit_turned_round_is_no_hit(mean: float, half: float, margin: float) -> None:
    """What hits would harm if it were taken away; what misses would miss."""
    there = judgement(Interval(mean, mean - half, mean + half), margin)
    back = judgement(Interval(-mean, -mean - half, -mean + half), margin)

    if there == "hits":
        assert back == "harms"
    if there == "misses":
        assert back in {"misses", "harms"}
