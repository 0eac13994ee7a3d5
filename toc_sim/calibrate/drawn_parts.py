"""The stages and ways of a scenario, drawn from what is told of each stage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toc_sim.calibrate.journeys import SOURCE, TO_WON
from toc_sim.calibrate.node_names import node_names
from toc_sim.calibrate.stage_nodes import StageFacts, StageNode, stage_node
from toc_sim.calibrate.stage_records import AllCases, StageRecord
from toc_sim.calibrate.step_shares import Steps
from toc_sim.calibrate.time_on_way import PassedStage, moved_behind, time_on_way
from toc_sim.calibrate.written_source import SOURCE_NAME
from toc_sim.calibrate.written_ways import WrittenWay, written_shares, written_way

MARKET_NAME = "won"
"""What the market is called in every scenario that is drawn."""


def drawn_nodes(
    cases: AllCases, records: Sequence[StageRecord], steps: Steps, pace: float
) -> tuple[StageNode, ...]:
    """Return the node of each stage.

    Parameters
    ----------
    cases
        All of them.
    records
        What is told of each stage.
    steps
        Which step follows which.
    pace
        How many cases come [items/period].
    """
    titles = [record.title for record in records]
    names = node_names(titles, (SOURCE_NAME, MARKET_NAME))
    looked_at = (cases.visits.span - cases.window.begin) / cases.days
    return tuple(
        stage_node(
            StageFacts(
                record.title,
                names[node] if steps.visits[node] else "",
                record.judgement,
                record.times,
                pace * steps.visits[node],
                len(record.people),
                cases.days,
                record.finished,
                looked_at,
                0.0 if cases.loses_silently else steps.rest[node],
            )
        )
        for node, record in enumerate(records)
    )


def drawn_ways(
    cases: AllCases,
    records: Sequence[StageRecord],
    steps: Steps,
    nodes: Sequence[StageNode],
) -> tuple[WrittenWay, ...]:
    """Return the ways between nodes, those of the source first.

    Parameters
    ----------
    cases
        All of them.
    records
        What is told of each stage.
    steps
        Which step follows which.
    nodes
        As the file has them.
    """
    passed = [
        _passed(record, node) for record, node in zip(records, nodes, strict=True)
    ]
    times = {
        (step.source, step.target): time_on_way(
            cases.journeys, step, passed, cases.days
        )
        for step in steps.steps
    }
    times = moved_behind(steps, times)
    names = {SOURCE: SOURCE_NAME, TO_WON: MARKET_NAME}
    names |= {number: node.name for number, node in enumerate(nodes)}
    written = []
    for source in (SOURCE, *range(len(nodes))):
        out = steps.out_of(source)
        for step, share in zip(out, written_shares(out), strict=True):
            ends = names[source], names[step.target]
            written.append(written_way(step, ends, share, times[source, step.target]))
    return tuple(written)


def _passed(record: StageRecord, node: StageNode) -> PassedStage:
    wait = record.times.wait
    if not record.tells_work and len(record.times.stayed):
        wait = float(np.mean(record.times.stayed))
    return PassedStage(
        record.tells_work,
        record.judgement.saturation == "saturated",
        node.queue,
        node.passing,
        wait,
    )
