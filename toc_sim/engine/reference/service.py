"""How long a service takes and how it ends: times, failures, conversion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf

import numpy as np

from toc_sim.engine.reference.floor import Record, Server
from toc_sim.engine.reference.paces import ALWAYS_OPEN, ChangingPace
from toc_sim.engine.rules.time_left import work_left
from toc_sim.network import Link, NetNode
from toc_sim.scenario.fields.numbers import Profile, level
from toc_sim.streams import Purpose, chances, exponentials, generator, variates


@dataclass(frozen=True, slots=True)
class RandomStreams:
    """The random numbers of one run (R44, R45)."""

    seed: int
    replication: int

    def times(self, node: NetNode) -> Callable[[], float]:
        """Return the times of mean one that a node draws.

        First is what is left of services that are under way as the run starts (R56).
        """
        draw = variates(node.draw, self._generator(node, Purpose.TIME))
        if node.opened is None or not node.opened.done:
            return draw
        left = work_left(node, self.seed, self.replication).tolist()
        return chain(left, iter(draw, None)).__next__

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

    def times_away(self, link: Link) -> Callable[[], float]:
        """Return how long items are away on a way, as times of mean one (R23)."""
        source = generator(self.seed, self.replication, link.stream, Purpose.DELAY)
        return variates(link.draw, source)

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
    horizon
        When the run ends [periods].

    Attributes
    ----------
    draw
        Gives the next time of mean one.
    changing
        The pace, where it changes over time; else None.
    down
        Time in repair within all services begun so far [periods].
    paused
        Time that they have waited, or will wait, for opening hours [periods].
    """

    def __init__(self, node: NetNode, streams: RandomStreams, horizon: float) -> None:
        self.node = node
        self.draw = streams.times(node)
        self.down = self.paused = 0.0
        self._streams = streams
        self._is_sure = node.conversion == 1.0
        self._uniform = streams.conversions(node)
        self._failures: dict[int, _Failures] = {}
        self.changing = (
            ChangingPace(node.pace, timed=node.timed, horizon=horizon)
            if isinstance(node.pace, Profile)
            else None
        )

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
        time, end = self._time(server, now)
        return time, [self.node.index, now, end, cause]

    def next_arrival(self, now: float, cause: Record | None) -> Record:
        """Return the record of the time to the next arrival, or buyer (R8, R25)."""
        draw, changing = self.draw(), self.changing
        if changing is None:
            until = now + draw / self.pace(now)
        else:
            until, _, _ = changing.worked(now, draw)
        return [self.node.index, now, until, cause]

    def converts(self, now: float) -> bool:
        """Draw whether a finished item moves on (R20)."""
        return self._is_sure or self._uniform() < level(self.node.conversion, now)

    def end_of(self, now: float, time: float) -> float:
        """Return when a service ends that begins now and takes so much time."""
        return now + time

    def hours_of_work(self) -> Sequence[float]:
        """Return when the place opens and closes, if its work goes on only between."""
        return ALWAYS_OPEN

    def up_to_failure(
        self, now: float, work: float, left: float
    ) -> tuple[float, float, float]:
        """Return when a server stops or is done, after what work, and what is left.

        What it would not do in the run is no failure: nothing is left of it.

        Parameters
        ----------
        now, work
            When it begins [periods], and how much there is: in periods, or where the
            pace changes in services of mean length.
        left
            After what time of work it fails [periods].
        """
        changing = self.changing
        if changing is not None:
            now, time, work = changing.worked(now, work, left, self.hours_of_work())
            return now, time, work if now < changing.never else 0.0
        if work > left:
            return now, left, work - left
        return now, work, 0.0

    def _time(self, server: Server, now: float) -> tuple[float, float]:
        """Return how long a service takes, repairs included, and its end (R13, R19)."""
        node, changing = self.node, self.changing
        work = self.draw()
        if changing is None:
            pace = self.pace(now)
            work = work * pace if node.timed else work / pace
        if node.availability is not None:
            return self._time_with_repairs(server, now, work)
        if changing is not None:
            end, time, _ = changing.worked(now, work, inf, self.hours_of_work())
            return time, end
        return work, self.end_of(now, work)

    def _time_with_repairs(
        self, server: Server, now: float, work: float
    ) -> tuple[float, float]:
        """Return how long a service takes with its repairs, and when it ends."""
        if server.number not in self._failures:
            self._failures[server.number] = _Failures(
                self.node, self._streams, server.number
            )
        failures = self._failures[server.number]
        server.repairs, time, end = failures.with_repairs(self, now, work)
        for start, until in server.repairs:
            self.down += until - start
        return time, self.end_of(now, time) if self.changing is None else end


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
        self, service: Service, now: float, work: float
    ) -> tuple[list[tuple[float, float]], float, float]:
        """Return the repairs within a service, its length with them, and its end.

        The end is told where the pace changes.
        """
        repairs = []
        length = 0.0
        moment, time, work = service.up_to_failure(now, work, self._left)
        while work > 0:
            length += time
            repair = self._next_repair() * self._repair
            repairs.append((now + length, now + (length + repair)))
            length += repair
            moment = service.end_of(moment, repair)
            self._left = self._next_failure() * self._between
            moment, time, work = service.up_to_failure(moment, work, self._left)
        self._left -= time
        return repairs, length + time, moment
