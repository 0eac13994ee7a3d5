"""Forgetting what no longer matters changes no figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.engine.reference import floor
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import scenarios


@given(scenarios(), st.integers(1, 20))
def test_a_path_is_the_same_however_often_it_is_added_up(
    scenario: Scenario, items: int
) -> None:
    """Cleaning up after every few items leaves every share as it is."""
    kept = once(scenario)
    with pytest.MonkeyPatch.context() as often:
        often.setattr(floor, "COMPRESS_EVERY", items)
        swept = once(scenario)

    for one, other in zip(
        (*kept.shares, *kept.other_shares),
        (*swept.shares, *swept.other_shares),
        strict=True,
    ):
        assert one.value == pytest.approx(other.value, abs=1e-9)
    assert kept.departures.tolist() == swept.departures.tolist()
    assert [node.out for node in kept.nodes] == [node.out for node in swept.nodes]
    assert [repr(node.gap_variance) for node in kept.nodes] == [
        repr(node.gap_variance) for node in swept.nodes
    ]
