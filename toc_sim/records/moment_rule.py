"""The one rule by which a whole column tells moments, inferred from all its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toc_sim.language import phrase
from toc_sim.records.blank_cells import present
from toc_sim.records.moment_cells import (
    AHEAD_OF_UTC,
    SECONDS_INTO_DAY,
    YEAR,
    counted,
    date_of,
    days_of,
    keep_shapes,
    masks,
    number_of,
    shaped,
)
from toc_sim.records.moment_forms import (
    FAMILIES,
    DateOrder,
    Family,
    MaskShape,
    layout_of,
    shape_of,
)
from toc_sim.records.row_store import RowStore

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class MomentRule:
    """How every cell of a column is read as a moment.

    Attributes
    ----------
    family
        The way in which they are written.
    matched
        How many cells are written so [rows].
    order
        Of day and month; empty: it is told by the family, or undecided.
    decided_by
        Why that order, for people; empty: there was nothing to decide.
    layout
        For people: ``day/month/year hour:minute``.
    has_time
        Whether a time of day other than midnight is told.
    shapes
        Of the cells that are moments.
    mark
        What stands between day and month.
    offsets
        By how far clocks were ahead of UTC [minutes], in how many cells.
    unzoned
        How many cells with a time of day do not tell that [rows].
    trouble
        Why it cannot be read as it is, for people; empty: it can.
    hint
        What to do about that.
    undecided
        Whether the order of day and month is all that is missing.
    """

    family: Family
    matched: int
    order: DateOrder = ""
    decided_by: str = ""
    shapes: tuple[MaskShape, ...] = ()
    layout: str = ""
    has_time: bool = False
    mark: str = ""
    offsets: Mapping[int, int] = field(default_factory=dict)
    unzoned: int = 0
    trouble: str = ""
    hint: str = ""
    undecided: bool = False


def best_family(
    store: RowStore, column: int, table: str, *, hinted: bool
) -> Family | None:
    """Return the way in which most cells of a sample are written, if half of them are.

    Parameters
    ----------
    store
        Of the rows.
    column
        Its number.
    table
        Of the sample.
    hinted
        Whether plain numbers may count time too.
    """
    cell = f"c{column}"
    found = masks(store, cell, table, present(cell))
    if not found:
        return None
    families = [family for family in FAMILIES if hinted or not family.unit]
    counts = [
        sum(cells for mask, cells in found.items() if shape_of(family, mask))
        for family in families
    ]
    best = max(range(len(families)), key=lambda index: counts[index])
    return families[best] if 2 * counts[best] >= sum(found.values()) else None


def moment_rule(
    store: RowStore, column: int, family: Family, asked: DateOrder = ""
) -> MomentRule:
    """Return the rule of a column, by all its cells.

    Parameters
    ----------
    store
        Of the rows.
    column
        Its number.
    family
        The way in which most cells are written.
    asked
        The order of day and month, if somebody said it.
    """
    cell = f"c{column}"
    every = masks(store, cell, "cells", present(cell))
    shapes = [shape for mask in every if (shape := shape_of(family, mask))]
    if not shapes:
        return MomentRule(family, 0)
    keep_shapes(store, shapes)
    if family.unit:
        return _counting(store, cell, family, shapes)
    facts = _facts(store, cell, family)
    order = _Order(asked, phrase("as was asked for") if asked else "")
    if family.ordered:
        order = _Order("")
    elif not asked:
        order = _order(store, column, facts, shapes[0].mark)
    return MomentRule(
        family=family,
        matched=facts["matched"],
        order=order.order,
        decided_by=order.why,
        shapes=tuple(shapes),
        layout=layout_of(family, order.order, shapes[0]),
        has_time=bool(facts["timed"]),
        mark=shapes[0].mark,
        offsets=dict(sorted((facts["offsets"] or {}).items())),
        unzoned=facts["hours"] - facts["zoned"] if facts["zoned"] else 0,
        trouble=order.trouble,
        hint=order.hint,
        undecided=order.undecided,
    )


def _counting(
    store: RowStore, cell: str, family: Family, shapes: list[MaskShape]
) -> MomentRule:
    """Return the rule of a column of numbers that count time."""
    days = counted(family)
    begin, end = (f"(DATE '{year}-01-01' - DATE '1970-01-01')" for year in family.years)
    matched, timed = store.ask(
        f"SELECT count_if({days} BETWEEN {begin} AND {end}), "
        f"count_if({days} <> floor({days})) FROM {shaped(cell)} WHERE mask IS NOT NULL"
    )[0]
    offsets = {0: matched} if family.name.endswith("1970") else {}
    return MomentRule(
        family=family,
        matched=matched,
        shapes=tuple(shapes),
        layout=layout_of(family, "", shapes[0]),
        has_time=bool(timed),
        offsets=offsets,
    )


def _facts(store: RowStore, cell: str, family: Family) -> dict[str, Any]:
    """Return what is to be known of the parts of all cells."""
    parts = {
        "matched": f"count_if({YEAR} BETWEEN {family.years[0]} AND {family.years[1]})",
        "hours": "count_if(hour_long > 0)",
        "zoned": "count_if(zoned AND hour_long > 0)",
        "timed": f"count_if({SECONDS_INTO_DAY} > 0)",
        "offsets": f"histogram({AHEAD_OF_UTC})",
    }
    if not family.ordered:
        one, two = number_of("one"), number_of("two")
        parts["one_over"] = f"count_if({one} > {_MONTHS} AND {two} <= {_MONTHS})"
        parts["two_over"] = f"count_if({two} > {_MONTHS} AND {one} <= {_MONTHS})"
    answer = store.ask(
        f"SELECT {', '.join(parts.values())} FROM {shaped(cell)} WHERE mask IS NOT NULL"
    )[0]
    return dict(zip(parts, answer, strict=True))


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of day and month, why it is that, and what is wrong with it."""

    order: DateOrder
    why: str = ""
    trouble: str = ""
    hint: str = ""
    undecided: bool = False


