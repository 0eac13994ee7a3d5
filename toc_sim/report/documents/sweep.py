"""A sweep and a map as JSON, and a sweep as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.map.constraint_map import ConstraintMap, MapPoint
from toc_sim.experiment.sweep.sweep import Sweep, SweepPoint, waits_at, with_target
from toc_sim.report.csv_dialect import FOR_PROGRAMS, csv_pieces
from toc_sim.report.document import JsonObject, answer_head, fields_of
from toc_sim.report.documents.run import waits_document
from toc_sim.report.formats import unit_of
from toc_sim.scenario.file.dump import recordable

BETWEEN = " + "
"""What stands between names in one cell."""

_VERDICT = "nodes=constraint kind verdict=word share method sentence"
_MONEY = "throughput operating_expense=operating_expense.mean net_profit"
ANSWER = "throughput constraint=names"


def sweep_document(found: Sweep, run: str | None) -> JsonObject:
    """Return a sweep, ready for JSON."""
    return {
        **answer_head(found.scenario.name, run),
        "inputs": found.inputs,
        **fields_of(found.scenario.run, "seed confidence"),
        "warmup": found.warmup,
        "points": [_sweep_point(found, each) for each in found.points],
    }


def sweep_csv(found: Sweep, dialect: str = FOR_PROGRAMS) -> str:
    """Return a sweep as CSV: a header, then a row for each point, to the last digit.

    A cell without a meaning is empty.

    Parameters
    ----------
    found
        The sweep.
    dialect
        Of CSV.
    """
    rows = [dict(_cells(found, each)) for each in found.points]
    table = (list(rows[0]), *(list(row.values()) for row in rows))
    return "".join(csv_pieces(table, dialect))


def _sweep_point(found: Sweep, each: SweepPoint) -> JsonObject:
    verdict = each.verdict
    return {
        "name": each.name,
        "inputs": _inputs(found, each),
        "replications": len(each.results),
        **fields_of(each, "throughput wip flow_time"),
        "waits": waits_document(each.waiting),
        "constraint": verdict and fields_of(verdict, _VERDICT),
        "shares": verdict
        and {owner.name: owner.share.mean for owner in verdict.shares},
        "static": fields_of(each.static, "throughput constraint tie"),
        "money": each.money and fields_of(each.money, _MONEY),
    }


def _inputs(found: Sweep, each: SweepPoint) -> JsonObject:
    return {
        name: recordable(value)
        for name, value in zip(found.inputs, each.inputs, strict=True)
    }


def _cells(found: Sweep, each: SweepPoint) -> Iterator[tuple[str, Any]]:
    verdict = each.verdict
    yield from _inputs(found, each).items()
    yield "replications", len(each.results)
    yield from _interval("throughput", each.throughput)
    yield "constraint", "" if verdict is None else BETWEEN.join(verdict.constraint)
    yield from _interval("share", None if verdict is None else verdict.share)
    yield "verdict", "" if verdict is None else verdict.word
    yield "static_throughput", _known(each.static.throughput)
    yield "static_constraint", BETWEEN.join(each.static.constraint)
    yield from _interval("wip", each.wip)
    yield from _interval("flow_time", each.flow_time)
    for node in with_target(found):
        waits = waits_at(each, node)
        yield from _interval(f"wait_{node}", None if waits is None else waits.mean)
        yield from _interval(f"within_{node}", None if waits is None else waits.within)
    if found.scenario.economics is not None or each.money is not None:
        profit = None if each.money is None else each.money.net_profit
        yield from _interval("net_profit", profit)


def _interval(name: str, value: Interval | None) -> Iterator[tuple[str, Any]]:
    yield name, "" if value is None else _known(value.mean)
    yield f"{name}_low", "" if value is None else _known(value.low)
    yield f"{name}_high", "" if value is None else _known(value.high)


def _known(value: float) -> float | str:
    return value if isfinite(value) else ""


def phases_document(found: ConstraintMap, run: str | None) -> JsonObject:
    """Return a map, ready for JSON."""
    return {
        **answer_head(found.scenario.name, run),
        **fields_of(found.scenario.run, "seed confidence"),
        "warmup": found.warmup,
        **{
            name: {
                **fields_of(span, "path low high"),
                "unit": unit_of(found.scenario, span.path),
            }
            for name, span in (("x", found.x), ("y", found.y))
        },
        "own": _own(found),
        "regions": [
            fields_of(
                each, "constraint=names part throughput.low=low throughput.high=high"
            )
            for each in found.regions
        ],
        "borders": [
            fields_of(each, "from=start to=end between=names") for each in found.borders
        ],
        "grid": [_map_point(each) for each in found.grid],
    }


def _own(found: ConstraintMap) -> JsonObject | None:
    own = found.own
    if own is None:
        return None
    return {
        **fields_of(own, "x y"),
        "static": fields_of(own.static, ANSWER),
        "on_border": bool(own.meeting),
        "next": {
            each.axis: fields_of(each, "value distance constraint=names")
            for each in own.crossings
        },
    }


def _map_point(point: MapPoint) -> JsonObject:
    simulated = point.simulated
    verdict = simulated and simulated.verdict
    shares = verdict.shares if verdict else ()
    return {
        **fields_of(point, "x y"),
        "static": fields_of(point.static, ANSWER),
        "simulated": simulated
        and {
            **fields_of(
                simulated,
                "throughput constraint=verdict.constraint verdict=verdict.word",
            ),
            "shares": {owner.name: owner.share.mean for owner in shares},
        },
    }
