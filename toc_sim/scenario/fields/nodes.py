"""Sources, stages, markets and resources, and values that may differ by product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from toc_sim.errors import closest, quoted
from toc_sim.scenario.fields.chance import (
    Availability,
    MeanPatience,
    Spread,
    shape_and_cv,
    spread_by,
)
from toc_sim.scenario.fields.numbers import (
    Amount,
    Contradiction,
    Count,
    Distribution,
    Duration,
    Entry,
    Name,
    Number,
    Places,
    Profile,
    Rate,
    Share,
)
from toc_sim.scenario.fields.recipes import Batch, Rounds, Takes, recipe_contradictions

ONE, PRODUCTS = "<one>", "<by product>"
"""Tags of the forms that a parameter can have; they never show in messages."""


def _kind_of_table(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ONE
    said = not value or any(map(_means_profile, value))
    return ONE if said or any(isinstance(v, list) for v in value.values()) else PRODUCTS


def _means_profile(key: Any) -> bool:
    return isinstance(key, str) and closest(key, ("profile",)) is not None


_OF_PRODUCTS = Field(min_length=1, max_length=1_000)
_FORM = Discriminator(_kind_of_table)

RateByProduct = Annotated[
    Annotated[Rate, Tag(ONE)]
    | Annotated[dict[Name, Rate], _OF_PRODUCTS, Tag(PRODUCTS)],
    _FORM,
]
"""Items per period or periods, above 0; or that by product."""

ShareByProduct = Annotated[
    Annotated[Share, Tag(ONE)]
    | Annotated[dict[Name, Share], _OF_PRODUCTS, Tag(PRODUCTS)],
    _FORM,
]
"""A share or a chance, 0-1; or that by product."""

AmountByProduct = Annotated[
    Annotated[Amount, Tag(ONE)]
    | Annotated[dict[Name, Amount], _OF_PRODUCTS, Tag(PRODUCTS)],
    _FORM,
]
"""Money, 0 or more; or that by product."""

DurationByProduct = Annotated[
    Annotated[Duration, Tag(ONE)]
    | Annotated[dict[Name, Duration], _OF_PRODUCTS, Tag(PRODUCTS)],
    _FORM,
]
"""Periods, 0 or more; or that by product."""

Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]

PriorityByProduct = Annotated[
    Annotated[Priority, Tag(ONE)]
    | Annotated[dict[Name, Priority], _OF_PRODUCTS, Tag(PRODUCTS)],
    _FORM,
]
"""A turn among those who wait; or that by product."""


Dispatch = Literal["fifo", "priority", "shortest", "earliest_due"]
"""Which of its stages a pool works for first."""

ONE_NAME, SEVERAL_NAMES = "<name>", "<names>"
"""The tags of one resource and of several; they never show in messages."""


def _how_many(value: Any) -> str:
    return SEVERAL_NAMES if isinstance(value, list | tuple) else ONE_NAME


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for index, name in enumerate(names) if name in names[:index]]
    if twice:
        raise PydanticCustomError(
            "twice", "names {name} twice", {"name": quoted(twice[0])}
        )
    return names


Pools = Annotated[
    Annotated[Name, Tag(ONE_NAME)]
    | Annotated[
        tuple[Name, ...],
        Field(min_length=1, strict=False),
        AfterValidator(_each_once),
        Tag(SEVERAL_NAMES),
    ],
    Discriminator(_how_many),
]
"""A resource, or several that are needed at once."""


def pools_of(resource: Any) -> tuple[str, ...]:
    """Return the names in what a file says of a resource; what is no name is none."""
    names = resource if isinstance(resource, list | tuple) else (resource,)
    return tuple(name for name in names if isinstance(name, str))


PACES = ("capacity", "rate", "time")
"""Three ways to say how fast a stage is."""


class Node(Entry):
    """What all nodes have in common: a name to show, and chance."""

    title: str = ""
    """The name to show, in any language; empty: the node's own name."""

    cv: Spread | None = None
    """Coefficient of variation of a time drawn here: 0 (default) is no chance."""

    distribution: Distribution | None = None
    """Shape of chance; gamma where `cv` is above 0 and nothing is said."""

    stream: Name | None = None
    """Which random stream the node draws on; by default its own name."""

    routing: Literal["shares", "free", "all"] = "shares"
    """How a finished item chooses its way: by shares, the shortest queue, or all."""

    calendar: Name | None = None
    """When it is open; by default always."""

    benchmark: dict[Name, Number] = Field(default_factory=dict)
    """How far a parameter of this node could go."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where the shape of chance and its cv do not go together."""
        yield from shape_and_cv(given)

    @property
    def spread(self) -> float:
        """The coefficient of variation of a time drawn here [1]."""
        return spread_by(self.distribution, self.cv, 0.0)


class Source(Node):
    """Where items come from on a free clock: leads, orders, patients."""

    kind: Literal["source"]

    routing: Literal["shares", "free"] = "shares"
    """How an arrival chooses its way: by shares, or the shortest queue."""

    arrivals: RateByProduct
    """Mean number of arrivals, or that by product [items/period]."""

    overflow: Literal["wait", "lost"] = "wait"
    """What happens to an arrival that finds no room."""

    cost_per_item: AmountByProduct = 0.0
    """Truly variable cost of each arrival, or that by product [money/item]."""


