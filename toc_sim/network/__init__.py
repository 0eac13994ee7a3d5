"""A scenario as a graph: what stands between its file and any arithmetic."""

from toc_sim.network.build import network
from toc_sim.network.calendars import Moments, NetCalendar
from toc_sim.network.features import Feature, is_a_chance
from toc_sim.network.model import (
    CALENDAR,
    DELAY,
    NetRelease,
    NetResource,
    Network,
    OwnerKind,
    area,
    average,
)
from toc_sim.network.node import (
    Draw,
    Link,
    NetMarket,
    NetNode,
    NetPatience,
    NetRounds,
    NetSource,
    NetStage,
    Recipe,
)

__all__ = [
    "CALENDAR",
    "DELAY",
    "Draw",
    "Feature",
    "Link",
    "Moments",
    "NetCalendar",
    "NetMarket",
    "NetNode",
    "NetPatience",
    "NetRelease",
    "NetResource",
    "NetRounds",
    "NetSource",
    "NetStage",
    "Network",
    "OwnerKind",
    "Recipe",
    "area",
    "average",
    "is_a_chance",
    "network",
]
