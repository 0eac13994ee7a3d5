"""Write toc_sim/lesson/shops.json: other trades of the lesson, and what tools bring.

    python benchmarks/lesson_shops.py            # says whether it holds
    python benchmarks/lesson_shops.py --write    # writes the file

The page of the lesson is written in a moment, and these comparisons take half a minute:
so their figures stand in a file. All of them come from `toc_sim.compare`.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from toc_sim import Scenario, compare, load
from toc_sim.tools import with_tools

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "toc_sim" / "lesson" / "shops.json"

FILES = {
    "shop_1": "two_shops/shop_1.yaml",
    "shop_2": "two_shops/shop_2.yaml",
    "clinic": "clinic.yaml",
}
"""The trades of the lesson, and their files in scenarios/."""


def _shares(scenario: Scenario) -> dict[str, float]:
    return {f"{way.source}->{way.target}": way.share or 0.0 for way in scenario.flow}


def of_shop(scenario: Scenario) -> dict[str, float]:
    """Return the factors of what a shop earns: together they are its revenue."""
    shares = _shares(scenario)
    positions = 1 / (1 - shares["market->till"])
    return {
        "visitors": round(scenario.stages["leads"].arrivals, 2),
        "buy": scenario.stages["talk"].conversion,
        "price": scenario.economics.price,
        "positions": round(positions, 2),
        "visits": round(1 / (1 - shares["market->visit"] * positions), 2),
    }


def of_clinic(scenario: Scenario) -> dict[str, float]:
    """Return how much each step of the clinic can do [treatments/week]."""
    stages = scenario.stages
    agreed = stages["examination"].arrivals * stages["plan"].conversion
    shares = _shares(scenario)
    chairs = scenario.resources["chairs"].servers / stages["procedure"].time
    return {
        "agreed": agreed,
        "at_once": shares["plan->procedure"] * agreed,
        "called": stages["curators"].servers * stages["curators"].rate,
        "chairs": round(chairs, 1),
    }


def trade(name: str) -> dict[str, Any]:
    """Return what the page tells of a trade."""
    scenario = load(ROOT / "scenarios" / FILES[name])
    figures = of_clinic if name == "clinic" else of_shop
    before = figures(scenario)
    found = compare(scenario).to_dict()
    rows = {row["tools"][0]: row for row in found["variants"] if len(row["tools"]) == 1}
    tools = []
    for tool in scenario.tools:
        row = rows[tool]
        after = figures(with_tools(scenario, [tool]))
        npv = row["money"]["npv"]
        tools.append(
            {
                "name": tool,
                **row["cost"],
                "changes": {
                    key: after[key] for key in after if after[key] != before[key]
                },
                "throughput": round(row["throughput"]["mean"], 2),
                "npv": round(npv["mean"]),
                "half": round((npv["high"] - npv["low"]) / 2),
            }
        )
    return {
        "name": name,
        "weeks": scenario.run.horizon,
        "figures": before,
        "throughput": round(found["baseline"]["throughput"]["mean"], 2),
        "tools": tools,
        "best": found["best"]["tools"],
    }


def text() -> str:
    """Return the file as the engine would have it now."""
    return json.dumps([trade(name) for name in FILES], indent=1) + "\n"


def main() -> None:
    """Write the file, or say whether it holds."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the file")
    asked = parser.parse_args()
    now = text()
    if asked.write:
        FIGURES.write_text(now, encoding="utf-8")
    elif FIGURES.read_text(encoding="utf-8") != now:
        sys.exit(f"{FIGURES.name}: other figures now; --write renews them")


if __name__ == "__main__":
    main()
