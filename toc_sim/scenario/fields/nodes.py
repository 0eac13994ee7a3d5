"""Sources, stages, markets and resources, and values that may differ by product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from toc_sim.errors import closest, quoted
from toc_sim.scenario.fields.behaviour import (
    Availability,
    BatchSize,
    Cv,
    Distribution,
    MeanPatience,
    Rounds,
    Takes,
    recipe_key,
    resolved_cv,
    room_contradictions,
    shape_and_cv,
)
from toc_sim.scenario.fields.numbers import (
    LIST,
    ONE_OR_MORE,
    PLAIN,
    About,
    Amount,
    Contradiction,
    Count,
    Duration,
    Entry,
    Name,
    Number,
    Places,
    Profile,
    Rate,
    ServiceTime,
    Share,
    about,
    names_in,
)

ONE, PRODUCTS = "<one>", "<by product>"
"""Tags of the forms that a parameter can have; they never show in messages."""


def _kind_of_table(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ONE
    said = not value or any(map(_means_profile, value))
    return ONE if said or any(isinstance(v, list) for v in value.values()) else PRODUCTS


def _may_differ(annotation: Any) -> bool:
    """Return whether a value may be said by product: it is a `ByProduct`."""
    if isinstance(annotation, Tag):
        return annotation.tag == PRODUCTS
    return any(map(_may_differ, get_args(annotation)))


def _means_profile(key: Any) -> bool:
    return isinstance(key, str) and closest(key, ("profile",)) is not None


_Value = TypeVar("_Value")

ByProduct = Annotated[
    Annotated[_Value, Tag(ONE)]
    | Annotated[
        dict[Name, _Value], Field(min_length=1, max_length=1_000), Tag(PRODUCTS)
    ],
    Discriminator(_kind_of_table),
]
"""A value of some kind, or one for each product."""

Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]

Dispatch = Literal["fifo", "priority", "shortest", "earliest_due"]
"""Which of its stages a pool works for first."""


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for index, name in enumerate(names) if name in names[:index]]
    if twice:
        raise PydanticCustomError(
            "twice", "names {name} twice", {"name": quoted(twice[0])}
        )
    return names


Pools = Annotated[
    Annotated[Name, Tag(PLAIN)]
    | Annotated[
        tuple[Name, ...],
        Field(min_length=1, strict=False),
        AfterValidator(_each_once),
        Tag(LIST),
    ],
    ONE_OR_MORE,
]
"""A resource, or several that are needed at once."""


PACES = ("capacity", "rate", "time")
"""Three ways to say how fast a stage is: a new one takes the place of another."""


class Node(Entry):
    """What all nodes have in common: a name to show, and chance."""

    title: str = ""
    """The name to show, in any language; empty: the node's own name."""

    cv: Annotated[Cv | None, About("1", not_with=("rounds",))] = None
    """Coefficient of variation of a time drawn here: 0 (default) is no chance."""

    distribution: Annotated[Distribution | None, About(not_with=("rounds",))] = None
    """Shape of chance; gamma where `cv` is above 0 and nothing is said."""

    stream: Name | None = None
    """Which random stream the node draws on; by default its own name."""

    routing: Annotated[
        Literal["shares", "free", "all"], About(not_with=("rounds",))
    ] = "shares"
    """How a finished item chooses its way: by shares, the shortest queue, or all."""

    calendar: Name | None = None
    """When it is open; by default always."""

    benchmark: Annotated[dict[Name, Number], About()] = Field(default_factory=dict)
    """How far a parameter of this node could go."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where the shape of chance and its cv do not go together."""
        if given.get("distribution") is not None:
            yield from shape_and_cv(given)

    @property
    def spread(self) -> float:
        """The coefficient of variation of a time drawn here [1]."""
        if self.distribution is None:
            return self.cv or 0.0
        return resolved_cv(self.distribution, self.cv, 0.0)

    @property
    def tables(self) -> dict[str, Mapping[str, Any]]:
        """What is said by product, by field and by product."""
        return {
            key: value
            for key, value in self
            if key in BY_PRODUCT and isinstance(value, Mapping)
        }


class Source(Node):
    """Where items come from on a free clock: leads, orders, patients."""

    kind: Literal["source"]

    routing: Literal["shares", "free"] = "shares"
    """How an arrival chooses its way: by shares, or the shortest queue."""

    arrivals: Annotated[ByProduct[Rate], About("items/period", lever=1)]
    """Mean number of arrivals, or that by product [items/period]."""

    overflow: Literal["wait", "lost"] = "wait"
    """What happens to an arrival that finds no room."""

    cost_per_item: Annotated[ByProduct[Amount], About("money/item", lever=7)] = 0.0
    """Truly variable cost of each arrival, or that by product [money/item]."""


