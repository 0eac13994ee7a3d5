"""The line of paper cups that the lesson is about: its stages, tools and prices."""

from __future__ import annotations

from typing import Any

from toc_sim.report.document import JsonObject
from toc_sim.scenario.model import Scenario

TOOLS: dict[str, tuple[int, str, int]] = {
    "new_machine_1": (1000, "machine_1", 20),
    "new_machine_2": (4000, "machine_2", 15),
    "new_machine_3": (2000, "machine_3", 12),
    "sales_training": (3000, "sales", 20),
    "advertising": (3000, "market", 16),
}
"""What each costs [EUR], which stage it changes, and to which pace [cups/hour]."""

TOGETHER = (("new_machine_2",), ("sales_training", "new_machine_3"))
"""What is bought first, and two tools that bring nothing without it."""

EXAM = {"pace": 11, "budget": 9000}
"""What the exam asks for [cups/hour], and with how much money [EUR]."""

_PACES = {"machine_1": 12, "machine_2": 8, "machine_3": 10, "sales": 9, "market": 11}
_PRICE, _PAPER, _WAGES = 100, 20, 500
_HORIZON, _WARMUP = 40, 4


def cups() -> Scenario:
    """Return the line with its tools, as a file would say it.

    Examples
    --------
    >>> from toc_sim.lesson.cups import cups
    >>> cups().stages["machine_2"].capacity
    8.0
    """
    stages: dict[str, Any] = {
        name: {"kind": "machine", "capacity": pace} for name, pace in _PACES.items()
    }
    stages["sales"]["kind"] = "team"
    stages["market"] = {"kind": "market", "demand": _PACES["market"]}
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "Paper-cup conveyor",
            "item": "cup",
            "period": "hour",
            "currency": "EUR",
            "stages": stages,
            "flow": [" -> ".join(stages)],
            "economics": {
                "price": _PRICE,
                "variable_cost": {"paper": _PAPER},
                "operating_expense": {"wages": _WAGES},
            },
            "tools": {
                name: {
                    "cost": {"upfront": cost},
                    "effects": {f"{stage}.{pace_of(stage)}": {"set": pace}},
                }
                for name, (cost, stage, pace) in TOOLS.items()
            },
            "run": {"horizon": _HORIZON, "warmup": _WARMUP},
        }
    )


def pace_of(stage: str) -> str:
    """Return what a file calls the pace of a stage.

    Parameters
    ----------
    stage
        The name of one.
    """
    return "demand" if stage == "market" else "capacity"


def cups_for_page() -> JsonObject:
    """Return what the page is told of the line, its tools and its prices."""
    scenario = cups()
    return {
        "stages": [
            {"name": name, "rate": pace, "kind": scenario.stages[name].kind}
            for name, pace in _PACES.items()
        ],
        "tools": [
            {"name": name, "cost": cost, "stage": stage, "rate": pace}
            for name, (cost, stage, pace) in TOOLS.items()
        ],
        "together": dict(zip(("before", "tools"), TOGETHER, strict=True)),
        "exam": EXAM,
        "price": _PRICE,
        "variableCost": _PAPER,
        "expense": _WAGES,
        "currency": scenario.currency,
        "horizon": _HORIZON,
        "warmup": _WARMUP,
    }
