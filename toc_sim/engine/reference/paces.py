"""Paces that change over time, in the reference engine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import inf

from toc_sim.engine.rules.paces import Hours, Pace, never, working_hours
from toc_sim.scenario.fields.numbers import Profile

ALWAYS_OPEN: Sequence[float] = ()
"""The moments at which a place opens and closes that does neither."""


class ChangingPace:
    """The pace of one node in one run, where it changes over time (R3).

    Parameters
    ----------
    profile
        The pace [items/period]; or a time of one service [periods].
    timed
        Which of the two it is.
    horizon
        When the run ends [periods].

    Attributes
    ----------
    never
        When what does not end in the run is said to end [periods].
    """

    def __init__(self, profile: Profile, *, timed: bool, horizon: float) -> None:
        self.never = never(horizon)
        points = list(chain.from_iterable(profile.profile))
        count, every = len(profile.profile), profile.every or 0.0
        self._pace = Pace(points, 0, count, every, timed)

    def worked(
        self,
        now: float,
        work: float,
        most: float = inf,
        hours: Sequence[float] = ALWAYS_OPEN,
    ) -> tuple[float, float, float]:
        """Return when work ends or stops, after what time, and what is left of it.

        Parameters
        ----------
        now, work
            When it begins [periods], and how much there is, in services of mean length.
        most
            After what time of work it stops [periods]; it does after the run, too.
        hours
            When the place opens and closes in turn, if work goes on in open time only.
        """
        open_hours = Hours(hours, 0, len(hours))
        return working_hours(self._pace, open_hours, now, work, most, self.never)
