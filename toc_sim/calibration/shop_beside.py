"""The scenario of a shop beside the records that it was drawn from.

It is run over the time that it was drawn from; and one that is drawn from the first
three quarters of that time must foresee the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.prices import paid
from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.order_history import OrderHistory, order_history
from toc_sim.calibration.return_curve import TWO_SIGMA
from toc_sim.calibration.revenue_by_quarter import quarters
from toc_sim.calibration.shop_draft import shop_draft
from toc_sim.calibration.written_figures import percent
from toc_sim.constraint.intervals import Interval, interval
from toc_sim.engine.simulate import run
from toc_sim.language import phrase
from toc_sim.network import Network
from toc_sim.network.build import network
from toc_sim.records.records_table import Words
from toc_sim.records.shop_orders import ShopOrders
from toc_sim.scenario.load import load

ShopFigure = Literal["orders", "first orders", "orders again", "revenue", "quarter"]

_MAY_BE_OFF = 0.1
"""How far a figure of the model may be off [1]."""

DRAWN_FROM = 0.75
"""The part of the records from which a model must foresee the rest [1]."""

_MOST_ORDERS, _MOST_RUNS, _FEWEST_RUNS = 400_000, 8, 3


@dataclass(frozen=True, slots=True)
class ShopRow:
    """One figure of the records beside the model's.

    Attributes
    ----------
    figure
        ``orders``, ``first orders`` and ``orders again`` [orders/period], ``revenue``
        [money/period]; or the orders of a ``quarter`` [orders].
    quarter
        Which quarter, or part of the time, it is of; empty: the whole time.
    records
        What the records have.
    model
        The mean over the runs, with its interval.
    error
        Model less records, as a part of the records [1].
    is_chance
        Whether single runs of the model differ by as much.
    """

    figure: ShopFigure
    quarter: str
    records: float
    model: Interval
    error: float
    is_chance: bool

    @property
    def is_missed(self) -> bool:
        """Whether the model is off by more than it may, and than chance brings."""
        return not abs(self.error) <= _MAY_BE_OFF and not self.is_chance


@dataclass(frozen=True, slots=True)
class ShopBeside:
    """The scenario of a shop beside its records.

    Attributes
    ----------
    rows
        The whole time that it was drawn from, then each quarter.
    held_back
        Orders of the last part, by a model that was drawn without it; None: none could
        be drawn.
    drawn_until
        The day before which that model was drawn, as a date.
    """

    rows: tuple[ShopRow, ...]
    held_back: ShopRow | None
    drawn_until: str

    @property
    def is_usable(self) -> bool:
        """Whether it misses no figure of the whole time."""
        return not any(row.is_missed for row in self.rows if not row.quarter)

    @property
    def sentence(self) -> str:
        """What the model may be used for."""
        orders = self.rows[0]
        worst = max(self.rows, key=lambda row: abs(row.error))
        told = [
            phrase(
                "The model makes {error} % of the orders too many or too few over the "
                "whole time; at worst {worst} % ({quarter}).",
                error=percent(abs(orders.error)),
                worst=percent(abs(worst.error)),
                quarter=worst.quarter or phrase("the whole time"),
            )
        ]
        if not self.is_usable:
            told.append(
                phrase("It misses by more than 10 %: do not decide anything by it.")
            )
        if self.held_back is not None:
            told.append(
                phrase(
                    "Drawn from the records before {day} alone, it is off by {error} % "
                    "for the orders after.",
                    day=self.drawn_until,
                    error=percent(abs(self.held_back.error)),
                )
            )
        return " ".join(told)


def shop_beside(
    purchases: ShopOrders,
    draft: Draft,
    *,
    replications: int | None = None,
    seed: int = 1,
) -> ShopBeside | None:
    """Lay the scenario of a shop beside its records.

    Parameters
    ----------
    purchases
        The records.
    draft
        What was drawn from them.
    replications
        Runs of the model; None: as many as make 400,000 orders, 3 to 8.
    seed
        Of their chance.

    Returns
    -------
    None for a draft without content.
    """
    if not draft.content:
        return None
    history = order_history(purchases)
    runs = replications or _runs(len(history.day))
    cut = round(DRAWN_FROM * history.span)
    until = f"{purchases.begin + timedelta(days=cut):%Y-%m-%d}"
    model = _Model.of(draft, runs, seed)
    rows = (*_of_all(history, model), *_by_quarter(purchases, history, model))
    earlier = shop_draft(before(purchases, cut), period=str(draft.facts["period"]))
    last = None
    if earlier.content:
        foreseen = _Model.of(earlier, runs, seed)
        last = _orders_of("", history, foreseen, (cut, history.span))
    return ShopBeside(rows, last, until)


def before(purchases: ShopOrders, day: int) -> ShopOrders:
    """Return what was known of a shop before a day.

    Parameters
    ----------
    purchases
        All records.
    day
        From their begin on [days].
    """
    mine = purchases.day < day
    known = np.unique(purchases.customer[mine])
    number = np.full(purchases.customers, -1, dtype=np.int32)
    number[known] = np.arange(len(known))
    return replace(
        purchases,
        customer=number[purchases.customer[mine]],
        day=purchases.day[mine],
        items=purchases.items[mine],
        amount=purchases.amount[mine],
        customers=len(known),
        attributes={
            name: Words(words.codes[known], words.words)
            for name, words in purchases.attributes.items()
        },
        span=float(day),
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """A scenario that is run, and the time that it stands for."""

    net: Network
    begin: int
    days: float
    runs: int
    seed: int

    @classmethod
    def of(cls, draft: Draft, runs: int, seed: int) -> _Model:
        """Return the model of a draft."""
        begin = round(float(draft.facts["window_begin"]))
        days = float(draft.facts["period_days"])
        return cls(network(load(draft.content)), begin, days, runs, seed)

    def bought(self, day: int) -> NDArray[np.float64]:
        """Return first orders, orders again and revenue up to a day, by run."""
        horizon = (day - self.begin) / self.days
        if horizon <= 0:
            return np.zeros((self.runs, 3))
        found = []
        for replication in range(self.runs):
            result = run(
                self.net,
                seed=self.seed,
                replication=replication,
                horizon=horizon,
                warmup=0.0,
            )
            sold = [result.nodes[node.index] for node in self.net.nodes if node.sells]
            again = sum(node.again for node in sold)
            every = sum(node.out - node.lost + node.abandoned for node in sold)
            money = float(paid(self.net, [result])[0]) * horizon
            found.append((every - again, again, money))
        return np.array(found, dtype=float)


def _of_all(history: OrderHistory, model: _Model) -> tuple[ShopRow, ...]:
    """Return the figures of the whole time, in a period."""
    periods = (history.span - model.begin) / model.days
    made = model.bought(history.span) / periods
    mine = history.day >= model.begin
    first = float((mine & history.is_first).sum())
    money = float(np.sum(history.amount[mine]))
    orders = float(mine.sum())
    return (
        _row("orders", "", orders / periods, made[:, 0] + made[:, 1]),
        _row("first orders", "", first / periods, made[:, 0]),
        _row("orders again", "", (orders - first) / periods, made[:, 1]),
        _row("revenue", "", money / periods, made[:, 2]),
    )


def _by_quarter(
    purchases: ShopOrders, history: OrderHistory, model: _Model
) -> tuple[ShopRow, ...]:
    """Return the orders of each whole quarter."""
    return tuple(
        _orders_of(quarter.name, history, model, (quarter.begin, quarter.end))
        for quarter in quarters(purchases, history)
        if quarter.is_whole and quarter.begin >= model.begin
    )


def _orders_of(
    name: str, history: OrderHistory, model: _Model, days: tuple[int, int]
) -> ShopRow:
    """Return the orders of some days; runs of one seed go on where shorter ones end."""
    begin, end = days
    made = model.bought(end)[:, :2].sum(axis=1) - model.bought(begin)[:, :2].sum(axis=1)
    seen = float(((history.day >= begin) & (history.day < end)).sum())
    return _row("quarter", name, seen, made)


def _row(
    figure: ShopFigure, quarter: str, records: float, runs: NDArray[np.float64]
) -> ShopRow:
    model = interval(runs, 0.95)
    if not records:
        return ShopRow(figure, quarter, records, model, 0.0, is_chance=True)
    error = model.mean / records - 1
    count = len(runs)
    spread = float(runs.std(ddof=1)) * sqrt(1 + 1 / count) if count > 1 else 0.0
    is_chance = abs(model.mean - records) <= TWO_SIGMA * spread
    return ShopRow(figure, quarter, records, model, error, is_chance=is_chance)


def _runs(orders: int) -> int:
    return max(_FEWEST_RUNS, min(_MOST_RUNS, _MOST_ORDERS // max(orders, 1)))
