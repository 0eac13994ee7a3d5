"""Chance in a scenario: how times vary, how long people wait, how often things fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum, sqrt
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, Field, Tag
from pydantic_core import PydanticCustomError

from toc_sim.scenario.fields.about import About
from toc_sim.scenario.fields.numbers import (
    FORM,
    PLAIN,
    TABLE,
    Contradiction,
    Distribution,
    Empirical,
    Entry,
    Shape,
    TimeSpan,
)

WIDEST = {"uniform": 1 / sqrt(3), "triangular": 1 / sqrt(6)}
"""The largest cv that these shapes can have without a negative time."""

CV_ROUNDING = 1e-6
"""What a cv typed by hand may exceed its bound by: 0.57735 for 1 / sqrt(3)."""

MOST_SPREAD = 100.0
"""No measured time varies more; beyond it the arithmetic of chance breaks."""


def _spread(value: float) -> float:
    if 0 < value < CV_ROUNDING:
        raise PydanticCustomError("cv", f"must be 0, or at least {CV_ROUNDING:f}")
    return value


Cv = Annotated[float, Field(ge=0, le=MOST_SPREAD), AfterValidator(_spread)]
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
        return spread_by(self.distribution, self.cv, 1.0)


def shape_and_cv(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Yield where a shape of chance and its cv do not go together."""
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


def spread_by(shape: Distribution | None, cv: float | None, usual: float) -> float:
    """Return the coefficient of variation of a shape; the usual where none is said."""
    if isinstance(shape, Empirical):
        return spread_of(shape)
    if shape == "exponential":
        return 1.0
    return usual if cv is None else cv


def spread_of(shape: Empirical) -> float:
    """Return the coefficient of variation of samples [1]."""
    samples = shape.empirical
    mean = fsum(samples) / len(samples)
    squares = fsum((sample / mean - 1) ** 2 for sample in samples)
    return sqrt(squares / len(samples))


MeanPatience = Annotated[
    Annotated[TimeSpan, Tag(PLAIN)] | Annotated[Patience, Tag(TABLE)], FORM
]
"""A mean time, exponential, or that and its shape [periods]."""


def _cv_of(shape: str, cv: Any) -> Iterator[Contradiction]:
    article = "an" if shape[:1] in "aeio" else "a"
    if cv is None and shape in get_args(Shape):
        what = f"{article} {shape} distribution needs a 'cv'"
        yield Contradiction(what, None, ("cv",))
    widest = WIDEST.get(shape)
    if widest and isinstance(cv, int | float) and cv > widest + CV_ROUNDING:
        yield Contradiction(
            f"{article} {shape} time cannot have a cv above {widest:.4f}", "cv"
        )
