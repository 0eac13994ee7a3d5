"""Compares tools, or sets of them, with doing nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toc_sim.accounting.investment import investment
from toc_sim.accounting.statement import statement
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.intervals import interval
from toc_sim.engine.either import for_many
from toc_sim.engine.simulate import Runs
from toc_sim.engine.warmup import warmup
from toc_sim.errors import TocError, closest, quoted
from toc_sim.experiment.candidates import Trial, candidate
from toc_sim.experiment.comparison import Best, Compared, Comparison
from toc_sim.experiment.contenders import contenders
from toc_sim.experiment.criteria import (
    By,
    ByReplication,
    criterion,
    outcomes,
    paired,
    throughputs,
)
from toc_sim.experiment.judgement import MARGIN, judged
from toc_sim.experiment.laboratory import Laboratory, at_all
from toc_sim.experiment.racing import Raced, Until, raced
from toc_sim.experiment.selection.comparisons import probability_best, simultaneous
from toc_sim.experiment.selection.rinott import replications
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario
from toc_sim.tools import affordable, allowed, can_pay, closure, outlay


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a comparison.

    Attributes
    ----------
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    sets
        Whether every affordable set is compared, or each tool alone with what it
        requires.
    by
        What is wanted; None: present value, or throughput where there is no money.
    margin
        The part of the baseline's throughput that makes a difference [1].
    most
        Replications that one candidate gets at most; None: ten times the file's.
    precision
        Half the width that the interval of a difference may have, as a part of the
        baseline's throughput [1]; None: any.
    runs
        Runs that all candidates get together; None: as many as it takes.
    """

    tools: tuple[str, ...] = ()
    budget: float | None = None
    sets: bool = False
    by: By | None = None
    margin: float = MARGIN
    most: int | None = None
    precision: float | None = None
    runs: int | None = None


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
    laboratory = laboratory or Laboratory()
    by = criterion(scenario, asked.by)
    sets, beyond = _sets(scenario, asked)
    scenario = for_many(scenario, 1 + len(sets))
    settled = warmup(network(scenario))
    candidates = [candidate(scenario, each, settled) for each in ((), *sets)]
    kept = contenders(laboratory, candidates, by) if asked.sets else candidates
    until = Until(asked.margin, asked.most, asked.precision, asked.runs)
    race = raced(laboratory, kept, by, until)
    for trial in race.trials:
        at_all(trial.results, trial.candidate.name)
    found = _concluded(scenario, race, by, asked)
    return replace(found, beyond=beyond, pruned=len(candidates) - len(kept))


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


def wanted(scenario: Scenario, names: Sequence[str]) -> tuple[str, ...]:
    """Return the tools that are asked for, or all; refuse those that do not exist."""
    if not scenario.tools:
        raise TocError("the file has no 'tools' to compare")
    for name in names:
        if name not in scenario.tools:
            near = closest(name, scenario.tools)
            hint = f"\n    hint: did you mean '{near}'?" if near else ""
            raise TocError(f"--tool {name}: no tool is called {quoted(name)}{hint}")
    return tuple(each for each in scenario.tools if not names or each in names)


def check_the_budget(budget: float | None) -> None:
    """Refuse a budget that is no amount of money."""
    if budget is not None and not budget >= 0:
        raise TocError(f"--budget {budget:g}: must be 0 or more")


def with_required(scenario: Scenario, names: Sequence[str]) -> tuple[str, ...]:
    """Return tools and all that they require, in the order of the file."""
    needed = {each for name in names for each in closure(scenario, name)}
    return tuple(each for each in scenario.tools if each in needed)


def _concluded(scenario: Scenario, race: Raced, by: By, asked: Question) -> Comparison:
    """Put together what the runs say."""
    base = race.trials[0]
    settings = base.candidate.work.network.scenario.run
    confidence = simultaneous(settings.confidence, max(1, len(race.trials) - 1))
    margin = asked.margin * float(throughputs(base).mean())
    chances = _probabilities(race, settings.seed)
    rows = [
        _row(race, place, margin, confidence, float(chances[place]))
        for place in range(1, len(race.trials))
    ]
    best = _best(race, by, settings.confidence, confidence)
    rows.sort(key=lambda row: (row.tools != best.tools, -row.gain.mean))
    runs = _runs(base)
    return Comparison(
        scenario=scenario,
        baseline=runs,
        verdict=diagnose(runs),
        money=statement(runs.network, runs.results),
        rows=tuple(rows),
        best=best,
        margin=margin,
        confidence=confidence,
        beyond=(),
        pruned=0,
        independent=_independent(race, by, settings.confidence),
        trials=race.trials,
    )


def _row(
    race: Raced, place: int, margin: float, confidence: float, probability: float
) -> Compared:
    base, trial = race.trials[0], race.trials[place]
    own = trial.candidate
    runs = _runs(trial)
    free = _all_free(base, trial)
    differences = paired(throughputs(base), throughputs(trial))
    difference = interval(differences, confidence, is_certain=free)
    before, after = base.cash, trial.flow()
    settings = own.work.network.scenario.run
    return Compared(
        tools=own.tools,
        outlay=own.outlay,
        replications=len(trial.results),
        throughput=interval(
            throughputs(trial), settings.confidence, is_certain=own.is_free_of_chance
        ),
        difference=difference,
        word=judged(difference, margin, 1 / settings.horizon if free else 0.0),
        verdict=diagnose(runs),
        money=statement(runs.network, runs.results),
        investment=None
        if before is None or after is None
        else investment(before, after, own.outlay, confidence),
        gain=interval(race.gains[place], confidence, is_certain=free),
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


def _all_free(*trials: Trial) -> bool:
    return all(trial.candidate.is_free_of_chance for trial in trials)


def _probabilities(race: Raced, seed: int) -> ByReplication:
    """Return the chance of each to be the best, from the replications all have."""
    count = min(len(gain) for gain in race.gains if len(gain) > 1 or _all_one(race))
    values = np.column_stack(
        [np.repeat(g, count) if len(g) == 1 else g[:count] for g in race.gains]
    )
    return probability_best(values, seed)


def _all_one(race: Raced) -> bool:
    return max(map(len, race.gains)) == 1


def _best(race: Raced, by: By, promised: float, confidence: float) -> Best:
    winner = race.trials[race.best]
    others = []
    for place, trial in enumerate(race.trials):
        if place == race.best:
            continue
        behind = paired(race.gains[place], race.gains[race.best])
        free = _all_free(winner, trial)
        if not interval(behind, confidence, is_certain=free).low > 0:
            others.append(trial.candidate.tools)
    return Best(
        tools=winner.candidate.tools,
        by=by,
        confidence=promised if race.decided else None,
        indifference=race.indifference,
        unseparated=tuple(others),
    )


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
