"""The paper-cup walk by arithmetic: the constraint moves as it is lifted."""

from __future__ import annotations

import pytest
from helpers.pipelines import answer, cups, line, loads, machine, market, shares


@pytest.mark.parametrize(
    ("changes", "constraint", "throughput", "following", "then"),
    [
        ({}, "machine_2", 8, ("sales",), 9),
        ({"machine_2": 15}, "sales", 9, ("machine_3",), 10),
        ({"machine_2": 15, "sales": 12}, "machine_3", 10, ("market",), 11),
        (
            {"machine_2": 15, "sales": 12, "machine_3": 12},
            "market",
            11,
            # with the market lifted, three stages are left at 12
            ("machine_1", "machine_3", "sales"),
            12,
        ),
    ],
)
def test_the_constraint_moves_as_it_is_lifted(
    changes: dict[str, float],
    constraint: str,
    throughput: float,
    following: tuple[str, ...],
    then: float,
) -> None:
    """The smallest capacity is the whole constraint, and the next one is known."""
    found = cups(**changes)

    assert found.throughput == throughput
    assert found.constraint == (constraint,)
    assert not found.tie
    assert shares(found) == {name: float(name == constraint) for name in shares(found)}
    assert found.next_throughput == then
    assert found.next_constraint == following


def test_the_load_of_the_others_is_what_the_constraint_lets_through() -> None:
    """What a stage does not need is its slack, even if its queue could grow."""
    found = cups()

    assert loads(found) == pytest.approx(
        {
            "machine_1": 8 / 12,
            "machine_2": 1,
            "machine_3": 8 / 10,
            "sales": 8 / 9,
            "market": 8 / 11,
        },
        abs=1e-9,
    )


def test_a_tool_off_the_constraint_brings_nothing_alone_and_much_together() -> None:
    """Single tools bring 1, 0 and 0; all three together bring 3."""
    tools = [{"machine_2": 15.0}, {"sales": 20.0}, {"machine_3": 12.0}]

    alone = [cups(**tool).throughput - 8 for tool in tools]
    together = cups(**tools[0], **tools[1], **tools[2]).throughput - 8

    assert alone == [1, 0, 0]
    assert together == 3


def test_a_single_stage_is_its_own_constraint() -> None:
    """A pipeline of one stage has nobody else to name, and nothing comes after it."""
    found = answer({"desk": machine(5), "market": market(20)}, ["desk -> market"])
    beyond = line(machine(5), machine(20))

    assert found.constraint == ("desk",)
    assert found.next_constraint == ("market",)
    assert (beyond.next_constraint, beyond.next_throughput) == (("b",), 20)


def test_nothing_limits_once_all_equals_are_lifted() -> None:
    """With the last limits gone the next throughput is infinite, and has no name."""
    found = line(machine(3), machine(3))

    assert found.next_constraint == ()
    assert found.next_throughput == float("inf")
