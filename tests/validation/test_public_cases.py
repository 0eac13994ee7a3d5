"""Pipelines of people who do this job, with the figures that they found themselves.

Each file is a case told in public, as a scenario; names are replaced. The figures are
those that another simulation, a theory or the count by hand came to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from toc_sim import load
from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of

CASES = Path(__file__).with_name("public_cases")

Figure = Callable[[Sequence[RunResult]], float]


def throughput(results: Sequence[RunResult]) -> float:
    """Return what is bought [items/period]."""
    return float(np.mean([result.throughput for result in results]))


def bought(results: Sequence[RunResult]) -> float:
    """Return what is bought in the window [items]."""
    return float(np.mean([result.bought for result in results]))


def inside(results: Sequence[RunResult]) -> float:
    """Return what is inside on average [items]."""
    return float(np.mean([result.wip_mean for result in results]))


def of(name: str, figure: Callable[[NodeRun], float]) -> Figure:
    """Return a figure of one node or resource, on average over all runs."""

    def found(results: Sequence[RunResult]) -> float:
        runs = [
            node
            for result in results
            for node in (*result.nodes, *result.resources)
            if node.name == name
        ]
        return float(np.mean([figure(run) for run in runs]))

    return found


FIGURES: dict[str, tuple[str, Figure, float, float]] = {
    "patients served": (
        "03_gp_desk",
        of("out/patient", lambda node: node.finished / 8),
        12.55,
        0.15,
    ),
    "parts": ("05_shifts", bought, 3, 0),
    "pieces": ("07_serial_batches", bought, 358, 0),
    "patients a week": ("14_waiting_list", throughput, 61.12, 0.01),
    "patients who wait": (
        "14_waiting_list",
        of("clinic", lambda node: node.queue_mean),
        795,
        3,
    ),
    "dozens": ("17_cookies", bought, 22, 0),
    "candidates who wait": (
        "19_recruiting",
        of("manager", lambda node: node.queue_peak),
        500,
        50,
    ),
    "cards a day": ("20_kanban", throughput, 1.0, 0.001),
    "design is blocked": (
        "20_kanban",
        of("design", lambda node: node.blocked),
        2 / 3,
        0.001,
    ),
    "calls": ("25_trunk_lines", throughput, 0.02515, 0.0002),
    "riders inside": ("26_metro", inside, 3.581, 0.06),
    "parts a minute": ("28_assembly_test", throughput, 0.314, 0.003),
    "big ships that wait": (
        "29_priority",
        of("berth/big", lambda node: node.queue_mean),
        0.343,
        0.02,
    ),
    "units": ("31_rework_once", throughput, 0.0830, 0.0005),
    "load of r1": ("33_three_products", of("r1", lambda node: node.busy), 0.781, 0.001),
    "load of r2": ("33_three_products", of("r2", lambda node: node.busy), 0.688, 0.001),
    "load of r3": ("33_three_products", of("r3", lambda node: node.busy), 1.0, 0.001),
    "load of r4": ("33_three_products", of("r4", lambda node: node.busy), 0.688, 0.001),
    "load of r5": ("33_three_products", of("r5", lambda node: node.busy), 0.813, 0.001),
    "patients a day": ("36_slots", throughput, 9.197, 0.03),
    "customers who wait": (
        "38_unequal_servers",
        of("gate", lambda node: node.queue_mean + node.blocked),
        1.059,
        0.05,
    ),
}


@pytest.mark.law
@pytest.mark.parametrize("name", FIGURES)
def test_a_public_case_gives_its_figure(name: str) -> None:
    """Throughput, waiting or load, as those who told it found it."""
    case, figure, value, within = FIGURES[name]
    runs = simulate(network_of(load(str(CASES / f"{case}.yaml"))))

    assert figure(runs.results) == pytest.approx(value, abs=within)
