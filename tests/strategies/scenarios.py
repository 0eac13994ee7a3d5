"""Draws whole scenarios, as their files would say them."""

from __future__ import annotations

from hypothesis import strategies as st

from strategies import flow, nodes
from strategies.features import ANYTHING, SERIAL, SHAPES, Feature
from strategies.nodes import Document, sometimes
from toc_sim.scenario.model import Scenario


def lines(
    may: Feature = SERIAL, *, smallest: int = 1, largest: int = 6
) -> st.SearchStrategy[Scenario]:
    """Draw stages in a row; a source before and a market after them, if allowed."""
    return networks(may & ~SHAPES, smallest=smallest, largest=largest)


def networks(
    may: Feature = ANYTHING, *, smallest: int = 1, largest: int = 6
) -> st.SearchStrategy[Scenario]:
    """Draw a pipeline of any shape that the features allow."""
    return documents(may, smallest, largest).map(Scenario.model_validate)


@st.composite
def documents(
    draw: st.DrawFn, may: Feature = ANYTHING, smallest: int = 1, largest: int = 6
) -> Document:
    """Draw a scenario as it would be read from its file."""
    names = [f"stage_{n}" for n in range(1, draw(st.integers(smallest, largest)) + 1)]
    stages = {name: draw(nodes.stages(may)) for name in names}
    pool = draw(_pool(may, names))
    for name, work in pool.items():
        stages[name] = {**_without_own_pace(stages[name]), **work}
    ways = draw(flow.ways_ahead(may, names))
    sources = draw(_sources(may, names, ways))
    market = draw(_market(may, names, ways))
    every = {**sources, **stages, **market}
    free = draw(flow.choices(may, every, ways))
    if Feature.FEEDBACK in may:
        able = [name for name in names if name not in free]
        ways += draw(flow.way_back(may, able, ways))
    if Feature.REPEAT in may and market:
        ways += draw(flow.repeat_purchase(names))
    for name in flow.in_circles(every, ways):
        every[name].pop("buffer", None)
    return {
        "format": 1,
        "name": "drawn",
        "stages": {name: node | free.get(name, {}) for name, node in every.items()},
        "resources": {"pool": {"servers": draw(st.integers(1, 3))}} if pool else {},
        "flow": [flow.line(way) for way in ways],
        "release": draw(nodes.releases(may, names)),
        "run": draw(nodes.runs()),
    }


@st.composite
def _pool(draw: st.DrawFn, may: Feature, names: list[str]) -> dict[str, Document]:
    """Draw which stages are the work of a pool, and what that work is."""
    if Feature.POOL not in may or not draw(sometimes()):
        return {}
    workers = draw(st.sets(st.sampled_from(names), min_size=1, max_size=3))
    return {name: draw(_work(may)) for name in names if name in workers}


@st.composite
def _work(draw: st.DrawFn, may: Feature) -> Document:
    work: Document = {"resource": "pool", "time": draw(st.integers(1, 10)) / 10}
    if Feature.PRIORITY in may:
        work["priority"] = draw(st.integers(0, 2))
    return work


def _without_own_pace(stage: Document) -> Document:
    own = {"capacity", "rate", "servers"}
    return {key: value for key, value in stage.items() if key not in own}


@st.composite
def _sources(
    draw: st.DrawFn, may: Feature, names: list[str], ways: list[flow.Way]
) -> dict[str, Document]:
    """Draw sources for some of the first stages, and add their ways."""
    if not may & (Feature.SOURCE | Feature.OVERFLOW):
        return {}
    fed = {way["target"] for way in ways}
    heads = [name for name in names if name not in fed and draw(st.booleans())]
    shared = Feature.BRANCH in may and len(heads) > 1 and draw(st.booleans())
    feeders = {head: "source" if shared else f"source_of_{head}" for head in heads}
    ways += [flow.way(feeder, head) for head, feeder in feeders.items()]
    return {
        feeder: draw(nodes.sources(may)) for feeder in dict.fromkeys(feeders.values())
    }


@st.composite
def _market(
    draw: st.DrawFn, may: Feature, names: list[str], ways: list[flow.Way]
) -> dict[str, Document]:
    """Draw a market after the last stages, and add the ways to it."""
    if not may & (Feature.MARKET | Feature.BACKLOG) or not draw(st.booleans()):
        return {}
    handing_on = {way["source"] for way in ways}
    lasts = [name for name in names if name not in handing_on]
    ways += [
        flow.way(last, "market")
        for last in (lasts if Feature.MERGE in may else lasts[-1:])
    ]
    return {"market": draw(nodes.markets(may))}
