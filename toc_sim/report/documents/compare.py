"""A comparison, a roadmap and a way to a throughput as JSON (docs/results.md)."""

from __future__ import annotations

from toc_sim.experiment.compare.comparison import Comparison, ComparisonRow
from toc_sim.experiment.roadmap.five_steps import FocusingStep, Roadmap
from toc_sim.experiment.roadmap.reach import Reach
from toc_sim.experiment.roadmap.reach_wait import WaitReach
from toc_sim.report.document import JsonObject, answer_head, fields_of
from toc_sim.report.documents.run import run_document
from toc_sim.report.run_summary import findings
from toc_sim.report.text.compare import changes_of

_STEP = (
    "owned constraint=verdict.constraint verdict=verdict.word share=verdict.share "
    "candidates=options chosen throughput net_profit spent"
)
BEST_SET = (
    "tools=best.order.tools worth=best.order.value throughput=best_step.throughput "
    "net_profit=best_step.net_profit spent=best_step.spent sets=best.sets "
    "simulated=best.simulated"
)
ATTEMPT = (
    "tools cost upfront=outlay.upfront per_period=outlay.per_period throughput reached"
)


def comparison_document(found: Comparison, run: str | None) -> JsonObject:
    """Return a comparison, ready for JSON."""
    return {
        **answer_head(found.scenario.name, run),
        "baseline": run_document(findings(found.baseline, found.verdict)),
        "margin": found.margin,
        "confidence": found.scenario.run.confidence,
        "confidence_each": found.confidence,
        "variants": [_variant(found, row) for row in found.rows],
        **fields_of(found, "best beyond pruned"),
    }


def _variant(found: Comparison, row: ComparisonRow) -> JsonObject:
    return {
        "tools": row.tools,
        "changes": changes_of(found, row),
        **fields_of(
            row,
            "replications throughput difference difference_from_purchase=from_purchase "
            "verdict=word touches in_warmup=always",
        ),
        "constraint": {
            "before": found.verdict.constraint,
            "after": row.verdict.constraint,
        },
        **fields_of(
            row, "share=verdict.share gain probability_best=probability cost=outlay"
        ),
        "money": _money(row),
    }


def _money(row: ComparisonRow) -> JsonObject | None:
    if row.investment is None or row.money is None:
        return None
    return {
        "throughput": row.money.throughput,
        "operating_expense": row.money.operating_expense.mean + row.outlay.per_period,
        **fields_of(row.investment, "net_profit difference payback npv roi"),
    }


def roadmap_document(found: Roadmap, run: str | None) -> JsonObject:
    """Return a roadmap, ready for JSON."""
    return {
        **answer_head(found.scenario.name, run),
        "by": "npv" if found.budget.by_money else "throughput",
        "budget": found.budget.amount,
        "steps": [_step(step) for step in found.steps],
        "worth": found.worth,
        "best": fields_of(found, BEST_SET)
        | ({"proved": found.best.proved} if found.best.proved else {}),
        "regret": found.regret,
        "lifts": dict(found.lifts),
        "stopped_because": found.stopped,
    }


def _step(step: FocusingStep) -> JsonObject:
    candidates = [
        {
            "tool": option.tool,
            "with": [name for name in option.tools if name != option.tool],
            **fields_of(
                option,
                "verdict=word touches difference gain affordable exploit=is_exploit",
            ),
        }
        for option in step.options
    ]
    return fields_of(step, _STEP) | {"candidates": candidates}


def reach_document(found: Reach, run: str | None) -> JsonObject:
    """Return a way to a throughput, ready for JSON."""
    return {
        **answer_head(found.scenario.name, run),
        "wanted": found.wanted,
        "found": found.found and fields_of(found.found, ATTEMPT),
        "furthest": fields_of(found.furthest, ATTEMPT),
        "constraint": found.verdict.constraint,
        "needs": {
            need.name: fields_of(need, "kind capacity needed missing")
            for need in found.needs
        },
        **fields_of(found, "sets simulated"),
        **_refuted(found),
    }


def _refuted(found: Reach) -> JsonObject:
    """Return the sets that were refuted by proof, where there are any."""
    if not found.refuted:
        return {}
    limits = [{"tools": tools, "at_most": limit} for tools, limit in found.refuted]
    return {"refuted": limits}


_WAIT_ATTEMPT = "tools cost wait reached"


def wait_reach_document(found: WaitReach, run: str | None) -> JsonObject:
    """Return a way to a wait, ready for JSON."""
    return {
        **answer_head(found.scenario.name, run),
        **fields_of(found, "node wanted"),
        "found": found.found and fields_of(found.found, _WAIT_ATTEMPT),
        "shortest": fields_of(found.shortest, _WAIT_ATTEMPT),
        "constraint": found.verdict.constraint,
        **fields_of(found, "sets simulated"),
    }
