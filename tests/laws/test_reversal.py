"""A line read backwards is the same line (Yamazaki & Sakasegawa 1975; Muth 1979).

For stages with one server, blocking after service and as much material as wanted, the
K-th item of the reversed line is finished at the same time if its stages also take
their K times in reverse: both are the longest path through the same network of times.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from helpers.edits import written
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from toc_sim import Scenario, network_of
from toc_sim.streams import Purpose, generator, variates
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import Feature, lines

SATURATED = (
    Feature.LIMITS
    | Feature.CONSTANT
    | Feature.CHANCE
    | Feature.EMPIRICAL
    | Feature.MARKET
)


def _times(scenario: Scenario, count: int) -> NDArray[np.float64]:
    """Return the first times that each stage draws; shape (stages, count)."""
    rows = []
    for node in network_of(scenario).nodes:
        assert isinstance(node.pace, float)
        source = generator(scenario.run.seed, 0, node.stream, Purpose.TIME)
        draw = variates(node.draw, source)
        rows.append([draw() / node.pace for _ in range(count)])
    return np.array(rows)


def _departures(
    times: NDArray[np.float64], buffers: list[int | None]
) -> NDArray[np.float64]:
    """Return when the last stage finishes each item, by recursion.

    Parameters
    ----------
    times
        Of each stage and item [periods]; shape (stages, items).
    buffers
        Places between each two neighbours; None: unlimited.
    """
    stages, items = times.shape
    left = np.zeros((stages, items))
    for item in range(items):
        arrived = 0.0
        for stage in range(stages):
            idle = left[stage, item - 1] if item else 0.0
            done = max(arrived, idle) + times[stage, item]
            places = buffers[stage] if stage + 1 < stages else None
            before = item if places is None else item - places - 1
            if places is not None and before >= 0:
                done = max(done, left[stage + 1, before])
            left[stage, item] = arrived = done
    return np.asarray(left[-1])


def _places(scenario: Scenario) -> list[int | None]:
    return [node.buffer for node in network_of(scenario).nodes[1:]]


def _reversed(scenario: Scenario) -> Scenario:
    """Return the line that runs the other way, buffers where they were."""
    document = written(scenario)
    names = list(document["stages"])
    places = [document["stages"][name].pop("buffer", None) for name in names[1:]]
    document["stages"][names[0]].pop("buffer", None)
    for name, place in zip(names[-2::-1], places[::-1], strict=True):
        if place is not None:
            document["stages"][name]["buffer"] = place
    document["flow"] = [f"{a} -> {b}" for a, b in pairwise(names[::-1])]
    document["stages"] = {name: document["stages"][name] for name in names[::-1]}
    return Scenario.model_validate(document)


@given(lines(SATURATED, smallest=2))
def test_a_line_keeps_to_its_recursion(scenario: Scenario) -> None:
    """Departures are those of the max-plus recursion of the line, to the last bit.

    So supply, times, blocking, purchases and draws keep R11, R13, R16, R24 and R45.
    """
    departures = once(scenario, warmup=0.0).departures
    times = _times(scenario, len(departures))

    expected = _departures(times, _places(scenario))

    assert departures.tolist() == expected.tolist()


@given(lines(SATURATED, smallest=2), st.data())
def test_the_reversed_line_is_as_fast(scenario: Scenario, data: st.DataObject) -> None:
    """The K-th departure equals that of the reversed line with its times reversed."""
    departures = once(scenario, warmup=0.0).departures
    assume(len(departures))
    count = data.draw(st.integers(1, len(departures)))
    times = _times(scenario, count)

    backwards = _departures(times[::-1, ::-1], _places(scenario)[::-1])

    assert backwards[-1] == pytest.approx(departures[count - 1], rel=1e-12)


@given(lines(Feature.LIMITS | Feature.CONSTANT, smallest=2))
def test_without_chance_the_reversed_line_is_the_same(scenario: Scenario) -> None:
    """Where times do not vary, reversing a line changes no departure at all."""
    there = once(scenario, warmup=0.0).departures
    back = once(_reversed(scenario), warmup=0.0).departures

    assert abs(len(there) - len(back)) <= 1
    for ahead, behind in zip(there, back, strict=False):
        assert ahead == pytest.approx(behind, rel=1e-12)
