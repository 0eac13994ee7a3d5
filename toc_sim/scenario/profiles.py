"""Arithmetic on numbers that may change over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from toc_sim.scenario.values import Profile


def pointwise(
    rule: Callable[[Sequence[float]], float], numbers: Sequence[float | Profile]
) -> float | Profile:
    """Return what a rule makes of numbers at each time.

    Between the points the result is linear: exact for sums, and at the points
    themselves for anything else. It repeats if all profiles repeat together.
    """
    times = sorted(
        {t for each in numbers if isinstance(each, Profile) for t in each.times}
    )
    if not times:
        return rule([each for each in numbers if not isinstance(each, Profile)])
    # Not checked here: what becomes of it is checked where it is put.
    points = tuple(_points(rule, numbers, times))
    seasons = seasons_of(numbers)
    every = seasons[0] if len(seasons) == 1 else None
    return Profile.model_construct(profile=points, every=every)


def seasons_of(numbers: Iterable[float | Profile]) -> tuple[float | None, ...]:
    """Return how often the profiles among some numbers repeat [periods]; None: never.

    What is made of profiles that do not repeat together is no profile.
    """
    found = (each.every for each in numbers if isinstance(each, Profile))
    return tuple(dict.fromkeys(found))


def values_of(number: float | Profile) -> tuple[float, ...]:
    """Return the values at the points: least and largest are among them."""
    return number.values if isinstance(number, Profile) else (number,)


def _points(
    rule: Callable[[Sequence[float]], float],
    numbers: Sequence[float | Profile],
    times: Sequence[float],
) -> Iterator[tuple[float, float]]:
    for time in times:
        before = rule([level_before(each, time) for each in numbers])
        after = rule([level(each, time) for each in numbers])
        if before != after:
            yield time, before
        yield time, after


def level(number: float | Profile, time: float) -> float:
    """Return what a number or profile is at a time [periods]."""
    return number.at(time) if isinstance(number, Profile) else number


def level_before(number: float | Profile, time: float) -> float:
    """Return what a number or profile is just before a time [periods]."""
    return number.before(time) if isinstance(number, Profile) else number
