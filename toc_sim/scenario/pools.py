"""How a stage names the shared pools that do its work, and whose turn it is there."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from toc_sim.errors import quoted
from toc_sim.scenario.values import Name

Dispatch = Literal["fifo", "priority", "shortest", "earliest_due"]
"""Which of its stages a pool works for first."""

ONE, SEVERAL = "<name>", "<names>"
"""The tags of one resource and of several; they never show in messages."""


def _how_many(value: Any) -> str:
    return SEVERAL if isinstance(value, list | tuple) else ONE


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for index, name in enumerate(names) if name in names[:index]]
    if twice:
        raise PydanticCustomError(
            "twice", "names {name} twice", {"name": quoted(twice[0])}
        )
    return names


Pools = Annotated[
    Annotated[Name, Tag(ONE)]
    | Annotated[
        tuple[Name, ...],
        Field(min_length=1, strict=False),
        AfterValidator(_each_once),
        Tag(SEVERAL),
    ],
    Discriminator(_how_many),
]
"""A resource, or several that are needed at once."""


def pools_of(resource: Any) -> tuple[str, ...]:
    """Return the names in what a file says of a resource; what is no name is none."""
    names = resource if isinstance(resource, list | tuple) else (resource,)
    return tuple(name for name in names if isinstance(name, str))
