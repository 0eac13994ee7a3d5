"""What tools do to parameters, alone and together, at once or little by little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

from toc_sim.errors import Problem
from toc_sim.scenario.fields.numbers import (
    LARGEST,
    Level,
    Profile,
    alone,
    level,
    level_before,
    pointwise,
    seasons_of,
)
from toc_sim.scenario.fields.sections import Effect, Tool
from toc_sim.scenario.parameters.paths import (
    Target,
    entry_at,
    may_change,
    normal,
    target_of,
    value_of,
)
from toc_sim.scenario.parts import Parts

CURVE_STEPS = 16
"""Straight pieces for a curve, where two numbers change at one time: it is missed by
0.05 % of the product of both changes at most."""


@dataclass(frozen=True, slots=True)
class Acting:
    """An effect of a tool, and how much of it there is at each time.

    Attributes
    ----------
    effect
        The full effect.
    progress
        0 before it begins, 1 when it is full [1].
    """

    effect: Effect
    progress: Level = 1.0


def progress_of(tool: Tool, bought: float = 0.0) -> Level:
    """Return how much of a tool's effect there is at each time [1].

    None before its lead time has passed, then more and more over its ramp. A tool
    without either that is there from the beginning has worked all along, in the
    warm-up too.

    Parameters
    ----------
    tool
        With its `lead_time` and `ramp`.
    bought
        When it is bought [periods].
    """
    begin = min(bought + tool.lead_time, LARGEST)
    if not (bought or tool.lead_time or tool.ramp):
        return 1.0
    return Profile(profile=((begin, 0.0), (min(begin + tool.ramp, LARGEST), 1.0)))


def effects_of(
    tools: Iterable[Tool], progress: Iterable[Level] | None = None
) -> dict[str, tuple[Acting, ...]]:
    """Return all effects of some tools on each parameter, by its path.

    Parameters
    ----------
    tools
        In any order.
    progress
        How much of its effect each of them has; by default all of it.
    """
    tools = tuple(tools)
    found: dict[str, tuple[Acting, ...]] = {}
    for tool, level_of_it in zip(tools, progress or [1.0] * len(tools), strict=True):
        for path, effect in tool.effects.items():
            key = normal(path)
            found[key] = (*found.get(key, ()), Acting(effect, level_of_it))
    return found


def after_effects(
    effects: Mapping[str, Sequence[Acting]], parts: Parts
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return the values of parameters after the effects of tools on each.

    First what is set, then all factors, then all differences: the order of the tools
    does not matter. What cannot be applied is returned as problems; their paths begin
    with the parameter's.

    Parameters
    ----------
    effects
        All effects on a parameter, by its path.
    parts
        The scenario that they work on.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for path, each in _by_product(effects, parts).items():
        target = target_of(path, parts)
        if isinstance(target, Problem):
            problems.append(target)
            continue
        entry = entry_at(target, parts)
        if entry is None:
            continue
        value = _after(path, value_of(target, parts), each)
        growing = any(one.progress != 1.0 for one in each)
        changes = growing or isinstance(value, Profile)
        if changes and not may_change(entry, target):
            problems.append(_for_good(path, growing=growing))
        elif isinstance(value, Problem):
            problems.append(value)
        else:
            values[path] = dict(value) if isinstance(value, Profile) else value
    return values, tuple(problems)


def _by_product(
    effects: Mapping[str, Sequence[Acting]], parts: Parts
) -> dict[str, tuple[Acting, ...]]:
    """Return the effects on what is said of each product, where it is said so."""
    found: dict[str, tuple[Acting, ...]] = {}
    for path, each in effects.items():
        target = target_of(path, parts)
        keys = [path]
        if isinstance(target, Target) and target.may_be_by_product:
            value = value_of(target, parts)
            if isinstance(value, Mapping):
                keys = [f"{path}.{product}" for product in value]
        for key in keys:
            found[key] = (*found.get(key, ()), *each)
    return found


def _after(path: str, old: Any, effects: Sequence[Acting]) -> Level | Problem:
    """Return a value after all that works on it, or why nothing can."""
    sets = [each for each in effects if each.effect.set is not None]
    is_number = isinstance(old, float | int | Profile) and not isinstance(old, bool)
    if not is_number and not any(each.progress == 1.0 for each in sets):
        return _no_number(path, old, is_set=bool(sets))
    if len(seasons_of(_levels_in(old, effects))) > 1:
        what = "repeats with the seasons, and cannot also change in another rhythm"
        hint = "leave out 'lead_time' and 'ramp', or repeat both 'every' so often"
        return Problem((path,), what, hint=hint)
    start = old
    if sets:  # of tools that set the same, the one that is furthest counts
        progress = _curved(max, [each.progress for each in sets])
        start = _blended(old, alone(sets[-1].effect.set), progress)
    factors, differences = (
        [
            _blended(nothing, full, each.progress)
            for each in effects
            if (full := getattr(each.effect, verb)) is not None
        ]
        for verb, nothing in (("scale", 1.0), ("add", 0.0))
    )
    product = _curved(prod, [start, *factors]) if factors else start
    return pointwise(sum, [product, *differences]) if differences else product


def _levels_in(old: Any, effects: Sequence[Acting]) -> Iterator[Level]:
    """Yield all numbers that a value is made of."""
    for each in effects:
        yield each.progress
        said = (each.effect.set, each.effect.scale, each.effect.add)
        yield from (number for number in said if number is not None)
    if any(each.effect.set is None or each.progress != 1.0 for each in effects):
        yield old


def _blended(start: Level, full: Level, progress: Level) -> Level:
    """Return what is between nothing of an effect and all of it."""
    if progress == 1.0:
        return full

    def rule(numbers: Sequence[float]) -> float:
        low, high, part = numbers
        return high if part == 1 else low + (high - low) * part

    return _curved(rule, [start, full, progress])


def _curved(
    rule: Callable[[Sequence[float]], float], numbers: Sequence[Level]
) -> Level:
    """Return what a rule makes of numbers at each time, in many straight pieces.

    Where several of them change at one time, the result is no straight line.
    """
    profiles = [each for each in numbers if isinstance(each, Profile)]
    times = sorted({time for each in profiles for time in each.times})
    extra = [
        start + (end - start) * step / CURVE_STEPS
        for start, end in pairwise(times)
        if sum(level(one, start) != level_before(one, end) for one in profiles) > 1
        for step in range(1, CURVE_STEPS)
    ]
    if not extra:
        return pointwise(rule, numbers)
    points = tuple((time, 0.0) for time in sorted(extra))
    finer = Profile(profile=points, every=profiles[0].every)
    return pointwise(lambda each: rule(each[:-1]), [*numbers, finer])


def _for_good(path: str, *, growing: bool) -> Problem:
    """Return the problem of a parameter that has one value for the whole run."""
    hint = "leave out 'lead_time' and 'ramp'" if growing else "give it one number"
    if growing and path.endswith(".servers"):
        instead = "a 'time'" if path.startswith("resources.") else "the 'rate'"
        hint += f", or change {instead} instead"
    return Problem((path,), "cannot change during a run", hint=hint)


def _no_number(path: str, old: Any, *, is_set: bool) -> Problem:
    """Return the problem of a parameter that has no number for effects to work on."""
    if old is not None:
        return Problem((path,), "only a number can be scaled or added to", str(old))
    what = "nothing is said of it, so there is nothing to scale or add to"
    hint = "use 'set'"
    if is_set:
        change = "it cannot change to its new value during a run"
        what = f"nothing is said of it, so {change}"
        hint = "say in the file what it is before, or leave out 'lead_time' and 'ramp'"
    return Problem((path,), what, hint=hint)
