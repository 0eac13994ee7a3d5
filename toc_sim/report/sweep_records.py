"""A sweep for machines: one JSON object, or a CSV with a row for each point."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from math import isfinite
from typing import Any

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.sweeping import Sweep, Swept, recordable
from toc_sim.report.documents import Document, interval_document
from toc_sim.report.json_report import FORMAT
from toc_sim.report.sweep_inside import inside

BETWEEN = " + "
"""What stands between names in one cell."""


def sweep_document(found: Sweep, run: str | None) -> Document:
    """Return a sweep as plain data, ready for JSON.

    Parameters
    ----------
    found
        What was simulated.
    run
        The name under which its runs are kept, or None.
    """
    settings = found.scenario.run
    return {
        "format": FORMAT,
        "scenario": found.scenario.name,
        "run": run,
        "inputs": list(found.inputs),
        "seed": settings.seed,
        "confidence": settings.confidence,
        "warmup": found.warmup,
        "points": [_point(found, each) for each in found.points],
    }


def sweep_csv(found: Sweep) -> str:
    """Return a sweep as CSV: a header, then a row for each point, to the last digit.

    A cell without a meaning is empty.
    """
    text = StringIO()
    rows = [dict(_cells(found, each)) for each in found.points]
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _point(found: Sweep, each: Swept) -> Document:
    verdict, static, held = each.verdict, each.static, inside(each)
    return {
        "name": each.point.name,
        "inputs": _inputs(found, each),
        "replications": len(each.results),
        "throughput": interval_document(each.throughput),
        "wip": interval_document(held.wip),
        "flow_time": interval_document(held.flow_time),
        "constraint": None
        if verdict is None
        else {
            "nodes": list(verdict.constraint),
            "kind": verdict.kind,
            "verdict": verdict.word,
            "share": interval_document(verdict.share),
            "method": verdict.method,
            "sentence": verdict.sentence,
        },
        "shares": None
        if verdict is None
        else {owner.name: owner.share.mean for owner in verdict.shares},
        "static": {
            "throughput": static.throughput,
            "constraint": list(static.constraint),
            "tie": static.tie,
        },
        "money": None
        if each.money is None
        else {
            "throughput": interval_document(each.money.throughput),
            "operating_expense": each.money.operating_expense.mean,
            "net_profit": interval_document(each.money.net_profit),
        },
    }


def _inputs(found: Sweep, each: Swept) -> Document:
    return {
        name: recordable(value)
        for name, value in zip(found.inputs, each.point.inputs, strict=True)
    }


def _cells(found: Sweep, each: Swept) -> Iterator[tuple[str, Any]]:
    verdict, held = each.verdict, inside(each)
    yield from _inputs(found, each).items()
    yield "replications", len(each.results)
    yield from _interval("throughput", each.throughput)
    yield "constraint", "" if verdict is None else BETWEEN.join(verdict.constraint)
    yield from _interval("share", None if verdict is None else verdict.share)
    yield "verdict", "" if verdict is None else verdict.word
    yield "static_throughput", _known(each.static.throughput)
    yield "static_constraint", BETWEEN.join(each.static.constraint)
    yield from _interval("wip", held.wip)
    yield from _interval("flow_time", held.flow_time)
    if found.scenario.economics is not None or each.money is not None:
        profit = None if each.money is None else each.money.net_profit
        yield from _interval("net_profit", profit)


def _interval(name: str, value: Interval | None) -> Iterator[tuple[str, Any]]:
    yield name, "" if value is None else _known(value.mean)
    yield f"{name}_low", "" if value is None else _known(value.low)
    yield f"{name}_high", "" if value is None else _known(value.high)


def _known(value: float) -> float | str:
    return value if isfinite(value) else ""
