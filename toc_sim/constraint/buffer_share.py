"""Buffer shares: where one more place of room helps most.

In an event graph a buffer of K places is an arc of the graph: an item can be handed
over only when the (K + 1)-th item before it has left the next server. How often the
critical path of a run passes this arc, for each item bought, is the share of the
buffer: that many items for each item bought would be there sooner, to first order, if
the arc reached one item further. What a place more brings is less, as the path then
goes another way; so it is measured: the buffers that are passed most often get one
place more, on the same random numbers.

References
----------
Baccelli, Cohen, Olsder & Quadrat 1992, *Synchronization and Linearity*, ch. 2 (buffers
as tokens on arcs of an event graph; the critical circuit); Harris & Powell 1999, *An
algorithm for optimal buffer placement in reliable serial lines*, IIE Transactions 31
(places moved one by one to where they bring most).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toc_sim.constraint.intervals import ByReplication, Interval, interval, over
from toc_sim.constraint.sensitivity import Experiment, doubling, gains, replicate_all
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.reference.path_segments import rooms_on_path
from toc_sim.engine.simulate import Runs, services
from toc_sim.network import Network, PolicyStep, buffer_steps

MOST_SERVICES = 200_000
"""Services, over all its runs, after which a share is known well enough."""

FEW_RUNS = 5
"""Runs of which an interval is made at least, where the scenario asks for more."""

MOST_TRIED = 3
"""Buffers that are given one more place, at most: those with the largest shares."""

WORTH_A_PLACE = 0.001
"""The share from which one more place is tried [1]: it brings less than that."""


@dataclass(frozen=True, slots=True)
class BufferShare:
    """A finite buffer, and what its room is worth.

    Attributes
    ----------
    name
        The node that it is before.
    places
        How many items may wait there.
    share
        How often the critical path waits for this room, for each item bought [1].
    gain
        What one more place brought, relative to the throughput [1]; None: not tried.
    """

    name: str
    places: int
    share: Interval
    gain: Interval | None


def buffer_shares(
    runs: Runs, verdict: Verdict, experiment: Experiment = replicate_all
) -> tuple[BufferShare, ...]:
    """Return which finite buffers the critical path waits for, and try the first.

    Parameters
    ----------
    runs
        All replications as they are.
    verdict
        What was said of them. What it tried of buffers is not tried again.
    experiment
        Runs the changed networks: by default in this process.

    Returns
    -------
    All finite buffers, the largest share first; empty where there is none, or where
    the path is not trusted. Those that may be the first are tried with one more place
    (`MOST_TRIED`, and if worth it), until it is seen which brings most.

    Examples
    --------
    >>> from toc_sim import diagnose, load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.simulate import simulate
    >>> from toc_sim.constraint.buffer_share import buffer_shares
    >>> changes = {"run.horizon": "200", "run.replications": "5"}
    >>> net = network_of(load("scenarios/paper_cups_random.yaml", changes))
    >>> runs = simulate(net)
    >>> first, *others = buffer_shares(runs, diagnose(runs))
    >>> first.name, first.places
    ('machine_3', 5)
    """
    net = runs.network
    steps = {step.place: step for step in buffer_steps(net)}
    if not steps or verdict.method != "path":
        return ()
    values = _waits(runs)
    shares = {
        node.name: over(net, values[:, node.index])
        for node in net.nodes
        if node.name in steps
    }
    ranked = sorted(shares, key=lambda name: -shares[name].mean)
    known = {
        policy.place: policy.gain
        for policy in verdict.policies
        if policy.kind == "buffer"
    }
    hopeful = [name for name in ranked if _may_be_first(shares, ranked[0], name)]
    untried = [steps[name] for name in hopeful[:MOST_TRIED] if name not in known]
    known |= _tried(runs, untried, experiment)
    places = {node.name: node.buffer or 0 for node in net.nodes}
    return tuple(
        BufferShare(name, places[name], shares[name], known.get(name))
        for name in ranked
    )


def _may_be_first(shares: dict[str, Interval], first: str, name: str) -> bool:
    """Return whether a share is worth a place and not surely below the largest."""
    share, top = shares[name], shares[first]
    if share.mean < WORTH_A_PLACE:
        return False
    return name == first or not share.is_known or share.high >= top.low


def _waits(runs: Runs) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return how often each path waits for each room, for each item bought.

    Long runs are cut: so many services tell enough, and every record of a run is kept.
    """
    net, run = runs.network, runs.network.scenario.run
    each = services(net) * (1 + runs.warmup / run.horizon)
    least = min(FEW_RUNS, len(runs.results))
    count = int(min(len(runs.results), max(least, MOST_SERVICES // max(1.0, each))))
    part = min(1.0, MOST_SERVICES / (count * each)) if each else 1.0
    return np.array(
        [
            rooms_on_path(
                net,
                seed=run.seed,
                replication=number,
                horizon=part * run.horizon,
                warmup=runs.warmup,
            )
            for number in range(count)
        ]
    )


def _tried(
    runs: Runs, steps: list[PolicyStep], experiment: Experiment
) -> dict[str, Interval]:
    """Return what one more place in each of some buffers brings, by node."""
    if not steps:
        return {}
    net = runs.network
    networks: list[Network] = [step.network for step in steps]
    found: list[ByReplication] = [np.empty(0)] * len(steps)
    for numbers in doubling(len(runs.results)):
        brought = gains(runs, networks, experiment, numbers)
        found = [np.concatenate(both) for both in zip(found, brought, strict=True)]
        if _is_told(found, net.scenario.run.confidence):
            break
    return {
        step.place: over(net, gain) for step, gain in zip(steps, found, strict=True)
    }


def _is_told(found: list[ByReplication], confidence: float) -> bool:
    """Return whether one surely brings something, and more than every other."""
    first, *others = sorted(found, key=lambda gain: -float(gain.mean()))
    leads = [first, *(first - other for other in others)]
    return all(interval(lead, confidence).low > 0 for lead in leads)
