"""A variant and its replications: what it sells and earns, on the same chance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

import numpy as np

from toc_sim.accounting.cash_flow import CashFlow, Outlay, cash_flow
from toc_sim.accounting.prices import paid, products_of, purchases_of
from toc_sim.accounting.statement import Statement, statement
from toc_sim.constraint.control_variates import FACTOR_REPLICATIONS, finest, luck_of
from toc_sim.constraint.intervals import ByReplication, Interval, interval, regressed
from toc_sim.constraint.path_trust import why_not_the_path
from toc_sim.engine.result import ENGINE_VERSION, RunResult
from toc_sim.engine.simulate import Runs, engine_for
from toc_sim.errors import SimulationError
from toc_sim.network import NetNode, Network, network
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.model import Scenario
from toc_sim.theory import Capacity, capacity, static_shares


@dataclass(frozen=True, eq=False)
class VariantModel:
    """What all replications of a variant have in common.

    Attributes
    ----------
    network
        What is simulated; horizon and seed are its scenario's.
    warmup
        The time before measuring begins [periods], the same for all variants.
    name
        What it is called in tables and files.
    inputs
        What was varied, by name.
    tools, outlay
        The tools that it has, in the order of the file, and what they cost.
    timeline
        Whether its runs keep the active periods of every server.
    always
        Who has something of what is bought at time 0 in the warm-up already, since it
        cannot change within a run (`purchase`).
    """

    network: Network
    warmup: float
    name: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    outlay: Outlay = field(default_factory=Outlay)
    always: tuple[str, ...] = ()
    timeline: bool = False

    @classmethod
    def of(cls, scenario: Scenario, warmup: float, **what: Any) -> Self:
        """Return the model of a scenario; what else is known of it, by attribute."""
        return cls(network(scenario), warmup, **what)

    @cached_property
    def digest(self) -> str:
        """The content that decides every figure of a run, as a hash.

        Titles, money and tools are not in it: another price meets the same runs.
        """
        settings = self.network.scenario.run
        content = {
            "engine": [engine_for(self.network), ENGINE_VERSION],
            "nodes": [_content(node) for node in self.network.nodes],
            "resources": [asdict(pool) for pool in self.network.resources],
            "release": asdict(self.network.release),
            "seed": settings.seed,
            "horizon": settings.horizon,
            "warmup": self.warmup,
            **({"timeline": True} if self.timeline else {}),
        }
        text = json.dumps(content, default=_plain, sort_keys=True)
        return sha256(text.encode()).hexdigest()

    @cached_property
    def static(self) -> Capacity:
        """What it could do at best, by averages alone."""
        return capacity(self.network)

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The constraint share of each owner by averages alone [1]."""
        return static_shares(self.network)

    def key(self, replication: int) -> str:
        """Return under which one of its replications is stored."""
        return f"{self.digest}-{replication}"

    @property
    def most(self) -> int | None:
        """The most replications that tell anything: 1 without chance, else any."""
        return 1 if self.network.is_deterministic else None


@dataclass(frozen=True, eq=False)
class VariantRuns:
    """A variant, simulated.

    Attributes
    ----------
    model
        What was simulated, and what it is called.
    results
        Its replications; one alone without chance. They may be read from a file each
        time that they are looked at.
    """

    model: VariantModel
    results: Sequence[RunResult]

    @property
    def name(self) -> str:
        """What it is called in tables and files."""
        return self.model.name

    @property
    def network(self) -> Network:
        """What was simulated."""
        return self.model.network

    @property
    def is_certain(self) -> bool:
        """Whether nothing was left to chance, so that one replication says all."""
        return self.network.is_deterministic

    def runs(self) -> Runs:
        """Return all replications at once, their network knowing how many there are."""
        net, count = self.network, len(self.results)
        if count > net.scenario.run.replications:
            net = net.asked(replications=count)
        return Runs(net, self.model.warmup, tuple(self.results))

    @cached_property
    def throughputs(self) -> ByReplication:
        """What was bought over the horizon [items/period]."""
        return np.array([result.throughput for result in self.results])

    @cached_property
    def luck(self) -> ByReplication:
        """What chance added to the throughput, of mean 0 [items/period]."""
        runs, model = self.runs(), self.model
        if not why_not_the_path(runs, lambda: model.static):
            return luck_of(runs, by_path=True)
        return luck_of(runs, by_path=False, shares=model.shares)

    @cached_property
    def revenue(self) -> ByReplication:
        """Price times items bought [money/period]; 0 where there is no price."""
        if self.network.scenario.economics is None:
            return np.zeros(len(self.results))
        return paid(self.network, self.results)

    @cached_property
    def profit(self) -> ByReplication:
        """T - OE [money/period]; 0 where nothing is said of money."""
        flow = self.flow()
        if flow is None:
            return np.zeros(len(self.results))
        horizon = float(flow.ends[-1])
        expense = float(flow.operating_expense.sum()) / horizon
        earned = flow.throughput.sum(axis=1) / horizon
        return np.asarray(earned - expense)

    @cached_property
    def money(self) -> Statement | None:
        """What it earns, its tools' own costs left out; None without `economics`."""
        return statement(self.network, self.results)

    @cached_property
    def cash(self) -> CashFlow | None:
        """Its money over time, worked out once and kept: ask it of doing nothing."""
        return self.flow()

    def flow(self) -> CashFlow | None:
        """Return its money over time; None without `economics`.

        It is large, so that of many variants none is kept.
        """
        return cash_flow(self.network, self.results)

    def earned(self, result: RunResult) -> dict[str, float]:
        """Return what one of its replications earned, by figure [money/period]."""
        money = statement(self.network, [result])
        if money is None:
            return {}
        return {
            "revenue": money.revenue.mean,
            "variable_cost": money.variable_cost.mean,
            "money_throughput": money.throughput.mean,
            "operating_expense": money.operating_expense.mean,
            "net_profit": money.net_profit.mean,
        }

    def refuse_nothing_bought(self, name: str) -> None:
        """Refuse it if nothing was bought at all: there is nothing to say.

        Raises
        ------
        SimulationError
            With a name for it.
        """
        if not any(result.bought for result in self.results):
            raise SimulationError(f"{name}: nothing was bought within the horizon")


