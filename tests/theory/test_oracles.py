"""Max-flow and linear program are each other's oracle where both can say it."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.pipelines import free, machine, pipeline
from helpers.trees import FEW, RATES, Tree, trees
from hypothesis import assume, given

from toc_sim import Scenario
from toc_sim.network.build import network as network_of
from toc_sim.network.model import Network
from toc_sim.testing.strategies import Feature, scenarios
from toc_sim.theory import capacity
from toc_sim.theory.linear import Linear
from toc_sim.theory.program import averages, program
from toc_sim.theory.shares import weigh
from toc_sim.theory.static import Cut, is_a_plain_flow

PLAIN_LINE = (
    Feature.SERVERS
    | Feature.LIMITS
    | Feature.FAILURES
    | Feature.SOURCE
    | Feature.OVERFLOW
    | Feature.MARKET
    | Feature.BACKLOG
    | Feature.PROFILE
    | Feature.BRANCH
    | Feature.MERGE
    | Feature.FREE
)


def assert_they_agree(net: Network) -> None:
    """Compare throughput, shares, lifts and constraint of the two methods."""
    nodes = averages(net)
    assert is_a_plain_flow(net, nodes)
    factors = np.ones(len(net.owners))

    cut = weigh(Cut(net, nodes), factors, None)
    lp = weigh(Linear(program(net, nodes)), factors, None)

    assert lp.throughput == pytest.approx(cut.throughput, rel=1e-9)
    assert lp.shares == pytest.approx(cut.shares, abs=1e-6)
    assert lp.lifts == pytest.approx(cut.lifts, abs=1e-6)
    assert (lp.constraint, lp.tie) == (cut.constraint, cut.tie)


@given(scenarios(PLAIN_LINE, largest=8))
def test_they_agree_on_pipelines_of_any_shape(scenario: Scenario) -> None:
    """Rates in steps of 0.1 bring many ties, and both find the same ones."""
    net = network_of(scenario)
    assume(is_a_plain_flow(net, averages(net)))
    assume(capacity(net).throughput > 0)  # one at rest is lifted by nothing

    assert_they_agree(net)


@given(trees(RATES) | trees(FEW))
def test_they_agree_however_far_apart_the_rates_are(tree: Tree) -> None:
    """From a millionth to a million, or 1 to 3 so that most limits tie."""
    stages = {
        f"s{stage}": (free if len(tree.after(stage)) > 1 else machine)(rate)
        for stage, rate in enumerate(tree.rates)
    }

    assert_they_agree(pipeline(stages, [f"s{a} -> s{b}" for a, b in tree.ways]))
