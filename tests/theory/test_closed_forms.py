"""Where the answer can be written down, it is met, however far apart the rates are."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pytest
from helpers.pipelines import answer, line, machine
from helpers.trees import CONVERSIONS, RATES, Tree, trees
from hypothesis import given
from hypothesis import strategies as st

EXACT = 1e-9


@given(st.lists(st.tuples(RATES, CONVERSIONS), min_size=1, max_size=8))
def test_a_line_makes_what_its_tightest_stage_lets_through(
    stages: list[tuple[float, float]],
) -> None:
    """T is the smallest capacity times all conversions from there on."""
    passed = [
        rate * prod(conversion for _, conversion in stages[index:])
        for index, (rate, _) in enumerate(stages)
    ]
    found = line(
        *(machine(rate, conversion=conversion) for rate, conversion in stages),
        machine(1e9),
    )

    assert found.throughput == pytest.approx(min(passed), rel=EXACT)
    assert passed[" abcdefghij".index(found.constraint[0]) - 1] == pytest.approx(
        min(passed), rel=1e-6
    )


@given(RATES, st.integers(1, 19))
def test_rework_at_one_stage_leaves_what_is_right_at_once(
    rate: float, twentieths: int
) -> None:
    """T = c (1 - q) where a share q comes back."""
    again = twentieths / 20
    stages = {"a": machine(rate), "z": machine(1e9)}
    found = answer(stages, ["a -> z", {"a -> a": again}])

    assert found.throughput == pytest.approx(rate * (1 - again), rel=EXACT)


@given(trees(), st.sampled_from([0, "unlimited"]))
def test_fixed_splits_are_exact_with_and_without_room(
    tree: Tree, buffer: int | str
) -> None:
    """Behind full buffers all run in step; with endless ones each takes what comes."""
    stages = {
        f"s{stage}": machine(
            rate,
            conversion=tree.conversions[stage],
            buffer=buffer,
        )
        for stage, rate in enumerate(tree.rates)
    }
    found = answer(stages, [f"s{start} -> s{end}" for start, end in tree.ways])

    rates = [Fraction(rate) for rate in tree.rates]
    if buffer == "unlimited":
        expected = tree.bought(tree.starts(rates))
    else:
        starts = tree.starts(None)
        pace = min(rate / start for rate, start in zip(rates, starts, strict=True))
        expected = pace * tree.bought(starts)
    assert found.throughput == pytest.approx(float(expected), rel=EXACT)
    assert sum(owner.share for owner in found.owners) == pytest.approx(1, abs=1e-9)
