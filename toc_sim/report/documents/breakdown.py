"""A breakdown for machines: one JSON object whose fields docs/breakdown.md tells."""

from __future__ import annotations

from typing import Any

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.breakdown.attribute import Attribution
from toc_sim.experiment.breakdown.responses import (
    Breakdown,
    Contrast,
    Growth,
    ParameterRow,
    Response,
)
from toc_sim.report.document import Document, interval_document
from toc_sim.report.documents.run import FORMAT, run_document
from toc_sim.report.run_summary import findings
from toc_sim.scenario.fields.numbers import Profile


def breakdown_document(found: Breakdown, run: str | None) -> Document:
    """Return a breakdown as plain data, ready for JSON.

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
        "baseline": run_document(findings(found.baseline, found.verdict)),
        "by": found.by,
        "net_profit": _interval(found.profit),
        "parameters": [_parameter(row) for row in found.rows],
        "formula": None if found.contrast is None else _contrast(found.contrast),
    }


def attribution_document(found: Attribution, run: str | None) -> Document:
    """Return what a change is owed to as plain data, ready for JSON.

    Parameters
    ----------
    found
        What was found.
    run
        The name under which its runs are kept, or None.
    """
    return {
        "format": FORMAT,
        "scenario": found.after.name,
        "against": found.before.name,
        "run": run,
        "of": "revenue" if found.has_price else "throughput",
        "formula": {
            "before": found.formula[0],
            "after": found.formula[1],
            "change": found.promised,
        },
        "flow": {
            "before": interval_document(found.flow[0]),
            "after": interval_document(found.flow[1]),
            "change": interval_document(found.change),
            "explained": found.explained,
            "remainder": found.remainder,
        },
        "constraint": {
            "before": list(found.verdicts[0].constraint),
            "after": list(found.verdicts[1].constraint),
        },
        "factors": [
            {
                "name": share.factor.name,
                "kind": share.factor.kind,
                "before": share.before,
                "after": share.after,
                "formula": share.amount,
                "through": share.through,
                "flow": share.flow,
            }
            for share in found.shares
        ],
        "others": list(found.others),
    }


def _parameter(row: ParameterRow) -> Document:
    lever = row.lever
    return {
        "path": lever.path,
        "node": lever.node or None,
        "owner": lever.owner or None,
        "value": _value(lever.value),
        "step": "one" if lever.is_count else "percent",
        "share": _interval(row.share),
        "gain": _response(row.gain),
        "static": row.static,
        "plus_10": None if lever.is_count else _response(row.more),
        "minus_10": None if lever.is_count else _response(row.less),
        "one_more": _response(row.more) if lever.is_count else None,
        "one_less": _response(row.less) if lever.is_count else None,
        "benchmark": None
        if row.benchmark is None
        else {
            "value": _value(lever.benchmark),
            "headroom": row.reach,
            **(_response(row.benchmark) or {}),
        },
        "note": row.note or None,
    }


def _contrast(contrast: Contrast) -> Document:
    return {
        "factors": [_growth(growth) for growth in contrast.growths],
        "formula_first": [growth.factor.name for growth in contrast.formula_first],
        "flow_first": [
            {"path": path, "gain": interval_document(gain)}
            for path, gain in contrast.flow_first
        ],
        "kept": [growth.factor.name for growth in contrast.kept],
        "agrees": contrast.agrees,
    }


def _growth(growth: Growth) -> Document:
    return {
        "name": growth.factor.name,
        "kind": growth.factor.kind,
        "value": growth.factor.value,
        "formula": growth.formula,
        "flow": interval_document(growth.flow),
        "share": _interval(growth.share),
    }


def _response(found: Response | None) -> Document | None:
    if found is None:
        return None
    return {
        "throughput": interval_document(found.throughput),
        "net_profit": _interval(found.profit),
    }


def _interval(value: Interval | None) -> Document | None:
    return None if value is None else interval_document(value)


def _value(value: Any) -> Any:
    return value.model_dump() if isinstance(value, Profile) else value
