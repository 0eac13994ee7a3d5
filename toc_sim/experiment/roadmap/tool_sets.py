"""What every set of tools would bring in the long run: simulated when it matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import for_many
from toc_sim.experiment.compare.bounds import (
    Slack,
    cash_ceiling,
    slack,
    throughput_ceiling,
)
from toc_sim.experiment.compare.comparison import candidate
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.scenario.model import Scenario

ToolSet = frozenset[str]


class ToolSetRuns(VariantRuns):
    """A set of tools, simulated, and what it brings in the long run."""

    @cached_property
    def throughput(self) -> float:
        """The mean throughput [items/period]."""
        return float(self.throughputs.mean())

    @cached_property
    def cash_per_period(self) -> float:
        """T - OE without the tools' own costs [money/period]; 0 without `economics`."""
        money = self.money
        if money is None:
            return 0.0
        return money.throughput.mean - money.operating_expense.mean


@dataclass
class ToolSets:
    """Every set of a scenario's tools, each working fully from the beginning.

    Attributes
    ----------
    scenario
        As it stands.
    laboratory
        Where to simulate.
    """

    scenario: Scenario
    laboratory: Laboratory
    _candidates: dict[ToolSet, VariantModel] = field(default_factory=dict)
    _trials: dict[ToolSet, ToolSetRuns] = field(default_factory=dict)
    _verdicts: dict[ToolSet, Verdict] = field(default_factory=dict)
    _ceilings: dict[ToolSet, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tools = len(self.scenario.tools)
        ways = 1 + tools * (tools + 1) // 2  # each tool, and each after another
        self.scenario = for_many(self.scenario, ways)

    @cached_property
    def warmup(self) -> float:
        """The time before measuring begins, the same for all [periods]."""
        return self.laboratory.warmup(self.scenario)

    def candidate(self, tools: Iterable[str]) -> VariantModel:
        """Return a set as something to simulate."""
        key = frozenset(tools)
        if key not in self._candidates:
            self._candidates[key] = candidate(
                self.scenario, sorted(key), self.warmup, at_once=True
            )
        return self._candidates[key]

    def simulate(self, sets: Iterable[Iterable[str]]) -> None:
        """Simulate those sets that have not been, all at a time."""
        wanted = dict.fromkeys(frozenset(each) for each in sets)
        missing = [key for key in wanted if key not in self._trials]
        count = self.scenario.run.replications
        candidates = [self.candidate(key) for key in missing]
        trials = self.laboratory.runs(candidates, [count] * len(missing))
        for key, own in zip(missing, trials, strict=True):
            self._trials[key] = ToolSetRuns(own.model, own.results)

    @property
    def trials(self) -> tuple[VariantRuns, ...]:
        """All that has been simulated: by size, then in the order of the file."""
        place = {name: number for number, name in enumerate(self.scenario.tools)}

        def order(trial: VariantRuns) -> tuple[int, list[int]]:
            tools = trial.model.tools
            return len(tools), [place[name] for name in tools]

        return tuple(sorted(self._trials.values(), key=order))

    def is_simulated(self, tools: Iterable[str]) -> bool:
        """Return whether a set has been simulated."""
        return frozenset(tools) in self._trials

    def trial(self, tools: Iterable[str]) -> ToolSetRuns:
        """Return a set with its runs."""
        key = frozenset(tools)
        self.simulate([key])
        return self._trials[key]

    def verdict(self, tools: Iterable[str]) -> Verdict:
        """Return the constraint of a set; refuse one that sells nothing at all."""
        key = frozenset(tools)
        if key not in self._verdicts:
            own = self.trial(key)
            own.refuse_nothing_bought(own.name)
            self._verdicts[key] = self.laboratory.verdict(own.runs())
        return self._verdicts[key]

    def throughput(self, tools: Iterable[str]) -> float:
        """Return the mean throughput of a set [items/period], simulated."""
        return self.trial(tools).throughput

    def cash(self, tools: Iterable[str]) -> float:
        """Return T - OE of a set without its tools' own costs [money/period]."""
        return self.trial(tools).cash_per_period

    def throughput_ceiling(self, tools: Iterable[str]) -> float:
        """Return what the throughput of a set cannot exceed [items/period]."""
        key = frozenset(tools)
        if key not in self._ceilings:
            self._ceilings[key] = throughput_ceiling(self.candidate(key), self._slack)
        return self._ceilings[key]

    def cash_ceiling(self, tools: Iterable[str]) -> float:
        """Return what T - OE of a set cannot exceed [money/period]."""
        net = self.candidate(tools).network
        return cash_ceiling(net, self.throughput_ceiling(tools))

    @cached_property
    def _slack(self) -> Slack:
        return slack(self.trial(()))
