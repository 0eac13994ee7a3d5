"""The rows of one file, read: a column is words, moments or numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.notices import Dropped, Notice

BLANK = -1
"""The code of a word that is not there."""


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words, each stored once.

    Attributes
    ----------
    codes
        By row, which of `words`; `BLANK` where the cell is empty. Shape (rows,), int32.
    words
        Every different word, stripped of blanks at its ends, in the order of their
        first rows.
    """

    codes: NDArray[np.int32]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class MomentColumn:
    """A column of moments.

    Attributes
    ----------
    days
        By row, days since `origin`; nan where the cell is empty. Shape (rows,).
    origin
        A midnight, without a time zone: the wall clock where the records were kept.
    layout
        How the moments were written, for people: ``day/month/year hour:minute``.
    has_time
        Whether a time of day is told, or only the day.
    zone
        The time zone that the moments were brought to, or an empty string.
    """

    days: NDArray[np.float64]
    origin: datetime
    layout: str
    has_time: bool = True
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers.

    Attributes
    ----------
    values
        By row; nan where the cell is empty. Shape (rows,), float64.
    """

    values: NDArray[np.float64]


RecordsColumn = Words | MomentColumn | Numbers


@dataclass(frozen=True, slots=True)
class RecordsTable:
    """The rows of one file that could be read, in the order of the file.

    Attributes
    ----------
    path
        Of the file.
    columns
        By the header as the file has it (made unique where two were the same).
    rows
        How many there are [rows].
    read
        How many the file has, those left out included [rows].
    dropped
        Which were left out, and why.
    notices
        How the file was read: its encoding, separator, way of writing dates.
    lines
        By row, its number in the file, from 1 for the first row below the header;
        shape (rows,).
    """

    path: Path
    columns: Mapping[str, RecordsColumn]
    rows: int
    read: int
    dropped: tuple[Dropped, ...]
    notices: tuple[Notice, ...]
    lines: NDArray[np.int64]
