"""The classical detectors, beside the constraint share, for those who know them.

None of them is the verdict: each reads a symptom of the constraint, and names it well
where one stage is far slower than the others, less well the closer they are (see
docs/constraint-rules.md). Each is a function of the network and its runs, and says so
where it cannot say anything.

Rules that look at how busy somebody is compare stages and resources: a market or a
source has no work of its own. Rules that look at how items flow take in markets too,
and serial rules (`toc_sim.constraint.serial_rules`) the whole line.
"""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim.constraint.active_periods import active_period, shifting_bottleneck
from toc_sim.constraint.detection import (
    Detection,
    Rule,
    measure,
    measure_pool,
    own_servers,
)
from toc_sim.constraint.serial_rules import arrows, departures, turning_point
from toc_sim.engine.result import RunResult
from toc_sim.network.model import Network

UTILISATION = Rule("utilisation", "Busiest")
QUEUE = Rule("queue", "Longest queue")


def detect(net: Network, results: Sequence[RunResult]) -> tuple[Detection, ...]:
    """Ask every classical detector who the constraint is.

    Parameters
    ----------
    net
        The network that was run.
    results
        Its replications, one at least; what they measured is averaged. The shifting
        bottleneck needs runs with a timeline.

    Returns
    -------
    One detection a rule, always in the same order.
    """
    return (
        utilisation(net, results),
        arrows(net, results),
        turning_point(net, results),
        active_period(net, results),
        shifting_bottleneck(net, results),
        queue(net, results),
        departures(net, results),
    )


def utilisation(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage or resource that is active for the greatest part of the time.

    Active is working or in repair: with the working time alone, a stage that is
    often down would look idle. Scores are shares of the servers' time [1]. In a
    saturated line without losses this is the slowest stage, and nothing more.

    References
    ----------
    Hopp & Spearman (2008), Factory Physics, 3rd ed., McGraw-Hill, ch. 7.
    """
    each = [measure(results, node) for node in own_servers(net)]
    each += [measure_pool(results, pool) for pool in net.resources]
    return UTILISATION.highest((one.name, one.active) for one in each)


def queue(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the stage, resource or market with the most items waiting before it.

    Scores are mean numbers of items [items], of a resource those before all its
    stages. A stage that draws on an unlimited supply has no queue to compare. The
    rule misleads where buffers are small or unequal.

    References
    ----------
    Lawrence & Buss (1994), Shifting production bottlenecks: causes, cures, and
    conundrums, Production and Operations Management 3(1), 21-37.
    """
    each = [
        measure(results, node)
        for node in net.nodes
        if node.resource is None and node.kind != "source" and not node.supplied
    ]
    each += [measure_pool(results, pool) for pool in net.resources]
    if not any(one.queue for one in each):
        return QUEUE.silent("nothing ever waited")
    return QUEUE.highest((one.name, one.queue) for one in each)
