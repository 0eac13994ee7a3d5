"""Buffer shares against exact Markov chains: what one more place is worth."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from toc_sim import Scenario, diagnose
from toc_sim.constraint.buffer_share import BufferShare, buffer_shares
from toc_sim.engine.reference.path_segments import rooms_on_path
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of
from toc_sim.testing.strategies import ANYTHING, scenarios

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

EXPONENTIAL = {"distribution": "exponential"}


@pytest.fixture(name="exact", scope="module")
def _exact() -> Iterator[Any]:
    """Return the exact throughput of a line: of rates, buffers and phases."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        lines, markov = import_module("serial_lines"), import_module("markov")

        def throughput(
            rates: tuple[float, ...], buffers: tuple[int, ...], phases: int = 1
        ) -> float:
            line = lines.Line(rates, buffers, phases)
            return float(markov.Chain(line).throughput(line))

        yield throughput


def _line(
    rates: tuple[float, ...],
    buffers: tuple[int | None, ...],
    phases: int = 1,
    **run: Any,
) -> Scenario:
    times = {"cv": phases**-0.5} if phases > 1 else EXPONENTIAL
    room = ["unlimited" if each is None else each for each in (None, *buffers)]
    stages = {
        f"stage_{place}": {"kind": "machine", "rate": rate, "buffer": each, **times}
        for place, (rate, each) in enumerate(zip(rates, room, strict=True))
    }
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "line",
            "stages": stages,
            "flow": [" -> ".join(stages)],
            "run": {"horizon": 500.0, "warmup": 50.0, **run},
        }
    )


def _shares(scenario: Scenario) -> tuple[BufferShare, ...]:
    runs = simulate(network_of(scenario))
    return buffer_shares(runs, diagnose(runs))


@pytest.mark.parametrize("places", [0, 1, 2, 4])
@pytest.mark.parametrize("rate", [0.7, 1.0, 1.5])
def test_one_more_place_between_two_machines(
    exact: Any, rate: float, places: int
) -> None:
    """What it was seen to bring is the exact difference, from K places to K + 1."""
    run: dict[str, Any] = {"replications": 40, "horizon": 1000.0, "confidence": 0.999}
    [found] = _shares(_line((1.0, rate), (places,), **run))
    before, after = (exact((1.0, rate), (each,)) for each in (places, places + 1))

    assert found.gain is not None
    assert found.gain.low <= after / before - 1 <= found.gain.high
    assert found.share.mean > found.gain.low


@pytest.mark.parametrize("places", [1, 2, 4])
@pytest.mark.parametrize("rate", [0.7, 1.0, 1.5])
def test_the_share_is_what_one_place_less_would_cost(
    exact: Any, rate: float, places: int
) -> None:
    """Between two exponential machines; balanced ones: 1 / (K + 2)^2."""
    run: dict[str, Any] = {"horizon": 20_000.0, "warmup": 50.0}
    net = network_of(_line((1.0, rate), (places,), **run))
    shares = [
        rooms_on_path(net, seed=3, replication=number, **run)[1] for number in range(4)
    ]
    before, after = (exact((1.0, rate), (each,)) for each in (places, places - 1))
    cost = 1 - after / before

    assert sum(shares) / 4 == pytest.approx(cost, rel=0.05)
    if rate == 1.0:
        assert cost == pytest.approx((places + 2) ** -2)


@pytest.mark.parametrize("places", [1, 2, 4])
def test_room_where_sales_are_lost(places: int) -> None:
    """M/M/1/K: the clock of what is turned away starts over as room comes (R53).

    With as many arrivals as can be served (b + 1) / (b + 2) of them get in where b may
    wait, so one place less costs 1 / (b + 1)^2, and that is the share.
    """
    run: dict[str, Any] = {"horizon": 20_000.0, "warmup": 50.0}
    source = {"kind": "source", "arrivals": 1.0, "overflow": "lost", **EXPONENTIAL}
    desk = {"kind": "machine", "rate": 1.0, "buffer": places, **EXPONENTIAL}
    net = network_of(
        Scenario.model_validate(
            {
                "format": 1,
                "name": "queue",
                "stages": {"source": source, "desk": desk},
                "flow": ["source -> desk"],
                "run": run,
            }
        )
    )
    shares = [
        rooms_on_path(net, seed=3, replication=number, **run)[1] for number in range(4)
    ]

    assert sum(shares) / 4 == pytest.approx((places + 1) ** -2, rel=0.05)


