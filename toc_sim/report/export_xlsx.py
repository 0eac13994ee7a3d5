"""A run as an Excel workbook: its figures on one sheet, how to read them on another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toc_sim.errors import TocError
from toc_sim.experiment.export import Export, unit_of
from toc_sim.experiment.export_metrics import MONEY, NODE, OTHER_SHARE, SHARE, SYSTEM

MOST_ROWS = 1_048_576
"""More do not fit on a sheet, its header included."""

CREATED = datetime(2020, 1, 1, tzinfo=UTC)
"""A fixed date: the same run is the same file on every day."""

WIDTHS = {"text": 18, "integer": 11, "number": 22}
"""Of columns [characters]; every digit of a number is seen."""


def write_xlsx(table: Export, path: Path) -> None:
    """Write a run as a workbook, row by row.

    Raises
    ------
    TocError
        If XlsxWriter is not installed, or there are more rows than a sheet holds.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise TocError(
            "Excel needs XlsxWriter, which is not installed\n"
            "    hint: pip install 'toc-sim[excel]'"
        ) from error
    size = table.size()
    if size >= MOST_ROWS:
        raise TocError(
            f"run {table.run.id}: has about {size:,} rows; a sheet of Excel holds "
            f"{MOST_ROWS:,}\n    hint: --format csv or parquet has no limit"
        )
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    book.set_properties({"created": CREATED.replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    _data(table, book.add_worksheet("data"), bold)
    _explanation(table, book.add_worksheet("how to read"), bold)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise error.args[0] from error


def _data(table: Export, sheet: Any, bold: Any) -> None:
    for column, header in enumerate(table.headers):
        sheet.set_column(column, column, WIDTHS[header.kind])
        sheet.write_string(0, column, header.name, bold)
    sheet.freeze_panes(1, 0)
    number = 0
    for number, row in enumerate(table.rows(), start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    sheet.autofilter(0, 0, number, len(table.headers) - 1)


def _explanation(table: Export, sheet: Any, bold: Any) -> None:
    for column, width in enumerate((20, 16, 80)):
        sheet.set_column(column, column, width)
    for number, (line, is_head) in enumerate(_told(table)):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text, bold if is_head else None)


def _told(table: Export) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the lines that explain the other sheet, and whether each is a head."""
    run = table.run
    yield ("run", "", run.id), False
    yield ("asked", "", f"toc-sim {run.command}"), False
    yield ("scenario", "", run.scenario), False
    yield ("",), False
    yield ("column", "", "meaning"), True
    for header in table.headers:
        yield (header.name, "", header.meaning), False
    for title, metrics in (
        ("the whole pipeline", (*SYSTEM, *MONEY)),
        ("a node or resource", (*NODE, SHARE, OTHER_SHARE)),
    ):
        yield ("",), False
        yield ("metric", "unit", f"of {title}"), True
        for metric in metrics:
            yield (metric.name, unit_of(metric.unit, run), metric.meaning), False
