"""What tools do to parameters, alone and together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from toc_sim.errors import Problem
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.paths import entry_at, normal, target_of, value_of
from toc_sim.scenario.profiles import pointwise
from toc_sim.scenario.sections import Effect, Tool
from toc_sim.scenario.values import Profile


def effects_of(tools: Iterable[Tool]) -> dict[str, tuple[Effect, ...]]:
    """Return all effects of some tools on each parameter, by its path."""
    found: dict[str, tuple[Effect, ...]] = {}
    for tool in tools:
        for path, effect in tool.effects.items():
            key = normal(path)
            found[key] = (*found.get(key, ()), effect)
    return found


def after_effects(
    effects: Mapping[str, Sequence[Effect]], parts: Parts
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return the values of parameters after the full effect of tools on each.

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
    for path, each in effects.items():
        target = target_of(path, parts)
        if isinstance(target, Problem):
            problems.append(target)
        elif entry_at(target, parts) is not None:
            sets = [effect.set for effect in each if effect.set is not None]
            old = sets[-1] if sets else value_of(target, parts)
            if isinstance(old, bool) or not isinstance(old, float | int | Profile):
                problems.append(_no_number(path, old))
            else:
                values[path] = _after(old, each)
    return values, tuple(problems)


def _after(old: float | Profile, effects: Sequence[Effect]) -> Any:
    factors = [effect.scale for effect in effects if effect.scale is not None]
    differences = [effect.add for effect in effects if effect.add is not None]

    def rule(numbers: Sequence[float]) -> float:
        value = numbers[0]
        for factor in numbers[1 : 1 + len(factors)]:
            value *= factor
        return value + sum(numbers[1 + len(factors) :])

    value = pointwise(rule, [old, *factors, *differences])
    if isinstance(value, Profile):
        return {"profile": [list(point) for point in value.profile]}
    return value


def _no_number(path: str, old: Any) -> Problem:
    if old is None:
        return Problem(
            (path,),
            "nothing is said of it, so there is nothing to scale or add to",
            hint="use 'set'",
        )
    return Problem((path,), "only a number can be scaled or added to", str(old))
