"""What a shop's records cannot see at their begin and end: who was there before.

A customer whose first order stands in the records may have bought before they begin.
So three kinds of records are told apart: of one cohort, after which nobody new came; of
a shop that opens with them; and of a shop that ran before, whose early weeks serve to
tell regulars from new customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.order_history import Flags, OrderHistory
from toc_sim.calibration.return_curve import return_curve
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.shop_orders import ShopOrders

RecordsKind = Literal["one cohort", "from the start", "already running"]

_MOST_BACK = 0.95
"""Regulars are known after this part of them has come back [1]."""

_LONGEST_MEMORY = 1 / 3
"""Of the records serves to know regulars by, at most [1]."""

_SURE = 3.0
"""So many standard errors more new faces at the begin are no chance."""

_TAIL = 1 / 3
"""Without a new customer for this part of the records at the end, they are over [1]."""

_EXPECTED = 10
"""So many would have come in that time at the pace of before."""

_WEEK = 7

_ROUGH = 2.0
"""From this on, weeks differ more than independent customers would make them."""


@dataclass(frozen=True, slots=True)
class ShopEdges:
    """From when on, and until when, the records show new customers as new.

    Attributes
    ----------
    kind
        Which of the three kinds of records they are.
    begin
        From here on, who is seen for the first time is new [days].
    end
        Until here new customers came; the end of the records, but of one cohort [days].
    new
        How many came in between.
    roughness
        Variance of new customers by week over their mean: 1 by chance alone.
    expected, seen
        New faces before `begin`: at the pace of later, and as there were.
    """

    kind: RecordsKind
    begin: int
    end: int
    new: int
    roughness: float
    expected: float
    seen: int

    @property
    def per_day(self) -> float:
        """New customers in a day while they came."""
        return self.new / (self.end - self.begin)

    def is_new(self, history: OrderHistory) -> Flags:
        """Return which customers are known to be new."""
        return history.first >= self.begin


def shop_edges(history: OrderHistory) -> ShopEdges:
    """Return which kind of records they are, and from when on new customers are new.

    Parameters
    ----------
    history
        The orders of a shop.

    Notes
    -----
    One cohort: for the last third nobody new came, where ten at least would have at the
    pace of before. Already running: in the early weeks, in which nineteen of twenty
    back are back (a third of the records at most), three standard errors more new faces
    came than later. A shop whose advertising stopped looks the same, as is told.
    """
    last = int(history.first.max()) + 1
    tail = history.span - last
    if tail >= _TAIL * history.span and history.customers / last * tail >= _EXPECTED:
        return _edges(history, "one cohort", 0, last, None)
    memory = _memory(history)
    if not 0 < memory < history.span:
        return _edges(history, "from the start", 0, history.span, None)
    later = _edges(history, "already running", memory, history.span, memory)
    share = memory / (history.span - memory)
    error = sqrt(max(later.roughness, 1.0) * max(later.expected, 1.0) * (1 + share))
    if later.seen - later.expected > _SURE * error:
        return later
    return _edges(history, "from the start", 0, history.span, memory)


def edge_notices(purchases: ShopOrders, edges: ShopEdges) -> Iterator[Notice]:
    """Yield what the edges of the records keep from being known."""
    match edges.kind:
        case "one cohort":
            yield _of_one_cohort(purchases, edges)
        case "already running":
            yield _of_regulars(edges)
        case "from the start":
            yield Notice(
                "who came before",
                phrase(
                    "Every customer counts as new at the first order: the records "
                    "begin with no more new faces than they have later. Whoever bought "
                    "before them, and came back late, is not told from a new one."
                ),
            )
    if edges.roughness > _ROUGH:
        yield Notice(
            "new customers come in waves",
            phrase(
                "New customers by week vary {times} times as much as chance alone "
                "would make them: seasons, campaigns or a trend. The scenario has "
                "their mean pace.",
                times=f"{edges.roughness:.1f}",
            ),
            "doubt",
            {"variance over mean": edges.roughness},
        )


def _of_one_cohort(purchases: ShopOrders, edges: ShopEdges) -> Notice:
    last = purchases.begin + timedelta(days=edges.end - 1)
    return Notice(
        "one cohort",
        phrase(
            "These are the orders of one cohort: {customers} customers first bought by "
            "{day}, and none after it. So they cannot tell how many new customers come "
            "now, nor whether those made up for the ones who left; and whether the "
            "first order here was a customer's first is taken on trust.",
            customers=f"{edges.new:,}",
            day=f"{last:%Y-%m-%d}",
        ),
        "doubt",
        {"customers": float(edges.new), "last new": f"{last:%Y-%m-%d}"},
    )


def _of_regulars(edges: ShopEdges) -> Notice:
    return Notice(
        "regulars at the begin",
        phrase(
            "In the first {days} days {seen} customers are seen for the first time, "
            "{more} more than at the pace of later: they had bought before. So new "
            "customers are counted from day {days} on; some regulars who stayed away "
            "for longer are among them. Had a campaign ended then, it would look the "
            "same.",
            days=f"{edges.begin:,}",
            seen=f"{edges.seen:,}",
            more=f"{edges.seen - edges.expected:,.0f}",
        ),
        "doubt",
        {"days": float(edges.begin), "seen": float(edges.seen)},
    )


def _edges(
    history: OrderHistory, kind: RecordsKind, begin: int, end: int, memory: int | None
) -> ShopEdges:
    new = int((history.first >= begin).sum())
    known_from = begin if memory is None else memory
    later = int((history.first >= known_from).sum())
    per_day = later / (end - known_from) if end > known_from else 0.0
    return ShopEdges(
        kind=kind,
        begin=begin,
        end=end,
        new=new,
        roughness=_roughness(history.first, begin, end),
        expected=per_day * known_from,
        seen=int((history.first < known_from).sum()),
    )


def _memory(history: OrderHistory) -> int:
    """Return after how long most regulars would have been seen [days]."""
    until = return_curve(history.gap, history.left).time_until(_MOST_BACK)
    if np.isnan(until):
        return 0
    return int(min(until, _LONGEST_MEMORY * history.span))


def _roughness(first: NDArray[np.int64], begin: int, end: int) -> float:
    """Return the variance of new customers by week over their mean."""
    weeks = (end - begin) // _WEEK
    inside = first[(first >= begin) & (first < begin + weeks * _WEEK)]
    if weeks < _FEWEST_WEEKS or not len(inside):
        return 1.0
    counts = np.bincount((inside - begin) // _WEEK, minlength=weeks)
    return float(counts.var(ddof=1) / counts.mean())


_FEWEST_WEEKS = 8
