"""Snapshots of a CRM: a row for each deal, with the stage where it stands now.

Nothing tells when a deal moved from stage to stage. What it tells is when deals came,
when they were over, and where those stand that are open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import TocError
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_table import BLANK, RecordsTable
from toc_sim.records.shapes.case_facts import (
    RecordsClock,
    case_facts,
    clock_of,
    compacted,
    examples_of,
    kept_names,
    merged_names,
    moments_of,
    words_of,
)
from toc_sim.records.shapes.columns_asked import ColumnsAsked, RoleHeaders
from toc_sim.records.shapes.ending_names import EndingNames, ending_names
from toc_sim.records.shapes.header_names import is_title
from toc_sim.records.shapes.log_notices import named
from toc_sim.records.shapes.work_sessions import RowPlaces
from toc_sim.records.visits import (
    CASE_LOST,
    CASE_OPEN,
    CASE_WON,
    NOT_TOLD,
    Codes,
    Days,
    Visits,
)

_HALF = 0.5
"""A date belongs to a stage if so many of the deals that stand there have it."""


def visits_of_snapshot(
    table: RecordsTable, roles: RoleHeaders, asked: ColumnsAsked
) -> Visits:
    """Return the visits that a snapshot tells, which are few.

    Parameters
    ----------
    table
        With a row for each deal.
    roles
        Which headers are what: ``stage`` is, and one of ``created``, ``engaged``,
        ``closed`` and ``won_date``.
    asked
        What is said of the names of endings.

    Raises
    ------
    TocError
        If no row can be used, or an ending was named that there is not.

    Notes
    -----
    A deal that is open is at its stage; when it came there is not told. Only where one
    open stage alone has dates of first contact, these tell when deals came to it, and
    that those which are closed went through it. A deal that is closed has the mark of
    its end.
    """
    deals = _deals(table, roles)
    dates = _dates(table, roles, deals)
    endings = _endings(deals, dates, asked)
    outcome = np.full(len(deals.row), CASE_OPEN, dtype=np.int8)
    outcome[np.isin(deals.stage, endings.won)] = CASE_WON
    outcome[np.isin(deals.stage, endings.lost)] = CASE_LOST
    closed = np.where(outcome == CASE_OPEN, np.nan, dates.closed)
    closed = np.where((outcome == CASE_WON) & ~np.isnan(dates.won), dates.won, closed)
    created = np.where(closed < dates.created, np.nan, dates.created)
    contact = _contact_stage(deals, dates, outcome)
    case, stage, arrived, finished = _visits(deals, outcome, (created, closed), contact)
    facts = case_facts(table, roles, deals.row, deals.number, deals.names)
    marks = np.isin(np.arange(len(deals.stages)), (*endings.won, *endings.lost))
    told = np.concatenate([created, closed])
    return Visits(
        case=case,
        stage=stage,
        arrived=arrived,
        started=np.full(len(case), np.nan),
        finished=finished,
        resource=np.full(len(case), NOT_TOLD, dtype=np.int32),
        stages=deals.stages,
        resources=(),
        created=created,
        closed=closed,
        outcome=outcome,
        amount=facts.amount,
        owner=facts.owner,
        product=facts.product,
        owners=facts.owners,
        products=facts.products,
        names=facts.names,
        begin=dates.clock.begin,
        span=0.0 if np.isnan(told).all() else float(np.nanmax(told)),
        shape="snapshot",
        tells_starts=False,
        tells_requests=False,
        tells_losses=bool((~np.isnan(closed[outcome == CASE_LOST])).any()),
        tells_history=False,
        has_time=dates.clock.has_time,
        marks=marks,
        notices=(
            *table.notices,
            *_notices(deals, endings, outcome),
            *_of_dates(table, deals, dates, (outcome, created, closed)),
            *_of_contact(deals, contact),
        ),
        dropped=(*table.dropped, *deals.dropped),
        attributes=facts.attributes,
        outside=asked.outside,
    )


@dataclass(frozen=True, slots=True)
class _Deals:
    """The rows that count: each is a case, which is its number."""

    row: RowPlaces
    number: Codes
    stage: Codes
    stages: tuple[str, ...]
    names: tuple[str, ...]
    dropped: tuple[Dropped, ...]


def _deals(table: RecordsTable, roles: RoleHeaders) -> _Deals:
    """Return the rows that tell a stage, of each deal the last."""
    codes, stages = merged_names(words_of(table, roles["stage"][0]))
    keep = codes != BLANK
    dropped = []
    if not keep.all():
        missing = np.flatnonzero(~keep)
        why = phrase("no stage is told")
        dropped.append(Dropped(len(missing), why, examples_of(table, missing)))
    names: tuple[str, ...] = ()
    if "case" in roles:
        words = words_of(table, roles["case"][0])
        earlier = np.flatnonzero(keep & _is_earlier(words.codes, keep))
        if is_title(roles["case"][0]):
            earlier = earlier[:0]
        keep[earlier] = False
        if len(earlier):
            why = phrase("the deal stands again further down")
            dropped.append(Dropped(len(earlier), why, examples_of(table, earlier)))
        if (words.codes[keep] != BLANK).all():
            names = kept_names(words, words.codes[keep])
    row = np.flatnonzero(keep)
    if not len(row):
        raise TocError(
            f"{table.path.name}: no row tells a stage\n"
            "    hint: name the column that does"
        )
    stage, used = compacted(codes[row])
    return _Deals(
        row,
        np.arange(len(row), dtype=np.int32),
        stage,
        tuple(stages[code] for code in used.tolist()),
        names,
        tuple(dropped),
    )


def _is_earlier(codes: Codes, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows have a later one of the same deal."""
    last = np.full(int(codes.max(initial=BLANK)) + 2, -1, dtype=np.int64)
    rows = np.flatnonzero(keep)
    last[codes[rows]] = rows  # of one index given twice the last counts
    return np.asarray((np.arange(len(codes)) != last[codes]) & (codes != BLANK))


