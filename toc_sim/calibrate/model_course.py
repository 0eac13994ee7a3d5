"""The cases of a model in a stretch of time, told as records tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from toc_sim.accounting.prices import paid
from toc_sim.calibrate.case_course import CaseCourse
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import run
from toc_sim.network import Network
from toc_sim.network.build import network
from toc_sim.scenario.load import load

FEWEST, MOST_SERVICES = 4, 400_000
"""Runs at least, and services over all of them beyond which no more are made."""


@dataclass(frozen=True, slots=True)
class ModelCourses:
    """What a model did in a stretch of time, run by run.

    Attributes
    ----------
    net
        What was simulated.
    courses
        One for each run.
    revenues
        What each run won [money/day]; nan where the model tells no price.
    """

    net: Network
    courses: tuple[CaseCourse, ...]
    revenues: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time of a model.

    Attributes
    ----------
    before
        For how long it runs before, from when it is empty [days].
    length
        How long it is looked at [days].
    period
        How long its period is [days].
    """

    before: float
    length: float
    period: float


def model_courses(
    content: Mapping[str, Any], stretch: Stretch, *, replications: int, seed: int
) -> ModelCourses:
    """Return the cases of a model's runs.

    Parameters
    ----------
    content
        The scenario as plain data.
    stretch
        For how long it is run.
    replications
        How many runs; fewer, but `FEWEST`, where they pass `MOST_SERVICES` services.
    seed
        Of their chance.

    Raises
    ------
    ScenarioError
        If the content is no scenario.
    """
    net = _network(content, stretch, replications, seed)
    settings = net.scenario.run
    has_price = net.scenario.economics is not None
    count = 1 if net.is_deterministic else replications
    courses, revenues, services = [], [], 0
    for number in range(count):
        if number >= FEWEST and services * (number + 1) / number > MOST_SERVICES:
            break
        told = _Told(stretch)
        result = run(
            net,
            seed=seed,
            replication=number,
            horizon=settings.horizon,
            warmup=stretch.before / stretch.period,
            trace=told.hear,
        )
        services += result.events
        courses.append(told.course())
        money = float(paid(net, [result])[0]) / stretch.period if has_price else nan
        revenues.append(money)
    return ModelCourses(net, tuple(courses), tuple(revenues))


def _network(
    content: Mapping[str, Any], stretch: Stretch, replications: int, seed: int
) -> Network:
    """Return what is to be run, for so long."""
    scenario = load(content)
    settings = scenario.run.changed(
        horizon=stretch.length / stretch.period,
        warmup=stretch.before / stretch.period,
        replications=replications,
        seed=seed,
        engine="auto",
    )
    return network(scenario.changed(run=settings))


class _Told:
    """What a run tells of its items, kept by item and by stay.

    Parameters
    ----------
    stretch
        Of the run.
    """

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._begun: dict[int, float] = {}
        self._over: dict[int, tuple[float, bool]] = {}
        self._here: dict[int, tuple[str, float]] = {}
        self._stays: dict[str, list[tuple[float, float]]] = {}

    def hear(self, happened: TraceEvent) -> None:
        """Keep one thing that happened."""
        time, event, node, item = happened
        if event == "enter":
            self._begun[item] = time
        elif event == "arrive":
            self._leave(item, time)
            self._here[item] = node, time
        elif event == "depart":
            self._leave(item, time)
        elif event in ("buy", "lose", "merge"):
            self._leave(item, time)
            self._over[item] = time, event == "buy"

    def _leave(self, item: int, time: float) -> None:
        """End the stay of an item at a node, where it is at one."""
        node, since = self._here.pop(item, ("", 0.0))
        if node:
            self._stays.setdefault(node, []).append((since, time))

    def course(self) -> CaseCourse:
        """Return all that was told."""
        period = self._stretch.period
        for node, since in self._here.values():
            self._stays.setdefault(node, []).append((since, nan))
        ends = [self._over.get(item, (nan, False)) for item in self._begun]
        over = np.array([time for time, _ in ends]) * period
        won = np.array([is_won for _, is_won in ends], dtype=bool)
        return CaseCourse(
            length=self._stretch.length,
            begun=np.array(list(self._begun.values())) * period,
            over=over,
            won=won,
            lost=np.isfinite(over) & ~won,
            amount=np.full(len(over), nan),
            stays={
                node: (
                    np.array([since for since, _ in stays]) * period,
                    np.array([left for _, left in stays]) * period,
                )
                for node, stays in self._stays.items()
            },
        )
