"""The verdict: which node is the constraint, how binding it is, and how we know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from toc_sim.capacity import Capacity
from toc_sim.constraint.intervals import Interval
from toc_sim.network.model import OwnerKind

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
    sentence: str
    explanation: str

    def told(self, *, sentence: str, explanation: str) -> Verdict:
        """Return the verdict with the words that tell it."""
        return replace(self, sentence=sentence, explanation=explanation)
