"""Two files: the leads that came, and those of them that were won."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import TocError
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_table import BLANK, MomentColumn, RecordsTable, Words
from toc_sim.records.shapes.case_facts import (
    CaseFacts,
    case_facts,
    clock_of,
    examples_of,
    kept_names,
    moments_of,
    words_of,
)
from toc_sim.records.shapes.columns_asked import ColumnsAsked, RoleHeaders
from toc_sim.records.shapes.snapshot import closed_before_created
from toc_sim.records.shapes.work_sessions import RowPlaces
from toc_sim.records.visits import CASE_OPEN, CASE_WON, NOT_TOLD, Codes, Days, Visits

LEAD_STAGE, WIN_STAGE = "lead", "won"
"""What the two stages are called, which the files do not name."""


@dataclass(frozen=True, slots=True)
class RoledTable:
    """A table, and which of its headers are what."""

    table: RecordsTable
    roles: RoleHeaders


def visits_of_leads(leads: RoledTable, wins: RoledTable, asked: ColumnsAsked) -> Visits:
    """Return the visits that leads and wins tell.

    Parameters
    ----------
    leads
        With a ``case``, and ``created`` or ``engaged``.
    wins
        With a ``case``, and ``won_date`` or ``closed``; it may be the same table.
    asked
        What somebody said.

    Raises
    ------
    TocError
        If nothing joins.

    Notes
    -----
    A lead that was not won is open: nothing tells when one is lost. Cases are the
    leads, in the order of their file; of one that stands twice the first row counts.
    """
    table, roles = leads.table, leads.roles
    key = words_of(table, roles["case"][0])
    rows, twice = _first_rows(key.codes)
    place, joins = _joined(key, rows, wins)
    came_in = moments_of(table, _first(roles, "created", "engaged"))
    won_in = moments_of(wins.table, _first(wins.roles, "won_date", "closed"))
    clock = clock_of((came_in, won_in))
    came = clock.days(came_in)[rows]
    closed = np.where(place >= 0, clock.days(won_in)[np.maximum(place, 0)], np.nan)
    outcome = np.where(np.isnan(closed), CASE_OPEN, CASE_WON).astype(np.int8)
    before = np.flatnonzero(closed < came)
    created = came.copy()
    created[before] = np.nan
    facts = _facts(leads, rows, wins, place)
    won = np.flatnonzero(outcome == CASE_WON)
    case = np.concatenate([np.arange(len(rows)), won]).astype(np.int32)
    stage = (np.arange(len(case)) >= len(rows)).astype(np.int32)
    arrived = np.concatenate([created, closed[won]])
    finished = np.concatenate([closed, closed[won]])
    resource = np.concatenate([facts.owner, np.full(len(won), NOT_TOLD, np.int32)])
    order = np.lexsort((stage, case))
    return Visits(
        case=case[order],
        stage=stage[order],
        arrived=arrived[order],
        started=np.full(len(case), np.nan),
        finished=finished[order],
        resource=resource[order],
        stages=(LEAD_STAGE, WIN_STAGE),
        resources=facts.owners,
        created=created,
        closed=closed,
        outcome=outcome,
        amount=facts.amount,
        owner=facts.owner,
        product=facts.product,
        owners=facts.owners,
        products=facts.products,
        names=facts.names,
        begin=clock.begin,
        span=_last((came, closed)),
        shape="joined",
        tells_starts=False,
        tells_requests=False,
        tells_losses=False,
        tells_history=True,
        has_time=clock.has_time,
        marks=np.array([False, True]),
        notices=(
            *_of_tables(leads, wins),
            *joins.notices,
            *_of_outcome(outcome),
            *_of_clock(leads, wins, (came_in, won_in)),
            *closed_before_created(table, rows[before]),
        ),
        dropped=(
            *table.dropped,
            *(wins.table.dropped if wins.table is not table else ()),
            *_dropped(
                table, np.flatnonzero(key.codes == BLANK), phrase("no case is told")
            ),
            *_dropped(table, twice, phrase("the lead stands further up already")),
            *joins.dropped,
        ),
        attributes=facts.attributes,
        outside=asked.outside,
    )


def _first(roles: RoleHeaders, *names: str) -> str:
    """Return the header of the first of some roles that one has."""
    return next(roles[name][0] for name in names if name in roles)


def _last(columns: tuple[Days, ...]) -> float:
    return float(max(np.nanmax(each) for each in columns if not np.isnan(each).all()))


def _first_rows(codes: Codes) -> tuple[RowPlaces, RowPlaces]:
    """Return the first row of each key in file order, and the others of a key."""
    _, first = np.unique(codes, return_index=True)
    is_first = np.zeros(len(codes), dtype=bool)
    is_first[first] = True
    told = codes != BLANK
    return np.flatnonzero(is_first & told), np.flatnonzero(~is_first & told)


@dataclass(frozen=True, slots=True)
class _Joins:
    """What did not join, and what was left out for it."""

    notices: tuple[Notice, ...]
    dropped: tuple[Dropped, ...]


def _joined(key: Words, rows: RowPlaces, wins: RoledTable) -> tuple[RowPlaces, _Joins]:
    """Return of each lead the row of its win, or -1."""
    table = wins.table
    other = words_of(table, wins.roles["case"][0])
    number = {
        key.words[code]: place for place, code in enumerate(key.codes[rows].tolist())
    }
    lookup = np.array([*(number.get(word, -1) for word in other.words), -1])
    lead = lookup[other.codes]
    is_won = ~np.isnan(moments_of(table, _first(wins.roles, "won_date", "closed")).days)
    strange = np.flatnonzero((lead < 0) & is_won)
    mine = np.flatnonzero((lead >= 0) & is_won)
    if not len(mine):
        raise TocError(
            f"{table.path.name}: no row joins a lead by '{wins.roles['case'][0]}'\n"
            "    hint: name the column of cases in both files"
        )
    place = np.full(len(rows), -1, dtype=np.int64)
    place[lead[mine][::-1]] = mine[::-1]
    again = np.setdiff1d(mine, place)
    notices = () if not len(strange) else (_strangers(table, strange, len(mine)),)
    return place, _Joins(
        notices,
        (
            *_dropped(table, strange, phrase("no lead has its key")),
            *_dropped(table, again, phrase("the lead was won further up already")),
        ),
    )


def _dropped(table: RecordsTable, rows: RowPlaces, why: str) -> Iterator[Dropped]:
    if len(rows):
        yield Dropped(len(rows), why, examples_of(table, rows))


def _strangers(table: RecordsTable, rows: RowPlaces, joined: int) -> Notice:
    count = len(rows)
    return Notice(
        "wins without a lead",
        phrase_of(
            "{count} win in {file} has no lead and is left out ({examples}); {joined} "
            "join.",
            "{count} wins in {file} have no lead and are left out ({examples}); "
            "{joined} join.",
            count,
            count=f"{count:,}",
            file=table.path.name,
            examples=", ".join(examples_of(table, rows)),
            joined=f"{joined:,}",
        ),
        "doubt",
        {"rows": float(count), "joined": float(joined)},
    )


def _facts(
    leads: RoledTable, rows: RowPlaces, wins: RoledTable, place: RowPlaces
) -> CaseFacts:
    """Return what both files tell of each lead; of a win, what the win tells."""
    key = words_of(leads.table, leads.roles["case"][0])
    names = kept_names(key, key.codes[rows])
    number = np.arange(len(rows), dtype=np.int32)
    first = case_facts(leads.table, leads.roles, rows, number, names)
    if wins.table is leads.table:
        return first
    second = case_facts(
        wins.table,
        wins.roles,
        np.arange(wins.table.rows),
        np.arange(wins.table.rows, dtype=np.int32),
        (),
    )
    owner, owners = _later(
        (first.owner, first.owners), (second.owner, second.owners), place
    )
    product, products = _later(
        (first.product, first.products), (second.product, second.products), place
    )
    won = place >= 0
    amount = first.amount.copy()
    amount[won] = np.where(
        np.isnan(second.amount[place[won]]), amount[won], second.amount[place[won]]
    )
    attributes = dict(first.attributes)
    for header, words in second.attributes.items():
        codes = np.full(len(rows), BLANK, dtype=np.int32)
        codes[won] = words.codes[place[won]]
        attributes.setdefault(header, Words(codes, words.words))
    return CaseFacts(names, amount, owner, product, owners, products, attributes)


def _later(
    first: tuple[Codes, tuple[str, ...]],
    second: tuple[Codes, tuple[str, ...]],
    place: RowPlaces,
) -> tuple[Codes, tuple[str, ...]]:
    """Return names by lead: those of the win, where one tells them."""
    if not second[1]:
        return first
    names = tuple(dict.fromkeys((*first[1], *second[1])))
    number = {name: code for code, name in enumerate(names)}
    codes = _recoded(first, number)
    of_win = _recoded(second, number)
    won = place >= 0
    told = of_win[place[won]]
    codes[won] = np.where(told == NOT_TOLD, codes[won], told)
    return codes, names


def _recoded(named: tuple[Codes, tuple[str, ...]], number: Mapping[str, int]) -> Codes:
    codes, names = named
    lookup = np.array([*(number[name] for name in names), NOT_TOLD], dtype=np.int32)
    return lookup[codes]


def _of_tables(leads: RoledTable, wins: RoledTable) -> tuple[Notice, ...]:
    if wins.table is leads.table:
        return leads.table.notices
    return (*leads.table.notices, *wins.table.notices)


def _of_outcome(outcome: NDArray[np.int8]) -> Iterator[Notice]:
    won, still = int((outcome == CASE_WON).sum()), int((outcome == CASE_OPEN).sum())
    yield Notice(
        "losses never recorded",
        phrase(
            "{won} leads of {all} are won. Nothing tells when a lead is lost: the "
            "other {open} count as open, though most may have been given up long ago.",
            won=f"{won:,}",
            all=f"{len(outcome):,}",
            open=f"{still:,}",
        ),
        "doubt",
        {"won": float(won), "open": float(still)},
    )


def _of_clock(
    leads: RoledTable, wins: RoledTable, columns: tuple[MomentColumn, MomentColumn]
) -> Iterator[Notice]:
    """Yield that one file tells the time of day and the other does not."""
    came, won = columns
    if came.has_time != won.has_time:
        day = leads if not came.has_time else wins
        yield Notice(
            "days and times",
            phrase(
                "{file} tells days without a time: a lead that is won on the day on "
                "which it came may seem to take up to a day longer or shorter.",
                file=day.table.path.name,
            ),
        )
