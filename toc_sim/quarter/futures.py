"""Runs from today on: what is closed by when, and whether it is open today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.reference.floor import Trace
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Progress, run, services
from toc_sim.network import Network, network
from toc_sim.quarter.amounts import Amounts, amounts_of
from toc_sim.quarter.todays_items import Opening, OpenItem, opening
from toc_sim.quarter.uncertain_numbers import drawn_for
from toc_sim.scenario.model import Scenario

NEW = -1
"""The number of a closing that is no item of today."""

LONG_RUN = 20_000
"""Services of one run from which the compiled engine is the quicker one."""


@dataclass(frozen=True, slots=True)
class Future:
    """What is closed in one run.

    Attributes
    ----------
    times
        When, rising [periods]; shape (closings,).
    items
        Which open item it is, by number; `NEW`: it came later. Shape (closings,).
    money
        What it is worth [money]; nan: not known. Shape (closings,).
    """

    times: NDArray[np.float64]
    items: NDArray[np.intp]
    money: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Today:
    """Where all futures begin.

    Attributes
    ----------
    scenario
        The pipeline with what is open in it, asked for runs up to the date.
    items
        What is open.
    opening
        How the scenario says that.
    until
        The date, from today [periods].
    seed
        Which chance the futures meet.
    amounts
        What closings are worth.
    """

    scenario: Scenario
    items: tuple[OpenItem, ...]
    opening: Opening
    until: float
    seed: int
    amounts: Amounts

    def network(self, number: int) -> Network:
        """Return the pipeline of one future, its uncertain numbers drawn.

        Parameters
        ----------
        number
            Of the future, from 0.
        """
        return network(drawn_for(self.scenario, self.seed, number))

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

    def future(self, net: Network, number: int) -> Future:
        """Return what is closed in one future of a pipeline.

        Parameters
        ----------
        net, number
            As of `result`.
        """
        result = self.result(net, number)
        order = np.array((*self.opening.order, NEW), dtype=np.intp)
        items = order[np.asarray(result.opened, dtype=np.intp)]  # -1 is the last: new
        money = self.amounts.of_closings(net, result, items)
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

    Raises
    ------
    ScenarioError
        If the scenario cannot hold what is open.
    """
    chosen = scenario.run.seed if seed is None else seed
    every = tuple(items)
    opened = opening(network(scenario), every)
    values = {"run.horizon": until, "run.warmup": 0.0, "run.seed": chosen}
    start = scenario.changed(values, state=opened.section)
    engine = "compiled" if services(network(start)) > LONG_RUN else "simpy"
    if scenario.run.engine == "auto":
        start = start.changed({"run.engine": engine})
    return Today(start, every, opened, until, chosen, amounts_of(scenario, every))


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
        yield start.future(start.network(number), number)
        if progress is not None:
            progress(done, len(runs))
