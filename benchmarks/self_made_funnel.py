"""A funnel that knows nothing of toc_sim: its past, its state today, and its future.

Leads come as they please, one person qualifies them, some sellers make offers, and the
customer answers after a while: three stages, of which the last holds nobody. It is
simulated by a loop over the next thing to happen, with numpy's random numbers alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf

import numpy as np

LEADS = 6.0
"""A week, as a Poisson stream [deals/week]."""

QUALIFIES, QUALIFIED = 9.0, 0.5
"""What one person qualifies, in exponential times, and what part goes on."""

SELLERS, OFFERS, OFFER_CV, OFFERED = 3, 1.2, 0.7, 0.8
"""How many sellers there are, what each offers in gamma times, and what goes on."""

ANSWER, ANSWER_CV, WON = 2.0, 0.6, 0.5
"""How long an answer takes, in gamma times, and what part of them is yes."""

PAST, RECORDED = 80, 26
"""Weeks before today that are simulated, and the last of them that are counted."""


@dataclass(frozen=True)
class Situation:
    """What changes today, known to whoever looks ahead.

    Attributes
    ----------
    leads
        By which factor leads change.
    sellers
        How many sellers there are from now on.
    """

    leads: float = 1.0
    sellers: int = SELLERS


SITUATIONS = {
    "nothing changed": Situation(),
    "leads +40 %": Situation(leads=1.4),
    "one of three sellers left": Situation(sellers=2),
    "leads halved": Situation(leads=0.5),
}


@dataclass(frozen=True)
class Deal:
    """One that is open today.

    Attributes
    ----------
    stage
        ``qualify``, ``offer`` or ``answer``.
    age
        For how long it has been there [weeks].
    worked
        For how long somebody has worked on it; None: it waits [weeks].
    """

    stage: str
    age: float
    worked: float | None


@dataclass(frozen=True)
class Quarter:
    """What was known today, and what came.

    Attributes
    ----------
    deals
        What is open.
    past
        Closings of each week before, the last one last.
    closings
        When deals were closed from now on [weeks].
    """

    deals: tuple[Deal, ...]
    past: tuple[int, ...]
    closings: tuple[float, ...]

    def closed_by(self, until: float) -> int:
        """Return how many are closed by a time [weeks]."""
        return bisect_right(self.closings, until)


@dataclass
class _Desk:
    """A stage whose people work on one deal each, first come, first served."""

    people: int
    waiting: deque[tuple[int, float]] = field(default_factory=deque)
    working: dict[int, tuple[float, float]] = field(default_factory=dict)


class Funnel:
    """The funnel on its way through time.

    Parameters
    ----------
    chance
        Where its luck comes from.
    """

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance
        self._events: list[tuple[float, int, str, int]] = []
        self._turns, self._numbers = count(), count()
        self._desks = {"qualify": _Desk(1), "offer": _Desk(SELLERS)}
        self._away: dict[int, float] = {}
        self._leads = LEADS
        self._closings: list[float] = []
        self._now = 0.0
        self._next_lead(0.0)

    def quarter(self, situation: Situation, until: float) -> Quarter:
        """Let it run up to today, change what changes, and let it run on."""
        self._run(float(PAST))
        today = self._now
        begins = today - RECORDED
        weeks = [int(time - begins) for time in self._closings if time > begins]
        past = np.bincount(weeks, minlength=RECORDED)[:RECORDED]
        self._change(situation)
        deals = tuple(self._open())
        self._closings.clear()
        self._run(today + until)
        closings = tuple(time - today for time in self._closings)
        return Quarter(deals, tuple(map(int, past)), closings)

    def _run(self, until: float) -> None:
        while self._events[0][0] <= until:
            self._now, _, what, number = heappop(self._events)
            if what == "lead":
                self._next_lead(self._now)
                self._arrive("qualify", next(self._numbers))
            elif what == "answer":
                self._answer(number)
            else:
                self._finish(what, number)
        self._now = until

    def _plan(self, time: float, what: str, number: int) -> None:
        heappush(self._events, (time, next(self._turns), what, number))

    def _next_lead(self, now: float) -> None:
        self._plan(now + self._chance.exponential(1 / self._leads), "lead", -1)

    def _arrive(self, stage: str, number: int) -> None:
        desk = self._desks[stage]
        desk.waiting.append((number, self._now))
        self._begin(stage)

    def _begin(self, stage: str) -> None:
        desk = self._desks[stage]
        while desk.waiting and len(desk.working) < desk.people:
            number, arrived = desk.waiting.popleft()
            desk.working[number] = (arrived, self._now)
            self._plan(self._now + self._time(stage), stage, number)

    def _time(self, stage: str) -> float:
        if stage == "qualify":
            return float(self._chance.exponential(1 / QUALIFIES))
        return self._gamma(1 / OFFERS, OFFER_CV)

    def _gamma(self, mean: float, cv: float) -> float:
        return float(self._chance.gamma(1 / cv**2, mean * cv**2))

    def _finish(self, stage: str, number: int) -> None:
        desk = self._desks[stage]
        if number not in desk.working:
            return  # it was put back
        del desk.working[number]
        goes_on = self._chance.random() < (QUALIFIED if stage == "qualify" else OFFERED)
        if goes_on and stage == "qualify":
            self._arrive("offer", number)
        elif goes_on:
            self._away[number] = self._now
            time = self._gamma(ANSWER, ANSWER_CV)
            self._plan(self._now + time, "answer", number)
        self._begin(stage)

    def _answer(self, number: int) -> None:
        del self._away[number]
        if self._chance.random() < WON:
            self._closings.append(self._now)

    def _change(self, situation: Situation) -> None:
        """Change the pace of leads; a seller who leaves hands back the last deal."""
        self._leads = LEADS * situation.leads
        self._events = [each for each in self._events if each[2] != "lead"]
        self._events.sort()
        self._next_lead(self._now)
        desk = self._desks["offer"]
        desk.people = situation.sellers
        while len(desk.working) > desk.people:
            number = max(desk.working, key=lambda each: desk.working[each][0])
            arrived, _ = desk.working.pop(number)
            desk.waiting.appendleft((number, arrived))
            self._events = [
                each for each in self._events if (each[2], each[3]) != ("offer", number)
            ]
            self._events.sort()

    def _open(self) -> list[Deal]:
        found = []
        for stage, desk in self._desks.items():
            for arrived, began in desk.working.values():
                found.append(Deal(stage, self._now - arrived, self._now - began))
            for _, arrived in desk.waiting:
                found.append(Deal(stage, self._now - arrived, None))
        found += [
            Deal("answer", self._now - left, None) for left in self._away.values()
        ]
        return found


def quarter_of(seed: int, situation: Situation, until: float = inf) -> Quarter:
    """Return one quarter of its own chance.

    Parameters
    ----------
    seed
        Which chance.
    situation
        What changes today.
    until
        Weeks ahead.
    """
    return Funnel(np.random.default_rng(seed)).quarter(situation, until)
