"""What was read of records and what looks wrong in them, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.shapes.any_shape import RecordsRead
from toc_sim.records.shop_orders import ShopOrders
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits
from toc_sim.report.document import JsonObject, fields_of


def records_document(read: RecordsRead, doubts: Sequence[Notice]) -> JsonObject:
    """Return the report on records, ready for JSON.

    Parameters
    ----------
    read
        What the files tell.
    doubts
        What is suspected of it.
    """
    return {
        "files": read.files,
        "shape": read.shape,
        "columns": read.columns,
        "unused": read.unused,
        "kept": [
            _visits(each) if isinstance(each, Visits) else _purchases(each)
            for each in read.kept
        ],
        "doubts": [_notice(each) for each in doubts],
    }


def _visits(visits: Visits) -> JsonObject:
    counts = {
        name: int((visits.outcome == code).sum())
        for name, code in (("won", CASE_WON), ("lost", CASE_LOST), ("open", CASE_OPEN))
    }
    return {
        **fields_of(visits, "shape cases"),
        "visits": len(visits.case),
        "stages": list(visits.stages),
        **counts,
        **_dates(visits),
        **_remarks(visits.dropped, visits.notices),
    }


def _purchases(purchases: ShopOrders) -> JsonObject:
    return {
        "shape": "transactions",
        "orders": len(purchases.customer),
        "customers": purchases.customers,
        "amount": float(np.nansum(purchases.amount)),
        **_dates(purchases),
        **_remarks(purchases.dropped, purchases.notices),
    }


def _dates(kept: Visits | ShopOrders) -> JsonObject:
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
