"""Draws who hands items to whom: branches, merges, choices and ways back."""

from __future__ import annotations

from typing import Any

import networkx as nx
from hypothesis import strategies as st

from toc_sim.testing.strategies.allowed import Feature
from toc_sim.testing.strategies.drawn_nodes import (
    Document,
    pools_of,
    sometimes,
    times_away,
)

WayEntry = dict[str, Any]
"""The fields of a way: source, target, and maybe share and delay."""

LABELS = ("share", "delay", "customers", "becomes")
"""What is said of a way behind its colon."""


@st.composite
def ways_ahead(draw: st.DrawFn, may: Feature, names: list[str]) -> list[WayEntry]:
    """Draw the ways among the stages: each follows an earlier one, or begins a line."""
    two_heads = Feature.MERGE in may and len(names) > 2 and draw(sometimes())
    pairs: list[tuple[int, int]] = []
    for later in range(1, len(names)):
        if two_heads and later == 1:
            continue
        if two_heads and later == 2:
            before = {0, 1}
        elif Feature.BRANCH in may:
            before = {draw(st.integers(0, later - 1))}
            if Feature.MERGE in may and draw(sometimes()):
                before.add(draw(st.integers(0, later - 1)))
        else:
            before = {later - 1}
        pairs += [(earlier, later) for earlier in sorted(before)]
    return [way(names[earlier], names[later]) for earlier, later in pairs]


def way(source: str, target: str, **fields: float | Document) -> WayEntry:
    """Return one way."""
    return {"source": source, "target": target, **fields}


def line(drawn: WayEntry) -> str | Document:
    """Write a way as people do in a file."""
    arrow = f"{drawn['source']} -> {drawn['target']}"
    label = {key: drawn[key] for key in LABELS if key in drawn}
    said: str | Document = {arrow: label} if label else arrow
    if set(label) == {"share"}:
        said = {arrow: label["share"]}
    return {drawn["product"]: said} if "product" in drawn else said


@st.composite
def choices(
    draw: st.DrawFn, may: Feature, nodes: dict[str, Document], ways: list[WayEntry]
) -> dict[str, Document]:
    """Draw shares where there are several ways out; return who chooses freely."""
    free: dict[str, Document] = {}
    for name in nodes:
        out = [each for each in ways if each["source"] == name]
        if len(out) < 2:
            continue
        if Feature.FREE in may and draw(sometimes()):
            free[name] = {"routing": "free"}
            continue
        open_ended = Feature.SCRAP in may and draw(sometimes())
        said = len(out) if open_ended else draw(st.integers(0, len(out) - 1))
        for each in out[:said]:
            each["share"] = draw(st.integers(1, 14 // len(out))) / 20
    return free


@st.composite
def way_back(
    draw: st.DrawFn, may: Feature, stages: list[str], ways: list[WayEntry]
) -> list[WayEntry]:
    """Draw a way from a stage that hands on to itself or to one before it, or none."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((each["source"], each["target"]) for each in ways)
    graph.add_nodes_from(stages)
    handing_on = [stage for stage in stages if graph.out_degree(stage) > 0]
    if not handing_on or not draw(sometimes()):
        return []
    last = draw(st.sampled_from(handing_on))
    before = nx.ancestors(graph, last) | {last}
    first = draw(st.sampled_from([stage for stage in stages if stage in before]))
    back = way(last, first, share=draw(st.integers(1, 5)) / 20)
    if Feature.DELAY in may and draw(st.booleans()):
        back["delay"] = draw(times_away(may, draw(st.integers(1, 8)) / 4))
    return [back]


@st.composite
def repeat_purchase(draw: st.DrawFn, may: Feature, stages: list[str]) -> list[WayEntry]:
    """Draw a way for buyers who come back after a while, or none."""
    if not draw(sometimes()):
        return []
    share = draw(st.integers(1, 8)) / 20
    delay = draw(times_away(may, draw(st.integers(1, 12)) / 4))
    target = draw(st.sampled_from(stages))
    return [way("market", target, share=share, delay=delay)]


@st.composite
def regulars(draw: st.DrawFn, ways: list[WayEntry], *, alone: bool) -> int:
    """Give ways back from the market customers at the start; return how many there are.

    Where several products come (not `alone`), a way that all take has none.
    """
    found = 0
    for each in ways:
        returning = each["source"] == "market" and "delay" in each
        if returning and (alone or "product" in each):
            delay = each["delay"]
            each["delay"] = delay["mean"] if isinstance(delay, dict) else delay
            each["customers"] = draw(st.integers(0, 40))
            found += each["customers"]
    return found


def in_circles(nodes: dict[str, Document], ways: list[WayEntry]) -> set[str]:
    """Return the nodes before which items could wait for each other in a circle.

    The stages of a pool count as one: what holds a server of one may be what another
    waits for. Items on a way with a delay hold nothing.
    """
    holders = {name: pools_of(node) or [name] for name, node in nodes.items()}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(each for held in holders.values() for each in held)
    waiting = [
        (holder, taker, each["target"])
        for each in ways
        if "delay" not in each
        for holder in holders[each["source"]]
        for taker in holders[each["target"]]
    ]
    graph.add_edges_from((source, target) for source, target, _ in waiting)
    group = nx.condensation(graph).graph["mapping"]
    return {name for source, target, name in waiting if group[source] == group[target]}
