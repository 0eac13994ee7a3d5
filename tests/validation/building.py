"""Scenarios for the exact results: lines, queues, and how long to run them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any
from zlib import crc32

from toc_sim import Scenario

Fields = dict[str, Any]

REPLICATIONS = 30

FREE = 1e9
"""The rate of an exit: a way out for finished items that costs no time."""

EXPONENTIAL: Fields = {"distribution": "exponential"}


def erlang(phases: int) -> Fields:
    """Return the chance of a time made of so many exponential phases."""
    return {"distribution": "gamma", "cv": 1 / sqrt(phases)}


def uniform(half_width: float) -> Fields:
    """Return the chance of a uniform time, its half-width relative to its mean."""
    return {"distribution": "uniform", "cv": half_width / sqrt(3)}


@dataclass(frozen=True, slots=True)
class Length:
    """How long a scenario is run.

    Attributes
    ----------
    horizon, warmup
        Of each replication [periods].
    """

    horizon: float
    warmup: float
    replications: int = REPLICATIONS


@dataclass(frozen=True, slots=True)
class Line:
    """A serial line: the first station is never starved, the last never blocked.

    Attributes
    ----------
    rates
        Of each server, by station [items/period].
    buffers
        Waiting places between stations; None: unlimited.
    chance
        Of all stations.
    names
        Of the stations; empty: ``machine_1`` and so on.
    market
        Whether the last station is the market's purchases.
    extra
        Further fields by the number of the station, from 0.
    """

    rates: Sequence[float]
    buffers: Sequence[int | None]
    chance: Fields = field(default_factory=lambda: EXPONENTIAL)
    names: Sequence[str] = ()
    market: bool = False
    extra: Mapping[int, Fields] = field(default_factory=dict)

    @property
    def stations(self) -> tuple[str, ...]:
        """The names of the stations."""
        return tuple(self.names) or numbered(len(self.rates))

    def stages(self) -> Fields:
        """Return the `stages` of its scenario."""
        buffers: list[int | None] = [None, *self.buffers]
        return {
            name: self._station(index, buffers[index])
            for index, name in enumerate(self.stations)
        }

    def _station(self, index: int, buffer: int | None) -> Fields:
        is_market = self.market and index == len(self.rates) - 1
        pace = "demand" if is_market else "rate"
        return {
            "kind": "market" if is_market else "machine",
            pace: float(self.rates[index]),
            "buffer": "unlimited" if buffer is None else buffer,
            **self.chance,
            **self.extra.get(index, {}),
        }

    def scenario(self, name: str, length: Length, **sections: Any) -> Scenario:
        """Return the line as a scenario."""
        return scenario(name, self.stages(), chain(self.stations), length, **sections)


def numbered(count: int) -> tuple[str, ...]:
    """Return the names of stations that have none of their own."""
    return tuple(f"machine_{number}" for number in range(1, count + 1))


def chain(names: Sequence[str]) -> list[Any]:
    """Return the `flow` of a line."""
    return [" -> ".join(names)]


def machine(rate: float, **fields: Any) -> Fields:
    """Return the fields of a machine."""
    return {"kind": "machine", "rate": float(rate), **fields}


def source(arrivals: float, **fields: Any) -> Fields:
    """Return the fields of a source."""
    return {"kind": "source", "arrivals": float(arrivals), **fields}


def scenario(
    name: str, stages: Fields, flow: list[Any], length: Length, **sections: Any
) -> Scenario:
    """Return a checked scenario that is run for a length.

    Parameters
    ----------
    name
        Of the case. It is the seed too: cases are independent of each other, but
        the variants of one case meet the same random numbers.
    stages, flow, sections
        As in a file.
    length
        Of the runs.
    """
    return Scenario.model_validate(
        {
            "format": 1,
            "name": name,
            "stages": stages,
            "flow": flow,
            "run": {
                "horizon": float(length.horizon),
                "warmup": float(length.warmup),
                "replications": length.replications,
                "seed": crc32(name.encode()),
                "confidence": 0.999,
            },
            **sections,
        }
    )


def items(count: float, rate: float, *, warm: float = 200) -> Length:
    """Return the length in which so many items are finished in all.

    Parameters
    ----------
    count
        Items over all replications.
    rate
        How many are finished per period.
    warm
        Items before each replication is measured.
    """
    return Length(_round(count / rate / REPLICATIONS), _round(warm / rate))


def _round(number: float) -> float:
    """Round to two figures: run lengths are read by people."""
    return float(f"{number:.1e}")
