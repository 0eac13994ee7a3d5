"""What a file of records holds, column by column, before anybody asks for any of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toc_sim.records.notices import Dropped, Notice

Kind = Literal["words", "moments", "numbers", "empty"]


@dataclass(frozen=True, slots=True)
class ColumnSurvey:
    """What one column holds.

    Attributes
    ----------
    header
        As the file has it, made unique.
    kind
        ``words``, ``moments``, ``numbers``, or ``empty``.
    filled
        How many cells are not empty.
    distinct
        How many different cells there are among them.
    samples
        The first few that are different, as they are written.
    layout
        How moments or numbers are written, for people; empty for words.
    trouble
        Why the column cannot be read as what it seems to be, for people; empty: it can.
    hint
        What to do about that.
    """

    header: str
    kind: Kind
    filled: int
    distinct: int
    samples: tuple[str, ...]
    layout: str = ""
    trouble: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds.

    Attributes
    ----------
    path
        Of the file.
    rows
        How many rows it has below the header, those left out included.
    columns
        In the order of the file.
    notices
        How it was read, and what looks wrong.
    dropped
        Rows that are left out whatever is asked for.
    """

    path: Path
    rows: int
    columns: tuple[ColumnSurvey, ...]
    notices: tuple[Notice, ...]
    dropped: tuple[Dropped, ...]

    def column(self, header: str) -> ColumnSurvey:
        """Return one column.

        Parameters
        ----------
        header
            As the file has it.

        Raises
        ------
        KeyError
            If there is none.
        """
        for column in self.columns:
            if column.header == header:
                return column
        raise KeyError(header)