class Stage(Node):
    """A step that takes time: a machine, or a team of people."""

    kind: Literal["machine", "team"]

    rate: Annotated[
        ByProduct[Rate] | None,
        About("items/period", lever=1, not_with=("rounds", "resource")),
    ] = None
    """Full speed of each server, or that by product [items/period]."""

    capacity: Annotated[
        ByProduct[Rate] | None,
        About("items/period", lever=1, not_with=("rounds", "resource")),
    ] = None
    """Full speed of the whole stage, or that by product [items/period]."""

    servers: Annotated[Count, About("1", lever=2, not_with=("rounds", "resource"))] = 1
    """How many items can be in service at a time."""

    buffer: Annotated[Places, About("items", lever=5, shapes_flow=True)] = "unlimited"
    """Places for items waiting before it, those in service not counted."""

    patience: Annotated[
        MeanPatience | None, About("periods", lever=6, not_with=("rounds", "recipe"))
    ] = None
    """How long an item waits there before it leaves, lost; by default for ever."""

    conversion: Annotated[
        ByProduct[Share],
        About("share", lever=3, shapes_flow=True, not_with=("rounds",)),
    ] = 1.0
    """Chance that a finished item moves on, or that by product; the rest leave [1]."""

    cost_per_item: Annotated[ByProduct[Amount], About("money/item", lever=7)] = 0.0
    """Truly variable cost of each service started here [money/item]."""

    resource: Annotated[Pools | None, About(not_with=("rounds", "recipe"))] = None
    """The shared pools that do this work: one server of each, for `time`, at once."""

    time: Annotated[
        ByProduct[ServiceTime] | None, About("periods", lever=1, not_with=("rounds",))
    ] = None
    """Mean time that an item takes of a server, or that by product [periods]."""

    priority: Annotated[ByProduct[Priority], About("1")] = 0
    """Among those who wait for a server the higher goes first, then the longest."""

    dispatch: Annotated[Dispatch | None, About(not_with=("resource",))] = None
    """Whose turn it is among the products that pass here; by default priority."""

    due: Annotated[ByProduct[Duration], About("periods")] = 0.0
    """When an item is due here, counted from its entering the pipeline [periods]."""

    availability: Annotated[
        Availability | None, About(lever=4, not_with=("rounds",))
    ] = None
    """Failures of the servers while they work here."""

    @property
    def pools(self) -> tuple[str, ...]:
        """The names of the resources that do its work; none: it has its own servers."""
        return names_in(self.resource)

    takes: Annotated[Takes, About("items", not_with=("rounds",))] = 1
    """Items that one service takes: a number, or so many from each stage before."""

    gives: Annotated[BatchSize, About("items", not_with=("rounds",))] = 1
    """Items that come out of one service."""

    rounds: Rounds | None = None
    """Moves at fixed times, up to so many items at once, instead of services."""

    stock: Annotated[int, Field(ge=0, le=1_000_000), About("items")] = 0
    """Items that wait before it at the start of a run without warm-up."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where its pace is said twice, or not at all."""
        yield from super().contradictions(given)
        if is_special(given):
            yield from _recipe(given)
        if given.get("rounds") is not None:
            return
        if given.get("resource") is None:
            yield from _own_servers(given)
        else:
            yield from _shared_servers(given)


def is_special(given: Mapping[str, Any]) -> bool:
    """Return whether a stage, by its fields, is more than one service for one item."""
    several = any(given.get(key, 1) != 1 for key in ("takes", "gives"))
    waits = bool(given.get("stock")) or given.get("rounds") is not None
    return several or waits or given.get("routing") == "all"


def _unset(word: str) -> tuple[tuple[str, Any], ...]:
    """Return the fields that a stage cannot say beside a word, and their defaults."""
    return tuple(
        (key, field.default)
        for key, field in Stage.model_fields.items()
        if word in about(field).not_with
    )


NOT_WITH = {word: _unset(word) for word in ("rounds", "recipe", "resource")}


def _recipe(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Yield what a stage says of its recipe, or its rounds, against the rest."""
    if given.get("rounds") is not None:
        for key, unset in NOT_WITH["rounds"]:
            if given.get(key, unset) != unset:
                yield Contradiction(f"a stage that works in rounds has no '{key}'", key)
    elif said := recipe_key(given):
        for key, unset in NOT_WITH["recipe"]:
            if given.get(key, unset) != unset:
                yield Contradiction(f"does not go with '{said}' yet", key)
    yield from room_contradictions(given)


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
    for key, unset in NOT_WITH["resource"]:
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

    demand: Annotated[ByProduct[Rate], About("items/period", lever=1)]
    """How much the buyers want, or that by product [items/period]."""

    unmet: Literal["lost", "backlog"] = "lost"
    """Whether a buyer who finds nothing is lost, or waits."""

    buffer: Annotated[Places, About("items", lever=5, shapes_flow=True)] = "unlimited"
    """Places for finished items waiting for their buyer."""

    patience: Annotated[MeanPatience | None, About("periods", lever=6)] = None
    """How long an item waits there before it leaves, lost; by default for ever."""


BY_PRODUCT = frozenset(
    key
    for kind in (Source, Stage, Market)
    for key, field in kind.model_fields.items()
    if _may_differ(field.annotation)
)
"""Fields of nodes that may say something else of each product."""

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

    servers: Annotated[Count, About("1", lever=2)]
    """How many there are."""

    dispatch: Dispatch = "priority"
    """Whose turn it is when one comes free."""
    calendar: Name | None = None
    """When they are there; by default always."""
