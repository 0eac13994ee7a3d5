"""The result for machines: one JSON object whose every field docs/results.md tells."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version

from toc_sim.accounting.lost_sales import QueueWorth
from toc_sim.accounting.statement import CostLine, Customers, ProductSales, Statement
from toc_sim.constraint.intervals import Interval
from toc_sim.report.document import Document, encoded, interval_document
from toc_sim.report.documents.capacity import (
    mix_document,
    static_document,
    theory_document,
)
from toc_sim.report.run_summary import Findings, Row

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
        "products": {line.name: _product(line) for line in found.products},
        "customers": [_customers(line) for line in found.customers],
        "mix": mix_document(found.mix),
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
        "also": list(row.also),
        "capacity": row.capacity,
        "throughput": row.throughput,
        "busy": row.busy,
        "blocked": row.blocked,
        "starved": row.starved,
        "down": row.down,
        "off": row.off,
        "lost": row.lost,
        "abandoned": row.abandoned,
        "unserved": row.unserved,
        "queue": {"mean": row.queue_mean, "max": row.queue_peak},
        "share": None if row.share is None else interval_document(row.share),
    }


def _product(line: ProductSales) -> Document:
    return {
        "bought": interval_document(line.bought),
        "revenue": _interval(line.revenue),
        "throughput": _interval(line.throughput),
    }


def _customers(line: Customers) -> Document:
    return {
        "product": line.product,
        "first": interval_document(line.first),
        "again": interval_document(line.again),
        "frequency": interval_document(line.frequency),
        "churn": interval_document(line.churn),
        "lifetime_value": _interval(line.lifetime_value),
    }


def _interval(value: Interval | None) -> Document | None:
    return None if value is None else interval_document(value)


def _money(found: Findings, money: Statement) -> Document:
    rate, gone = found.per_constraint_time, found.lost_sales
    return {
        "revenue": interval_document(money.revenue),
        "variable_cost": interval_document(money.variable_cost),
        "throughput": interval_document(money.throughput),
        "operating_expense": interval_document(money.operating_expense),
        "net_profit": interval_document(money.net_profit),
        "variable_costs": _costs(money.variable_costs),
        "operating_expenses": _costs(money.operating_expenses),
        "per_constraint_time": _interval(rate),
        "lost_sales": _interval(gone),
        "backlog": None if found.backlog is None else _backlog(found.backlog),
    }


def _backlog(waits: QueueWorth) -> Document:
    return {
        "place": waits.place,
        "waiting": interval_document(waits.waiting),
        "revenue": interval_document(waits.revenue),
        "loads": [{"name": name, "periods": time} for name, time in waits.loads],
    }


def _costs(costs: Iterable[CostLine]) -> list[Document]:
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
