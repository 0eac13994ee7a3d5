"""Draws several products on a pipeline: what each node says of them, and their ways."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from toc_sim.testing.strategies import drawn_nodes as nodes
from toc_sim.testing.strategies.allowed import Feature
from toc_sim.testing.strategies.drawn_nodes import Document, sometimes
from toc_sim.testing.strategies.drawn_ways import WayEntry, way

NAMES = ("P", "Q", "R")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pipeline for one product: its nodes, its ways, and how many lead ahead."""

    every: dict[str, Document]
    ways: list[WayEntry]
    ahead: int
    free: frozenset[str]

    @property
    def sources(self) -> list[str]:
        """Who brings items."""
        return [name for name, node in self.every.items() if node["kind"] == "source"]

    @property
    def bare(self) -> list[str]:
        """Return the first stages that no source leads to."""
        fed = {each["target"] for each in self.ways[: self.ahead]}
        return [name for name in self.every if name[:6] == "stage_" and name not in fed]

    @property
    def handing_on(self) -> list[str]:
        """Nodes with ways ahead that are not chosen freely."""
        out = dict.fromkeys(each["source"] for each in self.ways[: self.ahead])
        return [name for name in out if name not in self.free]


@st.composite
def products(
    draw: st.DrawFn, may: Feature, drawn: Drawn, *, several: bool = False
) -> tuple[str, ...]:
    """Draw products, and put what is said of them into nodes and ways.

    Each comes from somewhere, and to every node comes one: the last takes everybody's
    ways from all sources, and the first those from stages that no source leads to.
    """
    if Feature.PRODUCTS not in may or not (several or draw(sometimes())):
        return ()
    mixed = bool(drawn.bare and drawn.sources)
    back = {each["target"] for each in drawn.ways[drawn.ahead :]}
    assume(not (mixed and back & set(drawn.bare)))  # is it still a first stage?
    names = NAMES[
        : draw(st.integers(1 + (mixed or several), 3)) if drawn.sources else 1
    ]
    fixed = names[:1] if mixed else ()  # begins at first stages, and is not told more
    others = [each for each in names[:-1] if each not in fixed]
    later = draw(_becomes(drawn, [*others, names[-1]], others))
    coming = [each for each in others if each != later]
    for name in drawn.sources:
        given = [each for each in coming if name == drawn.sources[0] or draw(_yes())]
        drawn.every[name]["arrivals"] = {
            each: draw(nodes.paces(may)) for each in (*given, names[-1])
        }
    if may & Feature.BRANCH and may & Feature.MERGE:
        for each in others:
            drawn.ways.extend(draw(_own_ways(may, drawn, each)))
    for node in drawn.every.values():
        node.update(draw(_tables(may, node, names)))
    return names


def _yes() -> st.SearchStrategy[bool]:
    return st.booleans()


@st.composite
def _becomes(
    draw: st.DrawFn, drawn: Drawn, into: list[str], may_wait: list[str]
) -> str:
    """Draw what items become on ways back; return who comes by that alone, or ''."""
    later = ""
    for each in drawn.ways[drawn.ahead :]:
        if draw(_yes()):
            each["becomes"] = draw(st.sampled_from(into))
            waits = each["source"] == "market" and each["becomes"] in may_wait
            later = each["becomes"] if waits and draw(_yes()) else later
    return later


@st.composite
def _own_ways(
    draw: st.DrawFn, may: Feature, drawn: Drawn, product: str
) -> list[WayEntry]:
    """Draw ways past some stages for one product."""
    order = [name for name in drawn.every if drawn.every[name]["kind"] != "source"]
    found = []
    for name in drawn.handing_on:
        later = order[order.index(name) + 1 :] if name in order else order
        takes = draw(sometimes())
        if later and takes:
            own = way(name, draw(st.sampled_from(later)))
            if Feature.SCRAP in may and draw(sometimes()):
                own["share"] = draw(st.integers(5, 20)) / 20
            found.append({**own, "product": product})
    return found


@st.composite
def _tables(
    draw: st.DrawFn, may: Feature, node: Document, names: tuple[str, ...]
) -> Document:
    """Draw what a node says of each product."""
    if node["kind"] == "source":
        return {}
    if node["kind"] == "market":
        if "demand" not in node:
            return {}
        return {"demand": {each: draw(nodes.paces(may)) for each in names}}
    said: Document = {}
    pace = next(key for key in ("capacity", "rate", "time") if key in node)
    if draw(_yes()):
        paces = _times() if pace == "time" else nodes.paces(may)
        said[pace] = {each: draw(paces) for each in names}
    if Feature.SCRAP in may and draw(sometimes()):
        chances = st.integers(6, 20).map(lambda number: number / 20)
        said["conversion"] = {each: draw(chances) for each in names}
    if Feature.PRIORITY in may and draw(_yes()):
        said["priority"] = {each: draw(st.integers(0, 2)) for each in names}
    return said


def _times() -> st.SearchStrategy[float]:
    return st.integers(1, 10).map(lambda number: number / 10)
