"""Policies: what a pipeline decides by rule, each changed by one step.

Opening hours, the order in which a pool works, a limit on what is inside, a finite
buffer, the size of a batch: none has a rate, and so none has an elasticity. Each is
tried one step away from what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor, log10
from typing import Literal

from toc_sim.language import figure, phrase
from toc_sim.network.model import Network
from toc_sim.network.node import NetMarket, NetNode, NetResource, NetStage
from toc_sim.scenario.fields.openings import lasting, most_open, open_time
from toc_sim.scenario.fields.sections import OPEN_HOURS

LONGER = 1.1
"""How much longer opening hours are tried."""

MOST_STAGES = 6
"""Stages of a pool, at most, of which each is tried first."""

PolicyKind = Literal["release", "hours", "order", "buffer", "batch"]


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One policy, one step from what it is.

    Attributes
    ----------
    kind
        What kind of policy it is.
    name
        How it is called: ``conwip``, or where it stands in the file, as
        ``calendars.day.hours`` or ``bob.dispatch``.
    place
        The node, resource or calendar that it is of; empty: of the whole.
    change
        What is tried, in words of the language that is spoken: "one item more", "sales
        first".
    size
        How large the step is, relative to what it is [1]; None where that has no
        meaning.
    network
        The pipeline with it.
    """

    kind: PolicyKind
    name: str
    place: str
    change: str
    size: float | None
    network: Network


def policy_steps(net: Network) -> Iterator[PolicyStep]:
    """Yield each policy of a pipeline, one step from what it is.

    Parameters
    ----------
    net
        The pipeline.
    """
    yield from release_steps(net)
    yield from hours_steps(net)
    for pool in net.resources:
        yield from _orders(net, pool)
    for node in net.nodes:
        yield from _buffers(net, node)
        yield from _batches(net, node)


def buffer_steps(net: Network) -> Iterator[PolicyStep]:
    """Yield each finite buffer with one place more."""
    for node in net.nodes:
        yield from _buffers(net, node)


def release_steps(net: Network) -> Iterator[PolicyStep]:
    """Yield the limit on what is inside, relaxed by one item."""
    limit = net.release.limit
    if limit is not None:
        yield PolicyStep(
            "release",
            net.release.name,
            "",
            phrase("one item more"),
            1 / limit,
            net.relaxed(),
        )


def hours_steps(net: Network) -> Iterator[PolicyStep]:
    """Yield every calendar that is open for longer, as ``hours`` of it would set it."""
    places: list[NetNode | NetResource] = [*net.nodes, *net.resources]
    named = {place.calendar.name: place.calendar for place in places if place.calendar}
    for name, calendar in named.items():
        now = open_time(calendar.open)
        most = most_open(calendar.open, calendar.cycle)
        then = _rounded_down(min(now * LONGER, most))
        if then <= now:
            continue
        longer = replace(calendar, open=lasting(calendar.open, calendar.cycle, then))
        changed = replace(
            net,
            nodes=tuple(
                replace(node, calendar=longer)
                if node.calendar and node.calendar.name == name
                else node
                for node in net.nodes
            ),
            resources=tuple(
                replace(pool, calendar=longer)
                if pool.calendar and pool.calendar.name == name
                else pool
                for pool in net.resources
            ),
        )
        size, path = then / now - 1, f"calendars.{name}.{OPEN_HOURS}"
        percent, setting = figure(f"{100 * size:.2g}"), f"{path}={then:.6g}"
        told = phrase(
            "{percent} % longer ({setting})", percent=percent, setting=setting
        )
        yield PolicyStep("hours", path, name, told, size, changed)


def _rounded_down(time: float) -> float:
    """Return a time with six digits, as it is told and can be set."""
    digits = 5 - floor(log10(time))  # 8.8 may be 8.799999999999999
    return round(
        floor(time * (1 + 1e-12) * 10.0**digits) / 10.0**digits, max(0, digits)
    )


def _orders(net: Network, pool: NetResource) -> Iterator[PolicyStep]:
    """Yield a pool with another order of work: another rule, or one stage first."""
    if len(pool.stages) < 2 or pool.kind == "stage":  # noqa: PLR2004 - no order
        return  # of products one decides which of them are made, not how many
    stages = [net.nodes[index] for index in pool.stages]
    if pool.dispatch != "fifo":
        yield _order(net, pool, phrase("first come, first served"), "fifo", {})
    if pool.dispatch != "shortest":
        yield _order(net, pool, phrase("the shortest work first"), "shortest", {})
    if len(stages) > MOST_STAGES:
        return
    highest = max(node.priority for node in stages)
    for node in stages:
        alone = sum(each.priority == highest for each in stages) == 1
        if pool.dispatch == "priority" and alone and node.priority == highest:
            continue
        title = net.scenario.title(node.name)
        told = phrase("{stage} first", stage=title)
        yield _order(net, pool, told, "priority", {node.index: highest + 1})


def _order(
    net: Network,
    pool: NetResource,
    change: str,
    dispatch: Literal["fifo", "shortest", "priority"],
    priorities: dict[int, int],
) -> PolicyStep:
    changed = replace(pool, dispatch=dispatch)
    return PolicyStep(
        "order",
        f"{pool.name}.dispatch",
        pool.name,
        change,
        None,
        replace(
            net,
            resources=tuple(
                changed if each is pool else each for each in net.resources
            ),
            nodes=tuple(
                replace(node, priority=priorities[node.index])
                if node.index in priorities and isinstance(node, NetStage)
                else node
                for node in net.nodes
            ),
        ),
    )


def _buffers(net: Network, node: NetNode) -> Iterator[PolicyStep]:
    """Yield a finite buffer with one place more."""
    if node.buffer is None or not isinstance(node, NetStage | NetMarket):
        return
    changed = replace(node, buffer=node.buffer + 1)
    size = 1 / (node.buffer + 1)
    name = f"{node.name}.buffer"
    told = phrase("one place more")
    yield PolicyStep("buffer", name, node.name, told, size, _with(net, changed))


def _batches(net: Network, node: NetNode) -> Iterator[PolicyStep]:
    """Yield a batch of one item less, and of one more."""
    recipe = node.recipe
    if (
        recipe is None
        or not isinstance(node, NetStage)
        or recipe.parts
        or recipe.takes != recipe.gives
        or recipe.takes < 2  # noqa: PLR2004 - no batch
    ):
        return
    for step, told in ((-1, phrase("one item less")), (1, phrase("one item more"))):
        count = recipe.takes + step
        other = replace(recipe, takes=count, gives=count)
        changed = replace(node, recipe=other)
        size = step / recipe.takes
        name = f"{node.name}.batch"
        yield PolicyStep("batch", name, node.name, told, size, _with(net, changed))


def _with(net: Network, changed: NetNode) -> Network:
    nodes = tuple(
        changed if node.index == changed.index else node for node in net.nodes
    )
    return replace(net, nodes=nodes)
