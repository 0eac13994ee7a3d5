"""Event logs of simulated pipelines: what a company's own records would tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import nan
from typing import Any

import numpy as np

from toc_sim import load, simulate
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, NOT_TOLD, Visits

DAYS_IN_PERIOD = 7.0
"""A period of the simulated pipeline is a week [days]."""

BEGIN = datetime(2024, 1, 1)  # noqa: DTZ001 - the wall clock where the records were kept


@dataclass(slots=True)
class _Case:
    """What one item went through: at each stage when it came, began and had done."""

    visits: list[list[Any]] = field(default_factory=list)
    closed: float = nan
    outcome: int = CASE_OPEN


class EventLog:
    """Takes what a traced run tells, and makes visits of it.

    Parameters
    ----------
    kinds
        Of each node its kind.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self._cases: dict[int, _Case] = {}

    def __call__(self, happened: TraceEvent) -> None:
        """Take one event."""
        time, event, node, item = happened
        if item < 0:
            return
        case = self._cases.setdefault(item, _Case())
        if event == "buy":
            case.closed, case.outcome = time, CASE_WON
        elif event == "lose":
            case.closed, case.outcome = time, CASE_LOST
        elif self._kinds.get(node) in ("team", "machine"):
            if event == "arrive":
                case.visits.append([node, time, nan, nan])
            elif event == "start":
                case.visits[-1][2] = time
            elif event == "finish":
                case.visits[-1][3] = time

    def visits(self, end: float, price: float | None = None) -> Visits:
        """Return the visits of all cases that came before the end of the run.

        Parameters
        ----------
        end
            Of the run [periods].
        price
            What a case that is won is worth; None: no money is told.
        """
        cases = [case for _, case in sorted(self._cases.items()) if case.visits]
        stages = tuple(n for n, kind in self._kinds.items() if kind in _WORK)
        rows = [(at, *row) for at, each in enumerate(cases) for row in each.visits]
        times = np.array([row[2:] for row in rows], float).reshape(-1, 3)
        days = times * DAYS_IN_PERIOD
        count = len(cases)
        won = np.array([case.outcome == CASE_WON for case in cases], bool)
        nobody = np.full(count, NOT_TOLD, np.int32)
        amount = np.where(won & (price is not None), price or 0.0, nan)
        return Visits(
            case=np.array([row[0] for row in rows], np.int32),
            stage=np.array([stages.index(row[1]) for row in rows], np.int32),
            arrived=days[:, 0],
            started=days[:, 1],
            finished=days[:, 2],
            resource=np.full(len(rows), NOT_TOLD, np.int32),
            stages=stages,
            resources=(),
            created=np.array([c.visits[0][1] for c in cases]) * DAYS_IN_PERIOD,
            closed=np.array([c.closed for c in cases]) * DAYS_IN_PERIOD,
            outcome=np.array([c.outcome for c in cases], np.int8),
            amount=amount,
            owner=nobody,
            product=nobody,
            owners=(),
            products=(),
            names=(),
            begin=BEGIN,
            span=end * DAYS_IN_PERIOD,
            shape="event log",
            tells_starts=True,
            tells_requests=True,
            tells_losses=True,
            tells_history=True,
            has_time=True,
            marks=np.zeros(len(stages), bool),
        )


_WORK = ("team", "machine")


def visits_of(content: Mapping[str, Any], *, price: float | None = None) -> Visits:
    """Simulate a scenario once, from empty, and return what its log would tell.

    Parameters
    ----------
    content
        The scenario, with a `run` that says its horizon and seed.
    price
        What a case that is won is worth; None: no money is told.
    """
    run = {**content["run"], "replications": 1, "warmup": 0, "engine": "simpy"}
    scenario = load({**content, "run": run})
    log = EventLog({name: node.kind for name, node in scenario.stages.items()})
    simulate(scenario, trace=log)
    return log.visits(scenario.run.horizon, price)


def without_starts(visits: Visits) -> Visits:
    """Return what the log would tell if nobody noted when work began or was asked for.

    Parameters
    ----------
    visits
        Of a log that tells it.
    """
    arrived = visits.arrived.copy()
    same = visits.case[1:] == visits.case[:-1]
    arrived[1:][same] = visits.finished[:-1][same]
    return replace(
        visits,
        arrived=arrived,
        started=np.full_like(visits.started, nan),
        tells_starts=False,
        tells_requests=False,
    )


def as_stage_history(visits: Visits) -> Visits:
    """Return the log as a board would keep it: when a case came to each stage, no more.

    Parameters
    ----------
    visits
        Of a log that tells when work ended.
    """
    finished = visits.finished.copy()
    same = visits.case[1:] == visits.case[:-1]
    finished[:-1][same] = visits.arrived[1:][same]
    return replace(
        visits,
        finished=finished,
        started=np.full_like(visits.started, nan),
        shape="stage history",
        tells_starts=False,
        tells_requests=False,
    )
