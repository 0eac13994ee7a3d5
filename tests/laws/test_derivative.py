"""A constraint share is a derivative: what one per cent more speed would bring.

The time of the K-th departure is a sum of service times on one path through the run.
Where no two events change places, lifting an owner's rates by a small step shortens it
by the step times the owner's part of that path (infinitesimal perturbation analysis:
Ho & Cao 1983, Glasserman 1991). So the shares, counted along the path, must equal
central differences of the K-th departure on common random numbers.

This is a law about a path, so it holds wherever times are continuous, even where the
derivative of the path is not that of the mean: with losses, priorities or free ways.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ledger import once
from strategies import CONTINUOUS, Feature, lines, networks

from toc_sim.network.build import network
from toc_sim.network.model import Network
from toc_sim.scenario.model import Scenario

STEP = 1e-7
PRECISION = 1e-5
SMOOTH = CONTINUOUS & ~Feature.PROFILE
UNDECIDED = Feature.OVERFLOW | Feature.PRIORITY | Feature.FREE
"""What makes timing decide which item is lost, or which goes first."""


def _shares_are_differences(scenario: Scenario, data: st.DataObject) -> None:
    net = network(scenario)
    bought = once(scenario, net, warmup=0.0).departures
    assume(len(bought))
    count = data.draw(st.integers(1, len(bought)))
    time = float(bought[count - 1])
    run = once(scenario, net, warmup=0.0, horizon=time)

    for share in (*run.shares, *run.other_shares):
        gains = [
            _relative_gain(scenario, net.lifted(share.name, 1 + step), count, time)
            for step in (STEP, -STEP)
        ]
        ahead, behind = gains[0] / STEP, gains[1] / -STEP
        assume(abs(ahead - behind) < PRECISION)  # else two events changed places
        assert (ahead + behind) / 2 == pytest.approx(share.value, abs=PRECISION)
    assert run.departures[-1] == time


def _relative_gain(scenario: Scenario, net: Network, count: int, time: float) -> float:
    """Return how much sooner a departure comes, relative to its time."""
    later = once(scenario, net, warmup=0.0, horizon=time * (1 + 2 * STEP))
    return 1 - float(later.departures[count - 1]) / time


@given(lines(SMOOTH & ~UNDECIDED), st.data())
def test_shares_of_a_line_are_derivatives(
    scenario: Scenario, data: st.DataObject
) -> None:
    """On a line, each share is the elasticity of the K-th departure's time."""
    _shares_are_differences(scenario, data)


@given(networks(SMOOTH & ~UNDECIDED), st.data())
def test_shares_of_a_network_are_derivatives(
    scenario: Scenario, data: st.DataObject
) -> None:
    """On any network, each share is the elasticity of the K-th departure's time."""
    _shares_are_differences(scenario, data)


@given(networks(SMOOTH), st.data())
def test_shares_are_derivatives_of_the_path_even_with_losses(
    scenario: Scenario, data: st.DataObject
) -> None:
    """Where timing decides who is lost or goes first, shares still fit the path."""
    _shares_are_differences(scenario, data)
