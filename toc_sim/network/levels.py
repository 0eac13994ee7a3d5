"""Numbers that may change over time: what they are now, and on average."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from toc_sim.scenario.values import Profile


def level(value: float | Profile, time: float) -> float:
    """Return what a number or profile is at a time [periods]."""
    if not isinstance(value, Profile):
        return value
    points = value.profile
    if time >= points[-1][0]:
        return points[-1][1]
    if time < points[0][0]:
        return points[0][1]
    for (start, low), (end, high) in pairwise(points):
        if start <= time < end:
            return low + (high - low) * ((time - start) / (end - start))
    raise AssertionError(time)  # unreachable: the points cover the time


def average(value: float | Profile, horizon: float) -> float:
    """Return the mean of a number or profile over the window [0, horizon]."""
    if not isinstance(value, Profile):
        return value
    inner = [time for time, _ in value.profile if 0 < time < horizon]
    times = [0.0, *inner, horizon]
    area = 0.0
    for start, end in pairwise(times):
        if end > start:
            just_before = np.nextafter(end, start)
            area += (
                (level(value, start) + level(value, just_before)) / 2 * (end - start)
            )
    return float(area / horizon)


def is_a_chance(value: float | Profile) -> bool:
    """Return whether a share is neither 0 nor 1 at some time."""
    values = value.values if isinstance(value, Profile) else (value,)
    return any(0 < each < 1 for each in values) or len(set(values)) > 1


def scaled(value: float | Profile, factor: float) -> float | Profile:
    """Return a number or profile multiplied by a factor."""
    if isinstance(value, Profile):
        return Profile(profile=tuple((t, v * factor) for t, v in value.profile))
    return value * factor
