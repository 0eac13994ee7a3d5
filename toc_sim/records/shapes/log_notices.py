"""What is worth saying of how an event log was read: sessions, requests, order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from toc_sim.language import joined, phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.records_table import RecordsTable
from toc_sim.records.shapes.case_facts import examples_of
from toc_sim.records.shapes.case_stays import LogStays
from toc_sim.records.shapes.log_rows import LogRows
from toc_sim.records.shapes.work_sessions import RowPlaces, Worked

_FEW = 6
"""How many names are said at most."""


def log_notices(
    table: RecordsTable, rows: LogRows, work: Worked, stays: LogStays
) -> tuple[Notice, ...]:
    """Return what is to be known of a log, in the order in which it matters.

    Parameters
    ----------
    table
        Of the log.
    rows
        Of it that count.
    work
        That they tell.
    stays
        That this makes.
    """
    return (
        *_kinds(rows, work),
        *_moments(table, rows, work),
        *_visits(stays),
    )


def named(names: Sequence[str]) -> str:
    """Return the first few of some names as one says them.

    Parameters
    ----------
    names
        Any number of them.
    """
    few = list(names[:_FEW])
    if len(names) > _FEW:
        few.append(phrase("{count} more", count=f"{len(names) - _FEW:,}"))
    return joined(few)


def _kinds(rows: LogRows, work: Worked) -> Iterator[Notice]:
    """Yield what kinds of moments the log tells."""
    if not work.tells_starts:
        yield Notice(
            "only ends",
            phrase(
                "The log tells when work ended and not when it began: what was work "
                "and what was waiting cannot be told apart, and is not."
            ),
            "refused",
        )
    marks = [
        name
        for name, is_mark in zip(rows.activities, work.marks, strict=True)
        if is_mark
    ]
    if marks:
        yield Notice(
            "marks",
            phrase_of(
                "{names} takes no time in the log, where other work has a begin and an "
                "end: it is a mark, and no work of anybody.",
                "{names} take no time in the log, where other work has a begin and an "
                "end: they are marks, and no work of anybody.",
                len(marks),
                names=named(marks),
            ),
            evidence={"activities": float(len(marks))},
        )


def _moments(table: RecordsTable, rows: LogRows, work: Worked) -> Iterator[Notice]:
    """Yield which rows tell less than they should, or what cannot be."""
    yield from _backwards(table, rows.row[work.backwards])
    yield from _unended(table, rows.row[work.unended])
    unbegun = np.setdiff1d(work.unbegun, work.backwards)
    yield from _unbegun(table, rows.row[unbegun])
    count = int((work.started == work.finished).sum())
    if count:
        yield Notice(
            "work of no time",
            phrase_of(
                "{count} stretch of work ends in the moment in which it begins: it "
                "counts as work of 0 minutes.",
                "{count} stretches of work end in the moment in which they begin: they "
                "count as work of 0 minutes.",
                count,
                count=f"{count:,}",
            ),
            evidence={"sessions": float(count)},
        )


def _backwards(table: RecordsTable, rows: RowPlaces) -> Iterator[Notice]:
    count = len(rows)
    if count:
        yield Notice(
            "ends before it begins",
            phrase_of(
                "{count} row ends before it begins ({examples}): its end counts, and "
                "when it began is taken as not told.",
                "{count} rows end before they begin ({examples}): their ends count, "
                "and when they began is taken as not told.",
                count,
                count=f"{count:,}",
                examples=joined(examples_of(table, rows)),
            ),
            "doubt",
            {"rows": float(count)},
        )


def _unended(table: RecordsTable, rows: RowPlaces) -> Iterator[Notice]:
    count = len(rows)
    if count:
        yield Notice(
            "work without an end",
            phrase_of(
                "{count} row begins work whose end is not told ({examples}): how long "
                "it took is not known.",
                "{count} rows begin work whose end is not told ({examples}): how long "
                "it took is not known.",
                count,
                count=f"{count:,}",
                examples=joined(examples_of(table, rows)),
            ),
            evidence={"rows": float(count)},
        )


def _unbegun(table: RecordsTable, rows: RowPlaces) -> Iterator[Notice]:
    count = len(rows)
    if count:
        yield Notice(
            "work without a begin",
            phrase_of(
                "{count} row ends work whose begin is not told ({examples}): how long "
                "it took is not known.",
                "{count} rows end work whose begin is not told ({examples}): how long "
                "it took is not known.",
                count,
                count=f"{count:,}",
                examples=joined(examples_of(table, rows)),
            ),
            evidence={"rows": float(count)},
        )


def _visits(stays: LogStays) -> Iterator[Notice]:
    """Yield what was decided where sessions and requests became visits."""
    if stays.merged:
        yield Notice(
            "sessions of one visit",
            phrase_of(
                "{count} stretch of work follows another at the same stage of the same "
                "case: both are one visit, whose work is the sum of them and leaves "
                "out the time between.",
                "{count} stretches of work follow others at the same stage of the same "
                "case: such are one visit, whose work is the sum of them and leaves "
                "out the time between.",
                stays.merged,
                count=f"{stays.merged:,}",
            ),
            evidence={"sessions": float(stays.merged)},
        )
    if stays.overlapping:
        yield Notice(
            "overlapping visits",
            phrase_of(
                "{count} visit of {all} began before an earlier one of the same case "
                "had ended: the case came to it when work on it began.",
                "{count} visits of {all} began before an earlier one of the same case "
                "had ended: the case came to them when work on them began.",
                stays.overlapping,
                count=f"{stays.overlapping:,}",
                all=f"{len(stays.case):,}",
            ),
            evidence={
                "visits": float(stays.overlapping),
                "of": float(len(stays.case)),
            },
        )
    yield from _unfinished(stays)


def _unfinished(stays: LogStays) -> Iterator[Notice]:
    """Yield which visits and requests came to nothing."""
    if stays.bounded:
        yield Notice(
            "visits without an end",
            phrase_of(
                "{count} visit has no end in the log though its case went on: it ends "
                "when the case was next seen, which is the latest that it can.",
                "{count} visits have no end in the log though their cases went on: "
                "they end when the case was next seen, which is the latest that they "
                "can.",
                stays.bounded,
                count=f"{stays.bounded:,}",
            ),
            evidence={"visits": float(stays.bounded)},
        )
    if stays.never_begun:
        yield Notice(
            "asked for and never begun",
            phrase_of(
                "{count} visit was asked for and never begun: the case waits there "
                "until it is over.",
                "{count} visits were asked for and never begun: the case waits there "
                "until it is over.",
                stays.never_begun,
                count=f"{stays.never_begun:,}",
            ),
            evidence={"visits": float(stays.never_begun)},
        )
    if stays.superseded:
        yield Notice(
            "asked for again",
            phrase_of(
                "{count} request for work was followed by another before anybody "
                "began: the later one counts.",
                "{count} requests for work were followed by another before anybody "
                "began: the later one counts.",
                stays.superseded,
                count=f"{stays.superseded:,}",
            ),
            evidence={"requests": float(stays.superseded)},
        )
