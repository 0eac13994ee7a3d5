"""One share for everybody, or another after the first order: which fits the records.

Customers differ: those who have bought often come back sooner and in larger part. A
scenario tells this by two products, a new customer who becomes a regular. Whether it is
worth the second one is decided by what both would have made of the same first orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, log, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.buying_figures import cohorts
from toc_sim.calibration.order_history import Flags, OrderHistory
from toc_sim.calibration.return_curve import TWO_SIGMA, return_curve
from toc_sim.calibration.return_model import (
    ReturnLevel,
    convolved,
    orders_since_first,
    return_level,
)
from toc_sim.calibration.revenue_by_quarter import quarters
from toc_sim.calibration.shop_edges import ShopEdges
from toc_sim.constraint.intervals import Interval
from toc_sim.language import figure, phrase
from toc_sim.records.notices import Notice
from toc_sim.records.shop_orders import ShopOrders

FAR_BETTER = 0.75
"""Two shares are taken if they miss the quarters after the first order by at most this
part of what one misses, and Bayes' information criterion is lower [1]."""

TOLERATED = 0.1
"""A quarter that is missed by more is told [1]."""

_SHOWN = 5
"""So many first orders have their share of returns shown."""

_FEWEST = 30
"""Orders after which a share of returns is worth telling."""

_PARAMETERS = 3
"""Of each level: a share, a mean and a coefficient of variation."""


@dataclass(frozen=True, slots=True)
class PartFit:
    """Orders of one quarter or cohort, as they were and as a model has them.

    Attributes
    ----------
    name
        ``1997Q3``, or ``first bought in 1997Q1``.
    seen
        Orders of the customers who are known to be new.
    one, two
        By one share for everybody, and by another after the first order.
    """

    name: str
    seen: int
    one: float
    two: float


@dataclass(frozen=True, slots=True)
class CustomerModel:
    """Who comes back, as the scenario will have it, and how well it fits.

    Attributes
    ----------
    levels
        After any order; or after the first, and after each later one. None: nobody is
        seen to come back.
    one, two
        Both as they were fitted; `two` is empty where it cannot be.
    misses_one, misses_two
        Orders by which the quarters after a first order are missed, of all orders [1].
    bic_one, bic_two
        Bayes' information criterion of each.
    parts
        Orders by time since the first one, by quarter of the calendar, and by cohort.
    after_each
        The share that was seen to come back after the first order, the second ...
    spread
        Variance of a count of orders over its mean, as customers make several [1].
    """

    levels: tuple[ReturnLevel, ...]
    one: tuple[ReturnLevel, ...]
    two: tuple[ReturnLevel, ...]
    misses_one: float
    misses_two: float
    bic_one: float
    bic_two: float
    parts: tuple[PartFit, ...]
    after_each: tuple[Interval, ...]
    spread: float

    @property
    def is_of_two(self) -> bool:
        """Whether a new customer becomes another in the scenario."""
        return len(self.levels) > 1

    def misses(self, part: PartFit) -> bool:
        """Return whether a part is missed by 10 %, and by more than chance would."""
        apart = abs(self.by_model(part) - part.seen)
        chance = TWO_SIGMA * sqrt(self.spread * part.seen)
        return apart > max(TOLERATED * part.seen, chance)

    def by_model(self, part: PartFit) -> float:
        """Return the orders of a part by the model that was taken."""
        return part.two if self.is_of_two else part.one


def customer_model(
    purchases: ShopOrders, history: OrderHistory, edges: ShopEdges
) -> CustomerModel:
    """Return who comes back and after how long, by one share or by two.

    Parameters
    ----------
    purchases, history
        The records of a shop, and its orders by customer.
    edges
        From when on customers are known to be new.
    """
    is_new = edges.is_new(history)
    firsts = history.is_first & history.of(is_new)
    later = ~history.is_first
    together = return_level(history, firsts | later)
    one = () if together is None else (together,)
    split = [return_level(history, orders) for orders in (firsts, later)]
    two = tuple(level for level in split if level is not None)
    if len(two) < len(split) or min(each.returns for each in two) < _FEWEST:
        two = ()
    aged = tuple(_by_age(history, is_new, (one, two)))
    parts = (
        *aged,
        *_by_quarter(purchases, history, is_new, (one, two)),
        *_by_cohort(purchases, history, is_new, (one, two)),
    )
    seen = max(sum(part.seen for part in aged), 1)
    misses = [
        fsum(abs(getattr(part, name) - part.seen) for part in aged) / seen
        for name in ("one", "two")
    ]
    count = int((firsts | later).sum())
    criteria = [_criterion(levels, count) for levels in (one, two)]
    takes_two = (
        bool(two)
        and criteria[1] < criteria[0]
        and (misses[1] <= FAR_BETTER * misses[0])
    )
    return CustomerModel(
        levels=two if takes_two else one,
        one=one,
        two=two,
        misses_one=misses[0],
        misses_two=misses[1],
        bic_one=criteria[0],
        bic_two=criteria[1],
        parts=parts,
        after_each=tuple(_after_each(history, is_new)),
        spread=float((history.count**2).sum() / history.count.sum()),
    )


