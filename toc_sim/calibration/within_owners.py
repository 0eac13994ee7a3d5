"""Whether whoever has more on the desk finishes more: within owners, not among them."""

from __future__ import annotations

from math import sqrt

import numpy as np

from toc_sim.calibration.arrays import Numbered, Reals
from toc_sim.calibration.elasticity import UNTOLD, Elasticity

LEAST_OWNERS = 5

LEAST_OUTPUT = 20
"""An owner who finished fewer cases does not count."""

MONTH = 365.25 / 12
"""A window [days]."""


def within_owners(
    owner: Numbered, came: Reals, left: Reals, begin: float, end: float
) -> Elasticity:
    """Return how the output of an owner goes with what that owner has open.

    From month to month, within owners: that one has more and finishes more than another
    says nothing. Its interval allows for months of one owner that go together.

    Parameters
    ----------
    owner
        Of each stay; below 0: not told.
    came, left
        When each came, and left; nan: not yet [days].
    begin, end
        The time that is looked at [days].
    """
    months = int((end - begin) // MONTH)
    if months < 3 or not (owner >= 0).any():  # noqa: PLR2004 - no change to see
        return UNTOLD
    edges = end - MONTH * np.arange(months, -1, -1)
    offs: list[Reals] = []
    outputs: list[Reals] = []
    for each in np.unique(owner[owner >= 0]).tolist():
        mine = owner == each
        gone = np.where(np.isfinite(left[mine]), left[mine], np.inf)
        output = np.histogram(gone, edges)[0]
        if output.sum() < LEAST_OUTPUT:
            continue
        shared = np.minimum(gone[:, None], edges[1:]) - np.maximum(
            came[mine][:, None], edges[:-1]
        )
        inside = np.log(np.maximum(shared, 0).sum(axis=0) / MONTH + 0.5)
        offs.append(inside - inside.mean())
        made = np.log(output + 0.5)
        outputs.append(made - made.mean())
    if len(offs) < LEAST_OWNERS:
        return UNTOLD
    squares = float(sum(off @ off for off in offs))
    if squares == 0:
        return UNTOLD
    pairs = list(zip(offs, outputs, strict=True))
    slope = float(sum(off @ made for off, made in pairs)) / squares
    # Owners are the clusters (Liang and Zeger, 1986).
    meat = sum(float(off @ (made - slope * off)) ** 2 for off, made in pairs)
    error = sqrt(meat * len(offs) / (len(offs) - 1)) / squares
    spread = sqrt(squares / (len(offs) * months))
    return Elasticity(
        slope, slope - 1.96 * error, slope + 1.96 * error, spread, len(offs) * months
    )
