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
    repeated,
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


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Who of several brings most when lifted.

    Attributes
    ----------
    names
        All of them, who brings most first; who was not tried stands last.
    is_told
        Whether the first surely brings more than all others.
    lifts
        What each brought that was tried, likewise ordered.
    """

    names: tuple[str, ...]
    is_told: bool
    lifts: tuple[Lift, ...]


def rivalry(runs: Runs, names: Sequence[str], experiment: Experiment) -> Rivalry:
    """Lift each of some owners until it is known who brings most.

    Parameters
    ----------
    runs
        All replications as they are.
    names
        Owners whose shares are not told apart, the largest first.
    experiment
        Runs the changed networks.

    Returns
    -------
    Who brings most, and whether that is sure. With one replication nothing is.
    """
    asked = len(runs.results)
    if asked < 2:  # noqa: PLR2004 - one run has no spread
        return Rivalry(tuple(names), is_told=False, lifts=())
    tried_at_once = 1 + min(len(names), MOST_RIVALS)
    each = services(runs.network) * asked * tried_at_once
    most = asked * int(min(MOST_OF_SHORT_RUNS, max(MORE_RUNS, SHORT_SERVICES // each)))
    base = repeated(runs.network, most)
    step = step_for(runs, LIFTED)
    left = list(names[:MOST_RIVALS])
    tried = tuple(left)
    gained: dict[str, NDArray[np.float64]] = {}
    for numbers in doubling(most):
        changed = [base.lifted(name, 1 + step) for name in left]
        before, *after = (
            np.array([result.throughput for result in results])
            for results in experiment([base, *changed], runs.warmup, numbers)
        )
        for name, throughputs in zip(left, after, strict=True):
            these = throughputs - before
            gained[name] = np.concatenate((gained.get(name, np.empty(0)), these))
        left = _still_first(runs, left, gained)
        if len(left) == 1:
            break
    scale = step * float(np.mean([result.throughput for result in runs.results]))
    first = sorted(left, key=lambda name: -gained[name].mean())
    beaten = [name for name in tried if name not in left]
    beaten.sort(key=lambda name: -gained[name].mean())
    ordered = (*first, *beaten)
    return Rivalry(
        (*ordered, *names[MOST_RIVALS:]),
        is_told=len(left) == 1 and len(names) <= MOST_RIVALS,
        lifts=tuple(
            Lift((name,), over(runs.network, gained[name] / scale), step)
            for name in ordered
        ),
    )


def _still_first(
    runs: Runs, names: Sequence[str], gained: dict[str, NDArray[np.float64]]
) -> list[str]:
    """Return those who may still bring more than whoever has brought most."""
    top = max(names, key=lambda name: float(gained[name].mean()))
    confidence = simultaneous(runs.network.scenario.run.confidence, len(names))
    return [
        name
        for name in names
        if name == top or interval(gained[top] - gained[name], confidence).low <= 0
    ]
