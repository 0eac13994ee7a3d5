"""How often some customers buy, how much, at what price, and whether they come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.order_history import Flags, OrderHistory
from toc_sim.calibration.ratios import mean_of, ratio
from toc_sim.calibration.return_curve import ReturnCurve, return_curve
from toc_sim.constraint.intervals import Interval
from toc_sim.language import phrase
from toc_sim.records.records_table import BLANK
from toc_sim.records.shop_orders import ShopOrders

A_QUARTER = 365.25 / 4
"""How long a quarter is on average [days]."""

MOST_GROUPS = 40
"""Of an attribute with more different words, only the groups of the most are shown."""

_SMALLEST = 2
"""A group of fewer customers has no figures of its own."""


@dataclass(frozen=True, slots=True)
class BuyingFigures:
    """What some customers did, from their first order to the end of the records.

    Attributes
    ----------
    name
        Who they are: ``1997-01``, ``inn``.
    customers, orders
        How many.
    revenue
        Of all their orders [money].
    orders_each
        Orders of a customer up to the end of the records [1].
    frequency
        Orders after the first, of a customer in a quarter of the time that he was
        watched [1/quarter].
    basket
        Amount of an order [money].
    items
        Of an order; nan where they are not told [items].
    price
        Of an item; nan where items are not told [money].
    returned
        When customers came back after their first order.
    share_back
        Who bought again, of those who could be seen to, within the longest time that
        any was watched [1].
    """

    name: str
    customers: int
    orders: int
    revenue: float
    orders_each: Interval
    frequency: Interval
    basket: Interval
    items: Interval
    price: Interval
    returned: ReturnCurve
    share_back: Interval


@dataclass(frozen=True, slots=True)
class OrdersOfOne:
    """How many orders one customer makes: the distribution in these records.

    Attributes
    ----------
    mean, cv
        Up to the end of the records [1].
    median, most_of_them
        The middle, and what 95 % of customers do not exceed.
    once
        The share of those with one order [1].
    top_tenth
        The share of all orders that is of the tenth with the most [1].
    """

    mean: float
    cv: float
    median: float
    most_of_them: float
    once: float
    top_tenth: float


def buying_figures(
    history: OrderHistory, customers: Flags | None = None, name: str = ""
) -> BuyingFigures:
    """Return what some customers did.

    Parameters
    ----------
    history
        The orders of a shop.
    customers
        Who is meant; None: all.
    name
        What they are called.
    """
    if customers is None:
        customers = np.ones(history.customers, dtype=bool)
    mine = history.of(customers)
    whose, amount = history.customer[mine], history.amount[mine]
    one = np.ones(len(whose))
    is_told = ~np.isnan(history.items[mine])
    items = history.items[mine][is_told]
    first = mine & history.is_first
    curve = return_curve(history.gap[first], history.left[first])
    watched = history.left[first] / A_QUARTER
    later = (history.count[customers] - 1).astype(float)
    return BuyingFigures(
        name=name or phrase("all customers"),
        customers=int(customers.sum()),
        orders=len(one),
        revenue=float(np.sum(amount)),
        orders_each=mean_of(history.count[customers].astype(float)),
        frequency=ratio(later, watched, np.arange(len(later))),
        basket=ratio(amount, one, whose),
        items=ratio(items, one[is_told], whose[is_told]),
        price=ratio(amount[is_told], items, whose[is_told]),
        returned=curve,
        share_back=curve.ever,
    )


def orders_of_one(history: OrderHistory) -> OrdersOfOne:
    """Return how orders are spread over customers."""
    count = np.sort(history.count.astype(float))
    tenth = max(1, len(count) // 10)
    return OrdersOfOne(
        mean=float(count.mean()),
        cv=float(count.std() / count.mean()),
        median=float(np.median(count)),
        most_of_them=float(np.quantile(count, 0.95, method="inverted_cdf")),
        once=float((count == 1).mean()),
        top_tenth=float(count[-tenth:].sum() / count.sum()),
    )


def by_cohort(
    purchases: ShopOrders, history: OrderHistory
) -> tuple[BuyingFigures, ...]:
    """Return the figures of those who first bought in the same month, or quarter."""
    number, names = cohorts(purchases, history)
    return _by_group(history, number, names)


def cohorts(
    purchases: ShopOrders, history: OrderHistory
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return by customer the cohort of the first order, and what they are called.

    By month, if there are two years of first orders at most; else by quarter.
    """
    last = int(history.first.max())
    by_quarter = last > _TWO_YEARS
    labels = {
        int(day): _cohort(
            purchases.begin + timedelta(days=int(day)), by_quarter=by_quarter
        )
        for day in np.unique(history.first)
    }
    names = tuple(dict.fromkeys(labels.values()))
    place = {name: number for number, name in enumerate(names)}
    by_day = np.zeros(last + 1, dtype=np.int64)
    for day, label in labels.items():
        by_day[day] = place[label]
    return by_day[history.first], names


_TWO_YEARS = 731


def by_segment(
    purchases: ShopOrders, history: OrderHistory
) -> tuple[tuple[str, tuple[BuyingFigures, ...]], ...]:
    """Return by attribute the figures of each of its values, the largest group first.

    Those of whom it is not told are a group of their own; a value of one customer is
    none.
    """
    found = []
    for header, words in purchases.attributes.items():
        codes = np.where(words.codes == BLANK, len(words.words), words.codes)
        names = [*words.words, phrase("(not told)")]
        sizes = np.bincount(codes, minlength=len(names))
        largest = np.argsort(-sizes, kind="stable")[:MOST_GROUPS]
        shown = [int(code) for code in largest if sizes[code] >= _SMALLEST]
        number = np.full(len(names), -1, dtype=np.int64)
        number[shown] = np.arange(len(shown))
        groups = _by_group(history, number[codes], [names[code] for code in shown])
        found.append((header, groups))
    return tuple(found)


def _by_group(
    history: OrderHistory, group: NDArray[np.int64], names: Sequence[str]
) -> tuple[BuyingFigures, ...]:
    """Return the figures of customers by the number of their group."""
    return tuple(
        buying_figures(history, group == number, name)
        for number, name in enumerate(names)
    )


def _cohort(day: datetime, *, by_quarter: bool) -> str:
    """Return what those are called who first bought on a day."""
    if by_quarter:
        return f"{day.year}Q{(day.month + 2) // 3}"
    return f"{day.year}-{day.month:02}"
