"""An attribute that goes with a halved frequency is named, and no other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from helpers.shop_rows import orders, words

from toc_sim.calibration.frequency_fell import FrequencyFell, frequency_fell
from toc_sim.calibration.order_history import OrderHistory, order_history

CUSTOMERS = 240


def a_shop(seed: int, loses: Sequence[bool]) -> OrderHistory:
    """Return a year of weekly buyers of whom some buy a third as often after half."""
    luck = np.random.Generator(np.random.PCG64(seed))
    rows = []
    for customer, falls in enumerate(loses):
        pace = luck.gamma(2.0, 0.02)
        days = [0, *np.flatnonzero(luck.random(364) < pace).tolist()]
        kept = [d for d in days if d < 182 or not falls or luck.random() < 0.3]
        rows += [(customer, float(day), 1.0, 1.0) for day in dict.fromkeys(kept)]
    return order_history(orders(rows, span=364))


def dealt(seed: int, values: Sequence[str]) -> list[str]:
    """Return a value for each customer, by chance alone."""
    luck = np.random.Generator(np.random.PCG64(seed))
    return [values[each] for each in luck.integers(len(values), size=CUSTOMERS)]


def found_in(history: OrderHistory, attributes: dict[str, list[str]]) -> FrequencyFell:
    """Return what is found of attributes that are written as lists."""
    return frequency_fell(history, {name: words(c) for name, c in attributes.items()})


def test_the_attribute_that_makes_the_difference_is_named() -> None:
    """With the value, how many of it, and how many of all others; the rest are not."""
    role = dealt(1, ["owner", "cook", "buyer"])
    history = a_shop(2, [each == "buyer" for each in role])
    found = found_in(history, {"town": dealt(3, ["N", "S"]), "role": role})
    first, second = found.tests
    [top] = [each for each in first.values if each.value == "buyer"]

    assert (first.attribute, first.separates, second.separates) == ("role", True, False)
    assert first.values[0] is top
    assert top.difference.low > 0.2
    assert "role separates those whose frequency halved" in found.sentence
    assert "% of buyer" in found.sentence
    assert "does not say that it is the cause" in found.sentence


def test_chance_alone_names_an_attribute_in_one_shop_of_twenty_at_most() -> None:
    """Three attributes that make no difference, in 100 shops: 5 % and its spread."""
    named = 0
    for seed in range(100):
        history = a_shop(seed, [seed % 2 == customer % 2 for customer in range(240)])
        attributes = {
            "town": dealt(3 * seed, ["N", "S"]),
            "role": dealt(3 * seed + 1, ["owner", "cook", "buyer"]),
            "size": dealt(3 * seed + 2, [str(n) for n in range(40)]),
        }
        found = found_in(history, attributes)
        named += any(each.separates for each in found.tests)
        assert all(not each.why_not for each in found.tests)

    assert named <= 10  # 5 expected at most; 11 or more by chance: 1 in 90


def test_none_of_them_does_is_said_plainly() -> None:
    """With the one that came nearest."""
    history = a_shop(1, [False] * CUSTOMERS)
    towns = {"town": dealt(5, ["N", "S"])}
    sizes = {**towns, "size": dealt(6, ["S", "L"])}

    assert "The one attribute does not separate" in found_in(history, towns).sentence
    assert "None of the 2 attributes separates" in found_in(history, sizes).sentence


def test_several_attributes_need_a_smaller_p_each() -> None:
    """Holm: the best of three counts three times, and none less than one before it."""
    history = a_shop(4, [False] * CUSTOMERS)
    names = {str(n): dealt(n, ["N", "S"]) for n in range(3)}
    tests = found_in(history, names).tests

    assert tests[0].p_holm == min(1, 3 * tests[0].p_value)
    assert [each.p_holm for each in tests] == sorted(each.p_holm for each in tests)


def test_when_customers_came_is_no_difference_between_values() -> None:
    """Who first bought late has had less time: that is taken out before values are."""
    luck = np.random.Generator(np.random.PCG64(9))
    rows, when = [], []
    for customer in range(CUSTOMERS):
        is_late = customer % 2 == 0
        begin = 120 if is_late else 0
        when.append("late" if is_late else "early")
        pace = 0.05 if is_late else 0.02
        days = begin + np.flatnonzero(luck.random(364 - begin) < pace)
        rows += [(customer, float(d), 1.0, 1.0) for d in {begin, *days.tolist()}]
    history = order_history(orders(rows, span=364))
    [test] = found_in(history, {"when": when}).tests

    assert test.p_value > 0.5


def test_numbers_are_cut_into_quarters_and_rare_values_put_together() -> None:
    """Values of four customers or fewer have no line of their own."""
    history = a_shop(5, [False] * CUSTOMERS)
    staff = [str(number) for number in range(CUSTOMERS)]
    trade = ["inn"] * (CUSTOMERS - 6) + ["bar", "bar", "pub", "pub", "", "den"]
    found = {
        each.attribute: [value.value for value in each.values]
        for each in found_in(history, {"staff": staff, "trade": trade}).tests
    }

    assert len(found["staff"]) == 4
    assert any(value.startswith("above") for value in found["staff"])
    assert sorted(found["trade"]) == ["(rare ones)", "inn"]


def test_what_cannot_be_tried_is_told() -> None:
    """One value for all; a name for each; too few customers; no attributes at all."""
    history = a_shop(6, [False] * CUSTOMERS)
    names = [f"name {number}" for number in range(CUSTOMERS)]
    same = ["inn"] * CUSTOMERS
    found = found_in(history, {"key": names, "trade": same})
    few = order_history(orders([(0, 0, 1.0, 1.0), (0, 9, 1.0, 1.0)]))

    assert {each.attribute: each.why_not for each in found.tests} == {
        "key": "nearly every customer has a value of its own",
        "trade": "all customers have the same value",
    }
    assert "No attribute can be tried" in found.sentence
    assert "too few customers" in found_in(few, {"trade": ["inn"]}).sentence
    assert "No attributes of customers are told" in found_in(few, {}).sentence
