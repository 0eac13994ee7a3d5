"""Nodes, pools and opening hours as the engines read them, with every default."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise
from math import floor, fsum, inf
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.scenario.fields.behaviour import Availability, Dispatch
from toc_sim.scenario.fields.numbers import Profile

_Shifts = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class NetCalendar:
    """When a place of work is open.

    Attributes
    ----------
    name
        As in the file.
    cycle
        After how long it repeats [periods].
    open
        The shifts within a cycle, from and to [periods].
    closed
        Days off, from and to [periods].
    pauses
        Whether work in hand waits at closing; else it is finished.
    past
        What held before time 0, where that was another.
    """

    name: str
    cycle: float
    open: _Shifts
    closed: _Shifts
    pauses: bool
    past: NetCalendar | None = None

    def hastened(self, factor: float) -> NetCalendar:
        """Return the same calendar on a clock that runs faster by a factor."""
        shifts, days_off = (
            tuple((begin / factor, end / factor) for begin, end in each)
            for each in (self.open, self.closed)
        )
        past = self.past.hastened(factor) if self.past is not None else None
        cycle = self.cycle / factor
        return replace(self, cycle=cycle, open=shifts, closed=days_off, past=past)

    def hours(self, start: float, until: float) -> NDArray[np.float64]:
        """Return when it opens and closes in a run (R34).

        After the last moment of the run that is told, it stays open.

        Parameters
        ----------
        start, until
            Begin and end of the run [periods].
        """
        return _hours(self, start, until)

    def open_times(self, horizon: float) -> tuple[tuple[float, float], ...]:
        """Return the shifts, from and to, in the window [0, horizon] [periods]."""
        moments = [*self.hours(0.0, horizon).tolist(), inf]
        pairs = zip(moments[::2], moments[1::2], strict=True)
        return tuple(
            (begin, min(end, horizon)) for begin, end in pairs if begin < horizon
        )

    def open_share(self, horizon: float) -> float:
        """Return which part of the window [0, horizon] it is open [1]."""
        return fsum(end - begin for begin, end in self.open_times(horizon)) / horizon


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one service of a stage takes and gives.

    Attributes
    ----------
    takes
        How many items, of all parts together [items].
    gives
        How many come out [items].
    parts
        Index of each node that leads here, and how many items of it are taken, in
        the order of the file; empty: whatever comes.
    copies
        Whether what comes out goes all ways, a copy each.
    """

    takes: int
    gives: int
    parts: tuple[tuple[int, int], ...]
    copies: bool

    @property
    def gathers(self) -> bool:
        """Whether a service waits for more than one item."""
        return self.takes > 1 or bool(self.parts)

    @property
    def is_a_batch(self) -> bool:
        """Whether several items come in or go out, whatever they are parts of."""
        return self.gives > 1 or (self.takes > 1 and not self.parts)

    def needs(self, source: int) -> int:
        """Return how many items a service takes of what comes from a node."""
        return dict(self.parts).get(source, self.takes) if self.parts else self.takes


@dataclass(frozen=True, slots=True)
class NetRounds:
    """Moves at fixed times.

    Attributes
    ----------
    every, first
        Rounds are at first + k x every [periods].
    mean
        How many items can be moved in a round, on average [items].
    """

    every: float
    first: float
    mean: float

    def faster(self, factor: float) -> NetRounds:
        """Return rounds in which so many times as much can be moved.

        What is no whole item is kept for the next round.
        """
        return replace(self, mean=self.mean * factor)


NodeKind = Literal["source", "stage", "market"]


@dataclass(frozen=True, slots=True)
class Draw:
    """The shape of a time drawn at a node; its mean is one.

    Attributes
    ----------
    shape
        ``constant``, ``gamma``, ``lognormal``, ``uniform``, ``triangular`` or
        ``empirical``; exponential is gamma with cv 1.
    cv
        Coefficient of variation [1].
    samples
        Of ``empirical``: the samples over their mean.
    """

    shape: str
    cv: float
    samples: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class NetPatience:
    """How long an item waits in a queue before it leaves.

    Attributes
    ----------
    mean
        On average [periods].
    draw
        The shape of chance.
    """

    mean: float
    draw: Draw


