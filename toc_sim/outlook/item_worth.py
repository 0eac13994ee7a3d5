"""What each open item brings for the time it takes the constraint of the quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan, nan

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Network
from toc_sim.network.node import NetNode
from toc_sim.outlook.futures import Future, FutureStart, Today
from toc_sim.outlook.onward import mean_work, visits_ahead
from toc_sim.outlook.quarter_gains import QuarterGains
from toc_sim.outlook.todays_items import OpenItem, node_of
from toc_sim.streams import Purpose, block, generator

_SAMPLES = 4096
"""Services drawn to tell what is left of one that has lasted for some time."""


@dataclass(frozen=True, slots=True)
class ItemWorth:
    """What an open item brings by the date, and what it takes of the constraint.

    Attributes
    ----------
    item
        The item.
    closed
        In how many of the runs it is closed by the date.
    runs
        How many runs there are.
    amount
        What it is worth if it is won [money]; nan: not known.
    work
        Time that it still needs there, in the mean over whether it gets so far
        [periods].
    """

    item: OpenItem
    closed: int
    runs: int
    amount: float
    work: float

    @property
    def chance(self) -> float:
        """The part of the runs in which it is closed [1]."""
        return self.closed / self.runs

    @property
    def money(self) -> float:
        """What it is expected to bring by the date [money]."""
        return self.chance * self.amount

    @property
    def per_time(self) -> float:
        """What that is for the time it needs; money, or closings where none is known.

        [money/period]; infinite: it is past the constraint, and needs none of it.
        """
        brings = self.money if isfinite(self.amount) else self.chance
        return brings / self.work if self.work > 0 else inf


def desk_of(net: Network, gains: QuarterGains) -> str:
    """Return at whose desk time is worth most this quarter; empty: at nobody's.

    Parameters
    ----------
    net
        The pipeline.
    gains
        What 10 % more of each brings. What has no servers (leads, buyers, time away)
        has no time to give.
    """
    own = {net.owner(node.index) for node in net.nodes if node.kind == "stage"}
    desks = [
        gain for gain in gains.gains if gain.name in own and gain.closings.mean > 0
    ]
    best = max(desks, key=lambda gain: gain.closings.mean, default=None)
    return "" if best is None else best.name


def item_worths(
    start: Today, found: Sequence[Future], desk: str
) -> tuple[ItemWorth, ...]:
    """Return what each open item brings, the best for the time of the desk first.

    Parameters
    ----------
    start
        Where the futures began.
    found
        All of them.
    desk
        A stage, or a resource, whose time is short.
    """
    counts = np.zeros(len(start.items), dtype=np.int64)
    for future in found:
        np.add.at(counts, future.items[future.items >= 0], 1)
    work = _work(start, desk)
    worths = (
        ItemWorth(
            item,
            int(counts[number]),
            len(found),
            start.amounts.of_item(item, number) if start.amounts.are_there else nan,
            float(work[number]),
        )
        for number, item in enumerate(start.items)
    )
    return tuple(sorted(worths, key=lambda each: (-each.per_time, -each.money)))


def _work(start: Today, desk: str) -> NDArray[np.float64]:
    """Return how long each open item still needs the desk, in the mean [periods].

    In the mean over where it may be, too, if that is not certain.
    """
    draws = 1 if start.standings.are_certain else _PLACED
    found = np.zeros(len(start.items))
    for number in range(draws):
        found += _work_from(start, start.start(number), desk)
    return found / draws


_PLACED = 50
"""How often items are placed, where it is not certain where they are."""


def _work_from(today: Today, start: FutureStart, desk: str) -> NDArray[np.float64]:
    """Return the same from one place of each item; who is lost needs nothing."""
    net = start.network
    at_desk = np.array(
        [
            mean_work(node, today.until) if _is_at(net, node, desk) else 0.0
            for node in net.nodes
        ]
    )
    ahead = visits_ahead(net) @ at_desk
    found = np.zeros(len(today.items))
    opened = start.opening
    for number, place, worked in zip(
        opened.order, opened.places, opened.worked, strict=True
    ):
        node = node_of(net, today.items[number], place)
        found[number] = ahead[node.index]
        own = at_desk[node.index]
        if not isnan(worked) and own > 0:
            found[number] += own * (_left(node, worked / own) - 1)
    return found


def _is_at(net: Network, node: NetNode, desk: str) -> bool:
    return node.kind == "stage" and net.owner(node.index) == desk


def _left(node: NetNode, age: float) -> float:
    """Return what is left of a service of some age, both in means of a whole one."""
    source = generator(0, 0, node.stream, Purpose.TIME)
    times = block(node.draw, source, _SAMPLES)
    left = times[times > age] - age
    return float(left.mean()) if len(left) else 0.0
