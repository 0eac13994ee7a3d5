"""W5's scenario: the paper cups, and twenty tools that each lift one of its stages."""

from __future__ import annotations

from speed.lines import Line, document

LIFTS = (1.05, 1.1, 1.2, 1.4)


def scenario(line: Line, engine: str, replications: int) -> dict[str, object]:
    """Return what `compare` is given, as the file would say it."""
    found = document(line, engine=engine, replications=replications, seed=7)
    places = [f"machine_{number}.capacity" for number in range(1, len(line.capacities))]
    places.append("market.demand")
    found["tools"] = {
        f"{place.partition('.')[0]}_{round(100 * lift - 100)}": {
            "cost": {"upfront": 1000},
            "effects": {place: {"scale": lift}},
        }
        for place in places
        for lift in LIFTS
    }
    return found
