"""Stage histories: a case is at the stage that it last came to, until the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.records_table import RecordsTable
from toc_sim.records.shapes.case_facts import case_facts, kept_names, words_of
from toc_sim.records.shapes.columns_asked import ColumnsAsked, RoleHeaders
from toc_sim.records.shapes.ending_names import EndingNames, ending_names
from toc_sim.records.shapes.log_endings import MOSTLY
from toc_sim.records.shapes.log_notices import named
from toc_sim.records.shapes.stage_entries import (
    StageEntries,
    entries_of_changes,
    entries_of_dates,
    entries_of_stages,
)
from toc_sim.records.visits import (
    CASE_LOST,
    CASE_OPEN,
    CASE_WON,
    NOT_TOLD,
    Codes,
    Visits,
)

_SOME = 0.1
"""A stage ends cases by its place only if so many of all cases came there."""


def visits_of_changes(
    table: RecordsTable, roles: RoleHeaders, asked: ColumnsAsked
) -> Visits:
    """Return the visits that changes of stage tell: ``status_to`` at ``changed``.

    Parameters
    ----------
    table
        With a row for each change.
    roles
        Which headers are what.
    asked
        What is said of the names of endings.
    """
    return _visits(table, roles, asked, entries_of_changes(table, roles))


def visits_of_stages(
    table: RecordsTable, roles: RoleHeaders, asked: ColumnsAsked
) -> Visits:
    """Return the visits that stages tell which were come to: ``stage`` at ``changed``.

    Parameters
    ----------
    table
        With a row for each stage that a case came to.
    roles
        Which headers are what.
    asked
        What is said of the names of endings.
    """
    return _visits(table, roles, asked, entries_of_stages(table, roles))


def visits_of_dates(
    table: RecordsTable,
    roles: RoleHeaders,
    asked: ColumnsAsked,
    dated: Sequence[tuple[str, str]],
) -> Visits:
    """Return the visits that dates tell, one for each stage of a case.

    Parameters
    ----------
    table
        With a row for each case.
    roles
        Which headers are what.
    asked
        What is said of the names of endings.
    dated
        Headers of moments, with the stages that were entered at them.
    """
    return _visits(table, roles, asked, entries_of_dates(table, roles, dated))


def _visits(
    table: RecordsTable, roles: RoleHeaders, asked: ColumnsAsked, entries: StageEntries
) -> Visits:
    cases = len(entries.created)
    is_last = np.append(entries.case[1:] != entries.case[:-1], True)
    endings, by_place = _endings(entries, is_last, asked)
    marks = np.isin(np.arange(len(entries.stages)), (*endings.won, *endings.lost))
    stands = np.full(cases, 0, dtype=np.int32)
    stands[entries.case[is_last]] = entries.stage[is_last]
    outcome = np.full(cases, CASE_OPEN, dtype=np.int8)
    outcome[np.isin(stands, endings.won)] = CASE_WON
    outcome[np.isin(stands, endings.lost)] = CASE_LOST
    finished = np.append(entries.at[1:], np.nan)
    finished[is_last] = np.nan
    is_mark = marks[entries.stage]
    finished[is_mark] = entries.at[is_mark]
    closed = np.full(cases, np.nan)
    closed[entries.case[is_last]] = finished[is_last]
    codes = words_of(table, roles["case"][0])
    names = kept_names(codes, entries.case_codes)
    facts = case_facts(table, roles, entries.row, entries.row_case, names)
    reopened = int((is_mark & ~is_last).sum())
    moments = np.concatenate([entries.at, entries.created])
    return Visits(
        case=entries.case,
        stage=entries.stage,
        arrived=entries.at,
        started=np.full(len(entries.case), np.nan),
        finished=finished,
        resource=_workers(entries, is_last),
        stages=entries.stages,
        resources=entries.people,
        created=entries.created,
        closed=closed,
        outcome=outcome,
        amount=facts.amount,
        owner=facts.owner,
        product=facts.product,
        owners=facts.owners,
        products=facts.products,
        names=facts.names,
        begin=entries.clock.begin,
        span=float(np.nanmax(moments)),
        shape="stage history",
        tells_starts=False,
        tells_requests=False,
        tells_losses=bool((outcome == CASE_LOST).any()),
        tells_history=True,
        has_time=entries.clock.has_time,
        marks=marks,
        notices=(
            *table.notices,
            *entries.notices,
            *_of_endings(entries, endings, outcome, by_place=by_place),
            *_of_way_back(entries, reopened),
        ),
        dropped=(*table.dropped, *entries.dropped),
        attributes=facts.attributes,
        outside=asked.outside,
    )


def _workers(entries: StageEntries, is_last: NDArray[np.bool_]) -> Codes:
    """Return who was at work at each stage: who moved the case on from there."""
    by = np.append(entries.by[1:], NOT_TOLD).astype(np.int32)
    by[is_last] = NOT_TOLD
    return by


def _endings(
    entries: StageEntries, is_last: NDArray[np.bool_], asked: ColumnsAsked
) -> tuple[EndingNames, bool]:
    """Return the stages at which cases end, and whether by their place alone.

    A name counts if two of three cases that came there stand there. Where none says
    that a case is won, a stage counts that two of three visits did not leave, and to
    which one in ten of all cases came.
    """
    found = ending_names(entries.stages, asked.won, asked.lost)
    count = len(entries.stages)
    came = np.unique(entries.case.astype(np.int64) * count + entries.stage)
    times = np.bincount(came % count, minlength=count)
    stand = np.bincount(entries.stage[is_last], minlength=count)
    ends = stand >= MOSTLY * np.maximum(times, 1)
    won, lost = (
        numbers if said else tuple(each for each in numbers if ends[each])
        for numbers, said in zip((found.won, found.lost), found.asked, strict=True)
    )
    if won:
        return EndingNames(won, lost, found.asked), False
    is_common = times >= _SOME * len(entries.created)
    visits = np.bincount(entries.stage, minlength=count)
    by_place = np.flatnonzero(is_common & (stand >= MOSTLY * np.maximum(visits, 1)))
    won = tuple(each for each in by_place.tolist() if each not in lost)
    return EndingNames(won, lost, found.asked), True


def _of_endings(
    entries: StageEntries,
    endings: EndingNames,
    outcome: NDArray[np.int8],
    *,
    by_place: bool,
) -> Iterator[Notice]:
    """Yield how the cases stand, and how that is known."""
    won, lost, still = (
        int((outcome == each).sum()) for each in (CASE_WON, CASE_LOST, CASE_OPEN)
    )
    by_won = named([entries.stages[number] for number in endings.won])
    by_lost = named([entries.stages[number] for number in endings.lost])
    counts = {"won": f"{won:,}", "lost": f"{lost:,}", "open": f"{still:,}"}
    if not endings.won:
        sentence = phrase(
            "No stage is called so that its cases are won, and none is where they "
            "stay: {lost} are lost, and {open} count as open.",
            lost=counts["lost"],
            open=counts["open"],
        )
    elif by_place:
        sentence = phrase(
            "No stage is called so that its cases are won: those at {by_won} count so, "
            "since most that came there are there still. {won} are won, {lost} lost, "
            "and {open} open.",
            by_won=by_won,
            **counts,
        )
    else:
        sentence = phrase(
            "Cases at {by_won} are won ({won}), those at {by_lost} lost ({lost}); the "
            "others are open ({open}).",
            by_won=by_won,
            by_lost=by_lost or phrase("no stage"),
            **counts,
        )
    sure = endings.won and endings.lost and not by_place
    evidence = {"won": float(won), "lost": float(lost), "open": float(still)}
    yield Notice("endings", sentence, "note" if sure else "doubt", evidence)


def _of_way_back(entries: StageEntries, reopened: int) -> Iterator[Notice]:
    """Yield how often cases went back, or on after their end."""
    if reopened:
        yield Notice(
            "work after the end",
            phrase_of(
                "{count} time a case left a stage that ends cases: the end counts only "
                "if it stands there now.",
                "{count} times a case left a stage that ends cases: the end counts "
                "only if it stands there now.",
                reopened,
                count=f"{reopened:,}",
            ),
            evidence={"times": float(reopened)},
        )
    back, moves = _moves_back(entries.case, entries.stage, len(entries.stages))
    if back:
        yield Notice(
            "moves back",
            phrase_of(
                "{count} move of {all} goes back to a stage where the case was before.",
                "{count} moves of {all} go back to a stage where the case was before.",
                back,
                count=f"{back:,}",
                all=f"{moves:,}",
            ),
            evidence={"moves": float(back), "of": float(moves)},
        )


def _moves_back(case: Codes, stage: Codes, stages: int) -> tuple[int, int]:
    """Return how many entries are of a stage where the case was before, and of all."""
    key = case.astype(np.int64) * stages + stage
    moves = len(key) - len(np.unique(case))
    return len(key) - len(np.unique(key)), moves
