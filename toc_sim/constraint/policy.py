"""Whether the release policy is the constraint: relax it one step and see."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import gain
from toc_sim.engine.simulate import Runs

BETTER_NODE = 0.10
"""What a step of the policy has to beat: so much more speed of the best node [1]."""


@dataclass(frozen=True, slots=True)
class PolicyGain:
    """What one step of the release policy brings.

    Attributes
    ----------
    name
        ``conwip`` or ``drum_buffer_rope``.
    gain
        Of relaxing it by one item, relative to the throughput [1].
    advantage
        The same, less what +10 % on the best node brings [1].
    share
        The gain over the relative size of the step: its elasticity [1].
    """

    name: str
    gain: Interval
    advantage: Interval
    share: Interval

    @property
    def is_constraint(self) -> bool:
        """Whether relaxing it brings more, and surely so."""
        surely = self.advantage.low if self.advantage.is_known else self.advantage.mean
        return surely > 0


def policy_gain(runs: Runs, best: str) -> PolicyGain | None:
    """Measure what relaxing the release policy by one item brings.

    A policy has no rate and so no derivative: it is judged by experiment, on common
    random numbers.

    Parameters
    ----------
    runs
        All replications.
    best
        The owner with the largest share, whose +10 % it has to beat.

    Returns
    -------
    What was measured; None if items are released without limit.
    """
    net = runs.network
    limit = net.release.limit
    if limit is None:
        return None
    relaxed = gain(runs, net.relaxed())
    advantage = relaxed - gain(runs, net.lifted(best, 1 + BETTER_NODE))
    return PolicyGain(
        net.release.name,
        over(runs.network, relaxed),
        over(runs.network, advantage),
        over(runs.network, relaxed * limit),
    )
