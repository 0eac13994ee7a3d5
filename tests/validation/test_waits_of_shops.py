"""Waits of shops that no theory gives, against a simulation of their own each.

A job shop, a surgery with one desk for three kinds of work, a clinic whose pace changes
by the day of the week: public cases, told again as an event list or a recurrence, with
other random numbers and none of the program's code.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from itertools import chain, count
from math import hypot, sqrt
from pathlib import Path
from statistics import fmean, variance

import numpy as np
import pytest

from toc_sim import load
from toc_sim.engine.result import RunResult, WaitRun
from toc_sim.engine.simulate import simulate
from toc_sim.engine.wait_figures import quantile, together
from toc_sim.network.build import network as network_of

pytestmark = pytest.mark.law

CASES = Path(__file__).with_name("public_cases")

Draw = Callable[[], float]
Visit = tuple[str, str, Draw]
"""The name of a step, whose servers do it, and how long it takes."""
Comer = tuple[Draw, Callable[[], Sequence[Visit]]]
"""The time between two items of a product, and the way of one."""


class Waits(defaultdict[str, list[float]]):
    """The waits of one run by place, and the ages of what is left there."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(list)
        self.left: defaultdict[str, list[float]] = defaultdict(list)


@dataclass(slots=True)
class Guest:
    """An item on its way: what is before it, how long it waited, and since when."""

    product: str
    way: list[Visit]
    waited: float = 0.0
    since: float = 0.0

    @property
    def place(self) -> str:
        """Where it waits, and for which product."""
        return f"{self.way[0][0]}/{self.product}"


class Shop:
    """Groups of servers, each with one line: first come, first served."""

    def __init__(self, servers: dict[str, int], comers: dict[str, Comer]) -> None:
        """Begin empty, with the first of each product on the way."""
        self.waits, self.order, self.now = Waits(), count(), 0.0
        self.free, self.comers = dict(servers), comers
        self.lines = {group: deque[Guest]() for group in servers}
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        for product in comers:
            self.come_next(product)

    def after(self, time: float, act: Callable[[], None]) -> None:
        """Let something happen later."""
        heappush(self.events, (self.now + time, next(self.order), act))

    def come_next(self, product: str) -> None:
        """Let the next item of a product come when it is time."""
        gap, way = self.comers[product]

        def come() -> None:
            self.come_next(product)
            self.go_on(Guest(product, list(way())))

        self.after(gap(), come)

    def go_on(self, guest: Guest) -> None:
        """Send an item to its next line, or out."""
        if not guest.way:
            self.waits[f"{guest.product} in all"].append(guest.waited)
            self.waits["all"].append(guest.waited)
            return
        guest.since = self.now
        group = guest.way[0][1]
        self.lines[group].append(guest)
        self.begin(group)

    def begin(self, group: str) -> None:
        """Let whoever is free in a group take the next of its line."""
        while self.free[group] and self.lines[group]:
            guest = self.lines[group].popleft()
            self.waits[guest.place].append(self.now - guest.since)
            guest.waited += self.now - guest.since
            self.free[group] -= 1
            self.after(guest.way.pop(0)[2](), partial(self.end, group, guest))

    def end(self, group: str, guest: Guest) -> None:
        """End a service."""
        self.free[group] += 1
        self.begin(group)
        self.go_on(guest)

    def run(self, horizon: float) -> Waits:
        """Return the waits that end by then, and what is left."""
        while self.events[0][0] <= horizon:
            self.now, _, act = heappop(self.events)
            act()
        for guest in chain.from_iterable(self.lines.values()):
            self.waits.left[guest.place].append(horizon - guest.since)
        return self.waits


