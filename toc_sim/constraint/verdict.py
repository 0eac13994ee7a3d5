"""The verdict: which node is the constraint, how binding it is, and how we know."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

from toc_sim.capacity import Capacity
from toc_sim.constraint.growth import WorkGrowth
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.moves import Reign
from toc_sim.constraint.policy_gains import PolicyGain
from toc_sim.constraint.sensitivity import Elasticities, Lift
from toc_sim.network import OwnerKind

Word = Literal["sole", "leading", "shared", "tie"]
"""Tie: only lifting several together helps. Sole: the top's interval lies above every
other's and its share is half or more. Leading: above, but under half. Shared: not
separated from the others that are named."""

Method = Literal["path", "experiment"]


@dataclass(frozen=True, slots=True)
class OwnerShare:
    """The constraint share of one owner, over all replications."""

    name: str
    kind: OwnerKind
    share: Interval


@dataclass(frozen=True, slots=True)
class ProductShare:
    """A node of several products whose shares together are the largest.

    Attributes
    ----------
    place
        The node of the file.
    members
        It for each of its products that answers for something, the largest first.
    share
        Of all of them together [1].
    """

    place: str
    members: tuple[str, ...]
    share: Interval


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a simulation says of its constraint, reconciled with the static answer.

    Attributes
    ----------
    constraint
        One name; in a tie or when not separated, several, largest share first.
    kind
        Of the first of them.
    word
        How it binds.
    share
        Of the first [1]; of a policy: what relaxing it by one step brings, over the
        size of the step.
    method
        ``path``: the critical path; ``experiment``: common random numbers, because
        the path's derivative is not that of the mean here.
    reason
        Why experiment was needed; empty with `path`.
    shares
        Of all owners, in the order of the network.
    other_shares
        Name and interval of what no rate answers for.
    throughput
        [items/period]
    capacity
        The static answer.
    lifts
        Who was lifted to see whether the verdict holds, and what that brought: the
        constraint, whom the static answer names, in a tie its members together.
    measured
        What both sides of every owner brought, where the shares rest on that.
    policies
        What a step of each policy that was tried brings, the best first.
    without_chance
        What the same window makes when times never vary [items/period].
    growth
        By how much the work inside still grows; None where it does not.
    products
        The node of several products that is the constraint, if it is one.
    reigns
        Who binds when, in models that change over time; else empty.
    sentence
        The verdict as a colleague would say it.
    explanation
        How it agrees with the static answer, or why not.
    """

    constraint: tuple[str, ...]
    kind: OwnerKind
    word: Word
    share: Interval
    method: Method
    reason: str
    shares: tuple[OwnerShare, ...]
    other_shares: tuple[tuple[str, Interval], ...]
    throughput: Interval
    capacity: Capacity
    lifts: tuple[Lift, ...] = ()
    measured: Elasticities | None = None
    policies: tuple[PolicyGain, ...] = ()
    without_chance: float = nan
    growth: WorkGrowth | None = None
    products: ProductShare | None = None
    reigns: tuple[Reign, ...] = ()
    sentence: str = ""
    explanation: str = ""
