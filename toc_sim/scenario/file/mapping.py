"""A scenario as a dictionary of Python, read as a file would be."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from numbers import Integral, Real
from typing import Any

from toc_sim.errors import Problem, ScenarioError, shown
from toc_sim.scenario.file.written import Spot, Written, WrittenDocument
from toc_sim.scenario.file.yaml import DEEPEST


class MappingDocument(WrittenDocument):
    """A document without lines: its places are paths alone."""

    def place(self, spot: Spot) -> str:
        """Return nothing: the path says where."""
        del spot
        return ""


def mapping_document(given: Mapping[str, Any]) -> MappingDocument:
    """Return what a dictionary says, as plain data in its order.

    Parameters
    ----------
    given
        Keys and values as a file would have them. Tuples stand for lists, and numbers
        of other libraries for numbers.

    Raises
    ------
    ScenarioError
        If something in it is neither a text, a number, true or false, None, a list nor
        a dictionary, or it is nested without end.
    """
    places = count(1)

    def read(value: Any, path: tuple[str | int, ...]) -> Written:
        spot = (next(places),)
        if len(path) > DEEPEST:
            raise ScenarioError([Problem(path[:1], "is nested without end")])
        if isinstance(value, Mapping):
            keys: dict[str, Spot] = {}
            inside: dict[str | int, Written] = {}
            for key, each in value.items():
                keys[str(key)] = (next(places),)
                inside[str(key)] = read(each, (*path, str(key)))
            return _written(
                {key: each.value for key, each in inside.items()}, spot, inside, keys
            )
        if isinstance(value, list | tuple):
            parts: dict[str | int, Written] = {
                place: read(each, (*path, place)) for place, each in enumerate(value)
            }
            return _written([each.value for each in parts.values()], spot, parts, {})
        return Written(_plain(value, path), shown(value), spot)

    return MappingDocument("", read(given, ()), {})


def _written(
    value: Any, spot: Spot, inside: dict[str | int, Written], keys: dict[str, Spot]
) -> Written:
    size = 1 + sum(each.size for each in inside.values())
    return Written(value, None, spot, inside, keys, size)


def _plain(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return a value as a file would have it."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    kind = type(value).__name__
    what = f"is of type {kind}, which no file can have"
    hint = "a scenario consists of texts, numbers, true and false, lists and tables"
    raise ScenarioError([Problem(path, what, hint=hint)])