@dataclass(frozen=True, slots=True)
class NetOpen:
    """Items that are open as a run starts, at a node or on a way.

    Attributes
    ----------
    first
        The number of the first of them, in the order of the file: those at work or
        away, then those that wait.
    done
        How much is done of each service under way, or time away, of mean one [1].
    waiting
        How many wait before the node.
    tokens
        Whether each holds a token of the release policy.
    """

    first: int
    done: tuple[float, ...]
    waiting: int = 0
    tokens: bool = False

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.done) + self.waiting


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of a node, by index.

    Attributes
    ----------
    target
        Index of the node it leads to.
    share
        The share of the finished items that take it [1]; unused if routing is free.
    delay
        Time away before arrival, in the mean [periods].
    customers
        How many bought within one delay before the start, and may take it then.
    draw
        The shape of chance of the time away.
    stream
        The random stream that it is drawn from.
    opened
        The items that are away on it as a run starts.
    """

    target: int
    share: float | Profile
    delay: float
    customers: int = 0
    draw: Draw = Draw("constant", 0.0)
    stream: str = ""
    opened: NetOpen | None = None

    @property
    def varies(self) -> bool:
        """Whether the time away is left to chance."""
        return self.delay > 0 and self.draw.cv > 0


class _Plain:
    """What every node may be asked for, as it is where its kind has no such thing."""

    __slots__ = ()

    servers: int = 1
    resource: int | None = None
    also: tuple[int, ...] = ()
    timed: bool = False
    buffer: int | None = None
    conversion: float | Profile = 1.0
    supplied: bool = False
    availability: Availability | None = None
    priority: int = 0
    due: float = 0.0
    lost: bool = False
    patience: NetPatience | None = None
    recipe: Recipe | None = None
    rounds: NetRounds | None = None
    stock: int = 0
    takes_all: bool = False


@dataclass(frozen=True, slots=True)
class NetNode(_Plain):
    """A node of any kind, with every default filled in.

    Attributes
    ----------
    kind
        What it is.
    index, name
        Its place in the file, and its name.
    picture
        The kind as written in the file: machine, team, source or market.
    rank
        Its turn among simultaneous events: 0 is furthest downstream.
    pace
        A service takes draw / pace, with pace [items/period] per server; so does the
        time to the next arrival, or buyer. Where it changes, the area under it is the
        draw.
    draw
        The shape of chance.
    links
        The ways out; empty: finished items are bought (or leave the market).
    free
        Whether a finished item looks for the shortest queue.
    stream
        The random stream it draws on.
    place, product
        The node of the file that it stands for, and whose items pass it there; None
        where the file has no products.
    calendar
        When it, or its resource, is open; None: always.
    target
        How long an item should wait here at most [periods]; None: nobody says.
    opened
        The items that are open here as a run starts.
    """

    kind: ClassVar[NodeKind]

    index: int
    name: str
    picture: str
    rank: int
    pace: float | Profile
    draw: Draw
    links: tuple[Link, ...]
    free: bool
    stream: str
    place: str
    product: str | None
    calendar: NetCalendar | None
    target: float | None
    opened: NetOpen | None

    @property
    def pools(self) -> tuple[int, ...]:
        """All pools of which a service takes a server: the lead, then the others."""
        return () if self.resource is None else (self.resource, *self.also)

    @property
    def copies(self) -> bool:
        """Whether every finished item goes all ways, a copy each."""
        return self.recipe is not None and self.recipe.copies

    @property
    def sells(self) -> bool:
        """Whether what is finished here and moves on is bought."""
        return self.kind == "market" or not self.links

    @property
    def brings(self) -> bool:
        """Whether items come in here by themselves, as fast as it works."""
        return self.kind == "source" or self.supplied

    @property
    def starts_over(self) -> bool:
        """Whether its clock may start over as room comes, without a change in law.

        That is so for arrivals that are lost without room, if their gaps have no memory
        and their pace never changes. There is one way in, and it takes no time: then it
        is plain when there is room.
        """
        return (
            self.kind == "source"
            and self.lost
            and self.draw == Draw("gamma", 1.0)
            and not isinstance(self.pace, Profile)
            and len(self.links) == 1
            and not self.links[0].delay
        )


@dataclass(frozen=True, slots=True)
class NetSource(NetNode):
    """Arrivals on a clock.

    Attributes
    ----------
    lost
        Whether an arrival without room is lost; else it waits outside.
    """

    kind = "source"

    lost: bool


@dataclass(frozen=True, slots=True)
class NetStage(NetNode):
    """A machine or a team.

    Attributes
    ----------
    servers
        Items in service at a time; 0 where a resource does the work.
    resource
        Index of the pool that does the work, or None; of several, the busiest.
    also
        Indices of the other pools of which each service takes a server as well.
    timed
        Whether `pace` is a time: a service of a resource takes draw x pace [periods];
        where it changes, the area under one over it is the draw.
    buffer
        Waiting places; None: unlimited.
    conversion
        Chance that a finished item moves on [1].
    supplied
        Whether it draws on an unlimited supply.
    availability
        Failures, or None.
    priority
        Its turn in its pool: higher first.
    due
        When an item is due here, counted from its entering the pipeline [periods].
    patience
        How long items wait in its queue before they leave; None: for ever.
    recipe
        What a service takes and gives; None: one item for one item.
    rounds
        When it moves items, if it works in rounds; its pace is their average.
    stock
        Items that wait before it at the start.
    """

    kind = "stage"

    servers: int
    resource: int | None
    also: tuple[int, ...]
    timed: bool
    buffer: int | None
    conversion: float | Profile
    supplied: bool
    availability: Availability | None
    priority: int
    due: float
    patience: NetPatience | None
    recipe: Recipe | None
    rounds: NetRounds | None
    stock: int


@dataclass(frozen=True, slots=True)
class NetMarket(NetNode):
    """Buyers on a clock.

    Attributes
    ----------
    lost
        Whether a buyer is lost when nothing waits for him; else he waits.
    buffer
        Places for items that wait for buyers; None: unlimited.
    patience
        How long items wait for a buyer before they leave; None: for ever.
    """

    kind = "market"

    lost: bool
    buffer: int | None
    patience: NetPatience | None

    @property
    def takes_all(self) -> bool:  # type: ignore[override] # of a market it is asked
        """Whether it is an exit: a purchase takes no time, so its pace is infinite."""
        return self.pace == inf


@dataclass(frozen=True, slots=True)
class NetResource:
    """A shared pool, by index, with the indices of the stages it works for.

    Its kind is `stage` where it is one stage of the file that several products pass.
    `dispatch` is the rule by which it chooses among them.
    """

    index: int
    name: str
    servers: int
    stages: tuple[int, ...]
    kind: Literal["resource", "stage"] = "resource"
    dispatch: Dispatch = "priority"
    calendar: NetCalendar | None = None


@dataclass(frozen=True, slots=True)
class NetRelease:
    """When new items are let in.

    Attributes
    ----------
    limit
        Most items counted at a time; None: no limit (push).
    drum
        Index of the stage that ends the count; None: leaving ends it (conwip).
    """

    limit: int | None = None
    drum: int | None = None

    @property
    def name(self) -> str:
        """How the policy is called in reports and paths."""
        return "conwip" if self.drum is None else "drum_buffer_rope"


@lru_cache(maxsize=64)
def _hours(calendar: NetCalendar, start: float, until: float) -> NDArray[np.float64]:
    turns = _turns(calendar, start, until)
    moments: list[float] = []
    for begin, end in zip(turns[::2], turns[1::2], strict=True):
        if end > start and begin <= until:
            moments += (max(begin, start), end)
    if moments and moments[-1] > until:
        moments.pop()
    else:
        moments.append(until + calendar.cycle)
    hours = np.array(moments)
    hours.flags.writeable = False
    return hours


def _turns(calendar: NetCalendar, start: float, until: float) -> list[float]:
    """Return when a place opens and closes in turn, in all cycles of a run."""
    turns = _own_turns(calendar, start, until)
    if calendar.past is None or start >= 0:
        return turns
    before = [time for time in _own_turns(calendar.past, start, 0.0) if time < 0]
    after = [time for time in turns if time > 0]
    was_open, is_open = len(before) % 2, (len(turns) - len(after)) % 2
    return [*before, *([0.0] if was_open != is_open else []), *after]


def _own_turns(calendar: NetCalendar, start: float, until: float) -> list[float]:
    """Return the same by its own shifts alone, whatever held before time 0."""
    cycle = calendar.cycle
    changes: Counter[float] = Counter()
    for number in range(floor(start / cycle) - 1, floor(until / cycle) + 2):
        for begin, end in calendar.open:
            last = number * cycle + end if end < cycle else (number + 1) * cycle
            changes[number * cycle + begin] += 1
            changes[last] -= 1
    for begin, end in calendar.closed:
        changes[begin] -= 2  # more than a shift that begins
        changes[end] += 2
    times = sorted(changes)
    counts = accumulate((changes[time] for time in times), initial=0)
    return [
        time
        for time, (before, after) in zip(times, pairwise(counts), strict=True)
        if (before > 0) != (after > 0)
    ]
