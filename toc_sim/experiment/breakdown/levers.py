"""The parameters of a scenario that somebody could push: paces, chances, money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toc_sim.network.build import network
from toc_sim.network.model import DELAY
from toc_sim.scenario.chance import Patience
from toc_sim.scenario.flow import Way
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.nodes import AnyNode, Stage
from toc_sim.scenario.parameters import value_at
from toc_sim.scenario.profiles import values_of
from toc_sim.scenario.sections import Conwip, DrumBufferRope
from toc_sim.scenario.values import Level, Profile, Table

Value = float | Profile
"""A number, or a number that changes over time."""

PACES = ("arrivals", "capacity", "rate", "time", "demand")
"""What says how fast a node is."""

COUNTS = frozenset({"servers", "buffer", "conwip"})
"""What grows by one, not by one per cent."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One parameter that could be pushed.

    Attributes
    ----------
    path
        How ``--set`` names it.
    node
        The node or resource it belongs to; empty for money and for a release policy.
    owner
        Whose constraint share tells of it: the node, its resource, ``delay`` or a
        release policy; empty for money.
    value
        What it is.
    is_count
        Whether it grows by one, not by one per cent.
    benchmark
        How far it could go, as the file says; None where it does not.
    """

    path: str
    node: str
    owner: str
    value: Value
    is_count: bool = False
    benchmark: Value | None = None

    @property
    def is_money(self) -> bool:
        """Whether it changes what is earned, and nothing that happens."""
        of_money = self.path.startswith(("economics.", "products."))
        return of_money or self.path.split(".")[1:2] == ["cost_per_item"]


def levers(scenario: Scenario) -> tuple[Lever, ...]:
    """Return the parameters that could be pushed, in the order of the file.

    What is 0 has no per cent to grow by and is left out, unless it has a benchmark; a
    conversion that is 1 stands here, for it can fall.

    Parameters
    ----------
    scenario
        Where to look.
    """
    found = {lever.path: lever for lever in _said(scenario)}
    for path, node, benchmark in _benchmarks(scenario):
        known = found.get(path)
        if known is None:
            value = value_at(scenario, path)
            if not _is_number(value):
                continue
            known = Lever(path, node, _owner(scenario, node), value, _counts(path))
        found[path] = replace(known, benchmark=benchmark)
    return tuple(found.values())


def scaled_value(value: Value, factor: float) -> Value:
    """Return a value multiplied at all times."""
    if isinstance(value, Profile):
        points = ((time, each * factor) for time, each in value.profile)
        return Profile.model_construct(profile=tuple(points), every=value.every)
    return value * factor


def largest(value: Value) -> float:
    """Return the largest value it ever has."""
    return max(values_of(value))


def _said(scenario: Scenario) -> Iterator[Lever]:
    for name, node in scenario.stages.items():
        yield from _of_node(name, node, _owner(scenario, name))
    for name, resource in scenario.resources.items():
        path = f"resources.{name}.servers"
        yield Lever(path, name, name, resource.servers, is_count=True)
    for way in scenario.flow:
        yield from _of_way(scenario, way)
    yield from _of_release(scenario)
    yield from _of_money(scenario)


def _owner(scenario: Scenario, name: str) -> str:
    """Return who answers for the time spent at a node; nobody for money."""
    node = scenario.stages.get(name)
    pools = node.pools if isinstance(node, Stage) else ()
    if len(pools) > 1:
        return network(scenario).owner(list(scenario.stages).index(name))
    return pools[0] if pools else name


def _of_node(name: str, node: AnyNode, owner: str) -> Iterator[Lever]:
    for key in PACES:
        said = getattr(node, key, None)
        if said is not None:
            yield from _not_zero(f"{name}.{key}", name, owner, said)
    if isinstance(node, Stage):
        yield from _of_stage(name, node, owner)
    buffer = getattr(node, "buffer", None)
    if isinstance(buffer, int):
        yield Lever(f"{name}.buffer", name, owner, buffer, is_count=True)
    patience = getattr(node, "patience", None)
    if isinstance(patience, Patience):
        yield Lever(f"{name}.patience.mean", name, DELAY, patience.mean)
    elif patience is not None:
        yield Lever(f"{name}.patience", name, DELAY, patience)
    cost = getattr(node, "cost_per_item", 0.0)
    yield from _not_zero(f"{name}.cost_per_item", name, owner, cost)


def _of_stage(name: str, stage: Stage, owner: str) -> Iterator[Lever]:
    if stage.rate is not None:
        yield Lever(f"{name}.servers", name, owner, stage.servers, is_count=True)
    if stage.rounds is None:
        yield from _not_zero(f"{name}.conversion", name, owner, stage.conversion)
    if stage.availability is not None:
        for key, value in stage.availability.model_dump().items():
            yield Lever(f"{name}.availability.{key}", name, owner, value)


def _not_zero(path: str, node: str, owner: str, said: Level | Table) -> Iterator[Lever]:
    for own, value in _each(path, said):
        if any(values_of(value)):
            yield Lever(own, node, owner, value)


def _each(path: str, value: Level | Table) -> Iterator[tuple[str, Level]]:
    """Yield a value, or that of each product, with the path to it."""
    if isinstance(value, Mapping):
        yield from ((f"{path}.{product}", each) for product, each in value.items())
    else:
        yield path, value


def _of_way(scenario: Scenario, way: Way) -> Iterator[Lever]:
    owner = _owner(scenario, way.source)
    is_free = scenario.stages[way.source].routing == "free"
    if way.share is not None and any(values_of(way.share)) and not is_free:
        yield Lever(f"flow.{way.name}", way.source, owner, way.share)
    if way.delay:
        yield Lever(f"flow.{way.name}.delay", way.source, DELAY, way.delay)


def _of_release(scenario: Scenario) -> Iterator[Lever]:
    policy = scenario.release
    if isinstance(policy, Conwip):
        yield Lever("release.conwip", "", "conwip", policy.conwip, is_count=True)
    if isinstance(policy, DrumBufferRope):
        path = "release.drum_buffer_rope.buffer"
        size = policy.drum_buffer_rope.buffer
        yield Lever(path, "", "drum_buffer_rope", size, is_count=True)


def _of_money(scenario: Scenario) -> Iterator[Lever]:
    for name, product in scenario.products.items():
        path = f"products.{name}"
        yield from _not_zero(f"{path}.price", "", "", product.price or 0.0)
        for key, cost in product.variable_cost.items():
            yield from _not_zero(f"{path}.variable_cost.{key}", "", "", cost)
    economics = scenario.economics
    if economics is None:
        return
    amounts: dict[str, Value] = {"price": economics.price}
    tables: Mapping[str, Mapping[str, Value]] = {
        "variable_cost": economics.variable_cost,
        "operating_expense": economics.operating_expense,
    }
    for table, costs in tables.items():
        amounts |= {f"{table}.{name}": cost for name, cost in costs.items()}
    for key, amount in amounts.items():
        if any(values_of(amount)):
            yield Lever(f"economics.{key}", "", "", amount)


def _benchmarks(scenario: Scenario) -> Iterator[tuple[str, str, Value]]:
    """Yield the path of each benchmark, its node, and how far it goes."""
    for name, node in scenario.stages.items():
        for key, value in node.benchmark.items():
            yield f"{name}.{key}", name, value
    for way in scenario.flow:
        if way.benchmark is not None:
            yield f"flow.{way.name}", way.source, way.benchmark
    if scenario.economics is not None:
        for key, value in scenario.economics.benchmark.items():
            yield f"economics.{key}", "", value


def _counts(path: str) -> bool:
    return path.rpartition(".")[2] in COUNTS


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float | Profile)
