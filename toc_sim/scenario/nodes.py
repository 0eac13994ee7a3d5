"""What a pipeline is made of: sources, stages, markets and shared resources."""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toc_sim.scenario.values import (
    Amount,
    Count,
    Distribution,
    Duration,
    Empirical,
    Entry,
    Name,
    Number,
    Rate,
    Share,
    Time,
)

WIDEST = {"uniform": 1 / sqrt(3), "triangular": 1 / sqrt(6)}
"""The largest cv that these shapes can have without a negative time."""

ROUNDING = 1e-6
"""What a cv typed by hand may exceed its bound by: 0.57735 for 1 / sqrt(3)."""


class Availability(Entry):
    """Failures: exponential, while a server works; each server has its own."""

    mean_time_between_failures: Duration = Field(gt=0)
    """Mean working time from a repair to the next failure [periods]."""

    mean_time_to_repair: Duration = Field(gt=0)
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

    cv: Annotated[float, Field(ge=0)] | None = None
    """Coefficient of variation of a time drawn here: 0 (default) is no chance."""

    distribution: Distribution | None = None
    """Shape of chance; gamma where `cv` is above 0 and nothing is said."""

    stream: Name | None = None
    """Which random stream the node draws on; by default its own name."""

    routing: Literal["shares", "free"] = "shares"
    """How a finished item chooses its way: by shares, or the shortest queue."""

    benchmark: dict[Name, Number] = Field(default_factory=dict)
    """How far a parameter of this node could go."""

    @model_validator(mode="after")
    def _chance_is_possible(self) -> Self:
        shape, cv = self.distribution, self.cv
        if isinstance(shape, Empirical):
            if cv is not None:
                raise PydanticCustomError(
                    "cv", "empirical samples bring their own cv: leave 'cv' out"
                )
        elif shape == "exponential":
            if cv not in (None, 1):
                raise PydanticCustomError(
                    "cv",
                    "an exponential time has cv 1: leave 'cv' out or take gamma",
                )
        elif shape is not None and cv is None:
            raise PydanticCustomError(
                "cv", "a {shape} distribution needs a 'cv'", {"shape": shape}
            )
        elif shape in WIDEST and cv is not None and cv > WIDEST[str(shape)] + ROUNDING:
            raise PydanticCustomError(
                "cv",
                "a {shape} time cannot have a cv above {widest}",
                {"shape": shape, "widest": f"{WIDEST[str(shape)]:.4f}"},
            )
        return self

    @property
    def spread(self) -> float:
        """The coefficient of variation of a time drawn here [1]."""
        if isinstance(self.distribution, Empirical):
            samples = self.distribution.empirical
            mean = sum(samples) / len(samples)
            squares = sum((sample - mean) ** 2 for sample in samples)
            return sqrt(squares / len(samples)) / mean
        if self.distribution == "exponential":
            return 1.0
        return self.cv or 0.0


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

    buffer: Annotated[int, Field(ge=0)] | Literal["unlimited"] = "unlimited"
    """Places for items waiting before it, those in service not counted."""

    conversion: Share = 1.0
    """Chance that a finished item moves on; the rest leave at once [1]."""

    cost_per_item: Amount = 0.0
    """Truly variable cost of each service started here [money/item]."""

    resource: Name | None = None
    """The shared pool whose servers do this work, for `time` each."""

    time: Time | None = None
    """Mean time that an item takes of a shared server [periods]."""

    priority: int = 0
    """Among the stages of a pool the higher goes first, then the longest waiting."""

    availability: Availability | None = None
    """Failures of the servers while they work here."""

    @model_validator(mode="after")
    def _says_its_pace_once(self) -> Self:
        if self.resource is not None:
            own = {"rate": self.rate, "capacity": self.capacity}
            own["servers"] = self.servers if self.servers > 1 else None
            for key, value in own.items():
                if value is not None:
                    raise PydanticCustomError(
                        "pace",
                        "the work of a shared resource has no '{key}' of its own",
                        {"key": key},
                    )
            if self.time is None:
                raise PydanticCustomError(
                    "pace", "the work of a shared resource needs a 'time'"
                )
            return self
        if self.time is not None:
            raise PydanticCustomError("pace", "'time' goes with a 'resource'")
        if (self.rate is None) == (self.capacity is None):
            raise PydanticCustomError(
                "pace",
                "needs a 'capacity' (of the whole stage) or a 'rate' (per server)"
                if self.rate is None
                else "give 'rate' or 'capacity', not both",
            )
        return self


class Market(Node):
    """The buyers: each purchase takes one item out of the pipeline."""

    kind: Literal["market"]

    demand: Rate
    """How much the buyers want [items/period]."""

    unmet: Literal["lost", "backlog"] = "lost"
    """Whether a buyer who finds nothing is lost, or waits."""

    buffer: Annotated[int, Field(ge=0)] | Literal["unlimited"] = "unlimited"
    """Places for finished items waiting for their buyer."""


AnyNode = Annotated[Source | Stage | Market, Field(discriminator="kind")]
"""A source, a stage (machine or team) or a market."""


class Resource(Entry):
    """People or equipment that several stages share."""

    title: str = ""
    """The name to show, in any language; empty: the resource's own name."""

    servers: Count
    """How many there are."""
