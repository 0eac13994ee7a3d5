"""A scenario as a graph: what stands between its file and any arithmetic."""

from toc_sim.network.build import network, visits
from toc_sim.network.features import EVENT_GRAPH, PATH_SUPPORTS, Feature, is_a_chance
from toc_sim.network.model import (
    CALENDAR,
    DELAY,
    REST,
    Network,
    OwnerKind,
    area,
    average,
    mean_time,
)
from toc_sim.network.node import (
    Draw,
    Link,
    NetCalendar,
    NetNode,
    NetOpen,
    NetResource,
    NetRounds,
    NetStage,
)
from toc_sim.network.policies import (
    PolicyKind,
    PolicyStep,
    buffer_steps,
    hours_steps,
    policy_steps,
    release_steps,
)

__all__ = [
    "CALENDAR",
    "DELAY",
    "EVENT_GRAPH",
    "PATH_SUPPORTS",
    "REST",
    "Draw",
    "Feature",
    "Link",
    "NetCalendar",
    "NetNode",
    "NetOpen",
    "NetResource",
    "NetRounds",
    "NetStage",
    "Network",
    "OwnerKind",
    "PolicyKind",
    "PolicyStep",
    "area",
    "average",
    "buffer_steps",
    "hours_steps",
    "is_a_chance",
    "mean_time",
    "network",
    "policy_steps",
    "release_steps",
    "visits",
]
