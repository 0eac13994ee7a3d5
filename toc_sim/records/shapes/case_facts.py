"""What is told once of each case, and the one clock that all moments are read by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import TocError
from toc_sim.language import phrase
from toc_sim.records.records_table import (
    BLANK,
    MomentColumn,
    Numbers,
    RecordsTable,
    Words,
)
from toc_sim.records.shapes.columns_asked import RoleHeaders
from toc_sim.records.visits import NOT_TOLD, Codes, Days

MOST_CASE_NAMES = 200_000
"""Names of so many cases are kept; of more, none."""

EXAMPLES = 3
"""How many rows are named where something is counted."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecordsClock:
    """The midnight that all days of the records are counted from.

    Attributes
    ----------
    begin
        At or before the first moment.
    has_time
        Whether all moments tell the time of day.
    """

    begin: datetime
    has_time: bool

    def days(self, moments: MomentColumn) -> Days:
        """Return a column in days since `begin`; nan where the cell is empty."""
        return moments.days + (moments.origin - self.begin) / _DAY


def clock_of(columns: Iterable[MomentColumn]) -> RecordsClock:
    """Return the clock of some columns of moments.

    Raises
    ------
    TocError
        If all of them are empty.
    """
    begins, times = [], []
    for column in columns:
        if np.isnan(column.days).all():
            continue
        first = float(np.nanmin(column.days))
        begins.append(column.origin + timedelta(days=np.floor(first)))
        times.append(column.has_time)
    if not begins:
        raise TocError(phrase("no moment is told in any row"))
    begin = min(begins).replace(hour=0, minute=0, second=0, microsecond=0)
    return RecordsClock(begin, all(times))


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is told of each case besides its way: arrays of shape (cases,).

    The attributes are those of `Visits`.
    """

    names: tuple[str, ...]
    amount: Days
    owner: Codes
    product: Codes
    owners: tuple[str, ...]
    products: tuple[str, ...]
    attributes: Mapping[str, Words] = field(default_factory=dict)


def case_facts(
    table: RecordsTable,
    roles: RoleHeaders,
    rows: NDArray[np.int64],
    case: Codes,
    names: tuple[str, ...],
) -> CaseFacts:
    """Return what the rows tell of their cases: of each the first that tells it.

    Parameters
    ----------
    table
        With the columns.
    roles
        Which headers are what.
    rows
        Of the table that count.
    case
        Of each of these, the number of its case.
    names
        Of the cases; empty if they are too many to keep.
    """
    cases = int(case.max()) + 1 if len(case) else 0
    amount = np.full(cases, np.nan)
    for header in roles.get("amount", ())[:1]:
        values = numbers_of(table, header)[rows]
        told = np.flatnonzero(~np.isnan(values))[::-1]
        amount[case[told]] = values[told]
    of = (case, cases)
    owner, owners = _first_told(table, roles.get("owner", ()), rows, of)
    product, products = _first_told(table, roles.get("product", ()), rows, of)
    attributes = {}
    for header in (*roles.get("segment", ()), *roles.get("key", ())):
        codes, words = _first_told(table, (header,), rows, of)
        attributes[header] = Words(codes, words)
    return CaseFacts(names, amount, owner, product, owners, products, attributes)


def first_moments(case: Codes, days: Days, cases: int) -> Days:
    """Return of each case the first moment in file order that its rows tell."""
    found = np.full(cases, np.nan)
    told = np.flatnonzero(~np.isnan(days))[::-1]
    found[case[told]] = days[told]
    return found


def kept_names(words: Words, codes: Codes) -> tuple[str, ...]:
    """Return the words of some codes, or none if they are too many to keep."""
    if len(codes) > MOST_CASE_NAMES:
        return ()
    return tuple(words.words[code] for code in codes.tolist())


def words_of(table: RecordsTable, header: str) -> Words:
    """Return a column that was read as words."""
    column = table.columns[header]
    if not isinstance(column, Words):
        raise TypeError(header)
    return column


def moments_of(table: RecordsTable, header: str) -> MomentColumn:
    """Return a column that was read as moments."""
    column = table.columns[header]
    if not isinstance(column, MomentColumn):
        raise TypeError(header)
    return column


def numbers_of(table: RecordsTable, header: str) -> Days:
    """Return a column that was read as numbers."""
    column = table.columns[header]
    if not isinstance(column, Numbers):
        raise TypeError(header)
    return column.values


def single_blanks(name: str) -> str:
    """Return a name with runs of blanks as one: ``SETUP     Turning`` has five."""
    return re.sub(r"\s+", " ", name)


def merged_names(words: Words) -> tuple[Codes, tuple[str, ...]]:
    """Return codes and words, where those that differ in blanks alone are one."""
    place: dict[str, int] = {}
    number = [place.setdefault(single_blanks(word), len(place)) for word in words.words]
    if number == list(range(len(number))):
        return words.codes, tuple(place)
    lookup = np.array([*number, BLANK], dtype=np.int32)
    return lookup[words.codes], tuple(place)


def compacted(codes: Codes) -> tuple[Codes, Codes]:
    """Return codes as numbers from 0 without gaps, and which code each number was.

    A blank remains one.
    """
    is_there = np.zeros(int(codes.max(initial=BLANK)) + 2, dtype=bool)
    is_there[codes] = True  # a blank is the last place
    is_there[-1] = False
    every = np.flatnonzero(is_there).astype(np.int32)
    number = np.cumsum(is_there, dtype=np.int32) - 1
    number[-1] = BLANK
    return number[codes], every


def examples_of(table: RecordsTable, rows: NDArray[np.int64]) -> tuple[str, ...]:
    """Return where the first few of some rows stand: ``deals.csv: row 812``."""
    lines = table.lines[rows[:EXAMPLES]].tolist()
    return tuple(f"{table.path.name}: row {line}" for line in lines)


def _first_told(
    table: RecordsTable,
    headers: tuple[str, ...],
    rows: NDArray[np.int64],
    of_cases: tuple[Codes, int],
) -> tuple[Codes, tuple[str, ...]]:
    """Return by case the first word that its rows tell, and the words."""
    case, cases = of_cases
    found = np.full(cases, NOT_TOLD, dtype=np.int32)
    if not headers:
        return found, ()
    words = words_of(table, headers[0])
    codes, names = merged_names(words)
    codes = codes[rows]
    told = np.flatnonzero(codes != BLANK)[::-1]
    found[case[told]] = codes[told]
    return found, names
