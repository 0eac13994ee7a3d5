"""The Penny Fab keeps the laws of Hopp & Spearman (Factory Physics, chapter 7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim import Scenario, load
from toc_sim.cli import main
from toc_sim.constraint.intervals import Interval, interval
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of
from toc_sim.theory.static import capacity as capacity_of
from toc_sim.tools import variant

FILE = Path(__file__).parents[2] / "scenarios" / "penny_fab.yaml"
PUBLISHED = Path(__file__).parents[1] / "validation" / "cases.json"

RATE, RAW = 0.5, 8.0
"""Of the bottleneck [pennies/hour]; of a penny that never waits [hours]."""

CRITICAL = RATE * RAW
"""The least WIP that can keep the bottleneck busy [pennies]."""

LEVELS = (1, 2, 4, 8, 12)


def best(level: int) -> float:
    """Return what so many pennies make without chance [pennies/hour]."""
    return min(level / RAW, RATE)


def practical_worst(level: int) -> float:
    """Return what so many pennies make in the practical worst case [pennies/hour]."""
    return level / (CRITICAL + level - 1) * RATE


def fab(level: int, name: str | None = None, *, on_floor: bool = False) -> Scenario:
    """Return the fab with so many pennies, by its file or a variant of it.

    On the floor, blanks are let in as soon as there is room, before a machine is
    free: as in the book, they wait inside then.
    """
    scenario = load(FILE)
    if name is not None:
        scenario = variant(scenario, name)
    if on_floor:
        supply = {"blanks": {"kind": "source", "arrivals": 1}}
        stages = {**supply, **_plain(scenario)["stages"]}
        flow = ["blanks -> cut -> stamp -> rim -> deburr"]
        plain = {**_plain(scenario), "stages": stages, "flow": flow}
        scenario = Scenario.model_validate(plain)
    return scenario.changed({"release.conwip": level, "run.horizon": 12_000})


def _plain(scenario: Scenario) -> Mapping[str, dict[str, object]]:
    return scenario.model_dump(mode="json", exclude_unset=True, exclude={"variants"})


def runs(scenario: Scenario) -> tuple[RunResult, ...]:
    """Return the runs of a scenario."""
    return simulate(network_of(scenario)).results


def sure(values: list[float]) -> Interval:
    """Return the interval that misses in one case of a thousand."""
    return interval(values, 0.999)


@pytest.mark.parametrize("level", LEVELS)
def test_the_best_case_is_met_exactly(level: int) -> None:
    """Without chance w pennies make min(w / T0, rb), and theory says the same."""
    still = fab(level, "best_case")
    [run] = runs(still)

    assert run.throughput == pytest.approx(best(level), rel=1e-9)
    assert capacity_of(network_of(still)).throughput == pytest.approx(
        best(level), rel=1e-9
    )


@pytest.mark.parametrize("level", LEVELS)
def test_the_practical_worst_case_is_met(level: int) -> None:
    """With chance w pennies make w / (W0 + w - 1) of the bottleneck rate."""
    found = sure([run.throughput for run in runs(fab(level))])

    assert found.low <= practical_worst(level) <= found.high
    assert found.half_width < 0.015 * practical_worst(level)


@pytest.mark.parametrize("level", LEVELS)
def test_theory_gives_the_practical_worst_case_exactly(level: int) -> None:
    """`toc-sim capacity` tells it to the last digits, without a simulation."""
    settings = [f"release.conwip={level}"]
    arguments = ["capacity", str(FILE), "--set", *settings, "--json"]
    answer = json.loads(CliRunner().invoke(main, arguments).stdout)

    theory = answer["exact"]
    assert theory["throughput"] == pytest.approx(practical_worst(level), rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_flow_time_is_the_raw_time_or_the_queue(level: int) -> None:
    """With blanks on the floor, without chance: max(T0, w / rb), by Little's law."""
    [run] = runs(fab(level, "best_case", on_floor=True))

    assert run.flow_mean == pytest.approx(max(RAW, level / RATE), abs=0.01)
    assert run.wip_mean == pytest.approx(level, abs=0.01)


@pytest.mark.parametrize("level", LEVELS)
def test_flow_time_grows_with_every_penny(level: int) -> None:
    """With chance it is T0 + (w - 1) / rb with blanks on the floor."""
    found = sure([run.flow_mean for run in runs(fab(level, on_floor=True))])

    assert found.low <= RAW + (level - 1) / RATE <= found.high


@pytest.mark.parametrize("level", LEVELS)
def test_a_blank_outside_does_not_wait_inside(level: int) -> None:
    """In the file, the wait at the first machine is outside: a quarter less of it."""
    found = sure([run.flow_mean for run in runs(fab(level))])

    law = RAW + 0.75 * (level - 1) / RATE
    assert found.low <= law <= found.high


@pytest.mark.parametrize("level", LEVELS[1:])
def test_less_chance_lies_between(level: int) -> None:
    """Half the spread: better than the practical worst case, never above the best."""
    found = sure([run.throughput for run in runs(fab(level, "less_chance"))])

    assert practical_worst(level) < found.low
    assert found.high <= best(level) * 1.001


def test_less_chance_is_worth_twice_the_pennies() -> None:
    """What the file teaches: as much throughput, and in little more than half."""
    calm = runs(fab(4, "less_chance"))
    full = runs(fab(8))
    made = sure([a.throughput - b.throughput for a, b in zip(calm, full, strict=True)])
    saved = sure([a.flow_mean / b.flow_mean for a, b in zip(calm, full, strict=True)])

    assert made.low <= 0 <= made.high
    assert made.half_width < 0.02
    assert saved.high < 0.6


def test_the_laws_are_the_published_ones() -> None:
    """The formulas here give the values of the book, as the table has them."""
    cases = {
        case["id"]: case["value"]
        for case in json.loads(PUBLISHED.read_text("utf-8"))
        if case["id"].startswith("penny1")
    }

    assert len(cases) == 6
    for name, value in cases.items():
        _, law, level = name.split("-")
        expected = {"best": best, "pwc": practical_worst}[law](int(level))
        assert value == pytest.approx(expected, rel=1e-12)
