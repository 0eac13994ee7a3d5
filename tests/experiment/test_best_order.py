"""Purchases one after another: what an order is worth, and which is the best."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.experiment.roadmap.best_order import (
    Order,
    Problem,
    Set,
    Step,
    best_order,
    value_of,
)

HORIZON = 10.0


def problem(
    steps: dict[str, Step],
    flows: dict[str, float] | None = None,
    budget: float = float("inf"),
) -> Problem:
    """Return purchases of tools whose names are letters.

    Parameters
    ----------
    steps
        By letter.
    flows
        What sets bring in a period, beside the 1 of doing nothing; letters that are
        not told of bring nothing.
    budget
        [money]
    """
    known = {frozenset(names): flow for names, flow in (flows or {}).items()}

    def flow(tools: Set) -> float:
        return 1 + max(
            (more for names, more in known.items() if names <= tools), default=0
        )

    return Problem(
        steps=steps,
        allowed=lambda _: True,
        flow=flow,
        weight=lambda start, end: end - start,
        paid=lambda _: 1.0,
        budget=budget,
        horizon=HORIZON,
    )


def test_nothing_is_bought_where_nothing_brings_anything() -> None:
    """To do nothing is worth what flows anyway; what is free and useless stays."""
    assert best_order(problem({})) == Order((), 10)
    assert best_order(problem({"a": Step(), "b": Step(price=3)})) == Order((), 10)


def test_what_a_tool_brings_begins_after_its_lead_time() -> None:
    """Half of it on the way up; what it costs a period, from its purchase."""
    found = problem({"a": Step(lead_time=2, ramp=4, per_period=0.1)}, {"a": 3})

    assert value_of(found, ["a"]) == pytest.approx(10 + 3 * 4 / 2 + 3 * 4 - 0.1 * 10)


def test_the_next_tool_is_bought_when_the_last_one_works() -> None:
    """Or later, if there is a pause between two purchases."""
    flows = {"a": 1.0, "b": 1.0, "ab": 2.0}
    steps = {"a": Step(lead_time=2), "b": Step(lead_time=3)}
    found = problem(steps, flows)
    slow = {name: replace(step, pause=4) for name, step in steps.items()}

    assert value_of(found, "ab") == 10 + 3 * 1 + 5 * 2
    assert value_of(found, "ba") == 10 + 2 * 1 + 5 * 2
    assert value_of(problem(slow, flows), "ab") == 10 + 5 * 1 + 3 * 2


def test_nothing_is_bought_after_the_horizon() -> None:
    """An order that comes to its next purchase at the end is none."""
    found = problem({"a": Step(pause=10), "b": Step()}, {"a": 1, "b": 1, "ab": 2})

    assert value_of(found, "ab") == float("-inf")
    assert value_of(found, "ba") == 30
    assert value_of(found, "a") == 20


def test_a_tool_that_works_only_beyond_the_horizon_brings_nothing() -> None:
    """And costs what it costs."""
    found = problem({"a": Step(upfront=2, lead_time=8, ramp=4)}, {"a": 4})

    assert value_of(found, "a") == pytest.approx(10 - 2 + 4 * 0.5 / 2 * 2)
    assert best_order(found).tools == ()


def test_a_budget_holds_for_all_purchases_together() -> None:
    """Prices add up to it but for rounding."""
    steps = {name: Step(price=0.1) for name in "abc"}
    found = problem(steps, {"abc": 1}, budget=0.3)

    assert value_of(found, "abc") == 20
    assert best_order(found).tools == ("a", "b", "c")
    assert value_of(replace(found, budget=0.2999), "abc") == float("-inf")
    assert best_order(replace(found, budget=0.2999)) == Order((), 10)


def test_an_order_may_stand_after_each_purchase() -> None:
    """What requires another is bought after it."""
    found = problem({"a": Step(), "b": Step()}, {"b": 5})
    found = replace(found, allowed=lambda tools: "b" not in tools or "a" in tools)

    assert value_of(found, "ba") == float("-inf")
    assert best_order(found) == Order(("a", "b"), 60)


def test_a_tool_is_bought_once() -> None:
    """Twice is no order."""
    assert value_of(problem({"a": Step()}), "aa") == float("-inf")
    assert value_of(problem({"a": Step()}), "b") == float("-inf")


def test_of_equal_orders_the_smaller_set_is_bought() -> None:
    """And then the one that lifts the flow earlier, then the first of the file."""
    free = {name: Step() for name in "abc"}

    assert best_order(problem(free, {"a": 1})).tools == ("a",)
    assert best_order(problem(free, {"b": 1, "bc": 2})).tools == ("b", "c")
    assert best_order(problem(free, {"ab": 1})).tools == ("a", "b")


@given(
    st.lists(st.tuples(*[st.integers(0, 6)] * 4), min_size=1, max_size=4),
    st.integers(0, 15),
)
def test_no_order_beats_the_best(
    drawn: list[tuple[int, int, int, int]], budget: int
) -> None:
    """Whatever the tools bring together; none that may be bought is worth more."""
    names = "abcd"[: len(drawn)]
    steps = {
        name: Step(price, price, 0.1 * cost, lead / 2, ramp / 2)
        for name, (price, cost, lead, ramp) in zip(names, drawn, strict=True)
    }
    flows = {name: sum(each) / 9 for name, each in zip(names, drawn, strict=True)}
    found = problem(steps, {**flows, names: 7.0}, float(budget))

    best = best_order(found)

    worth = [
        value_of(found, order)
        for size in range(len(names) + 1)
        for order in permutations(names, size)
    ]
    assert best.value == pytest.approx(max(worth))
    assert value_of(found, best.tools) == pytest.approx(best.value)
