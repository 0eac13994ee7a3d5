"""Moments out of cells in SQL: each cell beside the shape of its mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toc_sim.records.moment_forms import (
    DAY_SECONDS,
    DIGIT_PARTS,
    DateOrder,
    Family,
    MaskShape,
)
from toc_sim.records.row_store import RowStore

_MOST_MASKS = 2_000
"""So many masks of a column are looked at, the most frequent ones."""


def mask(cell: str) -> str:
    """Return in SQL the mask of a cell: every digit is a 9.

    Parameters
    ----------
    cell
        In SQL.
    """
    return f"translate({cell}, '012345678', '999999999')"


def masks(store: RowStore, cell: str, table: str, where: str) -> Mapping[str, int]:
    """Return the masks of a column, and how many cells have each.

    Parameters
    ----------
    store
        Of the rows.
    cell
        The column, in SQL.
    table
        Of the rows that are looked at.
    where
        In SQL, which of them.
    """
    return dict(
        store.ask(
            f"SELECT {mask(cell)} AS mask, count(*) AS cells FROM {table} "
            f"WHERE {where} GROUP BY mask ORDER BY cells DESC, mask LIMIT {_MOST_MASKS}"
        )
    )


def keep_shapes(store: RowStore, shapes: Sequence[MaskShape]) -> None:
    """Fill the table ``shapes`` with where parts stand, by masks.

    Parameters
    ----------
    store
        Of the rows.
    shapes
        Of all masks of a column that are moments.
    """
    spans = [f"{part}_{what}" for part in DIGIT_PARTS for what in ("at", "long")]
    columns = ", ".join(f"{name} INTEGER" for name in (*spans, "named", "zone"))
    store.run(
        f"CREATE OR REPLACE TEMP TABLE shapes (mask VARCHAR, {columns}, half VARCHAR, "
        "zoned BOOLEAN)"
    )
    for shape in shapes:
        numbers = [number for part in DIGIT_PARTS for number in shape.spans[part]]
        values = [
            shape.mask,
            *numbers,
            shape.month,
            shape.zone,
            shape.half,
            shape.zoned,
        ]
        marks = ", ".join("?" * len(values))
        store.run(f"INSERT INTO shapes VALUES ({marks})", *values)


def shaped(cell: str, where: str = "true") -> str:
    """Return in SQL cells beside their shapes, NULL where they have none.

    Parameters
    ----------
    cell
        The column, in SQL.
    where
        In SQL, of which rows.
    """
    return (
        f"(SELECT rowid AS place, {cell} AS cell, {mask(cell)} AS its FROM cells "
        f"WHERE {where}) LEFT JOIN shapes ON its = mask"
    )


def number_of(part: str) -> str:
    """Return in SQL a part of a cell as a number; NULL: it is not there.

    Parameters
    ----------
    part
        Of `DIGIT_PARTS`.
    """
    return f"try_cast(substr(cell, {part}_at, {part}_long) AS INTEGER)"


YEAR = (
    f"({number_of('year')} + CASE WHEN year_long > 2 THEN 0 "
    f"WHEN {number_of('year')} < 70 THEN 2000 ELSE 1900 END)"
)
"""In SQL, the year of a cell; of two digits it is one from 1970 to 2069."""


def date_of(family: Family, order: DateOrder) -> str:
    """Return in SQL the date in a cell; NULL if there is no such day.

    Parameters
    ----------
    family
        The way in which it is written.
    order
        Of day and month, where that leaves it open.
    """
    month, day = number_of("month"), number_of("day")
    if family.name.startswith("month named"):
        month = "named"
    elif not family.ordered:
        one, two = number_of("one"), number_of("two")
        month, day = (one, two) if order == "month first" else (two, one)
    leap = f"({YEAR} % 4 = 0 AND ({YEAR} % 100 <> 0 OR {YEAR} % 400 = 0))"
    longest = (
        f"CASE WHEN {month} = 2 THEN CASE WHEN {leap} THEN 29 ELSE 28 END "
        f"WHEN {month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END"
    )
    exists = (
        f"{YEAR} BETWEEN {family.years[0]} AND {family.years[1]} "
        f"AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND {longest}"
    )
    return f"CASE WHEN {exists} THEN make_date({YEAR}, {month}, {day}) END"


def _seconds() -> str:
    hour = number_of("hour")
    of_day = (
        f"CASE half WHEN '' THEN {hour} ELSE CASE WHEN {hour} BETWEEN 1 AND 12 "
        f"THEN {hour} % 12 + CASE half WHEN 'p' THEN 12 ELSE 0 END ELSE 24 END END"
    )
    minute, second = number_of("minute"), f"coalesce({number_of('second')}, 0)"
    fraction = (
        "CASE WHEN fraction_long > 0 THEN "
        "CAST('0.' || substr(cell, fraction_at, fraction_long) AS DOUBLE) ELSE 0.0 END"
    )
    return (
        f"CASE WHEN hour_long = 0 THEN 0.0 WHEN ({of_day}) < 24 AND {minute} < 60 "
        f"AND {second} < 60 THEN ({of_day}) * 3600 + {minute} * 60 + {second} "
        f"+ {fraction} END"
    )


SECONDS_INTO_DAY = _seconds()
"""In SQL, the time of day in a cell [seconds]; NULL if no clock shows it."""

AHEAD_OF_UTC = (
    "CASE WHEN NOT zoned THEN NULL ELSE zone * "
    f"(60 * coalesce({number_of('ahead')}, 0) + coalesce({number_of('beside')}, 0)) END"
)
"""In SQL, how far the clock of a cell is ahead of UTC [minutes]; NULL: not told."""


def days_of(family: Family, order: DateOrder, origin: str, *, to_utc: bool) -> str:
    """Return in SQL the days in a cell since an origin; NULL: it is no moment.

    Parameters
    ----------
    family
        The way in which it is written.
    order
        Of day and month, where that leaves it open.
    origin
        A date: ``2020-01-01``.
    to_utc
        Whether moments that tell their zone are brought to UTC.
    """
    if family.unit:
        return (
            f"CASE WHEN mask IS NOT NULL THEN {counted(family)} "
            f"- (DATE '{origin}' - DATE '1970-01-01') END"
        )
    date = date_of(family, order)
    days = f"({date} - DATE '{origin}') + ({SECONDS_INTO_DAY}) / {DAY_SECONDS}.0"
    if to_utc:
        days = f"{days} - coalesce({AHEAD_OF_UTC}, 0) / 1440.0"
    return f"CASE WHEN mask IS NOT NULL THEN {days} END"


def counted(family: Family) -> str:
    """Return in SQL the days since 1970 that a number in a cell counts.

    Parameters
    ----------
    family
        Of those that count.
    """
    per_day = round(1 / family.unit)
    number = "try_cast(replace(cell, ',', '.') AS DOUBLE)"
    return f"({number} / {per_day}.0 + {family.zero})"