@dataclass(frozen=True, slots=True)
class _Dates:
    """Dates by deal; nan where none is told [days]."""

    clock: RecordsClock
    created: Days
    engaged: Days
    closed: Days
    won: Days


def _dates(table: RecordsTable, roles: RoleHeaders, deals: _Deals) -> _Dates:
    """Return the dates; a deal came at first contact where nothing else tells."""
    headers = [
        header
        for role in ("created", "engaged", "closed", "won_date")
        for header in roles.get(role, ())
    ]
    clock = clock_of(moments_of(table, header) for header in headers)

    def days(role: str) -> Days:
        if role not in roles:
            return np.full(len(deals.row), np.nan)
        return clock.days(moments_of(table, roles[role][0]))[deals.row]

    engaged = days("engaged")
    created = days("created") if "created" in roles else engaged
    return _Dates(clock, created, engaged, days("closed"), days("won_date"))


def _endings(deals: _Deals, dates: _Dates, asked: ColumnsAsked) -> EndingNames:
    """Return the stages that end a deal: most that stand there have a closing date."""
    found = ending_names(deals.stages, asked.won, asked.lost)
    over = np.fmax(dates.closed, dates.won)
    if np.isnan(over).all():
        return found
    count = np.bincount(deals.stage, minlength=len(deals.stages))
    told = np.bincount(deals.stage[~np.isnan(over)], minlength=len(deals.stages))
    is_over = told >= _HALF * count
    won, lost = (
        numbers if said else tuple(each for each in numbers if is_over[each])
        for numbers, said in zip((found.won, found.lost), found.asked, strict=True)
    )
    return EndingNames(won, lost, found.asked)


def _contact_stage(deals: _Deals, dates: _Dates, outcome: NDArray[np.int8]) -> int:
    """Return the only open stage whose deals have a date of first contact, or -1.

    Also the only open stage that there is, if it is told when its deals came.
    """
    is_open = outcome == CASE_OPEN
    stages = np.unique(deals.stage[is_open])
    told = dates.created if len(stages) == 1 else dates.engaged
    have = [
        stage
        for stage in stages.tolist()
        if (~np.isnan(told[is_open & (deals.stage == stage)])).mean() >= _HALF
    ]
    return have[0] if len(have) == 1 else -1


def _visits(
    deals: _Deals,
    outcome: NDArray[np.int8],
    moments: tuple[Days, Days],
    contact: int,
) -> tuple[Codes, Codes, Days, Days]:
    """Return case, stage, arrival and end of every visit."""
    created, closed = moments
    is_open = outcome == CASE_OPEN
    still = np.flatnonzero(is_open)
    arrived = np.where(deals.stage[still] == contact, created[still], np.nan)
    over = np.flatnonzero(~is_open & ~np.isnan(closed))
    through = over if contact >= 0 else over[:0]
    through = through[~np.isnan(created[through])]
    case = np.concatenate([still, through, over]).astype(np.int32)
    stage = np.concatenate(
        [
            deals.stage[still],
            np.full(len(through), contact, dtype=np.int32),
            deals.stage[over],
        ]
    )
    arrived = np.concatenate([arrived, created[through], closed[over]])
    not_yet = np.full(len(still), np.nan)
    finished = np.concatenate([not_yet, closed[through], closed[over]])
    order = np.argsort(case, kind="stable")
    return case[order], stage[order], arrived[order], finished[order]


