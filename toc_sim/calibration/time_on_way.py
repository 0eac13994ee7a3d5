"""How long cases were on the way from stage to stage, beside work and queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toc_sim.calibration.arrays import Numbered, Reals
from toc_sim.calibration.fitted_time import FittedTime, fitted_time, roughly
from toc_sim.calibration.journeys import FROM_OUTSIDE, Journeys
from toc_sim.calibration.step_shares import Step, Steps

_SHORT = 1e-3
"""A time on the way below this part of a period is none."""

EXPLAINED = 0.7
"""Where the queue that the scenario has of itself is at least this part of the wait
that was seen, it stands for all of it."""


@dataclass(frozen=True, slots=True)
class PassedStage:
    """What a scenario's stage does of itself to the time of a case.

    Attributes
    ----------
    tells_work
        Whether it is told when work on it began.
    leaves_wait
        Whether its wait is left to the queue of the scenario: it was at the end of its
        capacity.
    queue, passing
        The wait that the scenario is expected to have there, and that with the service
        [periods].
    wait
        The wait that was seen, before and between work; where no work is told, the
        whole stay; mean [periods].
    """

    tells_work: bool
    leaves_wait: bool
    queue: float
    passing: float
    wait: float

    @property
    def keeps_wait(self) -> bool:
        """Whether the wait that was seen goes into the time on the way.

        It does not where the scenario has it of itself, as its queue.
        """
        return not self.leaves_wait and self.queue < EXPLAINED * self.wait


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

    From the arrival at the stage before to that at the next, or to the end of the case:
    without the work, and without what the scenario's own queue brings. So the wait
    before a stage stands on the ways out of it, where it goes with what came of the
    case: those that are lost in the end may have waited longer. Work that overlaps
    counts below 0, so that the time in all comes out right.

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
    if step.source >= 0:
        mean -= _of_itself(stages[step.source])
    times = np.maximum(lengths, 0.0)
    if mean < _SHORT or not (times > 0).any():
        return TimeOnWay()
    return TimeOnWay(mean, fitted_time(times, weight))


def _lengths(journeys: Journeys, step: Step, stages: Sequence[PassedStage]) -> Reals:
    moves, stays, rows = journeys.moves, journeys.stays, step.rows
    reached = moves.reached[rows]
    if step.source == FROM_OUTSIDE:
        return reached - moves.came[rows]
    stage, stay = stages[step.source], moves.stay[rows]
    if not stage.tells_work:
        return reached - (moves.came if stage.keeps_wait else moves.left)[rows]
    worked = np.where(np.isfinite(stays.worked[stay]), stays.worked[stay], 0.0)
    begins = (moves.came[rows] if stage.keeps_wait else _began(journeys, stay)) + worked
    return reached - begins


def _began(journeys: Journeys, stay: Numbered) -> Reals:
    """Return when work on each stay began, or when it came where that is not told."""
    started, arrived = journeys.stays.started[stay], journeys.stays.arrived[stay]
    return np.where(np.isfinite(started), started, arrived)


def _of_itself(stage: PassedStage) -> float:
    """Return what the scenario's stage brings of a time that was seen [periods]."""
    if not stage.keeps_wait:
        return 0.0
    return stage.queue if stage.tells_work else stage.passing


LITTLE = 0.05
"""A way on which less of all time is spent has a shape in two numbers."""


def time_spent(
    steps: Steps, times: Mapping[tuple[int, int], TimeOnWay]
) -> dict[tuple[int, int], float]:
    """Return how long a case is on each way, on average of all cases [periods].

    Parameters
    ----------
    steps
        All ways.
    times
        Of each way, by the numbers of its nodes.
    """
    return {
        (step.source, step.target): times[step.source, step.target].mean
        * step.share
        * (1.0 if step.source == FROM_OUTSIDE else steps.visits[step.source])
        for step in steps.steps
    }


def plainer(
    steps: Steps, times: Mapping[tuple[int, int], TimeOnWay]
) -> dict[tuple[int, int], TimeOnWay]:
    """Return times of which those that matter little have a shape in two numbers.

    Parameters
    ----------
    steps
        All ways.
    times
        Of each way, by the numbers of its nodes.
    """
    weight = time_spent(steps, times)
    whole = sum(weight.values())
    found = {}
    for way, spent in weight.items():
        time = times[way]
        if time.seen is not None and spent < LITTLE * whole:
            time = replace(time, seen=roughly(time.seen))
        found[way] = time
    return found


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
    for first in steps.out_of(FROM_OUTSIDE):
        wait = times[FROM_OUTSIDE, first.target]
        if first.target < 0 or wait.mean == 0:
            continue
        moved[FROM_OUTSIDE, first.target] = TimeOnWay()
        part = wait.mean * first.share / steps.visits[first.target]
        for step in steps.out_of(first.target):
            ways = (step.source, step.target)
            old = moved[ways]
            moved[ways] = TimeOnWay(old.mean + part, old.seen or wait.seen)
    return moved