def _order(store: RowStore, column: int, facts: Mapping[str, Any], mark: str) -> _Order:
    """Return the order of day and month that the cells of a column prove."""
    if facts["one_over"] and facts["two_over"]:
        trouble = phrase(
            "has the day first in some rows and the month first in others: {one}, and "
            "{other}",
            one=_example(store, column, "one", "two"),
            other=_example(store, column, "two", "one"),
        )
        hint = phrase(
            "a program has swapped day and month in a part of them; export them again "
            "as year-month-day"
        )
        return _Order("", "", trouble, hint)
    if facts["one_over"]:
        return _Order("day first", _proof(_example(store, column, "one", "two")))
    if facts["two_over"]:
        return _Order("month first", _proof(_example(store, column, "two", "one")))
    if mark == ".":
        return _Order("day first", phrase("as dates with points are"))
    trouble = phrase("has no day above 12: day and month cannot be told apart")
    hint = phrase("say which it is, day first or month first")
    return _Order("", "", trouble, hint, undecided=True)


def _proof(example: str) -> str:
    return phrase("as {example} proves", example=example)


def _example(store: RowStore, column: int, over: str, other: str) -> str:
    """Return the first row in which a part is above 12: ``31.12.2020 in row 5``."""
    place, text = store.ask(
        f"SELECT place, cell FROM {shaped(f'c{column}')} WHERE mask IS NOT NULL "
        f"AND {number_of(over)} > {_MONTHS} AND {number_of(other)} <= {_MONTHS} "
        "ORDER BY place LIMIT 1"
    )[0]
    row = store.ask(f"SELECT {store.number} FROM cells WHERE rowid = {place}")[0][0]
    return phrase("{cell} in row {row}", cell=text, row=row)


def moment_days(
    store: RowStore, column: int, rule: MomentRule, origin: str, *, to_utc: bool
) -> tuple[str, str]:
    """Return in SQL the days since an origin, and the rows that it is asked of.

    Parameters
    ----------
    store
        Of the rows.
    column
        Its number.
    rule
        Of the column.
    origin
        A date: ``2020-01-01``.
    to_utc
        Whether moments that tell their zone are brought to UTC.
    """
    keep_shapes(store, rule.shapes)
    days = days_of(rule.family, rule.order, origin, to_utc=to_utc)
    return days, shaped(f"c{column}", "{where}")


def mixes_seasons(
    store: RowStore, column: int, rule: MomentRule, changing: str
) -> tuple[int, int]:
    """Return how many moments carry the offset of the other season, and of how many.

    Parameters
    ----------
    store
        Of the rows.
    column
        Its number.
    rule
        Of the column.
    changing
        The numbers of months that are left out, for clocks are changed in them.
    """
    keep_shapes(store, rule.shapes)
    least, total = store.ask(
        "SELECT sum(least(low, every - low)), sum(every) FROM (SELECT "
        f"count(*) AS every, count_if(ahead = {min(rule.offsets)}) AS low FROM "
        f"(SELECT {date_of(rule.family, rule.order)} AS day, {AHEAD_OF_UTC} AS ahead "
        f"FROM {shaped(f'c{column}')} WHERE zoned) "
        f"WHERE month(day) NOT IN ({changing}) GROUP BY year(day), month(day))"
    )[0]
    return int(least or 0), int(total or 0)
