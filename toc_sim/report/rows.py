"""What every report says of each node: its figures averaged over the replications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import fsum, nan

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import NodeRun
from toc_sim.engine.simulate import Runs
from toc_sim.network.levels import average
from toc_sim.network.model import NetResource, OwnerKind
from toc_sim.network.node import NetNode


@dataclass(frozen=True, slots=True)
class Row:
    """One node, resource or release policy.

    What has no meaning for it is nan, or None where that is said.

    Attributes
    ----------
    name, title
        As the file calls it, and as people are shown it.
    kind
        What it is.
    capacity
        What it can do at full speed, repairs not taken off [items/period]; of a
        resource its servers [1], of a policy its limit [items]; nan for a stage whose
        work a resource does.
    throughput
        Services finished; of a source, arrivals let in [items/period].
    busy, blocked, starved, down, off
        Shares of its servers' time [1]; of a resource's stage, of the resource's. A
        market is never starved, and has `unserved` instead; if its buyers wait, `busy`
        is the part of the demand that is met.
    lost
        What leaves the pipeline here without being bought; of a source, arrivals
        turned away [items/period].
    abandoned
        Of that, items whose patience ended before it; nan where it has no end.
    unserved
        Of a market: demand that is not met [items/period].
    queue_mean, queue_peak
        Items waiting before it, on average and at most [items].
    share
        Its constraint share [1]; None for a stage whose work a resource does, and for
        a policy that is not the constraint.
    dual
        The same by capacity alone [1]; None likewise.
    worker
        Name of the resource that does its work, or empty.
    also
        Names of other resources of which each of its services takes a server as well.
    is_constraint
        Whether the verdict names it.
    """

    name: str
    title: str
    kind: OwnerKind
    capacity: float = nan
    throughput: float = nan
    busy: float = nan
    blocked: float = nan
    starved: float = nan
    down: float = nan
    off: float = nan
    lost: float = nan
    abandoned: float = nan
    unserved: float = nan
    queue_mean: float = nan
    queue_peak: float = nan
    share: Interval | None = None
    dual: float | None = None
    worker: str = ""
    also: tuple[str, ...] = ()
    is_constraint: bool = False


def rows(runs: Runs, verdict: Verdict) -> tuple[Row, ...]:
    """Return the nodes in the order of the file, then resources, then the policy."""
    net = runs.network
    found = [_of_node(runs, verdict, node) for node in net.nodes]
    found += [_of_pool(runs, verdict, pool) for pool in net.resources]
    if net.release.limit is not None:
        found.append(_of_policy(runs, verdict))
    return tuple(found)


def _of_node(runs: Runs, verdict: Verdict, node: NetNode) -> Row:
    net = runs.network
    horizon = net.scenario.run.horizon
    seen = [result.nodes[node.index] for result in runs.results]
    pace = average(node.pace, horizon)
    rate = _mean(seen, _let_in if node.kind == "source" else _finished) / horizon
    row = replace(_measured(node.name, node.kind, runs, seen), throughput=rate)
    if node.patience is not None:
        gone = _mean(seen, lambda run: run.abandoned) / horizon
        row = replace(row, abandoned=gone)
    if node.resource is not None:
        also = tuple(net.resources[index].name for index in node.also)
        return replace(row, worker=net.resources[node.resource].name, also=also)
    row = replace(row, capacity=node.servers * pace)
    if node.kind == "market":
        unserved = _unserved(node, pace, rate, seen)
        busy = row.busy if node.lost else 1 - unserved / pace
        row = replace(row, busy=busy, starved=nan, unserved=unserved)
    return _judged(row, verdict)


def _of_pool(runs: Runs, verdict: Verdict, pool: NetResource) -> Row:
    seen = [result.resources[pool.index] for result in runs.results]
    rate = _mean(seen, _finished) / runs.network.scenario.run.horizon
    row = _measured(pool.name, "resource", runs, seen)
    row = replace(row, capacity=float(pool.servers), throughput=rate)
    return _judged(row, verdict)


def _of_policy(runs: Runs, verdict: Verdict) -> Row:
    release = runs.network.release
    binds = release.name in verdict.constraint
    return Row(
        name=release.name,
        title=release.name.replace("_", " "),
        kind="policy",
        capacity=float(release.limit or 0),
        share=verdict.share if binds else None,
        is_constraint=binds,
    )


def _measured(name: str, kind: OwnerKind, runs: Runs, seen: Sequence[NodeRun]) -> Row:
    scenario = runs.network.scenario
    return Row(
        name=name,
        title=scenario.title(name),
        kind=kind,
        busy=_mean(seen, lambda run: run.busy),
        blocked=_mean(seen, lambda run: run.blocked),
        starved=_mean(seen, lambda run: run.starved),
        down=_mean(seen, lambda run: run.down),
        off=_mean(seen, lambda run: run.off),
        lost=_mean(seen, lambda run: run.lost) / scenario.run.horizon,
        queue_mean=_mean(seen, lambda run: run.queue_mean),
        queue_peak=max(run.queue_peak for run in seen),
    )


def _judged(row: Row, verdict: Verdict) -> Row:
    shares = {owner.name: owner.share for owner in verdict.shares}
    duals = {owner.name: owner.share for owner in verdict.capacity.owners}
    return replace(
        row,
        share=shares[row.name],
        dual=duals[row.name],
        is_constraint=verdict.kind != "policy" and row.name in verdict.constraint,
    )


def _unserved(
    node: NetNode, demand: float, rate: float, seen: Sequence[NodeRun]
) -> float:
    """Return how much of the demand of a market is not met [items/period].

    Buyers who do not wait are lost while nothing is there; of those who wait, as many
    are unserved as the demand is ahead of the purchases.
    """
    if node.lost:
        return demand * _mean(seen, lambda run: run.starved)
    return max(0.0, demand - rate)


def _finished(run: NodeRun) -> float:
    return run.finished


def _let_in(run: NodeRun) -> float:
    return run.out


def _mean(seen: Sequence[NodeRun], figure: Callable[[NodeRun], float]) -> float:
    return fsum(map(figure, seen)) / len(seen)
