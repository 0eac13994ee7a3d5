"""Which products to make: the mix that earns most, and what simpler rules lose.

The best mix is a linear program over the same flows as the static answer, with money
in place of items (Dantzig 1963); with whole items it is a mixed-integer one. Two rules
of thumb stand beside it. Ranking by throughput per unit of the constraint's time
(Goldratt 1990, *The Haystack Syndrome*) is right with one constraint, and may lose with
two that interact, or with whole items (Linhares 2009, Int. J. Production Economics
121). Ranking by what an item earns over its own cost, the habit of unit costing,
forgets that items compete for the constraint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, inf, isinf

from toc_sim.accounting.mix_program import MixProgram
from toc_sim.accounting.prices import (
    becomes_another,
    costs_of,
    margin_of,
    operating_expenses,
    price_of,
    products_of,
)
from toc_sim.network import Network, OwnerKind, average

_SAME = 1e-9
"""Money that differs by less, relatively, is the same."""


@dataclass(frozen=True, slots=True)
class ProductLine:
    """One product, and how much of it each plan makes.

    Attributes
    ----------
    name
        The product.
    price, variable_cost
        [money/item]
    earns
        Throughput T of an item: the price less truly variable costs, those of its
        services on the way included [money/item].
    wanted
        What sources bring and markets want of it; infinite where nobody says
        [items/period].
    time
        What an item takes of the constraint [periods of a server/item].
    best, whole, by_constraint, by_item
        How much of it is made by the best plan, the best in whole items, and the
        plans of the two rules [items/period].
    """

    name: str
    price: float
    variable_cost: float
    earns: float
    wanted: float
    time: float
    best: float
    whole: float
    by_constraint: float
    by_item: float

    @property
    def earns_per_time(self) -> float:
        """T per unit of the constraint's time [money/period of a server]."""
        return self.earns / self.time if self.time else inf


@dataclass(frozen=True, slots=True)
class LimitWorth:
    """What one limit is worth at the best mix.

    Attributes
    ----------
    name, kind
        Whose limit it is.
    per_unit
        What one unit more brings: a period of a server of a stage or resource, an
        item of a source or market [money].
    share
        What 1 % more of it brings, in per cent of all throughput [1].
    """

    name: str
    kind: OwnerKind
    per_unit: float
    share: float


@dataclass(frozen=True, slots=True)
class ProductMix:
    """The best mix, and the rules beside it.

    Attributes
    ----------
    products
        In the order of the file.
    constraint
        Whose time the products compete for: of those who could not make all that is
        wanted the most overloaded; empty where everything wanted can be made.
    worths
        Of every limit that is worth anything; the shares add up to 1.
    best, whole, by_constraint, by_item
        Throughput T of the plans [money/period].
    operating_expense
        What is spent whatever is made [money/period].
    order_by_constraint, order_by_item
        The products in the order in which the two rules take them.
    """

    products: tuple[ProductLine, ...]
    constraint: str
    worths: tuple[LimitWorth, ...]
    best: float
    whole: float
    by_constraint: float
    by_item: float
    operating_expense: float
    order_by_constraint: tuple[str, ...]
    order_by_item: tuple[str, ...]

    @property
    def rule_fails(self) -> bool:
        """Whether ranking by throughput per unit of the constraint loses money."""
        return self.by_constraint < self.best * (1 - _SAME) - _SAME

    @property
    def whole_items_cost(self) -> bool:
        """Whether whole items earn less than parts of items."""
        return self.whole < self.best * (1 - _SAME) - _SAME


def product_mix(net: Network) -> ProductMix | None:
    """Return the mix of products that earns most by capacity alone.

    Parameters
    ----------
    net
        The pipeline; profiles count with their mean.

    Returns
    -------
    None where there are no products to choose among, where nothing is said of money,
    and where a product becomes another: then one cannot be made without the other.
    """
    products = [each for each in products_of(net) if each is not None]
    sells = any(margin_of(net, each) for each in products)
    if len(products) < 2 or not sells or becomes_another(net):  # noqa: PLR2004
        return None
    program = MixProgram(net, tuple(products))
    earns = [program.earns(each) for each in products]
    wanted = [program.wanted(each) for each in products]
    name, times = _constraint(program, wanted)
    rates = [
        earn / time if time else inf for earn, time in zip(earns, times, strict=True)
    ]
    by_constraint, by_item = _ranked(products, rates), _ranked(products, earns)
    plans = [
        program.best.made,
        program.whole(),
        program.in_order(by_constraint),
        program.in_order(by_item),
    ]
    totals = [
        fsum(earn * made for earn, made in zip(earns, plan, strict=True))
        for plan in plans
    ]
    horizon = net.scenario.run.horizon
    lines = tuple(
        ProductLine(
            name=each,
            price=average(price_of(net, each), horizon),
            variable_cost=fsum(
                average(cost, horizon) for cost in costs_of(net, each).values()
            ),
            earns=earns[index],
            wanted=wanted[index],
            time=times[index],
            best=plans[0][index],
            whole=plans[1][index],
            by_constraint=plans[2][index],
            by_item=plans[3][index],
        )
        for index, each in enumerate(products)
    )
    return ProductMix(
        products=lines,
        constraint=name,
        worths=_worths(program),
        best=totals[0],
        whole=totals[1],
        by_constraint=totals[2],
        by_item=totals[3],
        operating_expense=fsum(amount for _, amount in operating_expenses(net)),
        order_by_constraint=by_constraint,
        order_by_item=by_item,
    )


def _ranked(products: Sequence[str], values: Sequence[float]) -> tuple[str, ...]:
    """Return the products that earn anything, the best first."""
    ranked = sorted(zip(products, values, strict=True), key=lambda pair: -pair[1])
    return tuple(name for name, value in ranked if value > 0)


def _constraint(
    program: MixProgram, wanted: Sequence[float]
) -> tuple[str, list[float]]:
    """Return the most overloaded place of work, and what an item takes of its time."""
    places = [
        name for name, kind in program.net.owners if kind in ("stage", "resource")
    ]
    unbounded = any(map(isinf, wanted))
    load = program.best.loads if unbounded else program.loads(places, wanted)
    name = max(places, key=lambda each: load[each], default="")
    if not name or (load[name] <= 1 + _SAME and not unbounded):
        return "", [0.0] * len(wanted)
    amount = program.amount(name)
    return name, [program.taken(name, each) * amount for each in program.products]


def _worths(program: MixProgram) -> tuple[LimitWorth, ...]:
    kinds, earned = dict(program.net.owners), program.best.earned
    return tuple(
        LimitWorth(name, kinds[name], price / program.amount(name), price / earned)
        for name, price in program.best.prices.items()
        if earned > 0 and price > _SAME * earned
    )
