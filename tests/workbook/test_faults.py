"""What is wrong in a workbook is told by sheet and cell, all of it at once."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from helpers.books import edited, faults
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import load
from toc_sim.cli import main
from toc_sim.errors import TocError
from toc_sim.workbook.book_document import load_book
from toc_sim.workbook.book_draft import cell_name
from toc_sim.workbook.scenario_book import scenario_book

ROOT = Path(__file__).parents[2]
CUPS = load(ROOT / "scenarios" / "paper_cups_tools.yaml")


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


CASES: dict[str, dict[str, Any]] = {
    "a number out of its bounds": {"Stages!{capacity}3": -8},
    "a value that is missing": {"Stages!{capacity}3": None},
    "a word of a closed list": {"Stages!B4": "robot"},
    "a kind that is missing": {"Stages!B4": None},
    "a column that does not exist": {"Stages!{capacity}1": "capcity"},
    "a column under another word": {"Stages!AZ1": "speed"},
    "a heading that is a date": {"Stages!AZ1": date(2026, 5, 3)},
    "a column without a heading": {"Stages!AZ3": 7, "Stages!AZ4": 8},
    "a column that is there twice": {"Stages!AZ1": "Capacity"},
    "a name that is there twice": {"Stages!A4": "machine_2"},
    "a name that is no name": {"Resources!A2": "two words", "Resources!C2": 3},
    "a row without its name": {"Resources!C2": 3},
    "a way without an end": {"Flow!B3": None},
    "a node that does not exist": {"Flow!B3": "machine_4"},
    "a setting that does not exist": {"Run!A2": "horizn"},
    "a cost without its name": {"Economics!B3": None},
    "a name of what has none": {"Economics!B2": "cup"},
    "a sheet without its first row": {"Resources!A1": "who", "Resources!A2": "x"},
    "a formula without its value": {"Stages!{capacity}3": "=4*2"},
    "a date, into which numbers turn": {"Stages!{capacity}3": date(2026, 5, 3)},
    "an error of a formula": {"Stages!{capacity}3": "#DIV/0!"},
    "a comma that can mean two things": {"Stages!{capacity}3": "1,250"},
    "a number with its unit": {"Stages!{capacity}3": "8 cups"},
    "a number where none can be": {"Stages!{buffer}3": 2.5},
    "a short form that is broken": {"Stages!{capacity}3": "a: 1, b: [2"},
    "points that nobody wrote": {"Stages!{capacity}3": "profile: season"},
    "a point that is no number": {
        "Stages!{capacity}3": "profile: season",
        "Profiles!A2": "season",
        "Profiles!B2": 0,
        "Profiles!C2": "high",
    },
    "an effect of no tool": {"Effects!A2": "new_machin_2"},
    "everything at once, in the order of the file": {
        "Stages!{cv}3": 200,
        "Stages!{capacity}2": "8 %",
        "Flow!B3": "machine_4",
        "Economics!C2": "dear",
        "Run!B2": 0,
    },
}
"""What somebody writes into the workbook of the cups; faults.txt has what is told."""


def told_of(case: str) -> str:
    """Return what the text file says of a case."""
    text = (Path(__file__).with_name("faults.txt")).read_text(encoding="utf-8")
    sections = dict(each.split("\n", 1) for each in text.split("== ")[1:])
    return with_letters(sections[case]).strip()


def with_letters(text: str) -> str:
    """Return a text with the letters of the columns of Stages for their headings."""
    head = openpyxl.load_workbook(BytesIO(scenario_book(CUPS)))["Stages"][1]
    for number, cell in enumerate(head, start=1):
        letters = cell_name(1, number).removesuffix("1")
        text = text.replace(f"{{{cell.value}}}", letters)
    return text


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told_by_sheet_and_cell(case: str, book: Path) -> None:
    """With what was found, and what to write instead."""
    edited(CUPS, book, {with_letters(cell): v for cell, v in CASES[case].items()})

    assert "\n".join(faults(book)) == told_of(case)


def test_a_sheet_under_nearly_its_name_is_told(book: Path) -> None:
    """It would be taken for one that is the author's own."""
    edited(CUPS, book, {})
    other = openpyxl.load_workbook(book)
    other["Stages"].title = "Stage"
    other.save(book)

    assert faults(book) == [
        " stages: missing",
        "Stage!A1: unknown sheet\n    hint: did you mean 'Stages'?",
    ]


def test_the_command_tells_all_of_it_and_ends_with_1(book: Path) -> None:
    """In the form of all commands: the file, the place, what, and a hint."""
    edited(CUPS, book, {"Economics!C2": "8 EUR", "Run!B2": 0})

    done = CliRunner().invoke(main, ["excel", "import", str(book)])

    assert done.exit_code == 1
    assert done.stderr == (
        f"{book}:Economics!C2: economics.price: must be a number (found '8 EUR')\n"
        "    hint: write the number alone, 8: rates are per 'period' of the file, and "
        "times are in periods\n"
        f"{book}:Run!B2: run.horizon: must be greater than 0 (found 0)\n"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not a workbook that can be read"),
        (b"format: 1\nname: text\n", "is not a workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 an old .xls", "is not a workbook that can be read"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, told: str, book: Path) -> None:
    """With how to save it."""
    book.write_bytes(content)

    assert faults(book) == [
        f" {told}\n    hint: save it as an Excel workbook (.xlsx), without a password"
    ]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """So is a folder."""
    assert faults(tmp_path / "none.xlsx") == [" there is no such file"]
    assert faults(tmp_path) == [" cannot be opened: is a directory"]


def test_a_workbook_of_something_else_is_refused(book: Path) -> None:
    """With how to begin one."""
    xlsxwriter.Workbook(book).close()

    assert faults(book) == [
        (
            " has no sheet of a scenario\n"
            "    hint: 'toc-sim excel template' writes a workbook to begin with"
        )
    ]


def test_a_zip_of_something_else_is_refused(book: Path) -> None:
    """An .ods of LibreOffice, or any archive."""
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("content.xml", "<a/>")

    assert faults(book) == [
        (
            " is not a workbook that can be read: it is damaged\n"
            "    hint: save it as an Excel workbook (.xlsx), without a password"
        )
    ]


def test_what_unpacks_to_more_than_any_scenario_is_refused(book: Path) -> None:
    """Before it is unpacked."""
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(str(number), b" " * 100_000_000)

    assert faults(book) == [" is larger than 20 MB, which no scenario is"]


@settings(max_examples=60)
@given(
    at=st.floats(0, 1, exclude_max=True),
    piece=st.binary(max_size=4),
    gone=st.integers(0, 40),
)
def test_a_damaged_file_is_refused_or_read(
    at: float, piece: bytes, gone: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is in it: never a traceback."""
    content = scenario_book(CUPS)
    start = int(at * len(content))
    book = tmp_path_factory.mktemp("damaged") / "book.xlsx"
    book.write_bytes(content[:start] + piece + content[start + gone :])

    with suppress(TocError):
        assert load_book(book).stages