class Stage(Node):
    """A step that takes time: a machine, or a team of people."""

    kind: Literal["machine", "team"]

    rate: RateByProduct | None = None
    """Full speed of each server, or that by product [items/period]."""

    capacity: RateByProduct | None = None
    """Full speed of the whole stage, or that by product [items/period]."""

    servers: Count = 1
    """How many items can be in service at a time."""

    buffer: Places = "unlimited"
    """Places for items waiting before it, those in service not counted."""

    patience: MeanPatience | None = None
    """How long an item waits there before it leaves, lost; by default for ever."""

    conversion: ShareByProduct = 1.0
    """Chance that a finished item moves on, or that by product; the rest leave [1]."""

    cost_per_item: AmountByProduct = 0.0
    """Truly variable cost of each service started here [money/item]."""

    resource: Pools | None = None
    """The shared pools that do this work: one server of each, for `time`, at once."""

    time: RateByProduct | None = None
    """Mean time that an item takes of a server, or that by product [periods]."""

    priority: PriorityByProduct = 0
    """Among those who wait for a server the higher goes first, then the longest."""

    dispatch: Dispatch | None = None
    """Whose turn it is among the products that pass here; by default priority."""

    due: DurationByProduct = 0.0
    """When an item is due here, counted from its entering the pipeline [periods]."""

    availability: Availability | None = None
    """Failures of the servers while they work here."""

    @property
    def pools(self) -> tuple[str, ...]:
        """The names of the resources that do its work; none: it has its own servers."""
        return pools_of(self.resource)

    takes: Takes = 1
    """Items that one service takes: a number, or so many from each stage before."""

    gives: Batch = 1
    """Items that come out of one service."""

    rounds: Rounds | None = None
    """Moves at fixed times, up to so many items at once, instead of services."""

    stock: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Items that wait before it at the start of a run without warm-up."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where its pace is said twice, or not at all."""
        yield from super().contradictions(given)
        yield from recipe_contradictions(given)
        if given.get("rounds") is not None:
            return
        if given.get("resource") is None:
            yield from _own_servers(given)
        else:
            yield from _shared_servers(given)


def _own_servers(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    for key in ("priority", "due"):
        if given.get(key, 0) and not isinstance(given[key], Mapping):
            yield Contradiction(
                f"'{key}' goes with a 'resource', or is said by product", key
            )
    said = [key for key in PACES if given.get(key) is not None]
    if not said:
        yield Contradiction(
            "needs a 'capacity' (of the whole stage), a 'rate' (of each server) or "
            "a 'time' (of each service)",
            None,
            PACES,
        )
    elif len(said) > 1:
        yield Contradiction(f"give '{said[1]}' or '{said[0]}', not both", said[1])
    time = given.get("time")
    times = time.values() if isinstance(time, Mapping) else [time]
    if any(isinstance(each, Profile) for each in times):
        yield Contradiction(
            "a time that changes goes with a 'resource': give a 'rate'", "time"
        )


def _shared_servers(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    if given.get("calendar") is not None:
        what = "the opening hours of shared work are those of its resource"
        yield Contradiction(what, "calendar")
    own = (("rate", None), ("capacity", None), ("servers", 1), ("dispatch", None))
    for key, unset in own:
        if given.get(key) not in (None, unset):
            yield Contradiction(
                f"the work of a shared resource has no '{key}' of its own", key
            )
    if given.get("time") is None:
        yield Contradiction(
            "the work of a shared resource needs a 'time'", None, ("time",)
        )


class Market(Node):
    """The buyers: each purchase takes one item out of the pipeline."""

    kind: Literal["market"]

    routing: Literal["shares", "free"] = "shares"
    """How a customer who comes back chooses a way: by shares, or the shortest queue."""

    demand: RateByProduct
    """How much the buyers want, or that by product [items/period]."""

    unmet: Literal["lost", "backlog"] = "lost"
    """Whether a buyer who finds nothing is lost, or waits."""

    buffer: Places = "unlimited"
    """Places for finished items waiting for their buyer."""

    patience: MeanPatience | None = None
    """How long an item waits there before it leaves, lost; by default for ever."""


NODE_KINDS: Mapping[str, type[Source | Stage | Market]] = {
    "machine": Stage,
    "team": Stage,
    "source": Source,
    "market": Market,
}
"""What each `kind` of a file is."""

_TAGS = {Source: "<source>", Stage: "<stage>", Market: "<market>"}


def node_type(value: Any) -> type[Source | Stage | Market]:
    """Return what a node is meant to be, even where its `kind` is missing or odd."""
    if isinstance(value, Source | Stage | Market):
        return type(value)
    if not isinstance(value, Mapping):
        return Stage
    kind = value.get("kind")
    if isinstance(kind, str):
        meant = kind if kind in NODE_KINDS else closest(kind, NODE_KINDS)
        if meant is not None:
            return NODE_KINDS[meant]
    if "arrivals" in value:
        return Source
    return Market if "demand" in value else Stage


def _tag(value: Any) -> str:
    return _TAGS[node_type(value)]


AnyNode = Annotated[
    Annotated[Source, Tag("<source>")]
    | Annotated[Stage, Tag("<stage>")]
    | Annotated[Market, Tag("<market>")],
    Discriminator(_tag),
]
"""A source, a stage (machine or team) or a market."""


class Resource(Entry):
    """People or equipment that several stages share."""

    title: str = ""
    """The name to show, in any language; empty: the resource's own name."""

    servers: Count
    """How many there are."""

    dispatch: Dispatch = "priority"
    """Whose turn it is when one comes free."""
    calendar: Name | None = None
    """When they are there; by default always."""