def job_shop(chance: np.random.Generator, horizon: float) -> Waits:
    """Run five groups of machines; times are Erlang of two phases (cv 0.7071)."""
    servers = {"group1": 3, "group2": 2, "group3": 4, "group4": 3, "group5": 1}
    routes = {
        "one": (1.2, {3: 0.5, 1: 0.6, 2: 0.85, 5: 0.5}),
        "two": (2.0, {4: 1.1, 1: 0.8, 3: 0.75}),
        "three": (0.8, {2: 1.2, 5: 0.25, 1: 0.7, 4: 0.9, 3: 1.0}),
    }

    def comer(rate: float, times: dict[int, float]) -> Comer:
        def took(mean: float) -> Draw:
            return lambda: chance.gamma(2, mean / 2)

        way = [(f"group{k}", f"group{k}", took(mean)) for k, mean in times.items()]
        return (lambda: chance.exponential(1 / rate)), (lambda: way)

    comers = {name: comer(*told) for name, told in routes.items()}
    return Shop(servers, comers).run(horizon)


def surgery(chance: np.random.Generator, horizon: float) -> Waits:
    """Run one desk for three kinds of work, and two doctors."""

    def took(minutes: float) -> Draw:
        return lambda: chance.exponential(minutes / 60)

    def patient() -> Iterator[Visit]:
        yield "register", "desk", took(2)
        yield "doctor", "doctor", took(8)
        if chance.random() < 0.25:
            yield "book", "desk", took(4)

    comers: dict[str, Comer] = {
        "patient": (lambda: chance.exponential(1 / 20), lambda: list(patient())),
        "caller": (
            lambda: chance.exponential(1 / 6),
            lambda: [("answer", "desk", took(4))],
        ),
    }
    return Shop({"desk": 1, "doctor": 2}, comers).run(horizon)


WEEK = ((0, 12), (1, 15), (2, 8), (3, 10), (4, 12), (5, 8), (6, 0))
"""From which day of the week how many are seen a day; the seventh day is off."""
PASSED = (0, 12, 27, 35, 45, 57, 65, 65)
"""How many could have been seen in a week until each day begins."""


def seen_by(day: float) -> float:
    """Return how many could have been seen until then: the area under the pace."""
    weeks, rest = divmod(day, 7)
    start, pace = WEEK[int(rest)]
    return weeks * PASSED[-1] + PASSED[start] + pace * (rest - start)


def day_of(seen: float) -> float:
    """Return the inverse: the day on which so many have been seen."""
    weeks, rest = divmod(seen, PASSED[-1])
    start = bisect_right(PASSED[:-2], rest) - 1
    return weeks * 7 + start + (rest - PASSED[start]) / WEEK[start][1]


def clinic(chance: np.random.Generator, horizon: float) -> Waits:
    """Run one doctor by the recurrence of Lindley, in time by which work is done.

    Patients come a week after they are referred; a week begins with a day of work, so
    that a patient of the day off is seen as the next week begins.
    """
    waits, referred, free = Waits(), 0.0, 0.0
    while True:
        referred += chance.exponential(1 / 9.589)
        came = referred + 7
        begun = max(seen_by(came), free)
        # who finds nobody is seen at once, or as the day off ends
        start = came if begun > free and came % 7 < 6 else day_of(begun)
        if came > horizon:
            return waits
        free = begun + 1
        if start > horizon:
            waits.left["clinic"].append(horizon - came)
            continue
        waits["clinic"].append(start - came)
        if day_of(free) <= horizon:
            waits["all"].append(start - came)


Own = Callable[[np.random.Generator, float], Waits]
Told = tuple[list[Waits], dict[str, list[WaitRun]]]
"""By run the waits of a shop's own simulation; by place those of the program."""

SHOPS: dict[str, tuple[str, Own, float, int]] = {
    "job shop": ("15_job_shop", job_shop, 300, 150),
    "surgery": ("03_gp_desk", surgery, 8, 1000),
    "clinic": ("36_slots", clinic, 730, 60),
}
"""The case, its own simulation, for how long, and how often."""


