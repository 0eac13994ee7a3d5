"""One node as the engines read it: every default filled in, its links by index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from toc_sim.network.calendars import Calendar
from toc_sim.scenario.fields.behaviour import Availability
from toc_sim.scenario.fields.nodes import AnyNode, Stage
from toc_sim.scenario.fields.numbers import Profile


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

    def needs(self, source: int) -> int:
        """Return how many items a service takes of what comes from a node."""
        return dict(self.parts).get(source, self.takes) if self.parts else self.takes


@dataclass(frozen=True, slots=True)
class Rounds:
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

    def faster(self, factor: float) -> Rounds:
        """Return rounds in which so many times as much can be moved.

        What is no whole item is kept for the next round.
        """
        return replace(self, mean=self.mean * factor)


def recipe_of(entry: AnyNode, names: dict[str, int]) -> Recipe | None:
    """Return what a service takes and gives; None: one item for one item."""
    if not isinstance(entry, Stage):
        return None
    takes = entry.takes
    parts: tuple[tuple[int, int], ...] = ()
    if isinstance(takes, dict):
        parts = tuple((names[name], count) for name, count in takes.items())
        takes = sum(takes.values())
    copies = entry.routing == "all"
    if (takes, entry.gives, parts, copies) == (1, 1, (), False):
        return None
    return Recipe(takes, entry.gives, parts, copies)


def rounds_of(entry: AnyNode) -> Rounds | None:
    """Return the rounds of a stage, if it works in rounds."""
    if not isinstance(entry, Stage) or entry.rounds is None:
        return None
    rounds = entry.rounds
    return Rounds(rounds.every, rounds.first, rounds.mean)


Kind = Literal["source", "stage", "market"]


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
class Patience:
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
class Link:
    """A way out of a node, by index.

    Attributes
    ----------
    target
        Index of the node it leads to.
    share
        The share of the finished items that take it [1]; unused if routing is free.
    delay
        Time away before arrival [periods].
    """

    target: int
    share: float | Profile
    delay: float


@dataclass(frozen=True, slots=True)
class NetNode:
    """A node with every default filled in.

    Attributes
    ----------
    index, name, kind
        Its place in the file, its name, and what it is.
    picture
        The kind as written in the file: machine, team, source or market.
    rank
        Its turn among simultaneous events: 0 is furthest downstream.
    servers
        Items in service at a time; 0 where a resource does the work.
    resource
        Index of the pool that does the work, or None; of several, the busiest.
    pace
        A service takes draw / pace, with pace [items/period] per server; where
        `timed`, it takes draw x pace, with pace [periods].
    timed
        Whether `pace` is a time: the stages of a resource.
    draw
        The shape of chance.
    buffer
        Waiting places; None: unlimited.
    conversion
        Chance that a finished item moves on [1].
    links
        The ways out; empty: finished items are bought (or leave the market).
    free
        Whether a finished item looks for the shortest queue.
    supplied
        Whether it draws on an unlimited supply.
    availability
        Failures, or None.
    priority
        Its turn in its pool: higher first.
    lost
        Of a source: an arrival without room is lost. Of a market: a buyer is.
    stream
        The random stream it draws on.
    patience
        How long items wait in its queue before they leave; None: for ever.
    place, product
        The node of the file that it stands for, and whose items pass it there; None
        where the file has no products.
    also
        Indices of the other pools of which each service takes a server as well.
    due
        When an item is due here, counted from its entering the pipeline [periods].
    recipe
        What a service takes and gives; None: one item for one item.
    rounds
        When it moves items, if it works in rounds; its pace is their average.
    stock
        Items that wait before it at the start.
    calendar
        When it, or its resource, is open; None: always.
    """

    index: int
    name: str
    kind: Kind
    picture: str
    rank: int
    servers: int
    resource: int | None
    pace: float | Profile
    timed: bool
    draw: Draw
    buffer: int | None
    conversion: float | Profile
    links: tuple[Link, ...]
    free: bool
    supplied: bool
    availability: Availability | None
    priority: int
    lost: bool
    stream: str
    patience: Patience | None = None
    place: str = ""
    product: str | None = None
    also: tuple[int, ...] = ()
    due: float = 0.0
    recipe: Recipe | None = None
    rounds: Rounds | None = None
    stock: int = 0

    @property
    def pools(self) -> tuple[int, ...]:
        """All pools of which a service takes a server: the lead, then the others."""
        return () if self.resource is None else (self.resource, *self.also)

    @property
    def copies(self) -> bool:
        """Whether every finished item goes all ways, a copy each."""
        return self.recipe is not None and self.recipe.copies

    calendar: Calendar | None = None

    @property
    def sells(self) -> bool:
        """Whether what is finished here and moves on is bought."""
        return self.kind == "market" or not self.links

    @property
    def is_one_way(self) -> bool:
        """Whether every finished item goes to one other node, at once."""
        if len(self.links) != 1 or self.conversion != 1.0:
            return False
        return not self.links[0].delay and (self.free or self.links[0].share == 1.0)
