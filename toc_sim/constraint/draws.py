"""How far what was drawn in a run lies from what is drawn in the mean.

How long services took, how many items came, how many of those finished moved on and
how many customers came back is seen of every run, and what each comes to in the mean is
known. Each such difference has mean 0, whatever the queues do: work done less services
times the mean time (Wald 1944), and counts less their chance, given all that was before
(a martingale, stopped at the end of the window). Where a mean is not known exactly,
nothing is told.

Which customers came back is no figure of a run. But the k-th purchase at a market takes
the k-th number of a stream that is known by name (R44), so that it is read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, fsum, isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import ByReplication
from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.network import NetNode, area
from toc_sim.scenario.fields.numbers import Profile, values_of
from toc_sim.streams import Purpose, generator

_SETTLED = 10.0
"""After how many times, over their squared coefficient of variation, it is no longer
seen when a clock, or a server, began."""

_BIAS = 5e-4
"""What it may add to the mean at most that a market whose pace changes lacks goods: it
is not known at which pace [1]."""

_WHOLE = 1e-9
"""What a number of items may miss a whole one by, relative."""


@dataclass(frozen=True, slots=True)
class Surplus:
    """How much more of something was drawn than in the mean, by replication.

    Attributes
    ----------
    what
        ``work``: how much longer services of a node took, over what they take [1];
        ``arrivals``: how many more came, ``moved``: how many more of those finished
        moved on, ``way``: how many more took a way [items/period].
    node
        Index of the node.
    values
        Shape (replications,); the mean over all chance is 0.
    link
        Which of the ways of the node, for ``way``.
    """

    what: Literal["work", "arrivals", "moved", "way"]
    node: int
    values: ByReplication
    link: int = 0


def surpluses(runs: Runs) -> Iterator[Surplus]:
    """Yield all of which more or less can have been drawn than in the mean.

    Parameters
    ----------
    runs
        All replications.

    Yields
    ------
    One for each node and kind of chance whose mean is known exactly.
    """
    for node in runs.network.nodes:
        seen = [result.nodes[node.index] for result in runs.results]
        horizon = runs.results[0].horizon
        if node.kind == "source":
            came = _arrivals(runs, node, seen, horizon)
            if came is not None:
                yield Surplus("arrivals", node.index, came)
            continue
        longer = _work(runs, node, seen, horizon)
        if longer is not None:
            yield Surplus("work", node.index, longer)
        moved = _moved(node, seen, horizon)
        if moved is not None:
            yield Surplus("moved", node.index, moved)
        for link, more in enumerate(_ways(runs, node, horizon)):
            yield Surplus("way", node.index, more, link)


def _arrivals(
    runs: Runs, node: NetNode, seen: list[NodeRun], horizon: float
) -> ByReplication | None:
    """Return how many more came than in the mean [items/period]."""
    if node.calendar is not None or node.draw.cv <= 0:
        return None
    expected = area(node.pace, 0.0, horizon)
    gaps = 0.0 if isinstance(node.pace, Profile) else node.pace * runs.warmup
    if not _has_no_memory(node) and gaps * node.draw.cv**2 < _SETTLED:
        return None
    return (_column(seen, "finished") - expected) / horizon


def _work(
    runs: Runs, node: NetNode, seen: list[NodeRun], horizon: float
) -> ByReplication | None:
    """Return how much longer the services of a node took than in the mean [1].

    Of those that run at both ends of the window what is left is, in the mean of what is
    met under way, (1 + cv^2) / 2 of a service.
    """
    if node.rounds is not None:
        return _thrown(node, seen, horizon)
    if (node.draw.cv <= 0 and node.availability is None) or (
        node.kind == "market" and not node.lost
    ):
        return None
    pool = node.resource
    servers = node.servers if pool is None else runs.network.resources[pool].servers
    if not _is_settled(runs, node, seen, servers):
        return None
    started, finished = _column(seen, "started"), _column(seen, "finished")
    left = (1 + node.draw.cv**2) / 2
    services = started - left * (started - finished)
    busy = _column(seen, "busy") + _column(seen, "down")
    if isinstance(node.pace, Profile):
        return _at_changing_pace(node, seen, busy, services, horizon)
    mean = node.pace if node.timed else 1 / node.pace
    if node.availability is not None:
        mean /= node.availability.share
    return _relative(busy * servers * horizon - services * mean, services * mean)


def _at_changing_pace(
    node: NetNode,
    seen: list[NodeRun],
    busy: NDArray[np.float64],
    services: NDArray[np.float64],
    horizon: float,
) -> ByReplication | None:
    """Return the same of a market that nearly always has goods to sell."""
    paces = area(node.pace, 0.0, horizon)
    if node.kind != "market" or not paces:
        return None
    mean = paces / horizon
    apart = max(abs(pace / mean - 1) for pace in values_of(node.pace))
    if apart * float(_column(seen, "starved").mean()) > _BIAS:
        return None
    return _relative(busy * paces - services, services)


def _is_settled(runs: Runs, node: NetNode, seen: list[NodeRun], servers: int) -> bool:
    """Return whether services under way at both ends are as in the mean of all.

    They always are if what is left of them is as long as a whole one. Else the servers
    must have worked so long before the window that they are at any point of a service.
    """
    if node.calendar is not None:
        return False
    if node.availability is None and _has_no_memory(node):
        return True
    horizon = runs.results[0].horizon
    each = float(_column(seen, "started").mean()) / servers / horizon * runs.warmup
    if node.availability is not None:
        failures = node.availability.mean_time_between_failures
        repairs = node.availability.mean_time_to_repair
        active = float((_column(seen, "busy") + _column(seen, "down")).mean())
        if runs.warmup * active < _SETTLED * (failures + repairs):
            return False
        return each >= _SETTLED
    return each * node.draw.cv**2 >= _SETTLED


def _has_no_memory(node: NetNode) -> bool:
    """Return whether what is left of a time is as long as a whole one."""
    return node.draw.shape == "gamma" and node.draw.cv == 1


def _thrown(node: NetNode, seen: list[NodeRun], horizon: float) -> ByReplication | None:
    """Return by how much less could have been moved in rounds than in the mean [1]."""
    rounds, draw = node.rounds, node.draw
    assert rounds is not None  # noqa: S101 - asked for only where there are some
    items = np.array(draw.samples) * rounds.mean
    busy = _column(seen, "busy")
    if not len(items) or not busy.all() or np.abs(items - items.round()).max() > _WHOLE:
        return None  # what is no whole item is kept, and its mean is not known
    count = floor((horizon - rounds.first) / rounds.every) + (rounds.first > 0)
    expected = np.full(len(seen), count * rounds.mean)
    return _relative(expected - _column(seen, "finished") / busy, expected)


def _moved(node: NetNode, seen: list[NodeRun], horizon: float) -> ByReplication | None:
    """Return how many more of a node's items moved on than in the mean."""
    chance = chance_to_move(node)
    if chance is None or node.recipe is not None or node.rounds is not None:
        return None
    if node.kind != "stage" or not 0 < chance < 1:
        return None
    finished = _column(seen, "finished")
    lost = _column(seen, "lost") - _column(seen, "abandoned")
    return (finished - lost - chance * finished) / horizon


