"""What changes within the window: who binds when, what work grows, what has settled.

The window is cut into equal parts, and every owner made faster and slower for all of
it: what that changes of the purchases of each part tells who binds in it. A part that
is made later than it is ordered tells of whom it was waiting for. Where the work inside
surely grows, some stage gets more than it can do; its queue, and with it the time
inside, depends on how long one looks.

Throughput is known from short windows. Work in progress and time inside are not: a
queue before a busy server swings slowly, and until it has swung a few times a mean
over it is too low as a rule, and its interval too narrow. How long a swing takes is
known by theory (`toc_sim.theory.relaxation`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum, isinf

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import Experiment, doubling
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.network import Feature, NetNode, Network, average
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.theory import Capacity
from toc_sim.theory.program import averages, present
from toc_sim.theory.relaxation import relaxations, work

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

IDLE = 0.01
"""Who waits for work for less of its time has more than it can do [1]."""

OVERLOADED = 1.01
"""The load from which what comes is surely too much [1]."""

WORTH_A_HALF = 0.03
"""By how much one half of the window must bring more than the other before that is
told, over what both bring [1]."""

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

    Where all that changes comes again with one season, they are laid over each other.

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
    net, length = runs.network, season_of(runs.network)
    numbers = next(doubling(len(runs.results)))
    ends = np.linspace(0.0, length, SLICES + 1)
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


def season_of(net: Network) -> float:
    """Return how long the season is in which who binds is told, or the window.

    Parameters
    ----------
    net
        The pipeline.

    Returns
    -------
    [periods]; the window where not all that changes comes again after one time, or
    where it holds less than two of them.
    """
    horizon, lengths = net.scenario.run.horizon, {each.every for each in _profiles(net)}
    if len(lengths) != 1:
        return horizon
    [every] = lengths
    return every if every is not None and 2 * every <= horizon else horizon


def moves(found: Sequence[Reign]) -> bool:
    """Return whether more than one owner binds at some time."""
    return len({reign.name for reign in found if reign.name}) > 1


def _changes(runs: Runs) -> bool:
    """Return whether something changes that no part of the window averages out."""
    part = season_of(runs.network) / SLICES
    profiles = list(_profiles(runs.network))
    return any(each.every is None or each.every > part for each in profiles)


def _profiles(net: Network) -> Iterator[Profile]:
    """Yield all that changes over time."""
    for node in net.using(Feature.PROFILE):
        values = (node.pace, node.conversion, *(link.share for link in node.links))
        yield from (value for value in values if isinstance(value, Profile))


def _seasons(net: Network) -> Iterator[float]:
    """Yield how long the seasons are of all that has some [periods]."""
    yield from (each.every for each in _profiles(net) if each.every is not None)


def _by_part(
    results: Sequence[RunResult], ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the purchases of all runs by part of the window; shape (parts,).

    A part ends with its last moment. Parts that end before the window come again.
    """
    counts = np.zeros(len(ends) - 1)
    for result in results:
        window = result.departures[len(result.departures) - result.bought :]
        if ends[-1] < result.horizon:
            window = np.sort(ends[-1] - np.mod(-window, ends[-1]))
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
    if not found.least > 0 or added.mean() < max(FEWEST_ADDED, WORTH * inside):
        return None
    queues = np.mean(
        [[node.queue_mean for node in result.nodes] for result in runs.results], axis=0
    )
    name = runs.network.nodes[int(queues.argmax())].name
    ends = _ends(runs, static)
    if ends and not found.is_known and not runs.network.is_deterministic:
        return None  # what one run adds may be taken off in the next
    return Accumulation(found, name, ends)


def _ends(runs: Runs, static: Capacity) -> bool:
    """Return whether averages let all in that comes, and none is busy all the time."""
    net = runs.network
    if net.features & Feature.PROFILE or any(node.supplied for node in net.nodes):
        return False
    return all(owner.is_full == (owner.kind == "source") for owner in static.owners)


def is_full(runs: Runs, name: str) -> bool:
    """Return whether a node, or the pool that does its work, hardly waits for work."""
    [node] = [each for each in runs.network.nodes if each.name == name]
    seen = [
        run.nodes[node.index] if node.resource is None else run.resources[node.resource]
        for run in runs.results
    ]
    return float(np.mean([each.starved for each in seen])) < IDLE


