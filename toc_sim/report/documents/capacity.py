"""The static answer and the best product mix as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from math import isinf

from toc_sim.accounting.product_mix import ProductMix, product_mix
from toc_sim.network import DELAY, Network
from toc_sim.report.document import FORMAT, JsonObject, fields_of
from toc_sim.report.text.capacity import theory_note, theory_sentence
from toc_sim.theory import Capacity, Exact, Theory

_EXACT = (
    "method source because throughput constraint tie wip.mean=wip "
    "flow_time.mean=flow_time"
)
MIX = (
    "constraint? operating_expense throughput.best=best throughput.whole=whole "
    "throughput.by_constraint=by_constraint throughput.by_item=by_item "
    "order.by_constraint=order_by_constraint order.by_item=order_by_item "
    "rule_fails whole_items_cost"
)
PRODUCT = (
    "price variable_cost earns wanted constraint_time=time earns_per_time best whole "
    "by_constraint by_item"
)


def capacity_document(
    net: Network, found: Theory, tools: Sequence[str] = ()
) -> JsonObject:
    """Return what theory says, ready for JSON.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    tools
        Those at work in it.
    """
    return {
        "format": FORMAT,
        "toc_sim": version("toc-sim"),
        **fields_of(net.scenario, "scenario=name item period"),
        "tools": tools,
        "sentence": theory_sentence(net, found),
        "exact": found.exact and _exact(found.exact),
        "refusals": found.refusals,
        "static": static_document(found.static),
        "mix": mix_document(product_mix(net)),
    }


def theory_document(net: Network, found: Theory) -> JsonObject:
    """Return what a run says of theory: whether a simulation was needed."""
    exact = found.exact
    return {
        "exact": exact is not None,
        **fields_of(
            found, "method=exact.method source=exact.source throughput=exact.throughput"
        ),
        "constraint": exact.constraint if exact else [],
        "sentence": theory_note(net, found),
        "refusals": found.refusals,
    }


def static_document(static: Capacity) -> JsonObject:
    """Return the static answer."""
    following = static.next_constraint
    return {
        **fields_of(static, "throughput constraint tie method"),
        "shares": {owner.name: owner.share for owner in static.owners},
        "next": {
            "node": following[0] if following else None,
            "nodes": following,
            "throughput": static.next_throughput,
        },
    }


def _exact(exact: Exact) -> JsonObject:
    return {
        **fields_of(exact, _EXACT),
        "nodes": {
            row.name: {
                **fields_of(row, "kind capacity throughput busy"),
                "queue": {"mean": row.queue, "grows": isinf(row.queue)},
                **fields_of(row, "inside time share"),
            }
            for row in exact.nodes
            if row.kind != "policy"
        },
        "other_shares": {DELAY: exact.away},
    }


def mix_document(mix: ProductMix | None) -> JsonObject | None:
    """Return the mix, ready for JSON."""
    if mix is None:
        return None
    return {
        **fields_of(mix, MIX),
        "products": {line.name: fields_of(line, PRODUCT) for line in mix.products},
        "worth": {
            worth.name: fields_of(worth, "kind per_unit share") for worth in mix.worths
        },
    }
