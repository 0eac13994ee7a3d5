"""Serial lines that never lack material or buyers: the hard cases of every rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

FIRST = 20_121_030
"""The seed of the lines that are drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """A serial line that never lacks material or buyers.

    Attributes
    ----------
    rates
        Mean speed of each station while it works [items/period].
    buffers
        Places between the stations, one fewer than stations [items].
    phases
        A service is a sum of so many exponential times: 1 exponential, k Erlang-k.
    failures
        Of each station while it works [1/period]; empty: it never fails.
    repairs
        Of each station while it is down [1/period].
    """

    rates: tuple[float, ...]
    buffers: tuple[int, ...]
    phases: int = 1
    failures: tuple[float, ...] = ()
    repairs: tuple[float, ...] = ()

    @property
    def isolated(self) -> tuple[float, ...]:
        """What each station would make on its own [items/period]."""
        if not self.failures:
            return self.rates
        return tuple(
            rate * repair / (repair + failure)
            for rate, failure, repair in zip(
                self.rates, self.failures, self.repairs, strict=True
            )
        )

    def faster(self, station: int, factor: float, *, failures: bool = False) -> Line:
        """Return the line with one station working faster.

        Parameters
        ----------
        station
            Its index.
        factor
            1.1 is 10 % faster.
        failures
            Whether its failures and repairs keep pace; else they keep their times.
        """
        changed = {"rates": _scaled(self.rates, station, factor)}
        if failures and self.failures:
            changed["failures"] = _scaled(self.failures, station, factor)
            changed["repairs"] = _scaled(self.repairs, station, factor)
        return replace(self, **changed)


@dataclass(frozen=True, slots=True)
class Family:
    """Lines of one kind, drawn at random.

    Attributes
    ----------
    name, title
        How it is called, for streams and for people.
    stations
        How many.
    spread
        Rates are uniform within 1 -+ spread.
    largest
        Buffers are uniform over 0, 1, .. largest.
    phases
        1 exponential, k Erlang-k.
    fails
        Whether stations fail: uniformly every 10 to 50 periods of work, with repairs
        of 2.5 to 10 periods on average (rates uniform).
    """

    name: str
    title: str
    stations: int
    spread: float
    largest: int = 2
    phases: int = 1
    fails: bool = False

    def draw(self, number: int) -> Line:
        """Return one line of the family, always the same for a number."""
        chance = np.random.default_rng([FIRST, *self.name.encode(), number])

        def uniform(low: float, high: float) -> tuple[float, ...]:
            return tuple(chance.uniform(low, high, self.stations).tolist())

        places = chance.integers(0, self.largest, self.stations - 1, endpoint=True)
        return Line(
            rates=uniform(1 - self.spread, 1 + self.spread),
            buffers=tuple(places.tolist()),
            phases=self.phases,
            failures=uniform(0.02, 0.1) if self.fails else (),
            repairs=uniform(0.1, 0.4) if self.fails else (),
        )


FAMILIES = (
    Family("exponential_10", "exponential, 4 stations, rates ±10 %", 4, 0.1),
    Family("exponential_30", "exponential, 4 stations, rates ±30 %", 4, 0.3),
    Family("exponential_20", "exponential, 5 stations, rates ±20 %", 5, 0.2),
    Family("erlang", "Erlang-4, 3 stations, rates ±15 %", 3, 0.15, phases=4),
    Family(
        "unreliable",
        "unreliable exponential, 3 stations, rates ±20 %",
        3,
        0.2,
        largest=3,
        fails=True,
    ),
)


def names(line: Line) -> tuple[str, ...]:
    """Return how the stations are called in a scenario."""
    return tuple(f"station_{number}" for number in range(1, 1 + len(line.rates)))


def scenario(line: Line) -> dict[str, Any]:
    """Return a line as the fields of a scenario."""
    stages = {
        name: {
            "kind": "machine",
            "rate": rate,
            "cv": line.phases**-0.5,
            "buffer": buffer,
        }
        for name, rate, buffer in zip(
            names(line), line.rates, ("unlimited", *line.buffers), strict=True
        )
    }
    times = zip(line.failures, line.repairs, strict=True)
    for name, (failure, repair) in zip(names(line), times, strict=False):
        stages[name]["availability"] = {
            "mean_time_between_failures": 1 / failure,
            "mean_time_to_repair": 1 / repair,
        }
    return {
        "format": 1,
        "name": "Serial line",
        "stages": stages,
        "flow": [" -> ".join(stages)],
    }


def _scaled(values: tuple[float, ...], at: int, factor: float) -> tuple[float, ...]:
    return (*values[:at], values[at] * factor, *values[at + 1 :])
