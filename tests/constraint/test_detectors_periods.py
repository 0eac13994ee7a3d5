"""The shifting bottleneck is found in active periods just as it is defined."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from toc_sim import Scenario
from toc_sim.constraint.active_periods import momentary_bottlenecks
from toc_sim.constraint.classical_rules import active_period, shifting_bottleneck
from toc_sim.engine.reference.engine import run
from toc_sim.engine.result import RunResult
from toc_sim.network.build import network as network_of
from toc_sim.network.model import Network

Spans = list[tuple[float, float]]
HORIZON = 20.0


def _arrays(periods: tuple[Spans, ...]) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.array(each, dtype=float).reshape(-1, 2) for each in periods)


def _recorded(*periods: Spans) -> tuple[Network, list[RunResult]]:
    """Return a line whose run recorded just these active periods."""
    stages = {
        f"s{number}": {"kind": "machine", "capacity": 1.0}
        for number in range(1, 1 + len(periods))
    }
    document = {
        "format": 1,
        "name": "given",
        "stages": stages,
        "flow": [" -> ".join(stages)],
    }
    net = network_of(Scenario.model_validate(document))
    result = run(net, seed=1, replication=0, horizon=HORIZON, warmup=0.0)
    return net, [replace(result, active_periods=_arrays(periods))]


def _times(*periods: Spans) -> NDArray[np.float64]:
    """Return for how long each stage is the sole and a shifting bottleneck."""
    return momentary_bottlenecks(_arrays(periods))


def test_bottleneck_shifts_while_two_longest_periods_overlap() -> None:
    """s1 is it until s2's longer period begins; they overlap from 4 to 6."""
    times = _times([(0, 6), (14, 15)], [(4, 13)], [(5, 7)])

    assert times == pytest.approx(np.array([(4 + 1, 2), (7, 2), (0, 0)]))


def test_the_next_one_may_have_begun_long_before() -> None:
    """When the longest ends, the longest of those still running takes over."""
    times = _times([(0, 10)], [(8, 12)], [(9, 12)])

    assert times == pytest.approx(np.array([(8, 2), (2, 2), (0, 0)]))


def test_equally_long_periods_share_the_bottleneck() -> None:
    """Two that begin and end together are both it, and neither is it alone."""
    times = _times([(1, 5)], [(1, 5)])

    assert times == pytest.approx(np.array([(0, 4), (0, 4)]))


def test_nobody_is_the_bottleneck_while_all_wait() -> None:
    """Without an active machine there is none, and without any activity no answer."""
    assert _times([(1, 2)], [(5, 7)]) == pytest.approx(np.array([(1, 0), (2, 0)]))

    found = shifting_bottleneck(*_recorded([], []))

    assert not found.applies
    assert found.reason == "no stage was active"


def test_mean_active_period_comes_from_what_was_recorded() -> None:
    """Scores are the mean lengths of the recorded periods."""
    found = active_period(*_recorded([(0, 6), (14, 16)], [(4, 13)]))

    assert found.named == ("s2",)
    assert dict(found.scores) == pytest.approx({"s1": 4.0, "s2": 9.0})


def test_services_that_follow_at_once_are_one_period() -> None:
    """A busy line without buffers is active without a break, item after item."""
    stages: dict[str, dict[str, object]] = {
        "s1": {"kind": "machine", "capacity": 1.0},
        "s2": {"kind": "machine", "capacity": 0.5, "buffer": 0},
    }
    document = {"format": 1, "name": "pair", "stages": stages, "flow": ["s1 -> s2"]}
    net = network_of(Scenario.model_validate(document))
    result = run(net, seed=1, replication=0, horizon=100.0, warmup=10.0, timeline=True)

    assert dict(active_period(net, [result]).scores) == pytest.approx(
        {"s1": 1.0, "s2": 100.0}
    )


@st.composite
def _one_server(draw: st.DrawFn) -> Spans:
    ends = sorted(draw(st.sets(st.integers(0, int(HORIZON)), max_size=8)))
    return [(float(a), float(b)) for a, b in zip(ends[::2], ends[1::2], strict=False)]


@given(st.lists(_one_server(), min_size=2, max_size=4))
def test_the_sweep_finds_what_looking_at_every_instant_finds(
    periods: list[Spans],
) -> None:
    """Ask at each instant who has the longest period; then count who overlaps."""
    every = [(at, span) for at, spans in enumerate(periods) for span in spans]
    instants = [now + 0.5 for now in range(int(HORIZON))]
    chain = set()
    for now in instants:
        running = [each for each in every if each[1][0] < now < each[1][1]]
        longest = max((end - start for _, (start, end) in running), default=0)
        chain |= {each for each in running if each[1][1] - each[1][0] == longest}
    expected = np.zeros((len(periods), 2))
    for now in instants:
        at_once = {at for at, (start, end) in chain if start < now < end}
        for at in at_once:
            expected[at, int(len(at_once) > 1)] += 1

    assert _times(*periods) == pytest.approx(expected)


@given(st.lists(_one_server(), min_size=2, max_size=4))
def test_somebody_is_the_bottleneck_whenever_anybody_is_active(
    periods: list[Spans],
) -> None:
    """Sole times and overlaps cover all the time in which anybody is active."""
    edges = sorted({edge for spans in periods for span in spans for edge in span})
    covered = sum(
        after - before
        for before, after in pairwise(edges)
        if any(s <= before and after <= e for spans in periods for s, e in spans)
    )

    times = _times(*periods)

    assert times[:, 0].sum() <= covered + 1e-9
    assert times.sum() >= covered - 1e-9
