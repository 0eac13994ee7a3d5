"""All that is known after a run, put together once for every kind of report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, isnan, nan

from toc_sim.accounting.backlog import Backlog, backlog
from toc_sim.accounting.by_product import ProductSales, by_product
from toc_sim.accounting.customers import Customers, customers
from toc_sim.accounting.lost_sales import lost_sales
from toc_sim.accounting.product_mix import ProductMix, product_mix
from toc_sim.accounting.statement import Statement, per_constraint_time, statement
from toc_sim.capacity import Theory, theory
from toc_sim.constraint.detection import Detection
from toc_sim.constraint.detectors import detect
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.proof import Proof
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs
from toc_sim.report.rows import Row, rows
from toc_sim.report.words import printable
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Inside:
    """What is in the pipeline, and for how long; averaged over the replications.

    Attributes
    ----------
    wip_mean
        Items inside [items].
    flow_mean, flow_p50, flow_p90
        Time from entering to being bought: mean, median and 90 % quantile [periods].
    """

    wip_mean: float
    flow_mean: float
    flow_p50: float
    flow_p90: float


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
    inside
        Work in progress and flow time.
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
    """

    runs: Runs
    verdict: Verdict
    theory: Theory
    rows: tuple[Row, ...]
    inside: Inside
    money: Statement | None
    per_constraint_time: Interval | None
    lost_sales: Interval | None
    backlog: Backlog | None
    products: tuple[ProductSales, ...]
    customers: tuple[Customers, ...]
    mix: ProductMix | None
    detections: tuple[Detection, ...]
    proofs: tuple[Proof, ...]

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.runs.network.scenario

    def title(self, name: str) -> str:
        """Return how a node, resource or policy is shown to people."""
        shown = {row.name: row.title for row in reversed(self.rows)}
        return printable(shown.get(name, name))


def findings(runs: Runs, verdict: Verdict, proofs: tuple[Proof, ...] = ()) -> Findings:
    """Put together what reports need.

    Parameters
    ----------
    runs
        All replications.
    verdict
        What was said of them.
    proofs
        The certificate, if there is one.
    """
    net, results = runs.network, runs.results
    return Findings(
        runs=runs,
        verdict=verdict,
        theory=theory(net, verdict.capacity),
        rows=rows(runs, verdict),
        inside=_inside(results),
        money=statement(net, results),
        per_constraint_time=per_constraint_time(net, results, verdict.constraint[0]),
        lost_sales=lost_sales(net, results),
        backlog=backlog(net, results),
        products=by_product(net, results),
        customers=customers(net, results),
        mix=product_mix(net),
        detections=detect(net, results),
        proofs=proofs,
    )


def _inside(results: Sequence[RunResult]) -> Inside:
    return Inside(
        _mean(result.wip_mean for result in results),
        _mean(result.flow_mean for result in results),
        _mean(result.flow_p50 for result in results),
        _mean(result.flow_p90 for result in results),
    )


def _mean(values: Iterable[float]) -> float:
    """Return the mean of those that were measured; a run may have bought nothing."""
    known = [value for value in values if not isnan(value)]
    return fsum(known) / len(known) if known else nan
