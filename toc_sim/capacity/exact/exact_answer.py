"""What a theory says of the long run of a pipeline, to the last digit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toc_sim.network.model import OwnerKind

TheoryName = Literal["still_line", "open_network", "closed_network"]


@dataclass(frozen=True, slots=True)
class NodeTheory:
    """The long run of one node, or of the release policy.

    What theory leaves open, or what has no meaning for it, is nan; what grows without
    end is infinite.

    Attributes
    ----------
    name, kind
        Who it is.
    capacity
        What it can do at full speed [items/period]; of a policy its limit [items].
    throughput
        Services finished; of a source, arrivals let in [items/period].
    busy
        Share of its servers' time spent working [1].
    queue
        Items waiting before it, on average [items].
    inside
        Items waiting or in service, on average [items].
    time
        How long an item stays at each visit, on average [periods].
    share
        Its constraint share: the elasticity of throughput to its rates [1].
    """

    name: str
    kind: OwnerKind
    capacity: float
    throughput: float
    busy: float
    queue: float
    inside: float
    time: float
    share: float


@dataclass(frozen=True, slots=True)
class Exact:
    """What is known of the long run to the last digit.

    Attributes
    ----------
    method
        ``still_line``: without chance; ``open_network`` and ``closed_network``: queues
        in product form.
    source
        Who proved it.
    because
        Why it applies, as the rest of a sentence.
    throughput
        What is bought [items/period].
    wip
        Items inside, on average [items].
    flow_time
        From entering to being bought, on average [periods].
    nodes
        In the order of the file; a release policy comes last.
    away
        Constraint share of time away between nodes, that no rate answers for [1].
    constraint
        Names with the largest share, or the policy.
    tie
        Whether only lifting all of them together brings more.
    """

    method: TheoryName
    source: str
    because: str
    throughput: float
    wip: float
    flow_time: float
    nodes: tuple[NodeTheory, ...]
    away: float
    constraint: tuple[str, ...]
    tie: bool