@pytest.fixture(name="told", params=SHOPS, scope="module")
def _told(request: pytest.FixtureRequest) -> Told:
    case, own, horizon, times = SHOPS[request.param]
    settings = {"run.horizon": f"{horizon}", "run.replications": f"{times}"}
    scenario = load(str(CASES / f"{case}.yaml"), settings)
    results = simulate(network_of(scenario)).results
    runs = [own(np.random.default_rng([2920, k]), horizon) for k in range(times)]
    return runs, {place: waits_at(place, results) for place in sorted(runs[0])}


def waits_at(place: str, results: Sequence[RunResult]) -> list[WaitRun]:
    """Return the waits of the program's runs at a place of a shop's own simulation."""
    if place == "all":
        return [together(result.sold_waits) for result in results]
    names = {place, place.partition("/")[0], place.removesuffix(" in all")}
    return [
        next(w for w in (*run.waits, *run.sold_waits) if w.name in names)
        for run in results
    ]


FAR = 4.5
"""So many standard errors apart are two figures that are not the same."""


def figure_of(
    values: Iterable[float], counts: Iterable[float] | None = None
) -> tuple[float, float]:
    """Return a mean over runs, or a ratio of sums, and its error (Cochran 1977)."""
    sums = list(values)
    sizes = [1.0] * len(sums) if counts is None else list(counts)
    ratio = sum(sums) / sum(sizes)
    parts = [v - ratio * c for v, c in zip(sums, sizes, strict=True)]
    return ratio, sqrt(variance(parts) / len(parts)) / fmean(sizes)


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how many standard errors lie between two figures."""
    between = abs(one[0] - other[0])
    return between / hypot(one[1], other[1]) if between else 0.0


def test_as_many_wait_as_long_at_each_place(told: Told) -> None:
    """The mean wait, the number of items, and the longest wait of a run."""
    runs, places = told
    for place, waits in places.items():
        counts = [len(run[place]) for run in runs]
        own = figure_of([sum(run[place]) for run in runs], counts)
        found = figure_of([w.total for w in waits], [w.served for w in waits])
        own_longest = figure_of(max(run[place], default=0.0) for run in runs)
        longest = figure_of(w.longest for w in waits)

        assert apart(found, own) < FAR, place
        assert apart(figure_of(w.served for w in waits), figure_of(counts)) < FAR, place
        assert apart(longest, own_longest) < FAR, place


@pytest.mark.parametrize("part", [0.5, 0.9, 0.95])
def test_as_large_a_part_waits_no_longer(told: Told, part: float) -> None:
    """Half, 90 % and 95 %: so many of the shop's own waits are not above it either."""
    runs, places = told
    for place, waits in places.items():
        limit = quantile(together(waits), part)
        counts = [len(run[place]) for run in runs]
        within = ([w <= 1.01 * limit for w in run[place]] for run in runs)
        below = ([w < 0.99 * limit for w in run[place]] for run in runs)
        short, error = figure_of(map(sum, within), counts)
        shorter, _ = figure_of(map(sum, below), counts)

        assert short > part - FAR * sqrt(2) * error, place
        assert shorter < part + FAR * sqrt(2) * error, place


def test_as_much_is_left_and_as_old(told: Told) -> None:
    """What waits as the run ends, for how long in all, and the oldest of a run."""
    runs, places = told
    for place, waits in places.items():
        if place == "all" or place.endswith(" in all"):
            continue  # what is left has not been bought
        own = [run.left[place] for run in runs]

        assert apart(figure_of(w.left for w in waits), figure_of(map(len, own))) < FAR
        ages, own_ages = (w.left_time for w in waits), map(sum, own)
        assert apart(figure_of(ages), figure_of(own_ages)) < FAR, place
        oldest = figure_of(w.oldest for w in waits)
        own_oldest = figure_of(max(ages, default=0.0) for ages in own)
        assert apart(oldest, own_oldest) < FAR, place
