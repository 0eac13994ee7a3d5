"""The rows of an event log that count: who did what for which case, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.language import joined, phrase
from toc_sim.records.notices import Dropped
from toc_sim.records.records_table import BLANK, RecordsTable
from toc_sim.records.shapes.case_facts import (
    RecordsClock,
    clock_of,
    compacted,
    examples_of,
    kept_names,
    merged_names,
    moments_of,
    words_of,
)
from toc_sim.records.shapes.columns_asked import RoleHeaders
from toc_sim.records.shapes.header_names import plain_name
from toc_sim.records.shapes.row_order import RowOrder, broadcast, order_by
from toc_sim.records.visits import NOT_TOLD, Codes, Days

PHASE_ASKED, PHASE_BEGUN, PHASE_DONE, PHASE_OTHER = 0, 1, 2, 3
"""What a row of a log tells: that work was asked for, that it began, that it ended, or
something else."""

_PHASES: Mapping[str, int] = {
    "schedule": PHASE_ASKED,
    "scheduled": PHASE_ASKED,
    "enqueue": PHASE_ASKED,
    "start": PHASE_BEGUN,
    "started": PHASE_BEGUN,
    "begin": PHASE_BEGUN,
    "resume": PHASE_BEGUN,
    "resumed": PHASE_BEGUN,
    "complete": PHASE_DONE,
    "completed": PHASE_DONE,
    "end": PHASE_DONE,
    "finish": PHASE_DONE,
    "suspend": PHASE_DONE,
    "suspended": PHASE_DONE,
    "начало": PHASE_BEGUN,
    "начато": PHASE_BEGUN,
    "завершение": PHASE_DONE,
    "завершено": PHASE_DONE,
    "окончание": PHASE_DONE,
    "назначено": PHASE_ASKED,
}
"""By transition, as XES and others write it. Work that is suspended is a session that
has ended, and one that is resumed another that begins."""

_FRAME = frozenset(
    {
        "start",
        "end",
        "begin",
        "finish",
        "artificial start",
        "artificial end",
        "start event",
        "end event",
        "process start",
        "process end",
        "начало",
        "конец",
        "старт",
        "финиш",
    }
)
"""Names of rows that a tool puts before and after each case."""


@dataclass(frozen=True, slots=True)
class LogRows:
    """Rows of a log, by case and time, and then in the order of the file.

    Attributes
    ----------
    row
        Which row of the table each is, shape (rows,).
    case, activity, resource, instance
        By number; `NOT_TOLD` where no resource or instance is told.
    start, end
        When work began and ended; nan: not told [days].
    asked
        When the work was asked for; empty: the log has no such column [days].
    phase
        Of a row of one moment, what it tells.
    activities, resources, names
        What activities, resources and cases are called.
    clock
        That the days are counted by.
    dropped
        Which rows do not count, and why.
    """

    row: NDArray[np.int64]
    case: Codes
    activity: Codes
    resource: Codes
    instance: Codes
    start: Days
    end: Days
    asked: Days
    phase: NDArray[np.int8]
    activities: tuple[str, ...]
    resources: tuple[str, ...]
    names: tuple[str, ...]
    clock: RecordsClock
    dropped: tuple[Dropped, ...]


def log_rows(table: RecordsTable, roles: RoleHeaders) -> LogRows:
    """Return the rows that tell a case, an activity and a moment.

    Parameters
    ----------
    table
        Of the log.
    roles
        Which headers are what: ``case``, ``activity`` and ``time`` are, ``start``,
        ``resource``, ``lifecycle`` and ``instance`` may be.
    """
    case = words_of(table, roles["case"][0])
    activity, activities = merged_names(words_of(table, roles["activity"][0]))
    clock = clock_of(
        moments_of(table, header)
        for role in ("time", "start", "requested", "created")
        for header in roles.get(role, ())
    )
    end = _days(table, roles["time"], clock)
    start = _days(table, roles.get("start", ()), clock)
    asked = _days(table, roles.get("requested", ()), clock)
    phase = _phases(table, roles.get("lifecycle", ()))
    is_timeless = np.isnan(end) & np.isnan(start) & np.isnan(asked)
    reasons = (
        (case.codes == BLANK, phrase("no case is told")),
        (activity == BLANK, phrase("no activity is told")),
        (is_timeless, phrase("no moment is told")),
        (phase == PHASE_OTHER, _told_other(table, roles, phase)),
        (
            _is_frame(case.codes, activity, (start, end), activities),
            phrase("put before and after each case by a tool, and no work"),
        ),
    )
    keep, dropped = _sieved(table, reasons)
    keep = keep[_order(case.codes[keep], (start[keep], end[keep], asked[keep]))]
    number, codes = compacted(case.codes[keep])
    activity, used = compacted(activity[keep])
    resource, resources = _optional(table, roles.get("resource", ()), keep)
    instance, _ = _optional(table, roles.get("instance", ()), keep)
    return LogRows(
        row=keep,
        case=number,
        activity=activity,
        resource=resource,
        instance=instance,
        start=start[keep],
        end=end[keep],
        asked=asked[keep] if "requested" in roles else np.zeros(0),
        phase=phase[keep],
        activities=tuple(activities[code] for code in used.tolist()),
        resources=resources,
        names=kept_names(case, codes),
        clock=clock,
        dropped=dropped,
    )


def _order(case: Codes, moments: tuple[Days, ...]) -> RowOrder:
    """Return the order by case and by the first of the moments that is told."""
    start, *others = moments
    for other in others:
        start = np.where(np.isnan(start), other, start)
    return order_by(case, start)


def _days(table: RecordsTable, headers: tuple[str, ...], clock: RecordsClock) -> Days:
    """Return a column of moments that may not be there."""
    if not headers:
        return broadcast(np.nan, table.rows, float)
    return clock.days(moments_of(table, headers[0]))


def _optional(
    table: RecordsTable, headers: tuple[str, ...], rows: NDArray[np.int64]
) -> tuple[Codes, tuple[str, ...]]:
    """Return some rows of a column of words that may not be there, and its names."""
    if not headers:
        return broadcast(NOT_TOLD, len(rows), np.int32), ()
    codes, names = merged_names(words_of(table, headers[0]))
    codes, used = compacted(codes[rows])
    return codes, tuple(names[code] for code in used.tolist())


def _phases(table: RecordsTable, headers: tuple[str, ...]) -> NDArray[np.int8]:
    """Return what each row tells; a row that does not say tells of an end."""
    if not headers:
        return broadcast(PHASE_DONE, table.rows, np.int8)
    words = words_of(table, headers[0])
    known = [_PHASES.get(plain_name(word), PHASE_OTHER) for word in words.words]
    return np.array([*known, PHASE_DONE], dtype=np.int8)[words.codes]


def _told_other(
    table: RecordsTable, roles: RoleHeaders, phase: NDArray[np.int8]
) -> str:
    """Return what rows of other transitions tell, for people."""
    if not (phase == PHASE_OTHER).any():
        return ""
    words = words_of(table, roles["lifecycle"][0]).words
    others = [word for word in words if plain_name(word) not in _PHASES]
    return phrase(
        "neither asked for, begun nor ended, but {transitions}",
        transitions=joined(others),
    )


def _is_frame(
    case: Codes, activity: Codes, moments: tuple[Days, Days], names: Sequence[str]
) -> NDArray[np.bool_]:
    """Return which rows a tool has put before and after each case.

    They are called so, take no time, and stand once in a case at most.
    """
    start, end = moments
    found = np.zeros(len(case), dtype=bool)
    for code, name in enumerate(names):
        if plain_name(name) not in _FRAME:
            continue
        mine = activity == code
        at_once = np.isnan(start[mine]) | (start[mine] == end[mine])
        each = case[mine]
        if at_once.all() and len(np.unique(each)) == len(each):
            found |= mine
    return found


def _sieved(
    table: RecordsTable, reasons: Sequence[tuple[NDArray[np.bool_], str]]
) -> tuple[NDArray[np.int64], tuple[Dropped, ...]]:
    """Return the rows without any reason to leave them out, and the others' reasons."""
    keep = np.ones(table.rows, dtype=bool)
    dropped = []
    for is_out, why in reasons:
        mine = np.flatnonzero(keep & is_out)
        if len(mine):
            dropped.append(Dropped(len(mine), why, examples_of(table, mine)))
            keep[mine] = False
    return np.flatnonzero(keep), tuple(dropped)
