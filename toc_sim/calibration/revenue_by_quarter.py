"""What a shop's revenue is made of, quarter by quarter, and why it changed.

Revenue = customers known x the share of them that buy x orders of a buyer x items of an
order x price of an item. Buyers are of two kinds, whom the records tell apart: new ones
and those who come back. Each kind has its own product, and its change is split by the
way of `accounting.decomposition`, so that the parts of both add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from toc_sim.accounting.decomposition import Contribution, decomposed
from toc_sim.calibration.order_history import OrderHistory
from toc_sim.calibration.ratios import mean_of, ratio
from toc_sim.calibration.return_curve import share_interval
from toc_sim.constraint.intervals import Interval
from toc_sim.records.shop_orders import ShopOrders


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """What one quarter was made of.

    Attributes
    ----------
    name
        ``1997Q3``.
    begin, end
        Days since the begin of the records; the last is not within it [days].
    is_whole
        Whether the records cover all of it.
    known
        Customers who had bought by its end.
    known_before
        Customers who had bought before it began.
    buyers
        Customers who bought in it.
    new
        Those of them who had never bought before.
    orders, revenue
        In it [1, money].
    active_share
        Buyers of those known by its end [1].
    came_back
        Buyers who were known before it began, of all who were [1].
    frequency
        Orders of a buyer [1].
    items, price, basket
        Of an order, of an item, of an order [items, money, money].
    """

    name: str
    begin: int
    end: int
    is_whole: bool
    known: int
    known_before: int
    buyers: int
    new: int
    orders: int
    revenue: float
    active_share: Interval
    came_back: Interval
    frequency: Interval
    items: Interval
    price: Interval
    basket: Interval


@dataclass(frozen=True, slots=True)
class RevenueChange:
    """Why revenue changed from one quarter to another.

    Attributes
    ----------
    before, after
        The quarters.
    parts
        What each factor contributes; amounts add up to the change [money].
    """

    before: QuarterFigures
    after: QuarterFigures
    parts: tuple[Contribution, ...]

    @property
    def change(self) -> float:
        """Of revenue, as a part of what it was [1]."""
        return self.after.revenue / self.before.revenue - 1


def quarters(
    purchases: ShopOrders, history: OrderHistory
) -> tuple[QuarterFigures, ...]:
    """Return the quarters of the calendar that the records touch, in order.

    A quarter is whole if the records begin no later after its begin, and end no earlier
    before its end, than the longest time without an order within them.
    """
    pause = _longest_pause(history)
    return tuple(
        _figures(history, name, begin, end, pause)
        for name, begin, end in _calendar(purchases)
    )


def revenue_change(
    history: OrderHistory, before: QuarterFigures, after: QuarterFigures
) -> RevenueChange:
    """Return what each factor contributes to a change of revenue.

    Parameters
    ----------
    history
        The orders of a shop.
    before, after
        Two of its quarters, both with revenue.

    Notes
    -----
    What new customers bring in one of the quarters alone is the part of new customers;
    what those who come back bring in one alone is that of the active share.
    """
    sides = [_factors(history, quarter) for quarter in (before, after)]
    amounts: dict[str, float] = {}
    is_known = before.known_before and after.known_before
    back = "active share" if is_known else "known customers"
    for kind, alone in (("new", "new customers"), ("back", back)):
        first, second = sides[0][kind], sides[1][kind]
        if first is None or second is None:
            change = _revenue(history, after, kind) - _revenue(history, before, kind)
            amounts[alone] = amounts.get(alone, 0.0) + change
            continue
        for part in decomposed(first, second):
            amounts[part.name] = amounts.get(part.name, 0.0) + part.amount
    values = [_values(history, quarter) for quarter in (before, after)]
    parts = tuple(
        Contribution(name, values[0][name], values[1][name], amounts[name])
        for name in values[0]
        if name in amounts
    )
    return RevenueChange(before, after, parts)


def change_to_tell(
    history: OrderHistory, every: Sequence[QuarterFigures], since: int = 0
) -> tuple[QuarterFigures, QuarterFigures] | None:
    """Return the two quarters whose difference says most, or None.

    The last whole quarter, and the same of the year before. Where new customers stopped
    coming, the first whole one that begins a quarter after the last of them came: until
    then, a base that grows hides whether it comes back.

    Parameters
    ----------
    history, every
        The orders of a shop, and its quarters.
    since
        The day from which on new customers are known to be new.
    """
    whole = [q for q in every if q.is_whole and q.revenue > 0 and q.begin >= since]
    settled = int(history.first.max()) + _A_QUARTER_AT_LEAST
    after_arrivals = [each for each in whole if each.begin > settled]
    if len(after_arrivals) > 1:
        return after_arrivals[0], after_arrivals[-1]
    if len(whole) < 2:  # noqa: PLR2004 - a change has two ends
        return None
    year_before = [each for each in whole if each.name == _a_year_before(whole[-1])]
    return (year_before or whole)[0], whole[-1]


_A_QUARTER_AT_LEAST = 90


def _a_year_before(quarter: QuarterFigures) -> str:
    year, _, number = quarter.name.partition("Q")
    return f"{int(year) - 1}Q{number}"


def _longest_pause(history: OrderHistory) -> int:
    """Return the longest time without an order in the records [days]."""
    days = np.unique(history.day)
    return int(np.diff(days).max()) if len(days) > 1 else 0


def _calendar(purchases: ShopOrders) -> Iterator[tuple[str, int, int]]:
    """Yield the quarters that the records touch, with their first day and their end."""
    begin = purchases.begin
    at = datetime(begin.year, 3 * ((begin.month - 1) // 3) + 1, 1)  # noqa: DTZ001 - the wall clock of the records
    end = begin + timedelta(days=purchases.span)
    while at < end:
        following = datetime(at.year + at.month // 10, (at.month + 2) % 12 + 1, 1)  # noqa: DTZ001 - the same
        name = f"{at.year}Q{(at.month + 2) // 3}"
        yield name, (at - begin).days, (following - begin).days
        at = following


def _figures(
    history: OrderHistory, name: str, begin: int, end: int, pause: int
) -> QuarterFigures:
    """Return what a quarter was made of."""
    mine = (history.day >= begin) & (history.day < end)
    whose, amount, items = (
        history.customer[mine],
        history.amount[mine],
        history.items[mine],
    )
    one, is_told = np.ones(len(whose)), ~np.isnan(items)
    known = int((history.first < end).sum())
    known_before = int((history.first < begin).sum())
    buyers = len(np.unique(whose))
    new = known - known_before
    orders_of_each = np.unique(whose, return_counts=True)[1].astype(float)
    return QuarterFigures(
        name=name,
        begin=begin,
        end=end,
        is_whole=begin >= -pause and end <= history.span + pause,
        known=known,
        known_before=known_before,
        buyers=buyers,
        new=new,
        orders=len(whose),
        revenue=float(np.sum(amount)),
        active_share=share_interval(buyers, known),
        came_back=share_interval(buyers - new, known_before),
        frequency=mean_of(orders_of_each),
        items=ratio(items[is_told], one[is_told], whose[is_told]),
        price=ratio(amount[is_told], items[is_told], whose[is_told]),
        basket=ratio(amount, one, whose),
    )


def _values(history: OrderHistory, quarter: QuarterFigures) -> Mapping[str, float]:
    """Return all factors of a quarter, of both kinds of buyers together."""
    values: dict[str, float] = {
        "new customers": float(quarter.new),
        "known customers": float(quarter.known_before),
        "active share": quarter.came_back.mean,
        "orders per buyer": quarter.frequency.mean,
    }
    if not history.tells_items:
        return {**values, "basket": quarter.basket.mean}
    return {
        **values,
        "items per order": quarter.items.mean,
        "price per item": quarter.price.mean,
    }


def _factors(
    history: OrderHistory, quarter: QuarterFigures
) -> Mapping[str, Mapping[str, float] | None]:
    """Return the factors of what new customers brought, and those who came back.

    None: that kind brought nothing.
    """
    told = history.tells_items
    found: dict[str, Mapping[str, float] | None] = {}
    for kind in ("new", "back"):
        mine = _mine(history, quarter, kind)
        buyers = len(np.unique(history.customer[mine]))
        orders = int(mine.sum())
        revenue = float(np.sum(history.amount[mine]))
        items = float(np.sum(history.items[mine]))
        if not orders or revenue <= 0 or (told and items <= 0):
            found[kind] = None
            continue
        factors: dict[str, float] = {"new customers": float(buyers)}
        if kind == "back":
            known = quarter.known_before
            factors = {"known customers": float(known), "active share": buyers / known}
        factors["orders per buyer"] = orders / buyers
        if told:
            factors["items per order"] = items / orders
            factors["price per item"] = revenue / items
        else:
            factors["basket"] = revenue / orders
        found[kind] = factors
    return found


def _mine(
    history: OrderHistory, quarter: QuarterFigures, kind: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which orders of a quarter are of new customers, or of the others."""
    inside = (history.day >= quarter.begin) & (history.day < quarter.end)
    is_new = history.first[history.customer] >= quarter.begin
    return inside & (is_new if kind == "new" else ~is_new)


def _revenue(history: OrderHistory, quarter: QuarterFigures, kind: str) -> float:
    return float(np.sum(history.amount[_mine(history, quarter, kind)]))
