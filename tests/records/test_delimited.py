"""How a text is cut into cells is seen from its first lines, and its flaws are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.record_files import cells_of, notice_of, read_text, surveyed_text

from toc_sim.records.refusal import RecordsError


@pytest.mark.parametrize(
    ("text", "headers", "mark"),
    [
        ("a,b\n1,2\n3,4\n", ["a", "b"], "commas"),
        ("a;b\n1,5;2\n3,7;4\n", ["a", "b"], "semicolons"),
        ("a\tb\n1;5\t2\n3;7\t4\n", ["a", "b"], "tabs"),
        ("a|b|c\n1,5|2|x\n3,7|4|y\n", ["a", "b", "c"], "upright strokes"),
        (" a   b c\n 001 2  3\n 4   5 6\n", ["a", "b", "c"], "blanks"),
        ("sep=:\na:b\n1:2\n", ["a", "b"], "':'"),
        ('"a, b";"c"\n"1, 2";"3"\n"4, 5";"6"\n', ["a, b", "c"], "semicolons"),
        ("a,b\n", ["a", "b"], ""),
        ("name\nAnna\nBill\n", ["name"], "no separator was found"),
        ('"a\nb",c\n1,2\n', ["a b", "c"], "commas"),
    ],
)
def test_the_separator_is_seen_from_the_first_lines(
    tmp_path: Path, text: str, headers: list[str], mark: str
) -> None:
    """Commas stand in numbers and texts too, and lose against all others."""
    if not mark:
        with pytest.raises(RecordsError, match="no rows below them"):
            surveyed_text(tmp_path, text)
        return
    survey = surveyed_text(tmp_path, text)

    assert [column.header for column in survey.columns] == headers
    assert mark in notice_of(survey, "separator")


def test_what_stands_above_the_names_is_left_out_and_told(tmp_path: Path) -> None:
    """A title, a date, an empty line."""
    text = "Report of sales\nWritten: 2024-01-01\n\nid,stage,sum\n1,Won,2\n2,Lost,3\n"
    table = read_text(tmp_path, text)

    assert cells_of(table, "stage") == ["Won", "Lost"]
    assert notice_of(table, "header") == "The names of the columns stand in line 4."
    assert "'Report of sales Written" in notice_of(table, "above the header")


def test_a_file_without_names_is_read_all_the_same(tmp_path: Path) -> None:
    """Its first line is a row, its columns have numbers, and that is a doubt."""
    table = read_text(tmp_path, "1,2024-01-02,Won\n2,2024-01-03,Lost\n")

    assert list(table.columns) == ["column 1", "column 2", "column 3"]
    assert table.rows == 2
    assert "for the first holds values" in notice_of(table, "header")


def test_years_may_be_names_of_columns(tmp_path: Path) -> None:
    """A plan of several years has them."""
    table = read_text(tmp_path, "client,2023,2024\nA,10,20\nB,30,40\n")

    assert list(table.columns) == ["client", "2023", "2024"]


def test_columns_of_one_name_or_none_are_told_apart(tmp_path: Path) -> None:
    """By numbers behind them, and in sentences."""
    table = read_text(tmp_path, "a,a,a (2),,column 4\n1,2,3,4,5\n6,7,8,9,0\n")

    assert list(table.columns) == ["a", "a (3)", "a (2)", "column 4 (2)", "column 4"]
    assert "Several columns are called a;" in notice_of(table, "same names")
    assert "column 4 (2)" in notice_of(table, "columns without names")


def test_rows_that_do_not_fit_are_left_out_with_their_lines(tmp_path: Path) -> None:
    """Too many cells, too few; empty ones too many are none."""
    lines = [f"{n},Won,{n}" for n in range(200)]
    lines[10], lines[20], lines[30] = "10,Won", "20,Won,20,21", "30,Won,30,,"
    lines[40] = '40,"Won\nlate",40'
    table = read_text(tmp_path, "id,stage,sum\n" + "\n".join(lines) + "\n")

    assert (table.rows, table.read) == (198, 200)
    assert table.dropped[0].rows == 2
    assert table.dropped[0].examples == ("deals.csv: line 12", "deals.csv: line 22")
    assert table.lines.tolist()[9:12] == [10, 12, 13]
    assert cells_of(table, "stage")[38] == "Won\nlate"


def test_empty_lines_are_counted_as_rows_that_say_nothing(tmp_path: Path) -> None:
    """But for those at the end."""
    table = read_text(tmp_path, "id,stage\n1,Won\n\n,\n2,Lost\n\n\n")

    assert (table.rows, table.read, table.lines.tolist()) == (2, 4, [1, 4])
    assert [each.why for each in table.dropped] == ["nothing stands in them"] * 2


def test_a_very_long_header_is_read_whole(tmp_path: Path) -> None:
    """However little of a file is looked at."""
    names = [f"{'x' * 300}{number}" for number in range(500)]
    text = f"{','.join(names)}\n{','.join('1' * 500)}\n"

    assert list(read_text(tmp_path, text, {}).columns) == []
    assert [each.header for each in surveyed_text(tmp_path, text).columns] == names