def _notices(
    deals: _Deals, endings: EndingNames, outcome: NDArray[np.int8]
) -> Iterator[Notice]:
    """Yield how the deals stand, and that nothing tells how they came there."""
    won, lost, still = (
        int((outcome == each).sum()) for each in (CASE_WON, CASE_LOST, CASE_OPEN)
    )
    evidence = {"won": float(won), "lost": float(lost), "open": float(still)}
    if endings.won:
        by_won = named([deals.stages[number] for number in endings.won])
        by_lost = named([deals.stages[number] for number in endings.lost])
        sentence = phrase(
            "Deals at {by_won} are won ({won}), those at {by_lost} lost ({lost}); the "
            "others are open ({open}).",
            by_won=by_won,
            by_lost=by_lost or phrase("no stage"),
            won=f"{won:,}",
            lost=f"{lost:,}",
            open=f"{still:,}",
        )
    else:
        sentence = phrase(
            "No stage is called so that its deals are won: say which it is. There are "
            "{stages}.",
            stages=named(deals.stages),
        )
    sure = endings.won and endings.lost
    yield Notice("endings", sentence, "note" if sure else "doubt", evidence)
    yield Notice(
        "only the present stage",
        phrase(
            "Each deal has the stage where it stands now: when it moved from one to "
            "the next is not told, so conversion and time by stage cannot be had."
        ),
        "refused",
    )


def _of_dates(
    table: RecordsTable,
    deals: _Deals,
    dates: _Dates,
    known: tuple[NDArray[np.int8], Days, Days],
) -> Iterator[Notice]:
    """Yield which dates are missing, or cannot be."""
    outcome, created, closed = known
    is_open = outcome == CASE_OPEN
    expected = is_open & ~np.isnan(dates.closed)
    if expected.any():
        count = int(expected.sum())
        yield Notice(
            "expected closing dates",
            phrase_of(
                "{count} deal that is open has a closing date: it is what somebody "
                "expects, and does not count.",
                "{count} deals that are open have closing dates: they are what "
                "somebody expects, and do not count.",
                count,
                count=f"{count:,}",
            ),
            evidence={"deals": float(count)},
        )
    undated = int((~is_open & np.isnan(closed)).sum())
    if undated:
        yield Notice(
            "closed without a date",
            phrase_of(
                "{count} deal is closed and has no closing date: when it was is not "
                "told.",
                "{count} deals are closed and have no closing date: when they were is "
                "not told.",
                undated,
                count=f"{undated:,}",
            ),
            "doubt",
            {"deals": float(undated)},
        )
    unborn = int(np.isnan(dates.created).sum())
    if unborn:
        yield Notice(
            "deals without a beginning",
            phrase_of(
                "Of {count} deal of {all} nothing tells when it came.",
                "Of {count} deals of {all} nothing tells when they came.",
                unborn,
                count=f"{unborn:,}",
                all=f"{len(created):,}",
            ),
            "doubt",
            {"deals": float(unborn), "of": float(len(created))},
        )
    before = np.flatnonzero(closed < dates.created)
    yield from closed_before_created(table, deals.row[before])


def closed_before_created(table: RecordsTable, rows: RowPlaces) -> Iterator[Notice]:
    """Yield that cases would be over before they came, if any would.

    Parameters
    ----------
    table
        That tells so.
    rows
        Of these cases.
    """
    if len(rows):
        yield Notice(
            "closed before it came",
            phrase_of(
                "{count} case would be over before it came ({examples}): when it was "
                "over counts, and when it came is taken as not told.",
                "{count} cases would be over before they came ({examples}): when they "
                "were over counts, and when they came is taken as not told.",
                len(rows),
                count=f"{len(rows):,}",
                examples=", ".join(examples_of(table, rows)),
            ),
            "doubt",
            {"cases": float(len(rows))},
        )


def _of_contact(deals: _Deals, contact: int) -> Iterator[Notice]:
    """Yield what is concluded of the one open stage that has dates."""
    if contact >= 0:
        yield Notice(
            "one dated stage",
            phrase(
                "{stage} is the only open stage whose deals have a date: it tells when "
                "deals came there, and those that are closed went through it.",
                stage=deals.stages[contact],
            ),
        )
