"""The P&Q shop and its variation: the mix that earns most, and rules that lose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toc_sim import Scenario
from toc_sim.accounting.product_mix import ProductMix, product_mix
from toc_sim.accounting.statement import earned_by
from toc_sim.network.build import network as network_of
from validation.cases import Case
from validation.figures import Expressed, Results, SimulatedFigure, StaticFigure

OF: dict[str, tuple[str, Callable[[ProductMix, Case], float]]] = {
    "pq-T": ("T", lambda mix, _: mix.best),
    "pq-NP": ("net profit", lambda mix, _: mix.best - mix.operating_expense),
    "pq-naive": (
        "net profit, best margin first",
        lambda mix, _: mix.by_item - mix.operating_expense,
    ),
    "pq-dual": (
        "money per minute of B",
        lambda mix, case: _worth(mix, "B") / case["available"],
    ),
    "pq-tcu": (
        "T per minute of B, of P",
        lambda mix, case: mix.products[0].earns_per_time / case["available"],
    ),
    "pq-elevate-B": ("T", lambda mix, _: mix.best),
    "pq2-lp": ("T", lambda mix, _: mix.best),
    "pq2-milp": ("T in whole items", lambda mix, _: mix.whole),
    "pq2-tcu-greedy": (
        "T by what a minute of B brings",
        lambda mix, _: mix.by_constraint,
    ),
}
"""What is compared in each case, and how it is read."""


def shop(case: Case) -> Scenario:
    """Return the shop of a case, in weeks; P goes first wherever both wait."""
    given = case.parameters
    price = given.get("price", given.get("T_per_unit"))
    cost = given.get("tvc", dict.fromkeys(price, 0))
    servers = {"B": given.get("B", given["available"]) // given["available"]}
    document: dict[str, Any] = {
        "format": 1,
        "name": case.id,
        "period": "week",
        "products": {
            name: {"price": price[name], "variable_cost": {"materials": cost[name]}}
            for name in price
        },
        "stages": {
            "orders": {"kind": "source", "arrivals": given["demand"]},
            **{
                name: {
                    "kind": "machine",
                    "servers": servers.get(name, 1),
                    "time": {
                        product: minutes / given["available"]
                        for product, minutes in zip(price, each, strict=True)
                    },
                    "priority": {
                        product: -place for place, product in enumerate(price)
                    },
                }
                for name, each in given["minutes"].items()
            },
            "market": {"kind": "market", "demand": given["demand"]},
        },
        "flow": [" -> ".join(("orders", *given["minutes"], "market"))],
        "economics": {"operating_expense": {"plant": given["OE"]}},
        "run": {"horizon": 100, "warmup": 20},
    }
    return Scenario.model_validate(document)


def mix(case: Case) -> Expressed:
    """Express a case by capacity, and what is sold by a simulation where P goes first.

    By capacity alone the mix is chosen for its money; in the shop priorities choose.
    """
    scenario = shop(case)
    net = network_of(scenario)
    what, read = OF[case.id]

    def of(_: object) -> float:
        found = product_mix(net)
        assert found is not None
        return read(found, case)

    def sold(results: Results) -> float:
        earned = earned_by(net, results, tuple(scenario.products))
        assert earned is not None
        return float(earned[0])

    simulated = (SimulatedFigure(what, "value", case.value, sold, 1.0),)
    return Expressed(
        case,
        (scenario,),
        (StaticFigure(what, case.value, of),),
        simulated if case.id in ("pq-T", "pq-elevate-B") else (),
        note="a week is the period; in the run P goes first wherever both wait",
    )


def _worth(found: ProductMix, name: str) -> float:
    return next(each.per_unit for each in found.worths if each.name == name)
