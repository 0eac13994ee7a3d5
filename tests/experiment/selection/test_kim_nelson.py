"""The race: what it says of few outcomes, and what must not change its answer."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.trials import Numbers, columns
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.experiment.selection.kim_nelson import Race, constants, race

Rows = list[list[float]]

FIRST = 3

whole = st.integers(-20, 20)
outcomes = st.integers(1, 5).flatmap(
    lambda systems: st.lists(
        st.lists(whole, min_size=systems, max_size=systems), min_size=1, max_size=40
    )
)
"""Rows of whole numbers: sums of them are exact, and ties happen."""


def run(values: tuple[Numbers, ...], indifference: float = 4.0) -> Race:
    return race(values, indifference=indifference, confidence=0.9, first=FIRST)


@given(outcomes, st.data())
def test_the_order_of_systems_does_not_matter(rows: Rows, data: st.DataObject) -> None:
    """Who stays and who leaves when is the same, under other positions."""
    values = columns(rows)
    order = data.draw(st.permutations(range(len(values))))
    here, there = run(values), run(tuple(values[each] for each in order))

    assert there.replications == here.replications
    assert (there.decided, there.most) == (here.decided, here.most)
    assert sorted(order[each] for each in there.alive) == list(here.alive)
    assert there.dropped_at == tuple(here.dropped_at[each] for each in order)
    looked = here.replications
    same = values[order[there.best]][:looked].sum()
    assert same == values[here.best][:looked].sum()


@given(outcomes, st.integers(-1000, 1000))
def test_a_constant_for_all_changes_nothing(rows: Rows, constant: int) -> None:
    """Only differences count."""
    values = columns(rows)

    assert run(tuple(each + constant for each in values)) == run(values)


@given(outcomes, st.integers(-20, 20))
def test_the_unit_does_not_matter(rows: Rows, power: int) -> None:
    """Outcomes and indifference in another unit give the same answer."""
    values, unit = columns(rows), 2.0**power
    scaled = run(tuple(each * unit for each in values), indifference=4.0 * unit)

    assert scaled == run(values)


@given(outcomes, st.data())
def test_a_decision_stands(rows: Rows, data: st.DataObject) -> None:
    """What more outcomes show later does not undo who left, nor the choice."""
    part = data.draw(st.integers(1, len(rows)))
    early, late = run(columns(rows[:part])), run(columns(rows))

    if early.decided:
        assert late == early
    else:
        assert late.replications >= early.replications
        for before, after in zip(early.dropped_at, late.dropped_at, strict=True):
            assert before is None or before == after


@given(outcomes)
def test_those_who_left_need_not_be_simulated_on(rows: Rows) -> None:
    """Without the outcomes after they left, the answer is the same."""
    values = columns(rows)
    full = run(values)
    cut = tuple(each[:left] for each, left in zip(values, full.dropped_at, strict=True))

    assert run(cut) == full


@given(outcomes)
def test_the_end_is_known_from_the_start(rows: Rows) -> None:
    """No race takes more replications than it says after the first ones."""
    found = run(columns(rows))

    assert found.replications <= found.most
    assert found.decided or found.replications == len(rows) < max(found.most, FIRST)
    assert found.best in found.alive


@given(outcomes)
def test_the_leader_has_the_highest_mean_of_those_in_the_race(rows: Rows) -> None:
    """And of equal means, the first."""
    values = columns(rows)
    found = run(values)
    sums = {each: values[each][: found.replications].sum() for each in found.alive}

    assert found.best == max(sums, key=lambda each: (sums[each], -each))


def test_without_chance_the_first_outcomes_decide() -> None:
    """Systems that never change are told apart at once, however close."""
    values = tuple(np.full(FIRST, mean) for mean in (0.1, 0.3, 0.2))

    assert run(values) == Race(
        alive=(1,),
        best=1,
        decided=True,
        replications=FIRST,
        most=FIRST,
        dropped_at=(FIRST, None, FIRST),
    )


def test_systems_that_never_differ_tie() -> None:
    """Two of the same remain together, and the first of them is chosen."""
    noise = np.random.default_rng(1).normal(size=50)
    found = run((noise - 100, noise, noise))

    assert found.decided
    assert (found.alive, found.best, found.replications) == ((1, 2), 1, FIRST)


def test_one_system_has_no_rivals() -> None:
    """It is the best, after the first replications."""
    found = run((np.array([5.0, 3.0, 4.0]),))

    assert (found.alive, found.best, found.decided) == ((0,), 0, True)


@pytest.mark.parametrize("count", range(FIRST))
def test_too_few_outcomes_decide_nothing(count: int) -> None:
    """Before the first replications are there, somebody leads and that is all."""
    ahead, behind = np.full(count, 1000.0), np.zeros(10)
    found = run((behind, ahead))

    assert found == Race(
        alive=(0, 1),
        best=1 if count else 0,
        decided=False,
        replications=count,
        most=FIRST,
        dropped_at=(None, None),
    )


def test_a_race_waits_for_the_shortest() -> None:
    """Who is still in the race and has no more outcomes stops it."""
    source = np.random.default_rng(3)
    long, short = source.normal(size=40), source.normal(size=7)
    found = run((long, short), indifference=0.1)

    assert (found.decided, found.replications) == (False, 7)
    assert found == run((long[:7], short), indifference=0.1)


def test_the_last_replication_decides_by_the_highest_mean() -> None:
    """When there is no doubt left to give, the leader is the choice."""
    ahead = np.array([1, -1, 1e-9] + [0] * 200)
    found = run((np.zeros(203), ahead), indifference=0.6)

    assert (found.decided, found.alive, found.best) == (True, (1,), 1)
    assert found.replications == found.most > FIRST


def test_a_race_is_the_procedure_as_published() -> None:
    """Step by step from the paper's description, the same choice at the same time."""
    source = np.random.default_rng(5)
    for _ in range(40):
        count = int(source.integers(2, 6))
        chance = source.normal(size=(600, 1)) + source.normal(size=(600, count))
        rows = source.normal(size=count) + chance * source.uniform(0.2, 2, count)
        found = race(columns(rows.tolist()), indifference=0.7, confidence=0.9, first=8)

        assert found.decided
        assert (found.best, found.replications) == _published(rows, 0.7, 0.9, 8)


