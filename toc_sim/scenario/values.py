"""The kinds of numbers a scenario is written in: rates, shares, profiles, chance."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError


class Entry(BaseModel):
    """A piece of a scenario: immutable, strict, and deaf to unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )

    def changed(self, **updates: object) -> Self:
        """Return a copy with some fields changed, checked like the original."""
        return type(self).model_validate({**dict(self), **updates})


Point = Annotated[tuple[float, float], Field(strict=False)]


class Profile(Entry):
    """A number that changes over time: linear between its points, constant outside.

    Two points at one time are a jump; the later one holds from that time on.
    """

    profile: Annotated[tuple[Point, ...], Field(min_length=1, strict=False)]
    """Pairs of time [periods] and value, in the order of time."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [time for time, _ in self.profile]
        if times != sorted(times):
            raise PydanticCustomError("profile_order", "times must not go back")
        return self

    @property
    def values(self) -> tuple[float, ...]:
        """The values at the points."""
        return tuple(value for _, value in self.profile)


def _kind_of_number(value: Any) -> str:
    return "profile" if isinstance(value, dict | Profile) else "number"


def _each(value: float | Profile) -> tuple[float, ...]:
    return value.values if isinstance(value, Profile) else (value,)


def _above_zero(value: float | Profile) -> float | Profile:
    if min(_each(value)) <= 0:
        raise PydanticCustomError("greater_than", "must be greater than 0")
    return value


def _not_negative(value: float | Profile) -> float | Profile:
    if min(_each(value)) < 0:
        raise PydanticCustomError("greater_than_equal", "must not be negative")
    return value


def _between_0_and_1(value: float | Profile) -> float | Profile:
    if min(_each(value)) < 0 or max(_each(value)) > 1:
        raise PydanticCustomError("share", "must lie between 0 and 1")
    return value


Number = Annotated[
    Annotated[float, Tag("number")] | Annotated[Profile, Tag("profile")],
    Discriminator(_kind_of_number),
]
"""A number, or a profile of it over time."""

Rate = Annotated[Number, AfterValidator(_above_zero)]
"""Items per period, above 0."""

Time = Annotated[Number, AfterValidator(_above_zero)]
"""Periods, above 0."""

Share = Annotated[Number, AfterValidator(_between_0_and_1)]
"""A share or a chance, 0-1."""

Amount = Annotated[Number, AfterValidator(_not_negative)]
"""Money, 0 or more."""

Duration = Annotated[float, Field(ge=0)]
"""Periods, 0 or more, the same at all times."""

Count = Annotated[int, Field(ge=1)]
"""How many: 1 or more."""

Name = Annotated[str, Field(pattern=r"^\w+$", max_length=100)]
"""One word of letters, digits and underscores, in any language."""


class Empirical(Entry):
    """Chance taken from a company's own measurements."""

    empirical: Annotated[
        tuple[Annotated[float, Field(ge=0)], ...],
        Field(min_length=1, max_length=100_000, strict=False),
    ]
    """Samples, each as likely as the others; only their proportions count."""

    @model_validator(mode="after")
    def _has_a_mean(self) -> Self:
        if sum(self.empirical) <= 0:
            raise PydanticCustomError("empirical", "needs a sample above 0")
        return self


Shape = Literal["gamma", "exponential", "lognormal", "uniform", "triangular"]


def _kind_of_distribution(value: Any) -> str:
    return "empirical" if isinstance(value, dict | Empirical) else "shape"


Distribution = Annotated[
    Annotated[Shape, Tag("shape")] | Annotated[Empirical, Tag("empirical")],
    Discriminator(_kind_of_distribution),
]
"""The shape of chance; its mean is always one over the rate."""
