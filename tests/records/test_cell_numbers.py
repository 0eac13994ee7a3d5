"""A column of numbers is read by one rule, which all its cells decide."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.record_files import cells_of, notice_of, read_text, surveyed_text
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim.records.refusal import RecordsError


def _american(value: float) -> str:
    return f"{value:,.2f}"


def _german(value: float) -> str:
    return _american(value).translate(str.maketrans(",.", ".,"))


WAYS: dict[str, Callable[[float], str]] = {
    "plain": lambda value: f"{value:.2f}",
    "power": lambda value: f"{value:.15e}",
    "american": _american,
    "german": _german,
    "russian": lambda value: _german(value).replace(".", "\u00a0") + " руб.",  # noqa: RUF001
    "french": lambda value: _german(value).replace(".", "\u202f") + " €",
    "swiss": lambda value: "CHF " + _american(value).replace(",", "'"),
    "dollars": lambda value: ("-" if value < 0 else "") + "$" + _american(abs(value)),
    "bookkeeper": lambda value: (
        f"({_american(-value)})" if value < 0 else f"{value:.2f}"
    ),
    "behind": lambda value: f"{_german(abs(value))}{'-' if value < 0 else ''}",
    "minus": lambda value: f"{value:.2f}".replace("-", "\u2212"),
}
"""Ways of writing amounts of money."""

AMOUNTS = st.integers(-10_000_000_00, 10_000_000_00).map(lambda cents: cents / 100)


@settings(max_examples=6)
@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=20))
def test_numbers_come_back_however_they_are_written(amounts: list[float]) -> None:
    """In any way that people write amounts."""
    amounts = [*amounts, 1234.5, -0.25]
    lines = [
        "\t".join([f"id{place}", *(way(each) for way in WAYS.values())])
        for place, each in enumerate(amounts)
    ]
    text = "\n".join(["\t".join(["id", *WAYS]), *lines])
    with tempfile.TemporaryDirectory() as folder:
        table = read_text(Path(folder), text)

    for way in WAYS:
        assert cells_of(table, way) == amounts, way


@pytest.mark.parametrize(
    ("text", "values", "layout"),
    [
        ("a;b\nx;12 %\ny;7,5 %\n", [0.12, 0.075], "decimal comma, per cent"),
        (
            "a;b\nx;1.234\ny;950\ny;1.234.567\n",
            [1234, 950, 1234567],
            "decimal comma, th",
        ),
        ('a;b\nx;"1,00,000"\ny;"2,50,000.5"\n', [1e5, 250_000.5], "decimal point, th"),
        ("a,b\nx,.5\ny,-3\n", [0.5, -3], "decimal point"),
        ("a,b\nx,1e3\ny,+7\n", [1000, 7], "whole numbers"),
    ],
)
def test_numbers_are_read_with_all_that_stands_around_them(
    tmp_path: Path, text: str, values: list[float], layout: str
) -> None:
    """Per cent are shares; the layout is told."""
    assert cells_of(read_text(tmp_path, text), "b") == values
    assert surveyed_text(tmp_path, text).column("b").layout.startswith(layout)


@pytest.mark.parametrize(
    ("text", "first", "sentence"),
    [
        ('a,b\nx,"1,234"\ny,"5,678"\n', 1234, "could be read in two ways"),
        ("a,b\nx,1.234\ny,5.678\n", 1.234, "could be read in two ways"),
        ("a;b\nx;1.234\ny;5.678\n", 1234, "could be read in two ways"),
        ("a;b\n2,5;1,234\n2,75;5,678\n", 1.234, "as other columns are written"),
        ('a,b\n2.5,"1,234"\n2.75,"5,678"\n', 1234, "as other columns are written"),
    ],
)
def test_a_point_or_comma_that_could_mean_two_things_follows_the_file(
    tmp_path: Path, text: str, first: float, sentence: str
) -> None:
    """Its other columns, or else its separator; and it is said aloud."""
    table = read_text(tmp_path, text)

    assert cells_of(table, "b")[0] == first
    assert sentence in notice_of(table, "decimals")


EITHER = "a\tb\nx\t1,234\ny\t5,678\n"


def test_numbers_that_nothing_decides_are_refused_until_somebody_says(
    tmp_path: Path,
) -> None:
    """Tabs tell nothing of decimals."""
    with pytest.raises(RecordsError, match="hint: say which it is: decimal point, or"):
        read_text(tmp_path, EITHER)

    point = read_text(tmp_path, EITHER, None, {"b": "decimal point"})
    comma = read_text(tmp_path, EITHER, None, {"b": "decimal comma"})
    assert cells_of(point, "b") == [1234, 5678]
    assert cells_of(comma, "b") == [1.234, 5.678]


def test_per_cent_in_some_cells_only_are_refused(tmp_path: Path) -> None:
    """Nobody knows what the others are."""
    with pytest.raises(RecordsError, match="a per cent sign in 1 of 2 cells"):
        read_text(tmp_path, "a;b\nx;12 %\ny;7\n")


def test_several_currencies_in_a_column_are_told(tmp_path: Path) -> None:
    """They are added as if they were one."""
    table = read_text(tmp_path, "a;b\nx;$12\ny;€7\n")

    assert "amounts in $ and €" in notice_of(table, "several currencies")


def test_names_that_look_like_numbers_stay_names(tmp_path: Path) -> None:
    """Zeros before them say so; who wants numbers gets them."""
    text = "id;n\n0012;1\n0345;2\n"

    assert surveyed_text(tmp_path, text).column("id").kind == "words"
    assert cells_of(read_text(tmp_path, text, {"id": "words"}), "id") == [
        "0012",
        "0345",
    ]
    assert cells_of(read_text(tmp_path, text, {"id": "numbers"}), "id") == [12, 345]


def test_a_few_cells_that_are_no_numbers_are_left_out_and_told(tmp_path: Path) -> None:
    """With their rows; the column keeps its rule."""
    rows = "".join(f"{n};{'lots' if n == 40 else n * 1.5:}\n" for n in range(200))
    table = read_text(tmp_path, f"n;amount\n{rows}")

    assert (table.rows, table.dropped[0].rows) == (199, 1)
    assert table.dropped[0].examples == ("deals.csv: row 41 ('lots')",)
    assert "1 cell of 'amount'" in notice_of(table, "stray cells")


def test_a_column_with_many_other_cells_is_words(tmp_path: Path) -> None:
    """It is not decided row by row."""
    rows = "".join(f"{n};{'lots' if n % 9 == 0 else n}\n" for n in range(90))
    survey = surveyed_text(tmp_path, f"n;amount\n{rows}")

    assert survey.column("amount").kind == "words"
    with pytest.raises(RecordsError, match="'amount' does not hold numbers"):
        read_text(tmp_path, f"n;amount\n{rows}", {"amount": "numbers"})
