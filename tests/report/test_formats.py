"""Figures and names as people read them."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import load
from toc_sim.constraint.intervals import Interval
from toc_sim.language import joined, speaking
from toc_sim.report.formats import (
    alone,
    counted,
    decimals,
    decimals_as_given,
    in_column,
    number,
    percent_plus_minus,
    plus_minus,
    printable,
    unit_of,
)
from toc_sim.report.formats import given as as_given
from toc_sim.scenario.fields.words import Noun


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (8, "8.00"),
        (10.4712, "10.47"),
        (338.42, "338.4"),
        (1007.9, "1,008"),
        (0.51, "0.510"),
        (0.0004567, "0.000457"),
        (7.4e-17, "0.00"),
        (-2.5, "-2.50"),
        (2e21, "2e+21"),
        (nan, "-"),
        (inf, "-"),
    ],
)
def test_a_figure_has_as_many_digits_as_are_sensible(value: float, text: str) -> None:
    """Three or four digits, however large or small it is."""
    assert alone(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), (2000, "2,000"), (0.5, "0.500"), (2.5, "2.50")]
)
def test_what_somebody_typed_keeps_its_look(value: float, text: str) -> None:
    """A whole number is not given digits that nobody wrote."""
    assert as_given(value) == text


def test_a_column_has_one_number_of_digits() -> None:
    """The largest decides, so that the others can be compared with it."""
    assert decimals([0.001, 7.2]) == 2
    assert decimals([0.001, 1500, nan]) == 0
    assert decimals_as_given([12, 8]) == 0
    assert decimals_as_given([12, 8.5]) == 2


def test_nothing_is_never_below_nothing() -> None:
    """Rounding must not leave a minus before a zero."""
    assert number(-0.0001, 2) == "0.00"
    assert number(-0.0, 0) == "0"


def test_an_interval_is_told_by_half_its_width() -> None:
    """Where there is one: certain figures and single runs have none."""
    assert plus_minus(Interval(5.0, 4.0, 6.0), 1) == "5.0 ± 1.0"
    assert plus_minus(Interval(5.0, 5.0, 5.0), 1) == "5.0"
    assert plus_minus(Interval(5.0, nan, nan), 1) == "5.0"
    assert percent_plus_minus(Interval(0.516, 0.506, 0.526)) == "51.6 ± 1.0"


def test_a_name_cannot_command_the_terminal() -> None:
    """Control characters of a file are blanks in a report; letters are kept."""
    assert printable("станок\x1b[31m\n№ 2") == "станок [31m № 2"


def test_names_are_joined_as_one_says_them() -> None:
    """Commas, and one word before the last."""
    assert joined([]) == ""
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b and c"


@given(st.floats(1e-6, 1e12))
def test_no_figure_is_more_than_half_a_percent_off(value: float) -> None:
    """Rounding is for the eye; it must not change what is said."""
    assert float(alone(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.003, 0, "0.0030"),
        (1.4, 0, "1.4"),
        (2.0, 0, "2"),
        (0.5, 1, "0.5"),
        (0.0, 0, "0"),
        (913.9, 1, "913.9"),
        (-0.0176, 2, "-0.018"),
    ],
)
def test_a_small_figure_keeps_two_digits_beside_large_ones(
    value: float, digits: int, text: str
) -> None:
    """What is not 0 is never written as 0."""
    assert in_column(value, digits) == text


def test_what_rounding_leaves_is_nothing() -> None:
    """Beside figures of a thousand, a billionth of a thousandth is 0."""
    assert in_column(1e-12, 2, least=1e-6) == "0.00"


def test_a_small_difference_shows_how_sure_it_is() -> None:
    """Never a little, plus or minus nothing."""
    small = Interval(mean=0.0176, low=0.0126, high=0.0226)

    assert plus_minus(small, 2) == "0.0176 ± 0.0050"
    assert plus_minus(Interval(mean=8.0, low=7.9999, high=8.0001), 2) == "8.00 ± 0.00"


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("machine_2.capacity", "единица/час"),
        ("market.buffer", "единица"),
        ("economics.price", "EUR/единица"),
        ("economics.operating_expense.wages", "EUR/час"),
    ],
)
def test_units_of_parameters_are_words_of_the_language(path: str, unit: str) -> None:
    """On axes and above columns, where the file has the usual words."""
    cups = load("scenarios/paper_cups.yaml")
    scenario = cups.changed(item=Noun("item"), currency="EUR")

    with speaking("ru"):
        assert unit_of(scenario, path) == unit
    assert unit_of(cups, "machine_2.capacity") == "cup/hour"


def test_numbers_and_nouns_agree() -> None:
    """One hour and many hours."""
    assert counted("1", Noun("hour")) == "1 hour"
    assert counted("0.500", Noun("hour")) == "0.500 hours"
