"""In which unit a parameter is given: what stands below its name."""

from __future__ import annotations

from toc_sim.report.words import printable
from toc_sim.scenario.model import Scenario

RATES = frozenset({"capacity", "rate", "arrivals", "demand"})
TIMES = frozenset(
    {
        "time",
        "delay",
        "mean_time_between_failures",
        "mean_time_to_repair",
        "patience",
        "mean",
        "horizon",
        "warmup",
        "lead_time",
        "ramp",
    }
)
ITEMS = frozenset({"buffer", "conwip"})


def unit_of(scenario: Scenario, path: str) -> str:
    """Return the unit of a parameter, or an empty text for what has none.

    Parameters
    ----------
    scenario
        Names its item, period and currency.
    path
        Of the parameter.
    """
    item, period = printable(scenario.item), printable(scenario.period)
    money = printable(scenario.currency) or "money"
    words = path.split(".")
    if words[0] == "economics":
        per = f"/{period}" if words[1] == "operating_expense" else f"/{item}"
        return "" if words[-1] == "discount_rate" else f"{money}{per}"
    last = words[-1]
    if last in RATES:
        return f"{item}/{period}"
    if last == "cost_per_item":
        return f"{money}/{item}"
    if last in TIMES:
        return period
    return item if last in ITEMS else ""
