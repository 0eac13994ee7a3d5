"""How much is inside the pipeline at a point of a sweep, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.constraint.intervals import Interval, over
from toc_sim.engine.simulate import Runs
from toc_sim.experiment.sweeping import Swept


@dataclass(frozen=True, slots=True)
class Inside:
    """What a point of a sweep holds.

    Attributes
    ----------
    wip
        Items inside, on average [items].
    flow_time
        From entering to being bought, on average [periods]; nan where nothing is.
    """

    wip: Interval
    flow_time: Interval


def inside(each: Swept) -> Inside:
    """Return the work in progress and the flow time at a point.

    Parameters
    ----------
    each
        The point, simulated.
    """
    runs = Runs(each.work.network, each.work.warmup, tuple(each.results))
    return Inside(
        wip=over(runs.network, [result.wip_mean for result in runs.results]),
        flow_time=over(runs.network, [result.flow_mean for result in runs.results]),
    )
