"""The network is the file with its names as numbers, and nothing is left to guess."""

from __future__ import annotations

import networkx as nx
import pytest
from helpers.pipelines import machine, market, pipeline
from hypothesis import given

from toc_sim import Scenario, network_of
from toc_sim.scenario.fields.numbers import scaled
from toc_sim.testing.strategies import EVERYTHING, scenarios

LINE = {"first": machine(8), "second": machine(6), "market": market(9)}


@given(scenarios(EVERYTHING))
def test_nodes_know_their_numbers_and_ways_lead_to_nodes(scenario: Scenario) -> None:
    """Whatever a file says: indices are places, and no way leads back into a source."""
    net = network_of(scenario)

    assert [node.index for node in net.nodes] == list(range(len(net.nodes)))
    for node in net.nodes:
        for link in node.links:
            assert net.nodes[link.target].kind != "source"


@given(scenarios(EVERYTHING))
def test_turns_are_all_different(scenario: Scenario) -> None:
    """Among events of one time there is always one that goes first."""
    net = network_of(scenario)

    assert sorted(node.rank for node in net.nodes) == list(range(len(net.nodes)))


def test_a_line_is_a_path_and_its_end_goes_first() -> None:
    """The graph has the ways of the flow; furthest downstream is turn 0."""
    net = pipeline(LINE, ["first -> second -> market"])

    assert nx.is_path(net.graph, [0, 1, 2])
    assert [node.rank for node in net.nodes] == [2, 1, 0]


@pytest.mark.parametrize("name", LINE)
def test_one_that_is_lifted_leaves_the_others_as_they_are(name: str) -> None:
    """A lift is a faster pace of one owner."""
    net = pipeline(LINE, ["first -> second -> market"])
    lifted = net.lifted(name, 1.5)

    for before, after in zip(net.nodes, lifted.nodes, strict=True):
        factor = 1.5 if before.name == name else 1.0
        assert after.pace == scaled(before.pace, factor)
