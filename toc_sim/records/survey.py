"""What a file of records holds, column by column, before anybody asks for any of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toc_sim.language import phrase, phrase_of
from toc_sim.records.blank_cells import present
from toc_sim.records.cell_numbers import NumberRule, number_rule, numbers_like
from toc_sim.records.moment_rule import MomentRule, best_family, moment_rule
from toc_sim.records.moments import Order
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.row_store import RowStore

Kind = Literal["words", "moments", "numbers", "empty"]

SAMPLED = 5_000
"""From so many rows it is seen what a column cannot be."""

MOST_STRAY = 0.02
"""The share of cells that may break the rule of a column: they are told, and their
rows are left out where the column is wanted."""

SHOWN = 4
"""How many cells are shown of a column."""


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


@dataclass(frozen=True, slots=True)
class ColumnRules:
    """By which rules a column could be read.

    Attributes
    ----------
    survey
        Of the column.
    moments
        The rule of moments, if they look like it.
    numbers
        The rule of numbers, if they look like it.
    present
        How many cells say anything, those that say ``n/a`` left out.
    """

    survey: ColumnSurvey
    moments: MomentRule | None
    numbers: NumberRule | None
    present: int


def surveyed(
    store: RowStore, headers: Sequence[str], asked: Mapping[str, Order]
) -> tuple[ColumnRules, ...]:
    """Return what each column holds.

    Parameters
    ----------
    store
        Of the rows.
    headers
        Of its columns.
    asked
        By header, the order of day and month, where somebody said it.
    """
    step = max(1, store.rows // SAMPLED)
    store.ask(
        f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT * FROM cells "  # noqa: S608
        f"WHERE rowid % {step} = 0"
    )
    counts = _counts(store)
    return tuple(
        _rules(store, index, header, counts[index], asked.get(header, ""))
        for index, header in enumerate(headers)
    )


def _counts(store: RowStore) -> list[tuple[int, int]]:
    """Return how many cells of each column are filled, and how many say anything."""
    parts = ", ".join(
        f"count(c{index}), count_if({present(f'c{index}')})"
        for index in range(store.columns)
    )
    answer = store.ask(f"SELECT {parts} FROM cells")[0]  # noqa: S608
    return list(zip(answer[::2], answer[1::2], strict=True))


_TIME_WORDS = re.compile(
    r"date|time|stamp|moment|когда|дата|время|(^|[_\s:])(at|on|ts|dt)$", re.IGNORECASE
)
"""What headers of moments say."""


def _rules(
    store: RowStore, index: int, header: str, counts: tuple[int, int], asked: Order
) -> ColumnRules:
    """Return what one column holds."""
    filled, said = counts
    cell = f"c{index}"
    moments = numbers = None
    if said:
        hinted = bool(_TIME_WORDS.search(header))
        family = best_family(store, index, "sampled", hinted=hinted)
        if family is not None:
            moments = moment_rule(store, index, family, asked)
        if moments is None or stray(said - moments.matched, said):
            numbers = _numbers(store, index)
    kind, layout, trouble, hint = _kind(moments, numbers, filled, said)
    survey = ColumnSurvey(
        header=header,
        kind=kind,
        filled=filled,
        distinct=_distinct(store, cell),
        samples=_samples(store, cell),
        layout=layout,
        trouble=trouble,
        hint=hint,
    )
    return ColumnRules(survey, moments, numbers, said)


def stray(bad: int, said: int) -> bool:
    """Return whether too many cells break the rule of a column.

    Parameters
    ----------
    bad
        How many do.
    said
        Of how many that say anything.
    """
    return bad > max(1, MOST_STRAY * said) or 4 * bad > said


def _numbers(store: RowStore, index: int) -> NumberRule | None:
    cell = f"c{index}"
    total, like = store.ask(
        f"SELECT count(*), count_if({numbers_like(cell)}) FROM sampled "  # noqa: S608
        f"WHERE {present(cell)}"
    )[0]
    return number_rule(store, index) if total and 2 * like >= total else None


def _kind(
    moments: MomentRule | None, numbers: NumberRule | None, filled: int, said: int
) -> tuple[Kind, str, str, str]:
    """Return the kind of a column, its layout, and what is wrong with it."""
    if not filled:
        return "empty", "", "", ""
    if moments is not None and not stray(said - moments.matched, said):
        return "moments", moments.layout, moments.trouble, moments.hint
    if numbers is None or numbers.padded or stray(said - numbers.matched, said):
        return "words", "", "", ""
    return "numbers", numbers.layout, "", ""


def _distinct(store: RowStore, cell: str) -> int:
    """Return how many different cells there are, by their hashes."""
    return int(
        store.ask(
            f"SELECT count(*) FROM (SELECT hash({cell}) FROM cells "  # noqa: S608
            f"WHERE {cell} IS NOT NULL GROUP BY 1)"
        )[0][0]
    )


def _samples(store: RowStore, cell: str) -> tuple[str, ...]:
    """Return the first few different cells of a column."""
    found = store.ask(
        f"SELECT {cell} FROM (SELECT {cell}, min(rowid) AS first FROM sampled "  # noqa: S608
        f"WHERE {cell} IS NOT NULL GROUP BY 1) ORDER BY first LIMIT {SHOWN}"
    )
    return tuple(text for (text,) in found)
