"""Tools, or sets of them, simulated against doing nothing until the best is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toc_sim.constraint.intervals import Interval, interval
from toc_sim.engine.either import for_many
from toc_sim.engine.warmup import warmup
from toc_sim.errors import TocError, closest, quoted
from toc_sim.experiment.candidates import Trial, candidate
from toc_sim.experiment.comparison import Best
from toc_sim.experiment.contenders import contenders
from toc_sim.experiment.criteria import By, criterion, paired, throughputs
from toc_sim.experiment.judgement import MARGIN, Word, judged
from toc_sim.experiment.laboratory import Laboratory, at_all
from toc_sim.experiment.racing import Raced, Until, raced
from toc_sim.experiment.selection.comparisons import simultaneous
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
    by: By
    race: Raced
    beyond: tuple[tuple[str, ...], ...]
    pruned: int

    @property
    def confidence(self) -> float:
        """Of each difference alone, so that all hold together."""
        promised = self._promised
        return simultaneous(promised, max(1, len(self.race.trials) - 1))

    @property
    def margin(self) -> float:
        """The least difference that matters [items/period]."""
        return self.question.margin * float(throughputs(self.race.trials[0]).mean())

    @property
    def _promised(self) -> float:
        return self.race.trials[0].candidate.work.network.scenario.run.confidence

    def difference(self, place: int) -> Interval:
        """Return what a candidate changes of the throughput [items/period]."""
        base, trial = self.race.trials[0], self.race.trials[place]
        differences = paired(throughputs(base), throughputs(trial))
        free = all_free(base, trial)
        return interval(differences, self.confidence, is_certain=free)

    def word(self, place: int) -> Word:
        """Return whether a candidate hits the constraint."""
        base, trial = self.race.trials[0], self.race.trials[place]
        horizon = trial.candidate.work.network.scenario.run.horizon
        finest = 1 / horizon if all_free(base, trial) else 0.0
        return judged(self.difference(place), self.margin, finest)

    def best(self) -> Best:
        """Return the best candidate, and how sure that is."""
        race = self.race
        winner = race.trials[race.best]
        others = []
        for place, trial in enumerate(race.trials):
            if place == race.best:
                continue
            behind = paired(race.gains[place], race.gains[race.best])
            free = all_free(winner, trial)
            if not interval(behind, self.confidence, is_certain=free).low > 0:
                others.append(trial.candidate.tools)
        return Best(
            tools=winner.candidate.tools,
            by=self.by,
            confidence=self._promised if race.decided else None,
            indifference=race.indifference,
            unseparated=tuple(others),
        )


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
    The candidates with their runs: enough to tell the best, and who hits.

    Raises
    ------
    TocError
        If there is no such tool, or nothing to compare.
    """
    by = criterion(scenario, question.by)
    sets, beyond = _sets(scenario, question)
    scenario = for_many(scenario, 1 + len(sets))
    settled = warmup(network(scenario))
    candidates = [candidate(scenario, each, settled) for each in ((), *sets)]
    kept = contenders(laboratory, candidates, by) if question.sets else candidates
    until = Until(question.margin, question.most, question.precision, question.runs)
    race = raced(laboratory, kept, by, until)
    for trial in race.trials:
        at_all(trial.results, trial.candidate.name)
    pruned = len(candidates) - len(kept)
    return Contest(scenario, question, by, race, beyond, pruned)


def all_free(*trials: Trial) -> bool:
    """Return whether nothing is left to chance in any of them."""
    return all(trial.candidate.is_free_of_chance for trial in trials)


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
