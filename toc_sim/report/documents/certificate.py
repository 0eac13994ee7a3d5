"""A proof as the file that `toc-sim verify` adds up again (docs/certificate.md)."""

from __future__ import annotations

from math import fsum
from typing import Any

from toc_sim.constraint.certify import PurchasePath, RunProof
from toc_sim.network import DELAY, Network
from toc_sim.report.document import JsonObject
from toc_sim.verify import added_up, cause_of, handing_on, sealed


def certificate_of(proof: RunProof, version: str) -> bytes:
    """Return a proof as the bytes of a certificate.

    Parameters
    ----------
    proof
        What a run proves.
    version
        Of this program.
    """
    net = proof.network
    scenario, horizon = net.scenario, net.scenario.run.horizon
    paths = [proof.last] if proof.beyond is None else [proof.last, proof.beyond]
    at_most = None
    if proof.beyond is not None:
        inside = proof.beyond.count - 1 - proof.before
        at_most = {
            "inside": inside,
            "throughput": inside / horizon,
            "run_to": proof.run_to,
        }
    return sealed(
        {
            "version": version,
            "scenario": scenario.name,
            "item": scenario.item,
            "period": scenario.period,
            "seed": scenario.run.seed,
            "replication": 0,
            "warmup": float(proof.warmup),
            "horizon": float(horizon),
            "rates": {node.name: node.pace for node in net.nodes},
            "ways": _ways(net),
            "bought": {"before": proof.before, "inside": proof.inside},
            "kept": net.nodes[proof.kept].name,
            "paths": [_path(proof, each) for each in paths],
            "at_most": at_most,
        }
    )


def _path(proof: RunProof, path: PurchasePath) -> JsonObject:
    """Return one path: its pieces with their causes, its sums and its bound."""
    net = proof.network
    owners = [*(node.name for node in net.nodes), DELAY]
    leads = handing_on(_ways(net))
    pieces = [(owners[each.owner], each.start, each.end) for each in path.segments]
    before = [None, *(owner for owner, _, _ in pieces)]
    later = [(owner, max(start, 0.0), end) for owner, start, end in pieces if end > 0]
    times = {
        owner: added_up(each for each in later if each[0] == owner) for owner in owners
    }
    moment = path.segments[-1].end
    since = later[0][1] if later else moment
    return {
        "count": path.count,
        "moment": moment,
        "since": since,
        "times": times,
        "not_before": fsum((since, times[owners[proof.kept]], times[DELAY])),
        "segments": [
            [*piece, cause_of(last, piece[0], leads)]
            for last, piece in zip(before, pieces, strict=False)
        ],
    }


def _ways(net: Network) -> list[list[Any]]:
    """Return from where to where each way leads, and with which delay [periods]."""
    return [
        [node.name, net.nodes[link.target].name, link.delay]
        for node in net.nodes
        for link in node.links
    ]
