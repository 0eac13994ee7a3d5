"""Tables of parameters by their names, as they follow from their types and `About`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from toc_sim.scenario.fields.about import about, is_whole, kinds_below
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import Market, Resource, Source, Stage
from toc_sim.scenario.fields.sections import (
    Conwip,
    DrumBufferRope,
    Economics,
    Product,
    Run,
    Tool,
)

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
