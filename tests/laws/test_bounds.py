"""No run beats the static answer by more than what was inside when it began."""

from __future__ import annotations

from hypothesis import given

from toc_sim import Scenario, capacity_of, network_of
from toc_sim.testing.comparisons import beyond_capacity
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import NO_CHANCE, Feature, scenarios

STEADY = NO_CHANCE & ~Feature.PROFILE & ~Feature.OVERTIME
ROUNDING = 1e-9


@given(scenarios(STEADY))
def test_an_empty_start_never_beats_capacity(scenario: Scenario) -> None:
    """Without chance or stock, no more is sold than capacity allows (R25)."""
    net = network_of(scenario)
    result = once(scenario, net, warmup=0.0)

    assert list(beyond_capacity(net, capacity_of(net), [result])) == []


@given(scenarios(STEADY & ~(Feature.SOURCE | Feature.OVERFLOW | Feature.BACKLOG)))
def test_stock_is_all_that_can_be_sold_beyond_capacity(scenario: Scenario) -> None:
    """After a warm-up, at most the items inside come on top of what capacity allows."""
    net = network_of(scenario)
    result = once(scenario, net)
    most = capacity_of(net).throughput * result.horizon + result.wip_start

    assert result.bought <= most * (1 + ROUNDING)


RECIPES = Feature.JOIN | Feature.BATCH


@given(scenarios((STEADY | RECIPES) & ~Feature.LIMITS))
def test_recipes_never_beat_capacity(scenario: Scenario) -> None:
    """So many parts for each product, and so many out of each service, are the most."""
    net = network_of(scenario)
    result = once(scenario, net, warmup=0.0)

    assert list(beyond_capacity(net, capacity_of(net), [result])) == []