LINES = (
    ((1.0, 1.0, 1.2), (1, 1), 1),
    ((1.2, 1.0, 1.0), (1, 1), 1),
    ((1.0, 0.9, 1.1), (0, 2), 1),
    ((1.0, 0.9, 1.1), (2, 0), 1),
    ((1.0, 1.1, 1.0), (3, 1), 4),
    ((0.9, 1.2, 1.0), (1, 2), 4),
)


@pytest.mark.parametrize(("rates", "buffers", "phases"), LINES)
def test_the_first_of_two_buffers_brings_most(
    exact: Any, rates: tuple[float, ...], buffers: tuple[int, int], phases: int
) -> None:
    """Three stages: the buffer that stands first is the one whose place is worth most.

    And what its place was seen to bring is the exact difference.
    """
    run: dict[str, Any] = {"replications": 30, "horizon": 2000.0, "confidence": 0.999}
    first, second = _shares(_line(rates, buffers, phases, **run))
    before = exact(rates, buffers, phases)
    gains = {
        "stage_1": exact(rates, (buffers[0] + 1, buffers[1]), phases) / before - 1,
        "stage_2": exact(rates, (buffers[0], buffers[1] + 1), phases) / before - 1,
    }

    assert max(gains, key=lambda name: gains[name]) == first.name
    assert first.share.mean > second.share.mean
    assert first.gain is not None
    assert first.gain.low <= gains[first.name] <= first.gain.high


def test_a_line_and_its_mirror_have_the_same_shares() -> None:
    """What a line does from its end is what its mirror does from its beginning."""
    run: dict[str, Any] = {"horizon": 5000.0, "warmup": 50.0}
    rates, buffers = (1.0, 0.9, 1.1), (0, 2)
    line = network_of(_line(rates, buffers, **run))
    mirror = network_of(_line(rates[::-1], buffers[::-1], **run))
    waits = [
        [rooms_on_path(net, seed=5, replication=each, **run) for each in range(4)]
        for net in (line, mirror)
    ]
    one, other = np.array(waits).mean(axis=1)

    assert one[1:] == pytest.approx(other[:0:-1], rel=0.08)


def test_unlimited_room_has_no_share() -> None:
    """The path never waits for room that is always there; it is not told of."""
    scenario = _line((2.0, 1.0, 1.2), (None, 1), horizon=2000.0)
    net = network_of(scenario)
    waits = rooms_on_path(net, seed=1, replication=0, horizon=2000.0, warmup=50.0)

    assert waits[:2].tolist() == [0.0, 0.0]
    assert waits[2] > 0
    assert [each.name for each in _shares(scenario)] == ["stage_2"]
    assert _shares(_line((1.0, 1.0), (None,))) == ()


def test_room_behind_the_slowest_is_never_waited_for_without_chance() -> None:
    """Where times never vary the path stays at the slowest: no place helps."""
    document = _line((2.0, 1.0, 2.0), (3, 3)).model_dump(
        mode="json", exclude_unset=True
    )
    for stage in document["stages"].values():
        del stage["distribution"]
    found = _shares(Scenario.model_validate(document))

    assert [(each.share.mean, each.gain) for each in found] == [(0.0, None)] * 2


@given(scenarios(ANYTHING))
def test_only_limited_room_is_ever_waited_for(scenario: Scenario) -> None:
    """Whatever a pipeline has besides."""
    net = network_of(scenario)
    waits = rooms_on_path(
        net, seed=1, replication=0, horizon=scenario.run.horizon, warmup=2.0
    )

    assert (waits >= 0).all()
    assert not any(waits[node.index] for node in net.nodes if node.buffer is None)
