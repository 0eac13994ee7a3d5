"""What a pipeline is made of: sources, stages, markets and shared resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum, sqrt
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from toc_sim.errors import closest
from toc_sim.scenario.entry import Contradiction, Entry
from toc_sim.scenario.values import (
    Amount,
    Count,
    Distribution,
    Empirical,
    Name,
    Number,
    Places,
    Rate,
    Shape,
    Share,
    Span,
    Time,
)

WIDEST = {"uniform": 1 / sqrt(3), "triangular": 1 / sqrt(6)}
"""The largest cv that these shapes can have without a negative time."""

ROUNDING = 1e-6
"""What a cv typed by hand may exceed its bound by: 0.57735 for 1 / sqrt(3)."""

MOST_SPREAD = 100.0
"""No measured time varies more; beyond it the arithmetic of chance breaks."""


def _spread(value: float) -> float:
    if 0 < value < ROUNDING:
        raise PydanticCustomError("cv", f"must be 0, or at least {ROUNDING:f}")
    return value


Spread = Annotated[float, Field(ge=0, le=MOST_SPREAD), AfterValidator(_spread)]
"""A coefficient of variation [1]."""


class Availability(Entry):
    """Failures: exponential, while a server works; each server has its own."""

    mean_time_between_failures: Span
    """Mean working time from a repair to the next failure [periods]."""

    mean_time_to_repair: Span
    """Mean time of a repair [periods]."""

    @property
    def share(self) -> float:
        """Share of the active time that a server works, not repaired [1]."""
        total = self.mean_time_between_failures + self.mean_time_to_repair
        return self.mean_time_between_failures / total


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

    routing: Literal["shares", "free"] = "shares"
    """How a finished item chooses its way: by shares, or the shortest queue."""

    benchmark: dict[Name, Number] = Field(default_factory=dict)
    """How far a parameter of this node could go."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where the shape of chance and its cv do not go together."""
        shape, cv = given.get("distribution"), given.get("cv")
        if isinstance(shape, dict | Empirical):
            if cv is not None:
                yield Contradiction(
                    "empirical samples bring their own cv: leave 'cv' out", "cv"
                )
        elif shape == "exponential":
            if cv not in (None, 1):
                yield Contradiction(
                    "an exponential time has cv 1: leave 'cv' out or take gamma", "cv"
                )
        elif isinstance(shape, str):
            yield from _cv_of(shape, cv)

    @property
    def spread(self) -> float:
        """The coefficient of variation of a time drawn here [1]."""
        if isinstance(self.distribution, Empirical):
            samples = self.distribution.empirical
            mean = fsum(samples) / len(samples)
            squares = fsum((sample / mean - 1) ** 2 for sample in samples)
            return sqrt(squares / len(samples))
        if self.distribution == "exponential":
            return 1.0
        return self.cv or 0.0


def _cv_of(shape: str, cv: Any) -> Iterator[Contradiction]:
    article = "an" if shape[:1] in "aeio" else "a"
    if cv is None and shape in get_args(Shape):
        what = f"{article} {shape} distribution needs a 'cv'"
        yield Contradiction(what, None, ("cv",))
    widest = WIDEST.get(shape)
    if widest and isinstance(cv, int | float) and cv > widest + ROUNDING:
        yield Contradiction(
            f"{article} {shape} time cannot have a cv above {widest:.4f}", "cv"
        )


class Source(Node):
    """Where items come from on a free clock: leads, orders, patients."""

    kind: Literal["source"]

    arrivals: Rate
    """Mean number of arrivals [items/period]."""

    overflow: Literal["wait", "lost"] = "wait"
    """What happens to an arrival that finds no room."""

    cost_per_item: Amount = 0.0
    """Truly variable cost of each arrival [money/item]."""


class Stage(Node):
    """A step that takes time: a machine, or a team of people."""

    kind: Literal["machine", "team"]

    rate: Rate | None = None
    """Full speed of each server [items/period]."""

    capacity: Rate | None = None
    """Full speed of the whole stage, split over its servers [items/period]."""

    servers: Count = 1
    """How many items can be in service at a time."""

    buffer: Places = "unlimited"
    """Places for items waiting before it, those in service not counted."""

    conversion: Share = 1.0
    """Chance that a finished item moves on; the rest leave at once [1]."""

    cost_per_item: Amount = 0.0
    """Truly variable cost of each service started here [money/item]."""

    resource: Name | None = None
    """The shared pool whose servers do this work, for `time` each."""

    time: Time | None = None
    """Mean time that an item takes of a shared server [periods]."""

    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 0
    """Among the stages of a pool the higher goes first, then the longest waiting."""

    availability: Availability | None = None
    """Failures of the servers while they work here."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where its pace is said twice, or not at all."""
        yield from super().contradictions(given)
        if given.get("resource") is None:
            yield from _own_servers(given)
        else:
            yield from _shared_servers(given)


def _own_servers(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    for key, unset in (("time", None), ("priority", 0)):
        if given.get(key) not in (None, unset):
            yield Contradiction(f"'{key}' goes with a 'resource'", key)
    said = [key for key in ("capacity", "rate") if given.get(key) is not None]
    if not said and given.get("time") is None:
        yield Contradiction(
            "needs a 'capacity' (of the whole stage) or a 'rate' (of each server)",
            None,
            ("capacity", "rate"),
        )
    elif len(said) > 1:
        yield Contradiction("give 'rate' or 'capacity', not both", "rate")


def _shared_servers(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    for key, unset in (("rate", None), ("capacity", None), ("servers", 1)):
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

    demand: Rate
    """How much the buyers want [items/period]."""

    unmet: Literal["lost", "backlog"] = "lost"
    """Whether a buyer who finds nothing is lost, or waits."""

    buffer: Places = "unlimited"
    """Places for finished items waiting for their buyer."""


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
