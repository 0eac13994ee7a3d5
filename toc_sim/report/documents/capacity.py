"""The static answer and the best product mix as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from math import isinf

from toc_sim.accounting.product_mix import ProductMix, product_mix
from toc_sim.capacity import Capacity, Exact, NodeTheory, Theory
from toc_sim.network.model import DELAY, Network
from toc_sim.report.document import Document
from toc_sim.report.text.capacity import theory_note, theory_sentence

FORMAT = 1
"""The version of this format."""


def capacity_document(
    net: Network, found: Theory, tools: Sequence[str] = ()
) -> Document:
    """Return what theory says as plain data, ready for JSON.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    tools
        Those at work in it.
    """
    scenario, exact = net.scenario, found.exact
    return {
        "format": FORMAT,
        "toc_sim": version("toc-sim"),
        "scenario": scenario.name,
        "item": scenario.item,
        "period": scenario.period,
        "tools": list(tools),
        "sentence": theory_sentence(net, found),
        "exact": None if exact is None else _exact(exact),
        "refusals": _refusals(found),
        "static": static_document(found.static),
        "mix": mix_document(product_mix(net)),
    }


def theory_document(net: Network, found: Theory) -> Document:
    """Return what a run says of theory: whether a simulation was needed."""
    exact = found.exact
    return {
        "exact": exact is not None,
        "method": exact.method if exact else None,
        "source": exact.source if exact else None,
        "throughput": exact.throughput if exact else None,
        "constraint": list(exact.constraint) if exact else [],
        "sentence": theory_note(net, found),
        "refusals": _refusals(found),
    }


def static_document(static: Capacity) -> Document:
    """Return the static answer."""
    following = static.next_constraint
    return {
        "throughput": static.throughput,
        "constraint": list(static.constraint),
        "tie": static.tie,
        "method": static.method,
        "shares": {owner.name: owner.share for owner in static.owners},
        "next": {
            "node": following[0] if following else None,
            "nodes": list(following),
            "throughput": static.next_throughput,
        },
    }


def _exact(exact: Exact) -> Document:
    return {
        "method": exact.method,
        "source": exact.source,
        "because": exact.because,
        "throughput": exact.throughput,
        "constraint": list(exact.constraint),
        "tie": exact.tie,
        "wip": {"mean": exact.wip},
        "flow_time": {"mean": exact.flow_time},
        "nodes": {row.name: _node(row) for row in exact.nodes if row.kind != "policy"},
        "other_shares": {DELAY: exact.away},
    }


def _node(row: NodeTheory) -> Document:
    return {
        "kind": row.kind,
        "capacity": row.capacity,
        "throughput": row.throughput,
        "busy": row.busy,
        "queue": {"mean": row.queue, "grows": isinf(row.queue)},
        "inside": row.inside,
        "time": row.time,
        "share": row.share,
    }


def _refusals(found: Theory) -> list[Document]:
    return [
        {"method": each.method, "reasons": list(each.reasons)}
        for each in found.refusals
    ]


def mix_document(mix: ProductMix | None) -> Document | None:
    """Return the mix as plain data, ready for JSON."""
    if mix is None:
        return None
    return {
        "constraint": mix.constraint or None,
        "operating_expense": mix.operating_expense,
        "throughput": {
            "best": mix.best,
            "whole": mix.whole,
            "by_constraint": mix.by_constraint,
            "by_item": mix.by_item,
        },
        "order": {
            "by_constraint": list(mix.order_by_constraint),
            "by_item": list(mix.order_by_item),
        },
        "rule_fails": mix.rule_fails,
        "whole_items_cost": mix.whole_items_cost,
        "products": {
            line.name: {
                "price": line.price,
                "variable_cost": line.variable_cost,
                "earns": line.earns,
                "wanted": line.wanted,
                "constraint_time": line.time,
                "earns_per_time": line.earns_per_time,
                "best": line.best,
                "whole": line.whole,
                "by_constraint": line.by_constraint,
                "by_item": line.by_item,
            }
            for line in mix.products
        },
        "worth": {
            worth.name: {
                "kind": worth.kind,
                "per_unit": worth.per_unit,
                "share": worth.share,
            }
            for worth in mix.worths
        },
    }
