"""How soon a page is answered: the 95th percentile of many requests, one at a time.

``python benchmarks/serve.py [SCENARIO] [REQUESTS]`` starts the server, moves the first
slider of the scenario a little for each request, and prints what that took. Each
request is a connection of its own, as for a browser.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from toc_sim import load
from toc_sim.report.document import JsonObject
from toc_sim.web.offer import offer

if TYPE_CHECKING:
    from helpers.served import Served

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

WARM = 10
"""Requests before those that count."""


def times(server: Served, bodies: Iterator[JsonObject]) -> Iterator[float]:
    """Yield what each request took [ms]."""
    for body in bodies:
        start = perf_counter()
        server.answered(body)
        yield 1000 * (perf_counter() - start)


def bodies(scenario: str, count: int) -> Iterator[JsonObject]:
    """Yield requests, no two alike."""
    slider = next(iter(offer(load(scenario)).sliders.values()))
    for number in range(count):
        value = slider.value * (0.9 + 0.2 * number / count)
        yield {"changes": {slider.path: value}}


def main(scenario: str = "scenarios/paper_cups.yaml", count: str = "200") -> None:
    """Measure, and print."""
    from helpers.served import serving

    with serving(scenario) as server:
        every = list(times(server, bodies(scenario, WARM + int(count))))[WARM:]
    cuts = quantiles(every, n=100)
    print(
        f"{scenario}: {len(every)} requests, median {cuts[49]:.0f} ms, "
        f"95th percentile {cuts[94]:.0f} ms, longest {max(every):.0f} ms"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
