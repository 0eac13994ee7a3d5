"""What a document says, with the place of each value: of a text file, or a workbook.

The loader of scenarios reads nothing else, so that all files are checked alike and
each fault is told where its author sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toc_sim.errors import Path, Problem

Spot = tuple[int, ...]
"""Where something is written: line and column, from 1; or sheet, row and column."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value, and where and how it is written.

    Attributes
    ----------
    value
        As plain data: text, a number, true or false, None, a list or a dict.
    shown
        How messages quote it; None for what is too large to quote.
    spot
        Where it begins.
    inside
        Its parts, by key or index.
    keys
        Where each of its keys is written.
    size
        How many values it consists of.
    """

    value: Any
    shown: str | None
    spot: Spot
    inside: dict[str | int, Written] = field(default_factory=dict)
    keys: dict[str, Spot] = field(default_factory=dict)
    size: int = 1


@dataclass(frozen=True)
class WrittenDocument:
    """A document that can be read, with what is wrong in its keys.

    Attributes
    ----------
    name
        Of its file.
    root
        All that is in it.
    problems
        Duplicate keys and the like, with their places, and where they are.
    """

    name: str
    root: Written
    problems: Mapping[Problem, Spot]

    def place(self, spot: Spot) -> str:
        """Return a place as messages write it: ``file:line:column``."""
        return ":".join((self.name, *map(str, spot)))

    def spot(self, path: Path, *, at_key: bool = False) -> Spot:
        """Return where a value is written, or what stands nearest above it."""
        here, key = self.root, self.root.spot
        for part in path:
            inner = here.inside.get(part)
            if inner is None:
                return here.keys.get(str(part), key)
            key = here.keys.get(str(part), inner.spot)
            here = inner
        return key if at_key else here.spot

    def is_doubtful(self, spot: Spot) -> bool:  # noqa: ARG002 - text is read or not
        """Return whether what stands there is in doubt, for it was told already."""
        return False

    def shown(self, path: Path) -> str | None:
        """Return how a value is written, or None for what is not there or long."""
        here = self.root
        for part in path:
            if part not in here.inside:
                return None
            here = here.inside[part]
        return here.shown
