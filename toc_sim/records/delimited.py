"""How the lines of a text are cut into cells, seen from its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

SEPARATORS = ("\t", ";", "|", ",")
"""What may stand between cells, the surest sign first."""

BLANK_RUNS = " "
"""Stands for any number of blanks between cells."""

_CONSISTENT = 0.9
"""The share of rows that must have the same number of cells."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a text is cut.

    Attributes
    ----------
    separator
        Between cells; `BLANK_RUNS`: any number of blanks.
    skipped
        How many records stand before the header, or before the first row.
    headers
        The cells of the header; empty if there is none.
    width
        How many cells the rows have.
    """

    separator: str
    skipped: int
    headers: tuple[str, ...]
    width: int


def cut_of(lines: list[str]) -> Cut | None:
    """Return how a text is cut; None if it has no rows that could be.

    Parameters
    ----------
    lines
        Its first ones, with their ends.
    """
    best: tuple[float, int, int, str] | None = None
    for rank, separator in enumerate((*SEPARATORS, BLANK_RUNS)):
        records = [each for each in records_of(lines, separator) if each]
        if not records:
            return None
        widths = Counter(map(len, records))
        width, same = widths.most_common(1)[0]
        share = same / len(records)
        usable = width > 1 and share >= _CONSISTENT
        if separator == BLANK_RUNS and best is not None:
            continue
        if usable:
            score = (round(share, 2), -rank if width > 1 else -99, width, separator)
            best = max(best, score) if best is not None else score
    separator, width = (best[3], best[2]) if best is not None else (",", 1)
    return _with_header(records_of(lines, separator), separator, width)


def records_of(lines: list[str], separator: str) -> list[list[str]]:
    """Return the cells of lines; an empty line has none.

    Parameters
    ----------
    lines
        With their ends.
    separator
        As of a `Cut`.
    """
    if separator == BLANK_RUNS:
        return [line.split() for line in lines]
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    return list(reader)


def _with_header(records: list[list[str]], separator: str, width: int) -> Cut:
    """Return the cut with what stands above the rows."""
    for number, record in enumerate(records):
        cells = [cell for cell in record if cell.strip()]
        if len(record) >= width and (len(cells) > 1 or width == 1):
            if any(map(_is_value, cells)):
                return Cut(separator, number, (), width)
            return Cut(separator, number, tuple(record), width)
    return Cut(separator, 0, (), width)


_VALUE = re.compile(
    r"\s*([-+]?[\d.,\s]*\d[\d.,\s]*%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s].*)?)\s*"
)
_YEAR = re.compile(r"\s*(19|20)\d\d\s*")


def _is_value(cell: str) -> bool:
    """Return whether a cell is a number or a date, which no header is."""
    return bool(_VALUE.fullmatch(cell)) and not _YEAR.fullmatch(cell)
