"""Hypothesis strategies that draw whole scenarios, the way a reader would write them.

Every scenario comes out of `Scenario.model_validate`. What it may contain is asked for
by `Feature`: ``networks(ANYTHING & ~Feature.POOL)`` draws all but shared resources.
Rates are small and horizons short, so that one run costs milliseconds.
"""

from strategies.features import (
    ANYTHING,
    CONTINUOUS,
    EVERYTHING,
    PLAIN,
    RECIPES,
    SERIAL,
    WITHOUT_CHANCE,
    Feature,
)
from strategies.scenarios import documents, lines, mixes, networks

__all__ = [
    "ANYTHING",
    "CONTINUOUS",
    "EVERYTHING",
    "PLAIN",
    "RECIPES",
    "SERIAL",
    "WITHOUT_CHANCE",
    "Feature",
    "documents",
    "lines",
    "mixes",
    "networks",
]
