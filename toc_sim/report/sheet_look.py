"""How the sheets of results look, and how figures and formulas get into their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from toc_sim.workbook.book_draft import cell_name
from toc_sim.workbook.new_book import write_cell


@dataclass(frozen=True, slots=True)
class SheetLook:
    """Formats of a book.

    Attributes
    ----------
    title, head
        Of the first line of a sheet, and of the headings of a table.
    figure, percent
        Of figures, and of shares that are shown in per cent.
    entry
        Of cells that the reader may change.
    total, bold
        Of a sum, and of its name.
    text
        Of lines that are broken where the column ends.
    """

    title: Any
    head: Any
    figure: Any
    percent: Any
    entry: Any
    total: Any
    bold: Any
    text: Any


def look_of(book: Any) -> SheetLook:
    """Return the formats of a book of XlsxWriter, which are added to it."""
    figure = "#,##0.00"
    entry = {"num_format": figure, "font_color": "#0000FF", "bg_color": "#FFF9E5"}
    return SheetLook(
        title=book.add_format({"bold": True, "font_size": 14}),
        head=book.add_format({"bold": True, "bg_color": "#DDE6EE", "text_wrap": True}),
        figure=book.add_format({"num_format": figure}),
        percent=book.add_format({"num_format": "0.0%"}),
        entry=book.add_format({**entry, "border": 1, "border_color": "#D0D0D0"}),
        total=book.add_format({"num_format": figure, "bold": True, "top": 1}),
        bold=book.add_format({"bold": True, "top": 1}),
        text=book.add_format({"text_wrap": True, "valign": "top"}),
    )


def put(sheet: Any, row: int, column: int, value: Any, style: Any = None) -> None:
    """Write a value; a figure that does not exist leaves its cell empty.

    Parameters
    ----------
    sheet
        Of XlsxWriter.
    row, column
        From 0.
    value
        A text, a number or None.
    style
        A format, or None.
    """
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return
    write_cell(sheet, row, column, value, style)


def put_heads(sheet: Any, row: int, headings: Sequence[str], look: SheetLook) -> None:
    """Write the headings of a table into a row [from 0]."""
    for column, heading in enumerate(headings):
        put(sheet, row, column, heading, look.head)


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell with a formula, and its value while nobody has changed anything.

    Attributes
    ----------
    cell
        As formulas of its own sheet call it: ``$D$12``.
    value
        What programs show that do not compute.
    """

    cell: str
    value: float


def put_formula(
    sheet: Any, at: tuple[int, int], formula: str, value: float | str, style: Any
) -> None:
    """Write a formula, in the English form in which files keep all formulas.

    Parameters
    ----------
    sheet
        Of XlsxWriter.
    at
        Row and column, from 0.
    formula
        Begins with ``=``, and names cells and functions alone: nothing of a user's.
    value
        Its value now.
    style
        A format, or None.
    """
    sheet.write_formula(*at, formula, style, value)


def fixed(row: int, column: int) -> str:
    """Return how a formula calls a cell, wherever it is copied to: ``$D$12``.

    Parameters
    ----------
    row, column
        From 0.

    Examples
    --------
    >>> from toc_sim.report.sheet_look import fixed
    >>> fixed(11, 3)
    '$D$12'
    """
    letters = cell_name(1, column + 1).removesuffix("1")
    return f"${letters}${row + 1}"
