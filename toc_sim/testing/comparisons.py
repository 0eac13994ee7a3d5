"""Runs held against each other, and against theory: where they differ, and by how much.

Each function yields a line for each thing that is wrong; none if all is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from math import fsum
from typing import Any

import numpy as np

from toc_sim.capacity import Capacity, Exact
from toc_sim.constraint.intervals import interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.engine.result import RunResult, Share
from toc_sim.network import NetNode, Network
from toc_sim.scenario.fields.numbers import values_of
from toc_sim.scenario.model import Scenario
from toc_sim.testing.ledger import once

_ROUNDING = 1e-9
"""What times and sums may differ by, absolute or relative."""

_NOT_COMPARED = {"engine"}


def both_engines(
    scenario: Scenario, replication: int, warmup: float, *, timeline: bool = True
) -> tuple[RunResult, RunResult]:
    """Run a scenario on both engines.

    Parameters
    ----------
    scenario
        What is run; its horizon and seed count.
    replication
        Which of its replications.
    warmup
        The time before measuring [periods].
    timeline
        Whether to keep active periods, which plain lines do without otherwise.

    Returns
    -------
    The result of SimPy's engine, and that of the compiled one.
    """
    from toc_sim.engine.compiled import engine as compiled_engine  # slow to import
    from toc_sim.network import network

    net, run = network(scenario), scenario.run
    one, other = (
        engine(
            net,
            seed=run.seed,
            replication=replication,
            horizon=run.horizon,
            warmup=warmup,
            timeline=timeline,
        )
        for engine in (simpy_engine.run, compiled_engine.run)
    )
    return one, other


def unlike(one: Any, other: Any, place: str = "result") -> Iterator[str]:
    """Yield where two results differ, to the last bit.

    Parameters
    ----------
    one, other
        Results, or parts of them.
    place
        What part of the results they are.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from toc_sim import load, network_of, simulate
    >>> from toc_sim.testing.comparisons import unlike
    >>> net = network_of(load("scenarios/paper_cups.yaml", {"run.horizon": "10"}))
    >>> [result] = simulate(net).results
    >>> list(unlike(result, replace(result, bought=81)))
    ['result.bought: 80, 81']
    """
    if is_dataclass(one):
        for field in fields(one):
            if field.name not in _NOT_COMPARED:
                pair = getattr(one, field.name), getattr(other, field.name)
                yield from unlike(*pair, f"{place}.{field.name}")
    elif isinstance(one, tuple) and len(one) == len(other):
        names = getattr(one, "_fields", range(len(one)))
        for name, first, second in zip(names, one, other, strict=True):
            yield from unlike(first, second, f"{place}[{name}]")
    elif not _alike(one, other):
        yield f"{place}: {one!r}, {other!r}"


def _alike(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.tobytes() == other.tobytes())
    if isinstance(one, float):
        return bool(one.hex() == other.hex())
    return bool(one == other)


def later_departures(before: RunResult, after: RunResult) -> Iterator[str]:
    """Yield whether some departure comes later than it came before.

    Parameters
    ----------
    before
        A run from an empty start.
    after
        The same with something better; its horizon is longer by a rounding error.
    """
    old, new = before.departures, after.departures
    if len(new) < len(old):
        yield f"{len(old) - len(new)} departures fewer than {len(old)}"
    late = new[: len(old)] - old[: len(new)]
    allowed = _ROUNDING * max(1.0, before.horizon)
    if late.size and late.max() > allowed:
        worst = int(late.argmax())
        yield f"departure {worst + 1} comes {late[worst]:.3g} periods later"


@dataclass(frozen=True, slots=True)
class ShareGap:
    """A constraint share beside what a small step really brings.

    Attributes
    ----------
    share
        As it was counted along the critical path of a run.
    faster, slower
        How much sooner the last departure comes with a small step up, and how much
        later with one down, over the step [1].
    """

    share: Share
    faster: float
    slower: float

    @property
    def is_smooth(self) -> bool:
        """Whether both sides agree; else two events changed places."""
        return abs(self.faster - self.slower) < _PRECISION

    @property
    def is_closed(self) -> bool:
        """Whether the share is the elasticity that was measured."""
        return abs((self.faster + self.slower) / 2 - self.share.value) <= _PRECISION


_STEP = 1e-7
"""How much faster and slower owners are made [1]."""

_PRECISION = 1e-5
"""What shares and differences may differ by, with so small a step [1]."""


def share_gaps(scenario: Scenario, net: Network, run: RunResult) -> Iterator[ShareGap]:
    """Yield each share of a run beside central differences of its last departure.

    The time of the K-th departure is a sum of times on one path through the run. Where
    no two events change places, lifting an owner's rates by a small step shortens it
    by the step times the owner's part of that path.

    Parameters
    ----------
    scenario, net
        What was run.
    run
        A run from an empty start that ends at its last departure.

    References
    ----------
    Ho & Cao 1983; Glasserman 1991, *Gradient estimation via perturbation analysis*.
    """
    count, time = len(run.departures), run.horizon
    for share in (*run.shares, *run.other_shares):
        sides = []
        for step in (_STEP, -_STEP):
            lifted = net.lifted(share.name, 1 + step)
            later = time * (1 + 2 * _STEP)
            found = once(scenario, lifted, warmup=0.0, horizon=later).departures
            reached = float(found[count - 1]) if len(found) >= count else float("nan")
            sides.append((1 - reached / time) / step)
        yield ShareGap(share, *sides)


_SURE = 0.9999
"""How sure a throughput with chance must be, to be held against capacity [1]."""


def beyond_capacity(
    net: Network, static: Capacity, results: Sequence[RunResult]
) -> Iterator[str]:
    """Yield by how much more was bought than capacity allows.

    Without chance no run from an empty start beats capacity (R25). With chance a node
    may be lucky at the beginning: of services of mean m and coefficient of variation c
    that follow each other, at most T / m + c^2 end within T in the mean (Lorden 1970).
    By that part all rates are lifted here, and the mean over runs is held against the
    bound with the lower end of its interval.

    Parameters
    ----------
    net
        What was run.
    static
        Its static answer.
    results
        Replications from an empty start.

    References
    ----------
    Lorden 1970, *On excess over the boundary*, Annals of Mathematical Statistics 41(2).
    """
    horizon = results[0].horizon
    edge = max(map(_edge, net.nodes)) / horizon
    stock = sum(node.stock for node in net.nodes) / horizon
    most = static.throughput * (1 + edge) + stock
    found = interval(
        [result.throughput for result in results],
        _SURE,
        is_certain=net.is_deterministic,
    )
    if found.low > most * (1 + _ROUNDING):
        yield (
            f"throughput of {found.mean:.6g} items/period (surely {found.low:.6g}): "
            f"{found.low - most:.3g} more than the {most:.6g} that capacity allows"
        )


def _edge(node: NetNode) -> float:
    """Return how much time chance may save a node at the beginning [periods]."""
    paces = values_of(node.pace)
    time = max(paces) if node.timed else 1 / min(paces)
    repairs, slowed = 0.0, 1.0
    if node.availability is not None:
        repair = node.availability.mean_time_to_repair
        slowed = 1 / node.availability.share
        repairs = 2 * repair * (1 - node.availability.share)
    return slowed * node.draw.cv**2 * time + repairs


def lower_capacity(before: Capacity, after: Capacity) -> Iterator[str]:
    """Yield by how much less can be bought than before, if less.

    Parameters
    ----------
    before, after
        Static answers, the later of what is better in some way.
    """
    if after.throughput < before.throughput * (1 - _ROUNDING):
        yield f"capacity is {before.throughput - after.throughput:.3g} lower"


def overfull(static: Capacity) -> Iterator[str]:
    """Yield what is wrong with a static answer by itself.

    Parameters
    ----------
    static
        Of any pipeline.
    """
    for owner in static.owners:
        if not 0 <= owner.load <= 1:
            yield f"load of {owner.name}: {owner.load:.6g}, not within 0 and 1"
    if static.next_throughput < static.throughput * (1 - _ROUNDING):
        gap = static.throughput - static.next_throughput
        yield f"throughput is {gap:.3g} lower with the constraint lifted away"
    total = fsum(owner.share for owner in static.owners)
    if static.throughput and abs(total - 1) > _ROUNDING:
        yield f"sum of the static shares [1]: {total:.10g} instead of 1"


def off_the_exact_line(
    net: Network, exact: Exact, result: RunResult, *, settled: bool = False
) -> Iterator[str]:
    """Yield where a run without chance is not what theory says of the long run.

    At each node so much is done as theory says, but for what is under way at both
    ends: an item at each server. In a line that fills up it is also what comes in the
    time that an item needs to pass, and what buffers and the release policy hold.

    Parameters
    ----------
    net
        A line without chance.
    exact
        What theory says of it.
    result
        What was measured, after any warm-up.
    settled
        Whether that was so long that the line had filled up.
    """
    slack: float = 1 + sum(node.servers for node in net.nodes)
    if not settled:
        slack += exact.throughput * passage(net)
        slack += sum(node.buffer or 0 for node in net.nodes) + (net.release.limit or 0)
    pairs = [("bought", result.bought, exact.throughput)]
    for node in net.nodes:
        seen, rate = result.nodes[node.index], exact.nodes[node.index].throughput
        done = seen.out if node.kind == "source" else seen.finished
        pairs.append((f"done at {node.name}", done, rate))
    for what, found, rate in pairs:
        gap = found - rate * result.horizon
        if abs(gap) > slack:
            yield (
                f"items {what}: {found} instead of {rate * result.horizon:.6g}, "
                f"{abs(gap):.4g} {'more' if gap > 0 else 'fewer'}, and {slack:.4g} "
                "may be under way"
            )


def another_constraint(exact: Exact, verdict: Verdict) -> Iterator[str]:
    """Yield whether a verdict does not name the constraint that theory names.

    Parameters
    ----------
    exact
        What theory says of a pipeline.
    verdict
        What was concluded from runs; where an owner is next to none slower, it names
        both, as a tie.
    """
    missing = [name for name in exact.constraint if name not in verdict.constraint]
    if missing and not exact.tie:
        share = {each.name: each.share.mean for each in verdict.shares}
        yield (
            f"constraint: {', '.join(verdict.constraint)}, and theory names "
            f"{', '.join(missing)}, whose share was found to be "
            f"{share.get(missing[0], 0.0):.3g}"
        )


def passage(net: Network) -> float:
    """Return how long an item needs to pass all nodes without waiting [periods].

    Parameters
    ----------
    net
        A line without chance.
    """
    times = (
        values_of(node.pace)[0] if node.timed else 1 / values_of(node.pace)[0]
        for node in net.nodes
    )
    delays = (link.delay for node in net.nodes for link in node.links)
    return fsum((*times, *delays))
