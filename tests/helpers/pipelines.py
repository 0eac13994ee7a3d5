"""Small pipelines without chance, their static answer, and what is an event graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toc_sim import Scenario
from toc_sim.network.build import network as network_of
from toc_sim.network.model import Network
from toc_sim.testing.strategies import Feature
from toc_sim.theory import Capacity
from toc_sim.theory.static import capacity as capacity_of

Fields = dict[str, Any]

EVENT_GRAPHS = (
    Feature.LIMITS
    | Feature.CONSTANT
    | Feature.CHANCE
    | Feature.EMPIRICAL
    | Feature.SCRAP
    | Feature.SOURCE
    | Feature.MARKET
    | Feature.BACKLOG
    | Feature.BRANCH
    | Feature.MERGE
    | Feature.JOIN
    | Feature.BATCH
    | Feature.FORK
)
"""What may be drawn where the order of events is free of their times."""


NO_TOOLS: Mapping[str, Fields] = {}


def machine(rate: float, **fields: Any) -> Fields:
    """Return a machine that makes so many items per period."""
    return {"kind": "machine", "capacity": float(rate), **fields}


def free(rate: float) -> Fields:
    """Return a machine whose items go wherever the queue is shortest."""
    return machine(rate, routing="free")


def source(arrivals: float, **fields: Any) -> Fields:
    """Return a source."""
    return {"kind": "source", "arrivals": float(arrivals), **fields}


def market(demand: float, **fields: Any) -> Fields:
    """Return a market."""
    return {"kind": "market", "demand": float(demand), **fields}


def pipeline(
    stages: Mapping[str, Fields], flow: Sequence[Any], **sections: Any
) -> Network:
    """Return the network of a scenario with these sections."""
    return network_of(
        Scenario.model_validate(
            {
                "format": 1,
                "name": "built",
                "stages": dict(stages),
                "flow": list(flow),
                **sections,
            }
        )
    )


def answer(
    stages: Mapping[str, Fields], flow: Sequence[Any], **sections: Any
) -> Capacity:
    """Return the static answer of a scenario with these sections."""
    return capacity_of(pipeline(stages, flow, **sections))


def line(*stages: Fields, **sections: Any) -> Capacity:
    """Return the static answer of stages in a row, called a, b, c, ..."""
    names = "abcdefghij"[: len(stages)]
    flow = [] if len(stages) == 1 else [" -> ".join(names)]
    return answer(dict(zip(names, stages, strict=True)), flow, **sections)


def row_of_machines(
    rates: Mapping[str, float], tools: Mapping[str, Fields] = NO_TOOLS, **sections: Any
) -> Scenario:
    """Return machines in a row, by name, with tools."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "a line",
            "stages": {name: machine(rate) for name, rate in rates.items()},
            "flow": [" -> ".join(rates)],
            "tools": tools,
            **sections,
        }
    )


def cups(**changes: float) -> Capacity:
    """Return the static answer of the paper-cup line, with some capacities changed."""
    rates = {"machine_1": 12, "machine_2": 8, "machine_3": 10, "sales": 9} | changes
    stages = {name: machine(rate) for name, rate in rates.items()}
    stages["market"] = market(11)
    return answer(stages, ["machine_1 -> machine_2 -> machine_3 -> sales -> market"])


def shares(found: Capacity) -> dict[str, float]:
    """Return the constraint share of each owner."""
    return {owner.name: owner.share for owner in found.owners}


def lifts(found: Capacity) -> dict[str, float]:
    """Return what raising each owner alone would bring."""
    return {owner.name: owner.lift for owner in found.owners}


def loads(found: Capacity) -> dict[str, float]:
    """Return how busy each owner is."""
    return {owner.name: owner.load for owner in found.owners}
