"""When each case came to each stage: out of rows of changes, of entries or of dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import TocError
from toc_sim.language import phrase
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_table import BLANK, RecordsTable
from toc_sim.records.shapes.case_facts import (
    RecordsClock,
    clock_of,
    compacted,
    examples_of,
    first_moments,
    merged_names,
    moments_of,
    single_blanks,
    words_of,
)
from toc_sim.records.shapes.columns_asked import RoleHeaders
from toc_sim.records.shapes.header_names import plain_name
from toc_sim.records.shapes.move_notices import (
    lost_track,
    missing_moves,
    moved_before_created,
    never_moved,
)
from toc_sim.records.shapes.work_sessions import RowPlaces
from toc_sim.records.visits import NOT_TOLD, Codes, Days

_NEARLY_ALL = 0.9
"""Cases that never moved are where so many of the others began, if at one stage."""

_FIELDS = frozenset(
    {"stage name", "stage", "status", "deal stage", "этап", "стадия", "статус"}
)
"""What the field is called whose changes are changes of stage."""

_BIRTHS = frozenset({"created", "создано", "создан"})
"""What stands for a field where the case was made."""


@dataclass(frozen=True, slots=True)
class StageEntries:
    """When cases came to stages, by case and time.

    Attributes
    ----------
    case, stage
        Of each entry.
    at
        When; nan: not told, which only a first entry may be [days].
    by
        Who moved it there, of `people`; `NOT_TOLD` if it is not told.
    row
        A row of the table that tells of each case, shape (rows that count,).
    row_case
        Of which case each of these tells.
    case_codes
        What the cases are in their column, shape (cases,).
    created
        When each case came; nan: not told [days].
    stages, people
        What they are called.
    clock
        That the days are counted by.
    notices, dropped
        What is to be known of how they were read.
    """

    case: Codes
    stage: Codes
    at: Days
    by: Codes
    row: RowPlaces
    row_case: Codes
    case_codes: Codes
    created: Days
    stages: tuple[str, ...]
    people: tuple[str, ...]
    clock: RecordsClock
    notices: tuple[Notice, ...]
    dropped: tuple[Dropped, ...]


def entries_of_changes(table: RecordsTable, roles: RoleHeaders) -> StageEntries:
    """Return the entries that changes tell, one a row.

    Parameters
    ----------
    table
        Of the changes.
    roles
        Which headers are what: ``case``, ``status_to`` and ``changed`` are.

    Notes
    -----
    The stage that a case began at has no row of its own: it is what the first change
    left, since the case was created. A case without any change is still where it began;
    which stage that is, is told by the others if nearly all of them began at one.
    """
    columns = _changes(table, roles)
    is_birth, is_kept, dropped = _of_field(table, roles)
    case, row, codes = _rows_of_cases(table, roles, is_birth | is_kept)
    created = _created(table, roles, columns.clock, (case, row, len(codes)))
    born = is_birth[row]
    made = first_moments(case[born], columns.at[row[born]], len(codes))
    created = np.where(np.isnan(created), made, created)
    moves, still = _moves(columns, case, row, is_kept)
    begun, begins = _beginnings(columns, moves, len(codes))
    late = begins[created[moves.case[begins]] > moves.at[begins]]
    created[moves.case[late]] = np.nan
    usual, notices = _of_unmoved(columns, begun, moves)
    first = np.where(begun == BLANK, usual, begun)
    first[moves.case] = begun[moves.case]
    there = np.flatnonzero(first != BLANK).astype(np.int32)
    nobody = np.full(len(there), NOT_TOLD, dtype=np.int32)
    case_of = np.concatenate([there, moves.case])
    order = np.argsort(case_of, kind="stable")  # the beginning stands before the moves
    return _numbered(
        StageEntries(
            case=case_of[order],
            stage=np.concatenate([first[there], columns.to[moves.row]])[order],
            at=np.concatenate([created[there], moves.at])[order],
            by=np.concatenate([nobody, columns.by[moves.row]])[order],
            row=row,
            row_case=case,
            case_codes=codes,
            created=created,
            stages=columns.stages,
            people=columns.people,
            clock=columns.clock,
            notices=(
                *_of_breaks(columns, moves),
                *notices,
                *moved_before_created(table, moves.row[late]),
            ),
            dropped=(
                *dropped,
                *_left_out(table, still, phrase("it moves to where it was")),
            ),
        ),
        table,
    )


def entries_of_stages(table: RecordsTable, roles: RoleHeaders) -> StageEntries:
    """Return the entries that rows tell, each of a stage and when it was come to.

    Parameters
    ----------
    table
        Of the entries.
    roles
        Which headers are what: ``case``, ``stage`` and ``changed`` are.
    """
    clock = _clock(table, roles)
    stage, stages = merged_names(words_of(table, roles["stage"][0]))
    at = clock.days(moments_of(table, roles["changed"][0]))
    is_told = (stage != BLANK) & ~np.isnan(at)
    case, row, codes = _rows_of_cases(table, roles, is_told)
    created = _created(table, roles, clock, (case, row, len(codes)))
    order = np.lexsort((at[row], case))
    case, row = case[order], row[order]
    is_new = np.ones(len(row), dtype=bool)
    is_new[1:] = (case[1:] != case[:-1]) | (stage[row[1:]] != stage[row[:-1]])
    by, people = _people(table, roles)
    first = first_moments(case, at[row], len(codes))
    late = created > first
    created = np.where(np.isnan(created) | late, first, created)
    entry = row[is_new]
    missing = np.flatnonzero(~is_told)
    return _numbered(
        StageEntries(
            case=case[is_new],
            stage=stage[entry],
            at=at[entry],
            by=by[entry],
            row=row,
            row_case=case,
            case_codes=codes,
            created=created,
            stages=stages,
            people=people,
            clock=clock,
            notices=(),
            dropped=(
                *_left_out(table, missing, phrase("no stage or no moment is told")),
                *_left_out(table, row[~is_new], phrase("it is where it was before")),
            ),
        ),
        table,
    )


def entries_of_dates(
    table: RecordsTable, roles: RoleHeaders, dated: Sequence[tuple[str, str]]
) -> StageEntries:
    """Return the entries that rows of cases tell, each with a date for every stage.

    Parameters
    ----------
    table
        With a row for each case.
    roles
        Which headers are what: ``case`` is.
    dated
        Headers of moments, with the stages that were entered at them.
    """
    names = dict.fromkeys(single_blanks(stage) for _, stage in dated)
    number = {stage: code for code, stage in enumerate(names)}
    moments = [moments_of(table, header) for header, _ in dated]
    made_in = [moments_of(table, header) for header in roles.get("created", ())]
    clock = clock_of((*moments, *made_in))
    every = np.ones(table.rows, dtype=bool)
    case, row, codes = _rows_of_cases(table, roles, every)
    parts = []
    for column, (_, name) in zip(moments, dated, strict=True):
        days = clock.days(column)[row]
        told = np.flatnonzero(~np.isnan(days))
        codes_of = np.full(len(told), number[single_blanks(name)], dtype=np.int32)
        parts.append((case[told], codes_of, days[told]))
    of, stage, at = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((stage, at, of))
    of, stage, at = of[order], stage[order], at[order]
    created = _created(table, roles, clock, (case, row, len(codes)))
    first = first_moments(of, at, len(codes))
    created = np.where(np.isnan(created) | (created > first), first, created)
    without = row[np.isnan(first)[case]]
    return _numbered(
        StageEntries(
            case=of,
            stage=stage,
            at=at,
            by=np.full(len(of), NOT_TOLD, dtype=np.int32),
            row=row,
            row_case=case,
            case_codes=codes,
            created=created,
            stages=tuple(names),
            people=(),
            clock=clock,
            notices=(),
            dropped=tuple(
                _left_out(table, without, phrase("no date of any stage is told"))
            ),
        ),
        table,
    )


@dataclass(frozen=True, slots=True)
class _Changes:
    """Columns of changes, by row of the table."""

    to: Codes
    left: Codes
    at: Days
    by: Codes
    stages: tuple[str, ...]
    people: tuple[str, ...]
    clock: RecordsClock


def _changes(table: RecordsTable, roles: RoleHeaders) -> _Changes:
    """Return the columns of changes, the stages of both sides by the same numbers."""
    clock = _clock(table, roles)
    left = np.full(table.rows, BLANK, dtype=np.int32)
    left_names: tuple[str, ...] = ()
    if "status_from" in roles:
        left, left_names = merged_names(words_of(table, roles["status_from"][0]))
    to, to_names = merged_names(words_of(table, roles["status_to"][0]))
    stages = tuple(dict.fromkeys((*left_names, *to_names)))
    number = {name: code for code, name in enumerate(stages)}
    lookup = np.array([*(number[name] for name in to_names), BLANK], dtype=np.int32)
    by, people = _people(table, roles)
    at = clock.days(moments_of(table, roles["changed"][0]))
    return _Changes(lookup[to], left, at, by, stages, people, clock)


def _clock(table: RecordsTable, roles: RoleHeaders) -> RecordsClock:
    return clock_of(
        moments_of(table, header)
        for role in ("changed", "created")
        for header in roles.get(role, ())
    )


def _people(table: RecordsTable, roles: RoleHeaders) -> tuple[Codes, tuple[str, ...]]:
    if "resource" not in roles:
        return np.full(table.rows, NOT_TOLD, dtype=np.int32), ()
    return merged_names(words_of(table, roles["resource"][0]))


def _of_field(
    table: RecordsTable, roles: RoleHeaders
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], tuple[Dropped, ...]]:
    """Return which rows tell that a case was made, and which of changes of stage."""
    every = np.ones(table.rows, dtype=bool)
    if "field" not in roles:
        return ~every, every, ()
    words = words_of(table, roles["field"][0])
    plain = [plain_name(word) for word in words.words]
    is_stage = np.array([*(word in _FIELDS for word in plain), True])[words.codes]
    is_birth = np.array([*(word in _BIRTHS for word in plain), False])[words.codes]
    if not is_stage.any():
        raise TocError(
            f"{table.path.name}: no row tells of a change of stage in column "
            f"'{roles['field'][0]}'\n    hint: stages are called StageName, Stage or "
            "Status there"
        )
    others = np.flatnonzero(~is_stage & ~is_birth)
    why = phrase("it tells of another field than the stage")
    return is_birth, is_stage, tuple(_left_out(table, others, why))


def _rows_of_cases(
    table: RecordsTable, roles: RoleHeaders, counts: NDArray[np.bool_]
) -> tuple[Codes, RowPlaces, Codes]:
    """Return of the rows that count the case and the row, and the cases' codes."""
    words = words_of(table, roles["case"][0])
    row = np.flatnonzero(counts & (words.codes != BLANK))
    if not len(row):
        raise TocError(
            f"{table.path.name}: no row tells a case, a stage and a moment\n"
            "    hint: name the columns that do"
        )
    case, codes = compacted(words.codes[row])
    return case, row, codes


