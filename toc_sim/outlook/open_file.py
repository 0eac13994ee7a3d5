"""What is open today, read from a file: a row an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isnan, nan
from pathlib import Path
from typing import TypeVar

import numpy as np

from toc_sim.errors import Problem, nearest, quoted
from toc_sim.language import phrase, phrase_of
from toc_sim.network import network
from toc_sim.outlook.open_columns import columns_of
from toc_sim.outlook.todays_items import OpenItem, TodaysItems
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_file import WantedKind, opened
from toc_sim.records.records_table import (
    BLANK,
    MomentColumn,
    Numbers,
    RecordsTable,
    Words,
)
from toc_sim.records.refusal import RecordsError, refused
from toc_sim.scenario.fields.flow import ARROW
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.model import Scenario

DAYS_OF: Mapping[str, float] = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 365.25 / 12,
    "quarter": 365.25 / 4,
    "year": 365.25,
    "минута": 1 / 1440,
    "час": 1 / 24,
    "день": 1.0,
    "неделя": 7.0,
    "месяц": 365.25 / 12,
    "квартал": 365.25 / 4,
    "год": 365.25,
}
"""How long the periods are whose names are known [days]."""

CLOSED_STAGES = frozenset(
    {"won", "lost", "closed", "closed won", "closed lost", "выиграно", "проиграно"}
)
"""Stages of what is not open any more."""

_YES = frozenset({"1", "true", "yes", "y", "x", "да"})

_KINDS: Mapping[str, WantedKind] = {
    "started": "moments",
    "entered": "moments",
    "age": "numbers",
    "in_work": "words",
    "stage": "words",
    "amount": "numbers",
    "product": "words",
    "name": "words",
}


def todays_items_from(
    path: Path,
    scenario: Scenario,
    *,
    as_of: datetime | None = None,
    columns: Mapping[str, str] | None = None,
) -> TodaysItems:
    """Read what is open today from a file, a row an item.

    Parameters
    ----------
    path
        A file of records of any kind, with a column for the stage and perhaps others:
        age in the stage or when it was entered, amount, product, name, when work began
        or whether it has.
    scenario
        The pipeline; a stage is one of its nodes, by name or title, or a way that takes
        time: ``offer -> answer``.
    as_of
        Today; None: the newest day that the file names.
    columns
        By role (`toc_sim.outlook.open_columns.ROLES`), the header that says it; the
        others are guessed.

    Raises
    ------
    RecordsError
        If the file cannot be read, or a row says what the scenario does not know.
    """
    with opened(path) as records:
        chosen = columns_of(records.survey, columns or {})
        wanted = {header: _KINDS[role] for role, header in chosen.items()}
        table = records.table(wanted)
    rows = _Rows(table, chosen, scenario)
    now = as_of or rows.newest
    items = tuple(rows.items(now))
    if rows.problems:
        raise RecordsError(rows.problems)
    if not items:
        raise refused(path, "has no open item")
    return TodaysItems(
        items,
        now if rows.tells_dates else None,
        tuple(chosen.items()),
        (*_doubts(table), *rows.notices(as_of, now)),
        (*table.dropped, *rows.dropped()),
    )


def _doubts(table: RecordsTable) -> Iterator[Notice]:
    """Yield what is doubtful of how the file was read; the rest goes without saying."""
    for each in table.notices:
        if each.weight != "note":
            yield each


_Column = TypeVar("_Column", Words, MomentColumn, Numbers)


@dataclass
class _Rows:
    """The rows of a file, on their way to be open items."""

    table: RecordsTable
    chosen: Mapping[str, str]
    scenario: Scenario
    problems: list[Problem] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._places = _places(self.scenario)
        self._products = {
            word.casefold(): name
            for name, told in self.scenario.products.items()
            for word in (name, told.title or name)
        }
        self._days = DAYS_OF.get(str(self.scenario.period).casefold(), nan)

    @property
    def tells_dates(self) -> bool:
        """Whether the file tells when rather than for how long."""
        return bool({"entered", "started"} & set(self.chosen))

    @property
    def newest(self) -> datetime | None:
        """The newest day that the file names."""
        found = [
            column.origin + timedelta(days=float(np.nanmax(column.days)))
            for role in ("entered", "started")
            for column in [self._column(role, MomentColumn)]
            if column is not None and not np.isnan(column.days).all()
        ]
        return max(found, default=None)

    def items(self, now: datetime | None) -> Iterator[OpenItem]:
        """Yield the items; what is wrong goes to `problems`."""
        if self.tells_dates and isnan(self._days):
            self._refuse_dates()
            return
        for row in range(self.table.rows):
            word = self._word("stage", row)
            place = f"{self.table.path}:{int(self.table.lines[row]) + 1}"
            if word.casefold() in CLOSED_STAGES and word.casefold() not in self._places:
                self.closed.append(place)
                continue
            stage, product = self._stage(word, place), self._product(row, place)
            if stage is None or product is None:
                continue
            age = self._age(row, now, place)
            yield OpenItem(
                self._word("name", row),
                stage,
                age,
                self._number("amount", row),
                product,
                self._in_work(row),
                self._since("started", row, now),
                place,
            )

    def _stage(self, word: str, place: str) -> str | None:
        if not word:
            self.problems.append(Problem((), "there is no stage", place=place))
            return None
        key = _spaced(word).casefold()
        if key not in self._places:
            what = f"the scenario has no stage {quoted(word)}"
            hint = nearest(word, list(self._places))
            self.problems.append(Problem((), what, hint=hint, place=place))
        return self._places.get(key)

    def _product(self, row: int, place: str) -> str | None:
        """Return the product of an item; empty: there are none. None: it is unknown."""
        if not self._products:
            return ""
        word = self._word("product", row)
        found = self._products.get(word.casefold())
        if found is None:
            what = f"the scenario has no product {quoted(word)}"
            if not word:
                what = "it is not told which product that is"
            hint = nearest(word, list(self._products)) if word else None
            self.problems.append(Problem((), what, hint=hint, place=place))
        return found

    def _age(self, row: int, now: datetime | None, place: str) -> float:
        """Return for how long an item has been where it is [periods]."""
        told = self._number("age", row)
        header = self.chosen.get("age", "").casefold()
        if not isnan(told):
            unit = next((word for word in DAYS_OF if word in header), "")
            told *= (
                DAYS_OF[unit] / self._days if unit and not isnan(self._days) else 1.0
            )
        age = self._since("entered", row, now) if isnan(told) else told
        if -1 <= age * self._days < 0:
            return 0.0  # it came in the course of the day that is today
        if age < 0:
            what = "it is there for less than no time"
            hint = "is today's date right (--as-of)?"
            self.problems.append(
                Problem((), what, f"{age:.6g}", hint=hint, place=place)
            )
        return age

    def _since(self, role: str, row: int, now: datetime | None) -> float:
        """Return the time from a moment to today [periods]; nan: it is not told."""
        column = self._column(role, MomentColumn)
        if column is None or now is None:
            return nan
        moment = float(column.days[row])
        passed = (now - column.origin) / timedelta(days=1) - moment
        return passed / self._days

    def _in_work(self, row: int) -> bool | None:
        """Return whether an item is worked on, as far as it is told."""
        if "in_work" in self.chosen:
            word = self._word("in_work", row).casefold()
            return word in _YES
        if "started" in self.chosen:
            column = self._column("started", MomentColumn)
            return column is not None and not isnan(float(column.days[row]))
        return None

    def _column(self, role: str, kind: type[_Column]) -> _Column | None:
        header = self.chosen.get(role)
        column = None if header is None else self.table.columns[header]
        return column if isinstance(column, kind) else None

    def _word(self, role: str, row: int) -> str:
        column = self._column(role, Words)
        if column is None or column.codes[row] == BLANK:
            return ""
        return column.words[int(column.codes[row])].strip()

    def _number(self, role: str, row: int) -> float:
        column = self._column(role, Numbers)
        return nan if column is None else float(column.values[row])

    def _refuse_dates(self) -> None:
        period = self.scenario.period
        what = f"dates cannot be counted in periods of the scenario ({period})"
        hint = f"give a column 'age' in {period.many}"
        self.problems.append(Problem((), what, hint=hint, place=str(self.table.path)))

    def dropped(self) -> Iterator[Dropped]:
        """Yield which rows were left out."""
        if self.closed:
            why = phrase("they are closed already")
            yield Dropped(len(self.closed), why, tuple(self.closed[:3]))

    def notices(self, asked: datetime | None, now: datetime | None) -> Iterator[Notice]:
        """Yield what is to be said of how the file was read."""
        if asked is None and now is not None and self.tells_dates:
            day = now.date().isoformat()
            sentence = phrase(
                "Today is taken to be {day}, the newest day in the file.", day=day
            )
            yield Notice("today", sentence, "note", {"day": day})
        column = self._column("amount", Numbers)
        missing = 0 if column is None else int(np.isnan(column.values).sum())
        if missing:
            sentence = phrase_of(
                "{count} item has no amount: it counts with the price.",
                "{count} items have no amount: they count with the price.",
                missing,
                count=missing,
            )
            yield Notice("no amount", sentence, "note", {"items": float(missing)})


def _places(scenario: Scenario) -> dict[str, str]:
    """Return where an item may stand, by what people may call it, in small letters."""
    found = {}
    for node in network(scenario).nodes:
        if node.kind == "source" or node.takes_all:
            continue
        for word in (node.place, scenario.title(node.place)):
            found[_spaced(word).casefold()] = node.place
    for way in scenario.flow:
        if way.delay and isinstance(scenario.stages[way.source], Stage):
            titles = (scenario.title(way.source), scenario.title(way.target))
            for ends in ((way.source, way.target), titles):
                name = f"{way.source} {ARROW} {way.target}"
                found[f" {ARROW} ".join(ends).casefold()] = name
    return found


def _spaced(word: str) -> str:
    """Return a name with one blank on each side of its arrow, if it has one."""
    return f" {ARROW} ".join(part.strip() for part in word.split(ARROW))


def stages_of(items: Iterable[OpenItem]) -> dict[str, int]:
    """Return how many items stand where, in the order of their first.

    Parameters
    ----------
    items
        What is open.
    """
    found: dict[str, int] = {}
    for item in items:
        found[item.stage] = found.get(item.stage, 0) + 1
    return found
