"""What is wanted of an investment, and how much of it anyone would act on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.purchases import (
    Document,
    annuity,
    changed,
    present_value,
    running_cost,
    shops,
    simulated,
    upfront,
    with_required,
)
from hypothesis import given

from toc_sim import Scenario
from toc_sim.engine.simulate import warmup
from toc_sim.errors import TocError
from toc_sim.experiment.compare.comparison import (
    Criterion,
    candidate,
    criterion,
    indifference,
    outcomes,
    worth,
)
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns, paired
from toc_sim.network.build import network as network_of

MONEY: tuple[Criterion, ...] = ("profit", "roi", "npv")
STAGES = {
    "till": {"kind": "team", "capacity": 9.0},
    "market": {"kind": "market", "demand": 8.0},
}
FLOW = ["till -> market"]


def shop(**sections: Any) -> Scenario:
    """Return a team and a market."""
    fields = {"format": 1, "name": "shop", "stages": STAGES, "flow": FLOW}
    return Scenario.model_validate({**fields, **sections})


def trials(scenario: Scenario, *sets: tuple[str, ...]) -> tuple[VariantRuns, ...]:
    """Simulate doing nothing and some sets."""
    candidates = [
        candidate(scenario, tools, warmup(network_of(scenario)))
        for tools in ((), *sets)
    ]
    return Laboratory().runs(candidates, [1] * len(candidates))


@pytest.mark.parametrize("by", MONEY)
def test_money_is_refused_where_there_is_none(by: Criterion) -> None:
    """With what to add to the file."""
    with pytest.raises(TocError) as error:
        criterion(shop(), by)

    assert str(error.value) == (
        f"by={by}: the file says nothing of money\n"
        "    hint: give it an 'economics' section with a price"
    )


def test_what_is_wanted_where_nothing_is_said() -> None:
    """Present value, if there is money in it; else throughput."""
    assert criterion(shop(), None) == "throughput"
    assert criterion(shop(economics={"price": 1.0}), None) == "npv"
    assert criterion(shop(), "throughput") == "throughput"
    assert criterion(shop(economics={"price": 1.0}), "throughput") == "throughput"


@given(shops(tools=3, runs={"horizon": 6.0}))
def test_what_a_tool_gains(document: Document) -> None:
    """All four figures follow from the purchases, one by one."""
    tools = with_required(document, "tool_0")
    cost = upfront(document, tools)
    scenario = Scenario.model_validate(document)
    base, own = trials(scenario, tools)
    before, after = simulated(document), simulated(changed(document, tools))

    gained = {by: worth(by, base, own).tolist() for by in (*MONEY, "throughput")}

    items = (after.results[0].bought - before.results[0].bought) / 6
    economics = document["economics"]
    margin = economics["price"] - economics["variable_cost"]["paper"]
    running = sum(document["tools"][each]["cost"]["per_period"] for each in tools)
    value = present_value(document, after) - present_value(document, before)
    assert gained["throughput"] == pytest.approx([items])
    assert gained["profit"] == pytest.approx([items * margin - running])
    assert gained["npv"] == pytest.approx(
        [value - running_cost(document, tools) - cost]
    )
    lone = {
        by: outcomes(by, own)[0] - outcomes(by, base)[0] for by in MONEY if by != "roi"
    }
    assert lone["profit"] - running == pytest.approx(gained["profit"][0])
    assert lone["npv"] == pytest.approx(value)
    assert outcomes("roi", own)[0] * (cost or 1.0) == pytest.approx(
        outcomes("profit", own)[0]
    )
    expected = gained["profit"][0] / cost if cost else 0.0
    assert gained["roi"] == pytest.approx([expected])


def test_the_least_gain_that_counts() -> None:
    """The margin of what doing nothing earns, in the unit of what is wanted."""
    economics = {"price": 10.0, "variable_cost": {"paper": 5.0}, "discount_rate": 0.1}
    tools = {"dear": {"cost": {"upfront": 50.0}}, "free": {}}
    run = {"horizon": 20.0, "warmup": 1.0}
    scenario = shop(economics=economics, tools=tools, run=run)
    found = trials(scenario, ("dear",), ("free",))

    least: dict[Criterion, float] = {
        by: indifference(by, found[0], 0.01, found) for by in (*MONEY, "throughput")
    }

    document = {"economics": economics}
    assert least["throughput"] == pytest.approx(0.08)
    assert least["profit"] == pytest.approx(0.4)
    assert least["npv"] == pytest.approx(0.4 * annuity(document, 20))
    assert least["roi"] == pytest.approx(0.4 / 50)


def test_replications_are_paired_by_number() -> None:
    """Those that both have; a single run stands against all."""
    few, many = np.array([1.0, 5.0]), np.array([2.0, 4.0, 9.0])

    assert paired(few, many).tolist() == [1, -1]
    assert paired(many, few).tolist() == [-1, 1]
    assert paired(few[:1], many).tolist() == [1, 3, 8]
    assert paired(many, few[:1]).tolist() == [-1, -3, -8]
