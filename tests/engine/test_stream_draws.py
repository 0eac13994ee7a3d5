"""Draws that are kept are those that a generator gives, wherever blocks end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.engine.compiled.stream_draws import KnownDraws, StreamDraws
from toc_sim.engine.compiled.tables import StreamPlan
from toc_sim.network.node import Draw
from toc_sim.streams import Purpose, block, chances, generator

TIMES = StreamPlan("desk", Purpose.TIME, 0, Draw("gamma", 0.7))
WAYS = StreamPlan("desk", Purpose.ROUTING, 0, None)

SIZES = st.lists(st.integers(1, 60), min_size=1, max_size=6)


@given(
    runs=st.lists(SIZES, min_size=1, max_size=4), room=st.sampled_from([0, 300, 9999])
)
@pytest.mark.parametrize("plan", [TIMES, WAYS], ids=["times", "ways"])
def test_runs_that_share_draws_meet_the_same(
    plan: StreamPlan, runs: list[list[int]], room: int
) -> None:
    """Whatever other runs have asked for before, and however little is kept."""
    known = KnownDraws(room)
    source = generator(7, 3, plan.name, plan.purpose, plan.part)
    if plan.draw is not None:
        expected = block(plan.draw, source, 360)
    else:
        one = chances(source)
        expected = np.array([one() for _ in range(360)])
    for sizes in runs:
        draws = StreamDraws(plan, 7, 3, known)
        given_out = np.concatenate([draws(size) for size in sizes])

        assert given_out.tolist() == expected[: sum(sizes)].tolist()


def test_another_replication_has_draws_of_its_own() -> None:
    """Nor do two streams share any."""
    known = KnownDraws()
    first = StreamDraws(TIMES, 7, 0, known)(5).tolist()

    assert StreamDraws(TIMES, 7, 1, known)(5).tolist() != first
    assert StreamDraws(WAYS, 7, 0, known)(5).tolist() != first
    assert StreamDraws(TIMES, 7, 0, known)(5).tolist() == first
