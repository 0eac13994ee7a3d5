"""Draws what is open as a run starts: at stages, markets and ways with a delay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from toc_sim.scenario.fields.flow import ARROW
from toc_sim.scenario.fields.nodes import AnyNode, Market, Source, Stage
from toc_sim.scenario.fields.sections import Conwip, DrumBufferRope
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import Parts, ways_of
from toc_sim.testing.strategies.drawn_nodes import Document, sometimes

MOST_AT_A_PLACE = 3
"""Items that are drawn of one kind at one place, at most."""


@dataclass
class _Room:
    """How many more items there may be: tokens, and servers by their owner."""

    tokens: int
    servers: dict[str, int]

    def take(self, draw: st.DrawFn, most: int) -> int:
        """Draw how many there are of those that there may be."""
        count = draw(st.integers(0, min(most, self.tokens, MOST_AT_A_PLACE)))
        self.tokens -= count
        return count


@st.composite
def open_state(draw: st.DrawFn, document: Document) -> Document:
    """Draw what is open as a drawn scenario starts; its run has no warm-up.

    Parameters
    ----------
    document
        The scenario, without a state; nothing in it takes or gives several items.
    """
    scenario = Scenario.model_validate(document)
    parts = scenario.parts
    servers = {name: pool.servers for name, pool in scenario.resources.items()}
    for name, node in scenario.stages.items():
        servers[name] = node.servers if isinstance(node, Stage) else 1
    room = _Room(_tokens(scenario), servers)
    found: dict[str, Document] = {}
    for name, node in scenario.stages.items():
        for product in parts.passing[name] if parts.products else (None,):
            if not draw(sometimes()):
                continue
            items = _at(draw, name, node, room)
            if items:
                _put(found, name, product, items)
    for place, product in _delayed(parts):
        ages = _ages(draw, room.take(draw, MOST_AT_A_PLACE))
        if ages:
            _put(found, place, product, {"away": ages})
    return found


def _tokens(scenario: Scenario) -> int:
    """Return how many items there may be inside."""
    policy = scenario.release
    if isinstance(policy, Conwip):
        return policy.conwip
    if isinstance(policy, DrumBufferRope):
        return policy.drum_buffer_rope.buffer
    return 1_000


def _at(draw: st.DrawFn, name: str, node: AnyNode, room: _Room) -> Document:
    """Draw what is open at a node."""
    if isinstance(node, Source) or (isinstance(node, Market) and node.demand is None):
        return {}
    places = node.buffer if isinstance(node.buffer, int) else MOST_AT_A_PLACE
    items: Document = {}
    owners = (node.pools if isinstance(node, Stage) else ()) or (name,)
    waits = isinstance(node, Market) and node.unmet == "backlog"
    if not waits and not (isinstance(node, Stage) and node.rounds is not None):
        most = min(room.servers[owner] for owner in owners)
        ages = _ages(draw, room.take(draw, most))
        for owner in owners:
            room.servers[owner] -= len(ages)
        items |= {"working": ages} if ages else {}
    waiting = room.take(draw, places)
    return items | ({"waiting": waiting} if waiting else {})


def _ages(draw: st.DrawFn, count: int) -> list[float]:
    return [draw(st.integers(0, 16)) / 16 for _ in range(count)]


def _delayed(parts: Parts) -> Iterator[tuple[str, str | None]]:
    """Yield the ways on which items may be away, and whose."""
    for way in dict.fromkeys(parts.flow):
        node = parts.stages[way.source]
        if not way.delay or not isinstance(node, Stage) or node.routing == "free":
            continue
        place = f"{way.source} {ARROW} {way.target}"
        if not parts.products:
            yield place, None
        for product in parts.passing[way.source]:
            if way in ways_of(parts, way.source, product):
                yield place, product


def _put(
    found: dict[str, Document], place: str, product: str | None, items: Document
) -> None:
    if product is None:
        found[place] = items
    else:
        found.setdefault(place, {})[product] = items