def is_same_but_for_one(one: VariantRuns, other: VariantRuns) -> bool:
    """Return whether two runs without chance count the same, as far as a window tells.

    Of each product one item more or less may have come just before the window ends.

    Parameters
    ----------
    one, other
        Runs of one scenario's variants, over the same window.
    """
    if not all_certain((one, other)):
        return False
    (first,), (second,) = one.results, other.results
    return all(
        abs(
            len(purchases_of(one.network, first, product))
            - len(purchases_of(other.network, second, product))
        )
        <= 1
        for product in products_of(one.network)
    )


def all_certain(trials: Iterable[VariantRuns]) -> bool:
    """Return whether nothing is left to chance in any of them."""
    return all(trial.is_certain for trial in trials)


def difference(
    before: VariantRuns,
    after: VariantRuns,
    values: tuple[ByReplication, ByReplication] | None = None,
    *,
    confidence: float | None = None,
    scale: float = 1.0,
    as_counted: bool = False,
) -> Interval:
    """Return the interval of what a change brings, paired by replication.

    Common random numbers leave what chance does to one and not to the other: as far as
    it follows from how lucky both were, that is taken off by regression.

    Parameters
    ----------
    before, after
        Which are compared.
    values
        What of them, by replication; None: the throughputs [items/period].
    confidence
        The chance that it covers the true mean [1]; None: as the file says.
    scale
        The difference is divided by it.
    as_counted
        Whether the luck of the draw stays in it.
    """
    old, new = values or (before.throughputs, after.throughputs)
    changes = paired(old, new) / scale
    sure = confidence or before.network.scenario.run.confidence
    certain = before.is_certain and after.is_certain
    plain = interval(changes, sure, is_certain=certain)
    if as_counted or len(changes) < FACTOR_REPLICATIONS or not plain.half_width > 0:
        return plain
    lucky = paired(before.luck, after.luck)
    if len(lucky) != len(changes):
        return plain
    found = regressed(changes, lucky, sure)
    least = 0.0 if values else finest(after.runs()) / scale
    return found.at_least(min(plain.half_width, least))


def paired(before: ByReplication, after: ByReplication) -> ByReplication:
    """Return after - before, replication by replication.

    One that is free of chance has a single run, which stands against all of the other.

    Parameters
    ----------
    before, after
        One value for each replication, shape (replications,), in the same unit.

    Returns
    -------
    As many as both have; where one has a single run, as many as the other has.
    """
    if len(before) == 1 or len(after) == 1:
        return after - before
    both = min(len(before), len(after))
    return after[:both] - before[:both]


_LATER = {"draw": {"shape": "constant", "cv": 0.0, "samples": ()}, "stream": ""}
"""What ways came to say later, as it is where nothing is said: results that are stored
keep their keys."""


def _content(node: NetNode) -> dict[str, Any]:
    """Return what decides what a node does; what is not said is left out."""
    content = asdict(node)
    for entry in (content, *content["links"]):
        if entry["opened"] is None:
            del entry["opened"]
    for link in content["links"]:
        for key, unsaid in _LATER.items():
            if link[key] == unsaid:
                del link[key]
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, Profile):
        return value.profile if value.every is None else value.model_dump()
    dumped = getattr(value, "model_dump", None)
    if dumped is None:
        raise TypeError(type(value))
    return dumped()
