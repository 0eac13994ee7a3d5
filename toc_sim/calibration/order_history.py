"""Each order in the life of its customer: which one it is, and when the next came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.shop_orders import ShopOrders

Flags = NDArray[np.bool_]
"""Whether each order, or each customer, is meant."""


@dataclass(frozen=True)
class OrderHistory:
    """The orders of a shop by customer, and by time within a customer.

    Attributes
    ----------
    customer, day, items, amount
        As `ShopOrders` has them, shape (orders,).
    number
        How many orders the customer had made before this one, shape (orders,).
    gap
        Days to the customer's next order; nan: none came. Shape (orders,) [days].
    left
        Days on which a next order would have been seen, shape (orders,) [days].
    first
        The day of each customer's first order, shape (customers,) [days].
    count
        How many orders each made, shape (customers,).
    span
        As `ShopOrders` has it [days].
    """

    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    items: NDArray[np.float64]
    amount: NDArray[np.float64]
    number: NDArray[np.int64]
    gap: NDArray[np.float64]
    left: NDArray[np.float64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    span: int

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return len(self.first)

    @cached_property
    def is_first(self) -> Flags:
        """Whether each order is the first of its customer."""
        firsts: Flags = np.equal(self.number, 0)
        return firsts

    @cached_property
    def tells_items(self) -> bool:
        """Whether the items of every order are told."""
        return not bool(np.isnan(self.items).any())

    def of(self, customers: Flags) -> Flags:
        """Return whether each order is one of the customers that are meant."""
        return customers[self.customer]


def order_history(purchases: ShopOrders) -> OrderHistory:
    """Return the orders by customer, with their places in the customer's life.

    Parameters
    ----------
    purchases
        The records of a shop; every customer has one order at least.
    """
    order = np.lexsort((purchases.day, purchases.customer))
    customer = purchases.customer[order].astype(np.int64)
    day = purchases.day[order].astype(np.int64)
    count = np.bincount(customer, minlength=purchases.customers)
    begins = np.concatenate(([0], np.cumsum(count)[:-1]))
    number = np.arange(len(customer)) - begins[customer]
    gap = np.full(len(customer), np.nan)
    goes_on = customer[1:] == customer[:-1]
    gap[:-1][goes_on] = np.diff(day)[goes_on]
    span = round(purchases.span)
    return OrderHistory(
        customer=customer,
        day=day,
        items=purchases.items[order],
        amount=purchases.amount[order],
        number=number,
        gap=gap,
        left=(span - 1 - day).astype(float),
        first=day[begins],
        count=count,
        span=span,
    )
