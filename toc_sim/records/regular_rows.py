"""Rows of a text that has flaws, made regular: what does not fit is told by its line.

A text without flaws is read by the database alone, which is much quicker.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from toc_sim.language import phrase
from toc_sim.records.delimited import BLANK_RUNS, LONGEST_CSV_CELL, TextCut, long_cells
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.refusal import RecordsError, refused

_EXAMPLES = 3

_MOST_RAGGED = 0.02
"""The share of rows that may have too many or too few cells."""


@dataclass(slots=True)
class _Flaws:
    """Rows that are left out, and where the first of them stand."""

    lines: list[int] = field(default_factory=list)
    count: int = 0

    def add(self, line: int) -> None:
        """Count one more."""
        self.count += 1
        if len(self.lines) < _EXAMPLES:
            self.lines.append(line)

    def told(self, path: Path, why: str) -> list[Dropped]:
        """Return them for people; nothing if there are none."""
        examples = tuple(
            phrase("{file}: line {line}", file=path.name, line=line)
            for line in self.lines
        )
        return [Dropped(self.count, why, examples)] if self.count else []


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """Rows that were written as a flawless file of text, with their numbers.

    Attributes
    ----------
    headers
        Of the columns; there may be fewer, or none.
    width
        How many columns there are.
    rows
        How many rows, those left out included.
    notices, dropped
        What is to be known of how they were read.
    """

    headers: tuple[str, ...]
    width: int
    rows: int
    notices: tuple[Notice, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def blank_rows(places: Sequence[str]) -> tuple[Dropped, ...]:
    """Return rows in which nothing stands, as they are told.

    Parameters
    ----------
    places
        Where they stand.
    """
    why = phrase("nothing stands in them")
    return (Dropped(len(places), why, tuple(places[:_EXAMPLES])),) if places else ()


def write_regular(text: Path, path: Path, cut: TextCut, to: Path) -> WrittenRows:
    """Write rows with their numbers as a flawless file, whose cells stand by commas.

    Parameters
    ----------
    text
        In UTF-8.
    path
        As the file is called in messages.
    cut
        How the text is cut.
    to
        The file to write.

    Raises
    ------
    RecordsError
        If a quote is not closed, or too many rows have too many or too few cells.
    """
    ragged, blank = _Flaws(), _Flaws()
    seen, rows, waiting = "", 0, list[int]()
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for line, record in _records(text, path, cut):
            if not record:
                waiting.append(line)
                continue
            for gap in waiting:
                blank.add(gap)
            rows += len(waiting) + 1
            waiting.clear()
            cells = _fitted(record, cut.width)
            if cells is None:
                ragged.add(line)
                seen = seen or _miscount(len(record), cut)
            else:
                writer.writerow([rows, *cells])
    if ragged.count > max(1, _MOST_RAGGED * rows) or ragged.count == rows:
        at = (ragged.lines[0],)
        hint = phrase("check the quotes around cells that hold the separator")
        raise refused(path, seen, at=at, hint=hint)
    why = phrase("they have more or fewer cells than there are columns")
    dropped = (
        *blank.told(path, phrase("nothing stands in them")),
        *ragged.told(path, why),
    )
    return WrittenRows(cut.headers, cut.width, rows, (), dropped)


def _miscount(cells: int, cut: TextCut) -> str:
    return phrase(
        "there are {cells} cells in this row, and {columns} columns",
        cells=cells,
        columns=cut.width,
    )


def _fitted(record: list[str], width: int) -> list[str] | None:
    """Return the cells of a row, without empty ones too many; None: it does not fit."""
    if len(record) > width and not any(cell.strip() for cell in record[width:]):
        return record[:width]
    return record if len(record) == width else None


def _records(text: Path, path: Path, cut: TextCut) -> Iterator[tuple[int, list[str]]]:
    """Yield each record below the header with its first line."""
    with text.open(encoding="utf-8-sig", newline="") as file:
        if cut.separator == BLANK_RUNS:
            for number, text_line in enumerate(islice(file, cut.above, None)):
                yield cut.above + number + 1, text_line.split()
            return
        reader = csv.reader(
            islice(file, cut.lines_above, None),
            delimiter=cut.separator,
            skipinitialspace=cut.separator != "\t",
            strict=True,
        )
        line = cut.lines_above + 1
        with long_cells():
            try:
                for record in reader:
                    yield line, record
                    line = cut.lines_above + reader.line_num + 1
            except csv.Error as error:
                raise _quote_error(text, path, cut, line) from error


def _quote_error(text: Path, path: Path, cut: TextCut, line: int) -> RecordsError:
    """Return the error of the quote that breaks the record that begins in a line."""
    with text.open(encoding="utf-8-sig", newline="") as file:
        for _ in islice(file, line - 1):
            pass
        at = _broken_quote(file.read(LONGEST_CSV_CELL), cut.separator, line)
    what = phrase("a cell begins with a quote here, and no quote ends it properly")
    hint = phrase("write a quote within a cell twice, and close each cell that has one")
    return refused(path, what, at=at, hint=hint)


def _broken_quote(text: str, separator: str, line: int) -> tuple[int, ...]:
    """Return line and column of the first quote that opens a cell and does not close.

    Parameters
    ----------
    text
        From the beginning of a record.
    separator
        Between cells.
    line
        In which it begins.
    """
    end = re.escape(separator)
    cell = re.compile(rf' *(?:"(?:[^"]|"")*" *(?=[{end}\r\n]|\Z)|(?! *")[^{end}\r\n]*)')
    place = 0
    while place < len(text):
        match = cell.match(text, place)
        if match is None:
            before = text[: text.index('"', place)]
            return line + before.count("\n"), len(before) - before.rfind("\n")
        place = match.end() + 1
    return (line,)
