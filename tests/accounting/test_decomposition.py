"""Who a change is owed to: exact splits of revenues and of joint lifts."""

from __future__ import annotations

from itertools import permutations
from math import fsum, log, prod
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.accounting.decomposition import decomposed, shapley
from toc_sim.errors import TocError

SHOP_1 = {"leads": 100, "conversion": 0.4, "price": 2, "positions": 2, "frequency": 2}
SHOP_2 = {"leads": 50, "conversion": 0.8, "price": 8, "positions": 1, "frequency": 1}

names = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True)
factors = st.one_of(st.floats(1e-6, 1e6), st.sampled_from([1.0, 2.0, 2.0 + 1e-12]))


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, float]]:
    """Draw the factors of a product before and after."""
    drawn = draw(names)
    return {n: draw(factors) for n in drawn}, {n: draw(factors) for n in drawn}


@st.composite
def tables(draw: st.DrawFn) -> dict[frozenset[str], float]:
    """Draw a worth for every set of some names."""
    found = {frozenset[str](): draw(st.integers(-50, 50)) / 10}
    for name in draw(names):
        for each in list(found):
            found[each | {name}] = draw(st.integers(-50, 50)) / 10
    return found


def members(table: dict[frozenset[str], float]) -> list[str]:
    """Return all names of a table."""
    return sorted(frozenset[str]().union(*table))


def test_two_shops_of_equal_revenue_differ_in_every_factor() -> None:
    """320 each: the second loses on leads, positions and visits, gains by price."""
    found = {each.name: each.amount for each in decomposed(SHOP_1, SHOP_2)}

    half = 320 * log(2)
    assert found == pytest.approx(
        {
            "leads": -half,
            "conversion": half,
            "price": 2 * half,
            "positions": -half,
            "frequency": -half,
        }
    )


@given(changes())
def test_contributions_add_up_to_the_change(
    drawn: tuple[dict[str, float], dict[str, float]],
) -> None:
    """Nothing is left over, and nothing is counted twice."""
    before, after = drawn

    found = decomposed(before, after)

    first, second = prod(before.values()), prod(after.values())
    assert fsum(each.amount for each in found) == pytest.approx(
        second - first, rel=1e-9, abs=1e-12 * max(first, second)
    )
    assert {each.name: each.before for each in found} == before
    assert {each.name: each.after for each in found} == after


@given(changes())
def test_the_order_of_factors_does_not_matter(
    drawn: tuple[dict[str, float], dict[str, float]],
) -> None:
    """A factor contributes the same wherever it is named."""
    before, after = drawn
    mixed = dict(reversed(before.items()))

    found = {each.name: each.amount for each in decomposed(before, after)}
    again = {each.name: each.amount for each in decomposed(mixed, after)}

    assert again == pytest.approx(found, rel=1e-9)


@given(changes())
def test_the_way_back_undoes_the_way_there(
    drawn: tuple[dict[str, float], dict[str, float]],
) -> None:
    """From after to before each factor takes back what it gave."""
    there, back = decomposed(*drawn), decomposed(*reversed(drawn))

    largest = max(prod(each.values()) for each in drawn)
    assert [each.amount for each in back] == pytest.approx(
        [-each.amount for each in there], rel=1e-9, abs=1e-12 * largest
    )


def test_a_factor_that_stays_contributes_nothing() -> None:
    """All of the change is owed to the only factor that changed."""
    found = decomposed({"leads": 100, "price": 4}, {"leads": 130, "price": 4})

    assert [each.amount for each in found] == pytest.approx([120, 0])


FROM_NOTHING = "what came from nothing has no factors; compare the sums instead"


@pytest.mark.parametrize(
    ("before", "after", "what", "hint"),
    [
        (
            {"leads": 1, "price": 2},
            {"lead": 1, "price": 2},
            "factor 'leads' has no value after",
            "did you mean 'lead'?",
        ),
        (
            {"leads": 1},
            {"leads": 1, "price": 2},
            "factor 'price' has no value before",
            "give the same factors before and after",
        ),
        (
            {"leads": 0},
            {"leads": 1},
            "factor 'leads' must be a number above 0 before (found 0)",
            FROM_NOTHING,
        ),
        (
            {"leads": 1},
            {"leads": float("nan")},
            "factor 'leads' must be a number above 0 after (found nan)",
            FROM_NOTHING,
        ),
    ],
)
def test_what_cannot_be_split(
    before: dict[str, float], after: dict[str, float], what: str, hint: str
) -> None:
    """A factor that is missing, or without a ratio, is told with advice."""
    with pytest.raises(TocError) as caught:
        decomposed(before, after)

    assert str(caught.value) == f"{what}\n    hint: {hint}"


@given(tables())
def test_parts_of_a_joint_lift_add_up(table: dict[frozenset[str], float]) -> None:
    """The parts are the worth of all together less that of none."""
    everyone = members(table)

    found = shapley(table.__getitem__, everyone)

    lift = table[frozenset(everyone)] - table[frozenset()]
    assert fsum(part for _, part in found) == pytest.approx(lift, abs=1e-12)
    assert [name for name, _ in found] == everyone


@given(tables().filter(lambda table: len(table) <= 16))
def test_a_part_is_the_mean_lift_over_all_orders(
    table: dict[frozenset[str], float],
) -> None:
    """As found by going through every order of purchase, one by one."""
    everyone = members(table)

    found = dict(shapley(table.__getitem__, everyone))

    orders = list(permutations(everyone))
    for name in everyone:
        lifts = []
        for order in orders:
            there = frozenset(order[: order.index(name)])
            lifts.append(table[there | {name}] - table[there])
        assert found[name] == pytest.approx(fmean(lifts), abs=1e-12)


def test_every_set_is_asked_for_once() -> None:
    """A worth may be a simulation: it is not asked for twice."""
    asked: list[frozenset[str]] = []

    def worth(tools: frozenset[str]) -> float:
        asked.append(tools)
        return float(len(tools) ** 2)

    found = shapley(worth, "abcd")

    assert len(asked) == len(set(asked)) == 2**4
    assert dict(found) == pytest.approx(dict.fromkeys("abcd", 4))


def test_what_nobody_is_named_for() -> None:
    """Among nobody there is nothing to split."""
    assert shapley(len, []) == ()
    assert decomposed({}, {}) == ()


def test_joint_lifts_that_cannot_be_split() -> None:
    """Too many names, or the same one twice."""
    with pytest.raises(TocError) as many:
        shapley(len, [str(number) for number in range(17)])
    with pytest.raises(TocError) as twice:
        shapley(len, ["a", "b", "a"])

    assert str(many.value) == (
        "a joint lift can be split among 16 at most (found 17)\n"
        "    hint: put tools together that are bought together"
    )
    assert str(twice.value) == "'a' is named twice"
