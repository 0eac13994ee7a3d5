"""A map's regions and borders are where a closed form says that they are."""

from __future__ import annotations

from functools import cache
from math import hypot
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import Laboratory, capacity_of, load, network_of
from toc_sim.capacity import constraint_of
from toc_sim.errors import ScenarioError
from toc_sim.experiment.map.constraint_map import (
    ConstraintMap,
    OwnPoint,
    Plane,
    area,
    constraint_map,
    own_place,
)
from toc_sim.experiment.map.mesh import EXACT, Answer, Border, Piece, divided
from toc_sim.experiment.runner.workers import task_runner
from toc_sim.experiment.sweep.points import read_axis, read_range
from toc_sim.experiment.sweep.sweep import sweep

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups.yaml")
SIDE = 10
"""Of the map of the paper cups, 6 to 16 [cup/hour]."""


ACROSS, UP = read_range("machine_2.capacity=6:16"), read_range("market.demand=6:16")


@cache
def cups_map() -> ConstraintMap:
    """Map the paper cups over machine_2 and the market, by capacity alone."""
    return constraint_map(load(CUPS), ACROSS, UP)


def own_in(capacity_of_2: str) -> OwnPoint | None:
    """Return where the paper cups lie, with another machine_2."""
    scenario = load(CUPS, {"machine_2.capacity": capacity_of_2})
    return own_place(Plane(scenario, ACROSS, UP))


def least(x: float, y: float) -> str:
    """Return who has the least capacity: a line has no other constraint."""
    stages = {"machine_2": x, "market": y, "sales": 9.0}
    return min(stages, key=lambda name: stages[name])


def middle(piece: Piece) -> tuple[float, float]:
    """Return the middle of a piece's corners."""
    count = len(piece.corners)
    return (
        sum(corner.x for corner in piece.corners) / count,
        sum(corner.y for corner in piece.corners) / count,
    )


def from_border(x: float, y: float) -> float:
    """Return how far a point is from where two of the least capacities are equal."""
    ways = [abs(x - y) / 2**0.5] if min(x, y) <= 9 else []
    ways += [abs(x - 9)] if y >= 9 else []
    ways += [abs(y - 9)] if x >= 9 else []
    return min([*ways, hypot(x - 9, y - 9)])


def test_borders_of_the_paper_cups_are_where_capacities_are_equal() -> None:
    """machine_2 to 9 cups, the market below both, sales beyond: within 1/1000."""
    found = cups_map()

    ends = [end for border in found.borders for end in (border.start, border.end)]
    assert ends
    assert max(from_border(*end) for end in ends) < SIDE * EXACT
    for piece in found.pieces:
        spot = middle(piece)
        if from_border(*spot) > SIDE * EXACT:
            assert piece.names == (least(*spot),)


def test_the_pieces_cover_the_map_without_a_gap() -> None:
    """Areas add up to the whole, by region to the closed form."""
    found = cups_map()

    assert sum(map(area, found.pieces)) == pytest.approx(SIDE**2)
    parts = {region.names: region.part for region in found.regions}
    assert list(parts) == sorted(parts, key=lambda names: -parts[names])
    assert parts[("sales",)] == pytest.approx(0.49, abs=EXACT)
    assert parts[("machine_2",)] == pytest.approx(0.255, abs=EXACT)
    assert parts[("market",)] == pytest.approx(0.255, abs=EXACT)


def test_the_file_knows_how_far_it_is_to_the_next_border() -> None:
    """From 8 cups and a demand of 11: one cup up to sales, three down to the market."""
    own = cups_map().own

    assert own is not None
    assert (own.x, own.y, own.static.names) == (8, 11, ("machine_2",))
    assert not own.meeting
    across, up = own.crossings
    assert (across.axis, across.names) == ("x", ("sales",))
    assert across.distance == pytest.approx(1, abs=1e-5)
    assert (up.axis, up.names) == ("y", ("market",))
    assert up.distance == pytest.approx(-3, abs=1e-5)


def test_a_file_on_a_border_says_so() -> None:
    """At 9 cups machine_2 and sales tie."""
    own = own_in("9")

    assert own is not None
    assert own.static.names == own.meeting == ("machine_2", "sales")


def test_a_file_outside_the_map_has_no_place_on_it() -> None:
    """Neither has one whose parameter moves over time."""
    assert own_in("20") is None
    assert own_in("{profile: [[0, 8], [100, 9]]}") is None


