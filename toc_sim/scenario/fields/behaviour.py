"""How a service goes: its chance, failures and patience, and what it takes and gives.

Whatever varies has a mean that is said elsewhere; here stands how it varies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum, sqrt
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from toc_sim.scenario.fields.numbers import (
    LARGEST,
    SMALLEST,
    About,
    Contradiction,
    Duration,
    Entry,
    Name,
    PlainOrTable,
    TimeSpan,
)


class Empirical(Entry):
    """Chance taken from a company's own measurements."""

    empirical: Annotated[
        tuple[Annotated[float, Field(ge=0, le=LARGEST)], ...],
        Field(min_length=1, max_length=100_000, strict=False),
        About(""),
    ]
    """Samples, each as likely as the others; only their proportions count."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield what is wrong with the samples together."""
        samples = given["empirical"]
        if fsum(samples) / len(samples) < SMALLEST:
            yield Contradiction("needs a sample above 0", "empirical")

    @property
    def mean(self) -> float:
        """The mean of the samples."""
        return fsum(self.empirical) / len(self.empirical)

    @property
    def cv(self) -> float:
        """The coefficient of variation of the samples [1]."""
        mean = self.mean
        squares = fsum((sample / mean - 1) ** 2 for sample in self.empirical)
        return sqrt(squares / len(self.empirical))


Shape = Literal["gamma", "exponential", "lognormal", "uniform", "triangular"]


Distribution = PlainOrTable[Shape, Empirical]
"""The shape of chance; its mean is always one over the rate."""


LARGEST_CV = {"uniform": 1 / sqrt(3), "triangular": 1 / sqrt(6)}
"""The largest cv that these shapes can have without a negative time."""

CV_ROUNDING = 1e-6
"""What a cv typed by hand may exceed its bound by: 0.57735 for 1 / sqrt(3)."""

MAX_CV = 100.0
"""No measured time varies more; beyond it the arithmetic of chance breaks."""


def _spread(value: float) -> float:
    if 0 < value < CV_ROUNDING:
        raise PydanticCustomError("cv", f"must be 0, or at least {CV_ROUNDING:f}")
    return value


Cv = Annotated[float, Field(ge=0, le=MAX_CV), AfterValidator(_spread)]
"""A coefficient of variation [1]."""


class Availability(Entry):
    """Failures: exponential, while a server works; each server has its own."""

    mean_time_between_failures: Annotated[TimeSpan, About("periods", lever=4)]
    """Mean working time from a repair to the next failure [periods]."""

    mean_time_to_repair: Annotated[TimeSpan, About("periods", lever=4)]
    """Mean time of a repair [periods]."""

    @property
    def share(self) -> float:
        """Share of the active time that a server works, not repaired [1]."""
        total = self.mean_time_between_failures + self.mean_time_to_repair
        return self.mean_time_between_failures / total

    def faster(self, factor: float) -> Self:
        """Return failures and repairs that all come sooner by a factor."""
        return self.changed(**{key: time / factor for key, time in self})


class Patience(Entry):
    """How long an item waits in a queue before it leaves the pipeline."""

    mean: Annotated[TimeSpan, About("periods", lever=6)]
    """Mean time from joining the queue to leaving it unserved [periods]."""

    cv: Annotated[Cv | None, About("1")] = None
    """Coefficient of variation of that time: 1 (default) is exponential."""

    distribution: Distribution | None = None
    """Shape of chance; gamma where nothing is said."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where the shape of chance and its cv do not go together."""
        yield from shape_and_cv(given)

    @property
    def spread(self) -> float:
        """The coefficient of variation of that time [1]."""
        return resolved_cv(self.distribution, self.cv, 1.0)


class ShapedDelay(Entry):
    """How long an item is away on a way, where that differs from item to item."""

    mean: Annotated[TimeSpan, About("periods", lever=2, shapes_flow=True)]
    """Mean time from leaving a node to arriving at the next [periods]."""

    cv: Annotated[Cv | None, About("1")] = None
    """Coefficient of variation of that time: 0 (default) is no chance."""

    distribution: Distribution | None = None
    """Shape of chance; gamma where `cv` is above 0 and nothing is said."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where the shape of chance and its cv do not go together."""
        yield from shape_and_cv(given)

    @property
    def spread(self) -> float:
        """The coefficient of variation of that time [1]."""
        return resolved_cv(self.distribution, self.cv, 0.0)


def shape_and_cv(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Yield where a shape of chance and its cv do not go together."""
    shape, cv = given.get("distribution"), given.get("cv")
    if isinstance(shape, dict | Empirical):
        if cv is not None:
            what = "empirical samples bring their own cv: leave 'cv' out"
            yield Contradiction(what, "cv")
    elif shape == "exponential":
        if cv not in (None, 1):
            what = "an exponential time has cv 1: leave 'cv' out or take gamma"
            yield Contradiction(what, "cv")
    elif isinstance(shape, str):
        article = "an" if shape[:1] in "aeio" else "a"
        if cv is None and shape in get_args(Shape):
            what = f"{article} {shape} distribution needs a 'cv'"
            yield Contradiction(what, None, ("cv",))
        widest = LARGEST_CV.get(shape)
        if widest and isinstance(cv, int | float) and cv > widest + CV_ROUNDING:
            what = f"{article} {shape} time cannot have a cv above {widest:.4f}"
            yield Contradiction(what, "cv")


def resolved_cv(shape: Distribution | None, cv: float | None, usual: float) -> float:
    """Return the coefficient of variation of a shape; the usual where none is said."""
    if isinstance(shape, Empirical):
        return shape.cv
    if shape == "exponential":
        return 1.0
    return usual if cv is None else cv


MeanPatience = PlainOrTable[TimeSpan, Patience]
"""A mean time, exponential, or that and its shape [periods]."""

TimeAway = PlainOrTable[Duration, ShapedDelay]
"""A time that is the same for all, or the mean time and its shape [periods]."""


Dispatch = Literal["fifo", "priority", "shortest", "earliest_due"]
"""Which of its stages a pool works for first."""

MOST_AT_ONCE = 10_000
"""Items that a service, or a round, can take or give at most."""

BatchSize = Annotated[int, Field(ge=1, le=MOST_AT_ONCE)]
"""How many items at once: 1 or more."""


Takes = PlainOrTable[
    BatchSize, Annotated[dict[Name, BatchSize], Field(min_length=1, max_length=1_000)]
]
"""How many items a service takes; or how many from each stage that leads here."""


class Rounds(Entry):
    """Moves at fixed times, up to so many waiting items at once."""

    every: Annotated[TimeSpan, About("periods")]
    """Time from one round to the next [periods]."""

    first: Annotated[Duration, About("periods")] = 0.0
    """When a round is, counted from the start of measuring [periods]; below `every`."""

    items: Annotated[PlainOrTable[BatchSize, Empirical], About("items")]
    """How many can be moved in a round: a whole number, or samples of it to draw."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield what is wrong with the times, or the samples."""
        if given["first"] >= given["every"]:
            yield Contradiction("must be less than 'every'", "first")
        items = given["items"]
        if isinstance(items, Empirical):
            for each in items.empirical:
                if each % 1 != 0 or each > MOST_AT_ONCE:
                    what = f"must be whole numbers up to {MOST_AT_ONCE:,}, not {each:g}"
                    yield Contradiction(what, "items")
                    break

    @property
    def mean(self) -> float:
        """How many can be moved in a round on average [items]."""
        items = self.items
        return items.mean if isinstance(items, Empirical) else float(items)
