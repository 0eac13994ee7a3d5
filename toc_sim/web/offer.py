"""What a page may ask of a scenario: its sliders, its tools, and how much work that is.

A request can name nothing else, and no number beyond these bounds; so whatever comes
over a network costs no more than a pupil's click.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from toc_sim.engine.effort import effort
from toc_sim.errors import TocError
from toc_sim.experiment.breakdown.parameters import Lever, is_chance, levers
from toc_sim.network import network
from toc_sim.scenario.fields.nodes import Stage
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.model import Scenario

WIDEST = 5.0
"""A slider goes to so many times its value in the file, and to that part of it."""

MOST_COUNTED = 10
"""What is counted can go up to this at least: servers, places in a buffer."""

MOST_INSIDE = 1000
"""The highest limit of a release policy [items]."""

MOST_SLIDERS = 200
"""Parameters that a page shows; those of larger files come after them."""

REPLICATIONS = 5
"""Runs of a scenario with chance in it: enough for an interval, and soon done."""

QUICK_EVENTS = 300_000.0
"""What happens in all runs of the file as it stands; so long is their horizon."""

MOST_EVENTS = 50 * QUICK_EVENTS
"""What may happen in all runs for one request."""

MOST_BYTES = 500e6
"""The memory that all runs for one request may take [bytes]."""

LEAST_HORIZON = 100.0
"""No horizon is made shorter than this [periods]."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A parameter that can be moved.

    Attributes
    ----------
    path
        How ``--set`` names it.
    node
        Where it stands on the page; empty for money and the like.
    value
        Where it stands in the file; 1 where it is a factor.
    low, high
        How far it goes, both included.
    is_count
        Whether it is whole.
    is_factor
        Whether it multiplies what changes over time.
    """

    path: str
    node: str
    value: float
    low: float
    high: float
    is_count: bool = False
    is_factor: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """All that may be asked of a scenario.

    Attributes
    ----------
    scenario
        As it stands, with a horizon that is soon simulated.
    sliders
        By path, in the order of the file.
    drums
        Stages from which a rope may be tied.
    """

    scenario: Scenario
    sliders: dict[str, Slider]
    drums: tuple[str, ...]


def offer(scenario: Scenario) -> Offer:
    """Return what a page may ask of a scenario.

    Parameters
    ----------
    scenario
        As its file says.

    Raises
    ------
    TocError
        If even short runs of it take longer than a click may.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.web.offer import offer
    >>> slider = offer(load("scenarios/paper_cups.yaml")).sliders["machine_2.capacity"]
    >>> slider.low, slider.value, slider.high
    (1.6, 8.0, 40.0)
    """
    start = _soon_simulated(scenario)
    refuse_much_work(start)
    found = [
        _slider(lever)
        for lever in levers(scenario)
        if not lever.path.startswith("release.")
    ]
    return Offer(
        start,
        {slider.path: slider for slider in found[:MOST_SLIDERS]},
        tuple(
            name for name, stage in scenario.stages.items() if isinstance(stage, Stage)
        ),
    )


def refuse_much_work(scenario: Scenario) -> None:
    """Refuse a scenario whose runs take longer, or more memory, than a click may.

    Parameters
    ----------
    scenario
        With all changes.

    Raises
    ------
    TocError
        If there is too much to do.
    """
    work = effort(network(scenario))
    if work.events > MOST_EVENTS or work.bytes > MOST_BYTES:
        raise TocError(
            "that is too much to simulate for a page\n"
            "    hint: slower sources, or a shorter run.horizon, take less"
        )


def _soon_simulated(scenario: Scenario) -> Scenario:
    """Return a scenario with few runs, and short ones where there is much to do."""
    few = min(scenario.run.replications, REPLICATIONS)
    quick = scenario.changed({"run.replications": few, "run.engine": "compiled"})
    events = effort(network(quick)).events
    if events <= QUICK_EVENTS:
        return quick
    shorter = float(round(quick.run.horizon * QUICK_EVENTS / events))
    return quick.changed(
        {"run.horizon": min(quick.run.horizon, max(LEAST_HORIZON, shorter))}
    )


def _slider(lever: Lever) -> Slider:
    """Return how far a parameter can be moved."""
    path, node, value = lever.path, lever.node, lever.value
    if isinstance(value, Profile):
        return Slider(path, node, 1.0, 1 / WIDEST, WIDEST, is_factor=True)
    if lever.is_count:
        most = max(MOST_COUNTED, round(WIDEST * value))
        return Slider(path, node, value, 1, most, is_count=True)
    if is_chance(lever):
        return Slider(path, node, value, 0.0, 1.0)
    far = lever.benchmark if isinstance(lever.benchmark, int | float) else 0.0
    high = max(value * WIDEST, float(far))
    if not isfinite(high):  # as good as without a limit, and cannot be drawn
        return Slider(path, node, value, value, value)
    return Slider(path, node, value, value / WIDEST, high)
