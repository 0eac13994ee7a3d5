"""What happens when by plan, in both engines: rounds, customers at the start, hours.

Opening hours are moments [periods], in turn of opening and closing, the first and the
last an opening, in a piece of an array from `first` to before `last`; what works with
them runs in plain Python or compiled, to the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import NetNode, NetRounds
from toc_sim.scenario.fields.numbers import Profile, level
from toc_sim.streams import Purpose, generator

NEARLY = 1e-6
"""What a number of items may miss a whole one by: samples are drawn over their mean."""


def first_round(rounds: NetRounds, start: float) -> int:
    """Return the number of the first round after a moment [periods].

    Parameters
    ----------
    rounds
        When the first one is, and how often one follows [periods].
    start
        From the beginning of the run [periods]; a round at this very moment is over.

    Returns
    -------
    Its number; the first round of all is 0.
    """
    number = floor((start - rounds.first) / rounds.every)
    while rounds.first + number * rounds.every <= start:
        number += 1
    return number


def whole_items(drawn: float) -> tuple[int, float]:
    """Return how many whole items can be moved, and what is left for the next round."""
    most = floor(drawn + NEARLY)
    return most, drawn - most


def returns(
    market: NetNode, way: int, seed: int, replication: int, *, start: float
) -> NDArray[np.float64]:
    """Return when the customers of a way come back who bought before the start (R54).

    Parameters
    ----------
    market
        Where they bought.
    way
        The number of the way among those out of the market.
    seed, replication
        Which chance they meet.
    start
        When the clock begins [periods].

    Returns
    -------
    The moments, in their order; shape (customers who come back,) [periods].
    """
    link = market.links[way]
    count, share = link.customers, link.share
    numbers = np.arange(count, dtype=np.float64)
    moments = start + (numbers + 0.5) * (link.delay / max(1, count))
    if not isinstance(share, Profile) and share in {0.0, 1.0}:
        return moments if share else moments[:0]
    chance = generator(seed, replication, market.stream, Purpose.CUSTOMERS, way)
    shares = (
        [level(share, bought) for bought in (moments - link.delay).tolist()]
        if isinstance(share, Profile)
        else share
    )
    return moments[chance.random(count) < np.array(shares)]


Moments = Sequence[float] | NDArray[np.float64]


def next_change(hours: Moments, first: int, last: int, now: float) -> int:
    """Return the first moment after a time; a closing if it is open at that time."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if now < hours[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def end_of_work(
    hours: Moments, first: int, last: int, now: float, work: float
) -> float:
    """Return when work ends that begins at a time and goes on in open time only.

    Parameters
    ----------
    hours, first, last
        The opening hours.
    now
        When it begins, or waits to begin [periods].
    work
        How long it takes [periods].
    """
    low, high = first, last  # `next_change`, written out: this runs for every service
    while low < high:
        middle = (low + high) // 2
        if now < hours[middle]:
            high = middle
        else:
            low = middle + 1
    if (low - first) % 2 == 0:
        now = hours[low]
        low += 1
    while low < last and work > hours[low] - now:
        work -= hours[low] - now
        now = hours[low + 1]
        low += 2
    return now + work


def open_time(hours: Moments, first: int, last: int, begin: float, end: float) -> float:
    """Return the open time from one moment to a later one [periods], else 0."""
    time = 0.0
    for number in range(first, last, 2):
        if hours[number] >= end:
            break
        until = hours[number + 1] if number + 1 < last else end
        if until > begin:
            time += min(until, end) - max(hours[number], begin)
    return time
