"""What others do: value times chance of the stage, and past weeks drawn again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from toc_sim.outlook.band import QuarterBand, band
from toc_sim.streams import Purpose, generator

REDRAWN = 2000
"""How often past weeks are drawn again."""

MOST_WEEKS = 26
"""Past weeks that are drawn from: tools look back half a year at most."""


def weighted_pipeline(
    chances: Sequence[float] | NDArray[np.float64],
    values: Sequence[float] | NDArray[np.float64] | None = None,
) -> QuarterBand:
    """Return what open items come to by the chances of their stages: one figure.

    It has no date and no band: all ends are the same.

    Parameters
    ----------
    chances
        Of each open item, how likely items of its stage were won in the end [1].
    values
        What each is worth; None: each counts as one.
    """
    weights = np.ones(len(chances)) if values is None else np.asarray(values)
    total = float(np.asarray(chances, dtype=np.float64) @ weights)
    return QuarterBand(total, total, total, total, total, total)


def resampled_throughput(
    past: Sequence[float] | NDArray[np.float64], weeks: float, seed: int
) -> QuarterBand:
    """Return the band of so many weeks drawn again from past ones.

    Parameters
    ----------
    past
        What was closed in each week, the last one last; the last `MOST_WEEKS` count.
    weeks
        How many weeks ahead; a part of one counts as that part.
    seed
        Which chance it meets.
    """
    recent = np.asarray(past, dtype=np.float64)[-MOST_WEEKS:]
    whole = int(weeks)
    source = generator(seed, 0, "past weeks", Purpose.CUSTOMERS)
    picked = (source.random((REDRAWN, whole + 1)) * len(recent)).astype(np.intp)
    drawn = recent[picked]
    drawn[:, whole] *= weeks - whole
    return band(drawn.sum(axis=1))
