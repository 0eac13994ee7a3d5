"""Rows of a shop, who bought what on which day for how much, as orders of customers.

What one customer bought on one day is one order. Nothing that a shop sold is left out
for looking odd: a row without a price, or written twice, is counted, told, and kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import TocError, quoted
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_table import (
    BLANK,
    MomentColumn,
    Numbers,
    RecordsColumn,
    RecordsTable,
    Words,
)
from toc_sim.records.shapes.client_list import attributes_of
from toc_sim.records.shop_orders import ShopOrders

_EXAMPLES = 3
"""How many rows are named of those left out for one reason."""

_Flags = NDArray[np.bool_]
_Figures = NDArray[np.float64]
_Numbers = NDArray[np.int64]
_Kind = TypeVar("_Kind", Words, MomentColumn, Numbers)


def purchases_from(
    table: RecordsTable,
    roles: Mapping[str, str],
    clients: RecordsTable | None = None,
    client_roles: Mapping[str, str] | None = None,
) -> ShopOrders:
    """Return the orders that the rows of a shop tell.

    Parameters
    ----------
    table
        A row for each thing sold, or for each order.
    roles
        Which header is what: ``customer`` (words or numbers), ``date`` (moments),
        ``amount`` (numbers) and, where it is told, ``items`` (numbers).
    clients
        A row for each client, with what is known of them.
    client_roles
        Of `clients`, which header is the ``customer``; one that has another role than
        ``attribute`` is no attribute, every other column is.

    Returns
    -------
    The orders, by day and then by customer; customers are numbered by the day of their
    first order and then by name, so that the order of the rows does not matter.

    Raises
    ------
    TocError
        If a column is not there or of the wrong kind, or if no row can be used.

    Notes
    -----
    Rows of one customer on one day are one order. A row with an amount below 0 is a
    return, not an order: it is taken off the latest order of its customer up to that
    day; without one, it is left out. Rows of amount 0 and rows that stand twice are
    kept: nothing tells a gift from a slip, or two equal purchases from one.
    """
    rows = _rows(table, roles)
    orders, returns = rows.only(rows.amount >= 0), rows.only(rows.amount < 0)
    if not len(orders.day):
        raise TocError(
            f"{table.path.name}: no row tells a customer, a day and an amount\n"
            "    hint: name the columns that do"
        )
    customer, names = _numbered(orders, rows.names)
    first = int(orders.day.min())
    bought = _Orders.of(customer[orders.customer], orders, first)
    unmatched = bought.take_back(customer[returns.customer], returns, first)
    told, notices = attributes_of(names, clients, client_roles or {})
    last = max(int(orders.day.max()), int(bought.last_return))
    origin = _column(table, roles, "date", MomentColumn).origin
    dropped = (*table.dropped, *rows.dropped)
    if unmatched.any():
        why = phrase("something is given back, and no earlier order is known")
        dropped += (_dropped(table, returns.row[unmatched], why),)
    return ShopOrders(
        customer=bought.customer.astype(np.int32),
        day=bought.day.astype(np.float64),
        items=bought.items,
        amount=bought.amount,
        customers=len(names),
        attributes=told,
        begin=origin + timedelta(days=first),
        span=float(last - first + 1),
        notices=(*table.notices, *_notices(rows, len(bought.day), unmatched), *notices),
        dropped=dropped,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a table that can be used: number, customer, day, items, amount."""

    row: _Numbers
    customer: _Numbers
    day: _Numbers
    moment: _Figures
    items: _Figures
    amount: _Figures
    names: tuple[str, ...]
    dropped: tuple[Dropped, ...]

    def only(self, wanted: _Flags) -> _Rows:
        """Return those that are wanted."""
        return _Rows(
            self.row[wanted],
            self.customer[wanted],
            self.day[wanted],
            self.moment[wanted],
            self.items[wanted],
            self.amount[wanted],
            self.names,
            (),
        )


