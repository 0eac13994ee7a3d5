"""Policies judged by experiment: each changed by one step, on the same random numbers.

A policy has no rate, and so no derivative. It is the constraint where one step of it
brings surely more than a tenth more speed of the best node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toc_sim.constraint.intervals import Interval, interval, over, simultaneous
from toc_sim.constraint.sensitivity import Experiment, gains, lifted
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
        surely = self.advantage.low if self.advantage.is_known else self.advantage.mean
        return surely > 0


def policy_gains(
    runs: Runs,
    best: tuple[str, ...],
    steps: Sequence[PolicyStep],
    experiment: Experiment,
) -> tuple[PolicyGain, ...]:
    """Measure what a step of each of some policies brings, the best first.

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
    changed = [
        lifted(net, best, 1 + BETTER_NODE),
        *(step.network for step in steps),
    ]
    better, *found = gains(runs, changed, experiment)
    confidence = simultaneous(net.scenario.run.confidence, len(steps))
    measured = [
        PolicyGain(
            step.kind,
            step.name,
            step.place,
            step.change,
            gain=over(net, gain),
            advantage=interval(
                gain - better, confidence, is_certain=net.is_deterministic
            ),
            share=over(net, gain / (step.size or 1.0)),
        )
        for step, gain in zip(steps, found, strict=True)
    ]
    return tuple(sorted(measured, key=lambda each: -each.gain.mean))