@pytest.mark.parametrize("indifference", [0.0, -1.0])
def test_no_difference_is_too_small_to_matter_is_refused(indifference: float) -> None:
    """A race for differences however small would never end."""
    with pytest.raises(ValueError, match=r"^differences however small would take"):
        run((np.zeros(5), np.ones(5)), indifference=indifference)


def test_one_replication_has_no_variance() -> None:
    """Two are the fewest to begin with."""
    with pytest.raises(ValueError, match=r"^a variance takes two replications at"):
        constants(3, 1, 0.95)


def test_less_confidence_than_a_guess_has_asks_for_nothing() -> None:
    """The constants never turn negative."""
    assert constants(2, 10, 0.4) == constants(1, 10, 0.95)
    assert constants(2, 10, 0.4)[1] == 0


def _published(
    rows: Numbers, indifference: float, confidence: float, first: int
) -> tuple[int, int]:
    """Return the choice and its time, in the words of Kim and Nelson (2001)."""
    systems = rows.shape[1]
    _, h2 = constants(systems, first, confidence)
    pairs = {
        (i, j): float(np.var(rows[:first, i] - rows[:first, j], ddof=1))
        for i in range(systems)
        for j in range(systems)
    }
    longest = max(int(h2 * each / indifference**2) for each in pairs.values())
    inside, r = list(range(systems)), first
    while r <= longest:
        mean = rows[:r].mean(axis=0)
        inside = [
            i
            for i in inside
            if all(
                mean[i] >= mean[j] - max(0, _doubt(h2 * pairs[i, j], indifference, r))
                for j in inside
            )
        ]
        if len(inside) == 1:
            return inside[0], r
        r += 1
    return max(inside, key=lambda i: rows[:r, i].mean()), r


def _doubt(variance: float, indifference: float, r: int) -> float:
    return indifference / (2 * r) * (variance / indifference**2 - r)
