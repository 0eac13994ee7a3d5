"""Which candidates are simulated, and how often, until the best of them is known.

Sets that could not be the best even without chance are left out; the others race.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from toc_sim.constraint.intervals import ByReplication, interval, simultaneous
from toc_sim.experiment.compare.bounds import FEWEST_REPLICATIONS, gain_ceiling, slack
from toc_sim.experiment.compare.comparison import (
    Criterion,
    Question,
    indifference,
    worth,
)
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.selection.kim_nelson import race
from toc_sim.experiment.selection.ocba import allocation
from toc_sim.experiment.variant import (
    VariantModel,
    VariantRuns,
    all_certain,
    difference,
)

ROUND_REPLICATIONS = 10
"""Replications added at a time, on any number of workers the same."""

LIMIT_FACTOR = 10
"""How many times the file's replications are made at most, if nothing is said."""


@dataclass(frozen=True)
class RaceResult:
    """Candidates after the race.

    Attributes
    ----------
    trials
        In the order in which they were given; the first is to do nothing.
    gains
        What each gains over doing nothing, by replication.
    best
        The place of the best among them.
    decided
        Whether the procedure came to its end, so that its guarantee holds.
    indifference
        The smallest gain that anyone would act on; the guarantee is up to it.
    """

    trials: tuple[VariantRuns, ...]
    gains: tuple[ByReplication, ...]
    best: int
    decided: bool
    indifference: float


def run_race(
    laboratory: Laboratory,
    candidates: Sequence[VariantModel],
    by: Criterion,
    question: Question,
) -> RaceResult:
    """Simulate candidates until the best of them is known, and precisely enough.

    All get the replications that the file asks for; then those that may still be the
    best get more, 10 at a time, until Kim and Nelson's procedure has chosen, and those
    whose difference is not known precisely enough.

    Parameters
    ----------
    laboratory
        Where to simulate.
    candidates
        The first is to do nothing, and is one of them.
    by
        What is wanted.
    question
        How sure and how precise the answer is wanted, and what may be spent on it.

    Notes
    -----
    Doing nothing gets as many as any other, as all differences are taken to it. Where
    it earns nothing, so that no gain is too small to matter, nothing is promised.
    """
    settings = candidates[0].network.scenario.run
    first = settings.replications
    limit = max(first, question.most or LIMIT_FACTOR * first)
    counts = [first] * len(candidates)
    trials = laboratory.runs(candidates, counts)
    least = indifference(by, trials[0], question.margin, trials)
    gains = tuple(worth(by, trials[0], trial) for trial in trials)
    while True:
        if max(map(len, gains)) == 1 or first < FEWEST_REPLICATIONS or not least > 0:
            best = max(range(len(gains)), key=lambda place: float(gains[place].mean()))
            return RaceResult(trials, gains, best, all_certain(trials), least)
        outcome = race(
            [by_number(gain, count) for gain, count in zip(gains, counts, strict=True)],
            indifference=least,
            confidence=settings.confidence,
            first=first,
        )
        unsure = set() if outcome.decided else set(outcome.alive)
        unsure |= _imprecise(trials, question.precision)
        following = _following(question.runs, gains, counts, unsure, limit)
        if not unsure or following == counts:
            return RaceResult(trials, gains, outcome.best, outcome.decided, least)
        counts, before = following, trials
        trials = laboratory.runs(candidates, counts, before)
        gains = tuple(
            # it stands against as many runs as before
            old if now is was and not now.is_certain else worth(by, trials[0], now)
            for old, was, now in zip(gains, before, trials, strict=True)
        )


def _following(
    runs: int | None,
    gains: Sequence[ByReplication],
    counts: Sequence[int],
    unsure: set[int],
    limit: int,
) -> list[int]:
    """Return how many replications each is to have next.

    Where only so many runs may be made in all, they go where they tell most (optimal
    computing budget allocation: Chen & Lee 2010); else all that are unsure get more.
    """
    if runs is not None:
        return _allotted(runs, gains, counts)
    more = min(limit, max(counts) + ROUND_REPLICATIONS)
    return [
        more if place == 0 or place in unsure else count
        for place, count in enumerate(counts)
    ]


def _allotted(
    runs: int, gains: Sequence[ByReplication], counts: Sequence[int]
) -> list[int]:
    """Return how many replications each has next, so that no more runs are made."""
    means = [float(gain.mean()) for gain in gains]
    spreads = [float(gain.var(ddof=1)) if len(gain) > 1 else 0.0 for gain in gains]
    for extra in range(
        min(ROUND_REPLICATIONS * len(counts), runs - sum(counts)), 0, -1
    ):
        shares = allocation(means, spreads, counts, extra)
        wanted = [count + more for count, more in zip(counts, shares, strict=True)]
        wanted[0] = max(wanted)  # all differences are taken to doing nothing
        if sum(wanted) <= runs:
            return wanted
    return list(counts)


def _imprecise(trials: Sequence[VariantRuns], precision: float | None) -> set[int]:
    """Return the candidates whose difference of throughput is not known well enough."""
    if precision is None:
        return set()
    settings = trials[0].network.scenario.run
    confidence = simultaneous(settings.confidence, len(trials) - 1)
    least = precision * float(trials[0].throughputs.mean())
    lifts = [difference(trials[0], each, confidence=confidence) for each in trials]
    return {
        place
        for place, lift in enumerate(lifts)
        if place and not lift.half_width <= least
    }


def by_number(gain: ByReplication, count: int) -> ByReplication:
    """Return as many values as there were replications, where chance made one do."""
    return np.repeat(gain, count) if len(gain) == 1 else gain[:count]


SETS_AT_A_TIME = 8
"""Sets simulated at a time; those that come after are held against what they reach."""


def contenders(
    laboratory: Laboratory, candidates: Sequence[VariantModel], by: Criterion
) -> tuple[VariantModel, ...]:
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
    first = candidates[0].network.scenario.run.replications
    [base] = laboratory.runs(candidates[:1], [first])
    room = slack(base)
    ceilings = [gain_ceiling(by, base, own, room) for own in candidates]
    places = sorted(range(1, len(candidates)), key=lambda place: -ceilings[place])
    reached, kept = 0.0, [0]
    for start in range(0, len(places), SETS_AT_A_TIME):
        group = [
            place
            for place in places[start : start + SETS_AT_A_TIME]
            if ceilings[place] > reached
        ]
        if not group:
            break
        kept += group
        trials = laboratory.runs(
            [candidates[place] for place in group], [first] * len(group)
        )
        reached = max(reached, *(_surely(by, base, trial) for trial in trials))
    return tuple(candidates[place] for place in sorted(kept))


def _surely(by: Criterion, base: VariantRuns, trial: VariantRuns) -> float:
    """Return what a candidate gains at the low end of its interval."""
    gains = worth(by, base, trial)
    if len(gains) == 1:
        return float(gains[0]) if trial.is_certain else -inf
    return interval(gains, trial.network.scenario.run.confidence).low
