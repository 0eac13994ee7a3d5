"""A breakdown for machines: one JSON object whose fields docs/breakdown.md tells."""

from __future__ import annotations

from toc_sim.experiment.breakdown.attribute import Attribution
from toc_sim.experiment.breakdown.responses import (
    Breakdown,
    Contrast,
    ParameterRow,
    Response,
)
from toc_sim.report.document import FORMAT, JsonObject, answer_head, fields_of
from toc_sim.report.documents.run import run_document
from toc_sim.report.run_summary import findings

GROWTH = "name=factor.name kind=factor.kind value=factor.value formula flow share"
FACTOR = "name=factor.name kind=factor.kind before after formula=amount through flow"


def breakdown_document(found: Breakdown, run: str | None) -> JsonObject:
    """Return a breakdown, ready for JSON."""
    return {
        **answer_head(found.scenario.name, run),
        "baseline": run_document(findings(found.baseline, found.verdict)),
        "by": found.by,
        "net_profit": found.profit,
        "parameters": [_parameter(row) for row in found.rows],
        "formula": found.contrast and _contrast(found.contrast),
    }


def attribution_document(found: Attribution, run: str | None) -> JsonObject:
    """Return what a change is owed to, ready for JSON."""
    (before, after), (old, new) = found.formula, found.flow
    return {
        "format": FORMAT,
        "scenario": found.after.name,
        "against": found.before.name,
        "run": run,
        "of": "revenue" if found.has_price else "throughput",
        "formula": {"before": before, "after": after, "change": found.promised},
        "flow": {
            "before": old,
            "after": new,
            **fields_of(found, "change explained remainder"),
        },
        "constraint": {
            "before": found.verdicts[0].constraint,
            "after": found.verdicts[1].constraint,
        },
        "factors": [fields_of(share, FACTOR) for share in found.shares],
        "others": found.others,
    }


def _parameter(row: ParameterRow) -> JsonObject:
    lever = row.lever
    more, less = _response(row.more), _response(row.less)
    return {
        **fields_of(lever, "path node? owner? value"),
        "step": "one" if lever.is_count else "percent",
        "share": row.share,
        "gain": _response(row.gain),
        "static": row.static,
        "plus_10": None if lever.is_count else more,
        "minus_10": None if lever.is_count else less,
        "one_more": more if lever.is_count else None,
        "one_less": less if lever.is_count else None,
        "benchmark": row.benchmark
        and {
            "value": lever.benchmark,
            "headroom": row.reach,
            **(_response(row.benchmark) or {}),
        },
        "note": row.note or None,
    }


def _contrast(contrast: Contrast) -> JsonObject:
    return {
        "factors": [fields_of(growth, GROWTH) for growth in contrast.growths],
        "formula_first": [growth.factor.name for growth in contrast.formula_first],
        "flow_first": [
            {"path": path, "gain": gain} for path, gain in contrast.flow_first
        ],
        "kept": [growth.factor.name for growth in contrast.kept],
        "agrees": contrast.agrees,
    }


def _response(found: Response | None) -> JsonObject | None:
    if found is None:
        return None
    return fields_of(found, "throughput net_profit=profit")
