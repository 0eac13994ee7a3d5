"""Tables that stay readable in a narrow window: the least important columns go."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.language import phrase
from toc_sim.report.formats import (
    NO_BREAK,
    NO_FIGURE,
    decimals,
    in_column,
    number,
    plus_minus,
)

_GAP = 2
"""Blanks between two columns."""

EVERY_COLUMN = 1_000_000
"""A width in which every table has room."""

SIGN, NO_SIGN = "> ", "  "
"""What marks a row that stands out, beside a word: never colour alone."""

ROUNDING = 1e-9
"""What is smaller than this part of the largest figure of a column is rounding."""

_LONGEST_NAME, _SHORTEST_NAME = 24, 12
"""A name is not cut below the first for the sake of a column, and for the sake of one
that is essential not below the second."""

ESSENTIAL = 90
"""Columns of this importance and more stay as long as names can be cut: throughput, the
constraint, and shares with their intervals."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, unit
        The two lines of its header.
    cells
        Its texts, one a row.
    importance
        The column with the lowest goes first where there is no room.
    justify
        Figures stand right, names left.
    shorter
        The same column, saying less; tried before it goes.
    """

    name: str
    unit: str
    cells: tuple[str, ...]
    importance: int
    justify: Literal["left", "right"] = "right"
    shorter: Column | None = None

    @property
    def width(self) -> int:
        """The room that it needs."""
        return max(map(cell_len, (self.name, self.unit, *self.cells)))


def fitting(
    columns: Sequence[Column], width: int
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Return the columns that fit into a width, and the names of those left out.

    Parameters
    ----------
    columns
        All that there are.
    width
        Of the window [characters].

    Returns
    -------
    The columns that are kept, perhaps without their intervals and with names cut; at
    least one is. What was left out, in the order of the columns: the names of the
    others, and whose intervals went.
    """
    kept = list(columns)
    if _width(kept) > width:
        longest = max(_LONGEST_NAME, width // 3)
        kept = [_cut(column, longest) for column in columns]
    places = list(range(len(kept)))
    left_out: dict[int, str] = {}
    while _width(kept) > width and len(kept) > 1:
        at = min(range(len(kept)), key=lambda place: kept[place].importance)
        if kept[at].importance >= ESSENTIAL:
            kept = _with_shorter_names(kept, width)
            if _width(kept) <= width:
                break
        least = kept[at]
        if least.shorter is not None:
            kept[at] = least.shorter
            left_out[places[at]] = phrase("± of {column}", column=least.name)
        else:
            del kept[at]
            left_out[places.pop(at)] = least.name
    return tuple(kept), tuple(name for _, name in sorted(left_out.items()))


def table(columns: Sequence[Column], bold: Sequence[bool]) -> Text:
    """Return some columns as lines of text; the rows marked *bold* stand out.

    Parameters
    ----------
    columns
        All of the same number of rows.
    bold
        By row, whether it stands out.
    """
    heads = [tuple(column.name for column in columns)]
    if any(column.unit for column in columns):
        heads.append(tuple(column.unit for column in columns))
    widths = [column.width for column in columns]
    lines = [Text(_line(columns, widths, head), style="dim") for head in heads]
    rows = zip(*(column.cells for column in columns), strict=True)
    lines += [
        Text(_line(columns, widths, cells), style="bold" if stands_out else "")
        for cells, stands_out in zip(rows, bold, strict=True)
    ]
    return Text("\n").join(lines)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table that fits into a width.

    Attributes
    ----------
    columns
        Those that had room.
    bold
        By row, whether it stands out.
    left_out
        What had no room, as `fitting` names it.
    """

    columns: tuple[Column, ...]
    bold: tuple[bool, ...]
    left_out: tuple[str, ...]

    @property
    def drawn(self) -> Text:
        """Its lines."""
        return table(self.columns, self.bold)


def fitted(columns: Sequence[Column], width: int, bold: Sequence[bool] = ()) -> Fitted:
    """Return the columns that fit into a width as a table.

    Parameters
    ----------
    columns
        All that there are.
    width
        Of the window [characters].
    bold
        By row, whether it stands out; empty: none does.
    """
    kept, left_out = fitting(columns, width)
    return Fitted(kept, tuple(bold or [False] * len(columns[0].cells)), left_out)


def texts(name: str, cells: Iterable[str], importance: int = 100) -> Column:
    """Return a column of names or words, which stand left and have no unit."""
    return Column(name, "", tuple(cells), importance, "left")


def marked(name: str, cells: Iterable[str], bold: Iterable[bool]) -> Column:
    """Return a column of names of which those that stand out have a sign before."""
    pairs = zip(cells, bold, strict=True)
    signs = ((SIGN if stands_out else NO_SIGN) + cell for cell, stands_out in pairs)
    return texts(f"{NO_SIGN}{name}", signs)


def figures(
    name: str,
    unit: str,
    values: Iterable[float | None],
    importance: int,
    digits: int | None = None,
) -> Column:
    """Return a column of figures with the same number of digits after the point.

    Parameters
    ----------
    name, unit, importance
        Of the column.
    values
        In that unit; None: the cell is empty.
    digits
        After the point; by default as many as the largest figure needs, and more
        where a much smaller one would be lost.
    """
    values = [*values]
    if digits is not None:
        cells = ("" if value is None else number(value, digits) for value in values)
        return Column(name, unit, tuple(cells), importance)
    known = [abs(value) for value in values if value is not None and isfinite(value)]
    digits = decimals(known)
    least = ROUNDING * max(known, default=0.0)
    cells = (
        "" if value is None else in_column(value, digits, least) for value in values
    )
    return Column(name, unit, tuple(cells), importance)


def percents(name: str, shares: Iterable[float | None], importance: int) -> Column:
    """Return a column of shares [1] in per cent; of None the cell is empty."""
    values = [None if share is None else 100 * share for share in shares]
    return figures(name, "%", values, importance, 1)


def intervals(
    name: str,
    unit: str,
    values: Iterable[Interval | None],
    importance: tuple[int, int],
    digits: int | None = None,
    missing: str = NO_FIGURE,
) -> Column:
    """Return a column of intervals, with means in its place where room is short.

    Parameters
    ----------
    name, unit
        Of the column.
    values
        In that unit.
    importance
        With intervals, and of means alone.
    digits
        After the point; by default as many as the largest mean needs.
    missing
        What stands where the value is None.
    """
    values = [*values]
    if digits is None:
        digits = decimals(value.mean for value in values if value is not None)
    full = (missing if each is None else plus_minus(each, digits) for each in values)
    means = (missing if each is None else number(each.mean, digits) for each in values)
    column = Column(name, unit, tuple(full), importance[0])
    short = Column(name, unit, tuple(means), importance[1])
    return short if short.cells == column.cells else replace(column, shorter=short)


def percent_intervals(
    name: str,
    shares: Iterable[Interval | None],
    importance: tuple[int, int],
    unit: str = "%",
) -> Column:
    """Return a column of shares [1] with their intervals in per cent."""
    values = [None if share is None else share.times(100) for share in shares]
    return intervals(name, unit, values, importance, 1)


def _line(
    columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]
) -> str:
    """Return one line of a table: each cell in its column, nothing at the end."""
    parts = []
    for column, width, cell in zip(columns, widths, cells, strict=True):
        blanks = " " * (width - cell_len(cell))
        parts.append(cell + blanks if column.justify == "left" else blanks + cell)
    return (" " * _GAP).join(parts).rstrip()


def _width(columns: Sequence[Column]) -> int:
    return sum(column.width + _GAP for column in columns) - _GAP


def _cut(column: Column, longest: int) -> Column:
    """Return a column without any name too long for its window."""
    if column.justify == "right" or column.width <= longest:
        return column
    cells = tuple(
        cell if cell_len(cell) <= longest else f"{set_cell_size(cell, longest - 1)}…"
        for cell in column.cells
    )
    return replace(column, cells=cells)


def _with_shorter_names(columns: Sequence[Column], width: int) -> list[Column]:
    """Return columns whose names are cut as far as a width asks for, and may be."""
    cut = list(columns)
    for longest in range(_LONGEST_NAME, _SHORTEST_NAME - 1, -1):
        if _width(cut) <= width:
            break
        cut = [_cut(column, longest) for column in columns]
    return cut


PLAIN_WIDTH = 100
"""The width where there is no window: in a file or a pipe."""


def terminal() -> Console:
    """Return standard output: in colour on a terminal, plain and wide elsewhere.

    `NO_COLOR` is honoured, and so is `COLUMNS`.
    """
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a name in letters it does not know
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return Console(width=width, markup=False, emoji=False, highlight=False)


_HELD = "\ue000"
"""What stands for `NO_BREAK` while lines are broken: to rich that is a blank."""


def _print_lines(console: Console, text: Text) -> None:
    """Print a text in as many lines as it takes, no number divided between two."""
    held = text.copy()
    held.plain = text.plain.replace(NO_BREAK, _HELD)
    lines = held.wrap(console, console.width)
    for line in lines:
        line.plain = line.plain.replace(_HELD, NO_BREAK)
        console.print(line, soft_wrap=True)


_Part = str | Text | Fitted | None

Blocks = Iterable[_Part | Iterable[_Part]]
"""Parts of a report; what stands together in one has no blank line within, and None is
a part of which there is nothing to say."""


def parts_of(blocks: Blocks) -> Iterator[str | Fitted]:
    """Yield what blocks consist of, lines and tables one after the other.

    Parameters
    ----------
    blocks
        As a terminal would be shown them.
    """
    for block in blocks:
        if isinstance(block, Fitted):
            yield block
        elif isinstance(block, str | Text):
            yield str(block).strip()
        elif block is not None:
            yield from parts_of(block)


def print_report(console: Console, sentence: str, blocks: Blocks) -> None:
    """Print a report: its answer, then its parts, as `print_blocks` does.

    Parameters
    ----------
    console
        Where to.
    sentence
        The answer, which stands first.
    blocks
        The other parts.
    """
    print_blocks(console, (Text(sentence, style="bold"), *blocks))


def print_blocks(console: Console, blocks: Blocks) -> None:
    """Print parts of a report with a blank line between them.

    What had no room in any of their tables is named once, at the foot.

    Parameters
    ----------
    console
        Where to.
    blocks
        The parts.
    """
    left_out: list[str] = []
    is_first = True
    for block in blocks:
        several = isinstance(block, Iterable) and not isinstance(block, str | Text)
        parts: Any = block if several else (block,)
        told = [each for each in parts if each]
        if told and not is_first:
            console.print()
        is_first = is_first and not told
        for each in told:
            if isinstance(each, Fitted):
                console.print(each.drawn, soft_wrap=True)
                left_out += each.left_out
            else:
                _print_lines(console, Text(each) if isinstance(each, str) else each)
    if left_out:
        console.print()
        text = phrase(
            "left out for want of width: {names}; --wide shows all",
            names=", ".join(dict.fromkeys(left_out)),
        )
        _print_lines(console, Text(text, style="dim"))


def kept_as(run: str | None) -> Text | None:
    """Say under which name the runs of an answer are kept, and how to have them.

    Parameters
    ----------
    run
        That name; None: nothing is kept, and there is nothing to say.
    """
    if run is None:
        return None
    text = phrase("Kept as run {run}: toc-sim export {run}", run=run)
    return Text(text, style="dim")
