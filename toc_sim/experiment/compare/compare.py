"""Compares tools, or sets of them, with doing nothing, until the best is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toc_sim.accounting.cash_flow import investment
from toc_sim.constraint.intervals import ByReplication, Interval, interval, simultaneous
from toc_sim.engine.simulate import for_many
from toc_sim.experiment.compare.comparison import (
    Best,
    Comparison,
    ComparisonRow,
    Criterion,
    Judgement,
    Question,
    candidate,
    check_the_budget,
    criterion,
    judgement,
    outcomes,
    wanted,
)
from toc_sim.experiment.compare.race import (
    RaceResult,
    by_number,
    contenders,
    run_race,
)
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.selection.rinott import probability_best, replications
from toc_sim.experiment.variant import all_certain, difference
from toc_sim.scenario.model import Scenario
from toc_sim.tools import affordable, allowed, can_pay, closure, outlay, with_required


@dataclass(frozen=True, slots=True)
class Contest:
    """A question whose candidates have been simulated.

    Attributes
    ----------
    scenario
        With the engine that was chosen for all of them.
    question
        What was asked.
    by
        What is wanted.
    race
        The candidates with their runs; the first is to do nothing.
    beyond
        Sets that the budget does not reach, or that the file forbids.
    pruned
        Sets not simulated, as even without chance they could not be the best.
    """

    scenario: Scenario
    question: Question
    by: Criterion
    race: RaceResult
    beyond: tuple[tuple[str, ...], ...]
    pruned: int

    @property
    def confidence(self) -> float:
        """Of each difference alone, so that all hold together."""
        promised = self.race.trials[0].network.scenario.run.confidence
        return simultaneous(promised, len(self.race.trials) - 1)

    @property
    def margin(self) -> float:
        """The least difference that matters [items/period]."""
        return self.question.margin * float(self.race.trials[0].throughputs.mean())

    def difference(self, place: int) -> Interval:
        """Return what a candidate changes of the throughput [items/period]."""
        base, trial = self.race.trials[0], self.race.trials[place]
        return difference(base, trial, confidence=self.confidence)

    def word(self, place: int) -> Judgement:
        """Return whether a candidate hits the constraint."""
        base, trial = self.race.trials[0], self.race.trials[place]
        horizon = trial.network.scenario.run.horizon
        finest = 1 / horizon if all_certain((base, trial)) else 0.0
        return judgement(self.difference(place), self.margin, finest)

    def best(self) -> Best:
        """Return the best candidate, and how sure that is."""
        race, winner = self.race, self.race.trials[self.race.best]
        others = [
            trial.model.tools
            for place, trial in enumerate(race.trials)
            if place != race.best and not self._is_behind(place)
        ]
        return Best(
            tools=winner.model.tools,
            by=self.by,
            confidence=winner.network.scenario.run.confidence if race.decided else None,
            indifference=race.indifference,
            unseparated=tuple(others),
        )

    def _is_behind(self, place: int) -> bool:
        """Whether a candidate surely gains less than the best."""
        race = self.race
        lead = difference(
            race.trials[place],
            race.trials[race.best],
            (race.gains[place], race.gains[race.best]),
            confidence=self.confidence,
        )
        return lead.low > 0


def contest(scenario: Scenario, question: Question, laboratory: Laboratory) -> Contest:
    """Simulate doing nothing and every candidate, on the same chance.

    Parameters
    ----------
    scenario
        With `tools`.
    question
        What is asked.
    laboratory
        Where to simulate.

    Returns
    -------
    The candidates with their runs: enough to tell the best, and which hit.

    Raises
    ------
    TocError
        If there is no such tool, or nothing to compare.
    """
    by = criterion(scenario, question.by)
    sets, beyond = _sets(scenario, question)
    scenario = for_many(scenario, 1 + len(sets))
    settled = laboratory.warmup(scenario)
    candidates = [candidate(scenario, each, settled) for each in ((), *sets)]
    kept = contenders(laboratory, candidates, by) if question.sets else candidates
    race = run_race(laboratory, kept, by, question)
    for trial in race.trials:
        trial.refuse_nothing_bought(trial.name)
    pruned = len(candidates) - len(kept)
    return Contest(scenario, question, by, race, beyond, pruned)


def _sets(
    scenario: Scenario, asked: Question
) -> tuple[list[tuple[str, ...]], tuple[tuple[str, ...], ...]]:
    """Return the sets to compare, and those that are beyond the budget."""
    tools = wanted(scenario, asked.tools)
    check_the_budget(asked.budget)
    if asked.sets:
        every = affordable(scenario, with_required(scenario, tools), asked.budget)
        return [each for each in every if each], ()
    alone = dict.fromkeys(closure(scenario, name) for name in tools)
    within = [
        each
        for each in alone
        if allowed(scenario, each) is None
        and can_pay(asked.budget, outlay(scenario, each).upfront)
    ]
    return within, tuple(each for each in alone if each not in within)


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
    Every candidate's throughput [items/period], constraint and money [money] against
    doing nothing, and the best with the confidence that it is.

    Raises
    ------
    TocError
        If there is no such tool, or nothing to compare.
    SimulationError
        If nothing is bought, with a candidate or with doing nothing.

    Examples
    --------
    >>> from toc_sim import Question, compare, load
    >>> scenario = load("scenarios/paper_cups_tools.yaml", {"run.horizon": "100"})
    >>> found = compare(scenario, Question(tools=("new_machine_2", "sales_training")))
    >>> found.best.tools
    ('new_machine_2',)
    >>> [(row.tools, row.word) for row in found.rows]
    [(('new_machine_2',), 'hits'), (('sales_training',), 'misses')]
    """
    asked = question or Question()
    place = laboratory or Laboratory()
    return _concluded(contest(scenario, asked, place), place)


