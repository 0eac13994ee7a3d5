"""Draws joins, batches, copies and rounds into a scenario that has none yet."""

from __future__ import annotations

import networkx as nx
from hypothesis import strategies as st

from toc_sim.testing.strategies.allowed import RECIPES, Feature
from toc_sim.testing.strategies.drawn_nodes import Document, sometimes
from toc_sim.testing.strategies.drawn_ways import WayEntry

KEPT_IN_ROUNDS = {"kind", "title", "buffer", "stream"}
"""What a stage that works in rounds may say besides."""


@st.composite
def recipes(
    draw: st.DrawFn, may: Feature, every: dict[str, Document], ways: list[WayEntry]
) -> bool:
    """Change some stages, and the ways out of them; return whether any was."""
    if not may & RECIPES or not draw(st.booleans()):
        return False
    around = _in_circles(every, ways)
    changed = False
    for name, node in every.items():
        is_stage = node["kind"] in {"machine", "team"}
        if not is_stage or name in around or {"resource", "patience"} & node.keys():
            continue
        new = draw(_changed(may, name, node, ways))
        if new != node:
            every[name], changed = new, True
    return changed


@st.composite
def _changed(
    draw: st.DrawFn, may: Feature, name: str, node: Document, ways: list[WayEntry]
) -> Document:
    """Draw what becomes of one stage."""
    before = [way["source"] for way in ways if way["target"] == name]
    out = [way for way in ways if way["source"] == name]
    simple = len(out) <= 1 and not any("delay" in way for way in out)
    if Feature.ROUNDS in may and simple and draw(sometimes()):
        for way in out:
            way.pop("share", None)
        kept = {key: node[key] for key in node.keys() & KEPT_IN_ROUNDS}
        return {**kept, "rounds": draw(_rounds(may))}
    new = dict(node)
    if Feature.JOIN in may and bool(before) and draw(st.booleans()):
        new["takes"] = {each: draw(st.integers(1, 3)) for each in before}
    elif Feature.BATCH in may and draw(sometimes()):
        new["takes"] = draw(st.integers(1, 4))
    if Feature.BATCH in may and draw(sometimes()):
        new["gives"] = draw(st.integers(1, 4))
    copies = len(out) > 1 and not any("delay" in way for way in out)
    if Feature.FORK in may and copies and draw(st.booleans()):
        new["routing"] = "all"
        for way in out:
            way.pop("share", None)
    return _with_room(new)


def _with_room(node: Document) -> Document:
    """Return a stage with a buffer for what a service takes."""
    takes, buffer = node.get("takes", 1), node.get("buffer")
    needs = max(takes.values()) if isinstance(takes, dict) else takes
    if isinstance(buffer, int) and takes != 1:
        return {**node, "buffer": max(buffer, needs)}
    return node


@st.composite
def _rounds(draw: st.DrawFn, may: Feature) -> Document:
    every = draw(st.integers(1, 8)) / 4
    items: int | Document = draw(st.integers(1, 5))
    if Feature.EMPIRICAL in may and draw(st.booleans()):
        counts = st.lists(st.integers(0, 6), min_size=1, max_size=6).filter(any)
        items = {"empirical": [float(count) for count in draw(counts)]}
    first = draw(st.integers(0, 3)) / 4 * every
    return {"every": every, "first": first, "items": items}


def _in_circles(every: dict[str, Document], ways: list[WayEntry]) -> set[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(every)
    graph.add_edges_from((way["source"], way["target"]) for way in ways)
    return {
        name
        for group in nx.strongly_connected_components(graph)
        for name in group
        if len(group) > 1 or graph.has_edge(name, name)
    }
