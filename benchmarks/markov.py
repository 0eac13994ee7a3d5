"""The exact throughput of serial lines, and what speeding up a station would bring.

A line with exponential, Erlang or unreliable exponential stations and finite buffers
is a Markov chain in continuous time. Its balance equations are solved here as one
sparse linear system (the method of Hillier & Boling 1967), and all derivatives of the
throughput come from one more solution of the transposed system. No chance is involved:
this is the truth that simulations and rules are measured by.

The line: the first station is never starved, the last never blocked; blocking after
service; buffers count the places between two stations, those in service not counted.
An unreliable station fails while it works (operation-dependent), and after its repair
goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu
from serial_lines import Line

State = tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]]
"""Items before or at each station but the first; phase by station; whether it is down.

An item that is finished and blocked counts as being before the next station.
"""


class What(StrEnum):
    """The kinds of rates of a station."""

    WORK = "work"
    FAIL = "fail"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class Exact:
    """The long-run figures of a line, one value by station.

    Attributes
    ----------
    throughput
        [items/period]
    working, down, blocked, starved
        Shares of time [1]; they add up to 1.
    slopes
        Derivative of the throughput by the station's working speed alone [1].
    elasticities
        Relative change of the throughput by a relative change of *all* rates of the
        station, its failures and repairs included; they add up to 1 (Euler).
    """

    throughput: float
    working: tuple[float, ...]
    down: tuple[float, ...]
    blocked: tuple[float, ...]
    starved: tuple[float, ...]
    slopes: tuple[float, ...]
    elasticities: tuple[float, ...]


class Chain:
    """The states of a line and the ways between them, without the speeds.

    Parameters
    ----------
    line
        Its buffers and phases, and whether it fails; its speeds do not matter here.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        start: State = (
            (0,) * len(line.buffers),
            (0,) * len(line.rates),
            (False,) * len(line.rates),
        )
        index: dict[State, int] = {start: 0}
        order = [start]
        ways: dict[tuple[int, What], list[tuple[int, int]]] = {}
        for state in order:  # grows while it is walked through
            for station, what, after in self._steps(state):
                if after not in index:
                    index[after] = len(order)
                    order.append(after)
                ways.setdefault((station, what), []).append(
                    (index[state], index[after])
                )
        self._states = order
        self._generators = {key: self._generator(pairs) for key, pairs in ways.items()}

    def __len__(self) -> int:
        return len(self._states)

    def throughput(self, line: Line) -> float:
        """Return the exact throughput of a line of this shape [items/period]."""
        _, probabilities = self._solve(line)
        return float(probabilities @ self._reward(line))

    def exact(self, line: Line) -> Exact:
        """Return all long-run figures of a line of this shape."""
        solver, probabilities = self._solve(line)
        reward = self._reward(line)
        throughput = float(probabilities @ reward)
        values = solver.solve(self._bordered(throughput - reward), trans="T")[:-1]
        stations = range(len(line.rates))
        by_rate = {
            key: self._slope(key, probabilities, values) for key in self._generators
        }
        for key in by_rate:
            if key == (len(line.rates) - 1, What.WORK):
                by_rate[key] += throughput / _rate(line, *key)
        return Exact(
            throughput,
            *self._times(probabilities),
            slopes=tuple(
                by_rate[station, What.WORK] * line.phases for station in stations
            ),
            elasticities=tuple(
                sum(
                    slope * _rate(line, station, what)
                    for (station, what), slope in by_rate.items()
                    if station == each
                )
                / throughput
                for each in stations
            ),
        )

    # -- the chain -------------------------------------------------------------------

    def _steps(self, state: State) -> Iterator[tuple[int, What, State]]:
        """Yield whose rate leads where from a state."""
        levels, phases, downs = state
        for station, (works, _) in enumerate(self._standing(levels)):
            if not works:
                continue
            if downs[station]:
                yield (
                    station,
                    What.REPAIR,
                    (levels, phases, _put(downs, station, value=False)),
                )
                continue
            if self._line.failures:
                yield (
                    station,
                    What.FAIL,
                    (levels, phases, _put(downs, station, value=True)),
                )
            phase = phases[station] + 1
            if phase < self._line.phases:
                yield (
                    station,
                    What.WORK,
                    (levels, _put(phases, station, value=phase), downs),
                )
            else:
                after = list(levels)
                if station > 0:
                    after[station - 1] -= 1
                if station < len(after):
                    after[station] += 1
                yield (
                    station,
                    What.WORK,
                    (tuple(after), _put(phases, station, value=0), downs),
                )

    def _standing(self, levels: tuple[int, ...]) -> list[tuple[bool, bool]]:
        """Return of each station whether it is active, and whether it is blocked.

        Read from the end of the line: a blocked station holds its item in its server,
        so that there is one place less before it.
        """
        found = [(True, False)] * len(self._line.rates)
        blocked = False
        for station in reversed(range(len(found))):
            if station < len(levels):
                room = self._line.buffers[station] + (not blocked)
                blocked = levels[station] > room
            starved = station > 0 and levels[station - 1] == 0
            found[station] = (not blocked and not starved, blocked)
        return found

    def _generator(self, pairs: list[tuple[int, int]]) -> sparse.csc_array:
        """Return the part of the generator that one rate multiplies."""
        before, after = np.array(pairs).T
        ones = np.ones(len(pairs))
        shape = (len(self), len(self))
        into = sparse.coo_array((ones, (before, after)), shape=shape)
        out = sparse.coo_array((ones, (before, before)), shape=shape)
        return sparse.csc_array(into - out)

    # -- its solution ----------------------------------------------------------------

    def _solve(self, line: Line):
        """Solve the balance equations; also return the solver for further use."""
        total = sum(
            generator * _rate(line, *key) for key, generator in self._generators.items()
        )
        ones = np.ones((len(self), 1))
        # One more unknown, the slack of the balance, keeps the system square and sparse
        # where the probabilities must also add up to 1; the slack comes out as 0.
        matrix = sparse.block_array([[total.T, ones], [ones.T, None]], format="csc")
        solver = splu(matrix)
        right = np.zeros(len(self) + 1)
        right[-1] = 1.0
        return solver, solver.solve(right)[:-1]

    def _bordered(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.append(values, 0.0)

    def _reward(self, line: Line) -> NDArray[np.float64]:
        """Return in each state how fast items leave the line [items/period]."""
        return self._leaving * _rate(line, len(line.rates) - 1, What.WORK)

    @cached_property
    def _leaving(self) -> NDArray[np.float64]:
        last, full = len(self._line.rates) - 1, self._line.phases - 1
        return np.array(
            [
                self._standing(levels)[last][0]
                and not downs[last]
                and phases[last] == full
                for levels, phases, downs in self._states
            ],
            dtype=float,
        )

    def _slope(
        self,
        key: tuple[int, What],
        probabilities: NDArray[np.float64],
        values: NDArray[np.float64],
    ) -> float:
        """Return how the probabilities' answer to one rate moves the throughput."""
        return float(probabilities @ (self._generators[key] @ values))

    def _times(
        self, probabilities: NDArray[np.float64]
    ) -> tuple[tuple[float, ...], ...]:
        """Return the shares of time working, down, blocked and starved by station."""
        standing = np.array([self._standing(levels) for levels, _, _ in self._states])
        downs = np.array([downs for _, _, downs in self._states])
        has_work, blocked = standing[:, :, 0], standing[:, :, 1]
        states = (
            has_work & ~downs,
            has_work & downs,
            blocked,
            ~has_work & ~blocked,
        )
        return tuple(tuple((probabilities @ state).tolist()) for state in states)


def exact(line: Line) -> Exact:
    """Return the exact long-run figures of a line."""
    return Chain(line).exact(line)


def loss_line(arrivals: float, rates: Sequence[float], buffers: Sequence[int]) -> Line:
    """Return the line that is, in law, a line whose arrivals are lost without room.

    Exponential gaps have no memory: a clock whose arrivals are lost while there is no
    room does the same as a station that stands still meanwhile. A finished item that
    this station holds stands for the last place that the queue before the line has.

    Parameters
    ----------
    arrivals
        Rate of the arrivals; as a station it is the first of the line [items/period].
    rates
        Mean speed of each station [items/period].
    buffers
        Places before each station, that of its server not counted [items].
    """
    return Line((arrivals, *rates), (buffers[0] - 1, *buffers[1:]))


def loss_queue(
    arrivals: float, rate: float, servers: int, places: int
) -> tuple[float, float]:
    """Return the elasticities of an M/M/c/K queue, by arrivals and by speed [1].

    The probability of n items inside is in proportion to the product of arrivals over
    the speed at 1 to n, so the logarithm of that of a full queue rises with that of the
    arrivals by K less the mean number inside.

    Parameters
    ----------
    arrivals, rate
        Of the arrivals, and of each server [items/period].
    servers
        c.
    places
        K, those in service counted [items].
    """
    inside = np.arange(places + 1)
    ratios = arrivals / (rate * np.minimum(inside[1:], servers))
    weights = np.cumprod([1.0, *ratios])
    weights /= weights.sum()
    full = float(weights[-1])
    by_arrivals = 1 - full / (1 - full) * (places - float(inside @ weights))
    return by_arrivals, 1 - by_arrivals


def lifts(
    line: Line, factor: float = 1.1, *, failures: bool = False
) -> tuple[float, ...]:
    """Return the throughput gained by speeding up each station in turn [items/period].

    Parameters
    ----------
    line
        The line as it is.
    factor
        1.1 is 10 % faster.
    failures
        Whether failures and repairs keep pace.
    """
    chain = Chain(line)
    base = chain.throughput(line)
    return tuple(
        chain.throughput(line.faster(station, factor, failures=failures)) - base
        for station in range(len(line.rates))
    )


def _rate(line: Line, station: int, what: What) -> float:
    if what is What.WORK:
        return line.rates[station] * line.phases
    return (line.failures if what is What.FAIL else line.repairs)[station]


def _put(values: tuple, at: int, *, value) -> tuple:
    return (*values[:at], value, *values[at + 1 :])
