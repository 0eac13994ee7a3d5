"""Event logs: a row for what was done for a case, when, and perhaps by whom."""

from __future__ import annotations

import numpy as np

from toc_sim.errors import TocError
from toc_sim.language import phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.records_table import RecordsTable
from toc_sim.records.shapes.case_facts import (
    case_facts,
    first_moments,
    moments_of,
)
from toc_sim.records.shapes.case_stays import stays_of
from toc_sim.records.shapes.columns_asked import ColumnsAsked, RoleHeaders
from toc_sim.records.shapes.ending_names import ending_names
from toc_sim.records.shapes.ending_notices import ending_notices
from toc_sim.records.shapes.log_endings import LogEndings, log_endings
from toc_sim.records.shapes.log_notices import log_notices
from toc_sim.records.shapes.log_rows import LogRows, log_rows
from toc_sim.records.shapes.step_order import out_of_order
from toc_sim.records.shapes.work_sessions import work_told
from toc_sim.records.visits import CASE_LOST, Days, Visits


def visits_of_log(
    table: RecordsTable, roles: RoleHeaders, asked: ColumnsAsked
) -> Visits:
    """Return the visits that an event log tells.

    Parameters
    ----------
    table
        Of the log.
    roles
        Which headers are what: ``case``, ``activity`` and ``time`` are.
    asked
        What is said of the names of endings.

    Raises
    ------
    TocError
        If no row can be used, or an ending was named that there is not.
    """
    rows = log_rows(table, roles)
    if not len(rows.row):
        raise TocError(
            f"{table.path.name}: no row tells a case, an activity and a moment\n"
            "    hint: name the columns that do"
        )
    work = work_told(rows, has_starts="start" in roles)
    names = ending_names(rows.activities, asked.won, asked.lost)
    cases = int(rows.case.max()) + 1
    endings = log_endings(work, cases, names)
    came, unlikely = _created(table, roles, rows, endings)
    stays = stays_of(work, came, endings.closed)
    facts = case_facts(table, roles, rows.row, rows.case, rows.names)
    created = np.where(np.isnan(came), endings.first, came)
    return Visits(
        case=stays.case,
        stage=stays.stage,
        arrived=stays.arrived,
        started=stays.started,
        finished=stays.finished,
        resource=stays.resource,
        stages=rows.activities,
        resources=rows.resources,
        created=created,
        closed=endings.closed,
        outcome=endings.outcome,
        amount=facts.amount,
        owner=facts.owner,
        product=facts.product,
        owners=facts.owners,
        products=facts.products,
        names=facts.names,
        begin=rows.clock.begin,
        span=endings.end,
        shape="event log",
        tells_starts=work.tells_starts,
        tells_requests=len(work.requests.at) > 0,
        tells_losses=bool((endings.outcome == CASE_LOST).any()),
        tells_history=True,
        has_time=rows.clock.has_time,
        marks=work.marks,
        notices=(
            *table.notices,
            *log_notices(table, rows, work, stays),
            *out_of_order(stays, rows.activities, work.marks),
            *ending_notices(endings, rows.activities),
            *unlikely,
        ),
        dropped=(*table.dropped, *rows.dropped),
        sessions=stays.sessions,
        attributes=facts.attributes,
        outside=asked.outside,
    )


def _created(
    table: RecordsTable,
    roles: RoleHeaders,
    rows: LogRows,
    endings: LogEndings,
) -> tuple[Days, tuple[Notice, ...]]:
    """Return when each case came by a column of its own, nan where none tells."""
    came = np.full(len(endings.first), np.nan)
    for header in roles.get("created", ()):
        days = rows.clock.days(moments_of(table, header))[rows.row]
        came = first_moments(rows.case, days, len(came))
    is_late = came > endings.first
    came[is_late] = np.nan
    count = int(is_late.sum())
    if not count:
        return came, ()
    sentence = phrase_of(
        "{count} case would have been created after its first moment in the log: it "
        "came at the latest then, and counts as created then.",
        "{count} cases would have been created after their first moments in the log: "
        "they came at the latest then, and count as created then.",
        count,
        count=f"{count:,}",
    )
    return came, (Notice("created late", sentence, "doubt", {"cases": float(count)}),)
