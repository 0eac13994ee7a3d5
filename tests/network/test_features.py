"""What a pipeline uses is told, and refused where it is not declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from types import ModuleType

import pytest
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from toc_sim.constraint import path_trust
from toc_sim.engine.compiled.line import state
from toc_sim.engine.simulate import Runs
from toc_sim.network import network
from toc_sim.network.features import NO_FEATURE, features_of
from toc_sim.network.node import NetMarket, NetSource, NetStage
from toc_sim.scenario.model import Scenario
from toc_sim.testing.strategies import EVERYTHING, Feature, lines, scenarios
from toc_sim.theory import capacity, static
from toc_sim.theory.exact import closed_network, open_network, theory
from toc_sim.theory.program import averages

FIRST = settings(
    max_examples=2000, database=None, derandomize=True, phases=[Phase.generate]
)

FEATURES_OF_FIELDS = {
    "index": NO_FEATURE,
    "name": NO_FEATURE,
    "picture": NO_FEATURE,
    "rank": NO_FEATURE,
    "servers": Feature.SERVERS,
    "resource": Feature.POOL,
    "pace": Feature.PROFILE,
    "timed": Feature.POOL,
    "draw": Feature.CONSTANT | Feature.CHANCE | Feature.EMPIRICAL,
    "buffer": Feature.LIMITS,
    "conversion": Feature.SCRAP | Feature.LOTS,
    "links": Feature.BRANCH
    | Feature.MERGE
    | Feature.FEEDBACK
    | Feature.DELAY
    | Feature.TRIPS,
    "free": Feature.FREE,
    "supplied": NO_FEATURE,
    "availability": Feature.FAILURES,
    "priority": Feature.PRIORITY,
    "lost": Feature.OVERFLOW | Feature.MARKET | Feature.EXIT,
    "stream": Feature.STREAM,
    "patience": Feature.PATIENCE,
    "place": NO_FEATURE,
    "product": Feature.PRODUCTS,
    "also": Feature.JOINT,
    "due": Feature.DISPATCH,
    "recipe": Feature.RECIPES,
    "rounds": Feature.ROUNDS,
    "stock": Feature.STOCK,
    "calendar": Feature.CALENDAR | Feature.OVERTIME,
    "target": NO_FEATURE,
    "opened": Feature.STATE,
}
"""Which features each field of a node brings; a new field comes here, and with its
feature into `toc_sim.network.features`."""

IMPLIED = {
    Feature.REPEAT: Feature.DELAY | Feature.MERGE | Feature.BRANCH | Feature.FEEDBACK,
    Feature.FEEDBACK: Feature.BRANCH | Feature.MERGE | Feature.SCRAP,
    Feature.PATIENCE: Feature.CONSTANT | Feature.CHANCE,
    Feature.PRODUCTS: Feature.POOL | Feature.BRANCH | Feature.MERGE | Feature.STREAM,
    Feature.JOINT: Feature.PRIORITY,
}
"""What comes with a feature in a network: a way back is a way out more."""

ALWAYS = Feature.CONSTANT | Feature.LOTS
"""Samples that are all alike leave nothing to chance, and lots follow from others."""


@pytest.mark.parametrize("feature", list(EVERYTHING | Feature.LOTS), ids=str)
def test_each_feature_of_a_scenario_is_in_its_network(feature: Feature) -> None:
    """What strategies draw is set by `network`."""
    found = find(
        scenarios(EVERYTHING),
        lambda scenario: feature in network(scenario).features,
        settings=FIRST,
    )

    assert feature in network(found).features


def test_what_strategies_do_not_draw_is_told_too() -> None:
    """Stock, streams that are shared, and what is open at the start."""
    said = {"kind": "machine", "capacity": 2.0, "stream": "x"}
    net = network(
        Scenario.model_validate(
            {
                "format": 1,
                "name": "line",
                "stages": {"a": said, "b": {**said, "stock": 1}},
                "flow": ["a -> b"],
                "state": {"a": {"working": [0.25]}},
                "run": {"horizon": 10, "warmup": 0},
            }
        )
    )

    beside = Feature.STREAM | Feature.STOCK | Feature.STATE
    assert net.features == Feature.CONSTANT | beside
    assert Feature.STOCK not in net.node_features[0]


def test_every_field_of_a_node_has_its_features() -> None:
    """A new field cannot be forgotten."""
    kinds = (NetSource, NetStage, NetMarket)
    names = {field.name for kind in kinds for field in fields(kind)}

    assert names == set(FEATURES_OF_FIELDS)


@given(st.data())
def test_nothing_is_told_that_was_not_asked_for(data: st.DataObject) -> None:
    """A feature that may not be drawn is in no network, but for what others imply."""
    may = data.draw(st.integers(0, EVERYTHING.value).map(Feature))
    net = network(data.draw(scenarios(may)))
    allowed = may | ALWAYS
    for feature, more in IMPLIED.items():
        allowed |= more if feature in may else NO_FEATURE

    assert net.features in allowed


@given(scenarios(EVERYTHING))
def test_a_network_uses_what_its_nodes_use(scenario: Scenario) -> None:
    """Of the parts nothing is lost in the whole, nor when rates are raised."""
    net = network(scenario)

    assert all(features_of(node) in net.features for node in net.nodes)
    assert net.lifted(net.owners[0][0], 1.5).features == net.features


@given(scenarios(EVERYTHING))
def test_what_is_not_supported_is_refused(scenario: Scenario) -> None:
    """The fast lane, the cut and each exact theory refuse what they do not declare."""
    net = network(scenario)

    assert net.features in state.SUPPORTS or state.order_of(net) is None
    assert net.features in static.SUPPORTS or not static.is_a_plain_flow(
        net, averages(net)
    )
    for method, obstacles in (
        (theory, theory.still_obstacles),
        (open_network, open_network.open_obstacles),
        (closed_network, closed_network.closed_obstacles),
    ):
        assert net.features in method.SUPPORTS or obstacles(net)


@pytest.mark.parametrize(
    "method",
    [state, static, theory, open_network, closed_network, path_trust],
    ids=lambda method: method.__name__,
)
@given(lines(Feature.CHANCE | Feature.CONSTANT))
def test_what_is_not_declared_is_refused(
    method: ModuleType, scenario: Scenario
) -> None:
    """Even of a line of machines, once its features are declared no more."""
    net = network(scenario)
    assume(Feature.CHANCE in net.features)
    with pytest.MonkeyPatch.context() as patch:
        declared = "PATH_SUPPORTS" if method is path_trust else "SUPPORTS"
        patch.setattr(method, declared, NO_FEATURE)
        refusals: dict[ModuleType, Callable[[], object]] = {
            state: lambda: state.order_of(net) is None,
            static: lambda: not static.is_a_plain_flow(net, averages(net)),
            theory: lambda: theory.still_obstacles(net),
            open_network: lambda: open_network.open_obstacles(net),
            closed_network: lambda: closed_network.closed_obstacles(net),
            path_trust: lambda: path_trust.why_not_the_path(
                Runs(net, 0.0, ()), lambda: capacity(net)
            ),
        }

        assert refusals[method]()
