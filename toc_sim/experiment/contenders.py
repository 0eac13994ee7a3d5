"""Sets that could be the best at all: the static answer rules the others out."""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim.constraint.intervals import interval
from toc_sim.experiment.candidates import Candidate, Trial
from toc_sim.experiment.ceilings import gain_ceiling, slack
from toc_sim.experiment.criteria import By, worth
from toc_sim.experiment.laboratory import Laboratory
from toc_sim.experiment.racing import tried

GROUP = 8
"""Sets simulated at a time; those that come after are held against what they reach."""


def contenders(
    laboratory: Laboratory, candidates: Sequence[Candidate], by: By
) -> tuple[Candidate, ...]:
    """Return the candidates that may be the best, in their order.

    Without variability nothing is sold faster: what the linear program allows bounds
    the throughput of a set from above, and with it the money that it can bring. The
    sets are simulated from the highest bound down; once a bound lies below what a
    simulated set surely reaches, that set and all after it are left out: no simulation
    could change the answer.

    Parameters
    ----------
    laboratory
        Where to simulate.
    candidates
        The first is to do nothing; it always stays.
    by
        What is wanted.
    """
    first = candidates[0].work.network.scenario.run.replications
    [base] = tried(laboratory, candidates[:1], [first])
    room = slack(base)
    ceilings = [gain_ceiling(by, base, own, room) for own in candidates]
    places = sorted(range(1, len(candidates)), key=lambda place: -ceilings[place])
    reached, kept = 0.0, [0]
    for start in range(0, len(places), GROUP):
        group = [
            place
            for place in places[start : start + GROUP]
            if ceilings[place] > reached
        ]
        if not group:
            break
        kept += group
        trials = tried(
            laboratory, [candidates[place] for place in group], [first] * len(group)
        )
        reached = max(reached, *(_surely(by, base, trial) for trial in trials))
    return tuple(candidates[place] for place in sorted(kept))


def _surely(by: By, base: Trial, trial: Trial) -> float:
    """Return what a candidate gains at the low end of its interval."""
    gains = worth(by, base, trial)
    settings = trial.candidate.work.network.scenario.run
    if len(gains) == 1:
        free = trial.candidate.work.network.is_deterministic
        return float(gains[0]) if free else float("-inf")
    return interval(gains, settings.confidence).low
