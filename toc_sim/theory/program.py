"""What nodes do on average, and the network in linear inequalities over that.

Profiles, failures and opening hours become one number a node. The inequalities say
who may start how much, and who limits it: a generalised flow (Ahuja, Magnanti & Orlin
1993, ch. 15), told per item bought: what must be started everywhere so that one item
is bought, and what part of a period that takes of each limit. The part taken of the
busiest limit is then the least time in which an item can be bought, one over the
throughput.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, inf

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from toc_sim.network import NetCalendar, NetNode, Network, area, average, mean_time
from toc_sim.scenario.fields.numbers import SMALLEST, Profile

Matrix = NDArray[np.float64]
_Row = NDArray[np.float64]
_Place = tuple[int, int | None]

LARGEST_PART = 1e200
"""Of a period, for one item: what takes more comes to nothing all the same."""


def open_average(
    value: float | Profile, calendar: NetCalendar | None, horizon: float
) -> float:
    """Return the mean over the window of a number that is 0 while it is closed.

    Work that is finished after closing comes on top: one service of each server and
    closing, at most.
    """
    if calendar is None:
        return average(value, horizon)
    open_times = calendar.open_times(horizon)
    whole = fsum(area(value, begin, end) for begin, end in open_times)
    return max(whole / horizon, SMALLEST)


@dataclass(frozen=True, slots=True)
class Average:
    """One node, averaged over the measured window.

    Attributes
    ----------
    capacity
        The most it can start, after repairs, in its opening hours [items/period];
        infinite where a resource does the work.
    time
        How long an item is in service, repairs included [periods]; 0 where none is:
        at a source, and at a market whose buyers wait for goods.
    conversion
        Part of the finished items that moves on [1].
    shares
        Part of those that takes each way [1].
    """

    capacity: float
    time: float
    conversion: float
    shares: tuple[float, ...]


def averages(net: Network) -> tuple[Average, ...]:
    """Return what each node can do on average, by its index.

    Parameters
    ----------
    net
        The network; profiles and opening hours count with their mean over its horizon.

    Returns
    -------
    One for each node, shape (nodes,).
    """
    horizon = net.scenario.run.horizon
    return tuple(_average(node, horizon) for node in net.nodes)


def limits_of(net: Network, nodes: tuple[Average, ...]) -> tuple[float, ...]:
    """Return what owners have: items per period, a pool's servers, a policy's items.

    Of nodes without a resource first, then of resources, then of the policy.
    Parameters are those of `program`.
    """
    own = (nodes[node.index].capacity for node in net.nodes if node.resource is None)
    pools = (present(net, pool.index) for pool in net.resources)
    return (*own, *pools, float(net.release.limit or 0))


def present(net: Network, pool: int) -> float:
    """Return how many servers of a resource are there on average [1].

    Parameters
    ----------
    net
        The network.
    pool
        Index of the resource.
    """
    found = net.resources[pool]
    horizon = net.scenario.run.horizon
    return found.servers * open_average(1.0, found.calendar, horizon)


def _average(node: NetNode, horizon: float) -> Average:
    works = node.availability.share if node.availability else 1.0
    if node.timed:
        hours = () if node.calendar is None else node.calendar.open_times(horizon)
        time = mean_time(node.pace, hours or ((0.0, horizon),)) / works
    else:
        time = _over(1.0, average(node.pace, horizon) * works)
    own = node.resource is None
    capacity = node.servers * works
    if own:
        capacity *= open_average(node.pace, node.calendar, horizon)
    waits = node.kind == "source" or (node.kind == "market" and not node.lost)
    return Average(
        capacity=capacity if own else inf,
        time=0.0 if waits else time,
        conversion=average(node.conversion, horizon),
        shares=tuple(average(link.share, horizon) for link in node.links),
    )


@dataclass(frozen=True, slots=True)
class Use:
    """How much of its limits each start takes, as parallel columns of one table.

    Attributes
    ----------
    limit, column
        Which limit is taken, and by which flow.
    part
        The part of a period's worth that one item takes [periods/item].
    owner
        Whose rates that part is divided by when they are raised.
    """

    limit: NDArray[np.intp]
    column: NDArray[np.intp]
    part: NDArray[np.float64]
    owner: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Program:
    """The inequalities over the flows; columns are starts by node, then free ways.

    Attributes
    ----------
    use
        What the flows take of the limits.
    limits
        How many limits there are.
    policy
        The limit that is the release policy, or None.
    bought
        Items bought for one of each flow.
    at_most, equal
        Rows whose sum may not exceed 0, and rows whose sum is 0.
    """

    use: Use
    limits: int
    policy: int | None
    bought: NDArray[np.float64]
    at_most: Matrix
    equal: Matrix

    @property
    def columns(self) -> int:
        """How many flows there are."""
        return len(self.bought)

    def parts(self, factors: NDArray[np.float64]) -> Matrix:
        """Return what an item takes of each limit [periods/item], by flow.

        Parameters
        ----------
        factors
            What the rates of each owner are multiplied by; a policy comes last.
        """
        rates = factors[self.use.owner]
        if self.policy is not None:
            rates = np.where(self.use.limit == self.policy, rates * factors[-1], rates)
        parts = np.zeros((self.limits, self.columns))
        np.add.at(parts, (self.use.limit, self.use.column), self.use.part / rates)
        return parts


def program(net: Network, nodes: tuple[Average, ...]) -> Program:
    """Put a network in linear inequalities.

    Parameters
    ----------
    net
        The network.
    nodes
        What each node can do on average (`averages`).

    Returns
    -------
    The inequalities and equations, and what is bought as a sum of the columns; columns
    are flows [items/period].
    """
    draft = _Draft(net, nodes)
    for node in net.nodes:
        draft.limit(node)
        draft.send(node)
    for node in net.nodes:
        draft.receive(node)
    policy = draft.release()
    limit, column, part, owner = map(np.array, zip(*draft.use, strict=True))
    return Program(
        use=Use(limit, column, np.minimum(part, LARGEST_PART), owner),
        limits=draft.limits,
        policy=policy,
        bought=draft.bought,
        at_most=np.reshape(draft.at_most, (-1, draft.columns)),
        equal=np.reshape(draft.equal, (-1, draft.columns)),
    )


class _Draft:
    """A program while it is being written; a row has an entry for each flow."""

    def __init__(self, net: Network, nodes: tuple[Average, ...]) -> None:
        self.net = net
        self.nodes = nodes
        free_ways = sum(len(node.links) for node in net.nodes if _has_free_ways(node))
        self.columns = len(nodes) + free_ways
        self.free_columns = iter(range(len(nodes), self.columns))
        self.limits = 0
        self.use = list[tuple[int, int, float, int]]()
        self.in_person = defaultdict[_Place, _Row](self._row)
        self.alone = defaultdict[_Place, _Row](self._row)
        self.bought = self._row()
        self.at_most = list[_Row]()
        self.equal = list[_Row]()
        self.owners = {name: owner for owner, (name, _) in enumerate(net.owners)}
        self.pools = dict[int, int]()

    def limit(self, node: NetNode) -> None:
        """Let a node start no more than it, or any of its resources, can.

        A limit is the resource's own, whoever answers for the time at the stage.
        """
        means = self.nodes[node.index]
        for index in node.pools:
            pool = self.net.resources[index]
            if index not in self.pools:
                self.pools[index] = self._new_limit()
            row, owner = self.pools[index], self.owners[pool.name]
            part = _over(means.time, present(self.net, index))
            self.use.append((row, node.index, part, owner))
        if not node.pools and not _has_separate_ways(node):
            part = _over(1.0, means.capacity)
            self.use.append((self._new_limit(), node.index, part, self._owner(node)))

    def send(self, node: NetNode) -> None:
        """Share out what leaves a node over its ways, or to the buyers."""
        means = self.nodes[node.index]
        finished = means.conversion * (node.recipe.gives if node.recipe else 1)
        if node.kind == "market":
            self.bought[node.index] = 1.0
        elif not node.links:
            self.bought[node.index] = finished
        balance = self._row()
        balance[node.index] = -finished
        for link, share in zip(node.links, means.shares, strict=True):
            column, items = node.index, finished * share
            if _has_free_ways(node):
                column, items = next(self.free_columns), 1.0
                balance[column] = 1.0
            if _has_separate_ways(node):
                part = _over(1.0, means.capacity * share)
                self.use.append((self._new_limit(), column, part, self._owner(node)))
            comes_back = link.delay > 0 or node.kind == "market"
            arrive = self.alone if comes_back else self.in_person
            arrive[self._place(link.target, node.index)][column] += items
        if node.links and _has_free_ways(node):
            self.equal.append(balance)

    def receive(self, node: NetNode) -> None:
        """Let a node start no more than what arrives; all of it if there is no room.

        A queue without bounds may grow, and so may the number of those who come on
        their own, after a delay or a purchase: a full buffer holds back only what is
        handed over in person. Where patience ends some are lost, whatever the buffer.
        """
        if node.brings:
            return
        recipe = node.recipe
        for source, needs in recipe.parts if recipe else ():
            self._receive(node, self._place(node.index, source), needs)
        if recipe is None or not recipe.parts:
            self._receive(node, (node.index, None), recipe.takes if recipe else 1)

    def _receive(self, node: NetNode, place: _Place, needs: int) -> None:
        others_come = place in self.alone
        too_many = 0.0 - self.in_person[place] - self.alone[place]
        too_many[node.index] += needs
        may_be_more = node.buffer is None or node.patience is not None
        if may_be_more or others_come:
            self.at_most.append(too_many)
        else:
            self.equal.append(too_many)
        if others_come and not may_be_more:
            too_few = self.in_person[place].copy()
            too_few[node.index] -= needs
            self.at_most.append(too_few)

    def release(self) -> int | None:
        """Bound the work in hand by what may be inside (Little's law)."""
        limit = self.net.release.limit
        inside = [
            node for node in _counted(self.net) if self.nodes[node.index].time > 0
        ]
        if limit is None or not inside:
            return None
        row = self._new_limit()
        self.use.extend(
            (row, node.index, self.nodes[node.index].time / limit, self._owner(node))
            for node in inside
        )
        return row

    def _place(self, target: int, source: int) -> _Place:
        """Return where items of a node wait before another: a join has many."""
        recipe = self.net.nodes[target].recipe
        return target, source if recipe is not None and recipe.parts else None

    def _row(self) -> _Row:
        return np.zeros(self.columns)

    def _owner(self, node: NetNode) -> int:
        return self.owners[self.net.owner(node.index)]

    def _new_limit(self) -> int:
        self.limits += 1
        return self.limits - 1


def _has_separate_ways(node: NetNode) -> bool:
    """Return whether those who cannot go one way leave the other ways alone.

    Arrivals come on a free clock: each waits outside, or is lost, for its own way.
    """
    return node.kind == "source" and len(node.links) > 1 and not node.free


def _has_free_ways(node: NetNode) -> bool:
    """Return whether what a node finishes is not shared out in fixed parts."""
    return node.free or _has_separate_ways(node)


def _counted(net: Network) -> Iterator[NetNode]:
    """Yield the nodes in which an item counts towards the release limit."""
    drum = net.release.drum
    if drum is None:
        yield from net.nodes
        return
    after = net.graph.successors(drum)
    if not any(nx.has_path(net.graph, node, drum) for node in after):
        before = nx.ancestors(net.graph, drum) | {drum}
        yield from (node for node in net.nodes if node.index in before)


def _over(amount: float, rate: float) -> float:
    return amount / rate if rate else inf
