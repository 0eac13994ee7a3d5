"""How the items that leave a node divide among its ways."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from toc_sim.scenario.flow import Way
from toc_sim.scenario.profiles import pointwise, values_of
from toc_sim.scenario.values import Profile

ROUNDING = 1e-9
"""What shares typed by hand, like three times 0.333333333, may miss 1 by."""


def left_over(ways: Iterable[Way]) -> float | Profile:
    """Return the share that the labelled ways leave; negative where they exceed 1."""
    said = [way.share for way in ways if way.share is not None]
    return pointwise(lambda shares: 1.0 - fsum(shares), said)


def share_of(way: Way, ways: Iterable[Way]) -> float | Profile:
    """Return the share that takes a way.

    Parameters
    ----------
    way
        One of the ways out of a node.
    ways
        All of them.
    """
    if way.share is not None:
        return way.share
    ways = tuple(ways)
    unsaid = sum(each.share is None for each in ways)
    rest = left_over(ways)
    return pointwise(lambda left: max(0.0, left[0]) / unsaid, [rest])


def ever_taken(ways: Iterable[Way], *, free: bool) -> tuple[Way, ...]:
    """Return the ways out of a node that have a chance at some time."""
    ways = tuple(ways)
    if free:
        return ways
    rest = max(values_of(left_over(ways))) > ROUNDING
    return tuple(
        way
        for way in ways
        if (rest if way.share is None else max(values_of(way.share)) > 0)
    )


def always_sum_to_one(ways: Iterable[Way], *, free: bool) -> bool:
    """Return whether every item finds a way, at all times."""
    ways = tuple(ways)
    if free or any(way.share is None for way in ways):
        return bool(ways)
    return max(values_of(left_over(ways))) <= ROUNDING
