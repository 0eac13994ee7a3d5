"""How often the bands of a quarter hold: a thousand self-made ones in four situations.

    python benchmarks/quarter.py                 # the table, half an hour
    python benchmarks/quarter.py --quarters 100  # sooner

Each quarter is made by a funnel that knows nothing of toc_sim
(`benchmarks/self_made_funnel.py`). What is open in it today is told to the forecast,
and what changes today as well: nothing, 40 % more leads, a seller who left, half of the
leads. A band of 80 % should hold in 80 of 100, and does if the place of what came among
the runs is uniform; whole deals tie, and ties are divided by chance, since a band of
whole numbers holds more than it says. Beside it stands what past weeks drawn again say.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from self_made_funnel import (
    ANSWER,
    ANSWER_CV,
    LEADS,
    OFFER_CV,
    OFFERED,
    OFFERS,
    QUALIFIED,
    QUALIFIES,
    SITUATIONS,
    WON,
    Deal,
    Quarter,
    Situation,
    quarter_of,
)

from toc_sim import Scenario, load
from toc_sim.outlook.futures import futures, today
from toc_sim.outlook.score import place_among
from toc_sim.outlook.simple_methods import MOST_WEEKS
from toc_sim.outlook.todays_items import OpenItem

AHEAD = 13.0
"""Weeks."""

RUNS = 99
"""Of each forecast: what came has one of a hundred places among them."""

BANDS = {0.8: (0.1, 0.9), 0.9: (0.05, 0.95)}


def model(situation: Situation) -> Scenario:
    """Return the funnel as a scenario, with what changes today."""
    answer = {"mean": ANSWER, "cv": ANSWER_CV}
    return load(
        {
            "format": 1,
            "name": "self-made funnel",
            "item": "deal",
            "period": "week",
            "stages": {
                "leads": {
                    "kind": "source",
                    "arrivals": LEADS * situation.leads,
                    "distribution": "exponential",
                },
                "qualify": {
                    "kind": "team",
                    "rate": QUALIFIES,
                    "conversion": QUALIFIED,
                    "distribution": "exponential",
                },
                "offer": {
                    "kind": "team",
                    "rate": OFFERS,
                    "servers": situation.sellers,
                    "cv": OFFER_CV,
                    "conversion": OFFERED,
                },
                "yes": {"kind": "team", "rate": 1e6, "servers": 99, "conversion": WON},
                "market": {"kind": "market"},
            },
            "flow": [
                "leads -> qualify -> offer",
                {"offer -> yes": {"delay": answer}},
                "yes -> market",
            ],
        }
    )


def opened(deals: Sequence[Deal]) -> tuple[OpenItem, ...]:
    """Return the deals as a forecast knows them."""
    places = {"answer": "offer -> yes"}
    return tuple(
        OpenItem(
            f"deal {number}",
            places.get(deal.stage, deal.stage),
            deal.age,
            in_work=deal.worked is not None,
            worked=np.nan if deal.worked is None else deal.worked,
        )
        for number, deal in enumerate(deals)
    )


@dataclass(frozen=True)
class Held:
    """How often bands held in one situation.

    Attributes
    ----------
    places
        Where what came lay among the runs, from 0 to 1, of each quarter.
    resampled
        The same among past weeks drawn again.
    """

    places: NDArray[np.float64]
    resampled: NDArray[np.float64]

    def share(self, size: float, *, resampled: bool = False) -> float:
        """Return in which part of the quarters a band of some size held [1]."""
        low, high = BANDS[size]
        places = self.resampled if resampled else self.places
        return float(((places > low) & (places < high)).mean())

    def at_least(self, sure: float, *, resampled: bool = False) -> float:
        """Return how often as much came as was promised so surely [1]."""
        places = self.resampled if resampled else self.places
        return float((places > 1 - sure).mean())


def limits(size: float, quarters: int, errors: float = 3.3) -> tuple[float, float]:
    """Return between what the share that a true band holds lies [1].

    Beyond 3.3 standard errors of the binomial it lies once in a thousand times.
    """
    half = errors * sqrt(size * (1 - size) / quarters)
    return size - half, size + half


def held(
    made: Situation, known: Situation, quarters: int, runs: int, first: int = 0
) -> Held:
    """Return how often bands hold that know one situation, where another one came.

    Parameters
    ----------
    made
        What changes in the funnel.
    known
        What the forecast thinks that changes.
    quarters, runs
        How many quarters, and how many runs of each.
    first
        The seed of the first quarter.
    """
    scenario = model(known)
    chance = np.random.default_rng(first)
    places = [
        _places(scenario, quarter_of(seed, made, AHEAD), seed, runs, chance)
        for seed in range(first, first + quarters)
    ]
    ours, resampled = zip(*places, strict=True)
    return Held(np.array(ours), np.array(resampled))


def _places(
    scenario: Scenario,
    quarter: Quarter,
    seed: int,
    runs: int,
    chance: np.random.Generator,
) -> tuple[float, float]:
    start = today(scenario, opened(quarter.deals), until=AHEAD, seed=seed)
    counts = np.array([len(each.times) for each in futures(start, range(runs))])
    came = float(quarter.closed_by(AHEAD))
    weeks = np.array(quarter.past[-MOST_WEEKS:])
    again = weeks[chance.integers(0, len(weeks), (runs, int(AHEAD)))].sum(axis=1)
    return (
        place_among(counts.astype(float), came, chance.random),
        place_among(again.astype(float), came, chance.random),
    )


def told(quarters: int, runs: int) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| situation | 80 % | 90 % | 85 % at least | weeks again: 80 % | the same |"
    yield "|---|---|---|---|---|---|"
    for name, situation in SITUATIONS.items():
        found = held(situation, situation, quarters, runs)
        shares = (
            found.share(0.8),
            found.share(0.9),
            found.at_least(0.85),
            found.share(0.8, resampled=True),
            found.at_least(0.85, resampled=True),
        )
        yield f"| {name} | {' | '.join(f'{100 * each:.1f}' for each in shares)} |"
    for size in BANDS:
        low, high = limits(size, quarters)
        yield f"a true band of {100 * size:g} %: {100 * low:.1f} to {100 * high:.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quarters", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args()
    for line in told(asked.quarters, asked.runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
