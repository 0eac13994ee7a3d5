"""Criteria of waits: flow time, the mean wait at a node, or the share in time there."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import numpy as np

from toc_sim.constraint.intervals import ByReplication
from toc_sim.engine.result import RunResult, WaitRun
from toc_sim.engine.wait_figures import together
from toc_sim.errors import TocError, closest, quoted
from toc_sim.experiment.variant import VariantRuns
from toc_sim.network import Network, network
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import place_of

FLOW_TIME, WAIT, WITHIN = "flow_time", "wait", "within"
"""Time from entering to being bought, the mean wait before a node [periods], and the
share that waits there within its target [1]."""


def is_of_waits(by: str) -> bool:
    """Return whether a criterion is one of waits: ``flow_time``, ``wait:NODE``."""
    return by.partition(":")[0] in (FLOW_TIME, WAIT, WITHIN)


def places_of(net: Network, by: str) -> tuple[int, ...]:
    """Return the indices of the nodes of a criterion; none: it is of all the pipeline.

    A node of the file that several products pass is a node for each of them; its own
    name stands for all.

    Parameters
    ----------
    net
        The pipeline.
    by
        The criterion.

    Raises
    ------
    TocError
        If there is no such node, or nobody says how long items should wait there.
    """
    what, _, name = by.partition(":")
    if what == FLOW_TIME:
        return ()
    meant = [n for n in net.nodes if name in (n.name, place_of(n.name))]
    if not meant:
        known = [place_of(node.name) for node in net.nodes]
        near = closest(name, [*known, *(node.name for node in net.nodes)])
        hint = f"\n    hint: did you mean '{what}:{near}'?" if near else ""
        raise TocError(f"{by}: no node is called {quoted(name)}{hint}")
    if what == WITHIN and any(node.target is None for node in meant):
        raise TocError(
            f"{by}: the file does not say how long items should wait there\n"
            f"    hint: give '{place_of(name)}' a 'target'"
        )
    return tuple(node.index for node in meant)


def waits_before(result: RunResult, places: Sequence[int]) -> WaitRun:
    """Return the waits of a run before some nodes, taken together.

    Parameters
    ----------
    result
        The run.
    places
        Indices of its nodes, at least one.
    """
    waits = [result.waits[place] for place in places]
    return waits[0] if len(waits) == 1 else together(waits)


def refuse_unknown(scenario: Scenario, by: str) -> None:
    """Refuse a criterion of waits that the scenario has no place for.

    Raises
    ------
    TocError
        As `places_of`.
    """
    if is_of_waits(by):
        places_of(network(scenario), by)


def waits_by(by: str, trial: VariantRuns) -> ByReplication:
    """Return what a criterion of waits comes to in each replication.

    Parameters
    ----------
    by
        ``flow_time`` or ``wait:NODE`` [periods], or ``within:NODE`` [1].
    trial
        The runs. Where nothing was served in one, nothing waited: 0, or all in time.

    Raises
    ------
    TocError
        If it is flow time, and nothing was bought in one.
    """
    places = places_of(trial.network, by)
    if not places:
        times = [result.flow_mean for result in trial.results]
        if any(map(isnan, times)):
            raise TocError(f"{by}: nothing was bought in one of the runs")
        return np.array(times)
    waits = [waits_before(result, places) for result in trial.results]
    if by.startswith(WITHIN):
        return np.array([w.within / w.served if w.served else 1.0 for w in waits])
    return np.array([w.total / w.served if w.served else 0.0 for w in waits])


def advantage(by: str, trial: VariantRuns) -> ByReplication:
    """Return the same so that more is better: of times, the less the better."""
    found = waits_by(by, trial)
    return found if by.startswith(WITHIN) else -found
