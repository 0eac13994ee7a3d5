"""Where every item takes the same way, the linear program says the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given

from toc_sim import Scenario, capacity_of, network_of
from toc_sim.capacity.program import averages, program
from toc_sim.capacity.solve import chain_flow, least_busiest
from toc_sim.testing.strategies import Feature, scenarios

IN_A_ROW = (
    Feature.SERVERS
    | Feature.LIMITS
    | Feature.SCRAP
    | Feature.OVERFLOW
    | Feature.MARKET
    | Feature.CONWIP
)


@given(scenarios(IN_A_ROW, largest=6))
def test_no_limit_of_a_chain_can_be_less_busy(scenario: Scenario) -> None:
    """Of all flows, none puts less on any limit, were it for that limit's sake."""
    net = network_of(scenario)
    found = program(net, averages(net))
    flow = chain_flow(found)
    assume(flow is not None)
    assert flow is not None  # for who checks types
    rate = capacity_of(net).throughput
    loads = found.parts(np.ones(len(net.owners) + 1)) * rate
    none, free = np.zeros(found.limits, dtype=bool), np.full(found.limits, 1e6)

    for limit in range(found.limits):
        alone = none.copy()
        alone[limit] = True
        least = least_busiest(found, loads, alone, free)
        assert least is not None
        assert loads[limit] @ flow == pytest.approx(least.value, abs=1e-9)


@pytest.mark.parametrize(
    ("flow", "is_a_chain"),
    [
        (["a -> b -> c"], True),
        (["a -> c", "b -> c"], False),
        (["a -> b", "a -> c"], False),
    ],
)
def test_a_chain_has_one_way(flow: list[str], *, is_a_chain: bool) -> None:
    """Where ways meet or part, the program is asked."""
    stage = {"kind": "machine", "capacity": 2}
    stages = {name: dict(stage) for name in "abc"}
    content = {"format": 1, "name": "x", "stages": stages, "flow": flow}
    net = network_of(Scenario.model_validate(content))
    found = program(net, averages(net))

    assert (chain_flow(found) is not None) == is_a_chain
