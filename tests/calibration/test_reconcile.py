"""A model laid beside its records: what is equal agrees, and what differs is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.event_logs import visits_of
from helpers.self_made_records import cases_of, clean_log
from rich.console import Console

from toc_sim import TocError
from toc_sim.calibration.case_course import recorded_course
from toc_sim.calibration.course_bands import course_bands
from toc_sim.calibration.doubts import doubts_of
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft, Saturation, StageFinding
from toc_sim.calibration.misses import left_out_said
from toc_sim.calibration.model_course import Stretch, model_courses
from toc_sim.calibration.open_cases import mean_open, open_at, open_at_stage
from toc_sim.calibration.reconcile import Reconciliation, reconciled
from toc_sim.calibration.state_from_records import state_at
from toc_sim.calibration.way_parts import way_parts
from toc_sim.network.build import network
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.shapes.any_shape import FileRead, RecordsRead
from toc_sim.records.shop_orders import ShopOrders
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits
from toc_sim.report.document import encoded
from toc_sim.report.documents.reconcile import reconcile_document
from toc_sim.report.documents.records import records_document
from toc_sim.report.figures.reconcile import draw_reconciliation
from toc_sim.report.text.reconcile import reconcile_blocks
from toc_sim.report.text.records import doubt_blocks, read_blocks
from toc_sim.report.text.table import print_blocks, print_report
from toc_sim.scenario.load import load

FUNNEL: Mapping[str, Any] = {
    "format": 1,
    "name": "Two stages",
    "item": "deal",
    "period": "week",
    "stages": {
        "leads": {"kind": "source", "arrivals": 30, "distribution": "exponential"},
        "talk": {"kind": "team", "capacity": 45, "cv": 1, "conversion": 0.6},
        "offer": {"kind": "team", "capacity": 24, "servers": 2, "cv": 0.7},
        "market": {"kind": "market"},
    },
    "flow": ["leads -> talk", "talk -> offer", {"offer -> market": 0.5}],
    "economics": {"price": 100},
    "run": {"horizon": 80, "seed": 5},
}


def finding(stage: str, node: str, *, is_full: bool = False) -> StageFinding:
    """Return what is told of a stage, as far as it is asked for here."""
    saturation: Saturation = "saturated" if is_full else "not saturated"
    return StageFinding(stage, node, 0, saturation, "", 0.0, 0.0, 0.0, None, 0)


def draft_with(content: Mapping[str, Any], span: float, begin: float = 70.0) -> Draft:
    """Return a draft that somebody made by hand, for a stretch of time."""
    facts: dict[str, float | str] = {
        "period": "week",
        "period_days": 7.0,
        "window_begin": begin,
        "window_end": span,
    }
    stages = (finding("talk", "talk"), finding("offer", "offer"))
    return Draft(content, {}, (), stages, (), (), "", facts)


@cache
def funnel_log() -> Visits:
    """Return what a log of the funnel tells."""
    return visits_of(FUNNEL, price=100.0)


@cache
def reproduced() -> Reconciliation:
    """Return the funnel beside its own log."""
    log = funnel_log()
    return reconciled(log, draft_with(FUNNEL, log.span), replications=5)


@cache
def missed() -> Reconciliation:
    """Return a funnel with half the conversion beside the log."""
    log, half = funnel_log(), dict(FUNNEL)
    half["flow"] = ["leads -> talk", "talk -> offer", {"offer -> market": 0.25}]
    return reconciled(log, draft_with(half, log.span), replications=5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_model_reproduces_its_own_log(seed: int) -> None:
    """Within the bounds, or beyond them by chance; and from what was open at first."""
    log = visits_of({**FUNNEL, "run": {"horizon": 60, "seed": seed}}, price=100.0)
    found = reconciled(log, draft_with(FUNNEL, log.span), replications=5, seed=seed)

    assert found.is_usable
    assert found.sentence.startswith("The model reproduces its records:")
    assert {row.agreement for row in found.rows} <= {"within", "by chance", "shown"}


def test_every_figure_has_its_row() -> None:
    """Those with bounds, and those that are shown."""
    rows = {(row.name, row.node): row for row in reproduced().rows}

    assert list(rows) == [
        ("arrivals", ""),
        ("throughput", ""),
        ("conversion", ""),
        ("flow_time", ""),
        ("loss_time", ""),
        ("revenue", ""),
        ("older_open", ""),
        ("wip", ""),
        ("wip", "talk"),
        ("wip", "offer"),
    ]
    assert rows["wip", ""].records == pytest.approx(
        rows["wip", "talk"].records + rows["wip", "offer"].records
    )
    assert rows["revenue", ""].records == pytest.approx(
        100 * rows["throughput", ""].records
    )
    assert rows["throughput", ""].bound == rows["conversion", ""].bound == 0.10
    assert rows["flow_time", ""].bound == 0.20


def test_a_model_that_misses_is_not_offered_silently() -> None:
    """It says for what it is of no use, by how much, and that throughput follows."""
    found = missed()

    assert not found.is_usable
    assert found.sentence.startswith(
        "Do not use this model for throughput and conversion: it misses the records by "
    )
    assert any("Conversion differs" in miss for miss in found.misses)
    assert any("10 % is the bound" in miss for miss in found.misses)


def test_a_change_after_the_draft_is_told_by_the_held_back_part() -> None:
    """Where twice as many come in the last quarter of the time."""
    log = clean_log(7, weeks=40, per_day=4, load=0.2)
    busier = clean_log(8, weeks=10, per_day=9, load=0.2)
    both = _joined(log, busier, 210.0)
    found = reconciled(both, draft_of(both), replications=4)

    assert found.held_back is not None
    assert found.held_back.begin == pytest.approx(210, abs=1)
    assert "throughput" in found.held_back.sentence
    assert any("Arrivals changed" in miss for miss in found.held_back.misses)
    assert any("rates changed within" in miss for miss in found.held_back.misses)


def _joined(first: Visits, second: Visits, day: float) -> Visits:
    """Return the cases of one log that came by a day, then those of another."""
    early = first.created < day
    rows = early[first.case]
    number = np.cumsum(early) - 1
    count = int(early.sum())
    cases = {
        name: np.concatenate([getattr(first, name)[early], getattr(second, name)])
        for name in ("outcome", "amount", "owner", "product")
    }
    times = {
        name: np.concatenate([getattr(first, name)[early], getattr(second, name) + day])
        for name in ("created", "closed")
    }
    stays = {
        name: np.concatenate([getattr(first, name)[rows], getattr(second, name) + day])
        for name in ("arrived", "started", "finished")
    }
    codes = {
        name: np.concatenate([getattr(first, name)[rows], getattr(second, name)])
        for name in ("stage", "resource")
    }
    case = np.concatenate([number[first.case[rows]], second.case + count])
    every: dict[str, Any] = {**cases, **times, **stays, **codes}
    return replace(first, case=case.astype(np.int32), span=day + second.span, **every)


def test_a_draft_without_content_has_nothing_to_compare() -> None:
    """And says so, and cannot be drawn."""
    nothing = Draft({}, {}, (), (), (), (), "")
    found = reconciled(cases_of([0.0], [1.0]), nothing)

    assert not found.rows
    assert not found.misses
    assert not found.is_usable
    assert found.sentence == "No model was drawn, so there is nothing to compare."
    with pytest.raises(TocError, match="nothing to compare"):
        draw_reconciliation(found, Path("nowhere.png"))


def test_few_cases_tell_nothing() -> None:
    """Of four that were won no bound is judged."""
    created = np.arange(40.0)
    closed = np.where(np.arange(40) % 10 == 0, created + 1, created + 2)
    outcome = np.where(np.arange(40) % 10 == 0, CASE_WON, CASE_LOST)
    few = cases_of(created, closed, outcome)
    content = {
        **FUNNEL,
        "stages": {
            "leads": {"kind": "source", "arrivals": 7},
            "deal": {"kind": "team", "capacity": 20},
            "market": {"kind": "market"},
        },
        "flow": ["leads -> deal", {"deal -> market": 0.1}],
    }
    found = reconciled(few, draft_with(content, few.span, begin=0.0), replications=3)

    assert {row.agreement for row in found.rows} == {"shown", "cannot tell"}
    assert "cannot be told" in found.sentence


def test_what_cannot_be_run_is_told() -> None:
    """With the reason, in place of an error."""
    log = funnel_log()
    broken = {**FUNNEL, "flow": ["leads -> nowhere"]}
    found = reconciled(log, draft_with(broken, log.span), replications=3)

    assert found.whole is None
    assert "The model cannot be run" in found.sentence


def test_a_stretch_of_days_is_too_short() -> None:
    """Of five days nothing is compared."""
    log = funnel_log()
    found = reconciled(log, draft_with(FUNNEL, log.span, log.span - 5), replications=3)

    assert found.whole is None
    assert "too short" in found.sentence


def test_the_cases_of_a_line_without_chance_are_known() -> None:
    """One a day, half a day at work: told as records tell it."""
    content = {
        "format": 1,
        "name": "line",
        "stages": {
            "source": {"kind": "source", "arrivals": 1},
            "press": {"kind": "machine", "capacity": 2},
            "market": {"kind": "market"},
        },
        "flow": ["source -> press -> market"],
        "economics": {"price": 3},
    }
    found = model_courses(content, Stretch(10.0, 20.0, 1.0), replications=8, seed=1)
    (course,) = found.courses

    assert course.wins == 20
    assert course.losses == 0
    assert course.arrivals == 1.0
    assert course.flow_times == pytest.approx(np.full(20, 0.5))
    assert course.open_mean == pytest.approx(0.5)
    assert course.open_mean_at("press") == pytest.approx(0.5)
    assert found.revenues == (3.0,)


def test_turns_are_told_by_how_many_open_ones_are_older() -> None:
    """None where each is won in its turn; all where the last comes first."""
    in_turn = cases_of(np.arange(9.0), np.arange(9.0) + 20)
    last_first = cases_of(np.arange(9.0), 40 - np.arange(9.0))

    assert recorded_course(in_turn, {}, 10.0, 50.0).older_open == 0
    assert recorded_course(last_first, {}, 10.0, 50.0).older_open == 1


def test_a_queue_that_is_not_served_in_turn_is_a_reason() -> None:
    """As many are open and won, and the won ones are young."""
    chance = np.random.default_rng(3)
    created = np.sort(chance.uniform(0, 350, 1500))
    closed = np.where(chance.random(1500) < 0.6, created + 3, np.nan)
    closed = np.where(closed < 350, closed, np.nan)
    outcome = np.where(chance.random(1500) < 0.9, CASE_WON, CASE_LOST)
    outcome = np.where(np.isfinite(closed), outcome, CASE_OPEN)
    visits = cases_of(created, closed, outcome, span=350.0)
    content = {
        **FUNNEL,
        "stages": {
            "leads": {"kind": "source", "arrivals": 30},
            "deal": {"kind": "team", "capacity": 18},
            "market": {"kind": "market"},
        },
        "flow": ["leads -> deal", {"deal -> market": 0.9}],
    }
    draft = replace(
        draft_with(content, 350.0, 150.0),
        stages=(finding("deal", "deal", is_full=True),),
    )
    found = reconciled(visits, draft, replications=3)

    assert any("of the open ones are older" in miss for miss in found.misses)
    assert "flow time" in found.sentence


def test_time_on_a_way_is_shared_out_as_records_have_it() -> None:
    """By sums over all that took it."""
    parts = way_parts(_log_of_five(), {"talk": "talk", "offer": "offer"})

    # done at 3 and 5; came to 'offer' at once; work there began at 4 and 9
    assert parts["talk", "offer"] == pytest.approx((0.0, 1.0))
    # on their way to 'talk' 1, 6, 1 and 2 days, of these in it 1, 0, 1 and 2
    assert parts["", "talk"] == pytest.approx((0.0, 0.4))


def _log_of_five() -> Visits:
    """Return five cases on day 10: done, waiting, at work, away, and not begun."""
    nan = np.nan
    return cases_of(
        [1.0, 2.0, 3.0, 4.0, 9.5],
        [6.0, nan, nan, nan, nan],
        [CASE_WON, CASE_OPEN, CASE_OPEN, CASE_OPEN, CASE_OPEN],
        case=np.array([0, 0, 1, 2, 2, 3], np.int32),
        stage=np.array([0, 1, 0, 0, 1, 0], np.int32),
        arrived=np.array([1.0, 3.0, 8.0, 3.0, 5.0, 4.0]),
        started=np.array([2.0, 4.0, nan, 4.0, 9.0, 6.0]),
        finished=np.array([3.0, 6.0, nan, 5.0, nan, 7.0]),
        resource=np.full(6, -1, np.int32),
        stages=("talk", "offer"),
        marks=np.zeros(2, bool),
        span=20.0,
        tells_starts=True,
        tells_history=True,
    )


def test_a_model_begins_from_what_was_open() -> None:
    """Each case where it was, with the time that it had been there."""
    content = {**FUNNEL, "run": {"warmup": 0}}
    content["flow"] = [
        "leads -> talk",
        {"talk -> offer": {"share": 0.9, "delay": 1}},
        "offer -> market",
    ]
    net = network(load(content))
    state = state_at(_log_of_five(), draft_with(content, 20.0), net, 10.0)

    assert state.block == {
        "talk": {"working": [], "waiting": 2},
        "offer": {"working": [pytest.approx(1 / 7)], "waiting": 0},
        "talk -> offer": {"away": [pytest.approx(3 / 7)]},
    }
    assert state.under_way == (-7.0, -6.0)
    assert state.waiting == {"talk": (-8.0, -0.5), "offer": ()}
    assert state.left_out == 0


@pytest.mark.parametrize("work", [0.02, 2.0])
def test_who_waits_is_on_a_way_if_the_model_waits_there(work: float) -> None:
    """Where the wait at a stage stands on the ways out of it, so do those that wait.

    They are there since they came to it, shared out by the shares of the ways; who was
    begun no longer ago than work may take is at work nevertheless.
    """
    content = {**FUNNEL, "run": {"warmup": 0}}
    content["flow"] = [
        "leads -> talk",
        {"talk -> offer": {"share": 0.5, "delay": 9}},
        {"talk -> market": {"share": 0.5, "delay": 9}},
        {"offer -> market": {"share": 1, "delay": 9}},
    ]
    drawn = draft_with(content, 20.0)
    stages = tuple(
        replace(each, waits_on_way=True, work_mean=work) for each in drawn.stages
    )
    net = network(load(content))
    state = state_at(_log_of_five(), replace(drawn, stages=stages), net, 10.0)
    away = [
        age
        for way in ("talk -> offer", "talk -> market")
        for age in state.block[way]["away"]
    ]

    assert sorted(away) == pytest.approx([0.5 / 7, 2 / 7, 3 / 7])
    assert "talk" not in state.block
    assert state.left_out == 0
    if work > 1:
        assert state.block["offer"] == {"working": [pytest.approx(1 / 7)], "waiting": 0}
    else:
        assert state.block["offer -> market"] == {"away": [pytest.approx(5 / 7)]}


@pytest.mark.parametrize(
    "delay",
    [
        {"mean": 1, "cv": 1, "distribution": "gamma"},
        {"mean": 1, "distribution": {"empirical": [0.2, 0.5, 0.8, 2.5]}},
        1,
    ],
)
def test_who_is_away_for_long_is_less_likely_to_come(delay: Any) -> None:
    """Where losses are not told, most of the old ones are left out."""
    created = np.arange(0.0, 100.0, 0.5)
    closed = np.where(np.arange(200) % 4 == 0, created + 7, np.nan)
    closed = np.where(closed < 100, closed, np.nan)
    leads = cases_of(created, closed, span=100.0, tells_losses=False)
    content = {
        **FUNNEL,
        "stages": {
            "leads": {"kind": "source", "arrivals": 14},
            "deal": {"kind": "team", "capacity": 900},
            "market": {"kind": "market"},
        },
        "flow": ["leads -> deal", {"deal -> market": {"share": 0.25, "delay": delay}}],
        "run": {"warmup": 0},
    }
    untimed = replace(finding("deal", "deal"), work_mean=np.nan)
    draft = replace(draft_with(content, 100.0), stages=(untimed,))
    state = state_at(leads, draft, network(load(content)), 100.0)
    ages = np.array(state.block["deal -> market"]["away"])

    assert state.left_out > 100
    assert len(ages) + state.left_out == np.isnan(closed).sum()
    assert (ages < 4).all()


def test_a_model_without_many_of_the_open_cases_says_so() -> None:
    """It loses at once what it will lose."""
    told = list(left_out_said(30, 100))

    assert told
    assert told[0].startswith("Of 100 cases that were open at the start 30 are not")
    assert list(left_out_said(10, 100)) == list(left_out_said(0, 0)) == []


def test_slow_losses_are_a_reason_for_fewer_open_cases() -> None:
    """Where the model loses its cases sooner than the records do."""
    log = funnel_log()
    late = np.where(
        log.outcome == CASE_LOST, np.fmin(log.closed + 30, log.span), log.closed
    )
    slow = replace(log, closed=late)
    found = reconciled(slow, draft_with(FUNNEL, log.span), replications=3)

    assert any("Fewer are open in the model" in miss for miss in found.misses)


def test_what_was_open_keeps_the_time_at_which_it_came() -> None:
    """So that flow times of the model are told from there."""
    content = {**FUNNEL, "run": {"warmup": 0}}
    content["stages"] = {
        "leads": {"kind": "source", "arrivals": 0.001},
        "talk": {"kind": "team", "capacity": 7},
        "offer": {"kind": "team", "capacity": 7},
        "market": {"kind": "market"},
    }
    content["flow"] = ["leads -> talk -> offer -> market"]
    draft = draft_with(content, 20.0)
    state = state_at(_log_of_five(), draft, network(load(content)), 10.0)
    stretch = Stretch(0.0, 10.0, 7.0, state)
    (course,) = model_courses(content, stretch, replications=1, seed=1).courses

    # at work in 'offer' since a day: done at once; the two that wait in 'talk' after
    assert sorted(course.flow_times) == pytest.approx([3.5, 7.0, 10.0], abs=0.01)
    assert state.left_out == 1


def test_open_cases_are_counted_and_averaged_exactly() -> None:
    """Of three cases, one without an end."""
    begun, over = np.array([0.0, 1.0, 2.0, np.nan]), np.array([2.0, np.nan, 3.0, 9.0])

    assert open_at(begun, over, [0.5, 1.5, 2.5, 4.0]).tolist() == [1, 2, 2, 1]
    assert mean_open(begun, over, 0.0, 4.0) == pytest.approx((2 + 3 + 1) / 4)
    assert open_at_stage(_log_of_five(), 0, [1.5, 4.5]).tolist() == [1.0, 2.0]


def test_records_are_cut_at_the_end_of_the_stretch() -> None:
    """What came later is not known in it."""
    log = funnel_log()
    course = recorded_course(log, {"talk": "talk"}, 100.0, 200.0)

    assert np.nanmax(course.over) <= 100
    assert np.nanmax(course.begun) <= 100
    assert course.wins + course.losses == int(
        ((log.closed > 100) & (log.closed <= 200)).sum()
    )
    bands = course_bands(course, (course,))
    assert bands.counts["wins"].records[-1] == course.wins
    assert (bands.flow_times.low == bands.flow_times.records).all()


def printed(blocks: Any, sentence: str | None = None, width: int = 100) -> str:
    """Return what a report prints."""
    console = Console(width=width, record=True, file=StringIO())
    if sentence is None:
        print_blocks(console, blocks)
    else:
        print_report(console, sentence, blocks)
    return console.export_text()


def test_both_are_printed_side_by_side() -> None:
    """With words for what misses, and in a narrow window too."""
    found = missed()
    text = printed(reconcile_blocks(found, 100), found.sentence)
    narrow = printed(reconcile_blocks(found, 50), found.sentence, 50)

    assert "misses" in text
    assert "open at talk" in text
    assert "Held back: records of" in text
    assert "left out for want of width" in narrow
    assert max(map(len, narrow.splitlines())) <= 50


def test_both_are_written_as_json() -> None:
    """Every row, and the course of both."""
    found = json.loads(encoded(reconcile_document(reproduced())))

    assert found["usable"] is True
    assert [row["figure"] for row in found["whole"]["rows"]][:2] == [
        "arrivals",
        "throughput",
    ]
    course = found["whole"]["course"]
    assert len(course["days"]) == len(course["wins"]["records"])
    assert json.loads(encoded(reconcile_document(missed())))["usable"] is False


def test_the_same_comparison_gives_the_same_picture(tmp_path: Path) -> None:
    """To the last byte, with the finding at its head."""
    for name in ("a.svg", "b.svg"):
        draw_reconciliation(missed(), tmp_path / name)
    without = reconciled(
        _without_losses(), draft_with(FUNNEL, funnel_log().span), replications=3
    )
    draw_reconciliation(without, tmp_path / "two_panels.png")

    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert (tmp_path / "two_panels.png").stat().st_size > 10_000
    assert [row.name for row in without.rows] == [
        "arrivals",
        "throughput",
        "won_of_begun",
        "flow_time",
        "revenue",
    ]


def _without_losses() -> Visits:
    """Return the log as it were if nobody noted that a case is lost."""
    log = funnel_log()
    is_lost = log.outcome == CASE_LOST
    return replace(
        log,
        tells_losses=False,
        outcome=np.where(is_lost, CASE_OPEN, log.outcome).astype(np.int8),
        closed=np.where(is_lost, np.nan, log.closed),
    )


def _read(visits: Visits) -> RecordsRead:
    left_out = (Dropped(3, "no date", ("deals.csv: row 7",)),)
    kept = replace(visits, dropped=left_out)
    files = (FileRead("deals.csv", 100),)
    return RecordsRead(kept, None, (), kept.shape, (), left_out, ("a.csv: x",), files)


def _shop() -> ShopOrders:
    return ShopOrders(
        customer=np.zeros(3, np.int32),
        day=np.arange(3.0),
        items=np.ones(3),
        amount=np.full(3, 10.0),
        customers=1,
        attributes={},
        begin=funnel_log().begin,
        span=3.0,
    )


def test_what_was_read_and_what_is_doubted_is_printed() -> None:
    """Rows, those left out and why, cases, and each suspicion with a word before it."""
    log = funnel_log()
    notices = (*doubts_of(log), Notice("x", "Something is refused.", "refused"))
    shop = RecordsRead(None, _shop(), (), "transactions", (), ())
    text = printed(read_blocks(_read(log))) + printed(doubt_blocks(notices))
    bought = printed(read_blocks(shop)) + printed(doubt_blocks(()))
    snapshot = printed(read_blocks(_read(cases_of([0.0], [1.0]))))

    assert "deals.csv: 100 rows read." in text
    assert "Not used: a.csv: x." in text
    assert "3 rows left out: no date (deals.csv: row 7)" in text
    assert f"{log.cases:,} cases" in text
    assert "3 orders of 1 customers" in bought
    assert "refused: Something is refused." in text
    assert "Nothing in the records looks wrong." in bought
    assert "only where each stands now is told" in snapshot


def test_what_was_read_is_written_as_json() -> None:
    """With the figures behind each suspicion."""
    log = funnel_log()
    document = records_document(_read(log), doubts_of(log))
    shop = RecordsRead(None, _shop(), (), "transactions", (), ())
    bought = json.loads(encoded(records_document(shop, ())))
    found = json.loads(encoded(document))

    assert found["kept"][0]["dropped"][0]["rows"] == 3
    assert found["kept"][0]["won"] == int((log.outcome == CASE_WON).sum())
    assert bought["kept"][0]["orders"] == 3
    assert all(each["evidence"] for each in found["doubts"])
