"""Rivals for the constraint: who brings most is seen by lifting each of them.

Where shares cannot tell who is first, those who may be are lifted by as much as a
purchase would lift them, on common random numbers: first in the runs that there are,
then in more of them, until one is surely before all others or enough was tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import interval, over, simultaneous
from toc_sim.constraint.sensitivity import (
    MORE_RUNS,
    Experiment,
    Lift,
    doubling,
    lifted,
    step_for,
)
from toc_sim.engine.simulate import Runs, services

LIFTED = 0.1
"""How much faster each is made [1]."""

MOST_OF_SHORT_RUNS = 16
"""Runs for each that the scenario asks for where they are short, at most."""

SHORT_SERVICES = 2_000_000
"""Services that may be simulated to tell rivals, where runs are that short."""

MOST_RIVALS = 4
"""Rivals that are tried, at most: those with the largest shares."""


Group = tuple[str, ...]
"""Owners that are lifted together: as a rule one, or the products of a node."""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Who of several brings most when lifted.

    Attributes
    ----------
    groups
        All of them, who brings most first; who was not tried stands last.
    is_told
        Whether the first surely brings more than all others.
    lifts
        What each brought that was tried, likewise ordered.
    """

    groups: tuple[Group, ...]
    is_told: bool
    lifts: tuple[Lift, ...]


def rivalry(runs: Runs, groups: Sequence[Group], experiment: Experiment) -> Rivalry:
    """Lift each of some owners until it is known who brings most.

    Parameters
    ----------
    runs
        All replications as they are.
    groups
        Owners whose shares are not told apart, the largest first; those of a group are
        lifted together.
    experiment
        Runs the changed networks.

    Returns
    -------
    Who brings most, and whether that is sure. With one replication nothing is.
    """
    asked = len(runs.results)
    if asked < 2:  # noqa: PLR2004 - one run has no spread
        return Rivalry(tuple(groups), is_told=False, lifts=())
    tried_at_once = 1 + min(len(groups), MOST_RIVALS)
    each = services(runs.network) * asked * tried_at_once
    most = asked * int(min(MOST_OF_SHORT_RUNS, max(MORE_RUNS, SHORT_SERVICES // each)))
    base = runs.network.asked(replications=most)
    step = step_for(runs, LIFTED)
    left = list(groups[:MOST_RIVALS])
    tried = tuple(left)
    gained: dict[Group, NDArray[np.float64]] = {}
    for numbers in doubling(most):
        changed = [lifted(base, group, 1 + step) for group in left]
        before, *after = (
            np.array([result.throughput for result in results])
            for results in experiment([base, *changed], runs.warmup, numbers)
        )
        for group, throughputs in zip(left, after, strict=True):
            these = throughputs - before
            gained[group] = np.concatenate((gained.get(group, np.empty(0)), these))
        left = _still_first(runs, left, gained)
        if len(left) == 1:
            break
    scale = step * float(np.mean([result.throughput for result in runs.results]))
    first = sorted(left, key=lambda group: -gained[group].mean())
    beaten = [group for group in tried if group not in left]
    beaten.sort(key=lambda group: -gained[group].mean())
    ordered = (*first, *beaten)
    return Rivalry(
        (*ordered, *groups[MOST_RIVALS:]),
        is_told=len(left) == 1 and len(groups) <= MOST_RIVALS,
        lifts=tuple(
            Lift(group, over(runs.network, gained[group] / scale), step)
            for group in ordered
        ),
    )


def _still_first(
    runs: Runs, groups: Sequence[Group], gained: dict[Group, NDArray[np.float64]]
) -> list[Group]:
    """Return those who may still bring more than whoever has brought most."""
    top = max(groups, key=lambda group: float(gained[group].mean()))
    confidence = simultaneous(runs.network.scenario.run.confidence, len(groups))
    return [
        group
        for group in groups
        if group == top or interval(gained[top] - gained[group], confidence).low <= 0
    ]