def _concluded(found: Contest, laboratory: Laboratory) -> Comparison:
    """Put together what the runs say."""
    race, by = found.race, found.by
    base = race.trials[0]
    settings = base.network.scenario.run
    chances = _probabilities(race, settings.seed)
    rows = [
        _row(found, place, float(chances[place]), laboratory)
        for place in range(1, len(race.trials))
    ]
    best = found.best()
    rows.sort(key=lambda row: (row.tools != best.tools, -row.gain.mean))
    runs = base.runs()
    return Comparison(
        scenario=found.scenario,
        baseline=runs,
        verdict=laboratory.verdict(runs),
        money=base.money,
        rows=tuple(rows),
        best=best,
        margin=found.margin,
        confidence=found.confidence,
        beyond=found.beyond,
        pruned=found.pruned,
        independent=_independent(race, by, settings.confidence),
        trials=race.trials,
    )


def _row(
    found: Contest, place: int, probability: float, laboratory: Laboratory
) -> ComparisonRow:
    race = found.race
    base, trial = race.trials[0], race.trials[place]
    own = trial.model
    before, after = base.cash, trial.flow()
    settings = own.network.scenario.run
    return ComparisonRow(
        tools=own.tools,
        outlay=own.outlay,
        replications=len(trial.results),
        throughput=interval(
            trial.throughputs, settings.confidence, is_certain=trial.is_certain
        ),
        difference=found.difference(place),
        word=found.word(place),
        verdict=laboratory.verdict(trial.runs()),
        money=trial.money,
        investment=None
        if before is None or after is None
        else investment(before, after, own.outlay, found.confidence),
        gain=interval(
            race.gains[place], found.confidence, is_certain=all_certain((base, trial))
        ),
        probability=probability,
    )


def _probabilities(race: RaceResult, seed: int) -> ByReplication:
    """Return the chance of each to be the best, from the replications all have."""
    count = min((len(gain) for gain in race.gains if len(gain) > 1), default=1)
    values = np.column_stack([by_number(gain, count) for gain in race.gains])
    return probability_best(values, seed)


def _independent(
    race: RaceResult, by: Criterion, confidence: float
) -> tuple[int, int] | None:
    """Return the replications of Rinott's procedure, and those that were made."""
    counts = [len(trial.results) for trial in race.trials]
    first = race.trials[0].network.scenario.run.replications
    if min(counts) < 2 or not race.indifference > 0:  # noqa: PLR2004 - a variance
        return None
    variances = [float(np.var(outcomes(by, trial), ddof=1)) for trial in race.trials]
    needed = replications(
        variances, indifference=race.indifference, confidence=confidence, first=first
    )
    return sum(needed), sum(counts)
