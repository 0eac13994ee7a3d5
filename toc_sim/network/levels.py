"""Numbers that may change over time: on average, as a chance, multiplied."""

from __future__ import annotations

from itertools import pairwise
from math import fsum

from toc_sim.scenario.profiles import level, level_before, values_of
from toc_sim.scenario.values import Profile


def average(value: float | Profile, horizon: float) -> float:
    """Return the mean of a number or profile over the window [0, horizon]."""
    if not isinstance(value, Profile):
        return value
    inner = [time for time, _ in value.profile if 0 < time < horizon]
    times = [0.0, *inner, horizon]
    area = fsum(
        (level(value, start) + level_before(value, end)) / 2 * (end - start)
        for start, end in pairwise(times)
    )
    return area / horizon


def is_a_chance(value: float | Profile) -> bool:
    """Return whether a share is neither 0 nor 1 at some time."""
    values = values_of(value)
    return any(0 < each < 1 for each in values) or len(set(values)) > 1


def scaled(value: float | Profile, factor: float) -> float | Profile:
    """Return a number or profile multiplied by a factor."""
    if isinstance(value, Profile):
        return Profile(profile=tuple((t, v * factor) for t, v in value.profile))
    return value * factor
