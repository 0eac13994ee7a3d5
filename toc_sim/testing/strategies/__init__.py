"""Hypothesis strategies that draw whole scenarios, the way a reader would write them.

What a scenario may contain is asked for by `Feature`: ``scenarios(ANYTHING &
~Feature.POOL)`` draws all but shared resources. Rates are small and horizons short, so
that one run costs milliseconds.
"""

from __future__ import annotations

try:
    import hypothesis as _hypothesis  # noqa: F401 - asked for before it is used
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "toc_sim.testing.strategies draws with Hypothesis, which is not installed\n"
        "    hint: pip install 'toc-sim[testing]'",
        name="hypothesis",
    ) from error

from toc_sim.testing.strategies.allowed import (
    ANYTHING,
    CONTINUOUS,
    EVERYTHING,
    NO_CHANCE,
    PLAIN_LINE,
    RECIPES,
    SERIAL,
    Feature,
)
from toc_sim.testing.strategies.drawn_scenarios import (
    documents,
    lines,
    mixes,
    scenarios,
)

__all__ = [
    "ANYTHING",
    "CONTINUOUS",
    "EVERYTHING",
    "NO_CHANCE",
    "PLAIN_LINE",
    "RECIPES",
    "SERIAL",
    "Feature",
    "documents",
    "lines",
    "mixes",
    "scenarios",
]
