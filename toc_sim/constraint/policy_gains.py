"""Policies judged by experiment: each changed by one step, on the same random numbers.

A policy has no rate, and so no derivative. It is the constraint where one step of it
brings surely more than a tenth more speed of the best node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toc_sim.constraint.intervals import (
    ByReplication,
    Interval,
    interval,
    over,
    simultaneous,
)
from toc_sim.constraint.sensitivity import (
    MORE_RUNS,
    Experiment,
    doubling,
    gains,
    lifted,
)
from toc_sim.engine.simulate import Runs
from toc_sim.network import PolicyKind, PolicyStep

BETTER_NODE = 0.10
"""What a step of a policy has to beat: so much more speed of the best node [1]."""


@dataclass(frozen=True, slots=True)
class PolicyGain:
    """What one step of a policy brings.

    Attributes
    ----------
    kind, name, place, change
        Of which policy, and what was tried, as `toc_sim.network.PolicyStep` has it.
    gain
        What it brings, relative to the throughput [1].
    advantage
        The same, less what +10 % on the best node brings [1].
    share
        The gain over the relative size of the step: its elasticity; of an order of
        work the gain itself [1].
    """

    kind: PolicyKind
    name: str
    place: str
    change: str
    gain: Interval
    advantage: Interval
    share: Interval

    @property
    def is_constraint(self) -> bool:
        """Whether the step brings more than the best node, and surely so."""
        return self.advantage.least > 0


def policy_gains(
    runs: Runs,
    best: tuple[str, ...],
    steps: Sequence[PolicyStep],
    experiment: Experiment,
) -> tuple[PolicyGain, ...]:
    """Measure what a step of each of some policies brings, the best first.

    As many replications are used as it takes to tell whether a step beats the best
    node: all that there are, and a few times as many again, if need be.

    Parameters
    ----------
    runs
        All replications as they are.
    best
        The owner with the largest share, or those who are tied, whose +10 % they have
        to beat.
    steps
        What is tried.
    experiment
        Runs the changed networks.
    """
    if not steps:
        return ()
    net = runs.network
    better = lifted(net, best, 1 + BETTER_NODE)
    confidence = simultaneous(net.scenario.run.confidence, len(steps))
    found: dict[int, ByReplication] = {}
    leads: dict[int, ByReplication] = {}
    left = list(range(len(steps)))
    for numbers in doubling(len(runs.results), MORE_RUNS):
        changed = [better, *(steps[each].network for each in left)]
        least, *brought = gains(runs, changed, experiment, numbers)
        for each, gain in zip(left, brought, strict=True):
            found[each] = np.concatenate((found.get(each, gain[:0]), gain))
            lead = gain - least
            leads[each] = np.concatenate((leads.get(each, lead[:0]), lead))
        left = [each for each in left if _is_open(leads[each], confidence)]
        if not left or net.is_deterministic:
            break
    measured = [
        PolicyGain(
            step.kind,
            step.name,
            step.place,
            step.change,
            gain=over(net, found[each]),
            advantage=interval(
                leads[each], confidence, is_certain=net.is_deterministic
            ),
            share=over(net, found[each] / (step.size or 1.0)),
        )
        for each, step in enumerate(steps)
    ]
    return tuple(sorted(measured, key=lambda each: -each.gain.mean))


def _is_open(leads: ByReplication, confidence: float) -> bool:
    """Return whether it is not yet known if a step brings more than the best node."""
    told = interval(leads, confidence)
    return told.is_known and told.low <= 0 <= told.high and bool(leads.any())
