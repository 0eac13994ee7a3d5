"""Changes to drawn scenarios, made through the constructors that a reader reaches."""

from __future__ import annotations

from typing import Any

from toc_sim import Scenario
from toc_sim.scenario.fields.nodes import Market, Source, Stage

Document = dict[str, Any]


def with_node(scenario: Scenario, name: str, **fields: Any) -> Scenario:
    """Return the scenario with some fields of one node changed."""
    node = scenario.stages[name].changed(**fields)
    return scenario.changed(stages={**scenario.stages, name: node})


def faster(scenario: Scenario, name: str, factor: float) -> Scenario:
    """Return the scenario with one node's own rate multiplied."""
    key = pace_of(scenario.stages[name])
    return with_node(
        scenario, name, **{key: getattr(scenario.stages[name], key) * factor}
    )


def pace_of(node: Source | Stage | Market) -> str:
    """Return the field that says how fast a node is."""
    if isinstance(node, Source):
        return "arrivals"
    if isinstance(node, Market):
        return "demand"
    return next(
        key for key in ("rate", "capacity", "time") if getattr(node, key) is not None
    )


def written(scenario: Scenario) -> Document:
    """Return the scenario as plain data, to be edited, the way its file would say it.

    How surely its numbers are known is left out: it would contradict new ones.
    """
    doubts = {"uncertain", "measure"}
    return scenario.model_dump(mode="json", exclude_unset=True, exclude=doubts)
