"""Which step follows, how likely and after how long, when some are not yet taken.

The estimator is Aalen and Johansen's of competing risks: every observed step counts for
itself and for its part of those that were still under way when they were last seen.

References
----------
Aalen, Johansen (1978), An empirical transition matrix for non-homogeneous Markov chains
based on censored observations, Scandinavian Journal of Statistics 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.arrays import Reals


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Chances of the steps that may follow, by the weights of those observed.

    Attributes
    ----------
    weight
        Of each observation its part of all chances, 0 where it was not seen to its end;
        shape (observations,) [1].
    rest
        The chance that none follows within the longest time seen [1].
    """

    weight: Reals
    rest: float

    def chance(self, which: NDArray[np.bool_]) -> float:
        """Return the chance that a step is one of these observations [1]."""
        return float(self.weight[which].sum())


def next_steps(
    lasted: Reals, seen: NDArray[np.bool_], entered: Reals | None = None
) -> NextSteps:
    """Return the chances of what follows, from times of which some are cut short.

    Parameters
    ----------
    lasted
        From the start to the step, or to when it was last seen, shape (observations,).
    seen
        Whether the step was seen.
    entered
        From the start to when it would have been seen, had it come; None: at once.

    Examples
    --------
    >>> import numpy as np
    >>> from toc_sim.calibration.next_steps import next_steps
    >>> steps = next_steps(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 1]) == 1)
    >>> steps.weight.round(3).tolist(), round(steps.rest, 3)
    ([0.25, 0.0, 0.375, 0.375], 0.0)
    """
    count = len(lasted)
    # Of equal times those that were seen come first: who is last seen at a moment was
    # still under way at it.
    order = np.lexsort((~seen, lasted))
    at_risk = count - np.arange(count)
    if entered is not None:
        at_risk -= count - np.searchsorted(np.sort(entered), lasted[order], "right")
        at_risk = np.maximum(at_risk, 1)
    factor = np.where(seen[order], 1 - 1 / at_risk, 1.0)
    if entered is not None:
        # A risk set of a few, early on, would end all chances: it is left out.
        factor = np.where((factor == 0) & (np.arange(count) < count - 1), 1.0, factor)
    after = np.cumprod(factor)
    before = np.concatenate(([1.0], after[:-1]))
    weight = np.zeros(count)
    weight[order] = np.where(seen[order], before - after, 0.0)
    return NextSteps(weight, float(after[-1]) if count else 1.0)
