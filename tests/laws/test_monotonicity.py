"""More never hurts a line: a faster stage, a larger buffer, one more server.

The law holds path by path, for the time of the K-th departure from an empty start on
common random numbers (Glasserman & Yao 1994): every time in a line without failures is
made of earlier ones by sums, maxima and order statistics. It is not a law about the
throughput of a window, and not one for failures, profiles, arrivals that are lost, or
items that lose patience.
"""

from __future__ import annotations

from helpers.edits import faster, with_node
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.scenario.fields.nodes import Source, Stage
from toc_sim.testing.comparisons import later_departures
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import SERIAL, Feature, lines

MONOTONE = SERIAL & ~(
    Feature.CALENDAR
    | Feature.FAILURES
    | Feature.OVERFLOW
    | Feature.PROFILE
    | Feature.PATIENCE
)
ROUNDING = 1e-9


def _no_later(better: Scenario, plain: Scenario) -> None:
    """Assert that every departure of the plain line has come by then in the better."""
    before = once(plain, warmup=0.0)
    after = once(better, warmup=0.0, horizon=plain.run.horizon + ROUNDING)

    assert list(later_departures(before, after)) == []


@given(lines(MONOTONE), st.data())
def test_a_faster_node_delays_no_departure(
    scenario: Scenario, data: st.DataObject
) -> None:
    """With any node faster, the K-th departure comes no later, for every K."""
    name = data.draw(st.sampled_from(list(scenario.stages)))
    factor = data.draw(st.sampled_from([1.01, 1.5, 2, 10]))

    _no_later(faster(scenario, name, factor), scenario)


@given(lines(MONOTONE), st.data())
def test_a_larger_buffer_delays_no_departure(
    scenario: Scenario, data: st.DataObject
) -> None:
    """With any buffer larger, the K-th departure comes no later, for every K."""
    nodes = {
        name: node
        for name, node in scenario.stages.items()
        if not isinstance(node, Source)
    }
    name = data.draw(st.sampled_from(list(nodes)))
    buffer = nodes[name].buffer
    if buffer != "unlimited":
        buffer = data.draw(st.sampled_from([buffer + 1, buffer + 2, "unlimited"]))

    _no_later(with_node(scenario, name, buffer=buffer), scenario)


@given(lines(MONOTONE), st.data())
def test_one_more_server_delays_no_departure(
    scenario: Scenario, data: st.DataObject
) -> None:
    """With one more server as fast as the others, the K-th departure is no later."""
    stages = {n: node for n, node in scenario.stages.items() if isinstance(node, Stage)}
    name = data.draw(st.sampled_from(list(stages)))
    stage = stages[name]
    rate = stage.rate
    if rate is None:
        assert isinstance(stage.capacity, float)
        rate = stage.capacity / stage.servers
    plain = with_node(scenario, name, rate=rate, capacity=None)

    _no_later(with_node(plain, name, servers=stage.servers + 1), plain)
