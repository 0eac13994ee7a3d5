"""Tables of parameters by their names, as they follow from their types and `About`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import Market, Resource, Source, Stage
from toc_sim.scenario.fields.numbers import about
from toc_sim.scenario.fields.sections import (
    Conwip,
    DrumBufferRope,
    Economics,
    Product,
    Run,
    Tool,
)

Kinds = tuple[type[BaseModel], ...]
"""What may stand at a place: one kind of entry, or several."""


def kinds_in(annotation: Any) -> Kinds:
    """Return the kinds of entry that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(kind for part in get_args(annotation) for kind in kinds_in(part))


def kinds_below(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield a kind of entry and all of which it consists, at any depth."""
    yield kind
    for field in kind.model_fields.values():
        for inner in kinds_in(field.annotation):
            yield from kinds_below(inner)


def annotations_of(kinds: Kinds, field: str) -> list[Any]:
    """Return the annotations of a field in the kinds of entry that have it."""
    fields = (kind.model_fields.get(field) for kind in kinds)
    return [each.annotation for each in fields if each is not None]


def is_table(annotation: Any) -> bool:
    """Return whether an annotation is that of entries or numbers by free names."""
    return get_origin(annotation) is dict


def may_be_table(annotation: Any) -> bool:
    """Return whether an annotation has a form with values by free names."""
    return is_table(annotation) or any(map(may_be_table, get_args(annotation)))


def numbers_in(annotation: Any) -> set[type]:
    """Return which of `int` and `float` a value may be."""
    if annotation in (int, float):
        return {annotation}
    return set().union(*map(numbers_in, get_args(annotation)))


def is_whole(field: FieldInfo) -> bool:
    """Return whether a field holds whole numbers, wherever it holds a number."""
    return numbers_in(field.annotation) == {int}


ROOTS: tuple[type[BaseModel], ...] = (
    *(Source, Stage, Market, Resource, Product, Way),
    *(Conwip, DrumBufferRope, Economics, Run, Tool),
)
"""The entries that parameters belong to."""

FIELDS = {
    (kind, name): field
    for root in ROOTS
    for kind in kinds_below(root)
    for name, field in kind.model_fields.items()
}
"""All fields of these, and of what is in them."""


def _names(holds: Callable[[FieldInfo], bool]) -> frozenset[str]:
    return frozenset(name for (_, name), field in FIELDS.items() if holds(field))


WHOLE_FIELDS = _names(is_whole)
"""Fields in which 3.0, the fruit of arithmetic, means 3."""

COUNTS = _names(lambda field: is_whole(field) and about(field).lever > 0)
"""What grows by one, not by one per cent."""

SHARES = _names(lambda field: about(field).unit == "share" and about(field).lever > 0)
"""What cannot exceed 1."""

SHAPING_FLOW = _names(lambda field: about(field).shapes_flow)
"""Fields on which it depends whether items can flow at all."""

UNITS = {name: about(field).unit for (_, name), field in FIELDS.items()}
"""The unit of each parameter; fields of one name have one unit."""


@cache
def levers_of(kind: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of an entry that can be pushed, in their turn."""
    turn = {key: about(field).lever for key, field in kind.model_fields.items()}
    return tuple(sorted((key for key in turn if turn[key]), key=turn.__getitem__))
