"""By which rules each column of a file could be read, seen from all its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from toc_sim.language import phrase
from toc_sim.records.blank_cells import present
from toc_sim.records.cell_numbers import NumberRule, number_rule, numbers_like
from toc_sim.records.moment_cells import keep_shapes, masks, shaped
from toc_sim.records.moment_forms import FAMILIES, DateOrder, shape_of
from toc_sim.records.moment_rule import MomentRule, best_family, moment_rule
from toc_sim.records.row_store import RowStore
from toc_sim.records.survey import ColumnSurvey, Kind

SaidLayout = Literal["day first", "month first", "decimal point", "decimal comma"]
"""What a person may say of a column where its cells do not tell."""


SAMPLED = 5_000
"""From so many rows it is seen what a column cannot be."""

MOST_STRAY = 0.02
"""The share of cells that may break the rule of a column: they are told, and their
rows are left out where the column is wanted."""

_SHOWN = 4
"""How many cells are shown of a column."""


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

    def with_moments(self, rule: MomentRule) -> ColumnRules:
        """Return the column with another rule of moments."""
        survey = replace(
            self.survey, layout=rule.layout, trouble=rule.trouble, hint=rule.hint
        )
        return replace(self, moments=rule, survey=survey)

    def with_numbers(self, rule: NumberRule) -> ColumnRules:
        """Return the column with another rule of numbers."""
        survey = replace(self.survey, layout=rule.layout)
        return replace(self, numbers=rule, survey=survey)

    def with_trouble(self, trouble: str, hint: str) -> ColumnRules:
        """Return the column with a reason why it cannot be read."""
        survey = replace(self.survey, trouble=trouble, hint=hint)
        return replace(self, survey=survey)


def column_rules(
    store: RowStore, headers: Sequence[str], asked: Mapping[str, SaidLayout]
) -> tuple[ColumnRules, ...]:
    """Return by which rules each column could be read.

    Parameters
    ----------
    store
        Of the rows.
    headers
        Of its columns.
    asked
        By header, what somebody said of it.
    """
    step = max(1, store.rows // SAMPLED)
    store.run(
        f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT * FROM cells "
        f"WHERE rowid % {step} = 0"
    )
    counts = _counts(store)
    return tuple(
        _rules(store, index, header, counts[index], asked.get(header))
        for index, header in enumerate(headers)
    )


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


def _counts(store: RowStore) -> list[tuple[int, int]]:
    """Return how many cells of each column are filled, and how many say anything."""
    parts = ", ".join(
        f"count(c{index}), count_if({present(f'c{index}')})"
        for index in range(store.columns)
    )
    answer = store.ask(f"SELECT {parts} FROM cells")[0]
    return list(zip(answer[::2], answer[1::2], strict=True))


_TIME_WORDS = re.compile(
    r"date|time|stamp|moment|когда|дата|время|created|closed|(^|[_\s:])(at|on|ts|dt)$",
    re.IGNORECASE,
)
"""What headers of moments say."""


def _rules(
    store: RowStore,
    index: int,
    header: str,
    counts: tuple[int, int],
    asked: SaidLayout | None,
) -> ColumnRules:
    """Return by which rules one column could be read."""
    filled, said = counts
    cell = f"c{index}"
    moments = numbers = None
    if said:
        hinted = bool(_TIME_WORDS.search(header))
        family = best_family(store, index, "sampled", hinted=hinted)
        if family is not None:
            moments = moment_rule(store, index, family, _order_asked(asked))
        if moments is None or stray(said - moments.matched, said):
            numbers = _numbers(store, index, asked)
    kind, layout, trouble, hint = _kind(moments, numbers, filled, said)
    if kind == "words" and said and moments is not None:
        trouble, hint = _mixed(store, index, moments)
    survey = ColumnSurvey(
        header=header,
        kind=kind,
        filled=filled,
        distinct=store.distinct(index) if filled else 0,
        samples=_samples(store, cell),
        layout=layout,
        trouble=trouble,
        hint=hint,
    )
    return ColumnRules(survey, moments, numbers, said)


def _order_asked(asked: SaidLayout | None) -> DateOrder:
    return asked if asked == "day first" or asked == "month first" else ""  # noqa: PLR1714 - mypy narrows so


def _numbers(
    store: RowStore, index: int, asked: SaidLayout | None
) -> NumberRule | None:
    """Return the rule of numbers, if half of a sample look like numbers."""
    cell = f"c{index}"
    total, like = store.ask(
        f"SELECT count(*), count_if({numbers_like(cell)}) FROM sampled "
        f"WHERE {present(cell)}"
    )[0]
    if not total or 2 * like < total:
        return None
    rule = number_rule(store, index)
    if asked in {"decimal point", "decimal comma"}:
        return rule.read_as("point" if asked == "decimal point" else "comma")
    return rule


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
    return "numbers", numbers.layout, numbers.trouble, ""


def _mixed(store: RowStore, index: int, rule: MomentRule) -> tuple[str, str]:
    """Return what is wrong with a column of moments written in several ways."""
    cell = f"c{index}"
    found = masks(store, cell, "sampled", present(cell))
    dated = [
        any(shape_of(family, mask) for family in FAMILIES if not family.unit)
        for mask in found
    ]
    total = sum(found.values())
    as_dates = sum(
        cells for cells, is_date in zip(found.values(), dated, strict=True) if is_date
    )
    if stray(total - as_dates, total):
        return "", ""
    keep_shapes(store, rule.shapes)
    shown = [
        phrase("{cell} in row {row}", cell=text, row=row)
        for test in ("NOT NULL", "NULL")
        for row, text in store.ask(
            f"SELECT {store.number}, {cell} FROM cells WHERE rowid = "
            f"(SELECT min(place) FROM {shaped(cell, present(cell))} "
            f"WHERE mask IS {test})"
        )
    ]
    trouble = phrase(
        "has moments written in several ways: {ways}", ways=", ".join(shown)
    )
    hint = phrase("a program has changed a part of them; export them again in one way")
    return trouble, hint


def _samples(store: RowStore, cell: str) -> tuple[str, ...]:
    """Return the first few different cells of a column."""
    for table in ("sampled", "cells"):
        found = store.ask(
            f"SELECT {cell} FROM (SELECT {cell}, min(rowid) AS first FROM {table} "
            f"WHERE {cell} IS NOT NULL GROUP BY 1) ORDER BY first LIMIT {_SHOWN}"
        )
        if found:
            break
    return tuple(text for (text,) in found)
