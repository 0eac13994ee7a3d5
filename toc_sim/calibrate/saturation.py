"""Whether a stage was seen at the end of its capacity, by what evidence.

A capacity is only bounded below by what was observed, unless work always waited and
those who do it were always busy, or output stayed as it was however much lay there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibrate.elasticity import (
    LEAST_VARIATION,
    UNTOLD,
    Elasticity,
    elasticity,
    flows,
)
from toc_sim.calibrate.estimates import Saturation
from toc_sim.calibrate.queue_watch import QueueWatch
from toc_sim.language import phrase

Floats = NDArray[np.float64]

ALWAYS_BUSY = 0.9
"""Who is busy for more than this part of the time at work is at the end of it; below
it, by two standard errors, is not."""

ALWAYS_WAITING = 0.9
"""Work that waits for more than this part of the time at work always waits."""

HALF = 0.5
"""Output goes with something if the elasticity is above, and does not if it is below;
by its whole interval."""

SUSTAINED = 25
"""The best output counts if it was kept up over so many items at least."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a stage was saturated, and what its capacity is.

    Attributes
    ----------
    saturation
        The word.
    evidence
        Why, for people.
    capacity, low, high
        What the stage can do at least [items/day]; if it was saturated what it can do,
        with its 95 % interval. `high` is inf where nothing bounds it.
    on_inside, on_inflow
        How output went with what was there, and with what came.
    watch
        What was seen of its queue and servers; None: starts are not told.
    """

    saturation: Saturation
    evidence: str
    capacity: float
    low: float
    high: float
    on_inside: Elasticity = UNTOLD
    on_inflow: Elasticity = UNTOLD
    watch: QueueWatch | None = None


@dataclass(frozen=True, slots=True)
class Through:
    """What passed a stage.

    Attributes
    ----------
    came, left
        When each case came to it and had done with it; nan: not yet [days].
    begin, end
        The time that is looked at [days].
    cycle
        After which business repeats itself [days].
    """

    came: Floats
    left: Floats
    begin: float
    end: float
    cycle: float

    @property
    def outputs(self) -> Floats:
        """When each left within the time that is looked at, in order [days]."""
        left = np.sort(self.left[np.isfinite(self.left)])
        found: Floats = left[(left > self.begin) & (left <= self.end)]
        return found


def judgement(through: Through, watch: QueueWatch | None) -> Judgement:
    """Return whether a stage was saturated.

    Parameters
    ----------
    through
        What passed it.
    watch
        What was seen of its queue and servers; None: starts are not told.
    """
    seen = flows(through.came, through.left, through.begin, through.end, through.cycle)
    inside = inflow = UNTOLD
    if seen is not None:
        inside = elasticity(seen.output, seen.inside)
        inflow = elasticity(seen.output, seen.inflow)
    if watch is None:
        word, why = _by_flows(inside, inflow)
    else:
        word, why = _by_watch(watch, inflow)
    capacity, low, high = (
        _sustained(through.outputs, through.cycle)
        if word != "saturated"
        else _while_busy(through, watch)
    )
    return Judgement(word, why, capacity, low, high, inside, inflow, watch)


def _by_watch(watch: QueueWatch, inflow: Elasticity) -> tuple[Saturation, str]:
    """Return the word by what was seen of queue and servers."""
    parts = {
        "waited": f"{100 * watch.waited:.0f}",
        "busy": f"{100 * watch.busy:.0f}",
    }
    idle = watch.busy + 2 * watch.busy_error < ALWAYS_BUSY
    waits = watch.waited > ALWAYS_WAITING
    if idle and waits:
        return "cannot tell", phrase(
            "Work waited {waited} % of the time at work, yet those who do it were "
            "busy for {busy} % of it: it may have waited for something else.",
            **parts,
        )
    if idle or watch.waited < ALWAYS_WAITING / 2:
        return "not saturated", phrase(
            "Work waited {waited} % of the time at work, and those who do it were busy "
            "for {busy} % of it.",
            **parts,
        )
    follows = inflow.is_told and inflow.low > HALF
    if waits and watch.busy > ALWAYS_BUSY and not follows:
        return "saturated", phrase(
            "Work waited {waited} % of the time at work, those who do it were busy for "
            "{busy} % of it, and output did not follow what came in.",
            **parts,
        )
    return "cannot tell", phrase(
        "Work waited {waited} % of the time at work, and those who do it were busy for "
        "{busy} % of it: too near to the end to tell whether it was reached.",
        **parts,
    )


def _by_flows(inside: Elasticity, inflow: Elasticity) -> tuple[Saturation, str]:
    """Return the word by how output went with what was there and what came."""
    parts = {
        "inside": _told(inside),
        "inflow": _told(inflow),
    }
    if inside.is_told and inside.variation >= LEAST_VARIATION:
        flat = inside.high < HALF and inflow.high < HALF
        if flat and inflow.is_told and inflow.variation >= LEAST_VARIATION:
            return "saturated", phrase(
                "Output stayed as it was while what lay there varied: it rose by "
                "{inside} % for each per cent more there, and by {inflow} % for each "
                "per cent more that came.",
                **parts,
            )
        if inside.low > HALF:
            return "not saturated", phrase(
                "Output rose by {inside} % for each per cent more that lay there, as "
                "where nobody has to wait for a turn.",
                **parts,
            )
    if inflow.is_told and inflow.low > HALF:
        return "not saturated", phrase(
            "Output followed what came in: {inflow} % for each per cent more.", **parts
        )
    if not inside.is_told:
        return "cannot tell", phrase("Too little passed to tell.")
    if inside.variation < LEAST_VARIATION:
        return "cannot tell", phrase(
            "What lay there hardly varied, so nothing tells whether more would have "
            "brought more."
        )
    return "cannot tell", phrase(
        "Output rose by {inside} % for each per cent more that lay there, and by "
        "{inflow} % for each per cent more that came: neither clearly with it nor "
        "without it.",
        **parts,
    )


def _told(found: Elasticity) -> str:
    if not found.is_told:
        return "?"
    return f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def _sustained(outputs: Floats, cycle: float) -> tuple[float, float, float]:
    """Return the best output that was kept up, its lower bound, and no upper one."""
    count = len(outputs)
    if count < 2 or outputs[-1] == outputs[0]:  # noqa: PLR2004 - no pace
        return nan, nan, inf
    mean = count / (outputs[-1] - outputs[0])
    size = min(SUSTAINED, count - 1)
    best, items = mean, count - 1
    while size < count:
        spans = outputs[size:] - outputs[:-size]
        spans = spans[spans >= cycle] if mean * cycle >= 1 else spans
        if len(spans) and size / spans.min() > best:
            best, items = size / float(spans.min()), size
        size *= 2
    # The best of many windows is partly luck: its lower bound is that of one count
    # whose chance is divided by how many windows of its length there are.
    tries = max(count / items, 1.0)
    low = best * (1 - _normal_above(0.025 / tries) / sqrt(items))
    return best, max(low, 0.0), inf


def _normal_above(chance: float) -> float:
    from scipy.special import ndtri

    return float(-ndtri(chance))


def _while_busy(
    through: Through, watch: QueueWatch | None
) -> tuple[float, float, float]:
    """Return the output while there was work, with its 95 % interval [items/day]."""
    outputs = through.outputs
    gaps = np.diff(outputs)
    count, span = len(gaps), float(gaps.sum())
    cv = _batched_cv(gaps)
    pace = count / span
    if watch is not None and not watch.by_people:
        pace /= max(watch.busy, ALWAYS_BUSY)
    wide = np.exp(1.96 * cv / sqrt(count))
    return pace, float(pace / wide), float(pace * wide)


def _batched_cv(gaps: Floats) -> float:
    """Return the cv of gaps that has the spread of their sums by ten or so."""
    batch = max(min(10, len(gaps) // 20), 1)
    sums = gaps[: len(gaps) // batch * batch].reshape(-1, batch).sum(axis=1)
    return float(sums.std() / sums.mean() * sqrt(batch))
