"""A comparison for machines: one JSON object whose fields docs/results.md tells."""

from __future__ import annotations

from toc_sim.experiment.comparison import Compared, Comparison
from toc_sim.report.comparison_report import changes_of
from toc_sim.report.documents import Document, interval_document
from toc_sim.report.findings import findings
from toc_sim.report.json_report import FORMAT, run_document


def comparison_document(found: Comparison, run: str | None) -> Document:
    """Return a comparison as plain data, ready for JSON.

    Parameters
    ----------
    found
        What was compared.
    run
        The name under which its runs are kept, or None.
    """
    best = found.best
    return {
        "format": FORMAT,
        "scenario": found.scenario.name,
        "run": run,
        "baseline": run_document(findings(found.baseline, found.verdict)),
        "margin": found.margin,
        "confidence": found.scenario.run.confidence,
        "confidence_each": found.confidence,
        "variants": [_variant(found, row) for row in found.rows],
        "best": {
            "tools": list(best.tools),
            "by": best.by,
            "confidence": best.confidence,
            "indifference": best.indifference,
            "unseparated": [list(tools) for tools in best.unseparated],
        },
        "beyond": [list(tools) for tools in found.beyond],
        "pruned": found.pruned,
    }


def _variant(found: Comparison, row: Compared) -> Document:
    return {
        "tools": list(row.tools),
        "changes": list(changes_of(found, row)),
        "replications": row.replications,
        "throughput": interval_document(row.throughput),
        "difference": interval_document(row.difference),
        "verdict": row.word,
        "constraint": {
            "before": list(found.verdict.constraint),
            "after": list(row.verdict.constraint),
        },
        "share": interval_document(row.verdict.share),
        "gain": interval_document(row.gain),
        "probability_best": row.probability,
        "cost": {"upfront": row.outlay.upfront, "per_period": row.outlay.per_period},
        "money": _money(row),
    }


def _money(row: Compared) -> Document | None:
    if row.investment is None or row.money is None:
        return None
    return {
        "throughput": interval_document(row.money.throughput),
        "operating_expense": row.money.operating_expense.mean + row.outlay.per_period,
        "net_profit": interval_document(row.investment.net_profit),
        "difference": interval_document(row.investment.difference),
        "payback": row.investment.payback,
        "npv": interval_document(row.investment.npv),
        "roi": None
        if row.investment.roi is None
        else interval_document(row.investment.roi),
    }
