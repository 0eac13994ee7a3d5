"""A question that was asked, recorded with its answer's runs under one name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from toc_sim.accounting.statement import statement
from toc_sim.engine.result import RunResult
from toc_sim.experiment.compare.candidates import Trial
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.task import Task, Work
from toc_sim.experiment.store.store import Member
from toc_sim.scenario.file.dump import dump
from toc_sim.scenario.model import Scenario

LETTERS = 12
"""Of a run's name: enough that no two questions share it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One variant of a study.

    Attributes
    ----------
    name
        What it is called.
    inputs
        What was varied, by name.
    work
        What was simulated.
    results
        Its replications.
    """

    name: str
    inputs: Mapping[str, Any]
    work: Work
    results: Sequence[RunResult]


@dataclass(frozen=True)
class Study:
    """A question, and the laboratory that answers it.

    Attributes
    ----------
    laboratory
        Where it is answered.
    command
        What is asked, as on a command line, without where and how fast.
    scenario
        What it is asked of.
    """

    laboratory: Laboratory
    command: str
    scenario: Scenario

    @cached_property
    def id(self) -> str:
        """The name of the run: the same question has the same, whoever asks it."""
        text = f"{self.command}\n{dump(self.scenario)}"
        return sha256(text.encode()).hexdigest()[:LETTERS]

    def begin(self) -> None:
        """Record that it was asked, if there is a store."""
        if self.laboratory.store is not None:
            self.laboratory.store.begin(self.id, self.command, self.scenario)

    def finish(self, rows: Iterable[Row]) -> str | None:
        """Record what it consists of; return its name, or None without a store."""
        store = self.laboratory.store
        if store is None:
            return None
        store.finish(self.id, _members(rows))
        return self.id


def _members(rows: Iterable[Row]) -> Iterator[tuple[str, Member]]:
    """Yield every replication of every variant, with the key of its result."""
    for variant, row in enumerate(rows):
        for number, result in enumerate(row.results):
            earned = _earned(row.work, result)
            member = Member(variant, row.name, row.inputs, number, earned)
            yield Task(row.work, number).key, member


def rows_of(trials: Iterable[Trial]) -> tuple[Row, ...]:
    """Return sets of tools as rows of a study."""
    return tuple(
        Row(
            name=trial.candidate.name,
            inputs={"tools": " + ".join(trial.candidate.tools)},
            work=trial.candidate.work,
            results=trial.results,
        )
        for trial in trials
    )


def _earned(work: Work, result: RunResult) -> dict[str, float]:
    money = statement(work.network, [result])
    if money is None:
        return {}
    return {
        "revenue": money.revenue.mean,
        "variable_cost": money.variable_cost.mean,
        "money_throughput": money.throughput.mean,
        "operating_expense": money.operating_expense.mean,
        "net_profit": money.net_profit.mean,
    }
