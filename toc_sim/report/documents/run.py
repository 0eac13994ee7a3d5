"""The result for machines: one JSON object whose every field docs/results.md tells."""

from __future__ import annotations

from importlib.metadata import version

from toc_sim.report.document import FORMAT, JsonObject, fields_of
from toc_sim.report.documents.capacity import (
    mix_document,
    static_document,
    theory_document,
)
from toc_sim.report.run_summary import Findings

_VERDICT = "nodes=constraint kind verdict=word share method reason sentence explanation"
_NODE = (
    "title kind resource=worker? also capacity throughput busy blocked starved down "
    "off lost abandoned unserved queue.mean=queue_mean queue.max=queue_peak share"
)
INSIDE = (
    "flow_time.mean=flow_mean flow_time.p50=flow_p50 flow_time.p90=flow_p90 "
    "wip.mean=wip_mean"
)
_MONEY = (
    "revenue variable_cost throughput operating_expense net_profit variable_costs "
    "operating_expenses"
)
DETECTOR = "rule title nodes=named applies reason"
PROOF = "node=name kind share dual gain loss agrees note"


def run_document(found: Findings) -> JsonObject:
    """Return the result of a run, ready for JSON.

    Parameters
    ----------
    found
        What is told of the run.
    """
    scenario, runs, verdict = found.scenario, found.runs, found.verdict
    release = runs.network.release
    return {
        "format": FORMAT,
        "toc_sim": version("toc-sim"),
        **fields_of(scenario, "scenario=name item period currency"),
        "engine": runs.results[0].engine,
        "seed": scenario.run.seed,
        "replications": len(runs.results),
        "deterministic": runs.network.is_deterministic,
        **fields_of(scenario.run, "confidence horizon"),
        "warmup": runs.warmup,
        "release": {
            "policy": "push" if release.limit is None else release.name,
            "limit": release.limit,
        },
        "throughput": verdict.throughput,
        "constraint": fields_of(verdict, _VERDICT),
        "static": static_document(verdict.capacity),
        "theory": theory_document(runs.network, found.theory),
        "nodes": {
            row.name: fields_of(row, _NODE)
            for row in found.rows
            if row.kind != "policy"
        },
        **fields_of(found.inside, INSIDE),
        "other_shares": {name: share.mean for name, share in verdict.other_shares},
        "products": {
            each.name: fields_of(each, "bought revenue throughput")
            for each in found.products
        },
        "customers": found.customers,
        "mix": mix_document(found.mix),
        "money": _money(found),
        "detectors": [fields_of(each, DETECTOR) for each in found.detections],
        "proof": [fields_of(each, PROOF) for each in found.proofs] or None,
    }


def _money(found: Findings) -> JsonObject | None:
    if found.money is None:
        return None
    return {
        **fields_of(found.money, _MONEY),
        **fields_of(found, "per_constraint_time lost_sales"),
        "backlog": found.backlog
        and {
            **fields_of(found.backlog, "place waiting revenue"),
            "loads": [
                {"name": name, "periods": time} for name, time in found.backlog.loads
            ],
        },
    }
