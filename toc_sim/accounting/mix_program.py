"""The static flow problem with money to be earned: plans of products to make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isclose
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.accounting.prices import Amounts, margin_of, service_costs
from toc_sim.capacity.averages import averages, limit_of
from toc_sim.capacity.program import Program, program
from toc_sim.errors import SimulationError
from toc_sim.network import Network

_UNBOUNDED = 3
"""HiGHS's word for a plan that earns without end."""

_LIGHT = 1e-9
"""What all work together weighs beside one item: the least work is taken."""

_ROUNDED = 1e-13
"""What a plan that is kept may give way to the next product, relatively."""


@dataclass(frozen=True, slots=True)
class MixPlan:
    """The plan that earns most.

    Attributes
    ----------
    made
        How much of each product [items/period].
    earned
        Throughput T [money/period].
    prices
        By owner, what T would grow by if there were twice as much of it [money/period].
    loads
        By owner, how much of it is taken [1].
    """

    made: tuple[float, ...]
    earned: float
    prices: dict[str, float]
    loads: dict[str, float]


class MixProgram:
    """The flows of a network, and what they earn.

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
        self._nodes = averages(net)
        self._program: Program = program(net, self._nodes)
        self._owners = [name for name, _ in net.owners]
        self._parts = self._limits()
        self._sells = np.array([self._sold(each) for each in products])
        self._costs = self._of_services()
        margins = [margin_of(net.scenario, each) for each in products]
        self._worth = np.array(margins) @ self._sells - self._costs

    def best(self) -> MixPlan:
        """Return the plan that earns most."""
        return self._best

    def whole(self) -> tuple[float, ...]:
        """Return the best plan in whole items a period [items/period]."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import

        count, columns = len(self.products), self._program.columns
        rows = np.block([self._sells, -np.eye(count)])
        none = np.zeros((len(self._parts) + len(self._program.at_most), count))
        limits = np.vstack([self._parts, self._program.at_most])
        most = np.append(
            np.ones(len(self._parts)), np.zeros(len(limits) - len(self._parts))
        )
        equal = np.hstack(
            [self._program.equal, np.zeros((len(self._program.equal), count))]
        )
        answer = milp(
            c=np.append(-self._worth, np.zeros(count)),
            integrality=np.append(np.zeros(columns), np.ones(count)),
            bounds=Bounds(0, np.inf),
            constraints=[
                LinearConstraint(np.hstack([limits, none]), -np.inf, most),
                LinearConstraint(np.vstack([rows, equal]), 0, 0),
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
            row = self._sells[self.products.index(product)]
            flows = self._solve(row, self._everybody, kept)
            if flows is None:
                made[product] = inf
                break
            made[product] = _whole(float(row @ flows))
            kept.append((row, made[product] * (1 - _ROUNDED)))
        return tuple(made.values())

    def earns(self, product: str) -> float:
        """Return T of an item, its services on the way paid [money/item]."""
        flows, made = self._alone(product)
        return float(self._worth @ flows) / made if made else 0.0

    def wanted(self, product: str) -> float:
        """Return what sources bring and markets want [items/period]."""
        row = self._sells[self.products.index(product)]
        outside = np.array(
            [kind in ("source", "market") for _, kind in self.net.owners]
        )
        flows = self._solve(row, outside)
        return inf if flows is None else _whole(float(row @ flows))

    def places(self) -> tuple[str, ...]:
        """Return who works: stages and resources."""
        return tuple(
            name for name, kind in self.net.owners if kind in ("stage", "resource")
        )

    def load(self, name: str, made: Sequence[float]) -> float:
        """Return how much of an owner a plan would take [1]."""
        return sum(
            self._taken(name, product) * items
            for product, items in zip(self.products, made, strict=True)
        )

    def best_loads(self) -> dict[str, float]:
        """Return how much of each owner the best plan takes [1]."""
        return self._best.loads

    def time(self, name: str, product: str) -> float:
        """Return what an item takes of a place of work [periods of a server/item]."""
        return self._taken(name, product) * self.amount(name)

    def amount(self, name: str) -> float:
        """Return what an owner has: servers, or items a period of source and market."""
        index = self._owners.index(name)
        kind = self.net.owners[index][1]
        own = next((node for node in self.net.nodes if node.name == name), None)
        if kind == "stage" and own is not None:
            return float(own.servers)
        return limit_of(self.net, index, self._nodes)

    @cached_property
    def _best(self) -> MixPlan:
        answer = self._answer(self._worth, self._everybody, ())
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

    def _by_owner(self, prices: Amounts, flows: Amounts) -> dict[str, float]:
        """Share what each limit is worth among those who take it."""
        use = self._program.use
        found = dict.fromkeys(self._owners, 0.0)
        amounts = prices[use.limit] * use.part * flows[use.column]
        for owner, amount in zip(use.owner.tolist(), amounts.tolist(), strict=True):
            found[self._owners[owner]] += amount
        return found

    @property
    def _everybody(self) -> NDArray[np.bool_]:
        return np.ones(len(self._owners), dtype=bool)

    def _taken(self, name: str, product: str) -> float:
        """Return what an item takes of an owner [periods/item]."""
        flows, made = self._alone(product)
        if not made:
            return 0.0
        return self._by_owner(np.ones(len(self._parts)), flows)[name] / made

    def _alone(self, product: str) -> tuple[Amounts, float]:
        """Return the flows of one product made alone, and how much of it."""
        row = self._sells[self.products.index(product)]
        others = np.sum(self._sells, axis=0) - row
        # One item with as little work as can be: what it takes of everybody.
        flows = self._solve(
            row - _LIGHT * self._parts.sum(axis=0), self._everybody, (), others
        )
        if flows is None:
            return np.zeros(len(row)), 0.0
        return flows, float(row @ flows)

    def _solve(
        self,
        worth: Amounts,
        owners: NDArray[np.bool_],
        kept: Sequence[tuple[Amounts, float]] = (),
        none_of: Amounts | None = None,
    ) -> Amounts | None:
        """Return the flows that are worth most, or None where there is no limit."""
        answer = self._answer(worth, owners, kept, none_of)
        return None if answer.status == _UNBOUNDED else np.asarray(answer.x)

    def _answer(
        self,
        worth: Amounts,
        owners: NDArray[np.bool_],
        kept: Sequence[tuple[Amounts, float]],
        none_of: Amounts | None = None,
    ) -> Any:
        from scipy.optimize import linprog  # slow to import

        use = self._program.use
        binds = np.zeros(len(self._parts), dtype=bool)
        binds[use.limit[owners[use.owner]]] = True
        equal = self._program.equal
        if none_of is not None:
            equal = np.vstack([equal, none_of])
        solve: Any = linprog  # its stubs take no dictionaries
        answer = solve(
            c=-worth,
            A_ub=np.vstack(
                [self._parts[binds], self._program.at_most, *(-row for row, _ in kept)]
            ),
            b_ub=np.concatenate(
                [
                    np.ones(int(binds.sum())),
                    np.zeros(len(self._program.at_most)),
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

    def _limits(self) -> Amounts:
        use = self._program.use
        parts = np.zeros((self._program.limits, self._program.columns))
        np.add.at(parts, (use.limit, use.column), use.part)
        return parts

    def _sold(self, product: str) -> Amounts:
        """Return by flow what is bought of a product."""
        row = np.zeros(self._program.columns)
        for node in self.net.nodes:
            if node.product == product:
                row[node.index] = self._program.bought[node.index]
        return row

    def _of_services(self) -> Amounts:
        """Return by flow what its services cost [money/item]."""
        costs = np.zeros(self._program.columns)
        for index, cost in service_costs(self.net):
            costs[index] = cost
        return costs


def _whole(amount: float) -> float:
    """Return a whole number where only rounding keeps an amount from it."""
    near = round(amount)
    return float(near) if isclose(amount, near, rel_tol=_ROUNDED * 1e3) else amount
