"""The verdict: which node is the constraint, how binding it is, and how we know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toc_sim.capacity import Capacity
from toc_sim.network.model import OwnerKind

Word = Literal["sole", "leading", "shared", "tie"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval; both ends nan with one replication only.

    Attributes
    ----------
    mean, low, high
        In the unit of what is estimated.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OwnerShare:
    """The constraint share of one owner, over all replications."""

    name: str
    kind: OwnerKind
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
        DESIGN's four: sole, leading, shared, tie.
    share
        Of the first [1].
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
    sentence
        The verdict as a colleague would say it.
    explanation
        How it agrees with the static answer, or why not.
    """

    constraint: tuple[str, ...]
    kind: OwnerKind
    word: Word
    share: Interval
    method: Literal["path", "experiment"]
    reason: str
    shares: tuple[OwnerShare, ...]
    other_shares: tuple[tuple[str, Interval], ...]
    throughput: Interval
    capacity: Capacity
    sentence: str
    explanation: str