def chance_to_move(node: NetNode) -> float | None:
    """Return which part of what a node finishes moves on [1]; None if that changes."""
    shares = [link.share for link in node.links]
    if isinstance(node.conversion, Profile):
        return None
    if node.free or node.copies or not shares:
        return node.conversion
    known = [share for share in shares if not isinstance(share, Profile)]
    return node.conversion * fsum(known) if len(known) == len(shares) else None


def _ways(runs: Runs, node: NetNode, horizon: float) -> Iterator[ByReplication]:
    """Yield by way how many more customers came back than in the mean."""
    net = runs.network
    shares = [link.share for link in node.links if not isinstance(link.share, Profile)]
    if node.kind != "market" or len(shares) < len(node.links) or node.free:
        return
    if not any(0 < share < 1 for share in shares):
        return
    alone = sum(each.sells for each in net.nodes) == 1
    if not alone and not any(len(result.sellers) for result in runs.results):
        return
    numbers = [_returns(result, node, alone=alone) for result in runs.results]
    low = 0.0
    for share in shares:
        yield (
            np.array(
                [
                    float(((low <= each) & (each < low + share)).sum())
                    - share * len(each)
                    for each in numbers
                ]
            )
            / horizon
        )
        low += share


def _returns(result: RunResult, node: NetNode, *, alone: bool) -> NDArray[np.float64]:
    """Return the numbers that decided in the window who comes back to buy (R21)."""
    before = len(result.departures) - result.bought
    if alone:
        first, count = before, len(result.departures)
    else:
        sold = result.sellers == node.index
        first, count = int(sold[:before].sum()), int(sold.sum())
    source = generator(result.seed, result.replication, node.stream, Purpose.ROUTING)
    return source.random(count)[first:]


def _column(seen: list[NodeRun], name: str) -> NDArray[np.float64]:
    return np.array([getattr(run, name) for run in seen], dtype=float)


def _relative(
    difference: NDArray[np.float64], expected: NDArray[np.float64]
) -> ByReplication | None:
    scale = float(expected.mean())
    return difference / scale if scale > 0 and isfinite(scale) else None
