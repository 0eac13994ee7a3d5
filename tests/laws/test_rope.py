"""A rope from the drum: as many cups, with a tenth of what waits and of the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import load
from toc_sim.constraint.intervals import Interval, interval
from toc_sim.engine.result import RunResult
from toc_sim.experiment.sweep.sweep import Sweep, sweep

FILE = Path(__file__).parents[2] / "scenarios" / "rope.yaml"
PULLED = ("conwip", "drum_buffer_rope")


@pytest.fixture(name="found", scope="module")
def _found() -> Sweep:
    """Simulate push and both ways to pull, on the same random numbers."""
    return sweep(load(FILE))


def results(found: Sweep, name: str) -> tuple[RunResult, ...]:
    """Return the runs of one of them."""
    [point] = [each for each in found.points if each.name == name]
    return tuple(point.results)


def ratio(found: Sweep, name: str, figure: str) -> Interval:
    """Return a figure of one of them over that of push, run by run."""
    pairs = zip(results(found, name), results(found, "baseline"), strict=True)
    values = [getattr(a, figure) / getattr(b, figure) for a, b in pairs]
    return interval(values, 0.999)


@pytest.mark.parametrize("name", PULLED)
def test_pulling_makes_as_many_cups(found: Sweep, name: str) -> None:
    """Not half a percent is lost, as sure as 999 in 1000."""
    assert ratio(found, name, "throughput").low > 0.995


@pytest.mark.parametrize(
    ("name", "most"), [("conwip", 0.131), ("drum_buffer_rope", 0.105)]
)
@pytest.mark.parametrize("figure", ["wip_mean", "flow_mean"])
def test_pulling_holds_a_fraction(
    found: Sweep, name: str, most: float, figure: str
) -> None:
    """Little waits, so a cup is soon through: an eighth by conwip, a tenth by rope."""
    assert ratio(found, name, figure).high < most


def test_the_rope_beats_conwip_where_the_constraint_is_known(found: Sweep) -> None:
    """It holds less than conwip and makes no fewer cups: it counts only to the drum."""
    pairs = list(zip(results(found, PULLED[1]), results(found, PULLED[0]), strict=True))
    held = interval([a.wip_mean - b.wip_mean for a, b in pairs], 0.999)
    made = interval([a.throughput - b.throughput for a, b in pairs], 0.999)

    assert held.high < 0
    assert made.low >= 0


def test_the_drum_stays_the_constraint(found: Sweep) -> None:
    """Neither limit is the constraint: machine_2 answers for nearly all."""
    for each in found.points:
        assert each.verdict is not None
        assert each.verdict.constraint == ("machine_2",)
        assert each.verdict.share.low > 0.9


def test_what_is_inside_is_littles_law(found: Sweep) -> None:
    """What a sweep tells of WIP and flow time fits its throughput."""
    for each in found.points:
        product = each.throughput.mean * each.flow_time.mean

        assert each.wip.mean == pytest.approx(product, rel=0.01)
        assert each.wip.low < each.wip.mean < each.wip.high
