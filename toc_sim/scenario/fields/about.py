"""What a parameter is, beyond the values it can have: said once, at its field.

Whether it is a whole number, or may be said by product, its type says; its unit and
what depends on it stand beside the type, as `About`. Every table of fields follows
from these two, here or in `tables`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Unit = Literal[
    "",
    "1",
    "share",
    "items",
    "periods",
    "items/period",
    "1/period",
    "money",
    "money/item",
    "money/period",
]
"""What a number is counted in."""
Kinds = tuple[type[BaseModel], ...]
"""What may stand at a place: one kind of entry, or several."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a parameter beside its type.

    Attributes
    ----------
    unit
        ``share``: between 0 and 1; ``1``: a plain number; empty: a word, or a number in
        the unit of another parameter.
    lever
        Its turn among the levers of an entry, from 1; 0: `breakdown` does not push it.
    shapes_flow
        Whether it decides if items can flow at all: tools that change such parameters,
        wherever they are, are checked together.
    not_with
        What a stage that says this cannot have: ``rounds``, a ``recipe`` (several items
        taken or given at once) or shared servers (a ``resource``).
    """

    unit: Unit = ""
    lever: int = 0
    shapes_flow: bool = False
    not_with: tuple[Literal["rounds", "recipe", "resource"], ...] = ()


UNSAID = About()


def about(field: FieldInfo) -> About:
    """Return what is said of a field beside its type."""
    found = (each for each in field.metadata if isinstance(each, About))
    return next(found, UNSAID)


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
