"""Ties: where raising one alone brings nothing, all who must be raised are named."""

from __future__ import annotations

import pytest
from helpers.pipelines import answer, free, lifts, line, loads, machine, shares

BRANCHES = ["a -> b", "a -> c"]


def test_two_equal_machines_are_a_tie() -> None:
    """Of 12, 8, 8, 11 the two at 8 share the constraint: neither helps alone."""
    found = line(machine(12), machine(8), machine(8), machine(11))

    assert found.throughput == 8
    assert (found.constraint, found.tie) == (("b", "c"), True)
    assert shares(found) == pytest.approx({"a": 0, "b": 0.5, "c": 0.5, "d": 0})
    assert set(lifts(found).values()) == {0}
    assert (found.next_constraint, found.next_throughput) == (("d",), 11)


@pytest.mark.parametrize("conversion", [1.0, 0.9])
def test_a_tie_of_three_names_the_one_in_the_middle_too(conversion: float) -> None:
    """A stage between two equal ones is in neither outer cut, and is needed."""
    found = line(*[machine(8)] * 3, machine(9, conversion=conversion))

    assert found.method == ("cut" if conversion == 1 else "lp")
    assert (found.constraint, found.tie) == (("a", "b", "c"), True)
    assert shares(found) == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3, "d": 0})


def test_parallel_stages_tie_with_the_one_that_feeds_them() -> None:
    """5 and 4 after 9: all three must be raised, the two in proportion."""
    found = answer({"a": free(9), "b": machine(5), "c": machine(4)}, BRANCHES)

    assert found.throughput == 9
    assert (found.constraint, found.tie) == (("a", "b", "c"), True)
    assert shares(found) == pytest.approx({"a": 1 / 2, "b": 5 / 18, "c": 4 / 18})


def test_parallel_stages_that_both_help_are_no_tie() -> None:
    """5 and 4 after 12: each answers for what it lets through, and helps alone."""
    found = answer({"a": free(12), "b": machine(5), "c": machine(4)}, BRANCHES)

    assert (found.constraint, found.tie) == (("b",), False)
    assert lifts(found) == pytest.approx({"a": 0, "b": 5 / 9, "c": 4 / 9})
    assert shares(found) == lifts(found)


def test_equals_in_parallel_are_named_together_without_a_tie() -> None:
    """Two machines of the same weight, each of which helps alone, are both named."""
    found = answer({"a": free(12), "b": machine(4), "c": machine(4)}, BRANCHES)

    assert (found.constraint, found.tie) == (("b", "c"), False)
    assert lifts(found) == pytest.approx({"a": 0, "b": 1 / 2, "c": 1 / 2})


def test_slack_in_parallel_is_spread_evenly() -> None:
    """Of all best flows the report shows the one that leaves nobody needlessly busy."""
    found = answer({"a": free(7), "b": machine(5), "c": machine(4)}, BRANCHES)

    assert found.constraint == ("a",)
    assert loads(found) == pytest.approx({"a": 1, "b": 7 / 9, "c": 7 / 9}, abs=1e-9)


def test_a_tie_beside_a_stage_that_helps_alone() -> None:
    """5 beside a pair of 4: the first keeps its 5/9, the pair shares the rest."""
    found = answer(
        {"a": machine(5), "z": machine(99), "b": machine(4), "c": machine(4)},
        ["a -> z", "b -> c -> z"],
    )

    assert found.throughput == 9
    assert (found.constraint, found.tie) == (("a",), False)
    assert shares(found) == pytest.approx({"a": 5 / 9, "z": 0, "b": 2 / 9, "c": 2 / 9})
    assert lifts(found) == pytest.approx({"a": 5 / 9, "z": 0, "b": 0, "c": 0})


def test_of_two_ties_the_heavier_is_named() -> None:
    """4 and 4 beside 8 and 8: the pair of 8 answers for two thirds."""
    stages = {
        name: machine(rate) for name, rate in zip("abcd", (4, 4, 8, 8), strict=True)
    }
    found = answer({**stages, "z": machine(99)}, ["a -> b -> z", "c -> d -> z"])

    assert (found.constraint, found.tie) == (("c", "d"), True)
    assert shares(found) == pytest.approx(
        {"a": 1 / 6, "b": 1 / 6, "c": 1 / 3, "d": 1 / 3, "z": 0}
    )


def test_rounding_does_not_break_a_tie() -> None:
    """0.1 and 0.2 side by side tie with 0.3, though their sum is not quite 0.3."""
    found = answer({"a": free(0.3), "b": machine(0.1), "c": machine(0.2)}, BRANCHES)

    assert found.tie
    assert found.constraint == ("a", "b", "c")
