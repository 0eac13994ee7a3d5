"""How many cases are open at a moment: in all, and at each stage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toc_sim.records.visits import Days, Visits


def open_at(begun: Days, over: Days, moments: Sequence[float] | Days) -> Days:
    """Return how many are open at each moment: begun before or then, and not yet over.

    Parameters
    ----------
    begun, over
        Of each case [days]; without a beginning it does not count, without an end it is
        open for ever.
    moments
        When to count [days].

    Returns
    -------
    Shape (moments,) [items].

    Examples
    --------
    >>> import numpy as np
    >>> from toc_sim.calibration.open_cases import open_at
    >>> open_at(np.array([0.0, 1.0]), np.array([2.0, np.nan]), [0.5, 1.0, 2.0]).tolist()
    [1.0, 2.0, 1.0]
    """
    dated = np.isfinite(begun)
    at = np.asarray(moments, dtype=float)
    came = np.searchsorted(np.sort(begun[dated]), at, side="right")
    ends = over[dated & np.isfinite(over)]
    went = np.searchsorted(np.sort(ends), at, side="right")
    return (came - went).astype(float)


def open_at_stage(visits: Visits, stage: int, moments: Sequence[float] | Days) -> Days:
    """Return how many cases are at a stage at each moment [items].

    A case that is over is at no stage, whatever its last visit says.

    Parameters
    ----------
    visits
        The records; of a snapshot only the last moment means anything.
    stage
        Which, by number.
    moments
        When to count [days].
    """
    here = visits.stage == stage
    over = np.fmin(visits.finished[here], visits.closed[visits.case[here]])
    return open_at(visits.arrived[here], over, moments)


def mean_open(begun: Days, over: Days, low: float, high: float) -> float:
    """Return the exact mean number that is open between two moments [items].

    Parameters
    ----------
    begun, over
        As of `open_at`.
    low, high
        The two moments [days]; the second is later.
    """
    dated = np.isfinite(begun)
    ends = np.where(np.isfinite(over), over, np.inf)[dated]
    stays = np.clip(ends, low, high) - np.clip(begun[dated], low, high)
    return float(np.clip(stays, 0.0, None).sum() / (high - low))
