"""The rows of a sheet of Excel as a flawless file of text."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from toc_sim.errors import TocError, needs
from toc_sim.language import joined, phrase, phrase_of
from toc_sim.records.delimited import head_notices, header_of
from toc_sim.records.notices import Notice
from toc_sim.records.refusal import refused
from toc_sim.records.regular_rows import WrittenRows, blank_rows

_LOOKED_AT = 200
"""So many rows show where the header is."""

_LARGEST_TEXTS = 400_000_000
"""The texts of a book that are kept in memory are no larger [bytes]."""

_LARGEST_WHOLE = 1e15
"""Beyond it a number of Excel has lost digits."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def write_sheet(plain: Path, path: Path, sheet: str, to: Path) -> WrittenRows:
    """Write the rows of a sheet with their numbers, cells apart by commas.

    Parameters
    ----------
    plain
        The workbook.
    path
        As it is called in messages.
    sheet
        The name of the sheet; empty: the first that has rows.
    to
        The file to write.

    Raises
    ------
    RecordsError
        If it is damaged, or has no such sheet, or no rows.
    TocError
        If openpyxl is not installed.
    """
    with needs("openpyxl", "records", "reading a workbook"):
        import openpyxl
    with warnings.catch_warnings(), _refusing(path):
        warnings.simplefilter("ignore")  # of pictures and rules that it leaves out
        has_formulas = _looked_into(plain, path)
        book = openpyxl.load_workbook(plain, read_only=True, data_only=True)
        try:
            chosen = _chosen(book, path, sheet)
            written = _written(chosen, path, to)
            others = [each.title for each in book.worksheets if each is not chosen]
            notices = [*_sheet_notices(chosen.title, others), *written.notices]
            title = chosen.title
        finally:
            book.close()
        if has_formulas:
            notices += _unvalued(openpyxl, plain, title)
    return WrittenRows(
        written.headers, written.width, written.rows, tuple(notices), written.dropped
    )


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Say that a workbook is damaged, whatever the library stumbles over in it."""
    try:
        yield
    except (TocError, MemoryError, RecursionError):
        raise
    except Exception as error:
        what = phrase("is a damaged workbook")
        hint = phrase("open it in Excel or LibreOffice, and save it again")
        raise refused(path, what, hint=hint) from error


def _looked_into(plain: Path, path: Path) -> bool:
    """Return whether any sheet has formulas; refuse a book that is too large."""
    with ZipFile(plain) as book:
        for part in book.infolist():
            if part.filename.endswith("sharedStrings.xml") and (
                part.file_size > _LARGEST_TEXTS
            ):
                what = phrase("has more text than can be kept in memory")
                raise refused(path, what, hint=phrase("save the sheet as CSV"))
        for name in book.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with book.open(name) as file:
                    tail = b""
                    while chunk := file.read(1 << 20):
                        if _FORMULA.search(tail + chunk):
                            return True
                        tail = chunk[-20:]
    return False


def _chosen(book: Any, path: Path, sheet: str) -> Any:
    """Return the sheet that was asked for, or the first that has rows."""
    titles = [each.title for each in book.worksheets]
    if sheet and sheet not in titles:
        what = phrase("has no sheet '{sheet}'", sheet=sheet)
        raise refused(path, what, hint=phrase("it has {sheets}", sheets=joined(titles)))
    for each in book.worksheets:
        if sheet in {"", each.title}:
            each.reset_dimensions()  # some programs write wrong ones
            if sheet or any(any(map(_said, row)) for row in _rows(each, 50)):
                return each
    raise refused(path, phrase("has no rows on any sheet"))


def _rows(sheet: Any, most: int | None = None) -> Iterator[tuple[Any, ...]]:
    return islice(sheet.iter_rows(), most)


def _said(cell: Any) -> bool:
    return cell.value is not None and cell.value != ""


def _written(sheet: Any, path: Path, to: Path) -> WrittenRows:
    """Write the rows of a sheet, and return what they are."""
    head = header_of([_texts(row) for row in _rows(sheet, _LOOKED_AT)])
    if head is None:
        raise refused(path, phrase("has no rows on any sheet"))
    begin = head.number + bool(head.names)
    blank, rows, width, errors = list[int](), 0, len(head.names), 0
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        waiting = list[int]()
        for number, row in enumerate(islice(sheet.iter_rows(), begin, None), begin + 1):
            cells = _texts(row)
            if not cells:
                waiting.append(number)
                continue
            blank += waiting
            rows += len(waiting) + 1
            waiting.clear()
            errors += sum(cell.data_type == "e" for cell in row)
            width = max(width, len(cells))
            writer.writerow([rows, *cells])
    where = phrase("row {row} of the sheet", row=begin)
    notices = list(head_notices(head.names, head.skipped, where))
    if errors:
        sentence = phrase_of(
            "{count} cell holds an error of Excel (#N/A, #REF! and the like), and "
            "counts as empty where numbers or moments are read.",
            "{count} cells hold an error of Excel (#N/A, #REF! and the like), and "
            "count as empty where numbers or moments are read.",
            errors,
            count=errors,
        )
        notices.append(Notice("errors of Excel", sentence, "doubt", {"cells": errors}))
    places = [
        phrase("{file}: row {row} of the sheet", file=path.name, row=row)
        for row in blank
    ]
    return WrittenRows(head.names, width, rows, tuple(notices), blank_rows(places))


def _sheet_notices(title: str, others: list[str]) -> list[Notice]:
    if not others:
        return []
    sentence = phrase_of(
        "Sheet '{sheet}' is read; sheet {others} is not.",
        "Sheet '{sheet}' is read; sheets {others} are not.",
        len(others),
        sheet=title,
        others=joined(others),
    )
    return [Notice("sheet", sentence, "note", {"sheet": title})]


def _unvalued(openpyxl: Any, plain: Path, title: str) -> list[Notice]:
    """Return how many formulas were saved without their values."""
    formulas = openpyxl.load_workbook(plain, read_only=True)
    values = openpyxl.load_workbook(plain, read_only=True, data_only=True)
    count, first = 0, ""
    try:
        for sheet in (formulas[title], values[title]):
            sheet.reset_dimensions()
        pairs = zip(
            formulas[title].iter_rows(), values[title].iter_rows(), strict=False
        )
        for said, row in pairs:
            for formula, value in zip(said, row, strict=False):
                if formula.data_type == "f" and value.value is None:
                    count += 1
                    first = first or f"{formula.column_letter}{formula.row}"
    finally:
        formulas.close()
        values.close()
    if not count:
        return []
    sentence = phrase_of(
        "{count} formula was saved without its value, in {cell}, and counts as empty: "
        "open the file in Excel or LibreOffice, and save it there.",
        "{count} formulas were saved without their values, first in {cell}, and count "
        "as empty: open the file in Excel or LibreOffice, and save it there.",
        count,
        count=count,
        cell=first,
    )
    return [Notice("formulas without values", sentence, "doubt", {"cells": count})]


def _texts(row: tuple[Any, ...]) -> list[str]:
    """Return the cells of a row as text, without empty ones at its end."""
    cells = [_text(cell.value) for cell in row]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """Return what stands in a cell, dates as year-month-day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _moment_text(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    return _CONTROL.sub(" ", str(value))


def _moment_text(value: datetime) -> str:
    """Return a moment, to the millisecond: Excel's own fractions are not exact."""
    rounded = value + timedelta(microseconds=500)
    rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
    if rounded.time() == time(0):
        return rounded.date().isoformat()
    return rounded.isoformat(" ")
