"""The result for machines: one JSON object whose every field docs/results.md tells."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version

from toc_sim.accounting.statement import Cost, Statement
from toc_sim.report.capacity_json import static_document, theory_document
from toc_sim.report.documents import Document, encoded, interval_document
from toc_sim.report.findings import Findings
from toc_sim.report.rows import Row

FORMAT = 1
"""The version of this format; a field is added freely, changed only with a new one."""


def run_json(found: Findings) -> bytes:
    """Return the result of a run as JSON, the same bytes for the same result."""
    return encoded(run_document(found))


def run_document(found: Findings) -> Document:
    """Return the result of a run as plain data, ready for JSON."""
    return {
        **_head(found),
        "throughput": interval_document(found.verdict.throughput),
        "constraint": _constraint(found),
        "static": static_document(found.verdict.capacity),
        "theory": theory_document(found.runs.network, found.theory),
        "nodes": {row.name: _node(row) for row in found.rows if row.kind != "policy"},
        "flow_time": {
            "mean": found.inside.flow_mean,
            "p50": found.inside.flow_p50,
            "p90": found.inside.flow_p90,
        },
        "wip": {"mean": found.inside.wip_mean},
        "other_shares": {
            name: share.mean for name, share in found.verdict.other_shares
        },
        "money": _money(found, found.money) if found.money else None,
        "detectors": [
            {
                "rule": each.rule,
                "title": each.title,
                "nodes": list(each.named),
                "applies": each.applies,
                "reason": each.reason,
            }
            for each in found.detections
        ],
        "proof": _proof(found),
    }


def _head(found: Findings) -> Document:
    scenario, runs = found.scenario, found.runs
    release = runs.network.release
    return {
        "format": FORMAT,
        "toc_sim": version("toc-sim"),
        "scenario": scenario.name,
        "item": scenario.item,
        "period": scenario.period,
        "currency": scenario.currency,
        "engine": runs.results[0].engine,
        "seed": scenario.run.seed,
        "replications": len(runs.results),
        "deterministic": runs.network.is_deterministic,
        "confidence": scenario.run.confidence,
        "horizon": scenario.run.horizon,
        "warmup": runs.warmup,
        "release": {
            "policy": "push" if release.limit is None else release.name,
            "limit": release.limit,
        },
    }


def _constraint(found: Findings) -> Document:
    verdict = found.verdict
    return {
        "nodes": list(verdict.constraint),
        "kind": verdict.kind,
        "verdict": verdict.word,
        "share": interval_document(verdict.share),
        "method": verdict.method,
        "reason": verdict.reason,
        "sentence": verdict.sentence,
        "explanation": verdict.explanation,
    }


def _node(row: Row) -> Document:
    return {
        "title": row.title,
        "kind": row.kind,
        "resource": row.worker or None,
        "capacity": row.capacity,
        "throughput": row.throughput,
        "busy": row.busy,
        "blocked": row.blocked,
        "starved": row.starved,
        "down": row.down,
        "off": row.off,
        "lost": row.lost,
        "unserved": row.unserved,
        "queue": {"mean": row.queue_mean, "max": row.queue_peak},
        "share": None if row.share is None else interval_document(row.share),
    }


def _money(found: Findings, money: Statement) -> Document:
    rate = found.per_constraint_time
    return {
        "revenue": interval_document(money.revenue),
        "variable_cost": interval_document(money.variable_cost),
        "throughput": interval_document(money.throughput),
        "operating_expense": interval_document(money.operating_expense),
        "net_profit": interval_document(money.net_profit),
        "variable_costs": _costs(money.variable_costs),
        "operating_expenses": _costs(money.operating_expenses),
        "per_constraint_time": None if rate is None else interval_document(rate),
    }


def _costs(costs: Iterable[Cost]) -> list[Document]:
    return [
        {"name": cost.name, "per": cost.per, "amount": interval_document(cost.amount)}
        for cost in costs
    ]


def _proof(found: Findings) -> list[Document] | None:
    if not found.proofs:
        return None
    return [
        {
            "node": proof.name,
            "kind": proof.kind,
            "share": interval_document(proof.share),
            "dual": proof.dual,
            "gain": interval_document(proof.gain),
            "agrees": proof.agrees,
            "note": proof.note,
        }
        for proof in found.proofs
    ]
