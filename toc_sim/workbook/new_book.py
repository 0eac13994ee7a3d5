"""A workbook to write: the same bytes on every day, numbers to the last digit.

This is the only module that knows XlsxWriter. Text is always written as text, so that
nothing in it becomes a formula.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from toc_sim.errors import TocError, needs
from toc_sim.workbook.cells import LONGEST_CELL, CellContent

CREATED = datetime(2020, 1, 1, tzinfo=UTC)
"""A fixed date: the same content is the same file on every day."""


def new_book(to: Any, **options: Any) -> Any:
    """Return a workbook of XlsxWriter, whose `close` writes it.

    Parameters
    ----------
    to
        A path, or what takes bytes.
    options
        Of XlsxWriter: ``constant_memory``.

    Raises
    ------
    TocError
        If XlsxWriter is not installed.
    """
    book = writing_library().Workbook(to, options)
    book.set_properties({"created": CREATED.replace(tzinfo=None)})
    return book


def writing_library() -> Any:
    """Return XlsxWriter.

    Raises
    ------
    TocError
        If it is not installed.
    """
    with needs("XlsxWriter", "excel", "Excel"):
        import xlsxwriter
    return xlsxwriter


def close_book(book: Any) -> None:
    """Write a workbook that was made for a path.

    Raises
    ------
    OSError
        If it cannot be written, with the system's reason.
    """
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from error


class _EveryDigit(float):
    """A number that is written with all its digits; XlsxWriter would keep 16."""

    __slots__ = ()

    def __format__(self, _form: str) -> str:
        """Return the shortest text that is read as this number."""
        return repr(float(self))


_A4 = 9
"""As Excel counts kinds of paper."""


def add_sheet(book: Any, title: str) -> Any:
    """Return a new sheet of a book, which is printed on pages of its full width.

    Parameters
    ----------
    book
        Of XlsxWriter.
    title
        Of the sheet.
    """
    sheet = book.add_worksheet(title)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    return sheet


_LINE_HEIGHT, _HIGHEST_ROW = 15, 400
"""Of a line, and of a row in Excel [points]."""


def fit_row(sheet: Any, row: int, *texts: tuple[str, int]) -> None:
    """Make a row high enough for texts that are broken in their columns.

    Parameters
    ----------
    sheet
        Of XlsxWriter.
    row
        From 0.
    texts
        Each with the width of its column [characters].
    """
    lines = max(
        sum(1 + len(line) // width for line in text.split("\n"))
        for text, width in texts
    )
    if lines > 1:
        sheet.set_row(row, min(_LINE_HEIGHT * lines, _HIGHEST_ROW))


def write_cell(
    sheet: Any, row: int, column: int, content: CellContent, style: Any = None
) -> None:
    """Write a number as a number, and a text as a text whatever it begins with.

    Parameters
    ----------
    sheet
        Of XlsxWriter.
    row, column
        From 0.
    content
        What the cell shall hold.
    style
        A format of the book, or None.

    Raises
    ------
    TocError
        If a text is longer than a cell can hold.
    """
    if isinstance(content, bool):
        sheet.write_boolean(row, column, content, style)
    elif isinstance(content, str):
        if len(content) > LONGEST_CELL:
            raise TocError(
                f"sheet {sheet.get_name()}, row {row + 1}: a text is longer than a "
                f"cell of Excel can hold, {LONGEST_CELL:,} characters"
            )
        sheet.write_string(row, column, content, style)
    elif isinstance(content, int):
        sheet.write_number(row, column, content, style)
    else:
        sheet.write_number(row, column, _EveryDigit(content), style)
