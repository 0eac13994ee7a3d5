"""When a place of work is open: shifts that repeat, and days off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field

from toc_sim.scenario.entry import Contradiction, Entry
from toc_sim.scenario.values import LARGEST, Finite, or_say

Hours = Annotated[
    tuple[Finite, Finite],
    Field(strict=False),
    or_say("must be a pair of times, [from, to]"),
]
"""A stretch of time [periods]."""


class Calendar(Entry):
    """Opening hours: while it is closed no work begins."""

    cycle: Annotated[float, Field(ge=1e-6, le=LARGEST)]
    """After how many periods the hours repeat, from time 0 on and before it."""

    open: Annotated[
        tuple[Hours, ...], Field(min_length=1, max_length=10_000, strict=False)
    ]
    """The shifts within a cycle, from and to [periods]."""

    closed: Annotated[tuple[Hours, ...], Field(max_length=10_000, strict=False)] = ()
    """Days off, from and to [periods], whatever the cycle says."""

    at_close: Literal["finish", "pause"] = "finish"
    """What happens at closing to work in hand: it is finished, or it waits."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield what is wrong with the hours."""
        for key in ("open", "closed"):
            yield from _in_order(key, given.get(key))
        cycle, shifts = given.get("cycle"), _pairs(given.get("open"))
        if isinstance(cycle, int | float) and any(
            begin < 0 or end > cycle for begin, end in shifts
        ):
            yield Contradiction(
                f"opening hours must lie between 0 and the end of the cycle, {cycle:g}",
                "open",
            )


def _in_order(key: str, hours: Any) -> Iterator[Contradiction]:
    """Yield where hours end before they begin, or overlap."""
    pairs = _pairs(hours)
    what = "opening hours" if key == "open" else "days off"
    if any(end <= begin for begin, end in pairs):
        yield Contradiction(f"{what} must end after they begin", key)
    elif any(later[0] < earlier[1] for earlier, later in pairwise(pairs)):
        yield Contradiction(f"{what} must be in order and not overlap", key)


def _pairs(hours: Any) -> list[tuple[float, float]]:
    """Return what may be read as hours, whatever else may be written."""
    if not isinstance(hours, Iterable):
        return []
    return [
        (pair[0], pair[1])
        for pair in hours
        if isinstance(pair, list | tuple)
        and len(pair) == 2  # noqa: PLR2004 - from and to
        and all(isinstance(time, int | float) for time in pair)
    ]
