"""How long items wait, over all runs: by node, by product, and the whole pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import fsum, nan

import numpy as np

from toc_sim.constraint.intervals import Interval, over
from toc_sim.engine.result import RunResult, WaitRun
from toc_sim.engine.wait_figures import quantile, together
from toc_sim.network import Network
from toc_sim.scenario.parts import place_of

_HALF, _MOST, _NEARLY_ALL = 0.5, 0.9, 0.95
"""The parts of all waits whose longest is told [1]."""


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """The waits at one place, of one product or of all, over all runs.

    Attributes
    ----------
    name
        The node or product; empty: all that is bought.
    served
        Items whose wait is over, in one run on average [items].
    mean
        How long they waited [periods].
    p50, p90, p95, longest
        What half of them, 90 % and 95 % did not exceed, within 1 %, and the longest of
        any run [periods].
    target
        How long they should wait at most [periods]; None: nobody says, or each product
        has its own.
    within
        The part that did not wait longer [1]; None without a target.
    abandoned
        Items that gave up waiting, in one run on average [items].
    left
        Items that still wait at the end, on average [items].
    left_mean, oldest
        For how long, on average, and the longest of any run [periods]; nan where
        nothing is left.
    """

    name: str
    served: float
    mean: Interval
    p50: float
    p90: float
    p95: float
    longest: float
    target: float | None
    within: Interval | None
    abandoned: float
    left: float
    left_mean: float
    oldest: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that is told of waits.

    Attributes
    ----------
    nodes
        By index of the network.
    stages
        Of all nodes of the network that are one of the file, in their order.
    products
        In the order of `Network.sold`; empty where all is one product.
    pipeline
        Of all that was bought, its waits at all places.
    """

    nodes: tuple[WaitingTime, ...]
    stages: tuple[WaitingTime, ...]
    products: tuple[WaitingTime, ...]
    pipeline: WaitingTime

    @property
    def has_targets(self) -> bool:
        """Whether anything is said of how long items should wait."""
        return any(each.within is not None for each in (*self.nodes, *self.products))


def waiting(
    net: Network, results: Sequence[RunResult], *, settled: bool = True
) -> Waiting | None:
    """Return how long items waited in all runs; None where that was not measured.

    Parameters
    ----------
    net
        The pipeline.
    results
        Its replications. Quantiles and shares are those of all of them together, so a
        run with more items counts for more.
    settled
        Whether queues have settled; else means have no intervals.
    """
    if not all(result.waits for result in results):
        return None  # kept by an older version
    by_node = list(zip(*(result.waits for result in results), strict=True))
    by_product = list(zip(*(result.sold_waits for result in results), strict=True))
    products = tuple(
        _waiting_time(net, waits, net.target(product), settled=settled)
        for product, waits in zip(net.sold, by_product, strict=True)
    )
    whole = [together(result.sold_waits) for result in results]
    pipeline = replace(_waiting_time(net, whole, None, settled=settled), name="")
    if all(each.target is not None for each in products):  # each within its own
        shares = _share(net, whole, settled=settled)
        pipeline = replace(pipeline, within=shares)
    return Waiting(
        nodes=tuple(
            _waiting_time(net, waits, node.target, settled=settled)
            for node, waits in zip(net.nodes, by_node, strict=True)
        ),
        stages=tuple(_stages(net, by_node, settled=settled)),
        products=products if net.sold != (None,) else (),
        pipeline=pipeline,
    )


def _stages(
    net: Network, by_node: Sequence[Sequence[WaitRun]], *, settled: bool
) -> Iterator[WaitingTime]:
    """Yield the waits of all products at each node of the file that several pass."""
    places: dict[str, list[int]] = {}
    for node in net.nodes:
        places.setdefault(place_of(node.name), []).append(node.index)
    for name, own in places.items():
        if len(own) > 1:
            runs = zip(*(by_node[index] for index in own), strict=True)
            waits = [together(each, name) for each in runs]
            told = _waiting_time(net, waits, None, settled=settled)
            if all(net.nodes[index].target is not None for index in own):
                told = replace(told, within=_share(net, waits, settled=settled))
            yield told


def mean_waits(waits: Sequence[WaitRun]) -> list[float]:
    """Return by run what the mean wait rests on [periods]; their mean is that of all.

    The mean wait is a ratio of two sums, each by chance; of a ratio the part of one run
    is told as its first derivative (Cochran 1977, *Sampling Techniques*, ch. 6).
    """
    return _parts([each.total for each in waits], [each.served for each in waits])


def shares_within(waits: Sequence[WaitRun]) -> list[float]:
    """Return by run what the share within the target rests on [1], as `mean_waits`."""
    return _parts([each.within for each in waits], [each.served for each in waits])


def _parts(sums: Sequence[float], counts: Sequence[int]) -> list[float]:
    above, below = np.array(sums, dtype=float), np.array(counts, dtype=float)
    if not below.any():
        return [nan] * len(below)
    ratio = fsum(above) / fsum(below)
    parts: list[float] = (ratio + (above - ratio * below) / below.mean()).tolist()
    return parts


def _waiting_time(
    net: Network, waits: Sequence[WaitRun], target: float | None, *, settled: bool
) -> WaitingTime:
    """Return the waits at one place in several runs."""
    every, runs = together(waits), len(waits)
    return WaitingTime(
        name=every.name,
        served=every.served / runs,
        mean=_sure(over(net, mean_waits(waits)), settled=settled),
        p50=quantile(every, _HALF),
        p90=quantile(every, _MOST),
        p95=quantile(every, _NEARLY_ALL),
        longest=every.longest if every.served else nan,
        target=target,
        within=None if target is None else _share(net, waits, settled=settled),
        abandoned=every.abandoned / runs,
        left=every.left / runs,
        left_mean=every.left_time / every.left if every.left else nan,
        oldest=every.oldest if every.left else nan,
    )


def _share(net: Network, waits: Sequence[WaitRun], *, settled: bool) -> Interval:
    """Return the share within the target; its interval does not leave 0 to 1."""
    found = _sure(over(net, shares_within(waits)), settled=settled)
    if not found.is_known:
        return found
    return Interval(found.mean, max(0.0, found.low), min(1.0, found.high))


def _sure(found: Interval, *, settled: bool) -> Interval:
    return found if settled else Interval(found.mean, nan, nan)
