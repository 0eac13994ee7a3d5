"""Products: what each brings adds up to the whole, and alike ones are as one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.edits import written
from helpers.figures import figures
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.accounting.cash_flow import cash_flow
from toc_sim.accounting.customers import customers
from toc_sim.accounting.prices import purchases_of
from toc_sim.accounting.statement import by_product, statement
from toc_sim.network.build import network as network_of
from toc_sim.testing.ledger import once, recorded
from toc_sim.testing.strategies import ANYTHING, CONTINUOUS, Feature, mixes, scenarios

EXACT = 1e-9
ONE = ANYTHING & ~Feature.PRODUCTS


def priced(scenario: Scenario) -> Scenario:
    """Return the scenario with prices and costs, most of them by product."""
    document = written(scenario)
    for number, product in enumerate(document["products"].values()):
        product["price"] = 10.0 + 7 * number
        if number:
            product["variable_cost"] = {"wood": 2.5, "glue": 0.25 * number}
    for node in document["stages"].values():
        if node["kind"] == "source":
            node["cost_per_item"] = dict.fromkeys(document["products"], 0.5)
        elif node["kind"] != "market":
            node["cost_per_item"] = 0.125
    document["economics"] = {"variable_cost": {"wood": 1, "wages": 0.5}}
    return Scenario.model_validate(document)


@given(mixes())
def test_every_purchase_is_somebodys(scenario: Scenario) -> None:
    """What is bought of the products adds up to what is bought, item by item."""
    ledger = recorded(scenario)
    net, result = ledger.net, ledger.result
    sold = [event.node for event in ledger.events if event.event == "buy"]
    names = [net.nodes[seller].name for seller in result.sellers]
    times = [purchases_of(net, result, name) for name in scenario.products]

    assert not net.has_several_products or names == sold
    assert sum(map(len, times)) == result.bought or not net.has_several_products


@given(mixes())
def test_money_by_product_adds_up(scenario: Scenario) -> None:
    """Throughput T of the products is that of the statement, and of the cash flow."""
    scenario = priced(scenario)
    net = network_of(scenario)
    results = [once(scenario, net, replication=number) for number in range(2)]
    told, flow = statement(net, results), cash_flow(net, results)
    brought = by_product(net, results)

    assert told is not None
    assert flow is not None
    whole = flow.throughput.sum(axis=1) / scenario.run.horizon
    assert float(np.mean(whole)) == pytest.approx(told.throughput.mean, abs=EXACT)
    if net.has_several_products:
        earned = [each.throughput.mean for each in brought if each.throughput]
        revenue = [each.revenue.mean for each in brought if each.revenue]
        assert sum(earned) == pytest.approx(told.throughput.mean, abs=EXACT)
        assert sum(revenue) == pytest.approx(told.revenue.mean, abs=EXACT)


@given(scenarios(ONE))
def test_one_product_is_as_none(scenario: Scenario) -> None:
    """Who names the only product there is changes nothing but that name."""
    document = written(scenario) | {"products": {"P": {"title": "Pump"}}}
    named = Scenario.model_validate(document)

    measured, plain = figures(once(named)), figures(once(scenario))
    for waits in measured["sold_waits"]:
        waits["name"] = ""

    assert measured == plain


def shop(stages: dict[str, Any], sources: dict[str, Any], **more: Any) -> Scenario:
    """Return stages in a row behind some sources."""
    row = [" -> ".join(stages)] if len(stages) > 1 else []
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "shop",
            "stages": {
                **{name: {"kind": "source", **said} for name, said in sources.items()},
                **stages,
            },
            "flow": [*row, *(f"{name} -> {next(iter(stages))}" for name in sources)],
            "run": {"horizon": 30, "warmup": 3},
            **more,
        }
    )


@given(
    st.lists(st.tuples(st.integers(10, 90), st.integers(1, 3)), min_size=1, max_size=3),
    st.integers(5, 60),
    st.integers(5, 60),
)
def test_a_product_like_another_is_as_the_same(
    drawn: list[tuple[int, int]], one: int, other: int
) -> None:
    """Two products that differ in nothing leave as items of one would (R33)."""
    stages = {
        f"stage_{number}": {"kind": "machine", "rate": rate / 10, "servers": servers}
        for number, (rate, servers) in enumerate(drawn)
    }
    both = {"P": one / 10, "Q": other / 10}
    two = shop(stages, {"s": {"arrivals": both}}, products={"P": {}, "Q": {}})
    same = {name: {"arrivals": rate} for name, rate in both.items()}
    plain = shop(stages, same)
    found, expected = once(two), once(plain)

    assert found.departures.tolist() == expected.departures.tolist()
    assert len(set(found.sellers)) == min(2, found.departures.size)


@given(mixes(CONTINUOUS | Feature.REPEAT))
def test_customers_come_for_the_first_time_or_again(scenario: Scenario) -> None:
    """Purchases of new customers and of those who came back are all purchases (R26)."""
    ledger = recorded(scenario)
    found = customers(ledger.net, [ledger.result])
    bought = sum(each.first.mean + each.again.mean for each in found)

    if len(found) == len(scenario.products) or [each.product for each in found] == [
        None
    ]:
        assert bought * scenario.run.horizon == pytest.approx(ledger.result.bought)
    for each in found:
        assert each.churn.mean * each.frequency.mean == pytest.approx(1)
