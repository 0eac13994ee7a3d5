"""From the orders of a shop to a scenario: new customers come, buy, and come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import isnan
from typing import Any

import numpy as np

from toc_sim.calibrate.buying_figures import BuyingFigures, buying_figures
from toc_sim.calibrate.customer_model import (
    CustomerModel,
    customer_model,
    model_notices,
)
from toc_sim.calibrate.estimates import Delay, Draft, Estimate, StageFinding
from toc_sim.calibrate.fitted_time import rounded
from toc_sim.calibrate.order_history import Flags, OrderHistory, order_history
from toc_sim.calibrate.period_choice import ChosenPeriod, chosen_period
from toc_sim.calibrate.ratios import ratio
from toc_sim.calibrate.return_curve import TWO_SIGMA
from toc_sim.calibrate.return_model import ReturnLevel
from toc_sim.calibrate.revenue_by_quarter import (
    change_to_tell,
    quarters,
    revenue_change,
)
from toc_sim.calibrate.shop_edges import ShopEdges, edge_notices, shop_edges
from toc_sim.calibrate.shop_verdict import shop_verdict
from toc_sim.calibrate.written_figures import between, short
from toc_sim.constraint.intervals import Interval
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.purchases import Purchases

LEAST_CUSTOMERS = 20
"""With fewer nothing is drawn."""

NEW, REGULAR = "new", "regular"
"""What the two kinds of customers are called in every scenario that is drawn."""

NEWCOMERS, DESK, BUYERS = "newcomers", "desk", "market"
"""And the nodes."""

_BACK = f"{BUYERS}->{DESK}"


def shop_draft(
    purchases: Purchases,
    *,
    period: str | None = None,
    name: str = "A shop drawn from its orders",
) -> Draft:
    """Return the scenario that a shop's orders tell, and how surely.

    Parameters
    ----------
    purchases
        The records.
    period
        ``hour``, ``day``, ``week`` or ``month``; None: by how long the records last.
    name
        Of the scenario.

    Returns
    -------
    The draft; of records that tell too little without content, and with a notice that
    says why.
    """
    chosen = chosen_period(purchases.span, period)
    if purchases.customers < LEAST_CUSTOMERS:
        refused = _refusal(purchases)
        return Draft({}, {}, (), (), (), (refused,), refused.sentence)
    history = order_history(purchases)
    edges = shop_edges(history)
    every = quarters(purchases, history)
    told = change_to_tell(history, every, edges.begin)
    change = None if told is None else revenue_change(history, *told)
    model = customer_model(purchases, history, edges)
    shop = _Shop(purchases, history, edges, model, chosen)
    written = _written(shop)
    figures = buying_figures(history)
    notices = [*edge_notices(purchases, edges), *model_notices(model), _no_capacity()]
    if edges.kind == "already running" and model.levels:
        notices.append(_evenly())
    return Draft(
        content=_content(shop, written, name),
        comments=_comments(written),
        estimates=tuple(each.estimate for each in written),
        stages=(_finding(shop),),
        delays=tuple(_delays(shop)),
        notices=tuple(notices),
        verdict=shop_verdict(change, model),
        facts=_facts(shop, figures),
    )


@dataclass(frozen=True, slots=True)
class _Shop:
    """All that is known of a shop when its scenario is written."""

    purchases: Purchases
    history: OrderHistory
    edges: ShopEdges
    model: CustomerModel
    period: ChosenPeriod

    @property
    def begin(self) -> int:
        """The day at which the clock of the scenario begins."""
        return self.edges.begin

    @property
    def periods(self) -> float:
        """How long the scenario lasts [periods]."""
        return (self.history.span - self.begin) / self.period.days

    def kinds(self) -> tuple[tuple[str, ReturnLevel | None, Flags], ...]:
        """Return by kind of customer what follows its orders, and which they are."""
        history, levels = self.history, self.model.levels
        in_window = history.day >= self.begin
        if not self.model.is_of_two:
            return (("", levels[0] if levels else None, in_window),)
        is_first = history.is_first & history.of(self.edges.is_new(history))
        return (
            (NEW, levels[0], is_first),
            (REGULAR, levels[1], in_window & ~history.is_first),
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """A number of the file: where its comment stands, and where it came from."""

    place: str
    estimate: Estimate


def _refusal(purchases: Purchases) -> Notice:
    told = phrase(
        "Only {count} customers bought, and {least} is the least: no scenario is "
        "drawn.",
        count=str(purchases.customers),
        least=str(LEAST_CUSTOMERS),
    )
    evidence = {"customers": float(purchases.customers)}
    return Notice("too few customers", told, "refused", evidence)


def _no_capacity() -> Notice:
    return Notice(
        "no capacity",
        phrase(
            "Orders tell neither how long anybody waited nor who had to be turned "
            "away: the capacity of the desk is that of the busiest day, and may be any "
            "higher one; how many would have bought besides is not known."
        ),
        "refused",
    )


def _evenly() -> Notice:
    return Notice(
        "delays of one length",
        phrase(
            "The scenario begins with regulars, who come back evenly within one delay; "
            "so each delay has its mean length in it, though in the records they "
            "differ."
        ),
    )


def _written(shop: _Shop) -> list[_Written]:
    """Return the numbers of the file, in its order."""
    found = [_arrivals(shop), _capacity(shop)]
    for kind, level, orders in shop.kinds():
        way = f"{kind}:{_BACK}" if kind else _BACK
        if level is not None:
            found += _ways(shop, way, level)
        price = f"products.{kind}.price" if kind else "economics.price"
        found.append(_price(shop, price, orders))
    return found


def _arrivals(shop: _Shop) -> _Written:
    edges = shop.edges
    over = (edges.end - edges.begin) / shop.period.days
    pace = edges.new / over
    spread = max(edges.roughness, 1.0) ** 0.5
    half = TWO_SIGMA * spread * edges.new**0.5 / over
    origin = phrase(
        "{count} new customers in {periods} periods",
        count=short(edges.new),
        periods=short(over),
    )
    path = f"{NEWCOMERS}.arrivals" + (f".{NEW}" if shop.model.is_of_two else "")
    value: Any = rounded(pace, 4)
    uncertain: Mapping[str, Any] | None = {"count": edges.new, "over": rounded(over, 6)}
    if edges.kind == "one cohort":
        end = rounded(over, 6)
        value = {"profile": [[0, value], [end, value], [end, 0]]}
        origin = phrase(
            "{origin}, and none after: put the pace of today here", origin=origin
        )
        uncertain = None
    estimate = Estimate(
        path,
        value,
        max(0.0, pace - half),
        pace + half,
        origin,
        edges.new,
        uncertain,
    )
    return _Written(f"stages.{NEWCOMERS}.arrivals", estimate)


def _capacity(shop: _Shop) -> _Written:
    busiest = int(np.bincount(shop.history.day).max())
    estimate = Estimate(
        f"{DESK}.capacity",
        rounded(busiest * max(shop.period.days, 1.0), 4),
        None,
        None,
        phrase(
            "at least: {count} orders were handled on the busiest day",
            count=short(busiest),
        ),
        len(shop.history.day),
        at_least=True,
    )
    return _Written(f"stages.{DESK}.capacity", estimate)


def _ways(shop: _Shop, way: str, level: ReturnLevel) -> Iterator[_Written]:
    """Yield the share and the delay of those who come back."""
    days = shop.period.days
    won, of = level.counts
    origin = phrase(
        "{returns} returns seen after {orders} orders, those yet to come allowed for",
        returns=short(level.returns),
        orders=short(level.orders),
    )
    if level.is_cut:
        origin = phrase(
            "at least: {returns} returns seen after {orders} orders, those yet to come "
            "within {days} days allowed for",
            returns=short(level.returns),
            orders=short(level.orders),
            days=short(level.longest),
        )
    share = Estimate(
        f"flow.{way}",
        rounded(level.share.mean, 4),
        *_ends(level.share),
        origin,
        level.orders,
        {"won": won, "of": of},
        at_least=level.is_cut,
    )
    mean = level.mean.times(1 / days)
    error = mean.half_width / TWO_SIGMA
    delay = Estimate(
        f"flow.{way}.delay{_mean_of_shape(shop)}",
        rounded(mean.mean, 4),
        *_ends(mean),
        phrase("{returns} returns", returns=short(level.returns)),
        level.returns,
        {"mean": rounded(mean.mean, 4), "sd": rounded(error)} if error > 0 else None,
    )
    place = f"flow.{_flow_key(way)}"
    yield _Written(place, share)
    yield _Written(place, delay)


def _mean_of_shape(shop: _Shop) -> str:
    return "" if shop.edges.kind == "already running" else ".mean"


def _flow_key(way: str) -> str:
    """Return how the line of the flow begins: ``new``, or ``market -> desk``."""
    kind, _, _ = way.rpartition(":")
    return kind or f"{BUYERS} -> {DESK}"


def _price(shop: _Shop, path: str, orders: Flags) -> _Written:
    history = shop.history
    basket = ratio(
        history.amount[orders], np.ones(int(orders.sum())), history.customer[orders]
    )
    error = basket.half_width / TWO_SIGMA
    estimate = Estimate(
        path,
        rounded(basket.mean, 5),
        *_ends(basket),
        phrase("mean of {count} orders", count=short(int(orders.sum()))),
        int(orders.sum()),
        {"mean": rounded(basket.mean, 5), "sd": rounded(error)} if error > 0 else None,
    )
    return _Written(path, estimate)


def _ends(value: Interval) -> tuple[float | None, float | None]:
    return (value.low, value.high) if value.is_known else (None, None)


def _comments(written: list[_Written]) -> dict[str, str]:
    """Return what stands behind each line; of a way back about its share and delay."""
    found: dict[str, str] = {}
    for each in written:
        text = _comment(each.estimate)
        if each.place in found:
            text = phrase(
                "{share} (delay: {delay})", share=found[each.place], delay=text
            )
        found[each.place] = text
    return found


def _comment(estimate: Estimate) -> str:
    ends = between(estimate.low, estimate.high)
    return f"{estimate.origin}; {ends}" if ends else estimate.origin


def _content(shop: _Shop, written: list[_Written], name: str) -> dict[str, Any]:
    value = {each.estimate.path: each.estimate.value for each in written}
    two = shop.model.is_of_two
    suffix = f".{NEW}" if two else ""
    arrivals = value[f"{NEWCOMERS}.arrivals{suffix}"]
    content: dict[str, Any] = {
        "format": 1,
        "name": name,
        "description": _description(shop),
        "item": "order",
        "period": shop.period.name,
    }
    if two:
        content["products"] = {
            NEW: {
                "title": phrase("new customer"),
                "price": value[f"products.{NEW}.price"],
            },
            REGULAR: {
                "title": phrase("regular"),
                "price": value[f"products.{REGULAR}.price"],
            },
        }
    content["stages"] = {
        NEWCOMERS: {
            "title": phrase("new customers"),
            "kind": "source",
            "arrivals": {NEW: arrivals} if two else arrivals,
            "distribution": "exponential",
        },
        DESK: {"kind": "team", "capacity": value[f"{DESK}.capacity"]},
        BUYERS: {"kind": "market"},
    }
    content["flow"] = _flow(shop)
    if not two:
        content["economics"] = {"price": value["economics.price"]}
    content["run"] = {
        "horizon": rounded(shop.periods, 6),
        "warmup": 0,
        "replications": _replications(len(shop.history.day)),
    }
    return content


_MOST_ORDERS, _MOST_RUNS = 400_000, 20


def _replications(orders: int) -> int:
    """Return as many runs as make 400,000 orders, 5 at least and 20 at most."""
    return max(5, min(_MOST_RUNS, _MOST_ORDERS // orders))


def _flow(shop: _Shop) -> list[Any]:
    lines: list[Any] = [f"{NEWCOMERS} -> {DESK} -> {BUYERS}"]
    for kind, level, _ in shop.kinds():
        if level is None:
            continue
        way = {f"{BUYERS} -> {DESK}": _label(shop, kind, level)}
        lines.append({kind: way} if kind else way)
    return lines


def _label(shop: _Shop, kind: str, level: ReturnLevel) -> dict[str, Any]:
    """Return what a way back says: who, after how long, and who was there before."""
    label: dict[str, Any] = {
        "share": rounded(level.share.mean, 4),
        "delay": _away(shop, level),
    }
    if kind == NEW:
        label["becomes"] = REGULAR
    regulars = _customers_at_the_start(shop, kind, level)
    if regulars:
        label["customers"] = regulars
    return label


def _away(shop: _Shop, level: ReturnLevel) -> Any:
    """Return the delay of a way back: a number where customers are there before.

    They come back evenly within one delay, so it must be the same for all.
    """
    if shop.edges.kind == "already running":
        return rounded(level.mean.mean / shop.period.days, 4)
    return level.delay(shop.period.days)


def _customers_at_the_start(shop: _Shop, kind: str, level: ReturnLevel) -> int:
    """Return how many bought within one delay before the scenario begins.

    New customers among them are as many as came later at that pace: who is new before
    is not known.
    """
    if shop.edges.kind != "already running":
        return 0
    history, begin = shop.history, shop.begin
    delay = min(level.mean.mean, float(begin))
    bought = int(((history.day >= begin - delay) & (history.day < begin)).sum())
    scale = level.mean.mean / delay
    new = shop.edges.per_day * level.mean.mean
    if kind == NEW:
        return round(new)
    return max(0, round(scale * bought - (new if kind else 0.0)))


def _description(shop: _Shop) -> str:
    purchases = shop.purchases
    first, last = (
        f"{purchases.begin + timedelta(days=day):%Y-%m-%d}"
        for day in (shop.begin, shop.history.span - 1)
    )
    return phrase(
        "Drawn from {orders} orders of {customers} customers, {first} to {last}.",
        orders=short(len(shop.history.day)),
        customers=short(shop.history.customers),
        first=first,
        last=last,
    )


def _finding(shop: _Shop) -> StageFinding:
    mine = shop.history.day >= shop.begin
    return StageFinding(
        stage=phrase("orders"),
        node=DESK,
        visits=int(mine.sum()),
        saturation="cannot tell",
        evidence=phrase("orders alone tell nothing of waits or of capacity"),
        output=float(mine.sum()) / shop.periods,
        wait_mean=float("nan"),
        work_mean=float("nan"),
        own_wait=None,
        people=0,
    )


def _delays(shop: _Shop) -> Iterator[Delay]:
    after = phrase("next order")
    for kind, level, _ in shop.kinds():
        if level is None:
            continue
        before = phrase("first order") if kind == NEW else phrase("order")
        yield Delay(
            before=before,
            after=after,
            mean=level.mean.mean / shop.period.days,
            cv=level.cv,
            count=level.returns,
            why=phrase("when to buy again is for the customer to say"),
        )


def _facts(shop: _Shop, figures: BuyingFigures) -> dict[str, float | str]:
    found: dict[str, float | str] = {
        "period": shop.period.name,
        "period_days": shop.period.days,
        "window_begin": float(shop.begin),
        "window_end": float(shop.history.span),
        "records": shop.edges.kind,
        "customers": float(figures.customers),
        "orders": float(figures.orders),
        "revenue": figures.revenue,
        "orders of a customer": figures.orders_each.mean,
        "basket": figures.basket.mean,
    }
    if not isnan(figures.items.mean):
        found["items per order"] = figures.items.mean
        found["price per item"] = figures.price.mean
    return found
