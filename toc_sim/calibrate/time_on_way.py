"""How long cases were on the way from stage to stage, beside work and queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibrate.fitted_time import FittedTime, fitted_time
from toc_sim.calibrate.journeys import SOURCE, Journeys
from toc_sim.calibrate.step_shares import Step, Steps

Floats = NDArray[np.float64]

SHORT = 1e-3
"""A time on the way below this part of a period is none."""

EXPLAINED = 0.75
"""Where the queue that the scenario has of itself is at least this part of the wait
that was seen, it stands for all of it."""


@dataclass(frozen=True, slots=True)
class PassedStage:
    """What a scenario's stage does of itself to the time of a case.

    Attributes
    ----------
    tells_work
        Whether it is told when work on it began.
    saturated
        Whether its wait is left to the queue of the scenario.
    queue, passing
        The wait that the scenario is expected to have there, and that with the service
        [periods].
    wait
        The wait before and between work that was seen, mean [periods].
    """

    tells_work: bool
    saturated: bool
    queue: float
    passing: float
    wait: float

    @property
    def keeps_wait(self) -> bool:
        """Whether the wait that was seen goes into the time on the way."""
        return not self.saturated and self.queue < EXPLAINED * self.wait


@dataclass(frozen=True, slots=True)
class TimeOnWay:
    """The time that a way takes in the scenario.

    Attributes
    ----------
    mean
        What the file has [periods]; 0: none.
    seen
        Of the times that were seen, before what the stages do of themselves was taken
        off: mean and shape [periods]; None: none.
    """

    mean: float = 0.0
    seen: FittedTime | None = None


def time_on_way(
    journeys: Journeys, step: Step, stages: Sequence[PassedStage], days: float
) -> TimeOnWay:
    """Return how long a way takes.

    From the end of the stay before to the beginning of the next work, and the rest
    within it; without what the scenario's own queue brings. Work that overlaps counts
    below 0, so that the time in all comes out right.

    Parameters
    ----------
    journeys
        Of all cases.
    step
        The way.
    stages
        By node.
    days
        How long a period is [days].
    """
    lengths = _lengths(journeys, step, stages) / days
    told = np.isfinite(lengths) & (step.weight > 0)
    if not told.any():
        return TimeOnWay()
    lengths, weight = lengths[told], step.weight[told]
    mean = float(weight @ lengths / weight.sum())
    if step.target >= 0 and stages[step.target].keeps_wait:
        mean -= stages[step.target].queue
    if step.source >= 0 and not stages[step.source].tells_work:
        mean -= stages[step.source].passing
    times = np.maximum(lengths, 0.0)
    if mean < SHORT or not (times > 0).any():
        return TimeOnWay()
    return TimeOnWay(mean, fitted_time(times, weight))


def _lengths(journeys: Journeys, step: Step, stages: Sequence[PassedStage]) -> Floats:
    moves, stays, rows = journeys.moves, journeys.stays, step.rows
    own_stay = step.source >= 0 and _brings_its_stay(stages[step.source])
    from_arrival = step.source == SOURCE or own_stay
    begins = moves.came[rows] if from_arrival else moves.left[rows]
    lengths: Floats = moves.reached[rows] - begins
    if step.target < 0 or not stages[step.target].tells_work:
        return lengths
    following = moves.next_stay[rows]
    if stages[step.target].keeps_wait:
        lengths += stays.started[following] - stays.arrived[following]
    return lengths + np.nan_to_num(rest_within(journeys)[following])


def _brings_its_stay(stage: PassedStage) -> bool:
    """Return whether the stay at a stage, of which no work is told, is time away."""
    return not stage.tells_work and not stage.saturated


def rest_within(journeys: Journeys) -> Floats:
    """Return of each stay the time between its pieces of work [days]."""
    stays = journeys.stays
    rest: Floats = stays.finished - stays.started - stays.worked
    return rest


def moved_behind(
    steps: Steps, times: dict[tuple[int, int], TimeOnWay]
) -> dict[tuple[int, int], TimeOnWay]:
    """Return times on the ways with those out of the source behind the first stage.

    In a scenario a case is not inside before it arrives at its first stage: so that its
    time inside is right, what it waits for there is put on the ways out of it.

    Parameters
    ----------
    steps
        All ways.
    times
        Of each way, by the numbers of its nodes.
    """
    moved = dict(times)
    for first in steps.out_of(SOURCE):
        wait = times[SOURCE, first.target]
        if first.target < 0 or wait.mean == 0:
            continue
        moved[SOURCE, first.target] = TimeOnWay()
        part = wait.mean * first.share / steps.visits[first.target]
        for step in steps.out_of(first.target):
            ways = (step.source, step.target)
            old = moved[ways]
            moved[ways] = TimeOnWay(old.mean + part, old.seen or wait.seen)
    return moved
