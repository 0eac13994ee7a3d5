"""Settled or not: whether a window is long enough for means of queues and times.

Throughput is known from short windows. Work in progress and time inside are not: a
queue before a busy server swings slowly, and until it has swung a few times a mean
over it is too low as a rule, and its interval too narrow. How long a swing takes is
known by theory (`toc_sim.capacity.relaxation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

import numpy as np

from toc_sim.capacity.relaxation import relaxations
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs

WINDOW = 4.0
"""Relaxation times of the slowest queue that a window must hold."""

FORGOTTEN = 1.0
"""Relaxation times of the warm-up after which the start weighs little in a window."""

UNFORGOTTEN = 50.0
"""Relaxation times that a window must hold where the warm-up is shorter than that."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Whether the means of work in progress and time inside are those of the long run.

    Attributes
    ----------
    settled
        Whether they are, within their intervals.
    queue
        The node or resource whose queue takes longest to settle; empty where nothing
        is to settle.
    time
        Its relaxation time [periods]; infinite where it never settles.
    window
        How long the window must be, with the warm-up that there was [periods];
        infinite where no window would do.
    """

    settled: bool
    queue: str
    time: float
    window: float


def settling(runs: Runs, verdict: Verdict) -> Settling:
    """Return whether the queues of some runs had settled.

    Parameters
    ----------
    runs
        All replications.
    verdict
        What they come to: the static answer, and what still grows.
    """
    net, horizon = runs.network, runs.network.scenario.run.horizon
    grows = verdict.growth is not None
    flows = np.mean(
        [[node.finished / horizon for node in run.nodes] for run in runs.results],
        axis=0,
    )
    found = relaxations(net, verdict.capacity, flows)
    if not found or not found[0].time:
        return Settling(not grows, "", 0.0, horizon)
    slowest = found[0]
    fixed = net.scenario.run.warmup != "auto"
    short = fixed and runs.warmup < FORGOTTEN * slowest.time
    needed = (UNFORGOTTEN if short else WINDOW) * slowest.time
    settled = not grows and horizon >= needed and not isinf(needed)
    return Settling(settled, slowest.name, slowest.time, needed)
