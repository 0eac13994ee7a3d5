"""What every set of tools would bring, settled or bought: simulated when it matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

from toc_sim.constraint.path_ceiling import (
    PathCeilings,
    RateChange,
    path_ceilings,
    rate_change,
)
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Engine, engine_for, for_many
from toc_sim.experiment.compare.bounds import (
    Slack,
    cash_ceiling,
    slack,
    throughput_ceiling,
)
from toc_sim.experiment.compare.comparison import candidate, settled
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantModel, VariantRuns, is_same_but_for_one
from toc_sim.scenario.model import Scenario

ToolSet = frozenset[str]

MANY_SETS: dict[Engine, int] = {"simpy": 16, "compiled": 64}
"""Sets from which on it pays to keep the paths of doing nothing: that takes SimPy as
long as three sets, and the compiled engine simulates some thirty sets meanwhile."""

SETS_BEFORE_PROOF = 16
"""Sets that are simulated before it is looked at what the path refutes."""


class ToolSetRuns(VariantRuns):
    """A set of tools, simulated, and what it brings."""

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
    """Every set of a scenario's tools, each working fully: for long, or from time 0.

    Whether a set hits, and what throughput it settles at, is told of the first; what it
    earns of the second, with a warm-up that is the business as it stands.

    Attributes
    ----------
    scenario
        As it stands.
    laboratory
        Where to simulate.
    proves
        Whether the critical path may refute sets, too.
    """

    scenario: Scenario
    laboratory: Laboratory
    proves: bool = True
    _candidates: dict[ToolSet, VariantModel] = field(default_factory=dict)
    _trials: dict[ToolSet, ToolSetRuns] = field(default_factory=dict)
    _bought: dict[ToolSet, ToolSetRuns] = field(default_factory=dict)
    _verdicts: dict[ToolSet, Verdict] = field(default_factory=dict)
    _ceilings: dict[ToolSet, float] = field(default_factory=dict)
    _changes: dict[ToolSet, RateChange] = field(default_factory=dict)
    _paths: PathCeilings | None = None
    _kept: bool = False
    _bought_ceilings: dict[tuple[ToolSet, bool], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tools = len(self.scenario.tools)
        ways = 1 + tools * (tools + 1) // 2  # each tool, and each after another
        self.scenario = for_many(self.scenario, ways)

    @cached_property
    def warmup(self) -> float:
        """The time before measuring begins, the same for all [periods]."""
        return self.laboratory.warmup(self.scenario)

    def candidate(self, tools: Iterable[str]) -> VariantModel:
        """Return a set as it settles, as something to simulate."""
        key = frozenset(tools)
        if key not in self._candidates:
            self._candidates[key] = settled(self.scenario, sorted(key), self.warmup)
        return self._candidates[key]

    def simulate(self, sets: Iterable[Iterable[str]]) -> None:
        """Simulate those sets that have not been, all at a time."""
        wanted = dict.fromkeys(frozenset(each) for each in sets)
        missing = [key for key in wanted if key not in self._trials]
        self._run(self._trials, missing, [self.candidate(key) for key in missing])

    def buy(self, sets: Iterable[Iterable[str]]) -> None:
        """Simulate those sets as bought at time 0 that have not been, all at a time."""
        wanted = dict.fromkeys(frozenset(each) for each in sets)
        missing = [key for key in wanted if key not in self._bought]
        models = [
            candidate(self.scenario, sorted(key), self.warmup, at_once=True)
            for key in missing
        ]
        self._run(self._bought, missing, models)
        for key in missing:
            if self._bought[key].is_certain:
                steady = self.trial(key)
                if is_same_but_for_one(self._bought[key], steady):
                    # An item that comes a moment earlier would count as one more.
                    self._bought[key] = steady

    def _run(
        self,
        trials: dict[ToolSet, ToolSetRuns],
        sets: Sequence[ToolSet],
        models: Sequence[VariantModel],
    ) -> None:
        """Simulate sets, as many replications of each as the file asks for."""
        counts = [self.scenario.run.replications] * len(models)
        for key, own in zip(sets, self.laboratory.runs(models, counts), strict=True):
            trials[key] = ToolSetRuns(own.model, own.results)

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

    def is_bought(self, tools: Iterable[str]) -> bool:
        """Return whether a set has been simulated as bought at time 0."""
        return frozenset(tools) in self._bought

    def bought(self, tools: Iterable[str]) -> ToolSetRuns:
        """Return a set as bought at time 0, with its runs."""
        key = frozenset(tools)
        self.buy([key])
        return self._bought[key]

    def throughput(self, tools: Iterable[str]) -> float:
        """Return the mean throughput of a set as it settles [items/period]."""
        return self.trial(tools).throughput

    def cash(self, tools: Iterable[str]) -> float:
        """Return T - OE of a set as it settles, no tool paid [money/period]."""
        return self.trial(tools).cash_per_period

    def throughput_ceiling(self, tools: Iterable[str]) -> float:
        """Return what the throughput of a set cannot exceed [items/period]."""
        key = frozenset(tools)
        if key not in self._ceilings:
            own = self.candidate(key)
            room = self._slack.over(self.candidate(()), own)
            self._ceilings[key] = throughput_ceiling(own, room)
        return self._ceilings[key]

    def keep_paths(self, sets: Collection[Iterable[str]]) -> None:
        """Keep the paths of doing nothing, where there are many sets to bound by them.

        Only sets that change rates alone are bounded, in an event graph
        (`toc_sim.constraint.path_ceiling`). It is done once.

        Parameters
        ----------
        sets
            Those that may be asked for.
        """
        base = self.candidate(()).network
        if self._kept or not self.proves or len(sets) < MANY_SETS[engine_for(base)]:
            return
        self._kept = True
        self._bought_ceilings.clear()
        for each in map(frozenset, sets):
            change = rate_change(base, self.candidate(each).network)
            if change is not None:
                self._changes[each] = change
        self._paths = path_ceilings(base, self.warmup, tuple(self._changes.values()))

    def proved_throughput(self, tools: Iterable[str], *, bought: bool = False) -> float:
        """Return what the path proves that a set cannot exceed [items/period].

        It holds for the very replications that a simulation of the set would be made
        of, without any allowance for chance.

        Parameters
        ----------
        tools
            The set.
        bought
            Whether it is bought at time 0; else as it settles.

        Returns
        -------
        Infinite where nothing is proved.
        """
        change = self._changes.get(frozenset(tools))
        if self._paths is None or change is None:
            return inf
        if not bought:
            most = self._paths.settled(change)
            return inf if most is None else most
        most = self._paths.bought(change)
        if most is None:
            return inf
        # `buy` may take the settled run instead, of one item more
        one = 1 / self.scenario.run.horizon
        return most + one if self._paths.network.is_deterministic else most

    def is_bounded_by_path(self, tools: Iterable[str]) -> bool:
        """Return whether the path bounds a set that was not bought, below averages."""
        key = frozenset(tools)
        proved = self.proved_throughput(key, bought=True)
        return not self.is_bought(key) and proved < self.throughput_ceiling(key)

    def bought_ceiling(self, tools: Iterable[str], *, cash: bool) -> float:
        """Return what a set bought at time 0 cannot exceed, by averages or the path.

        Parameters
        ----------
        tools
            The set.
        cash
            Whether T - OE is asked for [money/period]; else throughput [items/period].
        """
        key = frozenset(tools)
        if (key, cash) not in self._bought_ceilings:
            averages = self.throughput_ceiling(key)
            rate = min(averages, self.proved_throughput(key, bought=True))
            net = self.candidate(key).network
            most = cash_ceiling(net, rate) if cash else rate
            self._bought_ceilings[key, cash] = most
        return self._bought_ceilings[key, cash]

    @cached_property
    def _slack(self) -> Slack:
        return slack(self.trial(()))
