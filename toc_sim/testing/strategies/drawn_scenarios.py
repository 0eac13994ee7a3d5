"""Draws whole scenarios, as their files would say them."""

from __future__ import annotations

from hypothesis import strategies as st

from toc_sim.scenario.model import Scenario
from toc_sim.testing.strategies import drawn_nodes as nodes
from toc_sim.testing.strategies import drawn_ways as flow
from toc_sim.testing.strategies.allowed import (
    ANYTHING,
    RECIPES,
    SERIAL,
    SHAPES,
    Feature,
)
from toc_sim.testing.strategies.drawn_doubts import doubts
from toc_sim.testing.strategies.drawn_nodes import Document, sometimes
from toc_sim.testing.strategies.drawn_products import Drawn, products
from toc_sim.testing.strategies.drawn_recipes import recipes
from toc_sim.testing.strategies.drawn_state import open_state


def scenarios(
    may: Feature = ANYTHING, *, smallest: int = 1, largest: int = 6
) -> st.SearchStrategy[Scenario]:
    """Draw a pipeline of any shape that the features allow.

    Parameters
    ----------
    may
        What it may contain; what is not asked for is in none.
    smallest, largest
        How many stages it has; sources and a market come on top.

    Returns
    -------
    A strategy of scenarios that have passed every check of a file.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from toc_sim.theory.static import capacity as capacity_of
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.testing.strategies import ANYTHING, Feature, scenarios
    >>> @settings(max_examples=5, database=None, derandomize=True, deadline=None)
    ... @given(scenarios(ANYTHING & ~Feature.POOL))
    ... def every_pipeline_can_sell(scenario):
    ...     assert capacity_of(network_of(scenario)).throughput > 0
    >>> every_pipeline_can_sell()
    """
    return _scenarios(documents(may, smallest, largest))


def lines(
    may: Feature = SERIAL, *, smallest: int = 1, largest: int = 6
) -> st.SearchStrategy[Scenario]:
    """Draw stages in a row; a source before and a market after them, if allowed.

    Parameters
    ----------
    may, smallest, largest
        As of `scenarios`; what makes more of a line than a row is left out.

    Returns
    -------
    A strategy of scenarios.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from toc_sim.testing.strategies import PLAIN_LINE, lines
    >>> @settings(max_examples=5, database=None, derandomize=True, deadline=None)
    ... @given(lines(PLAIN_LINE, smallest=2))
    ... def a_row_has_a_way_less_than_nodes(scenario):
    ...     assert len(scenario.flow) == len(scenario.stages) - 1
    >>> a_row_has_a_way_less_than_nodes()
    """
    return scenarios(may & ~SHAPES, smallest=smallest, largest=largest)


def mixes(
    may: Feature = ANYTHING, *, smallest: int = 1, largest: int = 4
) -> st.SearchStrategy[Scenario]:
    """Draw a pipeline of any shape with two or three products.

    Parameters
    ----------
    may, smallest, largest
        As of `scenarios`; products are always allowed.

    Returns
    -------
    A strategy of scenarios.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from toc_sim.testing.strategies import mixes
    >>> @settings(max_examples=5, database=None, derandomize=True, deadline=None)
    ... @given(mixes())
    ... def there_are_several_products(scenario):
    ...     assert len(scenario.products) > 1
    >>> there_are_several_products()
    """
    drawn = documents(may | Feature.PRODUCTS, smallest, largest, several=True)
    return _scenarios(drawn)


@st.composite
def _scenarios(draw: st.DrawFn, of: st.SearchStrategy[Document]) -> Scenario:
    """Draw a document, and for some how surely it knows its numbers."""
    document = draw(of)
    if draw(sometimes()):
        document |= draw(doubts(document["stages"]))
    return Scenario.model_validate(document)


