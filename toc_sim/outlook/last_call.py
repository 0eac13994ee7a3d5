"""Last call: after which day new work at a stage hardly counts any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.network import Network
from toc_sim.outlook.futures import Today
from toc_sim.outlook.onward import chances_to_win
from toc_sim.scenario.fields.numbers import level
from toc_sim.theory.exact.passage import passage

HARDLY = 0.1
"""Below this chance work hardly counts [1]."""

FEWEST_COMERS = 200
"""Items that come to a stage in all runs together; of fewer no last call is told."""

_BINS = 64
"""Into how many parts the time up to the date is divided."""

_Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LastCall:
    """After which time new work at a stage is hardly closed by the date.

    Of the items that come to the stage at that time, and that are won in the end,
    `HARDLY` are closed by the date; of those that come later, fewer.

    Attributes
    ----------
    name
        The stage.
    time
        From today [periods]; 0: it is too late already; nan: too few come to tell.
    method
        ``exact``, where nobody waited on the way and no time has a memory; else
        ``simulated``.
    comers
        Items that came to the stage, in all runs together.
    """

    name: str
    time: float
    method: Literal["exact", "simulated"]
    comers: int


@dataclass
class _Comers:
    """Who came to each node, when, and what became of it by the date."""

    nodes: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)
    hopes: list[float] = field(default_factory=list)
    waited: set[int] = field(default_factory=set)

    def add(self, run: _Watched) -> None:
        """Add who came in one run."""
        self.waited |= run.waited
        for item, stops in run.stops.items():
            for node, time in stops:
                if time > 0:
                    self.nodes.append(node)
                    self.times.append(time)
                    self.closed.append(item in run.bought)
                    self.hopes.append(run.hopes[item])


class _Watched:
    """One run, seen event by event.

    Attributes
    ----------
    stops
        By item, the nodes that it came to, and when.
    hopes
        By item, how likely it is won in the end, by what became of it so far.
    bought
        The items that are.
    waited
        The nodes at which somebody waited.
    """

    def __init__(self, net: Network) -> None:
        self.stops: dict[int, list[tuple[int, float]]] = {}
        self.hopes: dict[int, float] = {}
        self.bought: set[int] = set()
        self.waited: set[int] = set()
        self._index = {node.name: node.index for node in net.nodes}
        self._wins = chances_to_win(net)
        kept = [max(level(node.conversion, 0.0), _LEAST) for node in net.nodes]
        self._after = np.minimum(1.0, self._wins / kept)

    def note(self, happened: TraceEvent) -> None:
        """Note what happened."""
        time, event, name, item = happened
        if event == "arrive":
            self.stops.setdefault(item, []).append((self._index[name], time))
            self.hopes[item] = self._wins[self._index[name]]
        elif event == "start" and item in self.stops:
            if self.stops[item][-1][1] < time:
                self.waited.add(self._index[name])
        elif event == "buy":
            self.bought.add(item)
            self.hopes[item] = 1.0
        else:
            self._leave(event, name, item)

    def _leave(self, event: str, name: str, item: int) -> None:
        """Note that an item left a node, or the pipeline."""
        if event in ("lose", "merge"):
            self.hopes[item] = 0.0
        elif event == "depart" and item not in self.bought and self.hopes.get(item):
            self.hopes[item] = self._after[self._index[name]]


_LEAST = 1e-9
"""What a conversion counts as at least, where it is divided by."""


def last_calls(start: Today, runs: range) -> tuple[LastCall, ...]:
    """Return the last call of every stage.

    Parameters
    ----------
    start
        Where the futures begin.
    runs
        Numbers of the runs that are watched.
    """
    seen = _Comers()
    for number in runs:
        net = start.start(number).network
        watched = _Watched(net)
        start.result(net, number, watched.note)
        seen.add(watched)
    net = start.start(0).network
    return tuple(_calls(start, net, seen))


def _calls(start: Today, net: Network, seen: _Comers) -> Iterator[LastCall]:
    times, at = np.array(seen.times), np.array(seen.nodes, dtype=int)
    closed, hopes = np.array(seen.closed, dtype=float), np.array(seen.hopes)
    for place in dict.fromkeys(node.place for node in net.nodes):
        nodes = [node.index for node in net.nodes if node.place == place]
        if net.nodes[nodes[0]].kind != "stage":
            continue
        here = np.isin(at, nodes)
        comers = int(here.sum())
        told = _exactly(start, net, nodes, seen.waited)
        if told is not None:
            yield LastCall(place, told, "exact", comers)
            continue
        enough = comers >= FEWEST_COMERS
        found = (times[here], closed[here], hopes[here])
        told = _crossing(*found, start.until) if enough else np.nan
        yield LastCall(place, told, "simulated", comers)


def _exactly(
    start: Today, net: Network, nodes: Sequence[int], waited: set[int]
) -> float | None:
    """Return the last call by theory; None: somebody waits, or times have memories."""
    way = passage(net)
    if way is None or len(nodes) > 1 or _ahead(net, nodes[0]) & waited:
        return None
    if not way.wins[nodes[0]] > 0:
        return np.nan
    return max(0.0, start.until - way.quantile(nodes[0], HARDLY))


def _ahead(net: Network, index: int) -> set[int]:
    """Return a node and all that its items may still come to before they are bought."""
    found, new = {index}, [index]
    while new:
        node = net.nodes[new.pop()]
        targets = () if node.sells else (link.target for link in node.links)
        for target in targets:
            if target not in found:
                found.add(target)
                new.append(target)
    return found


def _crossing(times: _Vector, closed: _Vector, hopes: _Vector, until: float) -> float:
    """Return when the chance to be closed falls below `HARDLY`.

    It is the part of the items which will be won that are closed by the date, as it
    falls with the time of their coming: the falling curve next to what was seen
    (isotonic regression), between whose steps a straight line leads.

    Parameters
    ----------
    times
        When each came.
    closed
        Whether it was closed by the date.
    hopes
        How likely it is won in the end, by where it is at the date.
    until
        The date.
    """
    part = np.minimum((times / until * _BINS).astype(int), _BINS - 1)
    won = np.asarray(np.bincount(part, closed, _BINS), dtype=np.float64)
    could = np.asarray(np.bincount(part, hopes, _BINS), dtype=np.float64)
    there = could > 0
    middles = (np.arange(_BINS) + 0.5)[there] * until / _BINS
    chances = _falling(won[there] / could[there], could[there])
    if not len(chances) or chances[0] < HARDLY:
        return 0.0
    if chances[-1] >= HARDLY:
        return until
    after = int(np.argmax(chances < HARDLY))
    high, low = chances[after - 1], chances[after]
    part_of_step = (high - HARDLY) / (high - low)
    return float(
        middles[after - 1] + part_of_step * (middles[after] - middles[after - 1])
    )


def _falling(values: _Vector, weights: _Vector) -> _Vector:
    """Return the falling values next to some values (pool adjacent violators).

    References
    ----------
    Barlow, Bartholomew, Bremner & Brunk 1972, *Statistical Inference under Order
    Restrictions*.
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            (first, heavy, many), (second, light, few) = blocks[-2:]
            whole = heavy + light
            mean = (first * heavy + second * light) / whole
            blocks[-2:] = [(mean, whole, many + few)]
    return _spread(blocks)


def _spread(blocks: Sequence[tuple[float, float, int]]) -> _Vector:
    """Return the value of each block as often as it stands for."""
    values = [value for value, _, _ in blocks]
    return np.repeat(np.array(values, dtype=np.float64), [n for _, _, n in blocks])
