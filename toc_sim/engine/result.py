"""What one run of the simulation measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ENGINE_VERSION = 3
"""Names the figures that the engines give: raised by hand when a run comes to others.

It is part of the key under which a run is stored, so that code may move and no store
loses what it has. `tests/golden/test_engine_version.py` tells when it must be raised.
"""


class NodeRun(NamedTuple):
    """How one node spent the measured window.

    Attributes
    ----------
    name
        The node.
    busy, blocked, starved, down, off
        Mean share of the window that a server works, holds a finished item, waits
        for one, is repaired, or is not there; they add up to 1. A source is busy; a
        market that waits for goods is starved here, and *unserved* in reports. Of a
        resource's stage: shares of the resource's servers, with no idle ones of its
        own, so that the stages and the resource's idle share add up to 1.
    started
        Services (or arrivals let in) that began in the window [items].
    finished
        Services that ended in the window [items].
    out
        Items that left the node after a service, lost ones included [items].
    lost
        Items that left the pipeline here without being bought: those of `out` that
        move on nowhere, and `abandoned` [items].
    queue_mean, queue_peak
        Items waiting before it: exact time average, and the most at once [items].
    gap_mean, gap_variance
        Of the times between departures [periods, periods^2]; nan with fewer than two.
    active_mean
        Mean length of an uninterrupted active period (working, repaired) of a server
        [periods]; one that never ends counts with the time it is seen.
    abandoned
        Items that left the queue here because their patience ended [items].
    again
        Items bought here by customers who had come back after a purchase [items].
    merged, made
        Items that became part of others here, and that came into being here, copies
        included [items].
    """

    name: str
    busy: float
    blocked: float
    starved: float
    down: float
    off: float
    started: int
    finished: int
    out: int
    lost: int
    queue_mean: float
    queue_peak: int
    gap_mean: float
    gap_variance: float
    active_mean: float
    abandoned: int = 0
    again: int = 0
    merged: int = 0
    made: int = 0


class WaitRun(NamedTuple):
    """How long items waited at one node, or one product in all, in the window (R55).

    Attributes
    ----------
    name
        The node, or the product; empty where there is one product only.
    served
        Waits that ended by a service, or (at a source) by coming in; of a product,
        items bought [items].
    total, longest
        Of these, all together [item periods], and the longest [periods].
    within
        How many of them were within the target; all of them where there is none.
    abandoned
        Items whose patience ended; they are not among the above [items].
    left, left_time, oldest
        What still waits at the end [items], how long it has done so in all [item
        periods], and the longest [periods].
    short
        How many did not wait, or too short a time to be told apart.
    lowest, counts
        How many waited how long: the first class, and the counts of it and of those
        that follow (`toc_sim.engine.rules.wait_classes`).
    """

    name: str
    served: int
    total: float
    longest: float
    within: int
    abandoned: int
    left: int
    left_time: float
    oldest: float
    short: int
    lowest: int
    counts: tuple[int, ...]


class Share(NamedTuple):
    """What part of the throughput something answers for.

    Attributes
    ----------
    name
        A node, a resource or ``delay``.
    value
        Its constraint share [1].
    """

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class RunResult:
    """One replication, measured over the window (0, horizon].

    Attributes
    ----------
    engine
        ``simpy`` or ``compiled``: which of them the question is worth. As both give the
        same figures, the other may stand in for it; that is not told.
    seed, replication
        Which chance it met.
    horizon, warmup
        The window, and the time simulated before it [periods].
    nodes, resources
        By index of the network; a resource is the sum of its stages, and its idle time.
    bought
        Items bought in the window; throughput is this over the horizon.
    lost
        Items that left without being bought [items].
    wip_mean
        Items inside, exact time average [items].
    wip_start, wip_end
        Items inside at both ends of the window [items].
    flow_mean, flow_p50, flow_p90
        Time from entering to being bought, of the items bought in the window
        [periods]; nan when there were none.
    shares
        Of every owner of the network, in its order.
    other_shares
        Time on the critical path that no rate answers for; with `shares` the values
        add up to 1. All are 0 when nothing left in the window.
    departures
        When items were bought, from the start of the run [periods]; the window's
        are the last `bought` of them.
    waits, sold_waits
        By index of the network, and by product as `Network.sold` has them.
    sellers
        Which node sold each of `departures`, by index of the network, shape (items,);
        empty where all items are of one product.
    opened
        Which of the items that were open at the start each of `departures` was, by its
        number in the order of the file's ``state``; -1: one that came later; shape
        (items,); empty where nothing was open.
    active_periods
        By node, begin and end of each server's active periods in the window
        [periods], shape (n, 2); empty unless asked for.
    events
        Services simulated, the warm-up included: what speed is measured by.
    """

    engine: str
    seed: int
    replication: int
    horizon: float
    warmup: float
    nodes: tuple[NodeRun, ...]
    resources: tuple[NodeRun, ...]
    bought: int
    lost: int
    wip_mean: float
    wip_start: int
    wip_end: int
    flow_mean: float
    flow_p50: float
    flow_p90: float
    shares: tuple[Share, ...]
    other_shares: tuple[Share, ...]
    departures: NDArray[np.float64]
    active_periods: tuple[NDArray[np.float64], ...]
    events: int
    sellers: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    opened: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    waits: tuple[WaitRun, ...] = ()
    sold_waits: tuple[WaitRun, ...] = ()

    @property
    def merged(self) -> int:
        """Items that became part of others in the window [items]."""
        return sum(node.merged for node in self.nodes)

    @property
    def made(self) -> int:
        """Items that came into being inside in the window, copies included [items]."""
        return sum(node.made for node in self.nodes)

    @property
    def throughput(self) -> float:
        """Items bought per period [items/period]."""
        return self.bought / self.horizon
