"""The scenarios that the properties are tried on are what they are said to be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import networkx as nx
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.scenario.fields.behaviour import Empirical, Patience, ShapedDelay
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import Market, Source, Stage
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.fields.sections import Conwip, DrumBufferRope
from toc_sim.testing.strategies import ANYTHING, EVERYTHING, Feature, lines, scenarios


def features(scenario: Scenario) -> Feature:
    """Return what a scenario contains, read from the outside."""
    found = _of_the_way(scenario)
    if scenario.products:
        found |= Feature.PRODUCTS
    for name, node in scenario.stages.items():
        found |= _of_any(node)
        out = [way for way in scenario.flow if way.source == name]
        out = [way for way in out if way.product is None]
        if isinstance(node, Stage):
            found |= _of_a_stage(node)
        else:
            found |= _of_an_end(node)
        if out and sum(_shares(out)) < 1 and all(way.share for way in out):
            found |= Feature.SCRAP if not isinstance(node, Market) else Feature(0)
    return found


def _shares(ways: list[Way]) -> list[Any]:
    return [way.share for way in ways if way.share is not None]


def _of_chance(entry: Any) -> Feature:
    if isinstance(entry.distribution, Empirical):
        return Feature.EMPIRICAL
    return Feature.CHANCE if entry.spread else Feature.CONSTANT


def _of_patience(patience: Any) -> Feature:
    if patience is None:
        return Feature(0)
    shape = _of_chance(patience) if isinstance(patience, Patience) else Feature.CHANCE
    return Feature.PATIENCE | shape


def _each(said: Any) -> tuple[Any, ...]:
    """Return what is said of each product, or of all."""
    return tuple(said.values()) if isinstance(said, Mapping) else (said,)


def _of_any(node: Any) -> Feature:
    rounds = getattr(node, "rounds", None)
    if rounds is not None:
        limited = node.buffer != "unlimited"
        sampled = isinstance(rounds.items, Empirical)
        found = Feature.EMPIRICAL if sampled else Feature(0)
        return found | (Feature.LIMITS if limited else Feature(0))
    found = _of_chance(node) | _of_patience(getattr(node, "patience", None))
    if node.routing == "free":
        found |= Feature.FREE
    if getattr(node, "buffer", "unlimited") != "unlimited":
        found |= Feature.LIMITS
    rates = ("rate", "capacity", "demand", "arrivals")
    said = [each for key in rates for each in _each(getattr(node, key, None))]
    if any(isinstance(each, Profile) for each in said):
        found |= Feature.PROFILE
    return found


def _of_a_stage(stage: Stage) -> Feature:
    found = Feature(0)
    has = {
        Feature.SERVERS: stage.servers > 1,
        Feature.SCRAP: any(each != 1 for each in _each(stage.conversion)),
        Feature.FAILURES: stage.availability is not None,
        Feature.POOL: stage.resource is not None,
        Feature.JOINT: len(stage.pools) > 1,
        Feature.JOIN: isinstance(stage.takes, dict),
        Feature.BATCH: stage.gives > 1 or _takes_several(stage),
        Feature.FORK: stage.routing == "all",
        Feature.ROUNDS: stage.rounds is not None,
        Feature.PRIORITY: any(_each(stage.priority)),
    }
    for feature, there in has.items():
        found |= feature if there else Feature(0)
    return found


def _takes_several(stage: Stage) -> bool:
    return isinstance(stage.takes, int) and stage.takes > 1


def _of_an_end(node: Source | Market) -> Feature:
    if isinstance(node, Source):
        return Feature.SOURCE if node.overflow == "wait" else Feature.OVERFLOW
    return Feature.BACKLOG if node.unmet == "backlog" else Feature.MARKET


def _of_the_way(scenario: Scenario) -> Feature:
    from_buyers = [way for way in scenario.flow if way.source == "market"]
    others = [way for way in scenario.flow if way.source != "market"]
    places = (*scenario.stages.values(), *scenario.resources.values())
    hours = [scenario.calendars[each.calendar] for each in places if each.calendar]
    ahead: nx.DiGraph[str] = nx.DiGraph()
    back = []
    for way in others:
        if way.source in scenario.stages and way.share and _goes_back(ahead, way):
            back.append(way)
        else:
            ahead.add_edge(way.source, way.target)
    has = {
        Feature.BRANCH: any(ahead.out_degree(name) > 1 for name in ahead),
        Feature.MERGE: any(ahead.in_degree(name) > 1 for name in ahead),
        Feature.FEEDBACK: bool(back),
        Feature.DELAY: any(way.delay for way in others),
        Feature.TRIPS: any(
            isinstance(way.delay, ShapedDelay) and way.delay.spread > 0
            for way in scenario.flow
        ),
        Feature.REPEAT: bool(from_buyers),
        Feature.DISPATCH: any(
            pool.dispatch != "priority" for pool in scenario.resources.values()
        ),
        Feature.CONWIP: isinstance(scenario.release, Conwip),
        Feature.ROPE: isinstance(scenario.release, DrumBufferRope),
        Feature.CALENDAR: bool(hours),
        Feature.OVERTIME: any(each.at_close == "finish" for each in hours),
    }
    found = Feature(0)
    for feature, there in has.items():
        found |= feature if there else Feature(0)
    return found


def _goes_back(ahead: nx.DiGraph[str], way: Way) -> bool:
    if way.source == way.target:
        return True
    known = way.source in ahead and way.target in ahead
    return known and nx.has_path(ahead, way.target, way.source)


def subsets() -> st.SearchStrategy[Feature]:
    """Draw what to allow."""
    return st.integers(0, EVERYTHING.value).map(Feature)


@pytest.mark.parametrize("feature", list(EVERYTHING), ids=lambda feature: feature.name)
def test_each_feature_is_drawn(feature: Feature) -> None:
    """What may be in a scenario is in some of them."""
    found = find(
        scenarios(EVERYTHING),
        lambda scenario: feature in features(scenario),
        settings=settings(
            max_examples=2000, database=None, derandomize=True, phases=[Phase.generate]
        ),
    )

    assert feature in features(found)


@given(st.data())
def test_nothing_comes_unasked(data: st.DataObject) -> None:
    """What was not asked for is in no scenario."""
    may = data.draw(subsets())
    scenario = data.draw(scenarios(may))
    if not may & (Feature.CHANCE | Feature.EMPIRICAL):
        may |= Feature.CONSTANT

    assert features(scenario) & ~may == Feature(0)


@given(lines(ANYTHING, smallest=3, largest=3))
def test_a_line_is_stages_in_a_row(scenario: Scenario) -> None:
    """A line is one path, with as many stages as wanted, whatever is allowed."""
    stages = [name for name, node in scenario.stages.items() if isinstance(node, Stage)]
    graph = nx.DiGraph([(way.source, way.target) for way in scenario.flow])

    assert len(stages) == 3
    assert len(scenario.flow) == len(scenario.stages) - 1
    assert sorted(nx.dag_longest_path(graph)) == sorted(scenario.stages)


@given(scenarios(EVERYTHING))
def test_a_scenario_survives_being_written_down(scenario: Scenario) -> None:
    """Read again from plain data, a drawn scenario is the same one."""
    written = scenario.model_dump(mode="json", exclude_unset=True)

    assert Scenario.model_validate(written) == scenario


@given(scenarios(EVERYTHING))
def test_every_node_is_on_a_way_out(scenario: Scenario) -> None:
    """Items can come to every node, and from every node they can leave."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(scenario.stages)
    ways = [way for way in scenario.flow if way.product is None]
    graph.add_edges_from((way.source, way.target) for way in ways)
    back = [way for way in ways if way.share is not None]
    ahead = graph.copy()
    ahead.remove_edges_from(
        (way.source, way.target)
        for way in back
        if nx.has_path(graph, way.target, way.source)
    )
    ends = {name for name in ahead if ahead.out_degree(name) == 0}

    assert nx.is_directed_acyclic_graph(ahead)
    assert all(ends & ({name} | nx.descendants(ahead, name)) for name in ahead)


def test_without_hypothesis_it_is_said_what_to_install() -> None:
    """The laws need no Hypothesis; the strategies say which extra brings it."""
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import toc_sim.testing.laws\n"
        "try:\n"
        "    import toc_sim.testing.strategies\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error, error.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == (
        "toc_sim.testing.strategies draws with Hypothesis, which is not installed\n"
        "    hint: pip install 'toc-sim[testing]' hypothesis\n"
    )
