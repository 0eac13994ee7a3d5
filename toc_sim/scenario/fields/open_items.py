"""What is open as a run starts: items that wait, are worked on, or are away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from toc_sim.scenario.fields.nodes import ONE, PRODUCTS
from toc_sim.scenario.fields.numbers import About, Duration, Entry, Name

MOST_OPEN = 1_000_000
"""Items that may be open at one place."""

Ages = Annotated[
    tuple[Duration, ...], Field(max_length=MOST_OPEN, strict=False), About("periods")
]
"""How long ago each of some things began [periods]."""


class OpenItems(Entry):
    """Items that are open as a run starts, at a node or on a way with a delay."""

    working: Ages = ()
    """How long each service under way has gone on, one for each server at work."""

    waiting: Annotated[int, Field(ge=0, le=MOST_OPEN), About("items")] = 0
    """How many items wait before it."""

    away: Ages = ()
    """Of a way with a delay: how long ago each item that is away has left."""


def _form(value: Any) -> str:
    """Return whether a value says it of one product, or of each."""
    if not isinstance(value, Mapping) or not value:
        return ONE
    each = all(isinstance(inner, Mapping | OpenItems) for inner in value.values())
    return PRODUCTS if each else ONE


OpenAt = Annotated[
    Annotated[OpenItems, Tag(ONE)]
    | Annotated[
        dict[Name, OpenItems], Field(min_length=1, max_length=1_000), Tag(PRODUCTS)
    ],
    Discriminator(_form),
]
"""What is open at a place, or that of each product."""

Place = Annotated[str, Field(max_length=300)]
"""A node, or a way: ``qualify``, ``offer -> answer``."""
