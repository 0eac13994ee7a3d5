"""A plain line as the arrays that the fast lane begins with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled import chain as c
from toc_sim.engine.compiled.chain import Line, Real
from toc_sim.network.node import Draw, NetNode
from toc_sim.streams import Purpose, fill, generator

Numbers = TypeVar("Numbers", NDArray[np.int64], NDArray[np.float64])
Filling = Callable[[Real], object]

UNLIMITED = 64
"""Places that the memory of an unlimited queue begins with."""

BLOCK = 4096
"""Draws of a stream that are made at once, at most."""

ITEMS = 1 << 16
"""Purchases that are collected before they are taken away, at most."""

RECORDS = 1 << 16
"""Records that are worth collecting before they are added up."""


class LinePlan:
    """Everything about a line that its runs have in common.

    Parameters
    ----------
    order
        Its nodes, from first to last.

    Attributes
    ----------
    order
        Its nodes.
    indices, places
        By place in the line, the index of a node; and by index, its place.
    node, node_real
        The beginnings of their numbers.
    pace
        Items that pass in a period at most [items/period].
    """

    def __init__(self, order: tuple[NetNode, ...]) -> None:
        self.order = order
        self.indices = [node.index for node in order]
        self.places = sorted(range(len(order)), key=self.indices.__getitem__)
        self.node = np.zeros((len(order), c.WHOLE), dtype=np.int64)
        self.node_real = np.zeros((len(order), c.REAL))
        self._streams: list[tuple[str, Purpose, Draw | None]] = []
        ring = causes = 0
        for row, real, node in zip(self.node, self.node_real, order, strict=True):
            row[c.STREAM] = row[c.CONVERSIONS] = row[c.BEHIND] = c.NONE
            if node.draw.shape != "constant":
                row[c.STREAM] = self._stream(node, Purpose.TIME, node.draw)
            if node.conversion != 1.0:
                row[c.CONVERSIONS] = self._stream(node, Purpose.CONVERSION)
            row[c.BUFFER] = c.ENDLESS if node.buffer is None else node.buffer
            row[c.REFUSES] = node.lost
            row[c.RING], row[c.CAUSES] = ring, causes
            row[c.MASK] = _mask(node.buffer, UNLIMITED)
            row[c.CAUSE_MASK] = _mask(node.buffer, 1)
            ring += row[c.MASK] + 1
            causes += row[c.CAUSE_MASK] + 1
            # Nodes of a plain line have no profiles.
            real[c.PACE] = float(node.pace)  # type: ignore[arg-type]
            real[c.CONVERSION] = float(node.conversion)  # type: ignore[arg-type]
        self._rings, self._causes = int(ring), int(causes)
        self._spare: list[Line] = []
        self.pace = min(float(real[c.PACE]) for real in self.node_real)

    def fillings(self, seed: int, replication: int) -> list[Filling]:
        """Return by stream what fills a row with numbers of it."""
        return [
            _filling(generator(seed, replication, name, purpose), draw)
            for name, purpose, draw in self._streams
        ]

    def begun(self, horizon: float, warmup: float, items: int) -> Line:
        """Return the state of a run before anything has happened.

        It may stand in the arrays of the last run that this plan began.

        Parameters
        ----------
        horizon, warmup
            The window, and the time before it [periods].
        items
            How many are expected to pass.
        """
        x = self._room_for(items)
        x.run[:] = 0
        x.run[c.HAS_SOURCE] = self.order[0].kind == "source"
        x.run[c.LAST_CAUSE] = x.run[c.CLOCK_RECORD] = c.NONE
        x.run_real[:] = horizon, -warmup
        x.node[:], x.node_real[:] = self.node, self.node_real
        x.node_real[:, c.LAST] = -warmup
        x.place[:] = x.draws.shape[1]
        x.causes[:] = c.NONE
        for each in (x.begin, x.end, x.system):
            each[:] = 0.0
        return x._replace(ring=np.zeros(self._rings))

    def _room_for(self, items: int) -> Line:
        """Return the arrays of a run, whatever stands in them."""
        while self._spare:
            x = self._spare.pop()
            if len(x.sold) == min(items, ITEMS):
                return x
        nodes, steps = len(self.order), min(BLOCK, items)
        records = min(max(RECORDS, 2 * nodes * steps), nodes * (items + 1))
        rows = min(items, ITEMS)
        return Line(
            run=np.empty(c.RUN_WHOLE, dtype=np.int64),
            run_real=np.empty(c.RUN_REAL),
            node=np.empty_like(self.node),
            node_real=np.empty_like(self.node_real),
            draws=np.empty((len(self._streams), steps)),
            place=np.empty(len(self._streams), dtype=np.int64),
            ring=np.empty(0),
            causes=np.empty(self._causes, dtype=np.int64),
            begin=np.empty((nodes, c.READ)),
            end=np.empty((nodes, c.READ)),
            system=np.empty((2, c.SYSTEM)),
            code=np.empty(records, dtype=np.int64),
            start=np.empty(records),
            sold=np.empty(rows),
            stays=np.empty(rows),
        )

    def take_back(self, x: Line) -> None:
        """Take back the arrays of a run that is over, for the next."""
        self._spare[:] = [x]

    def with_longer_rings(self, x: Line) -> Line:
        """Return a run with twice the room for what waits without a limit."""
        rings, at = [], 0
        for row, node in zip(x.node, self.order, strict=True):
            old = x.ring[row[c.RING] : row[c.RING] + row[c.MASK] + 1]
            new = old
            if node.buffer is None:
                mask = 2 * int(row[c.MASK]) + 1
                numbers = np.arange(max(0, row[c.CAME] - len(old)), row[c.CAME])
                new = np.zeros(mask + 1)
                new[numbers & mask] = old[numbers & row[c.MASK]]
                row[c.MASK] = mask
            row[c.RING] = at
            at += len(new)
            rings.append(new)
        x.run[c.CRAMPED] = 0
        return x._replace(ring=np.concatenate(rings))

    def _stream(self, node: NetNode, purpose: Purpose, draw: Draw | None = None) -> int:
        self._streams.append((node.stream, purpose, draw))
        return len(self._streams) - 1


def longer(table: Numbers) -> Numbers:
    """Return a table with twice the rows; what is in the new ones does not matter."""
    return np.concatenate((table, table))


def _mask(buffer: int | None, unlimited: int) -> int:
    """Return one less than the places of a ring, which are a power of two."""
    return int(2 ** np.ceil(np.log2(unlimited if buffer is None else buffer + 4))) - 1


def _filling(source: np.random.Generator, draw: Draw | None) -> Filling:
    if draw is None:
        return lambda row: source.random(out=row)
    return partial(fill, draw, source)
