"""Several programs take turns at the same work, in one process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a program did in its turn.

    Attributes
    ----------
    items
        That left the line.
    seconds
        That it took.
    """

    items: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How a program did over all its turns."""

    turns: tuple[Turn, ...]

    @property
    def speed(self) -> float:
        """The median of its turns [items/s]."""
        return median(turn.items / turn.seconds for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Work:
    """What a program is asked to do.

    Attributes
    ----------
    run
        Does the work with a seed, and returns how many items left.
    clock
        What it is timed with: processor time, unless other processes work for it.
    """

    run: Callable[[int], int]
    clock: Clock = process_time


def take_turns(
    works: Mapping[str, Work], rounds: int, enough: float = 0.0
) -> dict[str, Pace]:
    """Let every program do its work once a round, each time with another seed.

    The first turn of each, in which compilers compile, does not count; every other one
    goes on until it has taken enough seconds.
    """
    turns: dict[str, list[Turn]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            turn = _turn(work, number, enough if number else 0.0)
            turns[name].append(turn)
    return {name: Pace(tuple(each[1:])) for name, each in turns.items()}


def _turn(work: Work, number: int, enough: float) -> Turn:
    items, runs = 0, 0
    begin = work.clock()
    while True:
        items += work.run(1_000 * number + runs)
        runs += 1
        seconds = work.clock() - begin
        if seconds >= enough:
            return Turn(items, seconds)


def wall(run: Callable[[], object]) -> float:
    """Return how long something takes [s], by the clock on the wall."""
    begin = perf_counter()
    run()
    return perf_counter() - begin
