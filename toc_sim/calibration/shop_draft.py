"""From the orders of a shop to a scenario: new customers come, buy, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import isnan
from typing import Any

from toc_sim.calibration.buying_figures import BuyingFigures, buying_figures
from toc_sim.calibration.customer_model import (
    customer_model,
    model_notices,
)
from toc_sim.calibration.estimates import (
    Delay,
    Draft,
    Estimate,
    StageFinding,
    uncertain_block,
)
from toc_sim.calibration.fitted_time import rounded
from toc_sim.calibration.order_history import order_history
from toc_sim.calibration.period_choice import chosen_period
from toc_sim.calibration.return_model import ReturnLevel
from toc_sim.calibration.revenue_by_quarter import (
    change_to_tell,
    quarters,
    revenue_change,
)
from toc_sim.calibration.shop_edges import edge_notices, shop_edges
from toc_sim.calibration.shop_numbers import (
    DESK,
    MARKET_NODE,
    NEW,
    NEWCOMERS,
    REGULAR,
    ShopRecords,
    WrittenNumber,
    shop_numbers,
)
from toc_sim.calibration.shop_verdict import shop_verdict
from toc_sim.calibration.written_figures import between, short
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.shop_orders import ShopOrders

LEAST_CUSTOMERS = 20
"""With fewer nothing is drawn."""


def shop_draft(
    purchases: ShopOrders,
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
    shop = ShopRecords(purchases, history, edges, model, chosen)
    written = shop_numbers(shop)
    figures = buying_figures(history)
    notices = [*edge_notices(purchases, edges), *model_notices(model), _no_capacity()]
    if edges.kind == "already running" and model.levels:
        notices.append(_evenly())
    estimates = tuple(each.estimate for each in written)
    content = _content(shop, written, name)
    content["uncertain"] = uncertain_block(estimates)
    return Draft(
        content=content,
        comments=_comments(written),
        estimates=estimates,
        stages=(_finding(shop),),
        delays=tuple(_delays(shop)),
        notices=tuple(notices),
        verdict=shop_verdict(change, model),
        facts=_facts(shop, figures),
    )


def _refusal(purchases: ShopOrders) -> Notice:
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


def _comments(written: list[WrittenNumber]) -> dict[str, str]:
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


def _content(
    shop: ShopRecords, written: list[WrittenNumber], name: str
) -> dict[str, Any]:
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
        MARKET_NODE: {"kind": "market"},
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


def _flow(shop: ShopRecords) -> list[Any]:
    lines: list[Any] = [f"{NEWCOMERS} -> {DESK} -> {MARKET_NODE}"]
    for kind, level, _ in shop.kinds():
        if level is None:
            continue
        way = {f"{MARKET_NODE} -> {DESK}": _label(shop, kind, level)}
        lines.append({kind: way} if kind else way)
    return lines


def _label(shop: ShopRecords, kind: str, level: ReturnLevel) -> dict[str, Any]:
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


def _away(shop: ShopRecords, level: ReturnLevel) -> Any:
    """Return the delay of a way back: a number where customers are there before.

    They come back evenly within one delay, so it must be the same for all.
    """
    if shop.edges.kind == "already running":
        return rounded(level.mean.mean / shop.period.days, 4)
    return level.delay(shop.period.days)


def _customers_at_the_start(shop: ShopRecords, kind: str, level: ReturnLevel) -> int:
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


def _description(shop: ShopRecords) -> str:
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


def _finding(shop: ShopRecords) -> StageFinding:
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


def _delays(shop: ShopRecords) -> Iterator[Delay]:
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


def _facts(shop: ShopRecords, figures: BuyingFigures) -> dict[str, float | str]:
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
