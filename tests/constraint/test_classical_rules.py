"""Arrows and turning points follow their definitions, on figures given by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.constraint.classical_rules import (
    Detection,
    arrows,
    departures,
    turning_point,
)
from toc_sim.engine.reference.engine import run
from toc_sim.engine.result import RunResult
from toc_sim.network.build import network as network_of
from toc_sim.network.model import Network

Waits = tuple[tuple[float, float], ...]
"""Of each station, the shares of time blocked and starved."""


def _line(waits: Waits, *, source: bool = False) -> tuple[Network, list[RunResult]]:
    """Return a line whose run measured just these waiting times."""
    stages: dict[str, dict[str, object]] = {
        f"s{number}": {"kind": "machine", "capacity": 1.0}
        for number in range(1, 1 + len(waits))
    }
    if source:
        stages["s1"] = {"kind": "source", "arrivals": 1.0}
    document = {
        "format": 1,
        "name": "given",
        "stages": stages,
        "flow": [" -> ".join(stages)],
    }
    net = network_of(Scenario.model_validate(document))
    result = run(net, seed=1, replication=0, horizon=5.0, warmup=0.0)
    nodes = tuple(
        node._replace(
            busy=1 - blocked - starved,
            down=0.0,
            blocked=blocked,
            starved=starved,
        )
        for node, (blocked, starved) in zip(result.nodes, waits, strict=True)
    )
    return net, [replace(result, nodes=nodes)]


BALANCED: Waits = (
    (0.485225, 0.0),
    (0.329154, 0.15607),
    (0.191122, 0.294103),
    (0.0, 0.485225),
)
"""Exact, of four equal exponential stations without buffers."""

LATER: Waits = ((0.416, 0.0), (0.2234, 0.2218), (0.0, 0.4452))
"""Exact, of speeds .95, 1, 1 without buffers: the second is worth lifting most."""


def test_severity_decides_between_two_ends_of_arrows() -> None:
    """Of several machines that no arrow leaves, the most severe is named."""
    two_ends: Waits = ((0.1, 0.0), (0.3, 0.4), (0.05, 0.1), (0.0, 0.2))

    found = arrows(*_line(two_ends))

    assert found.named == ("s3",)
    assert dict(found.scores) == pytest.approx({"s1": 0.3, "s3": 0.2 + 0.15})


def test_arrows_point_to_the_middle_of_a_balanced_line() -> None:
    """One of the two middle stations, which are worth lifting most, is named."""
    found = arrows(*_line(BALANCED))

    assert found.named == ("s3",)
    assert dict(found.scores) == pytest.approx({"s3": 0.329154})


def test_arrows_find_a_constraint_that_is_not_the_slowest() -> None:
    """Station 2 gains most though station 1 is the slowest, and the arrows know."""
    assert arrows(*_line(LATER)).named == ("s2",)


def test_turning_point_of_its_definition() -> None:
    """Blocked more before, starved more after, and waiting least there."""
    found = turning_point(*_line(LATER))

    assert found.named == ("s1",)
    assert found.reason == "no turning point: the one least blocked and starved"

    found = turning_point(*_line(((0.4, 0.0), (0.1, 0.1), (0.0, 0.4))))

    assert found.named == ("s2",)
    assert found.reason == ""
    assert dict(found.scores) == pytest.approx({"s1": 0.4, "s2": 0.2, "s3": 0.4})


def test_a_source_never_waits_least() -> None:
    """A source's clock never stops, so it is no answer where there is no turn."""
    found = turning_point(*_line(((0.0, 0.0), (0.1, 0.2), (0.2, 0.2)), source=True))

    assert found.reason == "no turning point: the one least blocked and starved"
    assert found.named == ("s2",)


def test_departures_are_compared_by_their_variation() -> None:
    """The smallest variance of the times between departures, over the mean squared."""
    net, (result,) = _line(LATER)
    nodes = tuple(
        node._replace(gap_mean=2.0, gap_variance=variance)
        for node, variance in zip(result.nodes, (4.0, 2.0, 3.0), strict=True)
    )

    found = departures(net, [replace(result, nodes=nodes)])

    assert found.named == ("s2",)
    assert dict(found.scores) == pytest.approx({"s1": 1.0, "s2": 0.5, "s3": 0.75})


waiting = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(
    lambda pair: (pair[0] / 100, pair[1] / 100)
)


@given(st.lists(waiting, min_size=2, max_size=6).map(tuple))
def test_a_line_read_backwards_has_its_constraint_mirrored(waits: Waits) -> None:
    """Blocking one way is starving the other: both rules name the same machine."""
    mirrored = tuple((starved, blocked) for blocked, starved in reversed(waits))

    for rule in (arrows, turning_point):
        there, back = rule(*_line(waits)), rule(*_line(mirrored))
        assert _places(back) == {len(waits) + 1 - at for at in _places(there)}


@given(st.lists(waiting, min_size=2, max_size=6).map(tuple))
def test_arrows_always_end_somewhere(waits: Waits) -> None:
    """In every line some machine attracts the arrows of its neighbours."""
    assert arrows(*_line(waits)).scores


def _places(found: Detection) -> set[int]:
    return {int(name[1:]) for name in found.named}
