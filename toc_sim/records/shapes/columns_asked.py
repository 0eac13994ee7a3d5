"""What somebody says of their records' columns, and what was taken for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from toc_sim.records.column_rules import SaidLayout

RoleHeaders = Mapping[str, tuple[str, ...]]
"""By role, the headers that have it, the best first."""


@dataclass(frozen=True, slots=True)
class ColumnsAsked:
    """What is said of the columns, so that it need not be guessed.

    Attributes
    ----------
    roles
        By role (``case``, ``activity``, ``time`` ...), the header that has it. A
        header of one file among several is written ``leads.csv:mql_id``.
    won, lost
        The names of stages or activities at which a case has come to its good end, or
        is lost; empty: by their names.
    outside
        Stages that somebody outside the company does: customers, authorities.
    date_order
        ``day first`` or ``month first``, for columns of dates that do not tell it
        themselves; empty: these are refused.
    layouts
        By header, how its cells are written, where they do not tell it: ``day first``,
        ``month first``, ``decimal point`` or ``decimal comma``.
    sheet
        Of a workbook; empty: the first that has rows.
    spellings
        What is written in one file, and as what the other file that joins it has it.
    shape
        ``event log``, ``stage history``, ``snapshot``, ``joined`` or
        ``transactions``; empty: whichever the columns are enough for.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    date_order: Literal["", "day first", "month first"] = ""
    layouts: Mapping[str, SaidLayout] = field(default_factory=dict)
    sheet: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)
    shape: str = ""


@dataclass(frozen=True, slots=True)
class ColumnTaken:
    """A column, what it was taken for, and why.

    Attributes
    ----------
    role
        What it tells: ``case``, ``activity``, ``time`` ...
    header
        As the file has it.
    file
        The name of the file.
    why
        In a few words for people: ``by its name``.
    """

    role: str
    header: str
    file: str
    why: str
