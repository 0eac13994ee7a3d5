"""What a drawn scenario may contain, so that each law asks for what it holds for."""

from __future__ import annotations

from enum import Flag, auto


class Feature(Flag):
    """What may come on top of stages in a row with one server and no limits."""

    SERVERS = auto()
    """Several servers at a stage."""
    LIMITS = auto()
    """Finite buffers."""
    CONSTANT = auto()
    """Times without chance; also where no other times are allowed."""
    CHANCE = auto()
    """Times of a continuous shape, which never tie."""
    EMPIRICAL = auto()
    """Times from samples."""
    FAILURES = auto()
    """Servers that fail."""
    SCRAP = auto()
    """Conversions below 1, and ways that do not take all."""
    SOURCE = auto()
    """Arrivals on a clock, that wait for room."""
    OVERFLOW = auto()
    """Arrivals on a clock, lost without room."""
    MARKET = auto()
    """Buyers who are lost when nothing waits for them."""
    BACKLOG = auto()
    """Buyers who wait."""
    PROFILE = auto()
    """Rates that change over time."""
    CONWIP = auto()
    """At most so many items inside."""
    ROPE = auto()
    """Items let in at the pace of a drum."""
    BRANCH = auto()
    """Several ways out."""
    MERGE = auto()
    """Several ways in."""
    FREE = auto()
    """Ways chosen by the shortest queue."""
    FEEDBACK = auto()
    """Items that come back to an earlier stage, or to their own."""
    DELAY = auto()
    """Time away on the way back."""
    POOL = auto()
    """Stages that share a resource."""
    PRIORITY = auto()
    """Priorities among the stages of a pool."""
    JOINT = auto()
    """Two resources, and stages that need a server of each at once."""
    DISPATCH = auto()
    """Pools that do not work by priorities."""
    REPEAT = auto()
    """Buyers who come back after a delay."""
    PATIENCE = auto()
    """Items that leave a queue when they have waited too long."""
    JOIN = auto()
    """Stages that take so many items from each stage before."""
    BATCH = auto()
    """Stages that take or give several items at once."""
    FORK = auto()
    """Stages that send a copy of each item all ways."""
    ROUNDS = auto()
    """Stages that move several items at fixed times."""
    CALENDAR = auto()
    """Nodes and pools that keep opening hours; at closing, work in hand waits."""
    OVERTIME = auto()
    """Work in hand at closing is finished; also where it may wait."""
    PRODUCTS = auto()
    """Products with times, chances, priorities and ways of their own."""


EVERYTHING = ~Feature(0)

RECIPES = Feature.JOIN | Feature.BATCH | Feature.FORK | Feature.ROUNDS
"""Where an item that comes in is not the one that goes out."""

ANYTHING = EVERYTHING & ~RECIPES
"""All that hands on each item by itself, after a service of its own."""

SHAPES = (
    Feature.BRANCH
    | Feature.MERGE
    | Feature.FREE
    | Feature.FEEDBACK
    | Feature.DELAY
    | Feature.POOL
    | Feature.PRIORITY
    | Feature.JOINT
    | Feature.DISPATCH
    | Feature.REPEAT
    | Feature.PRODUCTS
)
"""What makes more of a line than stages in a row."""

SERIAL = ANYTHING & ~SHAPES & ~Feature.CONWIP & ~Feature.ROPE
"""All that a row of stages can have, without a release policy."""

PLAIN = SERIAL & ~(
    Feature.SERVERS
    | Feature.FAILURES
    | Feature.BACKLOG
    | Feature.PROFILE
    | Feature.PATIENCE
    | Feature.CALENDAR
)
"""A line of single servers that work at a steady pace and never fail."""

CONTINUOUS = ANYTHING & ~Feature.CONSTANT & ~Feature.EMPIRICAL
"""Without what makes two things happen at once."""

WITHOUT_CHANCE = ANYTHING & ~(
    Feature.CHANCE
    | Feature.EMPIRICAL
    | Feature.FAILURES
    | Feature.SCRAP
    | Feature.BRANCH
    | Feature.FEEDBACK
    | Feature.REPEAT
)
"""Where one run is all there is to know."""
