"""The lines that every program runs, and each as its scenario file would say it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

CUPS = (12.0, 8.0, 10.0, 9.0, 11.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of stages with one server and exponential times.

    Attributes
    ----------
    title
        What it is called in the table.
    capacities
        Of its stages [items/period].
    buffer
        Places before each stage but the first; None: unlimited.
    arrivals
        Of a source before the first stage [items/period]; None: endless material.
    periods
        How long it is run.
    """

    title: str
    capacities: tuple[float, ...]
    buffer: int | None
    arrivals: float | None
    periods: float

    def scaled(self, factor: float) -> Line:
        """Return the same line, run for another time."""
        return replace(self, periods=self.periods * factor)


def long_line(stages: int, periods: float) -> Line:
    """Return a line as long as is asked; every twentieth stage is the slowest."""
    capacities = tuple(8.0 + (7 * stage % 20) / 5 for stage in range(stages))
    return Line(f"{stages} stages, buffers of 5", capacities, 5, None, periods)


W1 = Line("paper cups, buffers of 5", CUPS, 5, None, 10_000.0)
LINES = {
    "W1": W1,
    "W2": Line("open tandem, Poisson 7.5", CUPS, None, 7.5, 10_000.0),
    "W3": long_line(20, 2_500.0),
}
SHORT = W1.scaled(0.05)
REPLICATIONS = 200
"""W4: so many replications of the short line."""


def document(line: Line, **run: object) -> dict[str, object]:
    """Return a line as its scenario file would say it.

    Parameters
    ----------
    line
        The line.
    run
        More of the file's section `run`, such as the engine.
    """
    stages: dict[str, dict[str, object]] = {}
    if line.arrivals is not None:
        stages["source"] = {"kind": "source", "arrivals": line.arrivals}
    *machines, demand = line.capacities
    for number, capacity in enumerate(machines, 1):
        stages[f"machine_{number}"] = {"kind": "machine", "capacity": capacity}
    stages["market"] = {"kind": "market", "demand": demand}
    for name, stage in stages.items():
        stage["distribution"] = "exponential"
        if name not in {"source", "machine_1"} and line.buffer is not None:
            stage["buffer"] = line.buffer
    flow = [f"{before} -> {after}" for before, after in pairwise(stages)]
    return {
        "format": 1,
        "name": line.title,
        "stages": stages,
        "flow": flow,
        "run": {"horizon": line.periods, "warmup": 0, **run},
    }
