"""A document that is put together from the cells of many rows, and their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from toc_sim.errors import Path
from toc_sim.scenario.file.written import Spot, Written, WrittenDocument

_LETTERS = 26


def cell_name(row: int, column: int) -> str:
    """Return what a cell is called: ``C4``.

    Parameters
    ----------
    row, column
        From 1.

    Examples
    --------
    >>> from toc_sim.workbook.book_draft import cell_name
    >>> cell_name(4, 3), cell_name(1, 28)
    ('C4', 'AB1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


@dataclass(frozen=True)
class BookDocument(WrittenDocument):
    """A document whose places are cells: of sheet, row and column.

    Attributes
    ----------
    titles
        Of the sheets, by which a place counts them.
    """

    titles: tuple[str, ...] = ()

    def place(self, spot: Spot) -> str:
        """Return a place as messages write it: ``book.xlsx:Stages!C4``."""
        return placed(self.name, self.titles, spot)

    def is_doubtful(self, spot: Spot) -> bool:
        """Return whether a cell of the same row could not be read."""
        return bool(spot) and any(
            spot[:2] == each[:2] for each in self.problems.values()
        )


def placed(name: str, titles: Sequence[str], spot: Spot) -> str:
    """Return a place as messages write it: ``book.xlsx:Stages!C4``.

    Parameters
    ----------
    name
        Of the file.
    titles
        Of its sheets, in their order.
    spot
        The index of a sheet, and row and column from 1; empty: the file as a whole.
    """
    if not spot:
        return name
    sheet, row, column = spot
    title = titles[sheet]
    title = title if title.isalnum() else f"'{title}'"
    return f"{name}:{title}!{cell_name(row, column)}"


@dataclass
class BookDraft:
    """A table, or a list, that is being put together from the cells of many rows."""

    spot: Spot
    inside: dict[str | int, BookDraft | Written] = field(default_factory=dict)
    keys: dict[str, Spot] = field(default_factory=dict)
    is_list: bool = False

    def below(self, path: Path, spot: Spot) -> BookDraft:
        """Return the table that a path leads to; what is not there is made."""
        here = self
        for key in path:
            here.is_list = isinstance(key, int)
            found = here.inside.get(key)
            if not isinstance(found, BookDraft):
                found = here.inside[key] = BookDraft(spot)
                here.keys.setdefault(str(key), spot)
            here = found
        return here

    def put(self, path: Path, written: Written) -> None:
        """Put a value where a path leads to."""
        *above, last = path
        here = self.below(tuple(above), written.spot)
        here.is_list = isinstance(last, int)
        here.inside[last] = written
        here.keys[str(last)] = written.spot

    def written(self) -> Written:
        """Return all of it as plain data with places."""
        inside = {
            key: each.written() if isinstance(each, BookDraft) else each
            for key, each in self.inside.items()
        }
        return gathered(inside, self.spot, self.keys, is_list=self.is_list)


def gathered(
    inside: dict[str | int, Written],
    spot: Spot,
    keys: dict[str, Spot],
    *,
    is_list: bool,
) -> Written:
    """Return parts as one value.

    Parameters
    ----------
    inside
        The parts, by key or index.
    spot, keys
        Where the whole begins, and where each of its keys is.
    is_list
        Whether they make a list, rather than a table.
    """
    plain = {key: each.value for key, each in inside.items()}
    value = list(plain.values()) if is_list else plain
    return Written(value, None, spot, inside, keys)
