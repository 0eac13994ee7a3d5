"""The network in linear inequalities: who may start how much, and who limits it.

A generalised flow (Ahuja, Magnanti & Orlin 1993, ch. 15), told per item bought: what
must be started everywhere so that one item is bought, and what part of a period that
takes of each limit. The part taken of the busiest limit is then the least time in
which an item can be bought, one over the throughput.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.averages import Average, present
from toc_sim.network import NetNode, Network

Matrix = NDArray[np.float64]
_Row = dict[int, float]
_Place = tuple[int, int | None]

LARGEST_PART = 1e200
"""Of a period, for one item: what takes more comes to nothing all the same."""


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
    columns = draft.columns
    limit, column, part, owner = zip(*draft.use, strict=True)
    return Program(
        use=Use(
            np.array(limit, dtype=np.intp),
            np.array(column, dtype=np.intp),
            np.minimum(np.array(part, dtype=np.float64), LARGEST_PART),
            np.array(owner, dtype=np.intp),
        ),
        limits=draft.limits,
        policy=policy,
        bought=_matrix([draft.bought], columns)[0],
        at_most=_matrix(draft.at_most, columns),
        equal=_matrix(draft.equal, columns),
    )


@dataclass(slots=True)
class _Draft:
    """A program while it is being written."""

    net: Network
    nodes: tuple[Average, ...]
    columns: int = 0
    limits: int = 0
    use: list[tuple[int, int, float, int]] = field(default_factory=list)
    in_person: dict[_Place, _Row] = field(default_factory=dict)
    alone: dict[_Place, _Row] = field(default_factory=dict)
    bought: _Row = field(default_factory=dict)
    at_most: list[_Row] = field(default_factory=list)
    equal: list[_Row] = field(default_factory=list)
    owners: dict[str, int] = field(default_factory=dict)
    pools: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = len(self.net.nodes)
        names = (name for name, _ in self.net.owners)
        self.owners = {name: index for index, name in enumerate(names)}

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
        if node.kind == "market":
            self.bought[node.index] = 1.0
        elif not node.links:
            self.bought[node.index] = means.conversion * _gives(node)
        if not node.links:
            return
        chosen = node.free or _has_separate_ways(node)
        finished = means.conversion * _gives(node)
        balance: _Row = {node.index: -finished}
        for link, share in zip(node.links, means.shares, strict=True):
            column, items = node.index, finished * share
            if chosen:
                column, items = self.columns, 1.0
                self.columns += 1
                balance[column] = 1.0
                if not node.free:
                    part = _over(1.0, means.capacity * share)
                    self.use.append(
                        (self._new_limit(), column, part, self._owner(node))
                    )
            comes_back = link.delay > 0 or node.kind == "market"
            arrive = self.alone if comes_back else self.in_person
            place = self._place(link.target, node.index)
            _add(arrive.setdefault(place, {}), column, items)
        if chosen:
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
        in_person = self.in_person.get(place, {})
        alone = self.alone.get(place, {})
        most = dict(in_person)
        for column, items in alone.items():
            _add(most, column, items)
        too_many = {column: -items for column, items in most.items()}
        _add(too_many, node.index, float(needs))
        may_be_more = node.buffer is None or node.patience is not None
        if may_be_more or alone:
            self.at_most.append(too_many)
        else:
            self.equal.append(too_many)
        if alone and not may_be_more:
            too_few = dict(in_person)
            _add(too_few, node.index, -float(needs))
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


def _gives(node: NetNode) -> int:
    """Return how many items come out of a service."""
    return 1 if node.recipe is None else node.recipe.gives


def _over(amount: float, rate: float) -> float:
    return amount / rate if rate else np.inf


def _add(row: _Row, column: int, items: float) -> None:
    row[column] = row.get(column, 0.0) + items


def _matrix(rows: Sequence[Mapping[int, float]], columns: int) -> Matrix:
    matrix = np.zeros((len(rows), columns))
    for index, row in enumerate(rows):
        for column, items in row.items():
            matrix[index, column] = items
    return matrix
