"""A scenario as a graph: what stands between its file and any arithmetic."""

from toc_sim.network.build import network
from toc_sim.network.calendars import NetCalendar
from toc_sim.network.features import PATH_SUPPORTS, Feature, is_a_chance
from toc_sim.network.model import (
    CALENDAR,
    DELAY,
    NetResource,
    Network,
    OwnerKind,
    area,
    average,
    mean_time,
)
from toc_sim.network.node import NetNode

__all__ = [
    "CALENDAR",
    "DELAY",
    "PATH_SUPPORTS",
    "Feature",
    "NetCalendar",
    "NetNode",
    "NetResource",
    "Network",
    "OwnerKind",
    "area",
    "average",
    "is_a_chance",
    "mean_time",
    "network",
]
