"""What may be said of all products, or otherwise of each: a number, or a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from toc_sim.errors import closest
from toc_sim.scenario.values import Amount, Duration, Name, Rate, Share

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
