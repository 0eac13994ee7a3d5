"""A comparison, a roadmap and a way to a throughput as JSON (docs/results.md)."""

from __future__ import annotations

from toc_sim.experiment.compare.comparison import Comparison, ComparisonRow
from toc_sim.experiment.roadmap.five_steps import FocusingStep, Option, Roadmap
from toc_sim.experiment.roadmap.reach import Attempt, Reach
from toc_sim.report.document import Document, interval_document
from toc_sim.report.documents.run import FORMAT, run_document
from toc_sim.report.run_summary import findings
from toc_sim.report.text.compare import changes_of


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


def _variant(found: Comparison, row: ComparisonRow) -> Document:
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


def _money(row: ComparisonRow) -> Document | None:
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


def roadmap_document(found: Roadmap, run: str | None) -> Document:
    """Return a roadmap as plain data, ready for JSON."""
    best = found.best_step
    return {
        "format": FORMAT,
        "scenario": found.scenario.name,
        "run": run,
        "by": "npv" if found.budget.by_money else "throughput",
        "budget": found.budget.amount,
        "steps": [_step(step) for step in found.steps],
        "worth": found.worth,
        "best": {
            "tools": list(found.best.order.tools),
            "worth": found.best.order.value,
            "throughput": best.throughput,
            "net_profit": best.net_profit,
            "spent": best.spent,
            "sets": found.best.sets,
            "simulated": found.best.simulated,
        },
        "regret": found.regret,
        "lifts": dict(found.lifts),
        "stopped_because": found.stopped,
    }


def _step(step: FocusingStep) -> Document:
    return {
        "owned": list(step.owned),
        "constraint": list(step.verdict.constraint),
        "verdict": step.verdict.word,
        "share": interval_document(step.verdict.share),
        "candidates": [_option(option) for option in step.options],
        "chosen": step.chosen,
        "throughput": step.throughput,
        "net_profit": step.net_profit,
        "spent": step.spent,
    }


def _option(option: Option) -> Document:
    return {
        "tool": option.tool,
        "with": [name for name in option.tools if name != option.tool],
        "verdict": option.word,
        "difference": interval_document(option.difference),
        "gain": option.gain,
        "affordable": option.affordable,
        "exploit": option.is_exploit,
    }


def reach_document(found: Reach, run: str | None) -> Document:
    """Return a way to a throughput as plain data, ready for JSON."""
    return {
        "format": FORMAT,
        "scenario": found.scenario.name,
        "run": run,
        "wanted": found.wanted,
        "found": None if found.found is None else _attempt(found.found),
        "furthest": _attempt(found.furthest),
        "constraint": list(found.verdict.constraint),
        "needs": {
            need.name: {
                "kind": need.kind,
                "capacity": need.capacity,
                "needed": need.needed,
                "missing": need.missing,
            }
            for need in found.needs
        },
        "sets": found.sets,
        "simulated": found.simulated,
    }


def _attempt(attempt: Attempt) -> Document:
    return {
        "tools": list(attempt.tools),
        "cost": attempt.cost,
        "upfront": attempt.outlay.upfront,
        "per_period": attempt.outlay.per_period,
        "throughput": interval_document(attempt.throughput),
        "reached": attempt.reached,
    }