@dataclass(frozen=True, slots=True)
class Overload:
    """A node or resource to which more came than it can do.

    Attributes
    ----------
    name
        The node or resource.
    load
        What came, over what it can do on average [1].
    """

    name: str
    load: float


def overloads(runs: Runs) -> tuple[Overload, ...]:
    """Return to whom surely more came than they can do, in the order of the network.

    What came is counted: all that left those before, by the shares of their ways. Of
    those who get items in a way that this does not count (free choices, copies, joins,
    time away) nothing is said, nor of those whose queue has an end.

    Parameters
    ----------
    runs
        All replications.
    """
    net = runs.network
    known = [_counts(runs, node) for node in net.nodes]
    coming = _coming(runs)
    means = averages(net)
    loads: dict[str, NDArray[np.float64]] = {}
    for node in net.nodes:
        if node.resource is None and known[node.index]:
            takes = node.recipe.takes if node.recipe else 1
            if means[node.index].capacity:
                loads[node.name] = coming[node.index] / (
                    takes * means[node.index].capacity
                )
    for pool in net.resources:
        servers = present(net, pool.index)
        if servers and all(known[index] for index in pool.stages):
            times = [
                coming[index] * work(net, net.nodes[index])[0] for index in pool.stages
            ]
            loads[pool.name] = np.sum(times, axis=0) / servers
    found = {name: over(net, values) for name, values in loads.items()}
    return tuple(
        Overload(name, load.mean)
        for name, load in found.items()
        if (load.low if net.is_deterministic or load.is_known else 0.0) > OVERLOADED
    )


def _counts(runs: Runs, node: NetNode) -> bool:
    """Return whether all that comes to a node is counted, and its queue has no end."""
    net = runs.network
    if node.brings or node.buffer is not None or node.patience is not None:
        return False
    if net.release.limit is not None or (node.recipe and node.recipe.parts):
        return False
    ways = [
        (each, link)
        for each in net.nodes
        for link in each.links
        if link.target == node.index
    ]
    if any(each.free or each.copies or link.delay for each, link in ways):
        return False
    return bool(ways)


def _coming(runs: Runs) -> NDArray[np.float64]:
    """Return what came to each node [items/period]; shape (nodes, replications)."""
    net, horizon = runs.network, runs.network.scenario.run.horizon
    coming = np.zeros((len(net.nodes), len(runs.results)))
    for node in net.nodes:
        seen = [run.nodes[node.index] for run in runs.results]
        went = np.array([each.out - each.lost + each.abandoned for each in seen])
        shares = [average(link.share, horizon) for link in node.links]
        for link, share in zip(node.links, shares, strict=True):
            if share:
                coming[link.target] += went / horizon * (share / fsum(shares))
    return coming


def halves(runs: Runs) -> tuple[float, float] | None:
    """Return what was bought in both halves of the window, where that surely differs.

    Where seasons or opening hours come again and again, halves say nothing.

    Returns
    -------
    Of the first and of the second half [items/period]; None where chance, or one item,
    may make the difference, or it is slight.
    """
    net, horizon = runs.network, runs.network.scenario.run.horizon
    if net.has_calendar or any(_seasons(net)):
        return None
    ends = np.array([0.0, horizon / 2, horizon])
    bought = np.array([_by_part([result], ends) for result in runs.results])
    apart = over(net, bought[:, 1] - bought[:, 0])
    if not net.is_deterministic and not apart.is_known:
        return None
    least = max(FEWEST_ADDED, WORTH_A_HALF * float(bought.sum(axis=1).mean()))
    if abs(apart.mean) < least or apart.low <= 0 <= apart.high:
        return None
    first, second = (2 * bought.mean(axis=0) / horizon).tolist()
    return first, second


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
    if Feature.STATE in net.features:
        return Settling(True, "", 0.0, horizon)  # noqa: FBT003 - it is meant to move
    if not found or not found[0].time:
        return Settling(not grows, "", 0.0, horizon)
    slowest = found[0]
    fixed = net.scenario.run.warmup != "auto"
    short = fixed and runs.warmup < FORGOTTEN * slowest.time
    needed = (UNFORGOTTEN if short else WINDOW) * slowest.time
    settled = not grows and horizon >= needed and not isinf(needed)
    warmup = FORGOTTEN * slowest.time if short else 0.0
    return Settling(settled, slowest.name, slowest.time, needed, warmup)
