"""Figures and names as they stand in comments and files."""

from __future__ import annotations

import pytest

from toc_sim.calibration.node_names import node_names
from toc_sim.calibration.written_figures import between, days_or_hours, percent, short


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1234.5, "1,234"), (-12.345, "-12.3"), (0.00123, "0.00123")],
)
def test_three_digits_are_enough(value: float, text: str) -> None:
    """A figure has three digits that count, and no zeros behind them."""
    assert short(value) == text


def test_what_is_not_known_is_a_dash() -> None:
    """No figure, no interval, an interval without an end."""
    assert short(float("nan")) == "-"
    assert between(None, None) == ""
    assert between(1, None) == "95 %: 1 or more"
    assert between(1, 2) == "95 %: 1 to 2"


def test_times_are_told_as_people_do() -> None:
    """Long times in days, short ones in hours or minutes."""
    told = [days_or_hours(days) for days in (11.3, 1.5, 0.01)]

    assert told == ["11.3 days", "36 hours", "14.4 minutes"]
    assert percent(0.1234) == "12.3"


def test_names_are_words_that_differ() -> None:
    """Blanks, digits, words that mean something else and twins get their own names."""
    names = node_names(["In Progress", "in progress", "Won", "7", "yes", "!?"], ["won"])

    assert names[:3] == ("in_progress", "in_progress_2", "won_2")
    assert names[3:] == ("stage_7", "stage_yes", "stage")
