"""Tables of records made by hand, and small files of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from toc_sim.records.notices import Notice
from toc_sim.records.records_table import (
    MomentColumn,
    Numbers,
    RecordsColumn,
    RecordsTable,
    Words,
)

ORIGIN = datetime(2024, 1, 1)  # noqa: DTZ001 - the wall clock of the records


def words(cells: Sequence[str]) -> Words:
    """Return a column of words; an empty cell is blank."""
    number: dict[str, int] = {}
    codes = [number.setdefault(cell, len(number)) if cell else -1 for cell in cells]
    return Words(np.array(codes, dtype=np.int32), tuple(number))


def days(cells: Sequence[float | None], *, has_time: bool = True) -> MomentColumn:
    """Return a column of moments, in days since the first of January 2024."""
    told = [np.nan if cell is None else cell for cell in cells]
    return MomentColumn(np.array(told, dtype=float), ORIGIN, "", has_time)


def numbers(cells: Sequence[float | None]) -> Numbers:
    """Return a column of numbers."""
    return Numbers(np.array([np.nan if c is None else c for c in cells], dtype=float))


def table(name: str = "log.csv", **columns: RecordsColumn) -> RecordsTable:
    """Return the table of some columns, all as long as the first."""
    first = next(iter(columns.values()))
    rows = len(
        first.codes
        if isinstance(first, Words)
        else first.days
        if isinstance(first, MomentColumn)
        else first.values
    )
    return RecordsTable(Path(name), columns, rows, rows, (), (), np.arange(1, rows + 1))


def roles(**headers: str | tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return headers by role, each as a tuple."""
    return {
        role: (each,) if isinstance(each, str) else each
        for role, each in headers.items()
    }


def csv(folder: Path, name: str, text: str) -> Path:
    """Write a file of rows and return its path; blanks before each line go."""
    path = folder / name
    lines = [line.strip() for line in text.strip().splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def day(number: float) -> str:
    """Return a moment so many days after the first, as files have it."""
    return (ORIGIN + timedelta(days=number)).isoformat(sep=" ")


def notice(notices: Sequence[Notice], kind: str) -> Notice:
    """Return the one notice of a kind."""
    (found,) = [each for each in notices if each.kind == kind]
    return found


def kinds(notices: Sequence[Notice]) -> set[str]:
    """Return the kinds of notices that there are."""
    return {each.kind for each in notices}
