"""Workbooks are read as other programs, and people, write them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from helpers.books import edited, faults, raw_book

from toc_sim import load
from toc_sim.workbook.book_document import load_book
from toc_sim.workbook.scenario_book import scenario_book

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SMALLEST = load(ROOT / "tests" / "scenario" / "valid" / "smallest.yaml")
CLINIC = load(ROOT / "scenarios" / "clinic.yaml")
EVERY_KEY = load(ROOT / "tests" / "scenario" / "valid" / "every_key.yaml")

SHEETS: dict[str, list[list[Any]]] = {
    "Scenario": [
        ["what", "value"],
        ["format", 1],
        ["name", "Paper-cup conveyor"],
        ["item", "cup"],
        ["period", "hour"],
    ],
    "Stages": [
        ["name", "kind", "capacity", "demand"],
        ["machine_1", "machine", 12],
        ["machine_2", "machine", 8.0],
        ["machine_3", "machine", 10],
        ["sales", "team", 9],
        ["market", "market", None, 11],
    ],
    "Flow": [
        ["source", "target"],
        ["machine_1", "machine_2"],
        ["machine_2", "machine_3"],
        ["machine_3", "sales"],
        ["sales", "market"],
    ],
}
"""The smallest scenario as somebody types it who needs no more columns."""


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def by_openpyxl(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write rows with openpyxl, as notebooks do."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def by_xlsxwriter(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write rows with XlsxWriter, as pandas does."""
    book = xlsxwriter.Workbook(path)
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_a_book_with_no_more_than_it_needs(write: Any, book: Path) -> None:
    """Sheets and columns that have nothing to say may be missing."""
    assert load_book(write(book, SHEETS)) == SMALLEST


@pytest.mark.parametrize("scenario", [CLINIC, EVERY_KEY], ids=lambda s: s.name)
def test_a_book_that_openpyxl_saved_again(scenario: Any, book: Path) -> None:
    """Whatever it does to notes, lists and styles, the scenario stays."""
    edited(scenario, book, {})

    assert load_book(book) == scenario


