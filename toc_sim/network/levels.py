"""Numbers that may change over time: on average, as a chance, multiplied."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import floor, fsum

from toc_sim.scenario.profiles import level, level_before, values_of
from toc_sim.scenario.values import Profile


def average(value: float | Profile, horizon: float) -> float:
    """Return the mean of a number or profile over the window [0, horizon]."""
    return area(value, 0.0, horizon) / horizon if isinstance(value, Profile) else value


def area(value: float | Profile, begin: float, end: float) -> float:
    """Return the integral of a number or profile over [begin, end]."""
    if not isinstance(value, Profile):
        return value * (end - begin)
    every = value.every
    if every is None or end - begin < every:
        return _area(value, begin, end)
    seasons = floor((end - begin) / every)
    return seasons * _area(value, 0.0, every) + _area(
        value, begin, end - seasons * every
    )


def _area(value: Profile, begin: float, end: float) -> float:
    """Return the integral over less than a season, or over one that begins at 0."""
    inner = sorted({time for time in _corners(value, begin) if begin < time < end})
    return fsum(
        (level(value, start) + level_before(value, until)) / 2 * (until - start)
        for start, until in pairwise([begin, *inner, end])
    )


def _corners(value: Profile, begin: float) -> Iterator[float]:
    """Yield the times of all points that may lie within a season after a time."""
    yield from value.times
    if value.every is not None:
        first = floor(begin / value.every)
        for season in (first, first + 1):
            yield from (season * value.every + time for time in value.times)


def is_a_chance(value: float | Profile) -> bool:
    """Return whether a share is neither 0 nor 1 at some time."""
    values = values_of(value)
    return any(0 < each < 1 for each in values) or len(set(values)) > 1


def scaled(value: float | Profile, factor: float) -> float | Profile:
    """Return a number or profile multiplied by a factor."""
    if isinstance(value, Profile):
        points = tuple((time, each * factor) for time, each in value.profile)
        return Profile(profile=points, every=value.every)
    return value * factor
