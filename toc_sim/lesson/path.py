"""The critical path of one shift with chance, and the tools that it refutes."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from toc_sim.constraint.path_ceiling import path_ceilings, rate_change
from toc_sim.engine.reference.path_segments import PathSegment, purchase_paths
from toc_sim.engine.simulate import replicate
from toc_sim.experiment.compare.comparison import candidate, settled
from toc_sim.lesson.cups import cups
from toc_sim.network import Network
from toc_sim.scenario.model import Scenario
from toc_sim.verify import cause_of

_SEED, _REPLICATION, _BUFFER = 7, 0, 5

_DIGITS = 5
"""Of moments on the path: a time so short no share shows [periods]."""


def cups_by_chance() -> Scenario:
    """Return the line whose times are random, with room for few cups between stages.

    Examples
    --------
    >>> from toc_sim.lesson.path import cups_by_chance
    >>> line = cups_by_chance()
    >>> line.run.replications, line.stages["sales"].buffer
    (1, 5)
    """
    line = cups()
    first, *others = line.stages
    changes: dict[str, Any] = {
        f"{name}.distribution": "exponential" for name in (first, *others)
    }
    changes |= {f"{name}.buffer": _BUFFER for name in others}
    changes |= {"run.seed": _SEED, "run.replications": _REPLICATION + 1}
    return line.changed(changes)


def path_for_page() -> dict[str, Any]:
    """Return the path to the last cup, what the stages did, and what each tool allows.

    Returns
    -------
    ``sold``: cups in the shift. ``segments``: the pieces of the path from time 0 on,
    the earliest first: the place of the stage, when it ended [periods], and its cause
    (`toc_sim.verify.cause_of`). ``services``: of each stage, begin and end of each
    service, in turn [periods]. ``tools``: cups that each lets the line sell at most, by
    the path alone, and cups that it did sell when it was run on the same chance. A
    tool is refuted if its path allows less than another tool was seen to sell.
    """
    line = cups_by_chance()
    warmup = float(line.run.warmup)
    net = settled(line, (), warmup).network
    paths = purchase_paths(
        net,
        seed=_SEED,
        replication=_REPLICATION,
        horizon=line.run.horizon,
        warmup=warmup,
    )
    sold, services = _seen(net, warmup)
    return {
        "hours": line.run.horizon,
        "sold": sold,
        "buffer": _BUFFER,
        "segments": _pieces(net, paths.segments(len(paths.moments))),
        "services": services,
        "tools": _tools(line, net, warmup),
    }


def _pieces(net: Network, segments: tuple[PathSegment, ...]) -> list[tuple[Any, ...]]:
    """Return the pieces behind time 0: stage, end and cause of each."""
    names = [node.name for node in net.nodes]
    leads = set(pairwise(names))
    befores = (None, *(names[each.owner] for each in segments))
    return [
        (
            each.owner,
            round(each.end, _DIGITS),
            cause_of(before, names[each.owner], leads),
        )
        for before, each in zip(befores, segments, strict=False)
        if each.end > 0
    ]


def _seen(net: Network, warmup: float) -> tuple[int, list[list[float]]]:
    """Return how many cups a run sold, and when each stage worked in its window."""
    begun: dict[str, float] = {}
    found: dict[str, list[float]] = defaultdict(list)

    def note(event: Any) -> None:
        if event.event == "start":
            begun[event.node] = max(event.time, 0.0)
        elif event.event == "finish" and event.time > 0:
            found[event.node] += [round(begun[event.node], 2), round(event.time, 2)]

    [result] = replicate(net, warmup, trace=note)
    return result.bought, [found[node.name] for node in net.nodes]


def _tools(line: Scenario, net: Network, warmup: float) -> list[dict[str, Any]]:
    """Return what the path allows each tool, bought at time 0, and what it brought."""
    changes = {
        name: rate_change(net, settled(line, (name,), warmup).network)
        for name in line.tools
    }
    rates = {name: change for name, change in changes.items() if change is not None}
    paths = path_ceilings(net, warmup, tuple(rates.values()))
    assert paths is not None  # noqa: S101 - the line is an event graph
    found: list[dict[str, Any]] = []
    for name, change in rates.items():
        most = paths.bought(change)
        assert most is not None  # noqa: S101 - the paths are as long as any needs
        bought = candidate(line, (name,), warmup, at_once=True)
        [result] = replicate(bought.network, warmup)
        found.append(
            {
                "name": name,
                "most": round(most * line.run.horizon),
                "sold": result.bought,
            }
        )
    best = max(tool["sold"] for tool in found)
    return [{**tool, "refuted": tool["most"] < best} for tool in found]
