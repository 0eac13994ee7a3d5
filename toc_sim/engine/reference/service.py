"""How long a service takes and how it ends: times, failures, conversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toc_sim.engine.reference.floor import Record, Server
from toc_sim.network import NetNode
from toc_sim.scenario.fields.numbers import Profile, level
from toc_sim.streams import Purpose, chances, exponentials, generator, variates


@dataclass(frozen=True, slots=True)
class RandomStreams:
    """The random numbers of one run (R44, R45)."""

    seed: int
    replication: int

    def times(self, node: NetNode) -> Callable[[], float]:
        """Return the times of mean one that a node draws."""
        return variates(node.draw, self._generator(node, Purpose.TIME))

    def conversions(self, node: NetNode) -> Callable[[], float]:
        """Return numbers between 0 and 1 that decide whether items move on."""
        return chances(self._generator(node, Purpose.CONVERSION))

    def ways(self, node: NetNode) -> Callable[[], float]:
        """Return numbers between 0 and 1 that decide which way items go."""
        return chances(self._generator(node, Purpose.ROUTING))

    def patience(self, node: NetNode) -> Callable[[], float]:
        """Return how long items wait before a node, as times of mean one."""
        assert node.patience is not None  # noqa: S101 - asked for only where there is
        return variates(node.patience.draw, self._generator(node, Purpose.PATIENCE))

    def failures(self, node: NetNode, server: int) -> Callable[[], float]:
        """Return working times to the next failure of one server, of mean one."""
        return exponentials(self._generator(node, Purpose.FAILURE, server))

    def repairs(self, node: NetNode, server: int) -> Callable[[], float]:
        """Return repair times of one server, of mean one."""
        return exponentials(self._generator(node, Purpose.REPAIR, server))

    def _generator(
        self, node: NetNode, purpose: Purpose, server: int = 0
    ) -> np.random.Generator:
        return generator(self.seed, self.replication, node.stream, purpose, server)


class Service:
    """The services of one node; its clock, where it is a source or a backlog.

    Parameters
    ----------
    node
        What the network says of it.
    streams
        The random numbers of the run.

    Attributes
    ----------
    draw
        Gives the next time of mean one.
    down
        Time in repair within all services begun so far [periods].
    paused
        Time that they have waited, or will wait, for opening hours [periods].
    """

    def __init__(self, node: NetNode, streams: RandomStreams) -> None:
        self.node = node
        self.draw = streams.times(node)
        self.down = self.paused = 0.0
        self._streams = streams
        self._is_sure = node.conversion == 1.0
        self._uniform = streams.conversions(node)
        self._failures: dict[int, _Failures] = {}

    @property
    def steady_pace(self) -> float:
        """The pace of a node whose services always take draw / pace; else 0."""
        node = self.node
        if (
            node.timed
            or isinstance(node.pace, Profile)
            or node.availability is not None
        ):
            return 0.0
        return node.pace

    def pace(self, now: float) -> float:
        """Return the pace, or the mean time, that the node has now (R3)."""
        return level(self.node.pace, now)

    def begin(
        self, server: Server, now: float, cause: Record | None
    ) -> tuple[float, Record]:
        """Return how long a service takes that begins now, and its record (R13)."""
        time = self._time(server, now)
        return time, [self.node.index, now, now + time, cause]

    def next_arrival(self, now: float, cause: Record | None) -> Record:
        """Return the record of the time to the next arrival, or buyer."""
        time = self.draw() / level(self.node.pace, now)
        return [self.node.index, now, now + time, cause]

    def converts(self, now: float) -> bool:
        """Draw whether a finished item moves on (R20)."""
        return self._is_sure or self._uniform() < level(self.node.conversion, now)

    def _time(self, server: Server, now: float) -> float:
        """Return how long a service takes from now, repairs included (R13, R19)."""
        node = self.node
        pace = level(node.pace, now)
        time = self.draw() * pace if node.timed else self.draw() / pace
        if node.availability is None:
            return time
        if server.number not in self._failures:
            self._failures[server.number] = _Failures(
                node, self._streams, server.number
            )
        server.repairs, time = self._failures[server.number].with_repairs(now, time)
        for start, end in server.repairs:
            self.down += end - start
        return time


class _Failures:
    """The failures of one server: its clock runs while it works (R19)."""

    def __init__(self, node: NetNode, streams: RandomStreams, server: int) -> None:
        failures = node.availability
        assert failures is not None  # noqa: S101 - asked for only where there are some
        self._between = failures.mean_time_between_failures
        self._repair = failures.mean_time_to_repair
        self._next_failure = streams.failures(node, server)
        self._next_repair = streams.repairs(node, server)
        self._left = self._next_failure() * self._between

    def with_repairs(
        self, now: float, work: float
    ) -> tuple[list[tuple[float, float]], float]:
        """Return the repairs within a service, and its length with them."""
        repairs = []
        length = 0.0
        while work > self._left:
            length += self._left
            work -= self._left
            repair = self._next_repair() * self._repair
            repairs.append((now + length, now + (length + repair)))
            length += repair
            self._left = self._next_failure() * self._between
        self._left -= work
        return repairs, length + work
