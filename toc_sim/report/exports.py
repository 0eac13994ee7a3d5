"""Tidy tables of runs: for pandas and Arrow, and as CSV, JSON, Parquet or Excel.

The same run is the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from toc_sim.errors import TocError, needs
from toc_sim.experiment.store.export import (
    MONEY_METRICS,
    NODE_METRICS,
    OTHER_SHARE,
    SHARE,
    SYSTEM_METRICS,
    WAIT_METRICS,
    CellKind,
    TidyTable,
    unit_of,
)
from toc_sim.report.csv_dialect import FOR_PROGRAMS, csv_pieces
from toc_sim.workbook.new_book import close_book, new_book

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_PANDAS: dict[CellKind, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "float64",
}
"""What stands in a column; a text or a whole number may be missing."""


def data_frame(table: TidyTable) -> pd.DataFrame:
    """Return a tidy table for pandas.

    Parameters
    ----------
    table
        Of the runs of a study.

    Returns
    -------
    A row for each figure; texts are of type ``string``, whole numbers ``Int64``,
    numbers ``float64``.

    Raises
    ------
    TocError
        If pandas is not installed.
    """
    with needs("pandas", "pandas", "a frame"):
        import pandas as pd
    columns = zip(table.headers, _columns(table), strict=True)
    return pd.DataFrame(
        {
            header.name: pd.array(cells, dtype=_PANDAS[header.kind])
            for header, cells in columns
        }
    )


def arrow_table(table: TidyTable) -> pa.Table:
    """Return a tidy table for Apache Arrow.

    Parameters
    ----------
    table
        Of the runs of a study.

    Returns
    -------
    A row for each figure; texts are strings, whole numbers int64, numbers float64.

    Raises
    ------
    TocError
        If pyarrow is not installed.
    """
    pyarrow = _pyarrow("a table for Arrow")
    schema = _arrow_schema(table, pyarrow)
    columns = zip(schema, _columns(table), strict=True)
    return pyarrow.table(
        [pyarrow.array(cells, field.type) for field, cells in columns], schema
    )


def _pyarrow(what: str) -> Any:
    with needs("pyarrow", "parquet", what):
        import pyarrow as pa
    return pa


def _arrow_schema(table: TidyTable, pyarrow: Any) -> Any:
    kinds = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
    }
    return pyarrow.schema([(each.name, kinds[each.kind]) for each in table.headers])


def _columns(table: TidyTable) -> list[tuple[Any, ...]]:
    """Return what stands in each column; a study has at least one figure."""
    return list(zip(*table.rows(), strict=True))


_GROUP = 65_536
"""Rows that are held, and written, at a time."""


def write_parquet(table: TidyTable, path: Path) -> None:
    """Write a run as Parquet.

    Raises
    ------
    TocError
        If pyarrow is not installed.
    """
    pyarrow = _pyarrow("Parquet")
    from pyarrow import parquet

    schema = _arrow_schema(table, pyarrow)
    with parquet.ParquetWriter(path, schema, store_schema=False) as file:
        left = table.rows()
        while rows := list(islice(left, _GROUP)):
            columns = zip(schema, zip(*rows, strict=True), strict=True)
            arrays = [pyarrow.array(cells, field.type) for field, cells in columns]
            file.write_table(pyarrow.table(arrays, schema), row_group_size=_GROUP)


MOST_ROWS = 1_048_576
"""More do not fit on a sheet, its header included."""

_WIDTHS = {"text": 18, "integer": 11, "number": 22}
"""Of columns [characters]; every digit of a number is seen."""


def write_xlsx(table: TidyTable, path: Path) -> None:
    """Write a run as a workbook, row by row.

    Raises
    ------
    TocError
        If XlsxWriter is not installed, or there are more rows than a sheet holds.
    """
    size = table.size()
    if size >= MOST_ROWS:
        raise TocError(
            f"run {table.study.id}: has about {size:,} rows; a sheet of Excel holds "
            f"{MOST_ROWS:,}\n    hint: --format csv or parquet has no limit"
        )
    book = new_book(path, constant_memory=True)
    bold = book.add_format({"bold": True})
    _data(table, book.add_worksheet("data"), bold)
    _explanation(table, book.add_worksheet("how to read"), bold)
    close_book(book)


def _data(table: TidyTable, sheet: Any, bold: Any) -> None:
    for column, header in enumerate(table.headers):
        sheet.set_column(column, column, _WIDTHS[header.kind])
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


def _explanation(table: TidyTable, sheet: Any, bold: Any) -> None:
    for column, width in enumerate((20, 16, 80)):
        sheet.set_column(column, column, width)
    for number, (line, is_head) in enumerate(_told(table)):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text, bold if is_head else None)


def _told(table: TidyTable) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the lines that explain the other sheet, and whether each is a head."""
    run = table.study
    yield ("run", "", run.id), False
    yield ("asked", "", f"toc-sim {run.command}"), False
    yield ("scenario", "", run.scenario), False
    yield ("",), False
    yield ("column", "", "meaning"), True
    for header in table.headers:
        yield (header.name, "", header.meaning), False
    for title, metrics in (
        ("the whole pipeline", (*SYSTEM_METRICS, *MONEY_METRICS)),
        ("a node or resource", (*NODE_METRICS, SHARE, OTHER_SHARE)),
        ("a node", tuple(metric for metric, _ in WAIT_METRICS)),
    ):
        yield ("",), False
        yield ("metric", "unit", f"of {title}"), True
        for metric in metrics:
            yield (metric.name, unit_of(metric.unit, run), metric.meaning), False


def export_text(
    table: TidyTable, form: str, to: BinaryIO, dialect: str = FOR_PROGRAMS
) -> None:
    """Write a run as ``csv``, or as a ``json`` array of its rows, row by row.

    Parameters
    ----------
    table
        The run.
    form
        ``csv`` or ``json``.
    to
        Open for writing bytes.
    dialect
        Of CSV.
    """
    pieces = _csv(table, dialect) if form == "csv" else _json(table)
    to.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)


def export_file(
    table: TidyTable, form: str, path: Path, dialect: str = FOR_PROGRAMS
) -> None:
    """Write a run to a file, which is there whole or not at all.

    Parameters
    ----------
    table
        The run.
    form
        ``csv``, ``json``, ``parquet`` or ``xlsx``.
    path
        The file; one that is there is replaced.
    dialect
        Of CSV.

    Raises
    ------
    TocError
        If it cannot be written, or a library is missing.
    """
    binary = {"parquet": write_parquet, "xlsx": write_xlsx}
    with _replacing(path) as part:
        if form in binary:
            binary[form](table, part)
            return
        with part.open("wb") as to:
            export_text(table, form, to, dialect)


def _csv(table: TidyTable, dialect: str) -> Iterator[str]:
    names = tuple(header.name for header in table.headers)
    yield from csv_pieces(chain([names], table.rows()), dialect)


def _json(table: TidyTable) -> Iterator[str]:
    names = tuple(header.name for header in table.headers)
    before = "[\n"
    for row in table.rows():
        cells = dict(zip(names, row, strict=True))
        yield before + json.dumps(cells, ensure_ascii=False, allow_nan=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Yield a file to write, which takes the place of *path* once it is whole."""
    if path.exists() and not path.is_file():  # a device or a pipe
        part = path
    else:
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.touch()
        yield part
        if part is not path:
            part.replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error
    finally:
        if part is not path:
            part.unlink(missing_ok=True)
