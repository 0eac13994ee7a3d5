"""Paces that change over time, in the compiled engine."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.shifts import first_moment, last_moment
from toc_sim.engine.compiled.state import State, node_at, node_real_at
from toc_sim.engine.rules import paces, timetable
from toc_sim.engine.rules.paces import Hours, Pace

Rule = TypeVar("Rule", bound=Callable[..., Any])


def _calling(rule: Rule, *others: Callable[..., Any]) -> Rule:
    """Compile a rule that calls other ones, which are compiled already."""
    plain = cast("FunctionType", rule)
    names = {each.__name__: each for each in others}
    linked = FunctionType(plain.__code__, {**plain.__globals__, **names})
    return compiled(cast("Rule", linked))


load_of = compiled(paces.load_of)
never = compiled(paces.never)
_within = compiled(paces.within)
_points_by = compiled(paces.points_by)
_straight = compiled(paces.straight)
_working_time = _calling(
    paces.working_time,
    _within,
    _points_by,
    _straight,
    compiled(paces.brought),
    compiled(paces.time_for),
    compiled(paces.seasons_before),
)
_working_hours = _calling(
    paces.working_hours, compiled(timetable.next_change), _working_time
)


@inlined
def _profile(s: State, profile: int, timed: bool) -> Pace:  # noqa: FBT001 - numba knows no options
    """Return what stands in the tables about a number that changes."""
    w = s.w
    first, last = w[w[c.PROFILE_AT] + profile], w[w[c.PROFILE_AT] + profile + 1]
    every = s.r[w[c.SEASON_AT] + profile]
    return Pace(s.r, w[c.POINT_AT] + 2 * first, last - first, every, timed)


@compiled
def level(s: State, profile: int, now: float) -> float:
    """Return what a profile is at a time [periods]; at a jump, the later (R3)."""
    pace = _profile(s, profile, False)  # noqa: FBT003 - likewise
    time = _within(now, pace.every)
    return float(_straight(pace, time, _points_by(pace, time))[0])


@inlined
def changes(s: State, node: int) -> bool:
    """Return whether the pace of a node changes over time."""
    return bool(s.w[node_at(node) + c.PACE_PROFILE] != c.NONE)


@inlined
def pace_at(s: State, node: int, now: float) -> float:
    """Return the pace of a node at a time (R3)."""
    if changes(s, node):
        return level(s, s.w[node_at(node) + c.PACE_PROFILE], now)
    return float(s.r[node_real_at(node) + c.PACE])


@compiled
def worked(
    s: State,
    node: int,
    now: float,
    work: float,
    most: float,
    pauses: bool,  # noqa: FBT001 - likewise
) -> tuple[float, float, float]:
    """Return when work ends or stops at a changing pace, after what time, what is left.

    Parameters
    ----------
    now, work
        When it begins [periods], and how much there is, in services of mean length.
    most
        After what time of work it stops [periods]; it does after the run, too.
    pauses
        Whether it goes on in open time only.
    """
    first = last = 0
    if pauses:
        first, last = first_moment(s, node), last_moment(s, node)
    until = never(s.r[c.WINDOW_END])
    pace, open_hours = _pace_of(s, node), Hours(s.r, first, last)
    return _working_hours(pace, open_hours, now, work, most, until)


@inlined
def _pace_of(s: State, node: int) -> Pace:
    """Return the pace of a node, where it changes."""
    timed = s.w[node_at(node) + c.TIMED] != 0
    return _profile(s, s.w[node_at(node) + c.PACE_PROFILE], timed)