def _created(
    table: RecordsTable,
    roles: RoleHeaders,
    clock: RecordsClock,
    of: tuple[Codes, RowPlaces, int],
) -> Days:
    """Return when each case was made, where a column tells."""
    case, row, cases = of
    if "created" not in roles:
        return np.full(cases, np.nan)
    days = clock.days(moments_of(table, roles["created"][0]))
    return first_moments(case, days[row], cases)


@dataclass(frozen=True, slots=True)
class _Moves:
    """Changes from one stage to another, by case and time."""

    case: Codes
    at: Days
    row: RowPlaces


def _moves(
    columns: _Changes, case: Codes, row: RowPlaces, is_kept: NDArray[np.bool_]
) -> tuple[_Moves, RowPlaces]:
    """Return the moves, and the rows that move nothing."""
    is_move = is_kept[row] & (columns.to[row] != BLANK) & ~np.isnan(columns.at[row])
    still = is_move & (columns.to[row] == columns.left[row])
    case, row, idle = case[is_move & ~still], row[is_move & ~still], row[still]
    order = np.lexsort((columns.at[row], case))
    case, row = case[order], row[order]
    return _Moves(case, columns.at[row], row), idle


def _beginnings(
    columns: _Changes, moves: _Moves, cases: int
) -> tuple[Codes, RowPlaces]:
    """Return what the first move of each case left, and which moves are the first."""
    is_first = np.ones(len(moves.case), dtype=bool)
    is_first[1:] = moves.case[1:] != moves.case[:-1]
    begins = np.flatnonzero(is_first)
    begun = np.full(cases, BLANK, dtype=np.int32)
    begun[moves.case[begins]] = columns.left[moves.row[begins]]
    return begun, begins


