"""Compares tools, or sets of them, with doing nothing, until the best is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toc_sim.accounting.cash_flow import investment
from toc_sim.constraint.intervals import ByReplication, Interval, simultaneous
from toc_sim.engine.simulate import for_many
from toc_sim.experiment.compare.comparison import (
    Best,
    Candidate,
    Comparison,
    ComparisonRow,
    Criterion,
    Judgement,
    Question,
    check_the_budget,
    criterion,
    judgement,
    outcomes,
    settles,
    wanted,
)
from toc_sim.experiment.compare.race import RaceResult, by_number, contenders, run_race
from toc_sim.experiment.purchase import touches
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.selection.rinott import probability_best, replications
from toc_sim.experiment.variant import (
    VariantRuns,
    all_certain,
    difference,
    is_same_but_for_one,
)
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
    settled
        The same as they settle: whether one hits is told of these.
    bought
        The same as bought at time 0; None where nothing is said of money.
    beyond
        Sets that the budget does not reach, or that the file forbids.
    pruned
        Sets not simulated, as even without chance they could not be the best.
    """

    scenario: Scenario
    question: Question
    by: Criterion
    race: RaceResult
    settled: tuple[VariantRuns, ...]
    bought: tuple[VariantRuns, ...] | None
    beyond: tuple[tuple[str, ...], ...]
    pruned: int

    @property
    def confidence(self) -> float:
        """Of each difference alone, so that all hold together."""
        promised = self.settled[0].network.scenario.run.confidence
        return simultaneous(promised, len(self.settled) - 1)

    @property
    def margin(self) -> float:
        """The least difference that matters [items/period]."""
        return self.question.margin * float(self.settled[0].throughputs.mean())

    def difference(self, place: int) -> Interval:
        """Return what a candidate changes of the throughput [items/period]."""
        base, trial = self.settled[0], self.settled[place]
        return difference(base, trial, confidence=self.confidence)

    def in_window(self, place: int) -> Interval | None:
        """Return what it changes from its purchase on; None if that was not run."""
        if self.bought is None:
            return None
        base, trial = self.bought[0], self.bought[place]
        return difference(base, trial, confidence=self.confidence)

    def word(self, place: int) -> Judgement:
        """Return whether a candidate hits the constraint."""
        base, trial = self.settled[0], self.settled[place]
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
    warmup = laboratory.warmup(scenario)
    candidates = tuple(Candidate.of(scenario, each, warmup) for each in ((), *sets))
    kept = contenders(laboratory, candidates, by) if question.sets else candidates
    kept = _told(laboratory, kept)
    race = run_race(laboratory, [each.model(by) for each in kept], by, question)
    settled, bought = _both(laboratory, kept, race, by)
    for trial in settled:
        trial.refuse_nothing_bought(trial.name)
    return Contest(
        scenario=scenario,
        question=question,
        by=by,
        race=race,
        settled=settled,
        bought=bought,
        beyond=beyond,
        pruned=len(candidates) - len(kept),
    )


def _told(
    laboratory: Laboratory, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Return the candidates, those as they settle that a purchase makes no other.

    Without chance, one item that comes a moment earlier would count as one more.
    """
    certain = [
        each
        for each in candidates
        if each.bought.most == each.settled.most == 1 and each.settled.tools
    ]
    models = [each.bought for each in certain], [each.settled for each in certain]
    bought, settled = (laboratory.runs(each, [1] * len(each)) for each in models)
    same = {
        each.settled.tools
        for each, one, other in zip(certain, bought, settled, strict=True)
        if is_same_but_for_one(one, other)
    }
    return tuple(
        replace(each, bought=each.settled) if each.settled.tools in same else each
        for each in candidates
    )


def _both(
    laboratory: Laboratory,
    candidates: Sequence[Candidate],
    race: RaceResult,
    by: Criterion,
) -> tuple[tuple[VariantRuns, ...], tuple[VariantRuns, ...] | None]:
    """Return the candidates as they settle and as bought, with as many runs."""
    scenario = candidates[0].settled.network.scenario
    least = scenario.run.replications
    counts = [max(least, len(trial.results)) for trial in race.trials]
    if not settles(by):
        settled = [each.settled for each in candidates]
        return laboratory.runs(settled, counts, race.trials[:1]), race.trials
    if scenario.economics is None:
        return race.trials, None
    bought = [each.bought for each in candidates]
    return race.trials, laboratory.runs(bought, counts, race.trials[:1])


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
    >>> from toc_sim import load
    >>> from toc_sim.experiment.compare.comparison import Question
    >>> from toc_sim.experiment.compare.compare import compare
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
    base = found.settled[0]
    settings = base.network.scenario.run
    chances = _probabilities(race, settings.seed)
    runs = base.runs()
    verdict = laboratory.verdict(runs)
    rows = [
        _row(found, place, float(chances[place]), verdict.constraint, laboratory)
        for place in range(1, len(race.trials))
    ]
    best = found.best()
    rows.sort(key=lambda row: (row.tools != best.tools, -row.gain.mean))
    return Comparison(
        scenario=found.scenario,
        baseline=runs,
        verdict=verdict,
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
    found: Contest,
    place: int,
    probability: float,
    constraint: Sequence[str],
    laboratory: Laboratory,
) -> ComparisonRow:
    race, bought, trial = found.race, found.bought, found.settled[place]
    own = trial.model
    verdict = laboratory.verdict(trial.runs())
    money = None
    if bought is not None and (before := bought[0].cash) is not None:
        after = bought[place].flow()
        if after is not None:
            money = investment(before, after, own.outlay, found.confidence)
    return ComparisonRow(
        tools=own.tools,
        outlay=own.outlay,
        replications=len(trial.results),
        throughput=verdict.throughput,
        difference=found.difference(place),
        word=found.word(place),
        touches=touches(found.settled[0].network, trial.network, constraint),
        from_purchase=found.in_window(place),
        always=() if bought is None else bought[place].model.always,
        verdict=verdict,
        money=None if bought is None else bought[place].money,
        investment=money,
        gain=difference(
            race.trials[0],
            race.trials[place],
            (race.gains[0], race.gains[place]),
            confidence=found.confidence,
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
