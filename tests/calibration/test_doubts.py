"""Every suspicion is raised by what it is of, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from helpers.self_made_records import MONDAY, cases_of, clean_log, office_moments
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim.calibration.doubts import doubts_of
from toc_sim.records.notices import Notice
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, NOT_TOLD, Visits


def found(visits: Visits, kind: str) -> Notice:
    """Return the one suspicion of a kind."""
    (notice,) = (each for each in doubts_of(visits) if each.kind == kind)
    return notice


def kinds(visits: Visits) -> set[str]:
    """Return what is suspected."""
    return {notice.kind for notice in doubts_of(visits)}


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    weeks=st.integers(8, 60),
    per_day=st.floats(1.5, 12.0),
    load=st.floats(0.1, 0.7),
)
def test_a_clean_log_raises_no_doubt(
    seed: int, weeks: int, per_day: float, load: float
) -> None:
    """Whatever its length, its pace and its load."""
    log = clean_log(seed, weeks=weeks, per_day=per_day, load=load)

    assert doubts_of(log) == ()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), week=st.integers(0, 99))
def test_doubts_do_not_hang_on_the_day_on_which_records_begin(
    seed: int, week: int
) -> None:
    """A clean log is clean whichever its dates are, by whole weeks."""
    log = replace(clean_log(seed), begin=MONDAY + timedelta(7 * week))

    assert doubts_of(log) == ()


def slow_cases(
    seed: int = 1, *, weeks: int = 60, mean: float = 30.0, per_day: float = 8.0
) -> Visits:
    """Return cases that are open for long, followed to the end; a third is lost."""
    chance = np.random.default_rng(seed)
    created = office_moments(chance, weeks, per_day)
    closed = np.floor(created + chance.exponential(mean, len(created)))
    closed = np.where(closed % 7 >= 5, closed - 2, closed)  # nobody closes on weekends
    closed = np.fmax(np.floor(created), closed)
    end = 7.0 * weeks
    seen = closed <= end
    won = chance.random(len(created)) < 2 / 3
    outcome = np.where(seen, np.where(won, CASE_WON, CASE_LOST), CASE_OPEN)
    return cases_of(
        np.floor(created), np.where(seen, closed, np.nan), outcome, span=end
    )


def chosen(visits: Visits, rows: np.ndarray) -> Visits:
    """Return some cases of a snapshot."""
    return cases_of(
        visits.created[rows],
        visits.closed[rows],
        visits.outcome[rows],
        span=visits.span,
        amount=visits.amount[rows],
    )


def test_slow_cases_that_are_followed_from_an_empty_start_say_that_alone() -> None:
    """Open ones of all ages are there, and nothing was chosen by its end."""
    assert kinds(slow_cases()) == {"empty start"}


def test_only_closed_cases_are_told() -> None:
    """With how many would be open."""
    visits = slow_cases()
    notice = found(chosen(visits, visits.outcome != CASE_OPEN), "only closed cases")

    assert notice.weight == "doubt"
    assert 50 < float(notice.evidence["expected_open"]) < 172
    assert notice.evidence["open"] == 0


def test_cases_chosen_by_their_closing_date_are_told() -> None:
    """Those that ended before the first day that counts are missing."""
    visits = slow_cases()
    late = ~(visits.closed < 100.0)
    notice = found(chosen(visits, late), "chosen by closing date")

    assert notice.evidence["day"] == pytest.approx(100, abs=3)
    assert float(notice.evidence["expected_closed"]) > 50


def test_missing_young_open_cases_are_told() -> None:
    """Where hardly any that is open is younger than fifty days."""
    visits = slow_cases()
    young = (visits.outcome == CASE_OPEN) & (visits.created > visits.span - 50)
    notice = found(chosen(visits, ~young), "hardly any young open cases")

    assert notice.evidence["open"] == 0
    assert float(notice.evidence["age_5_percent"]) >= 50


def test_open_cases_of_all_ages_are_not_doubted() -> None:
    """Of many self-made logs none lacks young ones, or those closed early."""
    wrong = {
        "hardly any young open cases",
        "chosen by closing date",
        "only closed cases",
    }

    assert not any(wrong & kinds(slow_cases(seed, mean=20)) for seed in range(30))


def test_an_empty_start_says_until_when() -> None:
    """An exponential stay of 30 days comes to eight tenths of its level in 48."""
    notice = found(slow_cases(), "empty start")

    assert 30 < float(notice.evidence["warm_day"]) < 70
    assert 150 < float(notice.evidence["open_later"]) < 200


def test_a_heap_of_old_cases_in_the_first_week_is_told() -> None:
    """As arrivals that are none."""
    log = clean_log(3)
    old = np.concatenate([np.linspace(0.3, 0.7, 60), log.created])
    closed = np.concatenate([np.linspace(2.3, 4.7, 60), log.closed])
    notice = found(cases_of(old, closed, span=log.span), "open cases told as arrivals")

    assert float(notice.evidence["first_week"]) >= 80
    assert 20 < float(notice.evidence["usual_week"]) < 40


def test_arrivals_that_were_cut_off_are_told_with_their_last_day() -> None:
    """While cases still end."""
    visits = slow_cases()
    notice = found(chosen(visits, visits.created < 300), "cut at the end")

    assert notice.evidence["last_arrival"] == "2024-10-25"
    assert float(notice.evidence["ends_after"]) > 50


def test_open_cases_that_grow_are_told_with_both_rates() -> None:
    """Twice as many begin as end."""
    chance = np.random.default_rng(1)
    created = np.sort(chance.uniform(0, 300, 3000))
    closed = np.sort(chance.uniform(0, 300, 1500))
    visits = cases_of(
        created, np.concatenate([np.fmax(closed, created[:1500]), [np.nan] * 1500])
    )
    notice = found(visits, "open cases grow")

    assert float(notice.evidence["open_later"]) > 1.5 * float(
        notice.evidence["open_earlier"]
    )
    assert notice.evidence["end_later"] == pytest.approx(35, rel=0.2)


def test_losses_that_were_never_written_down_are_told() -> None:
    """Open cases far older than those that were won."""
    visits = slow_cases(mean=10)
    lost = visits.outcome == CASE_LOST
    without = replace(
        visits,
        outcome=np.where(lost, CASE_OPEN, visits.outcome).astype(np.int8),
        closed=np.where(lost, np.nan, visits.closed),
        tells_losses=False,
    )
    notice = found(without, "losses never recorded")

    assert float(notice.evidence["share_old"]) > 0.5
    assert "open cases grow" not in kinds(without)
    assert "empty start" not in kinds(without)


@pytest.mark.parametrize(("count", "weight"), [(5, "refused"), (20, "doubt")])
def test_too_few_cases_are_told(count: int, weight: str) -> None:
    """Of five nothing is told, of twenty little; of thirty it is not said."""
    few = cases_of(np.arange(count), np.arange(count) + 0.5)
    enough = cases_of(np.arange(30), np.arange(30) + 0.5)

    assert found(few, "too few cases").weight == weight
    assert "too few cases" not in kinds(enough)


def test_amounts_that_are_missing_are_told() -> None:
    """On won cases that carry none or 0; and 0 on all that are lost."""
    log = clean_log(5)
    won = np.flatnonzero(log.outcome == CASE_WON)
    amounts = np.where(log.outcome == CASE_LOST, 0.0, log.amount)
    amounts[won[:20]] = 0.0
    amounts[won[20:30]] = np.nan
    visits = replace(log, amount=amounts)

    assert found(visits, "amounts missing").evidence["missing"] == 30
    assert found(visits, "no amount on lost cases").weight == "note"


def test_cases_without_a_date_of_beginning_are_told() -> None:
    """With how many there are."""
    log = clean_log(5)
    created = log.created.copy()
    created[::10] = np.nan
    notice = found(replace(log, created=created), "without a beginning")

    assert notice.evidence["undated"] == len(created[::10])


def _some_at_midnight(log: Visits) -> Visits:
    created = log.created.copy()
    created[::4] = np.floor(created[::4])
    return replace(log, created=created)


def _some_at_two(log: Visits) -> Visits:
    created = log.created.copy()
    created[::20] = np.floor(created[::20]) + 2 / 24
    return replace(log, created=created)


def _days_alone(log: Visits) -> Visits:
    return replace(log, created=np.floor(log.created))


def _moved_by_half_a_day(log: Visits) -> Visits:
    later = {
        name: getattr(log, name) + 0.5
        for name in ("created", "closed", "arrived", "started", "finished")
    }
    return replace(log, span=log.span + 0.5, **later)


def _first_days_of_months(log: Visits) -> Visits:
    def early(days: np.ndarray) -> np.ndarray:
        return np.floor(days / 28) * 30.4 + days % 28 * 10 / 28

    return replace(log, created=early(log.created), closed=early(log.closed))


def _booked(log: Visits) -> Visits:
    here = log.stage == 1
    return replace(log, finished=np.where(here, log.started + 1 / 24, log.finished))


def _zeros(log: Visits) -> Visits:
    none = (log.stage == 1) & (np.arange(len(log.stage)) % 8 == 0)
    return replace(log, finished=np.where(none, log.started, log.finished))


def _returns(log: Visits) -> Visits:
    """Every tenth case that came to an offer is talked over once more."""
    stage = log.stage.copy()
    case, rows = np.concatenate([log.case, log.case[stage == 1][::10]]), len(stage)
    again = np.flatnonzero(stage == 1)[::10]
    picked = np.concatenate([np.arange(rows), again])
    later = np.arange(len(picked)) >= rows
    order = np.lexsort((later, picked, case))
    moved = picked[order]
    return replace(
        log,
        case=case[order],
        stage=np.where(later[order], 0, stage[moved]).astype(np.int32),
        arrived=np.where(later[order], log.finished[moved], log.arrived[moved]),
        started=np.where(later[order], np.nan, log.started[moved]),
        finished=np.where(later[order], np.nan, log.finished[moved]),
        resource=np.where(later[order], NOT_TOLD, log.resource[moved]).astype(np.int32),
    )


def _customers(log: Visits) -> Visits:
    names = tuple(f"customer {number}" for number in range(log.cases))
    return replace(log, resource=log.case, resources=names)


def _owned_by_customers(log: Visits) -> Visits:
    names = tuple(f"customer {number}" for number in range(log.cases))
    return replace(log, owner=np.arange(log.cases, dtype=np.int32), owners=names)


def _machine(log: Visits) -> Visits:
    """Something is noted of every case in no time, at any hour."""
    rows = np.flatnonzero(log.stage == 0)
    chance = np.random.default_rng(0)
    moments = chance.uniform(0, log.span, len(rows))
    new: dict[str, Any] = {
        "case": log.case[rows],
        "stage": np.full(len(rows), 2, np.int32),
        "arrived": moments,
        "started": moments,
        "finished": moments,
        "resource": np.full(len(rows), 4, np.int32),
    }
    order = np.argsort(np.concatenate([log.case, log.case[rows]]), kind="stable")
    both: dict[str, Any] = {
        name: np.concatenate([getattr(log, name), each])[order]
        for name, each in new.items()
    }
    return replace(
        log,
        stages=(*log.stages, "note"),
        resources=(*log.resources, "112"),
        marks=np.array([False, False, True]),
        **both,
    )


def _side_by_side(log: Visits) -> Visits:
    """Every offer begins half a day before the talk is over."""
    offered = log.stage == 1
    return replace(log, started=np.where(offered, log.started - 0.5, log.started))


def _twice_at_once(log: Visits) -> Visits:
    return replace(log, resource=np.where(log.resource >= 0, 0, -1).astype(np.int32))


def _timed(log: Visits) -> Visits:
    closed = log.closed.copy()
    lost = np.flatnonzero(log.outcome == CASE_LOST)[::2]
    closed[lost] = log.created[lost] + 30.3
    return replace(log, closed=closed, span=log.span + 31)


def _backwards(log: Visits) -> Visits:
    closed = log.closed.copy()
    closed[3] = log.created[3] - 2.0
    return replace(log, closed=closed)


def _every_day(log: Visits) -> Visits:
    chance = np.random.default_rng(0)
    return replace(log, closed=chance.uniform(0, log.span, log.cases))


def _mondays(log: Visits) -> Visits:
    late = (log.created % 7 > 1) & (np.arange(log.cases) % 3 == 0)
    return replace(log, created=np.where(late, log.created // 7 * 7, log.created))


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (_some_at_midnight, "midnights among times of day"),
        (_some_at_two, "shifted midnights"),
        (_days_alone, "days and times"),
        (_moved_by_half_a_day, "clock of another zone"),
        (_first_days_of_months, "days and months mixed"),
        (_booked, "booked constant"),
        (_zeros, "times of 0"),
        (_returns, "returns"),
        (_customers, "customers told as resources"),
        (_owned_by_customers, "customers told as resources"),
        (_machine, "machine user"),
        (_side_by_side, "overlapping visits"),
        (_twice_at_once, "overlapping work"),
        (_timed, "timer"),
        (_backwards, "times below 0"),
        (_every_day, "weekends as busy as weekdays"),
        (_mondays, "weekly pattern"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_thing_wrong_is_told(
    damage: Callable[[Visits], Visits], kind: str, seed: int
) -> None:
    """In a sentence with its figures, where a clean log has nothing to tell."""
    log = clean_log(seed, weeks=40, per_day=8)
    notice = next(each for each in doubts_of(damage(log)) if each.kind == kind)

    assert kind not in kinds(log)
    assert notice.evidence
    assert any(sign.isdigit() for sign in notice.sentence)


def test_a_timer_says_its_length_and_how_many_end_by_it() -> None:
    """Thirty days, and half of the lost ones."""
    log = clean_log(2, weeks=40, per_day=8)
    notice = found(_timed(log), "timer")

    assert notice.evidence["days"] == 30
    assert notice.evidence["count"] == len(
        np.flatnonzero(log.outcome == CASE_LOST)[::2]
    )


def test_overlap_is_the_sum_over_the_union() -> None:
    """Two hours of three are shared: five over three."""
    work = cases_of(
        np.zeros(2),
        np.array([3.0, 2.0]) / 24,
        arrived=np.zeros(2),
        started=np.zeros(2),
        finished=np.array([3.0, 2.0]) / 24,
        resource=np.zeros(2, np.int32),
        resources=("mill",),
        tells_starts=True,
        tells_history=True,
        has_time=True,
    )

    assert found(work, "overlapping work").evidence["ratio"] == pytest.approx(5 / 3)


def test_a_rate_that_changes_is_told_with_its_date_and_both_rates() -> None:
    """To within three weeks, and 15 %."""
    chance = np.random.default_rng(4)
    created = np.concatenate(
        [office_moments(chance, 20, 4), 140 + office_moments(chance, 20, 8)]
    )
    notice = next(
        each
        for each in doubts_of(cases_of(created, np.floor(created) + 0.9))
        if each.kind == "regime change" and each.evidence["of"] == "arrivals"
    )

    assert notice.evidence["day"] == pytest.approx(140, abs=21)
    assert notice.evidence["before"] == pytest.approx(20, rel=0.15)
    assert notice.evidence["after"] == pytest.approx(40, rel=0.15)


def test_shares_that_follow_the_quarter_are_told_with_both_ranges() -> None:
    """Four of five are won in its last month, half in the others."""
    chance = np.random.default_rng(5)
    created = office_moments(chance, 52, 10)
    month = (np.datetime64("2024-01-01") + created.astype("timedelta64[D]")).astype(
        "datetime64[M]"
    )
    is_last = month.astype(int) % 3 == 2
    won = chance.random(len(created)) < np.where(is_last, 0.8, 0.5)
    by_quarter = cases_of(created, created, np.where(won, CASE_WON, CASE_LOST))
    steady = cases_of(
        created,
        created,
        np.where(chance.random(len(created)) < 0.6, CASE_WON, CASE_LOST),
    )
    notice = found(by_quarter, "ends of quarters")

    assert float(notice.evidence["won_at_ends"]) == pytest.approx(0.8, abs=0.05)
    assert float(notice.evidence["won_else"]) == pytest.approx(0.5, abs=0.05)
    assert "ends of quarters" not in kinds(steady)


def test_what_is_refused_comes_first_and_notes_come_last() -> None:
    """So that nobody reads past it."""
    log = _backwards(_returns(clean_log(1)))
    order = [notice.weight for notice in doubts_of(log)]

    assert order == sorted(order, key=["refused", "doubt", "note"].index)
    assert set(order) == {"doubt", "note"}


def test_no_records_at_all_are_too_few() -> None:
    """And nothing else is said of them."""
    nothing = cases_of([], [], span=0.0)

    assert kinds(nothing) == {"too few cases"}
