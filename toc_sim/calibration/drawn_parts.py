"""The stages and ways of a scenario, drawn from what is told of each stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from toc_sim.calibration.journeys import FROM_OUTSIDE, TO_LOST, TO_WON, Journeys
from toc_sim.calibration.node_names import node_names
from toc_sim.calibration.stage_nodes import StageFacts, StageNode, stage_node
from toc_sim.calibration.stage_records import AllCases, StageRecord
from toc_sim.calibration.step_shares import Step, Steps
from toc_sim.calibration.time_on_way import (
    PassedStage,
    TimeOnWay,
    moved_behind,
    plainer,
    time_on_way,
    time_spent,
)
from toc_sim.calibration.written_source import SOURCE_NAME
from toc_sim.calibration.written_ways import (
    WrittenWay,
    stuck_way,
    written_shares,
    written_way,
)

MARKET_NAME = "won"
"""What the market is called in every scenario that is drawn."""

LOST_NAME = "lost"
"""What the node is called at which cases are lost that were open until then."""

LOST_NODE = {
    "kind": "team",
    "title": "Time until lost",
    "capacity": 1_000_000,
    "conversion": 0,
}
"""That node: it takes no time, and nothing comes out of it."""


def overfull(
    cases: AllCases, records: Sequence[StageRecord], steps: Steps
) -> tuple[int, ...]:
    """Return the stages whose wait is left to the queue of the scenario.

    They were at the end of their capacity, and more came than they could do, or it is
    told how long work waited for them.

    Parameters
    ----------
    cases
        All of them.
    records
        What is told of each stage.
    steps
        Which step follows which.
    """
    came = cases.journeys.created
    window = cases.window
    inside = int(((came > window.begin) & (came <= window.end)).sum())
    found = []
    for node, record in enumerate(records):
        if record.judgement.saturation != "saturated":
            continue
        load = inside / window.days * steps.visits[node] * (1 - steps.rest[node])
        if record.tells_work or load > record.judgement.capacity.pace:
            found.append(node)
    return tuple(found)


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
    names = node_names(titles, (SOURCE_NAME, MARKET_NAME, LOST_NAME))
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
                record.output * cases.days,
                looked_at,
                0.0 if cases.loses_silently else steps.rest[node],
            )
        )
        for node, record in enumerate(records)
    )


def drawn_ways(
    cases: AllCases,
    steps: Steps,
    nodes: Sequence[StageNode],
    passed: Sequence[PassedStage],
) -> tuple[WrittenWay, ...]:
    """Return the ways between nodes, those of the source first.

    Cases are lost at once as they leave a node, but where those that are lost are open
    for a noticeable part of all time until then: they are on a way to a node of their
    own.

    Parameters
    ----------
    cases
        All of them.
    steps
        Which step follows which.
    nodes
        As the file has them.
    passed
        What they do of themselves to the time of a case.
    """
    journeys = _until_over(cases, steps)
    steps = replace(steps, steps=(*steps.steps, *steps.lost))
    times = {
        (step.source, step.target): time_on_way(journeys, step, passed, cases.days)
        for step in steps.steps
    }
    times = moved_behind(steps, times)
    steps = _with_slow_losses(cases, steps, times)
    times = plainer(steps, times)
    names = {FROM_OUTSIDE: SOURCE_NAME, TO_WON: MARKET_NAME, TO_LOST: LOST_NAME}
    names |= {number: node.name for number, node in enumerate(nodes)}
    written = []
    for source in (FROM_OUTSIDE, *range(len(nodes))):
        out = steps.out_of(source)
        shares = written_shares(out)
        for step, share in zip(out, shares, strict=True):
            ends = names[source], names[step.target]
            written.append(written_way(step, ends, share, times[source, step.target]))
        stuck = (
            0.0
            if source == FROM_OUTSIDE or cases.loses_silently
            else steps.rest[source]
        )
        aside = _unused(source, out, steps)
        if stuck and out and aside is not None:
            long = _LONGER * cases.visits.span / cases.days
            part = min(stuck, 1 - sum(shares))
            written.append(stuck_way((names[source], names[aside]), part, long))
    return tuple(written)


def _until_over(cases: AllCases, steps: Steps) -> Journeys:
    """Return journeys in which what goes where nothing is won ends as the case does."""
    journeys = cases.journeys
    moves = journeys.moves
    closed = cases.visits.closed[journeys.stays.case[moves.stay]]
    over = np.isin(moves.target, steps.dead_ends) & np.isfinite(closed)
    reached = np.where(over & (moves.stay >= 0), closed, moves.reached)
    return replace(journeys, moves=replace(moves, reached=reached))


SLOW = 0.1
"""Cases are lost on a way of their own if that takes so much of all time inside, and so
many of all that are open would not be without it."""


def _with_slow_losses(
    cases: AllCases, steps: Steps, times: Mapping[tuple[int, int], TimeOnWay]
) -> Steps:
    """Return steps without the ways to where cases are lost, unless they take long."""
    inside = (cases.visits.closed - cases.journeys.created) / cases.days
    decided = inside[np.isfinite(inside)]
    spent = time_spent(steps, times)
    lost = sum(time for (_, target), time in spent.items() if target == TO_LOST)
    long = len(decided) > 0 and lost >= SLOW * float(decided.mean())
    kept = [
        step
        for step in steps.steps
        if step.target != TO_LOST or (long and times[step.source, TO_LOST].mean > 0)
    ]
    return replace(steps, steps=tuple(kept))


def _unused(source: int, out: Sequence[Step], steps: Steps) -> int | None:
    """Return a node to which no way leads from another; itself, if it may be."""
    taken = {step.target for step in out}
    free = (n for n, often in enumerate(steps.visits) if often and n not in taken)
    return source if source not in taken else next(free, None)


_LONGER = 20.0
"""Cases that go nowhere are away for so many times as long as the records last."""


def passed_stages(
    cases: AllCases,
    records: Sequence[StageRecord],
    steps: Steps,
    nodes: Sequence[StageNode],
) -> tuple[PassedStage, ...]:
    """Return what each stage of the scenario does of itself to the time of a case.

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
    full = overfull(cases, records, steps)
    return tuple(
        _passed(record, nodes[node], leaves_wait=node in full)
        for node, record in enumerate(records)
    )


def _passed(record: StageRecord, node: StageNode, *, leaves_wait: bool) -> PassedStage:
    wait = record.times.wait
    if not record.tells_work and len(record.times.stayed):
        wait = float(np.mean(record.times.stayed))
    return PassedStage(
        record.tells_work,
        leaves_wait,
        node.queue,
        node.passing,
        wait,
    )
