"""What waits tell: the mean, quantiles and the share within a target, of many runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil, fsum, nan

import numpy as np

from toc_sim.engine.result import WaitRun
from toc_sim.engine.rules.wait_classes import CLASS_SHIFT


def together(waits: Iterable[WaitRun], name: str = "") -> WaitRun:
    """Return the waits of several runs, or places, as one.

    Counts are whole numbers and sums are exact, so the order does not matter.

    Parameters
    ----------
    waits
        At least one.
    name
        What they are called together; empty: as the first.
    """
    every = list(waits)
    counts: Counter[int] = Counter()
    for each in every:
        for place, count in enumerate(each.counts, each.lowest):
            counts[place] += count
    there = sorted(place for place, count in counts.items() if count)
    lowest = there[0] if there else 0
    highest = there[-1] if there else -1
    return WaitRun(
        name=name or every[0].name,
        served=sum(each.served for each in every),
        total=fsum(each.total for each in every),
        longest=max(each.longest for each in every),
        within=sum(each.within for each in every),
        abandoned=sum(each.abandoned for each in every),
        left=sum(each.left for each in every),
        left_time=fsum(each.left_time for each in every),
        oldest=max(each.oldest for each in every),
        short=sum(each.short for each in every),
        lowest=lowest,
        counts=tuple(counts[place] for place in range(lowest, highest + 1)),
    )


def mean_wait(waits: WaitRun) -> float:
    """Return the mean wait of what was served [periods]; nan where nothing was."""
    return waits.total / waits.served if waits.served else nan


def quantile(waits: WaitRun, chance: float) -> float:
    """Return the wait that so large a part of what was served did not exceed.

    Parameters
    ----------
    waits
        Of one place, or of several `together`.
    chance
        The part, above 0 and at most 1 [1].

    Returns
    -------
    The wait of that rank [periods], but for 0.8 % at most: it is the middle of its
    class, and never more than the longest wait. nan where nothing was served.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.simulate import simulate
    >>> line = load("scenarios/dice_game.yaml", {"run.replications": "1"})
    >>> [result] = simulate(network_of(line)).results
    >>> round(quantile(result.waits[1], 0.5) / quantile(result.waits[1], 0.5), 2)
    1.0
    """
    if not waits.served:
        return nan
    rank = max(1, ceil(chance * waits.served - 1e-9))
    if rank <= waits.short:
        return 0.0
    passed = waits.short
    for place, count in enumerate(waits.counts, waits.lowest):
        passed += count
        if passed >= rank:
            return min(_middle(place), waits.longest)
    return waits.longest


def _middle(place: int) -> float:
    """Return the middle of a class of waits [periods]."""
    ends = np.array([place, place + 1], dtype=np.int64) << CLASS_SHIFT
    return float(ends.view(np.float64).mean())
