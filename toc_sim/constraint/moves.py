"""A constraint that moves: who binds when, in models that change over time.

The window is cut into equal parts, and every owner made faster and slower for all of
it: what that changes of the purchases of each part tells who binds in it. A part that
is made later than it is ordered tells of whom it was waiting for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.sensitivity import Experiment, doubling
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.network import Feature

SLICES = 13
"""Parts of the window: of a year, four weeks each."""

SLICE_STEP = 0.1
"""How much faster and slower each owner is made [1]."""

FEWEST = 10
"""Purchases of a part, over all replications, from which it tells anything."""

BINDS = 0.4
"""The elasticity of a part's purchases from which an owner binds in it [1]."""

LEAD = 0.1
"""By how much it must lie above the next [1]."""


@dataclass(frozen=True, slots=True)
class Reign:
    """For how long one owner is the constraint.

    Attributes
    ----------
    name
        The owner; empty where none is told from the others.
    begin, end
        From and to [periods].
    """

    name: str
    begin: float
    end: float


def reigns(
    runs: Runs, names: Sequence[str], experiment: Experiment
) -> tuple[Reign, ...]:
    """Return who binds when, in the order of time; nothing where nothing changes.

    Parameters
    ----------
    runs
        All replications as they are.
    names
        Whom to try.
    experiment
        Runs the changed networks.
    """
    if not _changes(runs):
        return ()
    net, horizon = runs.network, runs.network.scenario.run.horizon
    numbers = next(doubling(len(runs.results)))
    ends = np.linspace(0.0, horizon, SLICES + 1)
    before = _by_part(runs.results[numbers.start : numbers.stop], ends)
    steps = (1 + SLICE_STEP, 1 - SLICE_STEP)
    changed = [net.lifted(name, step) for name in names for step in steps]
    found = [
        _by_part(results, ends) for results in experiment(changed, runs.warmup, numbers)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.array(
            [
                (up - down) / (2 * SLICE_STEP * before)
                for up, down in zip(found[::2], found[1::2], strict=True)
            ]
        )
    told = [_of_part(names, shares[:, part], before[part]) for part in range(SLICES)]
    return tuple(
        Reign(name, float(ends[parts[0]]), float(ends[parts[-1] + 1]))
        for name, group in groupby(range(SLICES), key=lambda part: told[part])
        if (parts := list(group))
    )


def moves(found: Sequence[Reign]) -> bool:
    """Return whether more than one owner binds at some time."""
    return len({reign.name for reign in found if reign.name}) > 1


def _changes(runs: Runs) -> bool:
    """Return whether something changes that no part of the window averages out."""
    part = runs.network.scenario.run.horizon / SLICES
    for node in runs.network.using(Feature.PROFILE):
        values = (node.pace, node.conversion, *(link.share for link in node.links))
        for value in values:
            every = getattr(value, "every", None)
            if hasattr(value, "times") and (every is None or every > part):
                return True
    return False


def _by_part(
    results: Sequence[RunResult], ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the purchases of all runs by part of the window; shape (parts,)."""
    counts = np.zeros(len(ends) - 1)
    for result in results:
        window = result.departures[len(result.departures) - result.bought :]
        counts += np.diff(np.searchsorted(window, ends, side="right"))
    return counts


def _of_part(names: Sequence[str], shares: NDArray[np.float64], bought: float) -> str:
    """Return who binds in one part; empty where that cannot be told."""
    if bought < FEWEST:
        return ""
    order = np.argsort(-shares, kind="stable")
    top = shares[order[0]]
    rival = shares[order[1]] if len(order) > 1 else 0.0
    return names[order[0]] if top >= BINDS and top - rival >= LEAD else ""
