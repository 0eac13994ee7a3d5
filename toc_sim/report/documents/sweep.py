"""A sweep and a map as JSON, and a sweep as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from math import isfinite
from typing import Any

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.map.constraint_map import ConstraintMap, MapPoint
from toc_sim.experiment.map.mesh import Border
from toc_sim.experiment.map.plane import Answer, OwnPoint
from toc_sim.experiment.study import recordable
from toc_sim.experiment.sweep.points import AxisRange
from toc_sim.experiment.sweep.sweep import Sweep, SweepPoint
from toc_sim.report.document import Document, interval_document
from toc_sim.report.documents.run import FORMAT
from toc_sim.report.formats import unit_of
from toc_sim.report.sweep_series import inside

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
        "points": [_sweep_point(found, each) for each in found.points],
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


def _sweep_point(found: Sweep, each: SweepPoint) -> Document:
    verdict, static, held = each.verdict, each.static, inside(each)
    return {
        "name": each.name,
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


def _inputs(found: Sweep, each: SweepPoint) -> Document:
    return {
        name: recordable(value)
        for name, value in zip(found.inputs, each.inputs, strict=True)
    }


def _cells(found: Sweep, each: SweepPoint) -> Iterator[tuple[str, Any]]:
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


def phases_document(found: ConstraintMap, run: str | None) -> Document:
    """Return a map as plain data, ready for JSON.

    Parameters
    ----------
    found
        What was found.
    run
        The name under which its runs are kept, or None.
    """
    return {
        "format": FORMAT,
        "scenario": found.scenario.name,
        "run": run,
        "seed": found.scenario.run.seed,
        "confidence": found.scenario.run.confidence,
        "warmup": found.warmup,
        "x": _axis(found, found.x),
        "y": _axis(found, found.y),
        "own": None if found.own is None else _own(found.own),
        "regions": [
            {
                "constraint": list(region.names),
                "part": region.part,
                "throughput": {"low": region.low, "high": region.high},
            }
            for region in found.regions
        ],
        "borders": [_border(each) for each in found.borders],
        "grid": [_map_point(each) for each in found.grid],
    }


def _axis(found: ConstraintMap, span: AxisRange) -> Document:
    unit = unit_of(found.scenario, span.path)
    return {"path": span.path, "low": span.low, "high": span.high, "unit": unit}


def _static(answer: Answer) -> Document:
    return {"throughput": answer.throughput, "constraint": list(answer.names)}


def _own(own: OwnPoint) -> Document:
    return {
        "x": own.x,
        "y": own.y,
        "static": _static(own.static),
        "on_border": bool(own.meeting),
        "next": {
            each.axis: {
                "value": each.value,
                "distance": each.distance,
                "constraint": list(each.names),
            }
            for each in own.crossings
        },
    }


def _border(border: Border) -> Document:
    return {
        "from": list(border.start),
        "to": list(border.end),
        "between": [list(names) for names in border.names],
    }


def _map_point(point: MapPoint) -> Document:
    return {
        "x": point.x,
        "y": point.y,
        "static": _static(point.static),
        "simulated": _simulated(point),
    }


def _simulated(point: MapPoint) -> Document | None:
    if point.simulated is None:
        return None
    verdict = point.simulated.verdict
    return {
        "throughput": interval_document(point.simulated.throughput),
        "constraint": None if verdict is None else list(verdict.constraint),
        "verdict": None if verdict is None else verdict.word,
        "shares": {}
        if verdict is None
        else {owner.name: owner.share.mean for owner in verdict.shares},
    }
