"""Closed queues in product form: how so many items spread over the stations.

Buzen's convolution (1973), in logarithms so that nothing overflows, and Reiser &
Lavenberg's mean value analysis (1980) where it is stable.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import inf

import numpy as np

from toc_sim.capacity.exact.routes import Vector


@dataclass(frozen=True, slots=True)
class ClosedStation:
    """A station of a closed network.

    Attributes
    ----------
    demand
        Visits times mean time of a service, or of a delay [periods].
    servers
        How many there are; None: one for everybody, as on a way with a delay.
    """

    demand: float
    servers: int | None


@dataclass(frozen=True, slots=True)
class Spread:
    """A closed network with each number of items from 0 on.

    Attributes
    ----------
    rounds
        Rounds of the network per period, by the number of items inside.
    inside
        Stations by the number of items inside: how many of them are there.
    """

    rounds: Vector
    inside: tuple[Vector, ...]


def spread(stations: tuple[ClosedStation, ...], items: int) -> Spread:
    """Return how fast a closed network turns, and where its items are.

    Parameters
    ----------
    stations
        All that items can be at.
    items
        The most of them.
    """
    factors = [_log_factors(station, items) for station in stations]
    before = [_nobody(items), *accumulate(factors, _convolved)]
    after = [_nobody(items), *accumulate(reversed(factors), _convolved)]
    whole = before[-1]
    rounds = np.concatenate([[0.0], np.exp(whole[:-1] - whole[1:])])
    inside = []
    for place, station in enumerate(stations):
        if station.servers is None:
            inside.append(rounds * station.demand)
        elif station.servers == 1:
            inside.append(_before_one_server(station.demand, rounds))
        else:
            rest = _convolved(before[place], after[len(stations) - 1 - place])
            inside.append(_before_several(factors[place], rest, whole))
    return Spread(rounds, tuple(inside))


def _log_factors(station: ClosedStation, items: int) -> Vector:
    """Return the logarithm of a station's factor in the product, by items there."""
    if not station.demand:
        return np.concatenate([[0.0], np.full(items, -inf)])
    there = np.arange(1, items + 1)
    working = there if station.servers is None else np.minimum(there, station.servers)
    steps = np.log(station.demand / working)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _nobody(items: int) -> Vector:
    """Return the factors of no station at all."""
    return np.concatenate([[0.0], np.full(items, -inf)])


def _convolved(one: Vector, other: Vector) -> Vector:
    """Return the logarithm of the convolution of two series given by theirs."""
    places = np.arange(len(one))
    left = places[:, None] - places
    terms = one + np.where(left < 0, -inf, other[left])
    largest = terms.max(axis=1)
    base = np.where(np.isinf(largest), 0.0, largest)
    with np.errstate(divide="ignore"):
        logarithms: Vector = np.log(np.exp(terms - base[:, None]).sum(axis=1)) + base
    return logarithms


def _before_one_server(demand: float, rounds: Vector) -> Vector:
    """Return how many are at a station, by all: an arrival meets one item less."""
    found = np.zeros(len(rounds))
    for items in range(1, len(rounds)):
        found[items] = rounds[items] * demand * (1 + found[items - 1])
    return found


def _before_several(own: Vector, rest: Vector, whole: Vector) -> Vector:
    """Return how many are at a station, by all, from how likely each number is."""
    with np.errstate(divide="ignore"):
        counted = own + np.log(np.arange(len(own)))
    found: Vector = np.exp(_convolved(counted, rest) - whole)
    return found
