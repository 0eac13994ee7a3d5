"""What the static answer says: the best throughput, and who stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toc_sim.network.model import OwnerKind


@dataclass(frozen=True, slots=True)
class OwnerCapacity:
    """What the static answer says of one node, resource or release policy.

    Attributes
    ----------
    name, kind
        Who it is.
    capacity
        The most it can start, after repairs [items/period]; of a resource, its
        servers [1]; of a policy, its limit [items].
    load
        How much of that the best flow uses [1]: 1 is full. Of all best flows, the
        one is taken that spreads the load most evenly and does no needless work.
    share
        Its constraint share: what raising its rates alone would bring, relative.
        In a tie the ties share what they could bring together. A policy has none.
    lift
        What raising it a little would really bring [1]: 0 in a tie, else `share`.
    """

    name: str
    kind: OwnerKind
    capacity: float
    load: float
    share: float
    lift: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """The static answer for a whole network.

    Attributes
    ----------
    throughput
        The most that can be bought in the long run [items/period].
    method
        ``cut``: max-flow, min-cut; ``lp``: linear program.
    owners
        In the order of `Network.owners`; with a release policy, it comes last.
    constraint
        Names with the largest share, or the policy; several are a tie, or equal in
        weight. Empty when nothing can be bought, whatever is raised.
    tie
        Whether only lifting several together helps.
    next_constraint
        The constraint once this one is lifted away; empty when nothing limits then.
    next_throughput
        The throughput then; infinite when nothing limits.
    """

    throughput: float
    method: Literal["cut", "lp"]
    owners: tuple[OwnerCapacity, ...]
    constraint: tuple[str, ...]
    tie: bool
    next_constraint: tuple[str, ...]
    next_throughput: float
