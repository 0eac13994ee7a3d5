"""All that is known after a run, put together once for every kind of report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import fsum, isnan, nan

from toc_sim.accounting.customers import Customers, customers
from toc_sim.accounting.lost_sales import QueueWorth, backlog, lost_sales
from toc_sim.accounting.product_mix import ProductMix, product_mix
from toc_sim.accounting.statement import (
    ProductSales,
    Statement,
    by_product,
    per_constraint_time,
    statement,
)
from toc_sim.accounting.waiting import Waiting, waiting
from toc_sim.constraint.buffer_share import BufferShare
from toc_sim.constraint.classical_rules import Detection, detect
from toc_sim.constraint.intervals import Interval, skewed_interval
from toc_sim.constraint.over_time import Settling, settling
from toc_sim.constraint.proof import Proof
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import NodeRun, RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.network import Feature, NetNode, NetResource, Network, OwnerKind, average
from toc_sim.report.formats import printable
from toc_sim.scenario.model import Scenario
from toc_sim.theory import Theory, theory


@dataclass(frozen=True, slots=True)
class NodeRow:
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
        work a resource does, infinite for an exit.
    throughput
        Services finished; of a source, arrivals let in [items/period].
    busy, blocked, starved, down, off
        Shares of its servers' time [1]; of a resource's stage, of the resource's. A
        market is never starved, and has `unserved` instead; if its buyers wait, `busy`
        is the part of the demand that is met. An exit has none of these.
    lost
        What leaves the pipeline here without being bought; of a source, arrivals
        turned away [items/period].
    abandoned
        Of that, items whose patience ended before it; nan where it has no end.
    unserved
        Of a market: demand that is not met [items/period]; nan of an exit.
    queue_mean, queue_peak
        Items waiting before it, on average and at most [items].
    share
        Its constraint share [1]; None for a stage whose work a resource does, for a
        policy that is not the constraint, and for one of many products of a source or
        market, which were lifted together.
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


def rows(runs: Runs, verdict: Verdict) -> tuple[NodeRow, ...]:
    """Return the nodes in the order of the file, then resources, then the policy.

    Last come sources and markets whose many products were lifted together.
    """
    net = runs.network
    found = [_of_node(runs, verdict, node) for node in net.nodes]
    found += [_of_pool(runs, verdict, pool) for pool in net.resources]
    if net.release.limit is not None:
        found.append(_of_policy(runs, verdict))
    found += [_of_products(net, verdict, place, found) for place in net.together]
    return tuple(found)


def _of_node(runs: Runs, verdict: Verdict, node: NetNode) -> NodeRow:
    net = runs.network
    horizon = net.scenario.run.horizon
    seen = [result.nodes[node.index] for result in runs.results]
    pace = average(node.pace, horizon)
    row = _measured(node.name, node.kind, runs, seen)
    if node.kind == "source":
        row = replace(row, throughput=_mean(seen, lambda run: run.out) / horizon)
    if node.patience is not None:
        gone = _mean(seen, lambda run: run.abandoned) / horizon
        row = replace(row, abandoned=gone)
    if node.resource is not None:
        also = tuple(net.resources[index].name for index in node.also)
        return replace(row, worker=net.resources[node.resource].name, also=also)
    row = replace(row, capacity=node.servers * pace)
    if node.takes_all:
        row = replace(row, busy=nan, blocked=nan, starved=nan, down=nan, off=nan)
    elif node.kind == "market":
        unserved = _unserved(node, pace, row.throughput, seen)
        busy = row.busy if node.lost else _met(unserved, pace)
        row = replace(row, busy=busy, starved=nan, unserved=unserved)
    return _judged(row, verdict)


def _of_pool(runs: Runs, verdict: Verdict, pool: NetResource) -> NodeRow:
    seen = [result.resources[pool.index] for result in runs.results]
    row = _measured(pool.name, "resource", runs, seen)
    return _judged(replace(row, capacity=float(pool.servers)), verdict)


def _of_products(
    net: Network, verdict: Verdict, place: str, rows: Sequence[NodeRow]
) -> NodeRow:
    """Return a source or market of many products as one, as it was lifted."""
    names = set(net.together[place])
    own = [row for row in rows if row.name in names]
    duals = {owner.name: owner.share for owner in verdict.capacity.owners}
    row = NodeRow(
        name=place,
        title=net.scenario.title(place),
        kind=own[0].kind,
        capacity=fsum(row.capacity for row in own),
        throughput=fsum(row.throughput for row in own),
        dual=fsum(duals[name] for name in net.together[place]),
    )
    shares = {owner.name: owner.share for owner in verdict.shares}
    is_constraint = verdict.kind != "policy" and place in verdict.constraint
    return replace(row, share=shares[place], is_constraint=is_constraint)


def _of_policy(runs: Runs, verdict: Verdict) -> NodeRow:
    net = runs.network
    release = net.release
    binds = release.name in verdict.constraint
    return NodeRow(
        name=release.name,
        title=net.scenario.title(release.name).replace("_", " "),
        kind="policy",
        capacity=float(release.limit or 0),
        share=verdict.share if binds else None,
        is_constraint=binds,
    )


def _measured(
    name: str, kind: OwnerKind, runs: Runs, seen: Sequence[NodeRun]
) -> NodeRow:
    scenario = runs.network.scenario
    return NodeRow(
        name=name,
        title=scenario.title(name),
        kind=kind,
        throughput=_mean(seen, lambda run: run.finished) / scenario.run.horizon,
        busy=_mean(seen, lambda run: run.busy),
        blocked=_mean(seen, lambda run: run.blocked),
        starved=_mean(seen, lambda run: run.starved),
        down=_mean(seen, lambda run: run.down),
        off=_mean(seen, lambda run: run.off),
        lost=_mean(seen, lambda run: run.lost) / scenario.run.horizon,
        queue_mean=_mean(seen, lambda run: run.queue_mean),
        queue_peak=max(run.queue_peak for run in seen),
    )


def _judged(row: NodeRow, verdict: Verdict) -> NodeRow:
    shares = {owner.name: owner.share for owner in verdict.shares}
    duals = {owner.name: owner.share for owner in verdict.capacity.owners}
    return replace(
        row,
        share=shares.get(row.name),
        dual=duals[row.name],
        is_constraint=verdict.kind != "policy" and row.name in verdict.constraint,
    )


def _met(unserved: float, demand: float) -> float:
    """Return which part of a demand is met [1]; all of it, where there is none."""
    return 1 - unserved / demand if demand else 1.0


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


def _mean(seen: Sequence[NodeRun], figure: Callable[[NodeRun], float]) -> float:
    return fsum(map(figure, seen)) / len(seen)


@dataclass(frozen=True, slots=True)
class FlowMeans:
    """What is in the pipeline, and for how long; averaged over the replications.

    Attributes
    ----------
    wip_mean
        Items inside [items].
    flow_mean, flow_p50, flow_p90
        Time from entering to being bought: mean, median and 90 % quantile [periods].
    wip, flow
        The two means with their intervals, whose ends are nan where the queues have
        not settled.
    settling
        Whether they have.
    """

    wip_mean: float
    flow_mean: float
    flow_p50: float
    flow_p90: float
    wip: Interval
    flow: Interval
    settling: Settling


@dataclass(frozen=True, slots=True)
class Findings:
    """What reports are made of.

    Attributes
    ----------
    runs, verdict
        What was simulated, and what it says of the constraint.
    theory
        What could be said without simulating.
    rows
        The nodes in the order of the file, then resources, then the release policy.
    inside, waiting
        Work in progress and flow time; and how long items wait.
    money
        Throughput accounting; None without `economics`.
    per_constraint_time
        What the constraint earns in a period of work [money/period], or None.
    lost_sales
        What left with those whose patience ended [money/period], or None.
    backlog
        What the longest queue is worth; None where nobody can say.
    products
        What each product brought; empty where there is one.
    customers
        Those who come back; empty where nobody does.
    mix
        Which products to make, by capacity; None where there is no choice.
    detections
        What the classical detectors say; may be empty.
    proofs
        The certificate, one proof for each owner; empty unless asked for.
    buffers
        How often the critical path waits for room in each finite buffer, the largest
        first; empty where there is none, or where it was not looked at.
    """

    runs: Runs
    verdict: Verdict
    theory: Theory
    rows: tuple[NodeRow, ...]
    inside: FlowMeans
    waiting: Waiting | None
    money: Statement | None
    per_constraint_time: Interval | None
    lost_sales: Interval | None
    backlog: QueueWorth | None
    products: tuple[ProductSales, ...]
    customers: tuple[Customers, ...]
    mix: ProductMix | None
    detections: tuple[Detection, ...]
    proofs: tuple[Proof, ...]
    buffers: tuple[BufferShare, ...]

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.runs.network.scenario

    def title(self, name: str) -> str:
        """Return how a node, resource or policy is shown to people."""
        shown = {row.name: row.title for row in reversed(self.rows)}
        return printable(shown.get(name, name))


def findings(
    runs: Runs,
    verdict: Verdict,
    proofs: tuple[Proof, ...] = (),
    buffers: tuple[BufferShare, ...] = (),
) -> Findings:
    """Put together what reports need.

    Parameters
    ----------
    runs
        All replications.
    verdict
        What was said of them.
    proofs
        The certificate, if there is one.
    buffers
        What room is worth, if that was looked at.
    """
    net, results = runs.network, runs.results
    uses, sells = net.features, net.scenario.economics is not None
    top = verdict.constraint[0]
    inside = _inside(runs, verdict)
    return Findings(
        runs=runs,
        verdict=verdict,
        theory=theory(net, verdict.capacity),
        rows=rows(runs, verdict),
        inside=inside,
        waiting=waiting(net, results, settled=inside.settling.settled),
        money=statement(net, results) if sells else None,
        per_constraint_time=per_constraint_time(net, results, top) if sells else None,
        lost_sales=lost_sales(net, results) if sells else None,
        backlog=backlog(net, results) if sells else None,
        products=by_product(net, results) if Feature.PRODUCTS in uses else (),
        customers=customers(net, results) if Feature.REPEAT in uses else (),
        mix=product_mix(net) if Feature.PRODUCTS in uses else None,
        detections=detect(net, results),
        proofs=proofs,
        buffers=buffers,
    )


def _inside(runs: Runs, verdict: Verdict) -> FlowMeans:
    """Return the means of what was measured; a run may have bought nothing."""
    settled = settling(runs, verdict.capacity, grows=verdict.growth is not None)

    def known(of: Callable[[RunResult], float]) -> list[float]:
        return [value for value in map(of, runs.results) if not isnan(value)]

    def mean(of: Callable[[RunResult], float]) -> float:
        values = known(of)
        return fsum(values) / len(values) if values else nan

    def sure(of: Callable[[RunResult], float]) -> Interval:
        values = known(of)
        if not values or not settled.settled:
            return Interval(mean(of), nan, nan)
        net = runs.network
        confidence = net.scenario.run.confidence
        return skewed_interval(values, confidence, is_certain=net.is_deterministic)

    return FlowMeans(
        mean(lambda result: result.wip_mean),
        mean(lambda result: result.flow_mean),
        mean(lambda result: result.flow_p50),
        mean(lambda result: result.flow_p90),
        sure(lambda result: result.wip_mean),
        sure(lambda result: result.flow_mean),
        settled,
    )
