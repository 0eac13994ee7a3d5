"""The commands about tools give the known answers for the paper-cup line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.compare.comparison import Comparison, Question
from toc_sim.experiment.roadmap import five_steps
from toc_sim.experiment.roadmap.best_order import plan, problem_of, value_of
from toc_sim.experiment.roadmap.five_steps import roadmap
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from validation.cases import CASES, Case

LENGTH = {"horizon": 100.0, "warmup": 10.0}
RANDOM = {"horizon": 100.0, "warmup": 20.0, "replications": 20, "confidence": 0.999}

ORDERS = [order.split(">") for order in CASES["cup-order-best"]["table"]]
BUDGETS = [case for case in CASES.values() if case.id.startswith("cup-budget-")]


def line(case: Case, run: dict[str, Any], **fields: Any) -> Scenario:
    """Return the line of a case with its tools.

    Parameters
    ----------
    case
        With capacities, and tools by what they raise to what.
    run
        How it is run.
    fields
        More of every stage.
    """
    costs = case.parameters.get("costs", {})
    field = dict.fromkeys(case["capacities"], "capacity") | {"market": "demand"}
    return Scenario.model_validate(
        {
            "format": 1,
            "name": case.id,
            "stages": {
                name: {
                    "kind": "market" if name == "market" else "machine",
                    field[name]: rate,
                    **fields,
                }
                for name, rate in case["capacities"].items()
            },
            "flow": [" -> ".join(case["capacities"])],
            "tools": {
                tool: {
                    "cost": {"upfront": costs.get(tool, 0)},
                    "effects": {f"{place}.{field[place]}": {"set": rate}},
                }
                for tool, (place, rate) in case["investments"].items()
            },
            "run": run,
        }
    )


def named(tools: Iterable[str]) -> str:
    """Return what the cases call a set."""
    return "+".join(tools) or "none"


def holds(found: Interval, exact: float) -> bool:
    """Return whether an interval covers a value."""
    return found.low <= exact <= found.high


def rows_by_name(*comparisons: Comparison) -> dict[str, Interval]:
    """Return the throughput of every set that was compared, and of doing nothing."""
    found = {"none": comparisons[0].verdict.throughput}
    for comparison in comparisons:
        found |= {named(row.tools): row.throughput for row in comparison.rows}
    return found


def test_every_set_of_tools() -> None:
    """Single tools bring 1, 0 and 0, and all three bring 3."""
    case = CASES["cup-nonadd"]
    found = compare(line(case, LENGTH), Question(sets=True))

    assert named(found.best.tools) == "m2+sales+m3"
    means = {name: each.mean for name, each in rows_by_name(found).items()}
    alone = {
        named(row.tools): row.throughput.mean
        for row in compare(line(case, LENGTH)).rows
    }
    assert {**means, **alone} == pytest.approx(case["table"], abs=0.011)


def test_the_order_of_purchases() -> None:
    """Every order brings what is known, and the best follows the constraint."""
    case = CASES["cup-order-best"]
    scenario = line(case, {"horizon": 3.0, "warmup": 10.0})
    prospects, spend = (
        ToolSets(scenario, Laboratory()),
        five_steps.budget(scenario, every=1.0),
    )
    nothing = 3 * case["capacities"]["machine2"]

    best = plan(prospects, spend).order

    assert best.tools == ("m2", "sales", "m3")
    assert best.value - nothing == pytest.approx(case.value)
    prospects.simulate(order[:size] for order in ORDERS for size in range(4))
    # The table knows no filling up after a purchase.
    flow = prospects.cash if spend.by_money else prospects.throughput
    problem = problem_of(scenario, spend, flow, lambda _: True)
    for order, exact in case["table"].items():
        lifted = value_of(problem, order.split(">")) - nothing
        assert lifted == pytest.approx(exact)


@pytest.mark.parametrize("case", BUDGETS, ids=lambda case: case.id)
def test_the_best_set_for_a_budget(case: Case) -> None:
    """The largest throughput that money buys, and the least money that buys it."""
    scenario, money = line(case, LENGTH), case["budget"]

    best = compare(scenario, Question(sets=True, budget=money)).best
    road = roadmap(scenario, five_steps.budget(scenario, budget=money))
    way = reach(scenario, case.value, budget=money).found

    assert set(best.tools) == set(case["portfolio"])
    assert set(road.steps[-1].owned) == set(case["portfolio"])
    assert road.steps[-1].throughput == pytest.approx(case.value)
    assert road.regret == pytest.approx(0, abs=1e-6)
    assert way is not None
    assert set(way.tools) == set(case["portfolio"])
    assert way.cost == case["cost"]


def test_a_joint_lift_is_shared_out() -> None:
    """What three tools bring together is told apart after Shapley."""
    case = CASES["cup-shapley"]

    found = roadmap(line(case, LENGTH))

    assert dict(found.lifts) == pytest.approx(case["shares"])


@pytest.fixture(name="random_cups", scope="module")
def _random_cups() -> tuple[Comparison, Comparison]:
    """Each tool, and each set that may be the best, on an exponential line."""
    case = CASES["cups-exp-nonadd"]
    chance = {"distribution": "exponential", "buffer": case["B"]}
    scenario = line(case, RANDOM, **chance)
    every = Question(sets=True, by="throughput")
    return compare(scenario), compare(scenario, every)


def test_every_set_of_tools_with_chance(
    random_cups: tuple[Comparison, Comparison],
) -> None:
    """The exact throughputs lie in their intervals; what is pruned is not the best."""
    table = CASES["cups-exp-nonadd"]["table"]
    found = rows_by_name(*random_cups)

    assert named(random_cups[1].best.tools) == "m2+sales+m3"
    assert random_cups[1].best.confidence == 0.999
    assert all(holds(each, table[name]) for name, each in found.items())
    assert len(found) >= 6
    assert all(table[name] < 8 for name in table if name not in found)


def test_lifts_with_chance_do_not_add_up(
    random_cups: tuple[Comparison, Comparison],
) -> None:
    """Three tools bring twice together what the three bring apart."""
    case = CASES["cups-exp-nonadd-sum"]
    alone = [row.difference for row in random_cups[0].rows]
    [joint] = [row.difference for row in random_cups[1].rows if len(row.tools) == 3]

    assert sum(each.low for each in alone) <= case.value
    assert sum(each.high for each in alone) >= case.value
    assert holds(joint, case["joint"])
    assert sum(each.mean for each in alone) == pytest.approx(case.value, abs=0.13)
