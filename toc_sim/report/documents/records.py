"""What was read of records and what looks wrong in them, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.purchases import Purchases
from toc_sim.records.table import Table
from toc_sim.records.visits import LOST, OPEN, WON, Visits
from toc_sim.report.document import FORMAT, JsonObject, fields_of


def records_document(
    tables: Sequence[Table],
    kept: Sequence[Visits | Purchases],
    doubts: Sequence[Notice],
) -> JsonObject:
    """Return the report on records, ready for JSON.

    Parameters
    ----------
    tables
        The files as they were read.
    kept
        What they became.
    doubts
        What is suspected of them.
    """
    return {
        "format": FORMAT,
        "files": [
            {
                "name": table.path.name,
                **fields_of(table, "read kept=rows"),
                **_remarks(table.dropped, table.notices),
            }
            for table in tables
        ],
        "kept": [
            _visits(each) if isinstance(each, Visits) else _purchases(each)
            for each in kept
        ],
        "doubts": [_notice(each) for each in doubts],
    }


def _visits(visits: Visits) -> JsonObject:
    counts = {
        name: int((visits.outcome == code).sum())
        for name, code in (("won", WON), ("lost", LOST), ("open", OPEN))
    }
    return {
        **fields_of(visits, "shape cases"),
        "visits": len(visits.case),
        "stages": list(visits.stages),
        **counts,
        **_dates(visits),
        **_remarks(visits.dropped, visits.notices),
    }


def _purchases(purchases: Purchases) -> JsonObject:
    return {
        "shape": "transactions",
        "orders": len(purchases.customer),
        "customers": purchases.customers,
        "amount": float(np.nansum(purchases.amount)),
        **_dates(purchases),
        **_remarks(purchases.dropped, purchases.notices),
    }


def _dates(kept: Visits | Purchases) -> JsonObject:
    last = kept.begin + timedelta(days=kept.span)
    return {"first": kept.begin.isoformat(), "last": last.isoformat()}


def _remarks(dropped: Sequence[Dropped], notices: Sequence[Notice]) -> JsonObject:
    return {
        "dropped": [fields_of(each, "rows why examples") for each in dropped],
        "notices": [_notice(each) for each in notices],
    }


def _notice(notice: Notice) -> JsonObject:
    return {
        **fields_of(notice, "kind weight sentence"),
        "evidence": dict(notice.evidence),
    }
