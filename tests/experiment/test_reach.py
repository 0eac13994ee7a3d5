"""The cheapest way to a throughput, or what stands in the way; the inverse funnel."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from helpers.pipelines import row_of_machines
from helpers.purchases import (
    CHANCE,
    Document,
    budgets,
    can_be_paid,
    changed,
    may_stand,
    shops,
    simulated,
    slowest,
    subsets,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.errors import TocError
from toc_sim.experiment.roadmap.reach import cost, needs, reach

LONG = {"horizon": 50.0, "warmup": 5.0}
line = partial(row_of_machines, run=LONG)


def sets(machine: str, rate: float, price: float, **more: Any) -> dict[str, Any]:
    """Return a tool that sets the rate of a machine."""
    effects = {f"{machine}.capacity": {"set": rate}}
    return {"cost": {"upfront": price}, "effects": effects, **more}


def total(shop: Document, tools: frozenset[str]) -> float:
    """Return what tools cost over the horizon, undiscounted."""
    costs = [shop["tools"][name]["cost"] for name in sorted(tools)]
    horizon = shop["run"]["horizon"]
    return float(sum(c["upfront"] + c["per_period"] * horizon for c in costs))


def affordable(shop: Document, budget: float | None) -> list[frozenset[str]]:
    """Return every set that may be bought."""
    return [
        tools
        for tools in subsets(shop["tools"])
        if may_stand(shop, tools) and can_be_paid(shop, tools, budget)
    ]


@settings(max_examples=50)
@given(shops(tools=4, runs=LONG), budgets(), st.integers(20, 120))
def test_the_cheapest_set_of_all(
    shop: Document, budget: float | None, tenths: int
) -> None:
    """Without chance it is that of brute force, or none reaches it."""
    wanted = tenths / 10 + 0.05
    rates = {each: slowest(changed(shop, each)) for each in affordable(shop, budget)}

    found = reach(Scenario.model_validate(shop), wanted, budget=budget)

    enough = [
        total(shop, each) for each, rate in rates.items() if rate >= wanted - 0.02
    ]
    if enough:
        assert found.found is not None
        assert found.found.cost == pytest.approx(min(enough))
        assert rates[frozenset(found.found.tools)] >= wanted - 0.02
    else:
        assert found.found is None
        most = max(rates.values())
        assert found.furthest.throughput.mean == pytest.approx(most, abs=0.02)
    assert found.sets == len(rates)


@settings(max_examples=15)
@given(
    shops(tools=4, fields=CHANCE, runs={"horizon": 8.0, "replications": 6}),
    budgets(),
    st.integers(20, 50),
)
def test_the_cheapest_set_with_chance(
    shop: Document, budget: float | None, tenths: int
) -> None:
    """The mean over its runs reaches it, and that of no cheaper set does."""
    wanted = tenths / 10
    means = {}
    for tools in affordable(shop, budget):
        results = simulated(changed(shop, tools)).results
        means[tools] = sum(each.throughput for each in results) / len(results)

    found = reach(Scenario.model_validate(shop), wanted, budget=budget)

    enough = [
        total(shop, each) for each, mean in means.items() if mean >= wanted - 1 / 8
    ]
    if enough:
        assert found.found is not None
        assert found.found.cost == pytest.approx(min(enough))
    else:
        assert found.found is None
        assert found.furthest.throughput.mean == pytest.approx(max(means.values()))


def test_what_is_reached_as_it_stands_takes_no_tool() -> None:
    """Though a free tool would reach it too."""
    found = reach(line({"a": 2, "b": 3}, {"free": sets("a", 9, 0)}), 2)

    assert found.found is not None
    assert found.found.tools == ()
    assert found.found.cost == 0
    assert found.found.reached == 1
    assert found.verdict.constraint == ("a",)


def test_out_of_reach_tells_what_stands_in_the_way() -> None:
    """The set that comes furthest, and its constraint."""
    tools = {"new": sets("a", 9, 5), "little": sets("b", 4, 1)}

    found = reach(line({"a": 2, "b": 3, "c": 3.5}, tools), 8)

    assert found.found is None
    assert set(found.furthest.tools) == {"new", "little"}
    assert found.furthest.throughput.mean == pytest.approx(3.5)
    assert found.furthest.reached == 0
    assert found.verdict.constraint == ("c",)


def test_the_cost_is_that_of_the_whole_horizon() -> None:
    """A dear tool may be cheaper than one that is paid for each period."""
    rented = sets("a", 9, 0) | {"cost": {"upfront": 1, "per_period": 2}}
    scenario = line({"a": 2, "b": 3}, {"rented": rented, "bought": sets("a", 9, 99)})

    found = reach(scenario, 3)

    assert cost(scenario, ["rented"]) == 101
    assert found.found is not None
    assert found.found.tools == ("bought",)


def test_a_tool_that_is_asked_for_comes_with_what_it_requires() -> None:
    """And no other."""
    tools = {
        "top": sets("a", 9, 1, requires=["base"]),
        "base": sets("b", 4, 1),
        "cheap": sets("a", 8, 0),
    }

    found = reach(line({"a": 2, "b": 3}, tools), 3.9, tools=["top"])

    assert found.found is not None
    assert set(found.found.tools) == {"top", "base"}


def test_nothing_is_wanted_of_nothing() -> None:
    """A throughput is above 0."""
    with pytest.raises(TocError, match=r"^throughput=0: must be above 0$"):
        reach(line({"a": 2, "b": 2}), 0)


def test_a_file_without_tools_has_an_inverse_funnel() -> None:
    """How far it goes, and what it would take."""
    found = reach(line({"a": 2, "b": 3}), 4)

    assert found.found is None
    assert found.furthest.tools == ()
    assert {need.name: need.missing for need in found.needs} == pytest.approx(
        {"a": 2, "b": 1}
    )


FUNNEL: dict[str, Any] = {
    "stages": {
        "leads": {"kind": "source", "arrivals": 40.0},
        "first_call": {"kind": "team", "rate": 30.0, "conversion": 0.5},
        "offer": {"kind": "team", "resource": "sellers", "time": 0.5},
        "close": {"kind": "team", "resource": "sellers", "time": 1.5},
        "market": {"kind": "market", "demand": 11.0},
    },
    "resources": {"sellers": {"servers": 4}},
    "flow": [
        "leads -> first_call -> offer",
        {"offer -> close": 0.4},
        "close -> market",
    ],
}


def test_the_inverse_funnel_is_counted_by_hand() -> None:
    """3 deals take 7.5 offers, 15 calls and 15 leads; sellers 7.5 / 2 + 3 x 1.5."""
    found = {need.name: need for need in needs(line({"a": 1, "b": 1}, **FUNNEL), 3)}

    assert found["market"].needed == pytest.approx(3)
    assert found["first_call"].needed == pytest.approx(15)
    assert found["leads"].needed == pytest.approx(15)
    assert found["sellers"].needed == pytest.approx(8.25)
    assert found["sellers"].kind == "resource"
    assert found["sellers"].capacity == 4
    assert found["sellers"].missing == pytest.approx(4.25)
    assert found["leads"].missing == 0


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_twice_as_much_needs_twice_as_much(wanted: float, factor: float) -> None:
    """Of everything."""
    scenario = line({"a": 1, "b": 1}, **FUNNEL)

    once, more = needs(scenario, wanted), needs(scenario, wanted * factor)

    for little, much in zip(once, more, strict=True):
        assert much.needed == pytest.approx(little.needed * factor)
        assert much.capacity == little.capacity


def test_a_tool_is_refused_where_there_is_none() -> None:
    """It is not passed over in silence."""
    with pytest.raises(TocError, match="the file has no 'tools' to compare"):
        reach(line({"a": 2, "b": 3}), 4, tools=["new"])
