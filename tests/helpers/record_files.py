"""Small files of records, written and read in a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import isnan
from pathlib import Path

from toc_sim.records.column_rules import SaidLayout
from toc_sim.records.records_file import WantedKind, opened
from toc_sim.records.records_table import MomentColumn, Numbers, RecordsTable, Words
from toc_sim.records.survey import Survey


def surveyed_text(
    folder: Path, content: str | bytes, layouts: Mapping[str, SaidLayout] | None = None
) -> Survey:
    """Write a file and return its survey."""
    with opened(written_text(folder, content), layouts) as file:
        return file.survey


def read_text(
    folder: Path,
    content: str | bytes,
    wanted: Mapping[str, WantedKind] | None = None,
    layouts: Mapping[str, SaidLayout] | None = None,
) -> RecordsTable:
    """Write a file and return its rows; if no column is named, as they seem."""
    return read_file(written_text(folder, content), wanted, layouts)


def read_file(
    path: Path,
    wanted: Mapping[str, WantedKind] | None = None,
    layouts: Mapping[str, SaidLayout] | None = None,
) -> RecordsTable:
    """Return the rows of a file; columns are what they seem, if none is named."""
    with opened(path, layouts) as file:
        if wanted is None:
            wanted = {
                column.header: "words" if column.kind == "empty" else column.kind
                for column in file.survey.columns
            }
        return file.table(wanted)


def written_text(folder: Path, content: str | bytes) -> Path:
    """Write a file of records, and return its path."""
    path = folder / "deals.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells_of(table: RecordsTable, header: str) -> list[object]:
    """Return what stands in a column, None where nothing does."""
    column = table.columns[header]
    if isinstance(column, Words):
        return [column.words[code] if code >= 0 else None for code in column.codes]
    if isinstance(column, Numbers):
        return [None if isnan(value) else value for value in column.values.tolist()]
    return [_moment(column, day) for day in column.days.tolist()]


def _moment(column: MomentColumn, day: float) -> datetime | None:
    if isnan(day):
        return None
    microseconds = round(day * 86_400_000_000)
    return column.origin + timedelta(microseconds=microseconds)


def notice_of(told: Survey | RecordsTable, kind: str) -> str:
    """Return the sentence of a kind of notice; empty: it is not told."""
    return next((each.sentence for each in told.notices if each.kind == kind), "")
