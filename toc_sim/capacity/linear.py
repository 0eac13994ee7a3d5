"""The static answer by linear program: losses, fixed splits, feedback, shared work."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.program import Matrix, Program
from toc_sim.capacity.sides import SURE, TIE, Factors, Sides
from toc_sim.capacity.solve import Optimum, optimum


@dataclass(frozen=True, slots=True)
class Linear:
    """A network as a linear program whose rates can be raised and lowered."""

    program: Program

    @property
    def method(self) -> Literal["cut", "lp"]:
        """How it is solved."""
        return "lp"

    def throughput(self, factors: Factors, near: Sides | None = None) -> float:
        """Return the most that can be bought [items/period]."""
        start = None if near is None else (near.throughput, near.flows)
        return optimum(self.program, self.parts(factors), start).throughput

    def sides(self, factors: Factors) -> Sides:
        """Return what raising, and what lowering, each owner would change.

        The prices of a program at a tie are one choice of many. So each owner whose
        limit is reached is raised, and lowered, by a little more than the tolerance
        of ties, and its price is read there: that is its one-sided derivative.
        """
        parts = self.parts(factors)
        best = optimum(self.program, parts)
        if not best.throughput or isinf(best.throughput):
            nothing = np.zeros(len(factors))
            return Sides(best.throughput, nothing, nothing, best.flows)
        worth = self._worth(parts, best, len(factors))
        at_their_limit = self._at_their_limit(parts, best)
        if len(at_their_limit) == 1:
            return Sides(best.throughput, worth, worth, best.flows)
        right, left = np.zeros(len(factors)), np.zeros(len(factors))
        for owner in at_their_limit:
            right[owner] = self._slope(factors, owner, 1 + TIE, best)
            left[owner] = self._slope(factors, owner, 1 - TIE, best)
        if np.abs([right - worth, left - worth]).max() < SURE:
            right = left = worth
        return Sides(best.throughput, right, left, best.flows)

    def parts(self, factors: Factors) -> Matrix:
        """Return what an item takes of each limit [periods/item], by flow."""
        use = self.program.use
        rates = factors[use.owner]
        if self.program.policy is not None:
            rates = np.where(
                use.limit == self.program.policy, rates * factors[-1], rates
            )
        parts = np.zeros((self.program.limits, self.program.columns))
        np.add.at(parts, (use.limit, use.column), use.part / rates)
        return parts

    def _slope(
        self, factors: Factors, owner: int, factor: float, best: Optimum
    ) -> float:
        """Return the elasticity to an owner's rates, just beside where they are."""
        changed = factors.copy()
        changed[owner] *= factor
        parts = self.parts(changed)
        beside = optimum(self.program, parts, (best.throughput, best.flows))
        worth = self._worth(parts, beside, len(factors))[owner]
        return float(worth * beside.throughput / best.throughput / factor)

    def _worth(self, parts: Matrix, best: Optimum, owners: int) -> NDArray[np.float64]:
        """Share the price of each limit among those who take it."""
        use = self.program.use
        taken = parts * best.flows * best.throughput
        worth = np.zeros(owners)
        by_use = best.prices[use.limit] * taken[use.limit, use.column]
        np.add.at(worth, use.owner, by_use)
        worth /= worth.sum()
        return worth

    def _at_their_limit(self, parts: Matrix, best: Optimum) -> list[int]:
        """Return the owners who have a part in a limit that is reached."""
        use = self.program.use
        loads = parts @ best.flows * best.throughput
        reached = loads >= 1 - 10 * TIE
        return sorted({int(owner) for owner in use.owner[reached[use.limit]]})
