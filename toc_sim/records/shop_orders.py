"""Who bought what, when: the form that records of a shop take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_table import Words


@dataclass(frozen=True, slots=True)
class ShopOrders:
    """Every order: what one customer bought on one day, in the order of time.

    Attributes
    ----------
    customer
        Who bought, by number from 0, shape (orders,), int32.
    day
        When: days since `begin`, shape (orders,) [days].
    items
        How many items; nan where it is not told, shape (orders,) [items].
    amount
        What was paid, shape (orders,) [money].
    customers
        How many customers there are.
    attributes
        By its header, what is told of each customer, shape (customers,).
    begin
        A midnight, at or before the first order.
    span
        From `begin` to the end of the last day [days].
    notices, dropped
        What is to be known of how they were read.
    """

    customer: NDArray[np.int32]
    day: NDArray[np.float64]
    items: NDArray[np.float64]
    amount: NDArray[np.float64]
    customers: int
    attributes: Mapping[str, Words]
    begin: datetime
    span: float
    notices: tuple[Notice, ...] = ()
    dropped: tuple[Dropped, ...] = ()
