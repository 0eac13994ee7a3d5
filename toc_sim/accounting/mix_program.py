"""The linear program of a mix: the static problem of flow, with money for items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isclose, isinf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.prices import Amounts, margin_of, service_costs
from toc_sim.errors import SimulationError
from toc_sim.network import Network
from toc_sim.theory.linear import condense
from toc_sim.theory.program import averages, limits_of, program

_ROUNDED = 1e-13
"""What a plan that is kept may give way to the next product, relatively."""

_LIGHT = 1e-9
"""What all work together weighs beside one item: the least work is taken."""

_UNBOUNDED = 3
"""HiGHS's word for a plan that earns without end."""


@dataclass(frozen=True, slots=True)
class MixPlan:
    """The plan that earns most: what is made of each product, and T."""

    made: tuple[float, ...]
    earned: float
    prices: dict[str, float]
    """By owner, what T would grow by if there were twice as much [money/period]."""
    loads: dict[str, float]
    """By owner, how much of it is taken [1]."""


class MixProgram:
    """The flows of a network, and what they earn: the static flow problem with money.

    Parameters
    ----------
    net
        The pipeline.
    products
        What can be made.
    """

    def __init__(self, net: Network, products: tuple[str, ...]) -> None:
        self.net = net
        self.products = products
        nodes = averages(net)
        whole = program(net, nodes)
        small = condense(whole)
        self._program = small.program
        self._is_condensed = small.program is not whole
        self._limits = limits_of(net, nodes)
        self._owners = [name for name, _ in net.owners]
        self._parts = self._program.parts(np.ones(len(net.owners) + 1))
        sells = np.zeros((len(products), whole.columns))
        places = {each: row for row, each in enumerate(products)}
        for node in net.nodes:
            if node.product in places:
                sells[places[node.product], node.index] = whole.bought[node.index]
        costs = np.zeros(whole.columns)
        for index, cost in service_costs(net):
            costs[index] = cost
        margins = [margin_of(net, each) for each in products]
        if self._is_condensed:
            sells, costs = small.rows(sells), small.rows(costs[None, :])[0]
        self._sells = sells
        self._row_of = dict(zip(products, sells, strict=True))
        self._worth = np.array(margins) @ sells - costs
        self._made_alone: dict[str, tuple[Amounts, float]] = {}
        self._is_plain = (
            self._is_condensed
            and not len(self._program.at_most) + len(self._program.equal)
            and bool(((sells != 0).sum(axis=0) == 1).all())
            and bool(((sells != 0).sum(axis=1) == 1).all())
        )
        """Whether each product is one flow, and all that binds it are limits."""

    @cached_property
    def best(self) -> MixPlan:
        """The plan that earns most."""
        answer = self._answer(self._worth)
        if answer.status == _UNBOUNDED:
            none = dict.fromkeys(self._owners, 0.0)
            return MixPlan(tuple(inf for _ in self.products), inf, none, none)
        prices = -answer.ineqlin.marginals[: len(self._parts)]
        return MixPlan(
            made=tuple(_whole(float(row @ answer.x)) for row in self._sells),
            earned=float(self._worth @ answer.x),
            prices=self._by_owner(prices, answer.x),
            loads=self._by_owner(np.ones(len(self._parts)), answer.x),
        )

    def whole(self) -> tuple[float, ...]:
        """Return the best plan in whole items a period [items/period]."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import

        count, columns = len(self.products), self._program.columns
        at_most, equal = self._program.at_most, self._program.equal
        limits = np.vstack([self._parts, at_most])
        most = np.append(np.ones(len(self._parts)), np.zeros(len(at_most)))
        answer = milp(
            c=np.append(-self._worth, np.zeros(count)),
            integrality=np.append(np.zeros(columns), np.ones(count)),
            bounds=Bounds(0, np.inf),
            constraints=[
                LinearConstraint(
                    np.hstack([limits, np.zeros((len(limits), count))]), -np.inf, most
                ),
                LinearConstraint(
                    np.block(
                        [
                            [self._sells, -np.eye(count)],
                            [equal, np.zeros((len(equal), count))],
                        ]
                    ),
                    0,
                    0,
                ),
            ],
        )
        if answer.x is None:
            raise SimulationError(f"no plan in whole items: {answer.message}")
        return tuple(float(round(made)) for made in answer.x[columns:])

    def in_order(self, order: Sequence[str]) -> tuple[float, ...]:
        """Return the plan that makes as much as it can of one product after another."""
        made = dict.fromkeys(self.products, 0.0)
        kept: list[tuple[Amounts, float]] = []
        for product in order:
            made[product] = self._most(product, kept=kept)
            if made[product] == inf:
                break
            kept.append((self._row_of[product], made[product] * (1 - _ROUNDED)))
        return tuple(made.values())

    def earns(self, product: str) -> float:
        """Return T of an item, its services on the way paid [money/item]."""
        flows, made = self._alone(product)
        return float(self._worth @ flows) / made if made else 0.0

    def wanted(self, product: str) -> float:
        """Return what sources bring and markets want [items/period]."""
        outside = [kind in ("source", "market") for _, kind in self.net.owners]
        return self._most(product, owners=np.array(outside))

    def taken(self, name: str, product: str) -> float:
        """Return what an item takes of an owner [periods/item]."""
        flows, made = self._alone(product)
        if not made:
            return 0.0
        return self._by_owner(np.ones(len(self._parts)), flows)[name] / made

    def loads(self, names: Sequence[str], made: Sequence[float]) -> dict[str, float]:
        """Return how much of some owners a plan would take [1]."""
        return {
            name: sum(
                self.taken(name, product) * items
                for product, items in zip(self.products, made, strict=True)
            )
            for name in names
        }

    def amount(self, name: str) -> float:
        """Return what an owner has: servers, or items a period of source and market."""
        index = self._owners.index(name)
        kind = self.net.owners[index][1]
        own = next((node for node in self.net.nodes if node.name == name), None)
        if kind == "stage" and own is not None:
            return float(own.servers)
        return self._limits[index]

    def _by_owner(self, prices: Amounts, flows: Amounts) -> dict[str, float]:
        """Share what each limit is worth among those who take it."""
        use = self._program.use
        found = dict.fromkeys(self._owners, 0.0)
        amounts = prices[use.limit] * use.part * flows[use.column]
        for owner, amount in zip(use.owner.tolist(), amounts.tolist(), strict=True):
            found[self._owners[owner]] += amount
        return found

    def _alone(self, product: str) -> tuple[Amounts, float]:
        """Return the flows of one product made alone, and how much of it."""
        if product not in self._made_alone:
            self._made_alone[product] = self._of_one(product)
        return self._made_alone[product]

    def _of_one(self, product: str) -> tuple[Amounts, float]:
        row = self._row_of[product]
        if self._is_plain:
            made = self._room_for(product)
            if isinf(made):
                return np.zeros(len(row)), 0.0
            return (row != 0) * made / row.sum(), made
        others = np.sum(self._sells, axis=0) - row
        if not self._is_condensed:  # nor any work of other products, sold or not
            others[self._work_of_others(product)] += 1.0
        # One item with as little work as can be: what it takes of everybody.
        answer = self._answer(row - _LIGHT * self._parts.sum(axis=0), none_of=others)
        if answer.status == _UNBOUNDED:
            return np.zeros(len(row)), 0.0
        return answer.x, float(row @ answer.x)

    def _work_of_others(self, product: str) -> list[int]:
        """Return the nodes that work for another product alone."""
        return [
            node.index
            for node in self.net.nodes
            if node.product is not None and node.product != product
        ]

    def _most(
        self,
        product: str,
        owners: NDArray[np.bool_] | None = None,
        kept: Sequence[tuple[Amounts, float]] = (),
    ) -> float:
        """Return how much of one product can be made; infinite without a limit."""
        row = self._row_of[product]
        if self._is_plain:
            return _whole(self._room_for(product, owners, kept))
        answer = self._answer(row, owners, kept)
        return inf if answer.status == _UNBOUNDED else _whole(float(row @ answer.x))

    def _room_for(
        self,
        product: str,
        owners: NDArray[np.bool_] | None = None,
        kept: Sequence[tuple[Amounts, float]] = (),
    ) -> float:
        """Return how much of one product the limits leave room for, if it is a flow."""
        flows = np.zeros(self._program.columns)
        for row, made in kept:
            flows += (row != 0) * made / row.sum()
        row = self._row_of[product]
        takes = self._parts[:, row != 0][:, 0] / row.sum()
        binds = (takes > 0) & self._bind(owners)
        left = 1 - self._parts[binds] @ flows
        return max(0.0, float((left / takes[binds]).min(initial=inf)))

    def _bind(self, owners: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
        """Return the limits that hold: those of some owners, or everybody's."""
        binds = np.ones(len(self._parts), dtype=bool)
        if owners is not None:
            use = self._program.use
            binds[:] = False
            binds[use.limit[owners[use.owner]]] = True
        return binds

    def _answer(
        self,
        worth: Amounts,
        owners: NDArray[np.bool_] | None = None,
        kept: Sequence[tuple[Amounts, float]] = (),
        none_of: Amounts | None = None,
    ) -> Any:
        """Return HiGHS's answer: the flows that are worth most, if there is a limit.

        The limits of some *owners* hold, or everybody's; of each product that is *kept*
        so much is made; and *none_of* some flows.
        """
        from scipy.optimize import linprog  # slow to import

        at_most, binds = self._program.at_most, self._bind(owners)
        equal = self._program.equal
        if none_of is not None:
            equal = np.vstack([equal, none_of])
        solve: Any = linprog  # its stubs take no dictionaries
        answer = solve(
            c=-worth,
            A_ub=np.vstack([self._parts[binds], at_most, *(-row for row, _ in kept)]),
            b_ub=np.concatenate(
                [
                    np.ones(int(binds.sum())),
                    np.zeros(len(at_most)),
                    [-least for _, least in kept],
                ]
            ),
            A_eq=equal,
            b_eq=np.zeros(len(equal)),
            method="highs-ds",
        )
        if answer.status not in (0, _UNBOUNDED):
            raise SimulationError(f"no plan of products: {answer.message}")
        return answer


def _whole(amount: float) -> float:
    """Return a whole number where only rounding keeps an amount from it."""
    near = round(amount)
    return float(near) if isclose(amount, near, rel_tol=_ROUNDED * 1e3) else amount
