"""The best order of purchases: dynamic programming over sets of tools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor, fsum

from toc_sim.tools import can_pay

Set = frozenset[str]

SAME = 1e-9
"""Values that differ by less than this part of the larger, or of 1, are equal."""


@dataclass(frozen=True, slots=True)
class Step:
    """What buying one tool takes.

    Attributes
    ----------
    price
        What the budget must hold [money].
    upfront
        What paying it takes from the value; 0 where only items count [money].
    per_period
        What it takes in each period from then on; likewise [money/period].
    lead_time, ramp
        Until it begins to work, and from then until it works fully [periods].
    pause
        From its purchase to the next one's, at least [periods].
    """

    price: float = 0.0
    upfront: float = 0.0
    per_period: float = 0.0
    lead_time: float = 0.0
    ramp: float = 0.0
    pause: float = 0.0

    @property
    def span(self) -> float:
        """From this purchase to the next [periods]."""
        return max(self.lead_time + self.ramp, self.pause)


@dataclass(frozen=True, slots=True)
class Problem:
    """Which orders there are, and what they are worth.

    Attributes
    ----------
    steps
        Every tool.
    allowed
        Whether a set may stand.
    flow
        What a set brings in a period, without what its tools cost: items, or money.
    weight
        What one unit of flow in a span of time is worth: its length, or its present
        value.
    paid
        What one unit paid at a time is worth.
    budget, horizon
        [money], [periods]
    """

    steps: Mapping[str, Step]
    allowed: Callable[[Set], bool]
    flow: Callable[[Set], float]
    weight: Callable[[float, float], float]
    paid: Callable[[float], float]
    budget: float
    horizon: float


@dataclass(frozen=True, slots=True)
class Order:
    """An order of purchases.

    Attributes
    ----------
    tools
        In the order in which they are bought.
    value
        What it is worth over the horizon: items, or present value [money].
    """

    tools: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True)
class _Begun:
    """The best way to own a set: what it brought so far, and how early it grew."""

    tools: tuple[str, ...]
    so_far: float
    early: float


def best_order(problem: Problem) -> Order:
    """Return the best set of tools and the best order to buy it in.

    The next tool is bought when the last one works fully (or after its pause), so the
    time at which a set is complete does not depend on the order in it. What has been
    brought by then is therefore all that must be known of a set: Bellman's principle
    holds, and 2^n sets are enough for n! orders (Held & Karp 1962).

    Parameters
    ----------
    problem
        The tools and what they are worth.

    Notes
    -----
    Among orders of equal value the one that lifts the flow earlier is taken, then the
    one that buys less, then the one that stands first in the file.
    """
    none = _Begun((), 0.0, 0.0)
    level: dict[Set, _Begun] = {frozenset(): none}
    best, value = none, _finished(problem, none)
    while level:
        for begun in level.values():
            reached = _finished(problem, begun)
            if _wins(begun, reached, best, value):
                best, value = begun, reached
        level = _larger(problem, level.values())
    return Order(best.tools, value)


def value_of(problem: Problem, tools: Sequence[str]) -> float:
    """Return what an order is worth; -infinity if it may not be bought."""
    begun = _Begun((), 0.0, 0.0)
    for tool in tools:
        steps = {new.tools[-1]: new for new in _next(problem, begun)}
        if tool not in steps:
            return float("-inf")
        begun = steps[tool]
    return _finished(problem, begun)


def _larger(problem: Problem, level: Iterable[_Begun]) -> dict[Set, _Begun]:
    """Return the best way to each set that is larger by one."""
    following: dict[Set, _Begun] = {}
    for begun in level:
        for new in _next(problem, begun):
            key = frozenset(new.tools)
            if key not in following or _better(new, following[key]):
                following[key] = new
    return following


def _wins(new: _Begun, reached: float, best: _Begun, value: float) -> bool:
    """Return whether a way ends better: worth more, or as much and earlier."""
    if not _equal(reached, value):
        return reached > value
    return len(new.tools) == len(best.tools) and _earlier(new, best)


def _next(problem: Problem, begun: _Begun) -> Iterator[_Begun]:
    """Yield every way to buy one tool more."""
    owned = frozenset(begun.tools)
    spans = fsum(problem.steps[name].span for name in sorted(owned))
    spent = fsum(problem.steps[name].price for name in sorted(owned))
    if spans >= problem.horizon and owned:
        return
    for name, step in problem.steps.items():
        more = owned | {name}
        if name in owned or not can_pay(problem.budget, spent + step.price):
            continue
        if problem.allowed(more):
            gained, flow = _gained(problem, owned, name, spans)
            yield _Begun(
                (*begun.tools, name), begun.so_far + gained, begun.early + flow
            )


def _gained(
    problem: Problem, owned: Set, name: str, bought: float
) -> tuple[float, float]:
    """Return what is brought from one purchase to the next, and the flow after it."""
    step = problem.steps[name]
    old, new = problem.flow(owned), problem.flow(owned | {name})
    begins = min(bought + step.lead_time, problem.horizon)
    works = min(begins + step.ramp, problem.horizon)
    end = min(bought + step.span, problem.horizon)
    value = old * problem.weight(bought, begins)
    for start, stop in _periods(begins, works):
        reached = ((start + stop) / 2 - begins) / step.ramp
        value += (old + (new - old) * reached) * problem.weight(start, stop)
    value += new * problem.weight(works, end)
    costs = fsum(problem.steps[each].per_period for each in sorted(owned | {name}))
    value -= step.upfront * problem.paid(bought)
    return value - costs * problem.weight(bought, end), new


def _periods(start: float, end: float) -> Iterator[tuple[float, float]]:
    """Cut a span where periods end: the money of one period is worth the same."""
    while start < end:
        stop = min(floor(start) + 1.0, end)
        yield start, stop
        start = stop


def _finished(problem: Problem, begun: _Begun) -> float:
    """Return what a set is worth when nothing more is bought."""
    owned = frozenset(begun.tools)
    complete = fsum(problem.steps[name].span for name in sorted(owned))
    flow = problem.flow(owned)
    flow -= fsum(problem.steps[each].per_period for each in sorted(owned))
    if complete >= problem.horizon:
        return begun.so_far
    return begun.so_far + flow * problem.weight(complete, problem.horizon)


def _better(new: _Begun, old: _Begun) -> bool:
    if not _equal(new.so_far, old.so_far):
        return new.so_far > old.so_far
    return _earlier(new, old)


def _earlier(new: _Begun, old: _Begun) -> bool:
    return new.early > old.early and not _equal(new.early, old.early)


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other), 1.0)
