"""What a drawn scenario may contain, so that each law asks for what it holds for."""

from __future__ import annotations

from toc_sim.network.features import Feature

__all__ = [
    "ANYTHING",
    "CONTINUOUS",
    "EVERYTHING",
    "NO_CHANCE",
    "PLAIN_LINE",
    "RECIPES",
    "SERIAL",
    "SHAPES",
    "Feature",
]

EVERYTHING = ~(
    Feature.LOTS
    | Feature.STREAM
    | Feature.STOCK
    | Feature.REGULARS
    | Feature.EXIT
    | Feature.STATE
)
"""All that is drawn if it is asked for; `LOTS` follow from others. `REGULARS` are asked
for by name, beside `REPEAT`: with them there is no warm-up, nor with what is open at
the start, `STATE`; `EXIT` by name too, as all
that is said of buyers is said of those who want so many."""

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
    | Feature.TRIPS
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

PLAIN_LINE = SERIAL & ~(
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

NO_CHANCE = ANYTHING & ~(
    Feature.CHANCE
    | Feature.EMPIRICAL
    | Feature.FAILURES
    | Feature.SCRAP
    | Feature.BRANCH
    | Feature.FEEDBACK
    | Feature.REPEAT
    | Feature.TRIPS
)
"""Where one run is all there is to know."""
