"""All that a shop's records tell of its customers, together."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.calibration.buying_figures import (
    BuyingFigures,
    OrdersOfOne,
    buying_figures,
    by_cohort,
    by_segment,
    orders_of_one,
)
from toc_sim.calibration.customer_model import (
    CustomerModel,
    customer_model,
    model_notices,
)
from toc_sim.calibration.frequency_fell import FrequencyFell, frequency_fell
from toc_sim.calibration.order_history import order_history
from toc_sim.calibration.revenue_by_quarter import (
    QuarterFigures,
    RevenueChange,
    change_to_tell,
    quarters,
    revenue_change,
)
from toc_sim.calibration.shop_edges import ShopEdges, edge_notices, shop_edges
from toc_sim.calibration.shop_verdict import shop_verdict
from toc_sim.errors import Argument, QuestionError, nearest
from toc_sim.records.notices import Notice
from toc_sim.records.shop_orders import ShopOrders


@dataclass(frozen=True, slots=True)
class ShopFindings:
    """What a shop's records tell of its customers.

    Attributes
    ----------
    whole
        Of all customers.
    spread
        How orders are spread over them.
    cohorts
        By month or quarter of the first order.
    segments
        By attribute and its values.
    quarters
        By quarter of the calendar.
    change
        Why revenue changed between two of them; None: no two can be compared.
    fell
        Which attribute separates those whose frequency halved.
    edges
        What the records cannot see at their begin and end.
    model
        Who comes back, as the scenario has it.
    notices
        Doubts, and what could not be told.
    verdict
        What limited revenue by these records.
    """

    whole: BuyingFigures
    spread: OrdersOfOne
    cohorts: tuple[BuyingFigures, ...]
    segments: tuple[tuple[str, tuple[BuyingFigures, ...]], ...]
    quarters: tuple[QuarterFigures, ...]
    change: RevenueChange | None
    fell: FrequencyFell
    edges: ShopEdges
    model: CustomerModel
    notices: tuple[Notice, ...]
    verdict: str


def shop_findings(
    purchases: ShopOrders, *, before: str | None = None, after: str | None = None
) -> ShopFindings:
    """Return what a shop's records tell of its customers.

    Parameters
    ----------
    purchases
        The records.
    before, after
        The quarters to compare: ``1997Q3``; None: those whose difference says most.

    Raises
    ------
    QuestionError
        If there is no such quarter, or nothing was earned in it.
    """
    history = order_history(purchases)
    every = quarters(purchases, history)
    edges = shop_edges(history)
    told = change_to_tell(history, every, edges.begin)
    if before is not None or after is not None:
        usual = told or (every[0], every[-1])
        told = (
            _named("before", before, every) or usual[0],
            _named("after", after, every) or usual[1],
        )
    model = customer_model(purchases, history, edges)
    change = None if told is None else revenue_change(history, *told)
    return ShopFindings(
        whole=buying_figures(history),
        spread=orders_of_one(history),
        cohorts=by_cohort(purchases, history),
        segments=by_segment(purchases, history),
        quarters=every,
        change=change,
        fell=frequency_fell(history, purchases.attributes),
        edges=edges,
        model=model,
        notices=(*edge_notices(purchases, edges), *model_notices(model)),
        verdict=shop_verdict(change, model),
    )


def _named(
    side: str, name: str | None, every: tuple[QuarterFigures, ...]
) -> QuarterFigures | None:
    """Return the quarter that somebody asked for; None: nobody did."""
    if name is None:
        return None
    known = {each.name: each for each in every}
    if name not in known:
        hint = nearest(name, known) or f"there are {', '.join(known)}"
        raise QuestionError(Argument(side, name), "there is no such quarter", hint)
    if not known[name].revenue > 0:
        raise QuestionError(Argument(side, name), "nothing was earned in it")
    return known[name]
