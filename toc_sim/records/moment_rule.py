"""The one rule by which a whole column tells moments, inferred from all its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toc_sim.language import phrase
from toc_sim.records.blank_cells import present
from toc_sim.records.moments import (
    FAMILIES,
    Family,
    Order,
    count_expression,
    date_of,
    day_share_of,
    layout_of,
    offset_of,
    pieces,
)
from toc_sim.records.row_store import RowStore

MONTHS_IN_YEAR = 12


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
    order: Order = ""
    decided_by: str = ""
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
    families = [family for family in FAMILIES if hinted or not family.hinted]
    counts = ", ".join(
        f"count_if(regexp_matches({cell}, '{family.pattern}'))" for family in families
    )
    total, *found = store.ask(
        f"SELECT count(*), {counts} FROM {table} WHERE {present(cell)}"  # noqa: S608
    )[0]
    best = max(range(len(families)), key=lambda index: found[index])
    return families[best] if total and 2 * found[best] >= total else None


def moment_rule(
    store: RowStore, column: int, family: Family, asked: Order = ""
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
    if family.hinted:
        return _counting(store, column, family)
    facts = _facts(store, column, family)
    order = _Order(asked, phrase("as was asked for") if asked else "")
    if family.month:
        order = _Order("")
    elif not asked:
        order = _order(store, column, family, facts)
    clock = (facts["hours"], facts["seconds"], facts["fractions"], facts["halves"])
    short = bool(facts["short"])
    return MomentRule(
        family=family,
        matched=facts["matched"],
        order=order.order,
        decided_by=order.why,
        layout=layout_of(family, order.order, facts["mark"], clock, short=short),
        has_time=bool(facts["timed"]),
        mark=facts["mark"],
        offsets=facts["offsets"],
        unzoned=facts["hours"] - sum(facts["offsets"].values()),
        trouble=order.trouble,
        hint=order.hint,
        undecided=order.undecided,
    )


def _counting(store: RowStore, column: int, family: Family) -> MomentRule:
    cell = f"c{column}"
    value = count_expression(family, cell)
    matched, timed = store.ask(
        f"SELECT count(*), count_if({value} <> floor({value})) FROM cells "  # noqa: S608
        f"WHERE regexp_matches({cell}, '{family.pattern}')"
    )[0]
    layout = layout_of(family, "", "", (False,) * 4, short=False)
    offsets = {0: matched} if family.name.endswith("1970") else {}
    return MomentRule(
        family, matched, layout=layout, has_time=bool(timed), offsets=offsets
    )


def _facts(store: RowStore, column: int, family: Family) -> dict[str, Any]:
    """Return what is to be known of the parts of all cells."""
    parts = {
        "matched": "count(*)",
        "mark": "coalesce(mode(s.mark), '')" if "mark" in family.parts else "''",
        "hours": "count_if(s.hour <> '')",
        "seconds": "count_if(s.second_of <> '')",
        "fractions": "count_if(s.fraction <> '')",
        "halves": "count_if(s.half <> '')" if "half" in family.parts else "0",
        "timed": f"count_if({day_share_of(family, 's')} > 0)",
        "short": f"count_if(length(s.{family.year}) = 2)",
        "offsets": f"histogram({offset_of('s')})",
    }
    if not family.month:
        first, second = "CAST(s.first AS INTEGER)", "CAST(s.second AS INTEGER)"
        parts["first_over"] = f"count_if({first} > 12 AND {second} <= 12)"
        parts["second_over"] = f"count_if({second} > 12 AND {first} <= 12)"
    cell = f"c{column}"
    answer = store.ask(
        f"SELECT {', '.join(parts.values())} FROM "  # noqa: S608
        f"(SELECT {pieces(family, cell)} AS s FROM cells WHERE {cell} IS NOT NULL) "
        "WHERE s.first <> ''"
    )[0]
    facts = dict(zip(parts, answer, strict=True))
    facts["offsets"] = dict(sorted((facts["offsets"] or {}).items()))
    return facts


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of day and month, why it is that, and what is wrong with it."""

    order: Order
    why: str = ""
    trouble: str = ""
    hint: str = ""
    undecided: bool = False


def _order(
    store: RowStore, column: int, family: Family, facts: Mapping[str, Any]
) -> _Order:
    """Return the order of day and month that the cells of a column prove."""
    first, second = facts["first_over"], facts["second_over"]
    if first and second:
        trouble = phrase(
            "has the day first in some rows and the month first in others: {one}, and "
            "{other}",
            one=_example(store, column, family, "first"),
            other=_example(store, column, family, "second"),
        )
        hint = phrase(
            "a program has swapped day and month in a part of them; export them again "
            "as year-month-day"
        )
        return _Order("", "", trouble, hint)
    if first:
        return _Order("day first", _proof(store, column, family, "first"))
    if second:
        return _Order("month first", _proof(store, column, family, "second"))
    if facts["mark"] == ".":
        return _Order("day first", phrase("as dates with points are"))
    trouble = phrase("has no day above 12: day and month cannot be told apart")
    hint = phrase("say which it is, day first or month first")
    return _Order("", "", trouble, hint, undecided=True)


def _proof(store: RowStore, column: int, family: Family, part: str) -> str:
    return phrase(
        "as {example} proves", example=_example(store, column, family, part)
    )


def _example(store: RowStore, column: int, family: Family, part: str) -> str:
    """Return the first row in which a part is above 12: ``31.12.2020 in row 5``."""
    other = "second" if part == "first" else "first"
    cell = f"c{column}"
    row, text = store.ask(
        f"SELECT n, cell FROM (SELECT {store.number} AS n, {cell} AS cell, "  # noqa: S608
        f"{pieces(family, cell)} AS s FROM cells WHERE {cell} IS NOT NULL) "
        f"WHERE s.first <> '' AND CAST(s.{part} AS INTEGER) > {MONTHS_IN_YEAR} "
        f"AND CAST(s.{other} AS INTEGER) <= {MONTHS_IN_YEAR} ORDER BY n LIMIT 1"
    )[0]
    return phrase("{cell} in row {row}", cell=text, row=row)


def moment_expression(
    rule: MomentRule, column: int, origin: str, *, to_utc: bool
) -> tuple[str, str]:
    """Return in SQL the days since an origin, and the struct ``s`` that it speaks of.

    It is NULL where a cell is no moment.

    Parameters
    ----------
    rule
        Of the column.
    column
        Its number.
    origin
        A date: ``2020-01-01``.
    to_utc
        Whether moments are brought to UTC.
    """
    cell = f"c{column}"
    if rule.family.hinted:
        since = f"(DATE '{origin}' - DATE '1970-01-01')"
        days = f"{count_expression(rule.family, cell)} - {since}"
        matched = f"regexp_matches({cell}, '{rule.family.pattern}')"
        return f"CASE WHEN {matched} THEN {days} END", "NULL"
    date = date_of(rule.family, rule.order, "s")
    days = f"({date} - DATE '{origin}') + {day_share_of(rule.family, 's')}"
    if to_utc:
        days = f"{days} - coalesce({offset_of('s')}, 0) / 1440.0"
    return f"CASE WHEN s.first <> '' THEN {days} END", pieces(rule.family, cell)