@st.composite
def documents(
    draw: st.DrawFn,
    may: Feature = ANYTHING,
    smallest: int = 1,
    largest: int = 6,
    *,
    several: bool = False,
) -> Document:
    """Draw a scenario as plain data, as it would be read from its file.

    It can be changed before it is checked: `Scenario.model_validate` does that. So it
    does not say how surely its numbers are known, which would contradict new ones.

    Parameters
    ----------
    may, smallest, largest
        As of `scenarios`.
    several
        Whether it must have several products.

    Returns
    -------
    A strategy of dictionaries with the keys of a scenario file.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from toc_sim import Scenario
    >>> from toc_sim.testing.strategies import documents
    >>> @settings(max_examples=5, database=None, derandomize=True, deadline=None)
    ... @given(documents())
    ... def a_seed_can_be_put_in(document):
    ...     document["run"]["seed"] = 7
    ...     assert Scenario.model_validate(document).run.seed == 7
    >>> a_seed_can_be_put_in()
    """
    names = [f"stage_{n}" for n in range(1, draw(st.integers(smallest, largest)) + 1)]
    stages = {name: draw(nodes.stages(may)) for name in names}
    pool = draw(nodes.work(may, names))
    for name, work in pool.items():
        stages[name] = {**_without_own_pace(stages[name]), **work}
    ways = draw(flow.ways_ahead(may, names))
    sources = draw(_sources(may, names, ways, at_least=int(several)))
    market = draw(_market(may, names, ways))
    every = {**sources, **stages, **market}
    free = draw(flow.choices(may, every, ways))
    ahead = len(ways)
    if Feature.FEEDBACK in may:
        able = [name for name in names if name not in free]
        ways += draw(flow.way_back(may, able, ways))
    if Feature.REPEAT in may and market:
        ways += draw(flow.repeat_purchase(may, names))
    drawn = Drawn(every, ways, ahead, frozenset(free))
    known = draw(products(may, drawn, several=several))
    for name in flow.in_circles(every, ways):
        every[name].pop("buffer", None)
    every = {name: node | free.get(name, {}) for name, node in every.items()}
    unlike = draw(recipes(may & ~RECIPES if known else may, every, ways))
    there = Feature.REGULARS in may and draw(flow.regulars(ways, alone=not known))
    policies = may & ~Feature.ROPE if known else may
    resources = draw(nodes.resources(may, pool))
    calendars = draw(_calendars(may, every, resources))
    document: Document = {
        "format": 1,
        "name": "drawn",
        "stages": every,
        "resources": resources,
        "calendars": calendars,
        "flow": [flow.line(way) for way in ways],
        "release": "push" if unlike else draw(nodes.releases(policies, names)),
        "products": {name: {} for name in known},
        "run": draw(nodes.runs()) | ({"warmup": 0} if there else {}),
    }
    if Feature.STATE in may and not unlike:
        document["run"] = {**document["run"], "warmup": 0}
        document["state"] = draw(open_state(document))
    return document


@st.composite
def _calendars(
    draw: st.DrawFn,
    may: Feature,
    stages: dict[str, Document],
    resources: dict[str, Document],
) -> dict[str, Document]:
    """Draw calendars, and who keeps them."""
    if Feature.CALENDAR not in may or not draw(sometimes()):
        return {}
    found = {name: draw(nodes.calendars(may)) for name in ("early", "late")}
    joint = {
        name
        for node in stages.values()
        if isinstance(node.get("resource"), list)
        for name in node["resource"]
    }
    own = [
        node
        for node in stages.values()
        if not {"resource", "takes", "gives", "rounds"} & set(node)
        and node.get("routing") != "all"
        and ("demand" in node or node["kind"] != "market")  # an exit is always open
    ]
    alone = [pool for name, pool in resources.items() if name not in joint]
    hours = st.sampled_from(sorted(found))
    of_all = draw(hours)  # whoever is needed together keeps the same
    for place in (*own, *alone):
        if draw(st.booleans()):
            place["calendar"] = draw(hours)
    for name in sorted(joint & set(resources)):
        if draw(st.booleans()):
            resources[name]["calendar"] = of_all
    return found


def _without_own_pace(stage: Document) -> Document:
    own = {"capacity", "rate", "servers"}
    return {key: value for key, value in stage.items() if key not in own}


@st.composite
def _sources(
    draw: st.DrawFn,
    may: Feature,
    names: list[str],
    ways: list[flow.WayEntry],
    *,
    at_least: int = 0,
) -> dict[str, Document]:
    """Draw sources for some of the first stages, and add their ways."""
    if not may & (Feature.SOURCE | Feature.OVERFLOW):
        return {}
    fed = {way["target"] for way in ways}
    first = [name for name in names if name not in fed]
    heads = [
        name
        for number, name in enumerate(first)
        if number < at_least or draw(st.booleans())
    ]
    shared = Feature.BRANCH in may and len(heads) > 1 and draw(st.booleans())
    feeders = {head: "source" if shared else f"source_of_{head}" for head in heads}
    ways += [flow.way(feeder, head) for head, feeder in feeders.items()]
    return {
        feeder: draw(nodes.sources(may)) for feeder in dict.fromkeys(feeders.values())
    }


@st.composite
def _market(
    draw: st.DrawFn, may: Feature, names: list[str], ways: list[flow.WayEntry]
) -> dict[str, Document]:
    """Draw a market after the last stages, and add the ways to it."""
    ends = Feature.MARKET | Feature.BACKLOG | Feature.EXIT
    if not may & ends or not draw(st.booleans()):
        return {}
    handing_on = {way["source"] for way in ways}
    lasts = [name for name in names if name not in handing_on]
    ways += [
        flow.way(last, "market")
        for last in (lasts if Feature.MERGE in may else lasts[-1:])
    ]
    return {"market": draw(nodes.markets(may))}
