"""How moments are written: the ways that there are, and where their parts stand.

A cell is known by its mask, in which every digit is a 9: ``9999-99-99 99:99``. A column
of moments has few masks, so each is looked at once, whatever the number of rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from toc_sim.language import phrase

DateOrder = Literal["", "day first", "month first"]
"""In which order day and month stand where the way of writing leaves it open."""

_CLOCK = (
    r"(?:(?:[Tt]|,?\s+(?:at\s+)?)(?P<hour>9{1,2})[:.](?P<minute>99)"
    r"(?:[:.](?P<second>99)(?:[.,](?P<fraction>9+))?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = (
    r"\s*(?P<zone>[Zz]|(?:UTC|GMT)?(?P<sign>[-+])(?P<ahead>9{1,2})(?::?(?P<beside>99))?"
    r"|UTC|GMT)?(?:\[[\w/+-]+\])?"
)
_YEAR_SAID = r"(?:\s?г\.?)?"  # noqa: RUF001 - Russian
_NAME = r"[^\W\d_]{3,9}"

_MONTHS = (
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

_MONTH_NUMBERS = {
    name: number for number, names in enumerate(_MONTHS, start=1) for name in names
}


@dataclass(frozen=True, slots=True)
class Family:
    """A way of writing moments.

    Attributes
    ----------
    name
        Short, for code.
    pattern
        Of masks; its groups are the parts. The parts ``one`` and ``two`` are day and
        month in an order that is to be found out.
    years
        Of what years such a moment can be, where else it is a mere number.
    unit
        Of a number that counts time: its length [days]; 0: it is written as a date.
    zero
        The day from which is counted, in days since 1970 [days].
    """

    name: str
    pattern: re.Pattern[str]
    years: tuple[int, int] = (1, 9999)
    unit: float = 0.0
    zero: int = 0

    @property
    def ordered(self) -> bool:
        """Whether the way of writing tells which is the day and which is the month."""
        return "one" not in self.pattern.groupindex


DAY_SECONDS = 86_400
"""A day has so many seconds."""

FAMILIES: tuple[Family, ...] = (
    Family(
        "year first",
        re.compile(
            rf"(?P<year>9{{4}})(?P<mark>[-/.])(?P<month>9{{1,2}})[-/.](?P<day>9{{1,2}})"
            rf"{_CLOCK}{_ZONE}"
        ),
    ),
    Family(
        "year last",
        re.compile(
            r"(?P<one>9{1,2})(?P<mark>[-/.])(?P<two>9{1,2})[-/.](?P<year>9{4}|9{2})"
            rf"{_YEAR_SAID}{_CLOCK}{_ZONE}"
        ),
    ),
    Family(
        "month named",
        re.compile(
            rf"(?:{_NAME}\.?,?\s+)?(?P<day>9{{1,2}})(?:st|nd|rd|th|\.)?[-/\s]*"
            rf"(?P<name>{_NAME})\.?,?[-/\s]*(?P<year>9{{4}}|9{{2}}){_YEAR_SAID}"
            rf"{_CLOCK}{_ZONE}"
        ),
    ),
    Family(
        "month named first",
        re.compile(
            rf"(?:{_NAME}\.?,?\s+)?(?P<name>{_NAME})\.?\s+(?P<day>9{{1,2}})"
            rf"(?:st|nd|rd|th)?,?\s+(?P<year>9{{4}}){_CLOCK}{_ZONE}"
        ),
    ),
    Family(
        "digits",
        re.compile(
            r"(?P<year>9{4})(?P<month>99)(?P<day>99)(?:[Tt\s_]?(?P<hour>99):?"
            r"(?P<minute>99)(?::?(?P<second>99)(?:[.,](?P<fraction>9+))?)?"
            r"(?P<zone>[Zz])?)?"
        ),
        years=(1970, 2049),
    ),
    Family(
        "seconds since 1970",
        re.compile(r"(?P<whole>9{9,10})(?:\.(?P<rest>9+))?"),
        years=(1973, 2100),
        unit=1 / DAY_SECONDS,
    ),
    Family(
        "milliseconds since 1970",
        re.compile(r"(?P<whole>9{12,13})"),
        years=(1973, 2100),
        unit=1 / DAY_SECONDS / 1000,
    ),
    Family(
        "days as Excel counts",
        re.compile(r"(?P<whole>9{5})(?:[.,](?P<rest>9+))?"),
        years=(1954, 2100),
        unit=1.0,
        zero=-25_569,
    ),
)

_DATE_PARTS = ("year", "one", "two", "month", "day")
_CLOCK_PARTS = ("hour", "minute", "second", "fraction")
_ZONE_PARTS = ("ahead", "beside")

DIGIT_PARTS = (*_DATE_PARTS, *_CLOCK_PARTS, *_ZONE_PARTS)
"""The parts that are digits of a cell; the last two tell how far its clock is ahead of
UTC, in hours and minutes."""


@dataclass(frozen=True, slots=True)
class MaskShape:
    """Where the parts of a moment stand in cells of one mask.

    Attributes
    ----------
    mask
        In which every digit is a 9.
    spans
        By part, where it begins, from 1, and how long it is; length 0: it is not there.
    mark
        What stands between the parts of the date; empty where it is always the same.
    month
        The number of the month where it is named, else 0.
    half
        ``a`` or ``p`` of the day, or empty.
    zone
        1 or -1: a clock ahead of or behind UTC; 0: no zone is told, or UTC itself.
    zoned
        Whether a zone is told.
    """

    mask: str
    spans: Mapping[str, tuple[int, int]]
    mark: str
    month: int
    half: str
    zone: int
    zoned: bool


def shape_of(family: Family, mask: str) -> MaskShape | None:
    """Return where parts stand in cells of a mask; None: they are not written so.

    Parameters
    ----------
    family
        The way of writing.
    mask
        Of the cells.
    """
    match = family.pattern.fullmatch(mask)
    if match is None:
        return None
    groups = {name: text or "" for name, text in match.groupdict().items()}
    month = _MONTH_NUMBERS.get(groups.get("name", "")[:3].lower(), 0)
    if "name" in groups and not month:
        return None
    spans = {
        part: (match.start(part) + 1, len(groups[part])) if groups.get(part) else (1, 0)
        for part in DIGIT_PARTS
    }
    sign = {"-": -1, "+": 1}.get(groups.get("sign", ""), 0)
    return MaskShape(
        mask=mask,
        spans=spans,
        mark=groups.get("mark", ""),
        month=month,
        half=groups.get("half", "").lower(),
        zone=sign,
        zoned=bool(groups.get("zone")),
    )


def layout_of(family: Family, order: DateOrder, shape: MaskShape) -> str:
    """Return how moments are written, for people: ``day/month/year hour:minute``.

    Parameters
    ----------
    family
        The way of writing.
    order
        Of day and month, where that leaves it open.
    shape
        Of most cells.
    """
    if family.unit:
        return {
            "seconds since 1970": phrase("seconds since 1970"),
            "milliseconds since 1970": phrase("milliseconds since 1970"),
        }.get(family.name) or phrase("days as Excel counts them")
    date = _date_layout(family, order, shape)
    clock = ""
    if shape.spans["hour"][1]:
        clock = phrase("hour:minute")
    if shape.spans["second"][1]:
        clock = phrase("hour:minute:second")
    if shape.spans["fraction"][1]:
        clock = phrase("hour:minute:second.fraction")
    half = phrase("AM or PM") if shape.half else ""
    zone = phrase("zone") if shape.zoned else ""
    return " ".join(filter(None, (date, clock, half, zone)))


def _date_layout(family: Family, order: DateOrder, shape: MaskShape) -> str:
    """Return how dates are written, for people."""
    is_short = shape.spans["year"][1] == 2  # noqa: PLR2004 - digits
    year = phrase("year of two digits") if is_short else phrase("year")
    month, day = phrase("month"), phrase("day")
    if family.name == "digits":
        return phrase("yyyymmdd")
    if family.name == "year first":
        return shape.mark.join((year, month, day))
    if family.name == "month named":
        return phrase("day, name of the month, year")
    if family.name == "month named first":
        return phrase("name of the month, day, year")
    both = (month, day) if order == "month first" else (day, month)
    return shape.mark.join((*both, year))
