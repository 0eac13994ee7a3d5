"""Who hands items to whom: the ways between nodes, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from pydantic_core import PydanticCustomError

from toc_sim.errors import Path, Problem
from toc_sim.scenario.values import Duration, Entry, Name, Share

ARROW = "->"
_NAME = re.compile(r"\w+")

FLOW_SCHEMA: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "description": "Who hands to whom: 'a -> b -> c', or 'a -> b: 0.6' with a share.",
    "items": {
        "anyOf": [
            {"type": "string", "pattern": r"^\s*\w+(\s*->\s*\w+)+\s*$"},
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": r"^\s*\w+\s*->\s*\w+\s*$"},
                "additionalProperties": {
                    "anyOf": [
                        {"type": "number", "minimum": 0, "maximum": 1},
                        {"$ref": "#/$defs/Profile"},
                        {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "share": {
                                    "anyOf": [
                                        {"type": "number", "minimum": 0, "maximum": 1},
                                        {"$ref": "#/$defs/Profile"},
                                    ]
                                },
                                "delay": {"type": "number", "minimum": 0},
                            },
                        },
                    ]
                },
            },
        ]
    },
}
"""How `flow` looks in the JSON Schema: people write lines, not records."""


class Way(Entry):
    """One way from a node to the next."""

    source: Name
    """Where items come from."""

    target: Name
    """Where they go."""

    share: Share | None = None
    """The share that takes this way; None: an equal part of what is left."""

    delay: Duration = 0.0
    """How long an item is away before it arrives [periods]."""

    @property
    def name(self) -> str:
        """How paths refer to the way: ``meet->closing``."""
        return f"{self.source}{ARROW}{self.target}"


def ways_from(raw: Any) -> Any:
    """Turn the lines of a `flow` section into the fields of its ways.

    Raises
    ------
    PydanticCustomError
        When a line cannot be read; all such lines are named.
    """
    if not isinstance(raw, list | tuple):
        raise PydanticCustomError("flow", "must be a list of lines 'a -> b'")
    found = list(read_flow(raw))
    problems = [entry for _, entry in found if isinstance(entry, Problem)]
    if problems:
        raise PydanticCustomError(
            "flow", "{text}", {"text": "; ".join(map(str, problems))}
        )
    return tuple(entry for _, entry in found)


def read_flow(
    lines: Iterable[Any],
) -> Iterator[tuple[Path, Way | dict[str, Any] | Problem]]:
    """Yield the place and fields of each way, or what is wrong with its line."""
    for index, line in enumerate(lines):
        place: Path = ("flow", index)
        if isinstance(line, Way):
            yield place, line
        elif isinstance(line, str):
            yield from _chain(line, place)
        elif isinstance(line, dict) and set(line) >= {"source", "target"}:
            yield place, line
        elif isinstance(line, dict) and line:
            for key, label in line.items():
                yield from _labelled(key, label, (*place, key))
        else:
            yield place, Problem(place, "must be a line like 'a -> b'", repr(line))


def _names(text: str) -> list[str] | None:
    names = [part.strip() for part in text.split(ARROW)]
    well_written = len(names) > 1 and all(map(_NAME.fullmatch, names))
    return names if well_written else None


def _chain(
    text: str, place: Path
) -> Iterator[tuple[Path, Way | dict[str, Any] | Problem]]:
    names = _names(text)
    if names is None:
        yield (
            place,
            Problem(
                place,
                "must be names joined by arrows",
                repr(text),
                "write it like 'machine_1 -> machine_2'",
            ),
        )
        return
    for source, target in pairwise(names):
        yield place, {"source": source, "target": target}


def _labelled(
    key: Any, label: Any, place: Path
) -> Iterator[tuple[Path, Way | dict[str, Any] | Problem]]:
    names = _names(key) if isinstance(key, str) else None
    if names is None or len(names) != 2:  # noqa: PLR2004 - a way has two ends
        yield (
            place,
            Problem(
                place,
                "a share belongs to one way, from one node to the next",
                repr(key),
                "write it like 'meet -> closing: 0.6'",
                at_key=True,
            ),
        )
        return
    source, target = names
    fields = {"source": source, "target": target}
    if isinstance(label, dict) and "profile" not in label:
        yield place, {**label, **fields}
    else:
        yield place, {**fields, "share": label}
