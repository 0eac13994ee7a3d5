"""Every figure of a run by name, with its unit and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from toc_sim.engine.result import RunResult

Unit = Literal["1", "item", "item/period", "period", "period^2", "money/period"]
"""In words that a scenario replaces by its own: ``item/period`` is ``cup/hour``."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure that is exported.

    Attributes
    ----------
    name
        As in the column `metric`.
    unit
        With the general words for item, period and money.
    meaning
        In a few words.
    """

    name: str
    unit: Unit
    meaning: str


SYSTEM = (
    Metric("throughput", "item/period", "bought"),
    Metric("bought", "item", "bought within the horizon"),
    Metric("lost", "item", "left without being bought"),
    Metric("wip", "item", "inside, on average"),
    Metric("wip_start", "item", "inside when measuring begins"),
    Metric("wip_end", "item", "inside at the horizon"),
    Metric("flow_time_mean", "period", "from entering to being bought, on average"),
    Metric("flow_time_p50", "period", "half of what is bought took no longer"),
    Metric("flow_time_p90", "period", "nine in ten took no longer"),
)
"""Of the whole pipeline."""

MONEY = (
    Metric("revenue", "money/period", "price times items bought"),
    Metric("variable_cost", "money/period", "truly variable cost"),
    Metric("money_throughput", "money/period", "T: revenue less variable cost"),
    Metric("operating_expense", "money/period", "OE: spent whatever is sold"),
    Metric("net_profit", "money/period", "T - OE, without what a tool costs"),
)
"""Of the whole pipeline, where the scenario has `economics`."""

NODE = (
    Metric("busy", "1", "time that a server works, of the horizon"),
    Metric("blocked", "1", "time that it holds a finished item; the next is full"),
    Metric("starved", "1", "time that it waits; of a market, demand that is not met"),
    Metric("down", "1", "time that it is repaired"),
    Metric("off", "1", "time that it is not there"),
    Metric("started", "item", "services begun; of a source, arrivals let in"),
    Metric("finished", "item", "services ended"),
    Metric("out", "item", "left the node, lost ones included"),
    Metric("lost", "item", "left the pipeline here without being bought"),
    Metric("queue_mean", "item", "waiting before it, on average"),
    Metric("queue_peak", "item", "waiting before it, at most"),
    Metric("gap_mean", "period", "between two departures, on average"),
    Metric("gap_variance", "period^2", "of the times between departures"),
    Metric("active_mean", "period", "uninterrupted activity, on average"),
    Metric("abandoned", "item", "left the queue here when their patience ended"),
    Metric("merged", "item", "became part of others here"),
    Metric("made", "item", "came into being here, copies included"),
)
"""Of a node, or of a resource as the sum of its stages."""

SHARE = Metric("share", "1", "constraint share: what +1 % of it brings, in %")
OTHER_SHARE = Metric("other_share", "1", "of the critical path no rate answers for")

Figure = tuple[str | None, Metric, float]
"""The node (None: the whole pipeline), what it is, and its value."""


def figures(result: RunResult, money: Mapping[str, float]) -> Iterator[Figure]:
    """Yield every figure of a run, always in the same order."""
    whole = (
        result.throughput,
        result.bought,
        result.lost,
        result.wip_mean,
        result.wip_start,
        result.wip_end,
        result.flow_mean,
        result.flow_p50,
        result.flow_p90,
    )
    for metric, value in zip(SYSTEM, whole, strict=True):
        yield None, metric, value
    for metric in MONEY:
        if metric.name in money:
            yield None, metric, money[metric.name]
    for node in (*result.nodes, *result.resources):
        for metric in NODE:
            yield node.name, metric, getattr(node, metric.name)
    for share in result.shares:
        yield share.name, SHARE, share.value
    for share in result.other_shares:
        yield share.name, OTHER_SHARE, share.value
