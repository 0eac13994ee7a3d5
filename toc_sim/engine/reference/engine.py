"""The reference engine: one replication of a network, on SimPy."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from toc_sim.engine.measure.result_of import (
    Course,
    Measured,
    Purchases,
    result_of,
    sold_waits,
)
from toc_sim.engine.measure.wait_meter import WaitTally
from toc_sim.engine.reference.assembly import Assembly
from toc_sim.engine.reference.floor import Clock, Floor, Trace
from toc_sim.engine.reference.meters import (
    active_periods,
    begin_window,
    peak_of,
    read,
    waits_of,
)
from toc_sim.engine.reference.service import RandomStreams
from toc_sim.engine.result import RunResult
from toc_sim.network import Network


def run(  # noqa: PLR0913 - all but the network is told by name
    net: Network,
    *,
    seed: int,
    replication: int,
    horizon: float,
    warmup: float,
    trace: Trace | None = None,
    timeline: bool = False,
    gives_way: Callable[[], bool] | None = None,
) -> RunResult:
    """Simulate a network once.

    The clock runs from -warmup to horizon; what happens in (0, horizon] is measured.

    Parameters
    ----------
    net
        What to simulate; it starts empty.
    seed, replication
        Which chance it meets.
    horizon, warmup
        The measured time, and the time before it [periods].
    trace
        Told everything that happens, the warm-up included; changes nothing.
    timeline
        Whether to keep the active periods of every server.
    gives_way
        Asked from time to time whether to break off; None: never.

    Returns
    -------
    What was measured.

    Raises
    ------
    GaveWay
        If it was broken off.
    """
    course = Course(seed, replication, horizon, warmup)
    clock = Clock(-warmup)
    streams = RandomStreams(seed, replication)
    parts = Assembly(
        net, clock, streams, trace, until=horizon, spans=timeline, gives_way=gives_way
    )
    parts.open()
    with _no_garbage_collection():
        clock.run_until(0.0)
        begin = read(0.0, parts.floor, parts.meters, parts.pools)
        begin_window(parts.meters)
        clock.run_until(horizon)
        end = read(horizon, parts.floor, parts.meters, parts.pools)
    some_left = end.bought > begin.bought
    return result_of(
        net,
        Measured(
            engine="simpy",
            course=course,
            begin=begin,
            end=end,
            peaks=tuple(map(peak_of, parts.meters)),
            purchases=_purchases(parts.floor),
            waits=tuple(waits_of(each).tally for each in parts.meters),
            sold_waits=_sold_waits(net, course, parts.floor),
            lengths=parts.path.lengths(parts.floor.last_cause if some_left else None),
            active_periods=active_periods(parts.meters, horizon) if timeline else (),
        ),
    )


def _sold_waits(net: Network, course: Course, floor: Floor) -> tuple[WaitTally, ...]:
    """Return how long items had waited in all that were bought in the window."""
    found = sold_waits(net, course)
    sellers = np.array(floor.sellers, dtype=np.int32)
    found.add(np.array(floor.departures), np.array(floor.waits), sellers)
    return found.tallies


def _purchases(floor: Floor) -> Purchases:
    """Return when items were bought, after how long inside, and where."""
    purchases = Purchases()
    sellers = np.array(floor.sellers, dtype=np.int32)
    opened = np.array(floor.opened, dtype=np.int32)
    purchases.add(np.array(floor.departures), np.array(floor.stays), sellers, opened)
    return purchases


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Spare Python the search for cycles, of which a run leaves none behind."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
