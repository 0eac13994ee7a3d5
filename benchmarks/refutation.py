"""Measure how many simulations the critical path of doing nothing saves a search.

    python benchmarks/refutation.py    # some minutes

Each search of `roadmap` and `reach` is made twice: with averages alone to rule sets of
tools out, and with the proof of the path besides. The answers must be the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from toc_sim import Scenario, load
from toc_sim.experiment.roadmap.best_order import Budget, PurchasePlan, plan
from toc_sim.experiment.roadmap.reach import Reach, reach
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"

RATES = {
    "saw": 11.0,
    "lathe": 9.0,
    "mill": 10.0,
    "drill": 9.5,
    "paint": 10.5,
    "packing": 10.0,
}
TOOLS = {
    "saw_blades": (1500, "saw", 1.1),
    "second_saw": (9000, "saw", 1.3),
    "lathe_tooling": (2500, "lathe", 1.08),
    "new_lathe": (12000, "lathe", 1.2),
    "mill_setup": (1800, "mill", 1.08),
    "new_mill": (10000, "mill", 1.25),
    "drill_bits": (1200, "drill", 1.06),
    "new_drill": (8000, "drill", 1.2),
    "paint_nozzles": (1500, "paint", 1.1),
    "paint_robot": (11000, "paint", 1.3),
    "packing_course": (2000, "packing", 1.1),
    "packing_line": (9000, "packing", 1.25),
}


def twelve_tools() -> Scenario:
    """Return a line of six stages with chance and small buffers, and twelve tools."""
    chance = {"kind": "machine", "distribution": "exponential"}
    stages = {
        name: {
            **chance,
            "capacity": rate,
            "buffer": "unlimited" if name == "saw" else 4,
        }
        for name, rate in RATES.items()
    }
    tools = {
        name: {
            "cost": {"upfront": price},
            "effects": {f"{stage}.capacity": {"scale": factor}},
        }
        for name, (price, stage, factor) in TOOLS.items()
    }
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "Twelve tools for a line with chance",
            "stages": stages,
            "flow": [" -> ".join(stages)],
            "economics": {
                "price": 60,
                "variable_cost": {"steel": 20},
                "operating_expense": {"wages": 150},
            },
            "tools": tools,
            "run": {"horizon": 400.0, "warmup": 20.0, "replications": 10, "seed": 3},
        }
    )


def ordered(scenario: Scenario, budget: float | None, *, proves: bool) -> PurchasePlan:
    """Return the best order of purchases."""
    tools = tuple(scenario.tools)
    by_money = scenario.economics is not None
    asked = Budget(tools, budget, 0.0, by_money)
    return plan(ToolSets(scenario, Laboratory(), proves), asked)


def reached(
    scenario: Scenario, wanted: float, budget: float | None, *, proves: bool
) -> Reach:
    """Return the cheapest way to a throughput."""
    return reach(scenario, wanted, Laboratory(), budget=budget, proves=proves)


def answer_of(found: PurchasePlan | Reach) -> object:
    """Return what must not depend on proofs."""
    if isinstance(found, PurchasePlan):
        return found.order
    return found.found, found.furthest


def compared(name: str, ask: Callable[..., PurchasePlan | Reach]) -> None:
    """Ask in both ways and print how many sets were simulated."""
    seen, taken, answers = [], [], []
    for proves in (False, True):
        begun = perf_counter()
        found = ask(proves=proves)
        taken.append(perf_counter() - begun)
        seen.append(found.simulated)
        answers.append(answer_of(found))
    same = "same answer" if answers[0] == answers[1] else "OTHER ANSWER"
    print(
        f"{name}: {found.sets} sets, simulated {seen[0]} by averages alone, {seen[1]} "
        f"with proofs ({taken[0]:.1f} s, {taken[1]:.1f} s); {same}",
        flush=True,
    )


def main() -> None:
    """Print a line for each search."""
    cups = load(str(SCENARIOS / "paper_cups_tools.yaml"))
    brand = load(str(SCENARIOS / "clinic_brand.yaml"))
    twelve = twelve_tools()
    compared("paper_cups_tools, roadmap", partial(ordered, cups, None))
    for wanted in (9.5, 20.0):
        ask = partial(reached, cups, wanted, None)
        compared(f"paper_cups_tools, reach {wanted:g}", ask)
    compared("clinic_brand, roadmap", partial(ordered, brand, None))
    compared("clinic_brand, reach 200", partial(reached, brand, 200.0, None))
    compared("twelve tools, roadmap, 15,000", partial(ordered, twelve, 15_000.0))
    for wanted in (8.0, 8.3, 9.5):
        ask = partial(reached, twelve, wanted, 20_000.0)
        compared(f"twelve tools, reach {wanted:g}, 20,000", ask)


if __name__ == "__main__":
    main()
