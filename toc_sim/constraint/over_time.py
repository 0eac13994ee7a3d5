"""What changes within the window: who binds when, what work grows, what has settled.

The window is cut into equal parts, and every owner made faster and slower for all of
it: what that changes of the purchases of each part tells who binds in it. A part that
is made later than it is ordered tells of whom it was waiting for. Where the work inside
surely grows, some stage gets more than it can do; its queue, and with it the time
inside, depends on how long one looks.

Throughput is known from short windows. Work in progress and time inside are not: a
queue before a busy server swings slowly, and until it has swung a few times a mean
over it is too low as a rule, and its interval too narrow. How long a swing takes is
known by theory (`toc_sim.capacity.relaxation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isinf

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity import Capacity
from toc_sim.capacity.relaxation import relaxations
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import Experiment, doubling
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.network import Feature

SLICES = 13
"""Parts of the window: of a year, four weeks each."""

SLICE_STEP = 0.1
"""How much faster and slower each owner is made [1]."""

FEWEST = 10
"""Purchases of a part, over all replications, from which it tells anything."""

BINDS = 0.4
"""The elasticity of a part's purchases from which an owner binds in it [1]."""

LEAD = 0.1
"""By how much it must lie above the next [1]."""

WORTH = 0.2
"""What is added within the window, over what is inside on average, from which it is
told [1]."""

FEWEST_ADDED = 2.0
"""Items that must be added within the window [items]."""

WINDOW = 4.0
"""Relaxation times of the slowest queue that a window must hold."""

FORGOTTEN = 1.0
"""Relaxation times of the warm-up after which the start weighs little in a window."""

UNFORGOTTEN = 50.0
"""Relaxation times that a window must hold where the warm-up is shorter than that."""


@dataclass(frozen=True, slots=True)
class Reign:
    """For how long one owner is the constraint.

    Attributes
    ----------
    name
        The owner; empty where none is told from the others.
    begin, end
        From and to [periods].
    """

    name: str
    begin: float
    end: float


def reigns(
    runs: Runs, names: Sequence[str], experiment: Experiment
) -> tuple[Reign, ...]:
    """Return who binds when, in the order of time; nothing where nothing changes.

    Parameters
    ----------
    runs
        All replications as they are.
    names
        Whom to try.
    experiment
        Runs the changed networks.
    """
    if not _changes(runs):
        return ()
    net, horizon = runs.network, runs.network.scenario.run.horizon
    numbers = next(doubling(len(runs.results)))
    ends = np.linspace(0.0, horizon, SLICES + 1)
    before = _by_part(runs.results[numbers.start : numbers.stop], ends)
    steps = (1 + SLICE_STEP, 1 - SLICE_STEP)
    changed = [net.lifted(name, step) for name in names for step in steps]
    found = [
        _by_part(results, ends) for results in experiment(changed, runs.warmup, numbers)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.array(
            [
                (up - down) / (2 * SLICE_STEP * before)
                for up, down in zip(found[::2], found[1::2], strict=True)
            ]
        )
    told = [_of_part(names, shares[:, part], before[part]) for part in range(SLICES)]
    return tuple(
        Reign(name, float(ends[parts[0]]), float(ends[parts[-1] + 1]))
        for name, group in groupby(range(SLICES), key=lambda part: told[part])
        if (parts := list(group))
    )


def moves(found: Sequence[Reign]) -> bool:
    """Return whether more than one owner binds at some time."""
    return len({reign.name for reign in found if reign.name}) > 1


def _changes(runs: Runs) -> bool:
    """Return whether something changes that no part of the window averages out."""
    part = runs.network.scenario.run.horizon / SLICES
    for node in runs.network.using(Feature.PROFILE):
        values = (node.pace, node.conversion, *(link.share for link in node.links))
        for value in values:
            every = getattr(value, "every", None)
            if hasattr(value, "times") and (every is None or every > part):
                return True
    return False


def _by_part(
    results: Sequence[RunResult], ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the purchases of all runs by part of the window; shape (parts,)."""
    counts = np.zeros(len(ends) - 1)
    for result in results:
        window = result.departures[len(result.departures) - result.bought :]
        counts += np.diff(np.searchsorted(window, ends, side="right"))
    return counts


def _of_part(names: Sequence[str], shares: NDArray[np.float64], bought: float) -> str:
    """Return who binds in one part; empty where that cannot be told."""
    if bought < FEWEST:
        return ""
    order = np.argsort(-shares, kind="stable")
    top = shares[order[0]]
    rival = shares[order[1]] if len(order) > 1 else 0.0
    return names[order[0]] if top >= BINDS and top - rival >= LEAD else ""


@dataclass(frozen=True, slots=True)
class Accumulation:
    """Work that piles up.

    Attributes
    ----------
    rate
        By how much the work inside grows [items/period].
    longest
        The node before which the longest queue is.
    ends
        Whether all that comes can be done in the long run, so that it ends.
    """

    rate: Interval
    longest: str
    ends: bool


def growth(runs: Runs, static: Capacity) -> Accumulation | None:
    """Return how the work inside grows; None where it does not surely do.

    Parameters
    ----------
    runs
        All replications.
    static
        How busy everybody must be on average.
    """
    horizon = runs.network.scenario.run.horizon
    added = np.array([float(each.wip_end - each.wip_start) for each in runs.results])
    found = over(runs.network, added / horizon)
    inside = float(np.mean([result.wip_mean for result in runs.results]))
    surely = (found.low if found.is_known else found.mean) > 0
    if not surely or added.mean() < max(FEWEST_ADDED, WORTH * inside):
        return None
    queues = np.mean(
        [[node.queue_mean for node in result.nodes] for result in runs.results], axis=0
    )
    name = runs.network.nodes[int(queues.argmax())].name
    return Accumulation(found, name, _ends(runs, static))


def _ends(runs: Runs, static: Capacity) -> bool:
    """Return whether averages let all in that comes, and none is busy all the time."""
    net = runs.network
    if net.features & Feature.PROFILE or any(node.supplied for node in net.nodes):
        return False
    return all(owner.is_full == (owner.kind == "source") for owner in static.owners)


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
    warmup
        How long the warm-up must be so that `WINDOW` relaxation times are enough of a
        window [periods]; 0 where it is.
    """

    settled: bool
    queue: str
    time: float
    window: float
    warmup: float = 0.0


def settling(runs: Runs, static: Capacity, *, grows: bool) -> Settling:
    """Return whether the queues of some runs had settled.

    Parameters
    ----------
    runs
        All replications.
    static
        How busy everybody must be on average.
    grows
        Whether the work inside surely grows (`growth`).
    """
    net, horizon = runs.network, runs.network.scenario.run.horizon
    found = relaxations(net, static, runs.flows)
    if not found or not found[0].time:
        return Settling(not grows, "", 0.0, horizon)
    slowest = found[0]
    fixed = net.scenario.run.warmup != "auto"
    short = fixed and runs.warmup < FORGOTTEN * slowest.time
    needed = (UNFORGOTTEN if short else WINDOW) * slowest.time
    settled = not grows and horizon >= needed and not isinf(needed)
    warmup = FORGOTTEN * slowest.time if short else 0.0
    return Settling(settled, slowest.name, slowest.time, needed, warmup)
