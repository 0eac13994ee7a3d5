"""What one run proves, and where it proves less or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.pipelines import machine, pipeline

from toc_sim import load, network_of, simulate, verify
from toc_sim.constraint.certify import certify, refuse_proof
from toc_sim.errors import SimulationError, TocError
from toc_sim.report.documents.certificate import certificate_of

CUPS = Path(__file__).parents[2] / "scenarios" / "paper_cups_random.yaml"


def test_it_counts_what_the_run_counts() -> None:
    """Purchases of the window, and the moment of the last one."""
    changes = {"run.horizon": "30", "run.warmup": "2", "run.replications": "1"}
    net = network_of(load(CUPS, changes))
    [run] = simulate(net).results
    proved = certify(net, 2.0)

    assert proved.inside == run.bought
    assert proved.last.segments[-1].end == run.departures[-1]
    assert proved.beyond is not None
    assert proved.beyond.count > proved.last.count
    assert proved.run_to > 30


def test_where_no_node_answers_for_much_throughput_has_no_bound() -> None:
    """Forty alike take turns with one item: each is a fortieth of the path."""
    stages = {f"stage_{number}": machine(1) for number in range(40)}
    run = {"horizon": 100.0, "warmup": 0.0}
    net = pipeline(stages, [" -> ".join(stages)], release={"conwip": 1}, run=run)
    content = certificate_of(certify(net, 0.0), "0")
    document = json.loads(content)
    told = verify.verified(content)

    assert document["at_most"] is None
    assert len(document["paths"]) == 1
    assert document["paths"][0]["not_before"] == 2.0
    assert not any("never sells more than" in line for line in told)


def test_a_run_without_purchases_proves_nothing() -> None:
    """It says so."""
    run = {"horizon": 1.0, "warmup": 0.0}
    net = pipeline({"a": machine(0.5)}, [], run=run)

    with pytest.raises(SimulationError, match="nothing was bought in replication 0"):
        certify(net, 0.0)


def test_all_that_stands_in_the_way_is_told_at_once() -> None:
    """Each reason, joined."""
    net = pipeline(
        {"a": machine(1, servers=2), "b": machine(1, patience=1.0)}, ["a -> b"]
    )

    with pytest.raises(TocError) as refused:
        refuse_proof(net)
    assert str(refused.value).startswith(
        "not a proof here: a has several servers; b loses items that wait too long\n"
    )
