"""Writes a kept run as CSV, JSON, Parquet or Excel: the same bytes for the same run."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from toc_sim.errors import TocError
from toc_sim.experiment.export import Export
from toc_sim.report.export_parquet import write_parquet
from toc_sim.report.export_xlsx import write_xlsx


def export_text(table: Export, form: str, to: BinaryIO) -> None:
    """Write a run as ``csv``, or as a ``json`` array of its rows, row by row."""
    pieces = _csv(table) if form == "csv" else _json(table)
    to.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)


def export_file(table: Export, form: str, path: Path) -> None:
    """Write a run to a file, which is there whole or not at all.

    Parameters
    ----------
    table
        The run.
    form
        ``csv``, ``json``, ``parquet`` or ``xlsx``.
    path
        The file; one that is there is replaced.

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
            export_text(table, form, to)


def _csv(table: Export) -> Iterator[str]:
    names = tuple(header.name for header in table.headers)
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in _chained(names, table.rows()):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _chained(
    first: tuple[object, ...], others: Iterable[tuple[object, ...]]
) -> Iterator[tuple[object, ...]]:
    yield first
    yield from others


def _json(table: Export) -> Iterator[str]:
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
