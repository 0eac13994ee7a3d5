"""Sheets of Excel are read with their dates, errors and formulas as what they are."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from helpers.record_files import cells_of, notice_of, read_file

from toc_sim.records.records_file import opened
from toc_sim.records.refusal import RecordsError

openpyxl = pytest.importorskip("openpyxl")

HEADER = ["case", "at", "day", "sum", "paid"]


def _book(folder: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "deals.xlsx"
    book.save(path)
    return path


def _rows() -> list[list[Any]]:
    return [
        HEADER,
        ["a", datetime(2024, 1, 2, 10, 30, 15, 500_000), date(2024, 1, 2), 1.5, True],  # noqa: DTZ001
        ["b", datetime(2024, 2, 29), date(2024, 2, 29), 3, False],  # noqa: DTZ001
    ]


def test_cells_keep_what_they_are(tmp_path: Path) -> None:
    """Dates with their time of day, numbers to the last digit."""
    table = read_file(_book(tmp_path, Deals=_rows()))

    assert [str(each) for each in cells_of(table, "at")] == [
        "2024-01-02 10:30:15.500000",
        "2024-02-29 00:00:00",
    ]
    assert not table.columns["day"].has_time  # type: ignore[union-attr]
    assert cells_of(table, "sum") == [1.5, 3]
    assert cells_of(table, "paid") == ["TRUE", "FALSE"]
    assert "row 1 of the sheet" in notice_of(table, "header")


def test_the_first_sheet_with_rows_is_read_unless_another_is_named(
    tmp_path: Path,
) -> None:
    """And it is said which are not."""
    other: list[list[Any]] = [["case", "sum"], ["z", 9]]
    path = _book(tmp_path, Empty=[], Deals=_rows(), Other=other)
    table = read_file(path)
    with opened(path, sheet="Other") as file:
        named = file.table({"case": "words"})

    sentence = "Sheet 'Deals' is read; sheets Empty and Other are not."
    assert notice_of(table, "sheet") == sentence
    assert cells_of(named, "case") == ["z"]
    with (
        pytest.raises(RecordsError, match="has no sheet 'Lost'"),
        opened(path, sheet="Lost"),
    ):
        pass


def test_a_book_without_rows_is_refused(tmp_path: Path) -> None:
    """Whether there are sheets that are named or not."""
    path = _book(tmp_path, Empty=[])
    for sheet in ("", "Empty"):
        with pytest.raises(RecordsError, match="no rows"), opened(path, sheet=sheet):
            pass


def test_titles_empty_rows_and_wide_rows_are_taken_as_they_stand(
    tmp_path: Path,
) -> None:
    """A title above the names, a gap, a cell beside the table, no names at all."""
    rows = [["Deals of 2024"], [], *_rows(), [], ["c", None, None, 4, None, "beside"]]
    table = read_file(_book(tmp_path, Deals=rows))
    bare = read_file(_book(tmp_path, Deals=_rows()[1:]))

    assert cells_of(table, "case") == ["a", "b", "c"]
    assert cells_of(table, "column 6") == [None, None, "beside"]
    assert table.lines.tolist() == [1, 2, 4]
    assert table.dropped[0].examples == ("deals.xlsx: row 6 of the sheet",)
    assert "'Deals of 2024'" in notice_of(table, "above the header")
    assert next(iter(bare.columns)) == "column 1"


def test_errors_and_formulas_without_values_are_told(tmp_path: Path) -> None:
    """They count as empty."""
    rows = [*_rows(), ["c", None, None, "=1+1", None], ["d", None, None, "#REF!", None]]
    rows += [[f"e{n}", None, None, n, None] for n in range(300)]
    table = read_file(_book(tmp_path, Deals=rows))

    assert cells_of(table, "sum")[:5] == [1.5, 3, None, None, 0]
    assert "1 cell holds an error" in notice_of(table, "errors of Excel")
    assert "first in D4" in notice_of(table, "formulas without values") or (
        "in D4" in notice_of(table, "formulas without values")
    )


def test_dates_that_excel_knew_beside_such_that_it_did_not_are_refused(
    tmp_path: Path,
) -> None:
    """The first may have day and month swapped."""
    days: list[Any] = [date(2024, month, 3) for month in range(1, 13)]
    days += [f"{day}/03/2024" for day in range(13, 30)]
    rows = [["n", "at"], *([n, day] for n, day in enumerate(days))]

    with pytest.raises(RecordsError, match="written in several ways"):
        read_file(_book(tmp_path, Deals=rows), {"at": "moments"})


def test_times_and_controls_are_words(tmp_path: Path) -> None:
    """A time of day without a day is no moment."""
    rows: list[list[Any]] = [
        ["a", "b"],
        [time(10, 30), "x_x0001_y"],
        [time(11, 0), "y"],
    ]

    assert cells_of(read_file(_book(tmp_path, Deals=rows)), "a") == [
        "10:30:00",
        "11:00:00",
    ]
