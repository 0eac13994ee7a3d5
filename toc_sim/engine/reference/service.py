"""How long a service takes and how it ends: times, failures, conversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toc_sim.engine.reference.critical_path import Record
from toc_sim.engine.reference.floor import Server
from toc_sim.engine.reference.shifts import Shifts
from toc_sim.network.node import Draw, NetNode
from toc_sim.scenario.fields.numbers import Profile, level
from toc_sim.streams import Purpose, chances, exponentials, generator, variates


@dataclass(frozen=True, slots=True)
class Chance:
    """Which chance a run meets."""

    seed: int
    replication: int

    def times(self, node: NetNode) -> Callable[[], float]:
        """Return the times of mean one that a node draws."""
        source = generator(self.seed, self.replication, node.stream, Purpose.TIME)
        return variates(node.draw, source)

    def numbers(self, node: NetNode, purpose: Purpose) -> Callable[[], float]:
        """Return the numbers between 0 and 1 that a node draws for a purpose."""
        return chances(generator(self.seed, self.replication, node.stream, purpose))

    def patience(self, node: NetNode, draw: Draw) -> Callable[[], float]:
        """Return how long items wait before a node, as times of mean one."""
        source = generator(self.seed, self.replication, node.stream, Purpose.PATIENCE)
        return variates(draw, source)

    def failures(
        self, node: NetNode, purpose: Purpose, server: int
    ) -> Callable[[], float]:
        """Return exponential times of mean one for one server of a node."""
        return exponentials(
            generator(self.seed, self.replication, node.stream, purpose, server)
        )


class Work:
    """The services of one node.

    Parameters
    ----------
    node
        What the network says of it.
    chance
        Which chance the run meets.

    Attributes
    ----------
    draw
        Gives the next time of mean one.
    down
        Time in repair within all services begun so far [periods].
    shifts
        When its clock runs; None: always.
    """

    def __init__(self, node: NetNode, chance: Chance) -> None:
        self.draw = chance.times(node)
        self.down = 0.0
        self.shifts: Shifts | None = None
        self._node = node
        self._chance = chance
        self._converts = node.conversion != 1.0
        self._number = chance.numbers(node, Purpose.CONVERSION)
        self._breakdowns: dict[int, _Breakdowns] = {}

    @property
    def is_steady(self) -> bool:
        """Whether a service always takes draw / pace, with the same pace."""
        node = self._node
        changes = isinstance(node.pace, Profile)
        return not (node.timed or changes or node.availability is not None)

    def duration(self, server: Server, now: float) -> float:
        """Return the length of a service that begins now, repairs included."""
        node = self._node
        pace = level(node.pace, now)
        time = self.draw() * pace if node.timed else self.draw() / pace
        if node.availability is None:
            return time
        if server.number not in self._breakdowns:
            self._breakdowns[server.number] = _Breakdowns(
                node, self._chance, server.number
            )
        server.repairs, time = self._breakdowns[server.number].stretch(now, time)
        for start, end in server.repairs:
            self.down += end - start
        return time

    def clock(
        self, owner: int, now: float, record: Record | None
    ) -> tuple[float, Record]:
        """Return when the next arrival comes, or buyer, and the record of that time."""
        time = self.draw() / level(self._node.pace, now)
        if self.shifts is None:
            return now + time, [owner, now, now + time, record]
        until = self.shifts.until(now, time)
        return until, self.shifts.record(owner, now, until, record)

    def passes(self, now: float) -> bool:
        """Draw whether a finished item moves on."""
        if not self._converts:
            return True
        return self._number() < level(self._node.conversion, now)


class _Breakdowns:
    """The failures of one server: its clock runs while it works."""

    def __init__(self, node: NetNode, chance: Chance, server: int) -> None:
        failures = node.availability
        assert failures is not None  # noqa: S101 - asked for only where there are some
        self._between = failures.mean_time_between_failures
        self._repair = failures.mean_time_to_repair
        self._next_failure = chance.failures(node, Purpose.FAILURE, server)
        self._next_repair = chance.failures(node, Purpose.REPAIR, server)
        self._left = self._next_failure() * self._between

    def stretch(
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