def as_libreoffice(rows: list[list[Any]]) -> str:
    """Return rows in other forms: texts in cells, formulas with values, far rows."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for index, value in enumerate(row):
            place = f"{chr(ord('A') + index)}{number}"
            if isinstance(value, str):
                cells.append(
                    f'<c r="{place}" s="0" t="inlineStr"><is><t>{value}</t></is></c>'
                )
            elif value is not None:
                cells.append(
                    f'<c r="{place}" t="n"><f aca="false">{value}+0</f>'
                    f"<v>{float(value)!r}</v></c>"
                )
            else:
                cells.append(f'<c r="{place}" s="0"/>')
        lines.append(f'<row r="{number}" spans="1:4">{"".join(cells)}</row>')
    empty = (
        '<row r="1048576" ht="12.8" customHeight="1"><c r="XFD1048576" s="0"/></row>'
    )
    return "".join(lines) + empty


def test_a_book_in_other_forms(book: Path) -> None:
    """Texts in their cells, 12.0 for 12, formulas with values, empty last rows."""
    raw_book(book, {title: as_libreoffice(rows) for title, rows in SHEETS.items()})

    assert load_book(book) == SMALLEST


def test_a_book_that_libreoffice_saved() -> None:
    """LibreOffice 7.4 has computed its formulas: `soffice --convert-to xlsx`."""
    book = HERE / "libreoffice.xlsx"
    with zipfile.ZipFile(book) as parts:
        program = parts.read("docProps/app.xml").decode()
    stages = openpyxl.load_workbook(book)["Stages"]
    formulas = [cell for row in stages for cell in row if cell.data_type == "f"]

    assert "LibreOffice/7.4" in program
    assert [cell.value for cell in formulas] == ["=4.5*2"]
    assert load_book(book) == load(HERE / "libreoffice.yaml")


def test_a_formula_whose_value_is_an_empty_text_is_an_empty_cell(book: Path) -> None:
    """As `=IF(A1="","",A1)` leaves it."""
    rows = {title: as_libreoffice(rows) for title, rows in SHEETS.items()}
    empty = '<c r="D2" t="str"><f>IF(1,"","x")</f><v></v></c></row>'
    rows["Stages"] = rows["Stages"].replace('</row><row r="3"', f'{empty}<row r="3"', 1)
    raw_book(book, rows)

    assert load_book(book) == SMALLEST


def typed(book: Path, cells: dict[tuple[int, str], Any]) -> None:
    """Write the book of the clinic with other cells, by row and heading of Stages."""
    edited(CLINIC, book, {})
    again = openpyxl.load_workbook(book)
    stages: Any = again["Stages"]
    columns = {cell.value: cell.column for cell in stages[1]}
    for (row, heading), value in cells.items():
        cell = stages.cell(row, columns[heading])
        cell.value = value
        if isinstance(value, float):
            cell.number_format = "0 %"
    again.save(book)


def test_numbers_as_people_type_them(book: Path) -> None:
    """Text with a point or a decimal comma, a percentage, a number for a name."""
    cells = {
        (2, "arrivals"): "200,5",
        (3, "time"): "0.005",
        (3, "conversion"): 0.5,
        (4, "title"): 7,
        (5, "resource"): " doctors ,chairs ",
    }
    typed(book, cells)

    stages: dict[str, Any] = load_book(book).stages

    assert stages["examination"].arrivals == 200.5
    assert stages["plan"].time == 0.005
    assert stages["plan"].conversion == 0.5
    assert stages["curators"].title == "7"
    assert stages["procedure"] == CLINIC.stages["procedure"]


def test_a_percentage_as_text_says_what_to_write(book: Path) -> None:
    """A share goes from 0 to 1."""
    typed(book, {(3, "conversion"): "50 %"})
    [told] = faults(book)

    assert told.partition(": ")[2] == (
        "stages.plan.conversion: must be a number (found '50 %')\n"
        "    hint: write 0.5: a share goes from 0 to 1"
    )


def test_headings_and_titles_as_people_write_them(book: Path) -> None:
    """Capitals and blanks do not matter."""
    edited(CLINIC, book, {})
    again = openpyxl.load_workbook(book)
    for sheet in again.worksheets:
        title = sheet.title.upper()
        sheet.title = "in between"
        sheet.title = title
        for cell in sheet[1]:
            if cell.value and sheet.title != "READ ME":
                cell.value = f" {str(cell.value).title().replace('_', ' ')} "
    again.save(book)

    assert load_book(book) == CLINIC


def test_remarks_and_sheets_of_ones_own_are_not_read(book: Path) -> None:
    """A column, rows, and a sheet of calculations."""
    edited(
        CLINIC,
        book,
        {
            "Stages!AZ1": "# who told me",
            "Stages!AZ2": "Anna",
            "Tools!A9": "# the second chair is ordered",
            "Tools!B9": 12,
        },
    )
    again = openpyxl.load_workbook(book)
    again.create_sheet("Calculations")["A1"] = "=1/0"
    again.save(book)

    assert load_book(book) == CLINIC


def test_rows_stand_in_any_place(book: Path) -> None:
    """Empty rows between them do not matter, and columns may be moved."""
    moved = {
        title: [[None, *reversed(row)] for row in _even(rows)]
        for title, rows in SHEETS.items()
    }
    moved["Stages"][3:3] = [[], []]
    by_openpyxl(book, moved)

    assert load_book(book) == SMALLEST


def _even(rows: list[list[Any]]) -> list[list[Any]]:
    width = max(map(len, rows))
    return [[*row, *[None] * (width - len(row))] for row in rows]


def test_the_same_scenario_is_the_same_bytes(monkeypatch: Any) -> None:
    """On another day and elsewhere."""
    first = scenario_book(CLINIC)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    assert scenario_book(CLINIC) == first


def test_no_text_becomes_a_formula(book: Path) -> None:
    """Whatever it begins with, it is kept as text in the file."""
    scenario = SMALLEST.changed(
        name="=cmd|' /C calc'!A0",
        description="+1",
        tools={
            "t": {"title": "@SUM(1)"},
            "u": {"title": "-2"},
            "v": {"title": '=HYPERLINK("x")'},
        },
    )
    book.write_bytes(scenario_book(scenario))
    read = openpyxl.load_workbook(book)
    cells = [cell for sheet in read.worksheets for row in sheet.rows for cell in row]
    texts = {cell.value for cell in cells if cell.data_type == "s"}

    assert {"=cmd|' /C calc'!A0", "+1", "@SUM(1)", "-2", '=HYPERLINK("x")'} <= texts
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert load_book(book) == scenario