def model_notices(model: CustomerModel) -> Iterator[Notice]:
    """Yield which model was taken and why, and where it misses."""
    if not model.levels:
        yield Notice(
            "nobody comes back",
            phrase(
                "No customer is seen to buy on a second day: share and delay of those "
                "who come back cannot be told."
            ),
            "refused",
        )
        return
    if model.two:
        yield _choice(model)
    if any(level.is_cut for level in model.levels):
        yield Notice(
            "share of returns",
            phrase(
                "Some delays are longer than anybody was watched, so who has left is "
                "not told from who is yet to come. Shares are of those who come back "
                "within {days} days, and at least so much; whoever comes later is left "
                "out.",
                days=figure(f"{max(level.longest for level in model.levels):,}"),
            ),
            "doubt",
            {
                "share without an end": model.levels[0].fit.chance,
                "share within the records": model.levels[0].share.mean,
            },
        )
    missed = [part for part in model.parts if part.seen and model.misses(part)]
    if missed:
        worst = max(missed, key=lambda part: abs(model.by_model(part) - part.seen))
        yield Notice(
            "orders by quarter",
            phrase(
                "Shares and delays that stay the same miss the orders of {count} of "
                "{all} quarters and cohorts by more than 10 % and than chance; most in "
                "{name}: {model} by the model, {seen} in the records. Seasons, and "
                "customers who differ in more than the number of their orders, are not "
                "in it.",
                count=len(missed),
                all=len(model.parts),
                name=worst.name,
                model=figure(f"{model.by_model(worst):,.0f}"),
                seen=figure(f"{worst.seen:,}"),
            ),
            "doubt",
            {part.name: model.by_model(part) / part.seen - 1 for part in missed},
        )


def _choice(model: CustomerModel) -> Notice:
    """Say by what one share or two were taken."""
    first, last = model.after_each[0], model.after_each[-1]
    parts = {
        "first": _percent(first.mean),
        "last": _percent(last.mean),
        "number": len(model.after_each),
        "one": _percent(model.misses_one),
        "two": _percent(model.misses_two),
    }
    if model.is_of_two:
        sentence = phrase(
            "The share that was seen to come back goes from {first} % after the first "
            "order to {last} % after order {number}. So a new customer becomes a "
            "regular here: with one share for all, the quarters after a first order "
            "are missed by {one} % of the orders, with another one after the first "
            "order by {two} %.",
            **parts,
        )
    else:
        sentence = phrase(
            "The share that was seen to come back is {first} % after the first order "
            "and {last} % after order {number}. One share for all is kept: it misses "
            "quarters by {one} % of the orders, and another one after the first order "
            "by {two} %, which is not far better.",
            **parts,
        )
    return Notice(
        "one share or two",
        sentence,
        evidence={
            "misses of one": model.misses_one,
            "misses of two": model.misses_two,
            "BIC of one": model.bic_one,
            "BIC of two": model.bic_two,
        },
    )


def _percent(share: float) -> str:
    return figure(f"{100 * share:.0f}")


def _criterion(levels: tuple[ReturnLevel, ...], count: int) -> float:
    """Return Bayes' information criterion of a model (Schwarz 1978)."""
    likelihood = fsum(level.fit.log_likelihood for level in levels)
    return _PARAMETERS * len(levels) * log(max(count, 1)) - 2 * likelihood


_Models = tuple[tuple[ReturnLevel, ...], tuple[ReturnLevel, ...]]


def _by_age(history: OrderHistory, is_new: Flags, models: _Models) -> Iterator[PartFit]:
    """Yield the orders of new customers by quarters since the first one."""
    days = history.span
    mine = history.of(is_new)
    age = history.day[mine] - history.first[history.customer[mine]]
    seen = np.bincount(age, minlength=days)
    watched = days - 1 - history.first[is_new]
    # How many customers were watched on each day of their lives.
    count = np.cumsum(np.bincount(watched, minlength=days)[::-1])[::-1]
    made = [count * orders_since_first(each, days) for each in models]
    for begin in range(0, days, _QUARTER):
        inside = slice(begin, begin + _QUARTER)
        one, two = (float(each[inside].sum()) for each in made)
        told = phrase(
            "day {first} to {last} after the first order",
            first=begin,
            last=min(begin + _QUARTER, days) - 1,
        )
        yield PartFit(told, int(seen[inside].sum()), one, two)


_QUARTER = 91


def _by_quarter(
    purchases: ShopOrders, history: OrderHistory, is_new: Flags, models: _Models
) -> Iterator[PartFit]:
    """Yield the orders of new customers by quarter, as they were and as modelled."""
    days = history.span
    seen = np.bincount(history.day[history.of(is_new)], minlength=days)
    first = np.bincount(history.first[is_new], minlength=days).astype(float)
    since = [orders_since_first(each, days) for each in models]
    by_day = [convolved(first, each)[:days] for each in since]
    for quarter in quarters(purchases, history):
        inside = slice(max(quarter.begin, 0), quarter.end)
        one, two = (float(each[inside].sum()) for each in by_day)
        yield PartFit(quarter.name, int(seen[inside].sum()), one, two)


def _by_cohort(
    purchases: ShopOrders, history: OrderHistory, is_new: Flags, models: _Models
) -> Iterator[PartFit]:
    """Yield the orders of those who first bought in one month, up to the end."""
    so_far = [np.cumsum(orders_since_first(each, history.span)) for each in models]
    number, names = cohorts(purchases, history)
    for place, name in enumerate(names):
        mine = is_new & (number == place)
        if not mine.any():
            continue
        watched = history.span - 1 - history.first[mine]
        one, two = (float(each[watched].sum()) for each in so_far)
        told = phrase("first bought in {cohort}", cohort=name)
        yield PartFit(told, int(history.count[mine].sum()), one, two)


def _after_each(history: OrderHistory, is_new: NDArray[np.bool_]) -> Iterator[Interval]:
    """Yield the share seen to come back after the first order, the second ..."""
    mine = history.of(is_new)
    for number in range(_SHOWN):
        orders = mine & (history.number == number)
        if number and orders.sum() < _FEWEST:
            return
        yield return_curve(history.gap[orders], history.left[orders]).ever
