"""The cases of a model in a stretch of time, told as records tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any

import numpy as np

from toc_sim.accounting.prices import paid
from toc_sim.calibration.case_course import CaseCourse
from toc_sim.calibration.state_from_records import StartingState, begun_in_order
from toc_sim.calibration.way_parts import WayParts
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import run
from toc_sim.network import Network
from toc_sim.network.build import network
from toc_sim.scenario.load import load

_FEWEST, _MOST_SERVICES = 4, 400_000
"""Runs at least, and services over all of them beyond which no more are made."""


_HALF = 0.5
"""An item that is still away is at the node that it left, if records mostly say so."""


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
        For how long it runs before, from when it is empty [days]; 0 with a `state`.
    length
        How long it is looked at [days].
    period
        How long its period is [days].
    state
        What is open as it begins; None: nothing.
    parts
        Where records have cases that are on a way of the model.
    """

    before: float
    length: float
    period: float
    state: StartingState | None = None
    parts: WayParts = field(default_factory=dict)


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
        How many runs; fewer, but `_FEWEST`, where they pass `_MOST_SERVICES` services.
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
        if number >= _FEWEST and services * (number + 1) / number > _MOST_SERVICES:
            break
        told = _Told(stretch, net)
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
    block = {} if stretch.state is None else {"state": stretch.state.block}
    run_alone = {**content, "run": {"warmup": 0}, **block}
    scenario = load(run_alone)
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
    net
        What is run.
    """

    def __init__(self, stretch: Stretch, net: Network) -> None:
        self._stretch = stretch
        self._sources = frozenset(n.name for n in net.nodes if n.kind == "source")
        self._ends = frozenset(
            n.name for n in net.nodes if n.kind != "source" and not n.links
        )
        self._begun: dict[int, float] = {}
        self._over: dict[int, tuple[float, bool]] = {}
        self._here: dict[int, tuple[str, float]] = {}
        self._left: dict[int, tuple[str, float, float]] = {}
        self._stays: dict[str, list[tuple[float, float]]] = {}
        self._opened: list[tuple[int, str]] = []
        self._turned_away: list[float] = []

    def hear(self, happened: TraceEvent) -> None:
        """Keep one thing that happened."""
        time, event, node, item = happened
        if event == "enter":
            self._enter(item, node, time)
        elif event == "arrive":
            self._arrive(item, node, time)
        elif event == "start":
            self._here.setdefault(item, (node, time))
        elif event == "depart":
            where, since = self._here.pop(item, (node, time))
            self._left[item] = where, since, time
        elif event == "refuse":
            self._turned_away.append(time)
        elif event in ("buy", "lose", "merge"):
            self._end(item, time)
            self._over[item] = time, event == "buy"

    def _enter(self, item: int, node: str, time: float) -> None:
        self._begun[item] = time
        if node not in self._sources:
            self._opened.append((item, node))
        else:
            self._left[item] = "", time, time

    def _arrive(self, item: int, node: str, time: float) -> None:
        """Let an item come to a node, after its time on the way."""
        self._here[item] = node, self._leave(item, node, time)

    def _leave(self, item: int, node: str, time: float) -> float:
        """End what an item was at before, and say when records have it at a node."""
        before, since, left = self._left.pop(item, ("", time, time))
        target = "" if node in self._ends else node
        first, second = self._stretch.parts.get((before, target), (0.0, 0.0))
        self._stay(before, since, left + first * (time - left))
        return time - second * (time - left)

    def _end(self, item: int, time: float) -> None:
        """End what an item was at."""
        node, since = self._here.pop(item, ("", time))
        self._stay(node, since, time)
        self._leave(item, "", time)

    def _stay(self, node: str, since: float, left: float) -> None:
        if node:
            self._stays.setdefault(node, []).append((since, left))

    def course(self) -> CaseCourse:
        """Return all that was told."""
        period, state = self._stretch.period, self._stretch.state
        begun = {item: time * period for item, time in self._begun.items()}
        if state is not None:
            begun |= begun_in_order(state, self._opened)
        for node, since in self._here.values():
            self._stay(node, since, nan)
        for node, since, left in self._left.values():
            stays_on = self._stretch.parts.get((node, ""), (0.0, 0.0))[0] > _HALF
            self._stay(node, since, nan if stays_on else left)
        ends = [self._over.get(item, (nan, False)) for item in self._begun]
        lost_at_once = np.array(self._turned_away) * period
        over = np.array([time for time, _ in ends]) * period
        won = np.array([is_won for _, is_won in ends], dtype=bool)
        over = np.concatenate((over, lost_at_once))
        won = np.concatenate((won, np.zeros(len(lost_at_once), bool)))
        return CaseCourse(
            length=self._stretch.length,
            begun=np.concatenate((np.array(list(begun.values())), lost_at_once)),
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
