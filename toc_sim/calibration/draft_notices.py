"""What is to be said of a draft: what was left out, assumed, and could not be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from toc_sim.calibration.stage_records import AllCases, StageRecord
from toc_sim.calibration.steady_window import SteadyWindow
from toc_sim.calibration.step_shares import Steps
from toc_sim.calibration.suspicions.said import weekday_said
from toc_sim.calibration.written_figures import percent, short
from toc_sim.language import joined, phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.visits import CASE_WON

BATCH_DAYS = 0.6
"""Work is begun in batches if so much of it is on one day of the week..."""

FEW_WORK_THEN = 0.35
"""...on which no more than this part of all other work is begun."""

_OFTEN = 30


def draft_notices(
    cases: AllCases, records: Sequence[StageRecord], steps: Steps
) -> tuple[Notice, ...]:
    """Return what is to be said of a draft.

    Parameters
    ----------
    cases
        All of them.
    records
        What is told of each stage.
    steps
        Which step follows which.
    """
    return (
        *_window(cases),
        *_left_out(cases, steps),
        *_stuck(cases, records, steps),
        *_times(records),
        *_machine_users(cases),
        *_batch_days(cases, records),
        *_assumed(cases, records),
    )


def _window(cases: AllCases) -> Iterator[Notice]:
    window = cases.window
    if not window.changes:
        return
    paces = [short(pace * cases.days) for pace in window.paces]
    told = phrase(
        "Cases did not come at one pace: {paces} a period, one after another, with "
        "changes on {days}. The scenario has that of {begin} to {end}.",
        paces=joined(paces),
        days=joined([_date(cases, day) for day in window.changes]),
        begin=_date(cases, window.begin),
        end=_date(cases, window.end),
    )
    yield Notice("pace of arrivals changed", told, "note", _paces(window))


def _paces(window: SteadyWindow) -> dict[str, float]:
    return {f"pace {n + 1}": pace for n, pace in enumerate(window.paces)}


def _date(cases: AllCases, day: float) -> str:
    return (cases.visits.begin + timedelta(days=day)).date().isoformat()


def _left_out(cases: AllCases, steps: Steps) -> Iterator[Notice]:
    titles, journeys = cases.visits.stages, cases.journeys
    if journeys.folded:
        told = phrase(
            "Too rare to be stages of their own, and left out: {stages}.",
            stages=joined([titles[each] for each in journeys.folded]),
        )
        yield Notice("rare stages left out", told)
    if steps.dead_ends:
        told = phrase(
            "No case that was at one of these was won later, so whoever goes there is "
            "lost on the way: {stages}.",
            stages=joined([titles[journeys.nodes[each]] for each in steps.dead_ends]),
        )
        yield Notice("stages that lead to no win", told)


def _stuck(
    cases: AllCases, records: Sequence[StageRecord], steps: Steps
) -> Iterator[Notice]:
    if cases.loses_silently:
        told = phrase(
            "No case is told to be lost, and many old ones are open: what lies at each "
            "stage is not known, and cases that were never won count as lost.",
        )
        yield Notice("losses not recorded", told, "doubt")
        return
    for node, record in enumerate(records):
        if steps.rest[node] > 0:
            told = phrase(
                "{part} % of those that come to {stage} stay for longer than any was "
                "seen to take to go on: the scenario has them stay there, neither won "
                "nor lost.",
                part=percent(steps.rest[node]),
                stage=record.title,
            )
            yield Notice("cases that go nowhere", told, "doubt")


def _times(records: Sequence[StageRecord]) -> Iterator[Notice]:
    for record in records:
        count = record.times.overnight
        if count:
            told = phrase_of(
                "At {stage} {count} piece of work was left open overnight: it counts "
                "for the hours at which who did it was at work.",
                "At {stage} {count} pieces of work were left open overnight: they "
                "count for the hours at which who did them was at work.",
                count,
                stage=record.title,
                count=short(count),
            )
            yield Notice("work left open", told, "doubt", {"pieces": count})
        if record.is_booked and record.judgement.watch is not None:
            told = phrase(
                "Work at {stage} has always the same length: it is booked, not "
                "measured, and says nothing of how busy those are who do it.",
                stage=record.title,
            )
            yield Notice("booked times", told, "doubt")


def _machine_users(cases: AllCases) -> Iterator[Notice]:
    if cases.presence is None or not cases.presence.machine_users:
        return
    names = [cases.visits.resources[each] for each in cases.presence.machine_users]
    told = phrase(
        "At work at nearly all hours of the day, so a machine or several people: "
        "{names}.",
        names=joined(names),
    )
    yield Notice("machine users", told, "doubt")


def _batch_days(cases: AllCases, records: Sequence[StageRecord]) -> Iterator[Notice]:
    if not cases.visits.has_time and not cases.visits.tells_starts:
        return
    stays, begin = cases.journeys.stays, cases.visits.begin.weekday()
    began = np.where(np.isfinite(stays.started), stays.started, stays.finished)
    told = np.isfinite(began)
    weekday = np.where(told, (np.nan_to_num(began) // 1 + begin) % 7, -1).astype(int)
    for node, record in enumerate(records):
        here = told & (stays.node == node)
        others = told & ~here
        if here.sum() < _OFTEN or others.sum() < _OFTEN:
            continue
        mine = np.bincount(weekday[here], minlength=7) / here.sum()
        rest = np.bincount(weekday[others], minlength=7) / others.sum()
        day = int(np.argmax(mine))
        if mine[day] > BATCH_DAYS and rest[day] < FEW_WORK_THEN:
            sentence = phrase(
                "{part} % of the work at {stage} is done on one day of the week, "
                "{day}: it is done in batches, and cases wait for that day.",
                part=percent(float(mine[day])),
                stage=record.title,
                day=weekday_said(day),
            )
            yield Notice("batch days", sentence)


def _assumed(cases: AllCases, records: Sequence[StageRecord]) -> Iterator[Notice]:
    if records and not any(record.tells_work for record in records):
        told = phrase(
            "When work began is not told. How long it takes cannot be told from how "
            "long cases stay: the scenario has the stay as time on the way, and of "
            "each stage only a pace that it can keep at least."
        )
        yield Notice("time of work not told", told, "refused")
    unsure = [each for each in records if each.judgement.saturation == "cannot tell"]
    full = [each for each in records if each.judgement.saturation == "saturated"]
    if unsure and not full:
        told = phrase(
            "No stage was surely at the end of its capacity, so each capacity of the "
            "scenario is what it can do at least: there, what comes in limits the "
            "output, whatever did so in the records."
        )
        yield Notice("no capacity is known", told)
    yield from _price(cases)


def _price(cases: AllCases) -> Iterator[Notice]:
    visits = cases.visits
    won = visits.amount[visits.outcome == CASE_WON]
    if np.nansum(won) > 0:
        column = phrase("the column {name}", name=cases.amount) if cases.amount else ""
        told = phrase(
            "The price is the mean of {column} of the cases that were won. It is "
            "revenue only if that is what was paid: an amount that was asked for, "
            "offered or lent is none.",
            column=column or phrase("the amounts"),
        )
        yield Notice("price by amounts", told)
    elif not np.isfinite(visits.amount).any():
        told = phrase("What a case is worth is not told: the scenario has no money.")
        yield Notice("no money", told)
