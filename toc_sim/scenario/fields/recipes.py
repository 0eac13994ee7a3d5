"""What a stage takes and gives in one go: parts, batches, and the moves of a round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, Tag

from toc_sim.scenario.fields.about import About
from toc_sim.scenario.fields.numbers import (
    FORM,
    PLAIN,
    TABLE,
    Contradiction,
    Duration,
    Empirical,
    Entry,
    Name,
    TimeSpan,
)

MOST_ITEMS = 10_000
"""Items that a service, or a round, can take or give at most."""

BatchSize = Annotated[int, Field(ge=1, le=MOST_ITEMS)]
"""How many items at once: 1 or more."""


Takes = Annotated[
    Annotated[BatchSize, Tag(PLAIN)]
    | Annotated[
        dict[Name, BatchSize], Field(min_length=1, max_length=1_000), Tag(TABLE)
    ],
    FORM,
]
"""How many items a service takes; or how many from each stage that leads here."""


class Rounds(Entry):
    """Moves at fixed times, up to so many waiting items at once."""

    every: Annotated[TimeSpan, About("periods")]
    """Time from one round to the next [periods]."""

    first: Annotated[Duration, About("periods")] = 0.0
    """When a round is, counted from the start of measuring [periods]; below `every`."""

    items: Annotated[
        Annotated[BatchSize, Tag(PLAIN)] | Annotated[Empirical, Tag(TABLE)],
        FORM,
        About("items"),
    ]
    """How many can be moved in a round: a whole number, or samples of it to draw."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield what is wrong with the times, or the samples."""
        every, first = _number(given.get("every")), _number(given.get("first"))
        if first >= every > 0:
            yield Contradiction("must be less than 'every'", "first")
        items = given.get("items")
        if isinstance(items, Empirical):
            wrong = [
                each for each in items.empirical if each % 1 != 0 or each > MOST_ITEMS
            ]
            if wrong:
                yield Contradiction(
                    f"must be whole numbers up to {MOST_ITEMS:,}, not {wrong[0]:g}",
                    "items",
                )

    @property
    def mean(self) -> float:
        """How many can be moved in a round on average [items]."""
        if isinstance(self.items, Empirical):
            return sum(self.items.empirical) / len(self.items.empirical)
        return float(self.items)


def spoken(given: Mapping[str, Any]) -> str:
    """Return how a stage says that it takes or gives several items; or nothing."""
    for key in ("takes", "gives"):
        if given.get(key, 1) != 1:
            return key
    return "routing: all" if given.get("routing") == "all" else ""


def room_contradictions(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Yield where the buffer of a stage cannot hold what it takes, or its stock."""
    buffer, takes = given.get("buffer"), given.get("takes", 1)
    is_join = isinstance(takes, Mapping)
    needs = _number(max(takes.values(), default=1) if is_join else takes)
    if isinstance(buffer, int) and (is_join or needs > 1) and buffer < needs:
        yield Contradiction(
            f"a service takes {needs:g} at once: it needs a 'buffer' of {needs:g} "
            "or more",
            "buffer",
        )
    stock = given.get("stock", 0)
    if isinstance(stock, int) and stock > 0:
        if is_join:
            yield Contradiction("a join has no 'stock': it waits for parts", "stock")
        elif isinstance(buffer, int) and stock > buffer:
            yield Contradiction(f"its 'buffer' holds {buffer}", "stock")


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0
