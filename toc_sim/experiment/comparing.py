"""Compares tools, or sets of them, with doing nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toc_sim.accounting.investment import investment
from toc_sim.accounting.statement import statement
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.intervals import interval
from toc_sim.engine.simulate import Runs
from toc_sim.experiment.candidates import Trial
from toc_sim.experiment.comparison import Compared, Comparison
from toc_sim.experiment.contest import Contest, Question, all_free, contest
from toc_sim.experiment.criteria import By, ByReplication, outcomes, throughputs
from toc_sim.experiment.laboratory import Laboratory
from toc_sim.experiment.racing import Raced
from toc_sim.experiment.selection.comparisons import probability_best
from toc_sim.experiment.selection.rinott import replications
from toc_sim.scenario.model import Scenario


def compare(
    scenario: Scenario,
    question: Question | None = None,
    laboratory: Laboratory | None = None,
) -> Comparison:
    """Compare tools with doing nothing, on the same chance.

    Parameters
    ----------
    scenario
        With `tools`.
    question
        What is asked; by default each tool alone.
    laboratory
        Where to simulate; by default here, or on all cores if that pays.

    Returns
    -------
    Every candidate's throughput, constraint and money against doing nothing, and the
    best with the confidence that it is.

    Raises
    ------
    TocError
        If there is no such tool, or nothing to compare.
    """
    asked = question or Question()
    return _concluded(contest(scenario, asked, laboratory or Laboratory()))


def _concluded(found: Contest) -> Comparison:
    """Put together what the runs say."""
    race, by = found.race, found.by
    base = race.trials[0]
    settings = base.candidate.work.network.scenario.run
    chances = _probabilities(race, settings.seed)
    rows = [
        _row(found, place, float(chances[place]))
        for place in range(1, len(race.trials))
    ]
    best = found.best()
    rows.sort(key=lambda row: (row.tools != best.tools, -row.gain.mean))
    runs = _runs(base)
    return Comparison(
        scenario=found.scenario,
        baseline=runs,
        verdict=diagnose(runs),
        money=statement(runs.network, runs.results),
        rows=tuple(rows),
        best=best,
        margin=found.margin,
        confidence=found.confidence,
        beyond=found.beyond,
        pruned=found.pruned,
        independent=_independent(race, by, settings.confidence),
        trials=race.trials,
    )


def _row(found: Contest, place: int, probability: float) -> Compared:
    race = found.race
    base, trial = race.trials[0], race.trials[place]
    own = trial.candidate
    runs = _runs(trial)
    before, after = base.cash, trial.flow()
    settings = own.work.network.scenario.run
    return Compared(
        tools=own.tools,
        outlay=own.outlay,
        replications=len(trial.results),
        throughput=interval(
            throughputs(trial), settings.confidence, is_certain=own.is_free_of_chance
        ),
        difference=found.difference(place),
        word=found.word(place),
        verdict=diagnose(runs),
        money=statement(runs.network, runs.results),
        investment=None
        if before is None or after is None
        else investment(before, after, own.outlay, found.confidence),
        gain=interval(
            race.gains[place], found.confidence, is_certain=all_free(base, trial)
        ),
        probability=probability,
    )


def _runs(trial: Trial) -> Runs:
    """Return the runs of a candidate, their network knowing how many there are."""
    runs, count = trial.runs(), len(trial.results)
    net, settings = runs.network, runs.network.scenario.run
    if count > settings.replications:
        run = settings.changed(replications=count)
        net = replace(net, scenario=net.scenario.model_copy(update={"run": run}))
    return replace(runs, network=net)


def _probabilities(race: Raced, seed: int) -> ByReplication:
    """Return the chance of each to be the best, from the replications all have."""
    count = min(len(gain) for gain in race.gains if len(gain) > 1 or _all_one(race))
    values = np.column_stack(
        [np.repeat(g, count) if len(g) == 1 else g[:count] for g in race.gains]
    )
    return probability_best(values, seed)


def _all_one(race: Raced) -> bool:
    return max(map(len, race.gains)) == 1


def _independent(race: Raced, by: By, confidence: float) -> tuple[int, int] | None:
    """Return the replications of Rinott's procedure, and those that were made."""
    counts = [len(trial.results) for trial in race.trials]
    first = race.trials[0].candidate.work.network.scenario.run.replications
    if min(counts) < 2 or not race.indifference > 0:  # noqa: PLR2004 - a variance
        return None
    variances = [float(np.var(outcomes(by, trial), ddof=1)) for trial in race.trials]
    needed = replications(
        variances, indifference=race.indifference, confidence=confidence, first=first
    )
    return sum(needed), sum(counts)
