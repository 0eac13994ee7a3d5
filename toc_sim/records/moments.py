"""How moments are written: the ways that there are, each a pattern with named parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from toc_sim.language import phrase

Order = Literal["", "day first", "month first", "year first"]
"""In which order day and month stand where both are numbers."""

_CLOCK = (
    r"(?:(?:T|t|,?\s+(?:at\s+)?)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d+))?)?"
    r"(?:\s*([AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r"\s*(Z|z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?(?:\[[\w/+-]+\])?"

PARTS = ("first", "mark", "second", "third", "hour", "minute", "second_of", "fraction")
"""What the patterns name, but for ``half`` (of the day) and ``zone``."""

_NAMES = (*PARTS, "half", "zone")

MONTHS: tuple[tuple[str, ...], ...] = (
    ("jan", "янв"),
    ("feb", "фев"),
    ("mar", "мар"),
    ("apr", "апр"),
    ("may", "мая", "май"),
    ("jun", "июн"),
    ("jul", "июл"),
    ("aug", "авг"),
    ("sep", "сен"),
    ("oct", "окт"),
    ("nov", "ноя"),
    ("dec", "дек"),
)
"""How the names of months begin, in English and in Russian."""


@dataclass(frozen=True, slots=True)
class Family:
    """A way of writing moments.

    Attributes
    ----------
    name
        Short, for code.
    pattern
        Of RE2, for the whole cell.
    parts
        What its groups hold, in their order.
    year, month, day
        Which part holds which; empty where the order is to be found out.
    hinted
        Whether such a number is a moment only where the header says so.
    """

    name: str
    pattern: str
    parts: tuple[str, ...]
    year: str = ""
    month: str = ""
    day: str = ""
    hinted: bool = False


_DATE_PARTS = ("first", "mark", "second", "third")
_CLOCK_PARTS = ("hour", "minute", "second_of", "fraction", "half")
_ALL = (*_DATE_PARTS, *_CLOCK_PARTS, "zone")

FAMILIES: tuple[Family, ...] = (
    Family(
        "year first",
        rf"^(\d{{4}})([-/.])(\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}{_ZONE}$",
        _ALL,
        year="first",
        month="second",
        day="third",
    ),
    Family(
        "year last",
        rf"^(\d{{1,2}})([-/.])(\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_CLOCK}{_ZONE}$",
        _ALL,
        year="third",
    ),
    Family(
        "month named",
        r"^(?:\pL{2,9}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?([-/\s]*)(\pL{3,9})"
        rf"\.?,?[-/\s]*(\d{{4}}|\d{{2}})(?:\s?г\.?)?{_CLOCK}{_ZONE}$",
        _ALL,
        year="third",
        month="second",
        day="first",
    ),
    Family(
        "month named first",
        rf"^(?:\pL{{3,9}}\.?,?\s+)?(\pL{{3,9}})(\.?\s+)(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})"
        rf"{_CLOCK}{_ZONE}$",
        _ALL,
        year="third",
        month="first",
        day="second",
    ),
    Family(
        "digits",
        r"^((?:19[789]|20[0-4])\d)(\d{2})(\d{2})"
        r"(?:[Tt\s_]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(Z|z)?$",
        ("first", "second", "third", "hour", "minute", "second_of", "fraction", "zone"),
        year="first",
        month="second",
        day="third",
    ),
    Family(
        "seconds since 1970",
        r"^(\d{9,10})(?:\.(\d+))?$",
        ("first", "fraction"),
        hinted=True,
    ),
    Family("milliseconds since 1970", r"^(\d{12,13})$", ("first",), hinted=True),
    Family(
        "days as Excel counts",
        r"^([2-7]\d{4})(?:[.,](\d+))?$",
        ("first", "fraction"),
        hinted=True,
    ),
)


def pieces(family: Family, cell: str) -> str:
    """Return in SQL the parts of a cell, as a struct of texts; all empty: no match.

    Parameters
    ----------
    family
        The way in which it is written.
    cell
        In SQL.
    """
    names = ", ".join(f"'{part}'" for part in family.parts)
    return f"regexp_extract({cell}, '{family.pattern}', [{names}])"


def matches(family: Family, cell: str) -> str:
    """Return in SQL whether a cell is written so.

    Parameters
    ----------
    family
        The way.
    cell
        In SQL.
    """
    return f"regexp_matches({cell}, '{family.pattern}')"


def date_of(family: Family, order: Order, struct: str) -> str:
    """Return in SQL the date that parts tell; NULL if there is no such day.

    Parameters
    ----------
    family
        The way in which it is written, with a year, a month and a day.
    order
        Of day and month, where the family leaves it open.
    struct
        Of the parts, in SQL.
    """
    month, day = family.month, family.day
    if not month:
        month, day = (
            ("first", "second") if order == "month first" else ("second", "first")
        )
    year = f"{struct}.{family.year}"
    full = f"CASE WHEN length({year}) = 2 THEN '20' || {year} ELSE {year} END"
    number = f"{struct}.{month}"
    if family.name.startswith("month named"):
        number = _month_number(number)
    return f"try_cast(({full}) || '-' || ({number}) || '-' || {struct}.{day} AS DATE)"


def _month_number(name: str) -> str:
    """Return in SQL the number of a month that is named."""
    start = f"left(lower({name}), 3)"
    cases = " ".join(
        f"WHEN {start} IN ({', '.join(repr(each) for each in names)}) THEN '{number}'"
        for number, names in enumerate(MONTHS, start=1)
    )
    return f"CASE {cases} END"


_SECONDS_OF_DAY = 86_400


def day_share_of(family: Family, struct: str) -> str:
    """Return in SQL the time of day [days]; NULL if no clock shows it.

    Parameters
    ----------
    family
        The way in which it is written.
    struct
        Of the parts, in SQL.
    """
    if "hour" not in family.parts:
        return "0.0"
    hour = f"try_cast({struct}.hour AS INTEGER)"
    if "half" in family.parts:
        hour = (
            f"CASE WHEN {struct}.half = '' THEN {hour} "
            f"WHEN {hour} NOT BETWEEN 1 AND 12 THEN 24 "
            f"ELSE {hour} % 12 + 12 * CAST(lower({struct}.half) = 'p' AS INTEGER) END"
        )
    minute = f"CAST({struct}.minute AS INTEGER)"
    second = f"coalesce(try_cast({struct}.second_of AS INTEGER), 0)"
    fraction = f"coalesce(try_cast('0.' || {struct}.fraction AS DOUBLE), 0.0)"
    return (
        f"CASE WHEN {struct}.hour = '' THEN 0.0 "
        f"WHEN ({hour}) < 24 AND {minute} < 60 AND {second} < 60 "
        f"THEN (({hour}) * 3600 + {minute} * 60 + {second} + {fraction}) "
        f"/ {_SECONDS_OF_DAY}.0 END"
    )


def offset_of(struct: str) -> str:
    """Return in SQL how far a clock is ahead of UTC [minutes]; NULL: it is not told.

    Parameters
    ----------
    struct
        Of the parts, in SQL.
    """
    digits = rf"regexp_replace({struct}.zone, '[^\d+-]', '', 'g')"
    sign = f"CASE WHEN contains({struct}.zone, '-') THEN -1 ELSE 1 END"
    bare = f"ltrim({digits}, '+-')"
    hours = f"CAST(left({bare}, CASE WHEN length({bare}) > 2 THEN length({bare}) - 2 ELSE 2 END) AS INTEGER)"
    minutes = f"CASE WHEN length({bare}) > 2 THEN CAST(right({bare}, 2) AS INTEGER) ELSE 0 END"
    return (
        f"CASE WHEN {struct}.zone = '' THEN NULL WHEN {bare} = '' THEN 0 "
        f"ELSE ({sign}) * (({hours}) * 60 + ({minutes})) END"
    )


def count_expression(family: Family, cell: str) -> str:
    """Return in SQL the days since 1970 that a plain number counts.

    Parameters
    ----------
    family
        Of those that count.
    cell
        In SQL.
    """
    value = f"CAST(replace({cell}, ',', '.') AS DOUBLE)"
    if family.name == "days as Excel counts":
        return f"({value} - 25569.0)"
    unit = 1_000 if family.name == "milliseconds since 1970" else 1
    return f"({value} / {_SECONDS_OF_DAY * unit}.0)"


def layout_of(
    family: Family, order: Order, mark: str, clock: Sequence[bool], *, short: bool
) -> str:
    """Return how moments are written, for people: ``day/month/year hour:minute``.

    Parameters
    ----------
    family
        The way.
    order
        Of day and month, where the family leaves it open.
    mark
        Between the parts of the date.
    clock
        Whether there are hours, seconds, fractions of them, and halves of the day.
    short
        Whether years have two digits.
    """
    year = phrase("year of two digits") if short else phrase("year")
    month, day = phrase("month"), phrase("day")
    if family.hinted:
        return _COUNTED[family.name]()
    if family.name == "digits":
        date = phrase("yyyymmdd")
    elif family.name == "year first":
        date = mark.join((year, month, day))
    elif family.name == "month named":
        date = phrase("day, name of the month, year")
    elif family.name == "month named first":
        date = phrase("name of the month, day, year")
    else:
        both = (month, day) if order == "month first" else (day, month)
        date = mark.join((*both, year))
    hours, seconds, fractions, halves = clock
    time = phrase("hour:minute") if hours else ""
    if seconds:
        time = phrase("hour:minute:second")
    if fractions:
        time = phrase("hour:minute:second.fraction")
    return " ".join(filter(None, (date, time, phrase("AM or PM") if halves else "")))


_COUNTED = {
    "seconds since 1970": lambda: phrase("seconds since 1970"),
    "milliseconds since 1970": lambda: phrase("milliseconds since 1970"),
    "days as Excel counts": lambda: phrase("days as Excel counts them"),
}
