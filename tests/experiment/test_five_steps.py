"""Follow the constraint: what it is, what hits it, what is bought, and why it ends."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from helpers.pipelines import row_of_machines
from helpers.purchases import Document, budgets, can_be_paid, may_stand, shops, timeline
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import Scenario, load
from toc_sim.errors import TocError
from toc_sim.experiment.roadmap import five_steps
from toc_sim.experiment.roadmap.five_steps import Roadmap, roadmap
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory

CUPS = Path(__file__).parents[2] / "scenarios" / "paper_cups_tools.yaml"

line = partial(row_of_machines, run={"horizon": 100.0, "warmup": 10.0})

Tools = dict[str, dict[str, Any]]


def sets(machine: str, rate: float, price: float = 1, **more: Any) -> dict[str, Any]:
    """Return a tool that sets the rate of a machine."""
    effects = {f"{machine}.capacity": {"set": rate}}
    return {"cost": {"upfront": price}, "effects": effects, **more}


def constraints(found: Roadmap) -> list[tuple[str, ...]]:
    """Return the constraint of each step."""
    return [step.verdict.constraint for step in found.steps]


def test_the_walk_of_the_paper_cups() -> None:
    """The constraint moves from machine_2 to sales, to machine_3, to the market."""
    found = roadmap(load(CUPS))

    assert constraints(found) == [
        ("machine_2",),
        ("sales",),
        ("machine_3",),
        ("market",),
        ("machine_1", "machine_3"),
    ]
    assert [step.chosen for step in found.steps] == [
        "new_machine_2",
        "sales_training",
        "new_machine_3",
        "advertising",
        None,
    ]
    throughputs = [step.throughput for step in found.steps]
    assert throughputs == pytest.approx([8, 9, 10, 11, 12])
    assert [step.spent for step in found.steps] == [0, 4000, 7000, 9000, 12000]
    profits = [step.net_profit for step in found.steps]
    assert profits == pytest.approx([140, 220, 300, 380, 460], abs=2)
    assert found.regret == pytest.approx(0, abs=1e-6)
    assert found.stopped == "no hit"


def test_at_each_step_every_tool_is_told() -> None:
    """Those that hit the constraint, and those that do not."""
    found = roadmap(load(CUPS))

    first, second = found.steps[:2]
    assert {each.tool: each.word for each in first.options} == {
        "new_machine_2": "hits",
        "sales_training": "misses",
        "new_machine_3": "misses",
        "new_machine_1": "misses",
        "advertising": "misses",
    }
    assert [each.tool for each in second.options if each.word == "hits"] == [
        "sales_training"
    ]


STOPS: list[tuple[str, Tools, float | None, dict[str, Any], list[str]]] = [
    ("nothing left", {"new": sets("a", 3)}, None, {}, ["new"]),
    ("no money", {"new": sets("a", 3, price=9)}, 5, {}, []),
    ("no money", {"new": sets("b", 9, price=9)}, 5, {}, []),
    ("no hit", {"new": sets("b", 9)}, None, {}, []),
    (
        "no gain",
        {"new": sets("a", 3, price=999)},
        None,
        {"economics": {"price": 1.0}},
        [],
    ),
]


@pytest.mark.parametrize(("why", "tools", "budget", "sections", "bought"), STOPS)
def test_why_it_ends(
    why: str,
    tools: Tools,
    budget: float | None,
    sections: dict[str, Any],
    bought: list[str],
) -> None:
    """All is bought; money is short; nothing hits; or what hits does not pay."""
    scenario = line({"a": 2, "b": 8}, tools, **sections)

    found = roadmap(scenario, five_steps.budget(scenario, budget=budget))

    assert found.stopped == why
    assert [step.chosen for step in found.steps] == [*bought, None]
    assert found.steps[-1].owned == tuple(bought)


def test_exploit_before_elevate() -> None:
    """What takes no purchase comes first, even if a purchase brings more."""
    tools = {"machine": sets("a", 7, price=5), "no_breaks": sets("a", 3, price=0)}
    tools["no_breaks"]["effects"] = {"a.capacity": {"add": 0.5}}

    found = roadmap(line({"a": 2, "b": 8}, tools))

    assert [step.chosen for step in found.steps] == ["no_breaks", "machine", None]
    exploit = {each.tool: each.is_exploit for each in found.steps[0].options}
    assert exploit == {"machine": False, "no_breaks": True}


def test_a_tie_is_missed_step_by_step() -> None:
    """Where only both together bring something, greed buys nothing, and it is told."""
    tools = {"one": sets("a", 6), "other": sets("b", 6)}

    found = roadmap(line({"a": 2, "b": 2}, tools))

    assert found.stopped == "no hit"
    assert found.steps[0].owned == ()
    assert set(found.best.order.tools) == {"one", "other"}
    assert found.best_step.throughput == pytest.approx(5.99)
    assert found.regret == pytest.approx((5.99 - 2) * 100)
    assert dict(found.lifts) == pytest.approx({"one": 1.995, "other": 1.995})


@pytest.mark.parametrize("names", [("base", "top"), ("top", "base")])
def test_what_is_required_is_bought_before(names: tuple[str, str]) -> None:
    """In whichever order they stand in the file; both are one step."""
    known = {"base": sets("b", 9, 2), "top": sets("a", 6, 3, requires=["base"])}
    scenario = line({"a": 2, "b": 8}, {name: known[name] for name in names})

    found = roadmap(scenario)

    first = {each.tool: each for each in found.steps[0].options}
    assert first["top"].tools == ("base", "top")
    assert first["top"].word == "hits"
    assert [step.owned for step in found.steps] == [(), ("base", "top")]
    assert found.steps[0].chosen == "top"
    assert found.steps[1].spent == 5
    assert found.regret == pytest.approx(0)
    assert dict(found.lifts) == pytest.approx({"base": 2, "top": 2})


def test_a_tool_that_is_asked_for_comes_with_what_it_requires() -> None:
    """Even if that was not asked for."""
    tools = {
        "base": sets("b", 9, 2),
        "top": sets("a", 6, 3, requires=["base"]),
        "other": sets("a", 7, 0, excludes=["top"]),
    }
    scenario = line({"a": 2, "b": 8}, tools)

    found = roadmap(scenario, five_steps.budget(scenario, ["top"]))

    assert found.budget.tools == ("base", "top")
    assert found.steps[-1].owned == ("base", "top")
    assert found.worth == found.best.order.value == pytest.approx(600)


def test_prices_add_up_to_the_budget() -> None:
    """0.1 and 0.2 are paid with 0.3."""
    tools = {"one": sets("a", 4, 0.1), "other": sets("b", 6, 0.2)}
    scenario = line({"a": 2, "b": 3}, tools)

    found = roadmap(scenario, five_steps.budget(scenario, budget=0.3))

    assert found.steps[-1].owned == ("one", "other")
    assert found.regret == pytest.approx(0)


def test_what_excludes_each_other_is_not_offered() -> None:
    """Once one of two is bought; then nothing is left."""
    tools = {"one": sets("a", 4), "other": sets("a", 3)}

    found = roadmap(line({"a": 2, "b": 8}, tools))

    assert [step.owned for step in found.steps] == [(), ("one",)]
    assert found.steps[1].options == ()
    assert found.stopped == "nothing left"


def test_unknown_tools_and_no_tools_are_refused() -> None:
    """In the words of a comparison."""
    with pytest.raises(TocError, match="no tool is called 'on'"):
        five_steps.budget(line({"a": 2, "b": 8}, {"one": sets("a", 3)}), ["on"])
    with pytest.raises(TocError, match="no 'tools' to compare"):
        roadmap(line({"a": 2, "b": 8}, {}))
    with pytest.raises(TocError, match="says nothing of money"):
        five_steps.budget(line({"a": 2, "b": 8}, {"one": sets("a", 3)}), by="npv")


def test_a_tool_without_effect_misses_where_chance_is() -> None:
    """However coarse a count is: differences are exactly 0."""
    chance = {"kind": "machine", "capacity": 1.0, "cv": 1.0}
    run = {"horizon": 50.0, "warmup": 0.0, "replications": 5}
    scenario = line({}, {"idle": {}}, stages={"a": chance}, flow=[], run=run)

    found = roadmap(scenario)

    assert [each.word for each in found.steps[0].options] == ["misses"]


@settings(max_examples=25)
@given(
    shops(tools=4, later=True, runs={"horizon": 9.5, "warmup": 2.0}),
    budgets(),
    st.sampled_from([0.0, 1.0]),
)
def test_every_roadmap_can_be_walked(
    shop: Document, budget: float | None, every: float
) -> None:
    """It may be bought, is worth what it says, and is not better than the best."""
    scenario = Scenario.model_validate(shop)

    found = roadmap(scenario, five_steps.budget(scenario, budget=budget, every=every))

    owned = found.steps[-1].owned
    assert can_be_paid(shop, owned, budget)
    for count in range(len(owned) + 1):
        assert may_stand(shop, frozenset(owned[:count]))
    prospects = ToolSets(scenario, Laboratory())

    def cash(tools: frozenset[str]) -> float:
        return prospects.bought(tools).cash_per_period

    lived = timeline(shop, owned, cash, every=every, by_money=True)
    assert found.worth == pytest.approx(float("-inf") if lived is None else lived)
    assert found.regret >= 0
    assert found.worth <= found.best.order.value + 1e-9
    lift = found.best_step.throughput - found.steps[0].throughput
    assert sum(each for _, each in found.lifts) == pytest.approx(lift)
    for step, following in zip(found.steps, found.steps[1:], strict=False):
        [choice] = [each for each in step.options if each.tool == step.chosen]
        assert choice.word == "hits"
        assert choice.affordable
        assert choice.gain > 0
        assert following.owned == (*step.owned, *choice.tools)
