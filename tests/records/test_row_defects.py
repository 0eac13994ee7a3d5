"""Rows and columns that say nothing, or say again what was said, are told."""

from __future__ import annotations

from pathlib import Path

from helpers.record_files import cells_of, notice_of, read_text, surveyed_text


def test_equal_rows_are_left_out_where_something_tells_rows_apart(
    tmp_path: Path,
) -> None:
    """An identifier, or the time of day."""
    ids = read_text(tmp_path, "id,day\na1,2024-01-01\nb2,2024-01-01\na1,2024-01-01\n")
    times = read_text(
        tmp_path,
        "case,at\na,2024-01-01 08:00\nb,2024-01-01 08:00\na,2024-01-01 08:00\n"
        "a,2024-01-01 09:00\n",
    )

    for table, rows in ((ids, 2), (times, 3)):
        assert (table.rows, table.dropped[0].rows) == (rows, 1)
        assert table.dropped[0].why == "they are equal to earlier rows in every cell"
        assert table.dropped[0].examples == ("deals.csv: row 3",)


def test_equal_rows_are_kept_where_they_may_be_two_of_a_kind(tmp_path: Path) -> None:
    """Nothing tells whether a customer bought the same twice on a day."""
    rows = "".join(f"{n % 3},2024-01-0{n % 6 + 1},{n % 6 + 0.5}\n" for n in range(12))
    table = read_text(tmp_path, f"customer,day,sum\n{rows}")

    assert table.rows == 12
    assert "6 rows are equal to others" in notice_of(table, "equal rows")


def test_names_of_columns_that_come_again_are_left_out(tmp_path: Path) -> None:
    """As where files were put one below the other."""
    table = read_text(
        tmp_path, "id,sum\n1,10\n2,20\nid,sum\n3,30\n4,40\n", {"sum": "numbers"}
    )

    assert cells_of(table, "sum") == [10, 20, 30, 40]
    assert table.dropped[0].why == "they repeat the names of the columns"
    assert table.lines.tolist() == [1, 2, 4, 5]


def test_columns_are_called_the_same_only_if_every_cell_is(tmp_path: Path) -> None:
    """Not where one has the words of the other in other rows, or both never change."""
    survey = surveyed_text(
        tmp_path,
        "id,a,copy,turned,one,other\n1,x,x,y,1,P\n2,y,y,x,1,P\n3,x,x,y,1,P\n"
        "4,y,y,x,1,P\n",
    )

    assert [
        each.sentence for each in survey.notices if each.kind == "same columns"
    ] == ["Column 'copy' holds the same as 'a' in every row."]
