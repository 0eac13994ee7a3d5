"""How the lines of a text are cut into cells, seen from its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from toc_sim.language import phrase
from toc_sim.records.notices import Notice

SEPARATORS = ("\t", ";", "|", ",")
"""What may stand between cells, the surest sign first."""

BLANK_RUNS = " "
"""Stands for any number of blanks between cells."""

ONE_COLUMN = "\x1f"
"""Stands in no text: all of a line is one cell."""

_LINES, _LONGEST = 500, 100_000
"""So much of a text is looked at at most [lines, characters]."""

_LONGEST_LINES = 15 * _LONGEST
"""The first two lines are no longer [characters]."""

LONGEST_CSV_CELL = 2_000_000
"""No cell is longer [characters]: a longer one has a quote that nobody closed."""

_CONSISTENT = 0.8
"""The share of rows that must have the same number of cells."""

_EXCEL_SAYS = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""The first line by which Excel is told the separator."""


@dataclass(frozen=True, slots=True)
class TextCut:
    """How a text is cut.

    Attributes
    ----------
    separator
        Between cells; `BLANK_RUNS`: any number of blanks.
    above
        How many records stand above the first row.
    lines_above
        How many lines they take.
    headers
        The cells of the header; empty if there is none.
    width
        How many cells the rows have.
    skipped
        Records above the header, as they are written.
    """

    separator: str
    above: int
    lines_above: int
    headers: tuple[str, ...]
    width: int
    skipped: tuple[str, ...] = ()


def first_lines(path: Path) -> list[str]:
    """Return the first lines of a text, whole ones.

    Parameters
    ----------
    path
        Of a text in UTF-8.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = more = file.read(_LONGEST)
        while more and text.count("\n") < 2 and len(text) < _LONGEST_LINES:  # noqa: PLR2004 - the header, and a row
            more = file.read(_LONGEST)
            text += more
        more = file.read(1)
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    return lines[: len(lines) - 1 if more and len(lines) > 1 else None][:_LINES]


@contextmanager
def long_cells() -> Iterator[None]:
    """Allow long cells within a block."""
    before = csv.field_size_limit(LONGEST_CSV_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def cut_of(lines: list[str]) -> TextCut | None:
    """Return how a text is cut; None if nothing stands in it.

    Parameters
    ----------
    lines
        Its first ones, with their ends.
    """
    with long_cells():
        return _cut_of(lines)


def _cut_of(lines: list[str]) -> TextCut | None:
    said = _EXCEL_SAYS.fullmatch(lines[0]) if lines else None
    if said is not None:
        return _with_header(lines, said[1], 1)
    candidates = [
        (score, separator)
        for separator in (*SEPARATORS, BLANK_RUNS)
        if (score := _score(lines, separator))
    ]
    if candidates:
        return _with_header(lines, max(candidates)[1], 0)
    separator = _likely(lines)
    filled = [line for line in lines if line.strip()]
    return _with_header(lines if separator == ONE_COLUMN else filled[:1], separator, 0)


def _width(records: list[list[str]]) -> int:
    """Return how many cells most records have, of those in the second half."""
    some = [each for each in records if each]
    widths = Counter(map(len, some[len(some) // 2 :]))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _likely(lines: list[str]) -> str:
    """Return what stands in nearly all lines, though it does not cut them evenly."""
    for separator in SEPARATORS:
        if sum(separator in line for line in lines) >= _CONSISTENT * len(lines):
            return separator
    return ONE_COLUMN


def _score(lines: list[str], separator: str) -> tuple[bool, int, float, int] | None:
    """Return how well a separator cuts lines; None: it does not.

    First counts how early rows are even, then the separator, for commas stand in texts
    and in numbers too.
    """
    records = list(cut_lines(lines, separator))
    width = _width(records)
    begin = next((n for n, each in enumerate(records) if len(each) == width), 0)
    widths = [len(each) for each in records[begin:] if each]
    same = widths.count(width)
    if min(width, same) <= 1 or same < _CONSISTENT * len(widths):
        return None
    every = (*SEPARATORS, BLANK_RUNS)
    return (
        separator != BLANK_RUNS,
        -begin,
        round(same / len(widths), 1),
        -every.index(separator),
    )


def cut_lines(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Yield the cells of each record; an empty line has none.

    Parameters
    ----------
    lines
        With their ends.
    separator
        As of a `TextCut`.

    Raises
    ------
    csv.Error
        If a quote is not closed, or something stands behind one.
    """
    if separator == BLANK_RUNS:
        return (line.split() for line in lines)
    blank = separator != "\t"
    return csv.reader(lines, delimiter=separator, skipinitialspace=blank)