def _of_unmoved(
    columns: _Changes, begun: Codes, moves: _Moves
) -> tuple[int, tuple[Notice, ...]]:
    """Return where cases without a move are, or BLANK, and what is said of it."""
    unmoved = len(begun) - len(np.unique(moves.case))
    told = begun[begun != BLANK]
    if not unmoved:
        return BLANK, ()
    counts = np.bincount(told, minlength=1)
    usual, times = int(counts.argmax()), int(counts.max())
    if times < _NEARLY_ALL * max(len(told), 1):
        return BLANK, (lost_track(unmoved),)
    return usual, (never_moved(unmoved, columns.stages[usual], (times, len(told))),)


def _of_breaks(columns: _Changes, moves: _Moves) -> Iterator[Notice]:
    """Yield that cases leave other stages than they came to, if any do."""
    to, left = columns.to[moves.row], columns.left[moves.row]
    follows = moves.case[1:] == moves.case[:-1]
    breaks = int((follows & (left[1:] != to[:-1]) & (left[1:] != BLANK)).sum())
    yield from missing_moves(breaks)


def _left_out(table: RecordsTable, rows: RowPlaces, why: str) -> Iterator[Dropped]:
    if len(rows):
        yield Dropped(len(rows), why, examples_of(table, np.sort(rows)))


def _numbered(entries: StageEntries, table: RecordsTable) -> StageEntries:
    """Return entries whose cases all have one, and are numbered without gaps."""
    case, used = compacted(entries.case)
    if len(used) == len(entries.case_codes):
        return entries
    number = np.full(len(entries.case_codes), -1, dtype=np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    row_case = number[entries.row_case]
    kept = row_case >= 0
    return replace(
        entries,
        case=case,
        row=entries.row[kept],
        row_case=row_case[kept],
        case_codes=entries.case_codes[used],
        created=entries.created[used],
        dropped=(
            *entries.dropped,
            *_left_out(
                table, entries.row[~kept], phrase("no stage of its case is told")
            ),
        ),
    )
