"""Tables that stay readable in a narrow window: the least important columns go."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.text import Text

_GAP = 2
"""Blanks between two columns."""

WANTING = "Left out for want of room: {names}."
NARROW = "left out, the window is narrow: {names}"
"""Two ways to say which columns were left out."""

_LONGEST_NAME = 24
"""A name is not cut below this, however narrow the window."""


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

    @classmethod
    def with_means(
        cls,
        name: str,
        unit: str,
        cells: tuple[tuple[str, ...], tuple[str, ...]],
        importance: tuple[int, int],
    ) -> Column:
        """Return a column of intervals, with means in its place where room is short.

        Parameters
        ----------
        name, unit
            The two lines of its header.
        cells
            With intervals, and means alone.
        importance
            Of the one and of the other.
        """
        full, means = cells
        short = cls(name, unit, means, importance[1])
        if full == means:
            return short
        return cls(name, unit, full, importance[0], shorter=short)

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
    least one is. The names of the others, in the order of the columns.
    """
    kept = list(columns)
    if _width(kept) > width:
        longest = max(_LONGEST_NAME, width // 3)
        kept = [_cut(column, longest) for column in columns]
    left_out: list[str] = []
    while _width(kept) > width and len(kept) > 1:
        least = min(kept, key=lambda column: column.importance)
        place = kept.index(least)
        if least.shorter is not None:
            kept[place] = least.shorter
        else:
            del kept[place]
            left_out.append(least.name)
    names = [column.name for column in columns]
    return tuple(kept), tuple(sorted(left_out, key=names.index))


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
    lines = [Text(_line(columns, head), style="dim") for head in heads]
    rows = zip(*(column.cells for column in columns), strict=True)
    lines += [
        Text(_line(columns, cells), style="bold" if stands_out else "")
        for cells, stands_out in zip(rows, bold, strict=True)
    ]
    return Text("\n").join(lines)


def fitted(
    columns: Sequence[Column], bold: Sequence[bool], width: int, note: str = WANTING
) -> Text:
    """Return the columns that fit into a width, and below them what was left out.

    Parameters
    ----------
    columns
        All that there are.
    bold
        By row, whether it stands out.
    width
        Of the window [characters].
    note
        How it is said which columns were left out.
    """
    kept, left_out = fitting(columns, width)
    drawn = table(kept, bold)
    if left_out:
        names = ", ".join(dict.fromkeys(left_out))
        drawn.append(f"\n{note.format(names=names)}", "dim")
    return drawn


def _line(columns: Sequence[Column], cells: Sequence[str]) -> str:
    """Return one line of a table: each cell in its column, nothing at the end."""
    parts = []
    for column, cell in zip(columns, cells, strict=True):
        blanks = " " * (column.width - cell_len(cell))
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


Part = RenderableType | None
"""A part of a report; None: there is nothing to say."""


def print_report(
    console: Console, sentence: str, *blocks: Part | Iterable[Part]
) -> None:
    """Print a report: its answer, then its parts with a blank line between them.

    Parameters
    ----------
    console
        Where to.
    sentence
        The answer, which stands first.
    blocks
        The other parts; what stands together in one has no blank line within.
    """
    console.print(Text(sentence, style="bold"))
    for block in blocks:
        several = isinstance(block, Iterable) and not isinstance(block, str | Text)
        parts: Any = block if several else (block,)
        told = [each for each in parts if each]
        if told:
            console.print()
        for each in told:
            console.print(Text(each) if isinstance(each, str) else each)


def kept_as(run: str | None) -> Text | None:
    """Say under which name the runs of an answer are kept, and how to have them.

    Parameters
    ----------
    run
        That name; None: nothing is kept, and there is nothing to say.
    """
    if run is None:
        return None
    return Text(f"Kept as run {run}: toc-sim export {run}", style="dim")
