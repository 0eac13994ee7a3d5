"""Rows of a shop, as tables: what somebody bought, and what is known of clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from operator import itemgetter
from pathlib import Path

import numpy as np

from toc_sim.records.records_table import (
    BLANK,
    MomentColumn,
    Numbers,
    RecordsColumn,
    RecordsTable,
    Words,
)
from toc_sim.records.shop_orders import ShopOrders

ORIGIN = datetime(2024, 1, 1)  # noqa: DTZ001 - the wall clock of a shop
ROLES = {"customer": "client", "date": "day", "items": "pieces", "amount": "paid"}

Row = tuple[str, float | None, float | None, float | None]
"""Customer, day since the origin, items, amount."""

CDNOW = Path(__file__).parents[2].parent / "shared" / "data" / "cdnow"


def words(cells: Sequence[str]) -> Words:
    """Return a column of words; an empty one is blank."""
    every = tuple(dict.fromkeys(filter(None, cells)))
    codes = [every.index(cell) if cell else BLANK for cell in cells]
    return Words(np.array(codes, dtype=np.int32), every)


def numbers(cells: Sequence[float | None]) -> Numbers:
    """Return a column of numbers; None is blank."""
    return Numbers(np.array([np.nan if c is None else c for c in cells], dtype=float))


def a_table(name: str, columns: Mapping[str, RecordsColumn], rows: int) -> RecordsTable:
    """Return a table of columns."""
    lines = np.arange(1, rows + 1)
    return RecordsTable(Path(name), columns, rows, rows, (), (), lines)


def sold(rows: Sequence[Row]) -> RecordsTable:
    """Return what was sold as a table with the headers of `ROLES`."""
    days = numbers([row[1] for row in rows]).values
    columns: dict[str, RecordsColumn] = {
        "client": words([row[0] for row in rows]),
        "day": MomentColumn(days, ORIGIN, "year-month-day", has_time=False),
        "pieces": numbers([row[2] for row in rows]),
        "paid": numbers([row[3] for row in rows]),
    }
    return a_table("sold.csv", columns, len(rows))


def listed(columns: Mapping[str, Sequence[str]]) -> RecordsTable:
    """Return a list of clients as a table."""
    told = {header: words(cells) for header, cells in columns.items()}
    return a_table("clients.csv", told, len(next(iter(columns.values()))))


def cdnow() -> RecordsTable:
    """Return the purchases of CDNOW (Fader & Hardie) as a table, read by hand."""
    lines = (CDNOW / "CDNOW_master.txt").read_text("ascii").splitlines()[1:]
    cells = [line.split() for line in lines]
    names, codes = np.unique([cell[0] for cell in cells], return_inverse=True)
    start = datetime(1997, 1, 1)  # noqa: DTZ001 - the wall clock of a shop
    at = {
        text: (datetime.strptime(text, "%Y%m%d") - start) / timedelta(days=1)  # noqa: DTZ007 - the same
        for text in {cell[1] for cell in cells}
    }
    columns: dict[str, RecordsColumn] = {
        "client": Words(codes.astype(np.int32), tuple(names.tolist())),
        "day": MomentColumn(
            np.array([at[c[1]] for c in cells]), start, "ymd", has_time=False
        ),
        "pieces": numbers([float(cell[2]) for cell in cells]),
        "paid": numbers([float(cell[3]) for cell in cells]),
    }
    return a_table("CDNOW_master.txt", columns, len(cells))


def orders(
    rows: Sequence[tuple[int, float, float, float]],
    attributes: Mapping[str, Sequence[str]] | None = None,
    span: float | None = None,
) -> ShopOrders:
    """Return orders as they are: customer, day, items, amount."""
    ordered = sorted(rows, key=lambda row: (row[1], row[0]))
    customer, day, items, amount = (
        np.array(column) for column in zip(*ordered, strict=True)
    )
    return ShopOrders(
        customer=customer.astype(np.int32),
        day=day.astype(float),
        items=items.astype(float),
        amount=amount.astype(float),
        customers=int(customer.max()) + 1,
        attributes={name: words(cells) for name, cells in (attributes or {}).items()},
        begin=ORIGIN,
        span=float(day.max()) + 1 if span is None else span,
    )


@dataclass(frozen=True, slots=True)
class Returns:
    """What follows an order in a self-made shop: a share, and gamma delays."""

    share: float
    mean: float
    cv: float = 1.0


@dataclass(frozen=True, slots=True)
class SelfMade:
    """A shop that is made up: who comes, who comes back, and what is recorded.

    Attributes
    ----------
    days
        That are recorded.
    per_day
        New customers.
    first, later
        What follows a first order, and any later one.
    before
        Days that the shop was open before its records begin.
    until
        The day after which nobody new comes; None: they always come.
    """

    days: int
    per_day: float
    first: Returns
    later: Returns
    before: int = 0
    until: int | None = None

    def purchases(self, seed: int) -> ShopOrders:
        """Return what is recorded of it, with baskets of 20 and 30 on average."""
        luck = np.random.Generator(np.random.PCG64(seed))
        last = self.days if self.until is None else self.until
        count = luck.poisson(self.per_day * (last + self.before))
        rows = []
        for start in np.sort(luck.uniform(-self.before, last, count)).tolist():
            rows += list(self._orders(luck, start))
        names = dict.fromkeys(map(itemgetter(0), rows))
        numbered = {name: place for place, name in enumerate(names)}
        plain = [(numbered[row[0]], row[1], row[2], row[3]) for row in rows]
        return orders(plain, span=float(self.days))

    def _orders(
        self, luck: np.random.Generator, at: float
    ) -> Iterator[tuple[float, float, float, float]]:
        """Yield the recorded orders of one customer, called by when he first came."""
        name, follows, basket, seen = at, self.first, 20.0, -1
        while at < self.days:
            day = floor(at)
            if day >= 0 and day != seen:
                items = 1.0 + luck.poisson(1.0)
                yield name, float(day), items, basket * items / 2
                seen = day
            if luck.random() >= follows.share:
                return
            shape = 1 / follows.cv**2
            at += float(luck.gamma(shape, follows.mean / shape))
            follows, basket = self.later, 30.0
