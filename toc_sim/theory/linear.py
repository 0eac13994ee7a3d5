"""A network as a linear program whose rates are raised and lowered, made small before.

What each owner's rates are worth follows from the prices of its limits. Where these are
one choice of many, each owner is raised, and lowered, by next to nothing; of hundreds
of owners each in the part of the program that its limits are in. What a stage hands on
to one other stage alone need not be more than that one takes: flows that follow from
another are left out, so that hundreds of products are one number each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isinf
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from toc_sim.theory.program import Matrix, Program, Use
from toc_sim.theory.shares import SAME_ELASTICITY, TIE, Factors, HowSolved, Sides
from toc_sim.theory.solve import Optimum, chain_flow, optimum

MANY_OWNERS = 20
"""Owners at their limit from which it pays to look for parts of their own."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A network as a linear program whose rates can be raised and lowered."""

    method: ClassVar[HowSolved] = "lp"

    program: Program

    def throughput(self, factors: Factors, near: Sides | None = None) -> float:
        """Return the most that can be bought [items/period]."""
        start = None if near is None else (near.throughput, near.flows)
        return optimum(self.program, self.program.parts(factors), start).value

    def sides(self, factors: Factors) -> Sides:
        """Return what raising, and what lowering, each owner would change.

        The prices of a program at a tie are one choice of many. So each owner whose
        limit is reached is raised, and lowered, by a little more than the tolerance
        of ties, and its price is read there: that is its one-sided derivative.
        """
        parts = self.program.parts(factors)
        best = optimum(self.program, parts)
        if not best.value or isinf(best.value):
            nothing = np.zeros(len(factors))
            return Sides(best.value, nothing, nothing, best.flows)
        worth = self.worth(parts, best, len(factors))
        at_their_limit = self._at_their_limit(parts, best)
        if len(at_their_limit) == 1:
            return Sides(best.value, worth, worth, best.flows)
        right, left = np.zeros(len(factors)), np.zeros(len(factors))
        part_of = self._parts_by_owner(parts, best, at_their_limit)
        for owner in at_their_limit:
            part = part_of[owner]
            if part is None:
                right[owner] = left[owner] = worth[owner]
                continue
            right[owner] = part.slope(factors, owner, 1 + TIE, best.value)
            left[owner] = part.slope(factors, owner, 1 - TIE, best.value)
        if np.abs([right - worth, left - worth]).max() < SAME_ELASTICITY:
            right = left = worth
        groups = [part_of.get(owner) for owner in range(len(factors))]
        numbers = {id(part): place for place, part in enumerate(groups)}
        near = np.array([numbers[id(part)] for part in groups], dtype=np.intp)
        return Sides(best.value, right, left, best.flows, near)

    def worth(self, parts: Matrix, best: Optimum, owners: int) -> NDArray[np.float64]:
        """Share the price of each limit among those who take it."""
        use = self.program.use
        taken = parts * best.flows * best.value
        worth = np.zeros(owners)
        by_use = best.prices[use.limit] * taken[use.limit, use.column]
        np.add.at(worth, use.owner, by_use)
        worth /= worth.sum()
        return worth

    def _at_their_limit(self, parts: Matrix, best: Optimum) -> list[int]:
        """Return the owners who have a part in a limit that is reached."""
        use = self.program.use
        loads = parts @ best.flows * best.value
        reached = loads >= 1 - 10 * TIE
        return sorted({int(owner) for owner in use.owner[reached[use.limit]]})

    def _parts_by_owner(
        self, parts: Matrix, best: Optimum, owners: list[int]
    ) -> dict[int, Part | None]:
        """Return the part of the program in which each of many owners works.

        Flows that meet at no limit that is reached take nothing from each other, and
        what they take of a limit whose price is known for sure they pay for. With
        hundreds of products each may be a small program of its own. None: the prices
        of all that the owner has are known for sure.
        """
        program, use = self.program, self.program.use
        if len(owners) < MANY_OWNERS or program.policy is not None:
            return dict.fromkeys(owners, Part(self, best, program.bought))
        flows = best.flows * best.value
        reached = parts @ flows >= 1 - 10 * TIE
        flow_rows = np.vstack([program.at_most, program.equal])
        sure = reached & self._priced_for_sure(parts, best, reached)
        open_limits = reached & ~sure
        rows = np.vstack([parts * open_limits[:, None], flow_rows])
        number_of = _groups(rows != 0)
        prices = np.where(sure, best.prices, 0.0) * best.value
        earns = program.bought - prices @ parts
        whole = Part(self, best, program.bought)
        made: dict[int, Part] = {}
        found: dict[int, Part | None] = {}
        for owner in owners:
            own = use.owner == owner
            limits = set(use.limit[own & reached[use.limit]].tolist())
            if all(sure[each] for each in limits):
                found[owner] = None
                continue
            mine = use.column[own & open_limits[use.limit]]
            number, *others = set(number_of[mine].tolist())
            if number not in made:
                columns = number_of == number
                value = float(earns[columns] @ flows[columns])
                if value > 0 and not others:
                    smaller = Linear(_cut_out(program, columns, open_limits))
                    there = Optimum(value, flows[columns] / value, np.zeros(0))
                    made[number] = Part(smaller, there, earns[columns])
            split = others or any(sure[each] for each in limits)
            found[owner] = whole if split else made.get(number, whole)
        return found

    def _priced_for_sure(
        self, parts: Matrix, best: Optimum, reached: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return the limits whose price is the same in every best answer.

        In any of them a limit that is not reached costs nothing, and a flow that there
        is brings what it takes (complementary slackness). A flow that passes one limit
        of unknown price alone tells that price.
        """
        program = self.program
        flows = best.flows * best.value
        least = 10 * TIE * float(flows.max())
        tight = program.at_most @ flows >= -least
        rows = np.vstack([parts, program.at_most, program.equal]) != 0
        unknown = np.concatenate((reached, tight, np.ones(len(program.equal), bool)))
        says = rows[:, flows > least]
        left = says[unknown].sum(axis=0)
        while (alone := np.flatnonzero(left == 1)).size:
            told = says[:, alone[0]] & unknown
            unknown &= ~told
            left = left - says[told].sum(axis=0)
        return ~unknown[: program.limits]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a program, or all of it, and its best answer.

    Attributes
    ----------
    linear, best
        The program, and its best answer.
    earns
        What each flow brings, less what it takes of limits with a known price.
    """

    linear: Linear
    best: Optimum
    earns: NDArray[np.float64]

    def slope(
        self, factors: Factors, owner: int, factor: float, throughput: float
    ) -> float:
        """Return the elasticity to an owner's rates, just beside where they are.

        Parameters
        ----------
        factors
            By which the rates of all owners are multiplied.
        owner, factor
            Whose are multiplied by what besides.
        throughput
            Of the whole program [items/period].
        """
        changed = factors.copy()
        changed[owner] *= factor
        program = self.linear.program
        parts = program.parts(changed)
        only = chain_flow(program)
        if only is not None and program.policy is None:
            times = parts @ only
            busiest = np.flatnonzero(times >= times.max() * (1 - _SAME_TIME))
            owners = set(program.use.owner[np.isin(program.use.limit, busiest)])
            if owners != {owner}:
                return 0.0
            return float(self.earns @ only / times.max() / throughput / factor)
        program = replace(program, bought=self.earns)
        start = (self.best.value, self.best.flows)
        beside = optimum(program, parts, start)
        worth = self.linear.worth(parts, beside, len(factors))[owner]
        return float(worth * beside.value / throughput / factor)


_SAME_TIME = TIE / 100
"""What times may differ by that are the same but for rounding [1]."""


def _groups(entries: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the number of the group of each column; a row joins its columns."""
    number: NDArray[np.intp] = np.arange(entries.shape[1])
    for row in entries:
        joined = np.unique(number[row])
        if len(joined) > 1:
            number[np.isin(number, joined)] = joined[0]
    return number


def _cut_out(
    program: Program, columns: NDArray[np.bool_], limits: NDArray[np.bool_]
) -> Program:
    """Return the part of a program that has some columns, and some of their limits."""
    use = program.use
    kept = columns[use.column] & limits[use.limit]
    names, limit = np.unique(use.limit[kept], return_inverse=True)
    new_column = np.cumsum(columns) - 1

    def of(rows: Matrix) -> Matrix:
        own: Matrix = rows[:, columns]
        some: Matrix = own[(own != 0).any(axis=1)]
        return some

    return Program(
        use=Use(limit, new_column[use.column[kept]], use.part[kept], use.owner[kept]),
        limits=len(names),
        policy=None,
        bought=program.bought[columns],
        at_most=of(program.at_most),
        equal=of(program.equal),
    )


MANY_COLUMNS = 200
"""Flows from which it pays to leave out those that follow from others."""


@dataclass(frozen=True, slots=True)
class Condensed:
    """A program with fewer flows, and how those left out follow from them.

    Attributes
    ----------
    program
        With the same limits; its columns are those that are left.
    column, ratio
        By flow of the whole program, the column that it follows from, and how many
        times that one it is [1].
    """

    program: Program
    column: NDArray[np.intp]
    ratio: NDArray[np.float64]

    def rows(self, rows: Matrix) -> Matrix:
        """Return rows over all flows as rows over those that are left."""
        return _over(rows, self.column, self.ratio, self.program.columns)


def condense(program: Program) -> Condensed:
    """Leave out the flows that follow from another one.

    A flow that feeds one other alone costs time at its limits and brings nothing by
    itself: in a best answer that does no needless work it is no larger than what the
    one after it needs. A small program is left as it is.

    Parameters
    ----------
    program
        The inequalities.
    """
    count = program.columns
    follows: NDArray[np.intp] = np.arange(count)
    ratio = np.ones(count)
    if count >= MANY_COLUMNS:
        rows = np.vstack([program.at_most, program.equal])
        gives, takes = rows < 0, rows > 0
        feeds = gives.sum(axis=0)
        held = np.any(takes[len(program.at_most) :], axis=0)
        plain = (gives.sum(axis=1) == 1) & (takes.sum(axis=1) == 1)
        for row in np.flatnonzero(plain):
            giver, taker = int(gives[row].argmax()), int(takes[row].argmax())
            if feeds[giver] > 1 or program.bought[giver] != 0:
                continue  # more of it may help elsewhere
            if row < len(program.at_most) and held[giver]:
                continue  # it takes all that is handed to it, needed or not
            if (takes[:, giver] & gives[:, taker]).any():
                continue  # they feed each other
            follows[giver] = taker
            ratio[giver] = rows[row, taker] / -rows[row, giver]
        _follow_to_the_end(follows, ratio)
    left = np.flatnonzero(follows == np.arange(count))
    column: NDArray[np.intp] = np.searchsorted(left, follows)
    if len(left) == count:
        return Condensed(program, column, ratio)
    use = program.use
    return Condensed(
        Program(
            use=Use(
                use.limit, column[use.column], use.part * ratio[use.column], use.owner
            ),
            limits=program.limits,
            policy=program.policy,
            bought=program.bought[left],
            at_most=_some(_over(program.at_most, column, ratio, len(left))),
            equal=_some(_over(program.equal, column, ratio, len(left))),
        ),
        column,
        ratio,
    )


def _over(
    rows: Matrix, column: NDArray[np.intp], ratio: NDArray[np.float64], columns: int
) -> Matrix:
    """Return rows over all flows as rows over those that are left."""
    found = np.zeros((columns, len(rows)))
    np.add.at(found, column, (rows * ratio).T)
    return found.T


def _follow_to_the_end(follows: NDArray[np.intp], ratio: NDArray[np.float64]) -> None:
    """Let each flow follow from one that is left; a circle of flows is left whole."""
    for column in range(len(follows)):
        way, at = [], column
        while follows[at] != at and at not in way:
            way.append(at)
            at = int(follows[at])
        if follows[at] != at:  # a circle: nothing in it is the last
            follows[way], ratio[way] = way, 1.0
            continue
        for each in reversed(way):
            ratio[each] *= ratio[follows[each]] if follows[each] != at else 1.0
            follows[each] = at


_ROUNDING = 1e-12
"""What rounding leaves of a row whose flows cancel."""


def _some(rows: Matrix) -> Matrix:
    """Return the rows that say something."""
    says = (np.abs(rows) > _ROUNDING).any(axis=1)
    found: Matrix = rows[says]
    return found
