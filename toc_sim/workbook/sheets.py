"""The sheets of a workbook file as plain contents of cells; nothing else reads them.

This is the only module that knows openpyxl. A formula counts as the value that it had
when the file was saved.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from toc_sim.errors import Problem, ScenarioError, TocError, needs, quoted
from toc_sim.workbook.cells import CellContent, Fault

LARGEST_BOOK, LARGEST_UNPACKED = 20_000_000, 400_000_000
"""No workbook of a scenario is larger, as a file and unpacked [bytes]."""

MOST_CELLS = 2_000_000
"""No scenario fills more cells."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as it is in the file.

    Attributes
    ----------
    title
        Its name.
    rows
        By row and column, from 1, what stands in the cells that are not empty.
    """

    title: str
    rows: Mapping[int, Mapping[int, CellContent | Fault]]


def read_sheets(path: Path) -> tuple[RawSheet, ...]:
    """Return what stands on the sheets of a workbook file.

    Parameters
    ----------
    path
        Of a file as Excel, LibreOffice and their like write it: ``.xlsx``.

    Raises
    ------
    ScenarioError
        If it cannot be opened, or is no such file.
    TocError
        If openpyxl is not installed.
    """
    with needs("openpyxl", "excel", "reading a workbook"):
        import openpyxl
    content = _file_content(path)
    with warnings.catch_warnings(), _refusing(path):
        warnings.simplefilter("ignore")  # of pictures and rules that it leaves out
        values = openpyxl.load_workbook(
            BytesIO(content), read_only=True, data_only=True
        )
        formulas = openpyxl.load_workbook(BytesIO(content), read_only=True)
        return tuple(
            RawSheet(sheet.title, _rows(sheet, formulas[sheet.title]))
            for sheet in values.worksheets
        )


def _file_content(path: Path) -> bytes:
    """Return the bytes of a workbook file, once it is known to be one.

    Raises
    ------
    ScenarioError
        If it is not, or is too large.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BOOK + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        what = "there is no such file"
        if not isinstance(error, FileNotFoundError):
            what = f"cannot be opened: {reason}"
        raise ScenarioError([Problem((), what, place=name)]) from error
    with _refusing(path):
        size = sum(part.file_size for part in ZipFile(BytesIO(content)).infolist())
    if len(content) > LARGEST_BOOK or size > LARGEST_UNPACKED:
        what = f"is larger than {LARGEST_BOOK / 1e6:g} MB, which no scenario is"
        raise ScenarioError([Problem((), what, place=name)])
    return content


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Say that a file is no workbook, whatever the libraries stumble over in it."""
    try:
        yield
    except (TocError, MemoryError, RecursionError):
        raise
    except Exception as error:
        hint = "save it as an Excel workbook (.xlsx), without a password"
        what = "is not a workbook that can be read"
        if not isinstance(error, BadZipFile):
            what = f"{what}: it is damaged"
        problem = Problem((), what, hint=hint, place=str(path))
        raise ScenarioError([problem]) from error


def _rows(values: Any, formulas: Any) -> dict[int, dict[int, CellContent | Fault]]:
    """Return the cells of a sheet that are not empty."""
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # some programs write wrong ones
    found: dict[int, dict[int, CellContent | Fault]] = {}
    count = 0
    rows = zip(values.iter_rows(), formulas.iter_rows(), strict=True)
    for number, (row, beside) in enumerate(rows, start=1):
        cells: dict[int, CellContent | Fault] = {}
        for column, (cell, said) in enumerate(zip(row, beside, strict=True), start=1):
            content = _content(cell, said)
            if content is not None:
                cells[column] = content
        if cells:
            found[number] = cells
            count += len(cells)
        if count > MOST_CELLS:
            raise TocError(f"the sheet {values.title} has over {MOST_CELLS:,} cells")
    return found


_DATES = date | datetime | time | timedelta


def _content(cell: Any, said: Any) -> CellContent | Fault | None:
    """Return what stands in a cell; None where nothing does."""
    value = cell.value
    if cell.data_type == "e":
        hint = "mend its formula, or write the value"
        return Fault("is an error", str(value), hint)
    if isinstance(value, _DATES):
        hint = (
            "numbers that look like dates turn into them: format the cell as a number"
        )
        return Fault("is a date, not a number or text", str(value), hint)
    if value is None and said.data_type == "f" and cell.data_type == "n":
        hint = "open the file in Excel or LibreOffice, and save it there"
        return Fault("is a formula without its value", _formula(said.value), hint)
    if isinstance(value, str):
        return value if value.strip() else None
    content: CellContent | None = value
    return content


def _formula(value: Any) -> str:
    """Return a formula as it is typed, also one of a whole range."""
    return quoted(str(getattr(value, "text", value)))
