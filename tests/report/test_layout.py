"""Where nodes stand in a picture, and how ways run between them."""

from __future__ import annotations

from itertools import combinations, pairwise

import networkx as nx
from hypothesis import given

from toc_sim import Network, Scenario, network_of
from toc_sim.report.figures.layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    COLUMNS_IN_ROW,
    Grid,
    GridPlace,
    layout,
)
from toc_sim.testing.strategies import ANYTHING, scenarios


def piped(*flow: str | dict[str, object]) -> Network:
    """Return a network of machines joined by some ways."""
    lines = [line if isinstance(line, str) else next(iter(line)) for line in flow]
    names = {name.strip(): None for line in lines for name in line.split("->")}
    document = {
        "format": 1,
        "name": "placed",
        "stages": {name: {"kind": "machine", "capacity": 1} for name in names},
        "flow": list(flow),
    }
    return network_of(Scenario.model_validate(document))


def step(place: GridPlace) -> int:
    """Return how far along the flow a place is."""
    return place.row * COLUMNS_IN_ROW + place.column


def test_a_line_is_a_line() -> None:
    """In the order of the flow, not of the file, all at one height."""
    placed = layout(piped("a -> b -> c"))

    assert placed.places == (
        GridPlace(0, 0, 0.0),
        GridPlace(0, 1, 0.0),
        GridPlace(0, 2, 0.0),
    )
    assert placed.columns == 3
    assert not any(route.leads_back for route in placed.routes)


def test_a_long_line_goes_on_in_the_next_row() -> None:
    """Seven stages: six in the first row, one below."""
    placed = layout(piped("a -> b -> c -> d -> e -> f -> g"))

    assert placed.places[-1] == GridPlace(1, 0, 0.0)
    assert placed.slots == (1, 1)


def test_branches_stand_beside_each_other() -> None:
    """One above the middle, one below, and the end in the middle again."""
    placed = layout(piped("a -> b -> d", "a -> c -> d"))

    assert [place.slot for place in placed.places] == [0.0, -0.5, 0.0, 0.5]


def test_a_way_past_a_stage_has_a_place_of_its_own() -> None:
    """It runs beside the stage, not through it."""
    placed = layout(piped("a -> b -> c", "a -> c"))

    past = next(route for route in placed.routes if len(route.stops) == 3)
    assert past.stops[1].column == placed.places[1].column
    assert past.stops[1].slot != placed.places[1].slot


def test_of_a_circle_the_way_with_a_delay_leads_back() -> None:
    """A customer who comes back does not turn the flow round."""
    back: dict[str, object] = {"c -> b": {"share": 0.3, "delay": 8}}
    placed = layout(piped(back, "a -> b -> c", "c -> d"))

    assert [route.leads_back for route in placed.routes].count(True) == 1
    assert [place.column for place in placed.places] == [2, 1, 0, 3]


def test_rework_leads_back() -> None:
    """Also to the very stage that it comes from."""
    placed = layout(piped("a -> b -> c", {"b -> a": 0.1}, {"b -> b": 0.1}))

    back = {(route.source, route.target) for route in placed.routes if route.leads_back}
    assert back == {(1, 0), (1, 1)}


@given(scenarios(ANYTHING, largest=9))
def test_every_way_ahead_leads_ahead(scenario: Scenario) -> None:
    """Each way has its route; those that lead back close a circle, the others don't."""
    net = network_of(scenario)

    placed = layout(net)

    routes = {(route.source, route.target): route for route in placed.routes}
    assert set(routes) == set(net.graph.edges)
    ahead = nx.DiGraph([edge for edge, route in routes.items() if not route.leads_back])
    ahead.add_nodes_from(net.graph)
    assert nx.is_directed_acyclic_graph(ahead)
    for (source, target), route in routes.items():
        assert route.stops[0] == placed.places[source]
        assert route.stops[-1] == placed.places[target]
        if route.leads_back:
            assert source == target or nx.has_path(ahead, target, source)
        else:
            steps = [step(stop) for stop in route.stops]
            assert steps == list(range(steps[0], steps[-1] + 1))


@given(scenarios(ANYTHING, largest=9))
def test_no_box_covers_another(scenario: Scenario) -> None:
    """All boxes stand apart, inside the sheet; ways run inside it too."""
    net = network_of(scenario)
    placed = layout(net)
    grid = Grid(placed, 0.0, 0.0)

    corners = [grid.corner(place) for place in placed.places]
    ways = [grid.points(route, 0.0) for route in placed.routes]

    for (x1, y1), (x2, y2) in combinations(corners, 2):
        assert abs(x1 - x2) >= BOX_WIDTH or abs(y1 - y2) >= BOX_HEIGHT
    for x, y in [*corners, *(point for way in ways for point in way)]:
        assert 0 <= x <= grid.width
        assert -grid.height <= y <= 0


@given(scenarios(ANYTHING, largest=9))
def test_no_way_back_runs_through_a_box(scenario: Scenario) -> None:
    """What goes round a row keeps clear of all that stands in it."""
    net = network_of(scenario)
    placed = layout(net)
    grid = Grid(placed, 0.0, 0.0)
    corners = [grid.corner(place) for place in placed.places]

    for route in placed.routes:
        if not route.leads_back:
            continue
        for (x1, y1), (x2, y2) in pairwise(grid.points(route, 0.0)):
            for left, bottom in corners:
                beside = max(x1, x2) <= left or min(x1, x2) >= left + BOX_WIDTH
                above = min(y1, y2) >= bottom + BOX_HEIGHT or max(y1, y2) <= bottom
                assert beside or above
