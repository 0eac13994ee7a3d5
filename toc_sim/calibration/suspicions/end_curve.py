"""How many cases of an age are over: also where many were not followed to their end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toc_sim.records.visits import Days


@dataclass(frozen=True, slots=True)
class EndCurve:
    """The share of cases that are still open at an age, by product limit.

    Attributes
    ----------
    ages
        At which cases ended, rising [days].
    still_open
        The share that is open after each [1].
    """

    ages: Days
    still_open: Days

    def open_after(self, ages: Days) -> Days:
        """Return the share that is still open at each age [1].

        Parameters
        ----------
        ages
            [days].
        """
        steps = np.concatenate(([1.0], self.still_open))
        return steps[np.searchsorted(self.ages, ages, side="right")]


def end_curve(begun: Days, over: Days, until: float) -> EndCurve:
    """Return the curve of cases that were followed until a moment.

    Parameters
    ----------
    begun, over
        Of each case [days]; nan: it was open when the records ended.
    until
        When they ended [days].

    References
    ----------
    Kaplan & Meier 1958, *Nonparametric estimation from incomplete observations*, JASA
    53.
    """
    ended = np.isfinite(over)
    ages = np.clip(np.where(ended, over, until) - begun, 0.0, None)
    order = np.argsort(ages, kind="stable")
    ages, ended = ages[order], ended[order]
    at, first, ends = np.unique(ages, return_index=True, return_inverse=True)
    deaths = np.bincount(ends, weights=ended, minlength=len(at))
    at_risk = len(ages) - first
    seen = deaths > 0
    still_open = np.cumprod(1 - deaths[seen] / at_risk[seen], dtype=np.float64)
    return EndCurve(at[seen], still_open)
