"""What the columns of a file tell of one another: orders of dates, decimals, zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toc_sim.language import joined, phrase, phrase_of
from toc_sim.records.cell_numbers import NumberRule
from toc_sim.records.column_rules import ColumnRules
from toc_sim.records.moment_forms import DateOrder
from toc_sim.records.moment_rule import MomentRule, mixes_seasons, moment_rule
from toc_sim.records.notices import Notice
from toc_sim.records.row_store import RowStore

_SUMMER_TIME = 60
"""By how much clocks are put forward in summer [minutes]."""

_MIXED_SEASONS = 0.005
"""The share of moments that may carry the other season's offset in midsummer or
midwinter, if they are of one place."""

_CHANGING = "3, 4, 9, 10, 11"
"""The months in which clocks are changed somewhere."""


@dataclass(frozen=True, slots=True)
class FileRules:
    """How the columns of a file are read.

    Attributes
    ----------
    columns
        In the order of the file.
    to_utc
        Whether moments that tell their zone are brought to UTC.
    notices
        How that was decided, for people.
    """

    columns: tuple[ColumnRules, ...]
    to_utc: bool
    notices: tuple[Notice, ...]


def settled(
    store: RowStore, columns: Sequence[ColumnRules], *, point: bool | None
) -> FileRules:
    """Return how the columns of a file are read, each in the light of the others.

    Parameters
    ----------
    store
        Of the rows.
    columns
        Each by itself.
    point
        Whether decimals stand behind a point, as the separator of the file suggests;
        None: it suggests nothing.
    """
    decided = _with_orders(store, columns)
    decided, notices = _with_decimals(decided, point=point)
    to_utc, told = _zones(store, decided)
    return FileRules(tuple(decided), to_utc, (*notices, *told))


def _with_orders(store: RowStore, columns: Sequence[ColumnRules]) -> list[ColumnRules]:
    """Let dates that could be read in two ways follow others with the same mark."""
    found = list(columns)
    for index, column in enumerate(columns):
        rule = column.moments
        if rule is None or not rule.undecided:
            continue
        likes = [
            other
            for other in columns
            if other.moments is not None
            and other.moments.order
            and other.moments.mark == rule.mark
        ]
        orders: set[DateOrder] = {each.moments.order for each in likes if each.moments}
        if len(orders) == 1:
            order = orders.pop()
            why = phrase("as '{header}' is", header=likes[0].survey.header)
            again = moment_rule(store, index, rule.family, order)
            found[index] = column.with_moments(replace(again, decided_by=why))
    return found


def _with_decimals(
    columns: Sequence[ColumnRules], *, point: bool | None
) -> tuple[list[ColumnRules], list[Notice]]:
    """Decide what a point or comma means in numbers that could be read in two ways."""
    sure = {
        column.numbers.decimal
        for column in columns
        if column.survey.kind == "numbers" and column.numbers is not None
    } & {"point", "comma"}
    by_others = sure == {"point"} if len(sure) == 1 else None
    found, notices = [], list[Notice]()
    for column in columns:
        rule = column.numbers
        if rule is None or rule.decimal != "either" or column.survey.kind != "numbers":
            found.append(column)
            continue
        if by_others is None and point is None:
            trouble = phrase(
                "has a point or comma that could mean decimals or thousands"
            )
            hint = phrase("say which it is: decimal point, or decimal comma")
            found.append(column.with_trouble(trouble, hint))
            continue
        is_point = point if by_others is None else by_others
        decided = rule.read_as("point" if is_point else "comma")
        found.append(column.with_numbers(decided))
        notices.append(_either_notice(column, decided, sure=by_others is not None))
    return found, notices


def _either_notice(column: ColumnRules, rule: NumberRule, *, sure: bool) -> Notice:
    """Return how a point or comma was taken that could mean two things."""
    header, sample = column.survey.header, next(iter(column.survey.samples), "")
    if sure:
        sentence = phrase(
            "Numbers of '{header}' like {sample} are read with {layout}, as other "
            "columns are written.",
            header=header,
            sample=sample,
            layout=rule.layout,
        )
        return Notice("decimals", sentence)
    sentence = phrase(
        "Numbers of '{header}' like {sample} could be read in two ways; they are read "
        "with {layout}, as is usual in files with such separators.",
        header=header,
        sample=sample,
        layout=rule.layout,
    )
    return Notice("decimals", sentence, "doubt")


def _zones(
    store: RowStore, columns: Sequence[ColumnRules]
) -> tuple[bool, list[Notice]]:
    """Return whether moments are brought to UTC, and what is to be said of zones."""
    zoned = {
        index: column.moments
        for index, column in enumerate(columns)
        if column.survey.kind == "moments"
        and column.moments is not None
        and column.moments.offsets
    }
    notices = [
        _unzoned(columns[index], rule) for index, rule in zoned.items() if rule.unzoned
    ]
    offsets = sorted({each for rule in zoned.values() for each in rule.offsets})
    if not offsets:
        return False, notices
    shown = joined(map(_offset_text, offsets))
    if len(offsets) == 1:
        sentence = phrase(
            "All times of day carry {offset}, and are kept as that clock shows them; "
            "it may be the clock of the program that wrote them, not of the place.",
            offset=shown,
        )
        return False, [*notices, Notice("time zone", sentence)]
    winter, *summer = offsets
    if summer == [winter + _SUMMER_TIME] and all(
        _by_season(store, index, rule) for index, rule in zoned.items()
    ):
        sentence = phrase(
            "Times of day carry {offsets} by the season, which is one place with "
            "daylight saving. They are kept as the clock there showed them.",
            offsets=shown,
        )
        return False, [*notices, Notice("time zone", sentence)]
    sentence = phrase(
        "Times of day carry {offsets}, which are several time zones. All are brought "
        "to UTC, so the time of day is not the one that people saw.",
        offsets=shown,
    )
    return True, [*notices, Notice("time zone", sentence, "doubt")]


def _unzoned(column: ColumnRules, rule: MomentRule) -> Notice:
    sentence = phrase_of(
        "{count} time of day in '{header}' carries no time zone, though others do. It "
        "is taken as it stands.",
        "{count} times of day in '{header}' carry no time zone, though others do. They "
        "are taken as they stand.",
        rule.unzoned,
        count=f"{rule.unzoned:,}",
        header=column.survey.header,
    )
    return Notice("times without zone", sentence, "doubt", {"cells": rule.unzoned})


def _offset_text(minutes: int) -> str:
    """Return how far a clock is ahead, as it is written: ``+02:00``."""
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _by_season(store: RowStore, column: int, rule: MomentRule) -> bool:
    """Return whether two offsets change with the season, as of one place."""
    if len(rule.offsets) == 1:
        return True
    other, total = mixes_seasons(store, column, rule, _CHANGING)
    return other <= _MIXED_SEASONS * total
