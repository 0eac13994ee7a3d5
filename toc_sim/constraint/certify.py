"""What one run proves, put together: the paths to two purchases, and their bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.path_bound import most_bought, proof_obstacles
from toc_sim.engine.reference.path_segments import (
    PathSegment,
    PurchasePaths,
    purchase_paths,
)
from toc_sim.engine.simulate import services
from toc_sim.errors import SimulationError, TocError
from toc_sim.network import Network

LONGEST = 1_000_000
"""Services of a run of which every piece of time is kept, at most."""

FURTHEST = 32
"""How many horizons a run may last to bound what is bought in one."""


@dataclass(frozen=True, slots=True)
class PurchasePath:
    """A purchase and what it waited for.

    Attributes
    ----------
    count
        Which one, counted from 1 at the start of the clock.
    segments
        The pieces of its path, from the start of the clock on.
    """

    count: int
    segments: tuple[PathSegment, ...]


@dataclass(frozen=True, slots=True)
class RunProof:
    """What a run proves of designs that leave the speed of one node.

    Attributes
    ----------
    network
        What was simulated; its scenario says seed, horizon and names.
    warmup
        The time before measuring began [periods].
    kept
        Index of the node that answers for most of the path.
    before, inside
        Items bought in the warm-up, and in the window.
    last
        The path to the last purchase of the window.
    beyond
        The path to the first purchase that no such design sells in the window; None
        where none was found in the time that was searched.
    run_to
        How far the run went on for that [periods].
    """

    network: Network
    warmup: float
    kept: int
    before: int
    inside: int
    last: PurchasePath
    beyond: PurchasePath | None
    run_to: float


def refuse_proof(net: Network) -> None:
    """Refuse a pipeline of which no path proves anything, or too long a run.

    Parameters
    ----------
    net
        The pipeline.

    Raises
    ------
    TocError
        With all reasons.
    """
    obstacles = proof_obstacles(net)
    if obstacles:
        raise TocError(
            f"not a proof here: {'; '.join(obstacles)}\n"
            "    hint: elsewhere a path shows what one run waited for, but proves "
            "nothing of other designs; compare them by simulation"
        )
    if services(net) > LONGEST:
        raise TocError(
            f"run.horizon: about {services(net):,.0f} services are too many to be "
            f"written piece by piece; {LONGEST:,} can be\n"
            "    hint: a shorter horizon proves the same of its own time"
        )


def certify(net: Network, warmup: float) -> RunProof:
    """Return what the first replication proves.

    Parameters
    ----------
    net
        The pipeline; `refuse_proof` has let it pass.
    warmup
        The time before measuring [periods].

    Raises
    ------
    SimulationError
        If nothing was bought in the window.
    """
    horizon = net.scenario.run.horizon
    seed = net.scenario.run.seed
    run = partial(purchase_paths, net, seed=seed, replication=0, warmup=warmup)
    paths = run(horizon=horizon)
    before = int(np.searchsorted(paths.moments, 0.0, side="right"))
    bought = len(paths.moments)
    if bought == before:
        raise SimulationError("nothing was bought in replication 0: nothing is proved")
    times = paths.lengths()[1][-1]
    kept = int(times[:-1].argmax())
    beyond, run_to = _beyond(net, kept, run, times)
    return RunProof(
        network=net,
        warmup=warmup,
        kept=kept,
        before=before,
        inside=bought - before,
        last=PurchasePath(bought, paths.segments(bought)),
        beyond=beyond,
        run_to=run_to,
    )


def _beyond(
    net: Network,
    kept: int,
    run: Callable[..., PurchasePaths],
    times: NDArray[np.float64],
) -> tuple[PurchasePath | None, float]:
    """Return the first path that is too long for the window, if others take no time.

    The run goes on behind the window, at first as far as the share of the one node
    suggests, then twice as far and so on; it says how far in the end.
    """
    window = net.scenario.run.horizon
    furthest = min(FURTHEST, LONGEST / services(net)) * window
    factors = [inf] * len(times)
    factors[kept] = factors[-1] = 1.0
    searched, longer = window, 1.1 * window * times.sum() / max(times[kept], 1e-9)
    while longer <= furthest:
        searched, longer = float(longer), 2 * longer
        paths = run(horizon=searched)
        most = most_bought(*paths.lengths(), factors, window)
        if most is not None:
            return PurchasePath(most + 1, paths.segments(most + 1)), searched
    return None, searched
