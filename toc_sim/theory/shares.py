"""Constraint shares from one-sided changes of rates, and the name of the constraint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import isinf
from typing import ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

TIE = 1e-7
"""Limits that differ by less than this part of each other count as equal."""

SAME_ELASTICITY = 1e-6
"""Elasticities that differ by less than this count as equal."""

HowSolved = Literal["cut", "lp"]
"""By max-flow and min-cut, or by a linear program."""

Factors = NDArray[np.float64]
"""For each owner, in order, what its rates are multiplied by; a policy comes last."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Throughput, and its one-sided elasticities to the rates of each owner.

    Attributes
    ----------
    throughput
        The most that can be bought [items/period].
    right
        What raising the owner alone by 1 % would bring, in per cent [1].
    left
        What lowering it by 1 % would cost, in per cent [1].
    flows
        Of a linear program, how much goes where per item bought [1]; else empty.
    parts
        By owner, the number of the part in which it works, where the problem falls
        into parts that take nothing from each other; else empty.
    """

    throughput: float
    right: NDArray[np.float64]
    left: NDArray[np.float64]
    flows: NDArray[np.float64]
    parts: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def beside(self, owner: int, others: set[int]) -> set[int]:
        """Return those of some owners who work in the same part as one."""
        if not len(self.parts):
            return others
        return {each for each in others if self.parts[each] == self.parts[owner]}


class FlowProblem(Protocol):
    """A network put as a problem that has a best answer."""

    method: ClassVar[HowSolved]
    """How it is solved."""

    def throughput(self, factors: Factors, near: Sides | None = None) -> float:
        """Return the most that can be bought; *near* is an answer like it, if known."""
        ...

    def sides(self, factors: Factors) -> Sides:
        """Return what raising, and what lowering, each owner would change."""
        ...


_NEXT_TO_NOTHING = 1e-9
"""A share that is smaller is none."""

_STEP = 1e-6
"""How far several owners are raised to see what they bring together."""

_CLEAR = 1e-4
"""What they must bring more than without one of them for it to belong to them."""

_TRIAL = 1.1
"""A policy is the constraint if one item more gains more than this on any owner."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The shares of all owners, and which of them are the constraint.

    Attributes
    ----------
    throughput
        The most that can be bought [items/period].
    shares
        By owner [1]; they add up to 1, or are all 0 where nothing limits or sells.
    lifts
        By owner: what raising it alone a little would bring [1].
    constraint
        Indices of the owners, in order; of the policy, one past the last owner.
    tie
        Whether only raising several of them together helps.
    """

    throughput: float
    shares: NDArray[np.float64]
    lifts: NDArray[np.float64]
    constraint: tuple[int, ...]
    tie: bool


def weigh(problem: FlowProblem, factors: Factors, one_more: float | None) -> Weighed:
    """Find the shares and the constraint of a problem.

    Parameters
    ----------
    problem, factors
        What limits, and how far each owner is raised; 'infinite' lifts it away.
    one_more
        The factor on the policy's limit that lets one more item in; None: no policy.
    """
    sides = problem.sides(factors)
    throughput = sides.throughput
    if not throughput or isinf(throughput):
        nothing = np.zeros(len(factors))
        return Weighed(throughput, nothing, nothing, (), tie=False)

    def raised(owners: Iterable[int], factor: float) -> float:
        """Return the throughput if some owners were faster."""
        changed = factors.copy()
        changed[list(owners)] *= factor
        return problem.throughput(changed, sides)

    def gain(group: set[int]) -> float:
        """Return what raising a group together a little brings, relative [1]."""
        return (raised(group, 1 + _STEP) / throughput - 1) / _STEP

    shares = shares_of(sides)
    lifts = np.where(sides.right < SAME_ELASTICITY, 0.0, sides.right)
    policy = len(factors) - 1
    if one_more is not None:
        gained = raised([policy], one_more)
        if gained > throughput * (1 + SAME_ELASTICITY) and all(
            raised([owner], _TRIAL) * (1 + SAME_ELASTICITY) < gained
            for owner in range(policy)
        ):
            return Weighed(throughput, shares, lifts, (policy,), tie=False)
    largest = np.flatnonzero(shares >= shares.max() * (1 - SAME_ELASTICITY))
    tied = set(np.flatnonzero(sides.left - sides.right > SAME_ELASTICITY).tolist())
    members = set(largest.tolist())
    for owner in members & tied:
        if len(members) < len(tied):
            members |= _tied_with(owner, sides.beside(owner, tied), gain)
    tie = len(members) > 1 and bool(members & tied)
    return Weighed(throughput, shares, lifts, tuple(sorted(members)), tie)


def shares_of(sides: Sides) -> NDArray[np.float64]:
    """Return constraint shares that add up to 1.

    What an owner brings alone is its own. Where owners tie, more is lost by lowering
    each than is won by raising it: what all right sides leave of the whole is shared
    among them by that difference. The same holds, with the signs turned, for owners
    who could stand in for each other, either of whom would bring what both do.
    """
    own = sides.right
    gap = np.where(np.abs(sides.left - own) > SAME_ELASTICITY, sides.left - own, 0.0)
    together = gap.sum()
    shares = own.copy()
    if abs(together) > SAME_ELASTICITY:
        shares += (1 - own.sum()) * gap / together
    if shares.min() < 0:  # ties of both kinds at once: no rule is better than the mean
        shares = (sides.left + own) / 2
    shares[shares < _NEXT_TO_NOTHING] = 0.0
    shares /= shares.sum()
    return shares


def _tied_with(
    owner: int, tied: set[int], gain: Callable[[set[int]], float]
) -> set[int]:
    """Return those of the tied without whom raising *owner* would bring less."""

    def brings(group: set[int]) -> float:
        """Return what *owner* adds to what the others of a group bring."""
        return gain(group) - gain(group - {owner})

    whole = brings(tied)
    needed = {
        other for other in tied - {owner} if whole - brings(tied - {other}) > _CLEAR
    }
    return needed | {owner}
