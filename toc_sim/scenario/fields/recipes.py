"""What a stage takes and gives in one go: parts, batches, and the moves of a round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from toc_sim.scenario.fields.numbers import (
    EMPIRICAL,
    NUMBER,
    Contradiction,
    Duration,
    Empirical,
    Entry,
    Name,
    Span,
)

PARTS = "<parts>"
"""The tag of what is taken of each of several; it never shows in messages."""

MOST = 10_000
"""Items that a service, or a round, can take or give at most."""

Batch = Annotated[int, Field(ge=1, le=MOST)]
"""How many items at once: 1 or more."""


def _kind_of_takes(value: Any) -> str:
    return PARTS if isinstance(value, dict) else NUMBER


Takes = Annotated[
    Annotated[Batch, Tag(NUMBER)]
    | Annotated[dict[Name, Batch], Field(min_length=1, max_length=1_000), Tag(PARTS)],
    Discriminator(_kind_of_takes),
]
"""How many items a service takes; or how many from each stage that leads here."""


def _kind_of_items(value: Any) -> str:
    return EMPIRICAL if isinstance(value, dict | Empirical) else NUMBER


class Rounds(Entry):
    """Moves at fixed times, up to so many waiting items at once."""

    every: Span
    """Time from one round to the next [periods]."""

    first: Duration = 0.0
    """When a round is, counted from the start of measuring [periods]; below `every`."""

    items: Annotated[
        Annotated[Batch, Tag(NUMBER)] | Annotated[Empirical, Tag(EMPIRICAL)],
        Discriminator(_kind_of_items),
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
            wrong = [each for each in items.empirical if each % 1 != 0 or each > MOST]
            if wrong:
                yield Contradiction(
                    f"must be whole numbers up to {MOST:,}, not {wrong[0]:g}", "items"
                )

    @property
    def mean(self) -> float:
        """How many can be moved in a round on average [items]."""
        if isinstance(self.items, Empirical):
            return sum(self.items.empirical) / len(self.items.empirical)
        return float(self.items)


NO_ROUNDS_WITH = (
    ("capacity", None),
    ("rate", None),
    ("servers", 1),
    ("resource", None),
    ("time", None),
    ("cv", None),
    ("distribution", None),
    ("availability", None),
    ("patience", None),
    ("conversion", 1),
    ("takes", 1),
    ("gives", 1),
    ("routing", "shares"),
)
"""What a stage that works in rounds has none of, and what says so."""

ALONE = (("resource", None), ("patience", None))
"""What a stage that takes or gives several items has none of."""


def recipe_contradictions(given: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Yield what a stage says of its recipe, or its rounds, against the rest."""
    if given.get("rounds") is not None:
        for key, unset in NO_ROUNDS_WITH:
            if given.get(key, unset) != unset:
                yield Contradiction(f"a stage that works in rounds has no '{key}'", key)
    elif said := spoken(given):
        for key, unset in ALONE:
            if given.get(key, unset) != unset:
                yield Contradiction(f"does not go with '{said}' yet", key)
    yield from _places(given)


def spoken(given: Mapping[str, Any]) -> str:
    """Return how a stage says that it takes or gives several items; or nothing."""
    for key in ("takes", "gives"):
        if given.get(key, 1) != 1:
            return key
    return "routing: all" if given.get("routing") == "all" else ""


def _places(given: Mapping[str, Any]) -> Iterator[Contradiction]:
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
