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
    Dispatch,
    Distribution,
    MeanPatience,
    Rounds,
    Takes,
    resolved_cv,
    shape_and_cv,
)
from toc_sim.scenario.fields.numbers import (
    About,
    Amount,
    Contradiction,
    Count,
    Duration,
    Entry,
    Name,
    Number,
    OneOrMore,
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
    words = [key for key in value if isinstance(key, str)]
    said = not value or any(closest(word, ("profile",)) for word in words)
    return ONE if said or any(isinstance(v, list) for v in value.values()) else PRODUCTS


def _may_differ(annotation: Any) -> bool:
    """Return whether a value may be said by product: it is a `ByProduct`."""
    if isinstance(annotation, Tag):
        return annotation.tag == PRODUCTS
    return any(map(_may_differ, get_args(annotation)))


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


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    for index, name in enumerate(names):
        if name in names[:index]:
            said = {"name": quoted(name)}
            raise PydanticCustomError("twice", "names {name} twice", said)
    return names


_NamesOnce = Annotated[
    tuple[Name, ...], Field(min_length=1, strict=False), AfterValidator(_each_once)
]

Pools = OneOrMore[Name, _NamesOnce]
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

    calendar: Annotated[Name | None, About(shapes_flow=True)] = None
    """When it is open; by default always."""

    benchmark: Annotated[dict[Name, Number], About()] = Field(default_factory=dict)
    """How far a parameter of this node could go."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where the shape of chance and its cv do not go together."""
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
        values = ((key, value) for key, value in self if key in BY_PRODUCT)
        return {key: value for key, value in values if isinstance(value, Mapping)}


class Source(Node):
    """Where items come from on a free clock: leads, orders, patients."""

    kind: Literal["source"]

    routing: Literal["shares", "free"] = "shares"
    """How an arrival chooses its way: by shares, or the shortest queue."""

    arrivals: Annotated[ByProduct[Rate], About("items/period", lever=1)]
    """Mean number of arrivals, or that by product [items/period]."""

    overflow: Literal["wait", "lost"] = "wait"
    """What happens to an arrival that finds no room."""

    target: Annotated[ByProduct[Duration] | None, About("periods")] = None
    """How long an arrival should wait outside at most, or that by product [periods]."""

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

    target: Annotated[ByProduct[Duration] | None, About("periods")] = None
    """How long an item should wait there at most, or that by product [periods]."""

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
        if given.get("rounds") is None:
            own = given.get("resource") is None
            yield from _own_servers(given) if own else _shared_servers(given)


def recipe_key(given: Mapping[str, Any]) -> str:
    """Return how a stage says that it takes or gives several items; or nothing."""
    for key in ("takes", "gives"):
        if given.get(key, 1) != 1:
            return key
    return "routing: all" if given.get("routing") == "all" else ""


def is_special(given: Mapping[str, Any]) -> bool:
    """Return whether a stage, by its fields, is more than one service for one item."""
    waits = bool(given.get("stock")) or given.get("rounds") is not None
    return waits or bool(recipe_key(given))


NOT_WITH = {
    word: {
        key: field.default
        for key, field in Stage.model_fields.items()
        if word in about(field).not_with
    }
    for word in ("rounds", "recipe", "resource")
}
"""The fields that a stage cannot say beside a word, and their defaults."""


def _recipe(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Yield what a stage says of its recipe, or its rounds, against the rest."""
    if given.get("rounds") is not None:
        for key, unset in NOT_WITH["rounds"].items():
            if given.get(key, unset) != unset:
                yield Contradiction(f"a stage that works in rounds has no '{key}'", key)
    elif said := recipe_key(given):
        for key, unset in NOT_WITH["recipe"].items():
            if given.get(key, unset) != unset:
                yield Contradiction(f"does not go with '{said}' yet", key)
    yield from _room(given)


def _room(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Yield where the buffer of a stage cannot hold what it takes, or its stock."""
    buffer, takes = given.get("buffer"), given.get("takes", 1)
    is_join = isinstance(takes, Mapping)
    counts = takes.values() if is_join else [takes]
    needs = max((n for n in counts if isinstance(n, int | float)), default=0)
    if isinstance(buffer, int) and (is_join or needs > 1) and buffer < needs:
        what = f"a service takes {needs:g} at once: it needs a 'buffer' of {needs:g} "
        yield Contradiction(f"{what}or more", "buffer")
    stock = given.get("stock", 0)
    if isinstance(stock, int) and stock > 0:
        if is_join:
            yield Contradiction("a join has no 'stock': it waits for parts", "stock")
        elif isinstance(buffer, int) and stock > buffer:
            yield Contradiction(f"its 'buffer' holds {buffer}", "stock")


def _own_servers(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    for key in ("priority", "due"):
        if given.get(key, 0) and not isinstance(given[key], Mapping):
            what = f"'{key}' goes with a 'resource', or is said by product"
            yield Contradiction(what, key)
    said = [key for key in PACES if given.get(key) is not None]
    if not said:
        what = "needs a 'capacity' (of the whole stage), a 'rate' (of each server) or "
        yield Contradiction(f"{what}a 'time' (of each service)", None, PACES)
    elif len(said) > 1:
        yield Contradiction(f"give '{said[1]}' or '{said[0]}', not both", said[1])
    time = given.get("time")
    times = time.values() if isinstance(time, Mapping) else [time]
    if any(isinstance(each, Profile) for each in times):
        what = "a time that changes goes with a 'resource': give a 'rate'"
        yield Contradiction(what, "time")


def _shared_servers(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    if given.get("calendar") is not None:
        what = "the opening hours of shared work are those of its resource"
        yield Contradiction(what, "calendar")
    for key, unset in NOT_WITH["resource"].items():
        if given.get(key) not in (None, unset):
            what = f"the work of a shared resource has no '{key}' of its own"
            yield Contradiction(what, key)
    if given.get("time") is None:
        what = "the work of a shared resource needs a 'time'"
        yield Contradiction(what, None, ("time",))


_WITH_DEMAND = (
    *("unmet", "buffer", "patience", "target"),
    *("cv", "distribution", "calendar"),
)
"""What a market can say only beside a demand."""


class Market(Node):
    """The buyers, each of whom takes one item; without a demand, a way out for all."""

    kind: Literal["market"]

    routing: Literal["shares", "free"] = "shares"
    """How a customer who comes back chooses a way: by shares, or the shortest queue."""

    demand: Annotated[ByProduct[Rate] | None, About("items/period", lever=1)] = None
    """How much the buyers want, or that by product; by default all [items/period]."""

    unmet: Literal["lost", "backlog"] = "lost"
    """Whether a buyer who finds nothing is lost, or waits."""

    buffer: Annotated[Places, About("items", lever=5, shapes_flow=True)] = "unlimited"
    """Places for finished items waiting for their buyer."""

    patience: Annotated[MeanPatience | None, About("periods", lever=6)] = None
    """How long an item waits there before it leaves, lost; by default for ever."""

    target: Annotated[ByProduct[Duration] | None, About("periods")] = None
    """How long an item should wait there at most, or that by product [periods]."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield what an exit has no use for: it takes all, at once and at any time."""
        yield from super().contradictions(given)
        if given.get("demand") is not None:
            return
        for key in _WITH_DEMAND:
            unset = cls.model_fields[key].default
            if given.get(key, unset) != unset:
                what = f"a market without 'demand' takes all at once: it has no '{key}'"
                yield Contradiction(what, key)


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
    if isinstance(kind, str) and kind not in NODE_KINDS:
        kind = closest(kind, NODE_KINDS)
    if isinstance(kind, str):
        return NODE_KINDS[kind]
    if "arrivals" in value:
        return Source
    return Market if "demand" in value else Stage


AnyNode = Annotated[
    Annotated[Source, Tag("<source>")]
    | Annotated[Stage, Tag("<stage>")]
    | Annotated[Market, Tag("<market>")],
    Discriminator(lambda value: _TAGS[node_type(value)]),
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
    calendar: Annotated[Name | None, About(shapes_flow=True)] = None
    """When they are there; by default always."""
