"""Runs from today on: what is closed by when, and whether it is open today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.reference.floor import Trace
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Progress, run, services
from toc_sim.network import Network, network
from toc_sim.outlook.amounts import ClosingAmounts, amounts_of
from toc_sim.outlook.standing import Standings, standings
from toc_sim.outlook.todays_items import Opening, OpenItem, opening
from toc_sim.outlook.uncertain_numbers import drawn_for
from toc_sim.scenario.model import Scenario

TO_COME = -1
"""The number of a closing that is no item of today."""

LONG_RUN = 4_000
"""Services of one run from which the compiled engine is the quicker one."""


_UNASKED: dict[str, Any] = {"state": {}, "tools": {}, "variants": {}, "expect": None}
"""Sections of a scenario that a forecast does not ask about."""


@dataclass(frozen=True, slots=True)
class Future:
    """What is closed in one run.

    Attributes
    ----------
    times
        When, rising [periods]; shape (closings,).
    items
        Which open item it is, by number; `TO_COME`: it came later. Shape (closings,).
    money
        What it is worth [money]; nan: not known. Shape (closings,).
    """

    times: NDArray[np.float64]
    items: NDArray[np.intp]
    money: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FutureStart:
    """How one future begins.

    Attributes
    ----------
    network
        The pipeline with what is open in it, its uncertain numbers drawn.
    opening
        Where what is open is.
    """

    network: Network
    opening: Opening


@dataclass(frozen=True)
class Today:
    """Where all futures begin.

    Attributes
    ----------
    scenario
        The pipeline, asked for runs up to the date; without what is open in it.
    items
        What is open.
    standings
        Where each of them may be.
    until
        The date, from today [periods].
    seed
        Which chance the futures meet.
    amounts
        What closings are worth.
    """

    scenario: Scenario
    items: tuple[OpenItem, ...]
    standings: Standings
    until: float
    seed: int
    amounts: ClosingAmounts

    def start(self, number: int) -> FutureStart:
        """Return how one future begins.

        Parameters
        ----------
        number
            Of the future, from 0.
        """
        if self.standings.are_certain:
            if not self.scenario.uncertain:
                return self._certain
            return self._drawn(self._holding, self._certain.opening, number)
        places = self.standings.drawn(self.seed, number)
        opened = opening(self._empty, self.items, places)
        return self._drawn(self._with(opened), opened, number)

    def _drawn(self, holding: Scenario, opened: Opening, number: int) -> FutureStart:
        return FutureStart(network(drawn_for(holding, self.seed, number)), opened)

    @cached_property
    def _empty(self) -> Network:
        """The pipeline with nothing open in it."""
        return network(self.scenario)

    @cached_property
    def _certain(self) -> FutureStart:
        """How all futures begin, if that is certain, but for uncertain numbers."""
        places = self.standings.drawn(self.seed, 0)
        opened = opening(self._empty, self.items, places)
        return FutureStart(network(self._with(opened)), opened)

    @cached_property
    def _holding(self) -> Scenario:
        """The scenario with what is open in it, if it is certain where that is."""
        return self._with(self._certain.opening)

    def _with(self, opened: Opening) -> Scenario:
        """Return the scenario with what is open in it; what cannot be is told."""
        checked = {"run.seed": self.seed}
        return self.scenario.changed(checked, state=opened.section)

    def result(
        self, net: Network, number: int, trace: Trace | None = None
    ) -> RunResult:
        """Return one future of a pipeline.

        Parameters
        ----------
        net
            The pipeline of that future, as it is or lifted.
        number
            Of the future: two pipelines of the same number meet the same chance.
        trace
            Told everything that happens.
        """
        if trace is not None:
            net = net.asked(engine="simpy")  # the other keeps none
        return run(
            net,
            seed=self.seed,
            replication=number,
            horizon=self.until,
            warmup=0.0,
            trace=trace,
            waits=False,
        )

    def future(
        self, start: FutureStart, number: int, net: Network | None = None
    ) -> Future:
        """Return what is closed in one future.

        Parameters
        ----------
        start
            How it begins.
        number
            As of `result`.
        net
            The pipeline of the future with something changed; None: as it is.
        """
        ran = start.network if net is None else net
        result = self.result(ran, number)
        items = np.full(len(result.departures), TO_COME, dtype=np.intp)
        if len(result.opened):
            order = np.array((*start.opening.order, TO_COME), dtype=np.intp)
            items = order[result.opened]  # -1 is the last: it came later
        money = self.amounts.of_closings(ran, result, items)
        return Future(result.departures, items, money)


def today(
    scenario: Scenario,
    items: Sequence[OpenItem],
    *,
    until: float,
    seed: int | None = None,
) -> Today:
    """Return where the futures of a pipeline begin.

    Parameters
    ----------
    scenario
        The pipeline.
    items
        What is open in it.
    until
        Up to when it is simulated [periods].
    seed
        Which chance they meet; None: that of the scenario.
    """
    chosen = scenario.run.seed if seed is None else seed
    every = tuple(items)
    values = {"run.horizon": until, "run.warmup": 0.0, "run.seed": chosen}
    asked = scenario.changed(values, **_UNASKED)
    net = network(asked)
    if scenario.run.engine == "auto":
        engine = "compiled" if services(net) > LONG_RUN else "simpy"
        asked = asked.changed({"run.engine": engine})
    return Today(
        asked,
        every,
        standings(net, every),
        until,
        chosen,
        amounts_of(scenario, every),
    )


def futures(
    start: Today, runs: range, progress: Progress | None = None
) -> Iterator[Future]:
    """Yield what is closed in some runs from today on.

    Parameters
    ----------
    start
        Where they begin.
    runs
        Their numbers.
    progress
        Called after each.
    """
    for done, number in enumerate(runs, start=1):
        yield start.future(start.start(number), number)
        if progress is not None:
            progress(done, len(runs))
