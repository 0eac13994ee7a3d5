"""What still grows: the work inside, at the end of the window against its beginning.

Where it surely grows, some stage gets more than it can do; its queue, and with it the
time inside, depends on how long one looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toc_sim.constraint.intervals import Interval, over
from toc_sim.engine.simulate import Runs

WORTH = 0.2
"""What is added within the window, over what is inside on average, from which it is
told [1]."""

LEAST = 2.0
"""Items that must be added within the window [items]."""


@dataclass(frozen=True, slots=True)
class WorkGrowth:
    """Work that piles up.

    Attributes
    ----------
    rate
        By how much the work inside grows [items/period].
    longest
        The node before which the longest queue is.
    """

    rate: Interval
    longest: str


def growth(runs: Runs) -> WorkGrowth | None:
    """Return how the work inside grows; None where it does not surely do.

    Parameters
    ----------
    runs
        All replications.
    """
    horizon = runs.network.scenario.run.horizon
    added = np.array([float(each.wip_end - each.wip_start) for each in runs.results])
    found = over(runs.network, added / horizon)
    inside = float(np.mean([result.wip_mean for result in runs.results]))
    surely = (found.low if found.is_known else found.mean) > 0
    if not surely or added.mean() < max(LEAST, WORTH * inside):
        return None
    queues = np.mean(
        [[node.queue_mean for node in result.nodes] for result in runs.results], axis=0
    )
    return WorkGrowth(found, runs.network.nodes[int(queues.argmax())].name)