def _with_header(lines: list[str], separator: str, begin: int) -> TextCut | None:
    """Return the cut with what stands above the rows; None: there is nothing."""
    rest = lines[begin:]
    records = list(cut_lines(rest, separator))
    head = header_of(records)
    if head is None:
        return None
    above = begin + head.number
    if not head.names:
        return TextCut(separator, above, above, (), head.width, head.skipped)
    ends = _lines_of(rest, separator, head.number + 1) + begin
    width = len(head.names)
    return TextCut(separator, above + 1, ends, head.names, width, head.skipped)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above rows.

    Attributes
    ----------
    number
        Of the record that is the header, or else of the first row, from 0.
    names
        The cells of the header; empty if there is none.
    width
        How many cells most rows have.
    skipped
        What stands above the header.
    """

    number: int
    names: tuple[str, ...]
    width: int
    skipped: tuple[str, ...]


def header_of(records: list[list[str]]) -> Head | None:
    """Return what stands above rows; None if nothing stands anywhere.

    The header is the first record about as wide as the rows are; if it holds numbers or
    dates it is a row.

    Parameters
    ----------
    records
        The first ones; those without cells are empty lines.
    """
    width = _width(records)
    if not width:
        return None
    skipped: list[str] = []
    for number, record in enumerate(records):
        cells = [cell.strip() for cell in record if cell.strip()]
        if cells and len(record) >= width - (width > 2) and len(cells) >= min(width, 2):  # noqa: PLR2004 - a name too few
            names = () if any(map(is_value, cells)) else tuple(map(str.strip, record))
            return Head(number, names, width, tuple(skipped))
        if cells:
            skipped.append(" ".join(cells))
    return Head(0, (), width, ())


def _lines_of(lines: list[str], separator: str, records: int) -> int:
    """Return how many lines so many records take."""
    if separator == BLANK_RUNS:
        return records
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    for _ in islice(reader, records):
        pass
    return reader.line_num


_VALUE = re.compile(
    r"[-+]?[\d.,\s]*\d[\d.,\s]*%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s].*)?"
)
_YEAR = re.compile(r"(19|20)\d\d")


def is_value(cell: str) -> bool:
    """Return whether a cell is a number or a date, which no header is; a year may be.

    Parameters
    ----------
    cell
        As it is written.
    """
    bare = cell.strip()
    return bool(_VALUE.fullmatch(bare)) and not _YEAR.fullmatch(bare)


def cut_notices(cut: TextCut) -> tuple[Notice, ...]:
    """Return how a text was cut, for people.

    Parameters
    ----------
    cut
        Of the text.
    """
    mark = {
        "\t": phrase("tabs"),
        BLANK_RUNS: phrase("blanks"),
        ";": phrase("semicolons"),
        ",": phrase("commas"),
        "|": phrase("upright strokes"),
    }.get(cut.separator, repr(cut.separator))
    told = phrase("Cells stand between {mark}.", mark=mark)
    if cut.width == 1:
        told = phrase("There is one column; no separator was found.")
    separator = Notice("separator", told, "note", {"columns": cut.width})
    where = phrase("line {line}", line=cut.lines_above)
    return separator, *head_notices(cut.headers, cut.skipped, where)


def head_notices(
    names: tuple[str, ...], skipped: tuple[str, ...], where: str
) -> tuple[Notice, ...]:
    """Return where the names of columns were found, for people.

    Parameters
    ----------
    names
        Of the columns; empty: there are none.
    skipped
        What stands above them.
    where
        They stand: ``line 1``.
    """
    if names:
        told = phrase("The names of the columns stand in {where}.", where=where)
        notices = [Notice("header", told)]
    else:
        told = phrase(
            "No line tells the names of the columns, for the first holds values; they "
            "are called column 1, column 2 and so on."
        )
        notices = [Notice("header", told, "doubt")]
    if skipped:
        told = phrase(
            "What stands above the names is left out: '{text}'.",
            text=" ".join(skipped)[:60],
        )
        notices.append(Notice("above the header", told))
    return tuple(notices)
