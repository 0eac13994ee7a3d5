"""A roadmap, and a way to a throughput, for machines (docs/results.md)."""

from __future__ import annotations

from toc_sim.experiment.focusing import FocusingStep, Option, Roadmap
from toc_sim.experiment.reaching import Attempt, Reach
from toc_sim.report.documents import Document, interval_document
from toc_sim.report.json_report import FORMAT


def roadmap_document(found: Roadmap, run: str | None) -> Document:
    """Return a roadmap as plain data, ready for JSON."""
    best = found.best_step
    return {
        "format": FORMAT,
        "scenario": found.scenario.name,
        "run": run,
        "by": "npv" if found.purse.by_money else "throughput",
        "budget": found.purse.budget,
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