def _rows(table: RecordsTable, roles: Mapping[str, str]) -> _Rows:
    """Return the rows that tell a customer, a day and an amount."""
    codes, names = _customers(table, roles)
    moments = _column(table, roles, "date", MomentColumn).days
    amount = _column(table, roles, "amount", Numbers).values
    items = np.full(table.rows, np.nan)
    if "items" in roles:
        items = _column(table, roles, "items", Numbers).values
    useful = np.ones(table.rows, dtype=bool)
    dropped: list[Dropped] = []
    for is_missing, why in (
        (codes == BLANK, phrase("no customer is told")),
        (np.isnan(moments), phrase("no day is told")),
        (np.isnan(amount), phrase("no amount is told")),
    ):
        mine = useful & is_missing
        if mine.any():
            dropped.append(_dropped(table, np.flatnonzero(mine), why))
        useful &= ~is_missing
    row = np.flatnonzero(useful)
    moment = moments[row]
    return _Rows(
        row=row,
        customer=codes[row].astype(np.int64),
        day=np.floor(moment).astype(np.int64),
        moment=moment,
        items=items[row],
        amount=amount[row],
        names=names,
        dropped=tuple(dropped),
    )


def _customers(
    table: RecordsTable, roles: Mapping[str, str]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return by row which customer it is of, and what they are called."""
    column = table.columns.get(roles.get("customer", ""))
    if not isinstance(column, Numbers):
        words = _column(table, roles, "customer", Words)
        return words.codes, tuple(words.words)
    known = ~np.isnan(column.values)
    different, place = np.unique(column.values[known], return_inverse=True)
    codes = np.full(table.rows, BLANK, dtype=np.int32)
    codes[known] = place
    return codes, tuple(f"{value:.15g}" for value in different.tolist())


def _column(
    table: RecordsTable, roles: Mapping[str, str], role: str, kind: type[_Kind]
) -> _Kind:
    """Return the column that has a role, if it is there and of the right kind."""
    file = table.path.name
    header = roles.get(role)
    if header is None:
        raise TocError(
            f"{file}: no column is named as the {role}\n"
            "    hint: what customers buy is told by customer, date, amount and items"
        )
    column: RecordsColumn | None = table.columns.get(header)
    if column is None:
        raise TocError(f"{file}: there is no column {quoted(header)}")
    if not isinstance(column, kind):
        wanted = {Words: "words", MomentColumn: "dates", Numbers: "numbers"}[kind]
        raise TocError(
            f"{file}: {quoted(header)}: the {role} must be {wanted} (found "
            f"{type(column).__name__.lower()})"
        )
    return column


def _numbered(rows: _Rows, words: tuple[str, ...]) -> tuple[_Numbers, tuple[str, ...]]:
    """Return the number of each customer by code, and their names by number.

    Those who never bought have the number -1.
    """
    first = np.full(len(words), np.iinfo(np.int64).max)
    np.minimum.at(first, rows.customer, rows.day)
    bought = np.flatnonzero(first < np.iinfo(np.int64).max)
    alphabetic = sorted(bought.tolist(), key=words.__getitem__)
    ranked = np.array(alphabetic, dtype=np.int64)
    in_order = ranked[np.argsort(first[ranked], kind="stable")]
    number = np.full(len(words), -1, dtype=np.int64)
    number[in_order] = np.arange(len(in_order))
    return number, tuple(words[code] for code in in_order.tolist())


@dataclass(slots=True)
class _Orders:
    """Orders by day and customer, from which returns may be taken off."""

    customer: _Numbers
    day: _Numbers
    items: _Figures
    amount: _Figures
    last_return: int

    @classmethod
    def of(cls, customer: _Numbers, rows: _Rows, first: int) -> _Orders:
        """Add up the rows of one customer on one day."""
        day = rows.day - first
        many = int(customer.max()) + 1
        key, place = np.unique(day * many + customer, return_inverse=True)
        # Sums do not depend on the order of the rows if equal sets are added alike.
        order = np.lexsort((rows.items, rows.amount, place))
        place = place[order]
        items, amount = np.zeros(len(key)), np.zeros(len(key))
        np.add.at(items, place, rows.items[order])
        np.add.at(amount, place, rows.amount[order])
        return cls(key % many, key // many, items, amount, first)

    def take_back(self, customer: _Numbers, rows: _Rows, first: int) -> _Flags:
        """Take returns off the latest order up to their day; tell which have none."""
        if not len(rows.day):
            return np.zeros(0, dtype=bool)
        by_customer = np.lexsort((self.day, self.customer))
        days = int(max(self.day.max(), (rows.day - first).max())) + 1
        key = (self.customer * days + self.day)[by_customer]
        at_most = customer * days + np.maximum(rows.day - first, -1)
        place = np.searchsorted(key, at_most, side="right") - 1
        is_known = (place >= 0) & (customer >= 0) & (rows.day >= first)
        target = by_customer[np.maximum(place, 0)]
        is_known &= self.customer[target] == customer
        sort = np.lexsort((rows.items, rows.amount, target))
        mine = sort[is_known[sort]]
        np.add.at(self.amount, target[mine], rows.amount[mine])
        back = np.abs(np.nan_to_num(rows.items[mine]))
        np.subtract.at(self.items, target[mine], back)
        if is_known.any():
            self.last_return = int(rows.day[is_known].max())
        return ~is_known


def _dropped(table: RecordsTable, rows: _Numbers, why: str) -> Dropped:
    """Return rows that were left out, with the first few by their number."""
    shown = table.lines[rows[:_EXAMPLES]].tolist()
    examples = tuple(f"{table.path.name}: row {line}" for line in shown)
    return Dropped(len(rows), why, examples)


def _notices(rows: _Rows, orders: int, unmatched: _Flags) -> Iterator[Notice]:
    """Yield what is to be known of the rows that were used."""
    count = len(rows.row)
    together = count - int((rows.amount < 0).sum()) - orders
    if together:
        yield Notice(
            "rows of one order",
            phrase(
                "Rows of one customer on one day are one order: {rows} rows are "
                "{orders} orders.",
                rows=f"{count:,}",
                orders=f"{orders:,}",
            ),
            evidence={"rows": float(count), "orders": float(orders)},
        )
    yield from _twice(rows)
    yield from _free(rows)
    yield from _given_back(rows, unmatched)


def _twice(rows: _Rows) -> Iterator[Notice]:
    """Yield that rows stand twice, if any do."""
    items = np.nan_to_num(rows.items, nan=-1.0)
    order = np.lexsort((rows.amount, items, rows.moment, rows.customer))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for column in (rows.customer, rows.moment, items, rows.amount):
        ordered = column[order]
        same &= ordered[1:] == ordered[:-1]
    count = int(same.sum())
    if not count:
        return
    amount = float(rows.amount[order][1:][same].sum())
    yield Notice(
        "rows that stand twice",
        phrase_of(
            "{count} row says the same as another, to the last figure: it is kept, "
            "since two equal purchases cannot be told from one written twice. It makes "
            "{amount} of the sum.",
            "{count} rows say the same as another, to the last figure: they are kept, "
            "since two equal purchases cannot be told from one written twice. They "
            "make {amount} of the sum.",
            count,
            count=f"{count:,}",
            amount=f"{amount:,.0f}",
        ),
        "doubt",
        {"rows": float(count), "amount": amount},
    )


def _free(rows: _Rows) -> Iterator[Notice]:
    """Yield that something cost nothing, or that the number of items is none."""
    free = int((rows.amount == 0).sum())
    if free:
        yield Notice(
            "amount of 0",
            phrase_of(
                "{count} row has an amount of 0: it counts as bought for nothing.",
                "{count} rows have an amount of 0: they count as bought for nothing.",
                free,
                count=f"{free:,}",
            ),
            evidence={"rows": float(free)},
        )
    empty = int(((rows.items <= 0) & (rows.amount > 0)).sum())
    if empty:
        yield Notice(
            "no items",
            phrase_of(
                "{count} row has an amount, and 0 items or fewer: it is kept as it "
                "stands, so the price of an item comes out a little too high.",
                "{count} rows have an amount, and 0 items or fewer: they are kept as "
                "they stand, so the price of an item comes out a little too high.",
                empty,
                count=f"{empty:,}",
            ),
            "doubt",
            {"rows": float(empty)},
        )


def _given_back(rows: _Rows, unmatched: _Flags) -> Iterator[Notice]:
    """Yield that something was given back, if it was."""
    count = len(unmatched) - int(unmatched.sum())
    if not count:
        return
    amount = float(rows.amount[rows.amount < 0][~unmatched].sum())
    yield Notice(
        "returns",
        phrase_of(
            "{count} row has an amount below 0: it is a return, and taken off the "
            "customer's latest order up to that day ({amount}).",
            "{count} rows have an amount below 0: they are returns, and taken off the "
            "customer's latest order up to that day ({amount} in all).",
            count,
            count=f"{count:,}",
            amount=f"{amount:,.0f}",
        ),
        evidence={"rows": float(count), "amount": amount},
    )
