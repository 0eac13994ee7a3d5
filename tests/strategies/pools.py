"""Draws who shares people: the stages of one pool or of two, and whose turn it is."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from strategies.features import Feature
from strategies.nodes import Document, sometimes

RULES = ("fifo", "priority", "shortest", "earliest_due")


@st.composite
def work(draw: st.DrawFn, may: Feature, names: list[str]) -> dict[str, Document]:
    """Draw which stages are the work of pools, and what that work is."""
    if Feature.POOL not in may or not draw(sometimes()):
        return {}
    workers = draw(st.sets(st.sampled_from(names), min_size=1, max_size=4))
    two = Feature.JOINT in may and draw(st.booleans())
    by_due_date = Feature.DISPATCH in may and draw(sometimes())
    return {
        name: draw(_work(may, two=two, by_due_date=by_due_date))
        for name in names
        if name in workers
    }


@st.composite
def _work(draw: st.DrawFn, may: Feature, *, two: bool, by_due_date: bool) -> Document:
    one: Any = "pool"
    if two:
        one = draw(
            st.sampled_from(["pool", "more", ["pool", "more"], ["more", "pool"]])
        )
    found: Document = {"resource": one, "time": draw(st.integers(1, 10)) / 10}
    if Feature.PRIORITY in may:
        found["priority"] = draw(st.integers(0, 2))
    if by_due_date:
        found["due"] = draw(st.integers(1, 12)) / 8
    return found


@st.composite
def resources(
    draw: st.DrawFn, may: Feature, stages: dict[str, Document]
) -> dict[str, Document]:
    """Draw the pools of which there is some work, and by which rule they work."""
    named = dict.fromkeys(pool for each in stages.values() for pool in pools_of(each))
    rule = draw(st.sampled_from(RULES)) if Feature.DISPATCH in may else "priority"
    if any("due" in each for each in stages.values()):
        rule = "earliest_due"
    return {
        name: {"servers": draw(st.integers(1, 3)), "dispatch": rule} for name in named
    }


def pools_of(node: Document) -> list[str]:
    """Return the names of the pools that do the work of a node."""
    said = node.get("resource")
    if said is None:
        return []
    return [said] if isinstance(said, str) else list(said)