@settings(max_examples=15)
@given(
    level=st.floats(0.05, 0.95),
    slope=st.floats(-2, 2),
    bend=st.floats(-0.5, 0.5),
)
def test_curved_borders_are_found_within_a_thousandth(
    level: float, slope: float, bend: float
) -> None:
    """No point of the border lies further off a parabola than promised."""

    def height(x: float) -> float:
        return level + slope * (x - 0.5) + 4 * bend * (x - 0.5) ** 2

    def at(x: float, y: float) -> Answer:
        return Answer(0.0, ("above",) if y > height(x) else ("below",))

    pieces, borders = divided(at)

    for border in borders:
        (x0, y0), (x1, y1) = border.start, border.end
        for x, y in (border.start, border.end, ((x0 + x1) / 2, (y0 + y1) / 2)):
            steepness = hypot(1, slope + 8 * bend * (x - 0.5))
            assert abs(y - height(x)) / steepness < 1.2 * EXACT
    assert sum(map(area, pieces)) == pytest.approx(1)
    for piece in pieces:
        x, y = middle(piece)
        if abs(y - height(x)) > 3 * EXACT:
            assert piece.names == (("above",) if y > height(x) else ("below",))


def test_a_narrow_band_is_seen_and_three_regions_meet_in_a_point() -> None:
    """A band of a hundredth of the side lies between two others, below a third."""

    def at(x: float, y: float) -> Answer:
        if y > 0.6:
            return Answer(1.0, ("top",))
        if x < 0.333:
            return Answer(1.0, ("left",))
        return Answer(1.0, ("band",) if x < 0.343 else ("right",))

    pieces, borders = divided(at)

    parts: dict[tuple[str, ...], float] = {}
    for piece in pieces:
        parts[piece.names] = parts.get(piece.names, 0.0) + area(piece)
    assert parts[("band",)] == pytest.approx(0.006, abs=EXACT)
    assert parts[("left",)] == pytest.approx(0.1998, abs=EXACT)
    assert parts[("top",)] == pytest.approx(0.4, abs=EXACT)
    meets = {frozenset(border.names) for border in borders if _long(border)}
    assert frozenset({("left",), ("right",)}) not in meets


def _long(border: Border) -> bool:
    return (
        hypot(border.start[0] - border.end[0], border.start[1] - border.end[1])
        > 2 * EXACT
    )


@pytest.mark.parametrize("file", ["paper_cups", "paper_cups_random", "b2b_sales"])
@pytest.mark.parametrize("limit", [None, "2"])
def test_the_quick_answer_is_that_of_capacity(file: str, limit: str | None) -> None:
    """Throughput and constraint as the static answer has them, policies included."""
    changes = {} if limit is None else {"release.conwip": limit}
    scenario = load(str(ROOT / "scenarios" / f"{file}.yaml"), changes)
    net = network_of(scenario)

    found = capacity_of(net)

    assert constraint_of(net) == (found.throughput, found.constraint)


def test_servers_come_whole() -> None:
    """Between 3 and 4 servers there is nothing: the border lies halfway."""
    scenario = load(str(ROOT / "scenarios" / "b2b_sales.yaml"))
    plane = Plane(
        scenario,
        read_range("resources.sellers.servers=1:9"),
        read_range("leads.arrivals=5:60"),
    )

    assert plane.at(3.4, 30) == plane.at(3, 30)
    assert plane.at(3.6, 30) == plane.at(4, 30)
    assert plane.at(3, 30) != plane.at(4, 30)


def test_simulated_points_are_those_of_a_sweep() -> None:
    """The grid lies in the middles of its cells and meets the same chance."""
    changes = {"run.horizon": "60", "run.replications": "3"}
    scenario = load(str(ROOT / "scenarios" / "paper_cups_random.yaml"), changes)
    laboratory = Laboratory(task_runner(1))
    x, y = read_range("machine_2.capacity=6:16"), read_range("market.demand=6:10")

    found = constraint_map(scenario, x, y, 2, laboratory)
    axes = [read_axis("market.demand=7,9"), read_axis("machine_2.capacity=8.5,13.5")]
    swept = sweep(scenario, axes, laboratory)

    assert [(each.x, each.y) for each in found.grid] == [
        (8.5, 7),
        (13.5, 7),
        (8.5, 9),
        (13.5, 9),
    ]
    for here, there in zip(found.grid, swept.points, strict=True):
        assert here.simulated is not None
        assert here.simulated.verdict == there.verdict
    assert found.warmup == swept.warmup


def test_a_range_that_cannot_be_is_placed_on_its_option() -> None:
    """A wrong path or a value below the possible, before anything is computed."""
    scenario = load(CUPS)
    good = read_range("market.demand=6:16")

    with pytest.raises(ScenarioError) as caught:
        constraint_map(scenario, read_range("machine_9.capacity=1:2"), good)
    assert str(caught.value).startswith("--x machine_9.capacity=1:2: no parameter")
    with pytest.raises(ScenarioError) as caught:
        constraint_map(scenario, good, read_range("machine_2.capacity=-1:2"))
    assert str(caught.value) == (
        "--y machine_2.capacity=-1:2: must be greater than 0 (found -1)"
    )
