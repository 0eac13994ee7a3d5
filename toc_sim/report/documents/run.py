"""The result for machines: one JSON object whose every field docs/results.md tells."""

from __future__ import annotations

from importlib.metadata import version

from toc_sim.accounting.waiting import Waiting
from toc_sim.constraint.intervals import over
from toc_sim.report.document import FORMAT, JsonObject, fields_of
from toc_sim.report.documents.capacity import (
    mix_document,
    static_document,
    theory_document,
)
from toc_sim.report.run_summary import Findings

_VERDICT = "nodes=constraint kind verdict=word share method reason sentence explanation"
_LIFT = "nodes=names gain step"
_POLICY = "kind name place? change gain advantage share is_constraint"
_BUFFER = "node=name places share gain"
_PRODUCTS = "node=place members share"
_GROWTH = "rate node=longest ends"
_REIGN = "node=name? begin end"
_NODE = (
    "title kind resource=worker? also capacity throughput busy blocked starved down "
    "off lost abandoned unserved queue.mean=queue_mean queue.max=queue_peak share"
)
_INSIDE = (
    "flow_time.mean=flow_mean flow_time.p50=flow_p50 flow_time.p90=flow_p90 "
    "flow_time.interval=flow wip.mean=wip_mean wip.interval=wip "
    "settling.settled=settling.settled settling.queue=settling.queue? "
    "settling.time=settling.time settling.window=settling.window"
)
_WAITING = (
    "served mean=mean.mean interval=mean p50 p90 p95 longest target within abandoned "
    "left.mean=left left.age=left_mean left.oldest=oldest"
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
        "throughput_counted": verdict.counted,
        "constraint": {
            **fields_of(verdict, _VERDICT),
            "lifts": [fields_of(each, _LIFT) for each in verdict.lifts],
            "sides": _sides(found),
            "policies": [fields_of(each, _POLICY) for each in verdict.policies],
            "without_chance": verdict.without_chance,
            "growth": verdict.growth and fields_of(verdict.growth, _GROWTH),
            "products": verdict.products and fields_of(verdict.products, _PRODUCTS),
            "reigns": [fields_of(each, _REIGN) for each in verdict.reigns],
            **_buffers(found),
        },
        "static": static_document(verdict.capacity),
        "theory": theory_document(runs.network, found.theory),
        "nodes": {
            row.name: fields_of(row, _NODE)
            for row in found.rows
            if row.kind != "policy"
        },
        **fields_of(found.inside, _INSIDE),
        "waits": waits_document(found.waiting),
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


def waits_document(found: Waiting | None) -> JsonObject | None:
    """Return how long items wait, by node, by product and in all."""
    if found is None:
        return None
    stages = {each.name: fields_of(each, _WAITING) for each in found.stages}
    return {
        **({"stages": stages} if stages else {}),
        "nodes": {each.name: fields_of(each, _WAITING) for each in found.nodes},
        "products": {each.name: fields_of(each, _WAITING) for each in found.products},
        "pipeline": fields_of(found.pipeline, _WAITING),
    }


def _buffers(found: Findings) -> JsonObject:
    """Return what room is worth, where that was looked at."""
    if not found.buffers:
        return {}
    return {"buffers": [fields_of(each, _BUFFER) for each in found.buffers]}


def _sides(found: Findings) -> list[JsonObject]:
    """Return what a little more and less speed of each brought, where that was run."""
    measured = found.verdict.measured
    if measured is None:
        return []
    columns = zip(measured.names, measured.more.T, measured.less.T, strict=True)
    net = found.runs.network
    return [
        {
            "node": name,
            "step": measured.step,
            "gain": over(net, more),
            "loss": over(net, less),
        }
        for name, more, less in columns
    ]


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
