"""Parameters that can be pushed: a little, by ten per cent, or to their benchmark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toc_sim.errors import ScenarioError
from toc_sim.network import DELAY, network
from toc_sim.scenario.fields.flow import ARROW, Way
from toc_sim.scenario.fields.nodes import NOT_WITH, AnyNode, Stage
from toc_sim.scenario.fields.numbers import (
    Entry,
    Level,
    Profile,
    Table,
    scaled,
    values_of,
)
from toc_sim.scenario.fields.sections import COUNTS, OPEN_HOURS, SHARES, levers_of
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import value_at

Value = float | Profile
"""A number, or a number that changes over time."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One parameter that could be pushed.

    Attributes
    ----------
    path
        How ``--set`` names it.
    node
        The node or resource it belongs to; empty for money, a release policy and
        opening hours.
    owner
        Whose constraint share tells of it: the node, its resource, ``delay``, a
        release policy or opening hours; empty for money.
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
            if isinstance(value, bool) or not isinstance(value, int | float | Profile):
                continue
            known = Lever(path, node, _owner(scenario, node), value, _counts(path))
        found[path] = replace(known, benchmark=benchmark)
    return tuple(found.values())


def largest(value: Value) -> float:
    """Return the largest value it ever has."""
    return max(values_of(value))


def _said(scenario: Scenario) -> Iterator[Lever]:
    for name, node in scenario.stages.items():
        yield from _of_node(name, node, _owner(scenario, name))
    for name, resource in scenario.resources.items():
        path = f"resources.{name}.servers"
        yield Lever(path, name, name, resource.servers, is_count=True)
    yield from _of_calendars(scenario)
    for way in scenario.flow:
        yield from _of_way(scenario, way)
    yield from _of_release(scenario)
    yield from _of_money(scenario)


def _owner(scenario: Scenario, name: str) -> str:
    """Return the owner of the time spent at a node; empty for money."""
    node = scenario.stages.get(name)
    pools = node.pools if isinstance(node, Stage) else ()
    if len(pools) > 1:
        return network(scenario).owner(list(scenario.stages).index(name))
    return pools[0] if pools else name


def _of_node(name: str, node: AnyNode, owner: str) -> Iterator[Lever]:
    for key in levers_of(type(node)):
        if not _is_unused(node, key):
            own = DELAY if key == "patience" else owner
            yield from _below(f"{name}.{key}", name, own, getattr(node, key))


def _is_unused(node: AnyNode, key: str) -> bool:
    """Return whether a parameter of a node has no part in what it does."""
    if not isinstance(node, Stage):
        return False
    in_rounds = node.rounds is not None and key in NOT_WITH["rounds"]
    return in_rounds or (key == "servers" and node.rate is None)


def _below(path: str, node: str, owner: str, said: Any) -> Iterator[Lever]:
    """Yield a parameter, or those of which it consists."""
    inner = levers_of(type(said)) if isinstance(said, Entry) else ()
    for key in inner:
        yield from _below(f"{path}.{key}", node, owner, getattr(said, key))
    if inner:
        return
    if _counts(path):
        if isinstance(said, int):
            yield Lever(path, node, owner, said, is_count=True)
    elif said is not None:
        yield from _not_zero(path, node, owner, said)


def _not_zero(path: str, node: str, owner: str, said: Level | Table) -> Iterator[Lever]:
    """Yield a value, or that of each product, where it is not 0."""
    values: dict[str, Level] = (
        {path: said}
        if not isinstance(said, Mapping)
        else {f"{path}.{product}": each for product, each in said.items()}
    )
    for own, value in values.items():
        if any(values_of(value)):
            yield Lever(own, node, owner, value)


def _of_way(scenario: Scenario, way: Way) -> Iterator[Lever]:
    owner = _owner(scenario, way.source)
    is_free = scenario.stages[way.source].routing == "free"
    if way.share is not None and any(values_of(way.share)) and not is_free:
        yield Lever(f"flow.{way.name}", way.source, owner, way.share)
    if way.delay:
        yield from _below(f"flow.{way.name}.delay", way.source, DELAY, way.delay)


def _of_calendars(scenario: Scenario) -> Iterator[Lever]:
    """Yield how long each calendar that somebody keeps is open in a cycle."""
    kept = {node.calendar for node in scenario.stages.values()}
    kept |= {pool.calendar for pool in scenario.resources.values()}
    for name, calendar in scenario.calendars.items():
        if name in kept:
            path = f"calendars.{name}.{OPEN_HOURS}"
            yield Lever(path, "", path, calendar.hours)


def _of_release(scenario: Scenario) -> Iterator[Lever]:
    if isinstance(scenario.release, Entry):
        for policy, said in scenario.release:
            yield from _below(f"release.{policy}", "", policy, said)


def _of_money(scenario: Scenario) -> Iterator[Lever]:
    entries = {f"products.{name}": each for name, each in scenario.products.items()}
    for path, entry in (*entries.items(), ("economics", scenario.economics)):
        for key in levers_of(type(entry)) if entry is not None else ():
            yield from _not_zero(f"{path}.{key}", "", "", getattr(entry, key) or 0.0)


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


FAR = 0.1
"""How far a parameter is pushed to be compared with others [1]."""

LEAST_STEP = 0.01
"""A parameter that cannot even grow by this is at its limit [1]."""

UNIT = 0.01
"""What the effect of a small push is told for: one per cent [1]."""


@dataclass(frozen=True, slots=True)
class Move:
    """A parameter at another value.

    Attributes
    ----------
    value
        The new one.
    scenario
        With it.
    size
        How far it went: in per cent (0.05 is 5 %), or in units of a count; below 0
        for less.
    """

    value: Value
    scenario: Scenario
    size: float


@dataclass(frozen=True, slots=True)
class Moves:
    """All that is tried with one parameter; None is what cannot be.

    Attributes
    ----------
    lever
        The parameter.
    up, down
        A small step; without chance, and of a count, there is no step down.
    more, less
        Ten per cent, or one, either way; more may end at a limit before.
    benchmark
        As far as it could go.
    """

    lever: Lever
    up: Move | None = None
    down: Move | None = None
    more: Move | None = None
    less: Move | None = None
    benchmark: Move | None = None

    @property
    def all(self) -> tuple[Move, ...]:
        """Everything that there is to simulate."""
        every = (self.up, self.down, self.more, self.less, self.benchmark)
        return tuple(move for move in every if move is not None)


def moves(
    scenario: Scenario, lever: Lever, step: float, *, is_deterministic: bool
) -> Moves:
    """Return what is tried with a parameter.

    Parameters
    ----------
    scenario
        As it stands.
    lever
        The parameter.
    step
        How far it is pushed to tell what 1 % brings [1].
    is_deterministic
        Whether nothing is left to chance: then a derivative is one-sided.
    """
    benchmark = _reached(scenario, lever)
    if lever.is_count:
        up = _counted(scenario, lever, 1)
        down = _counted(scenario, lever, -1)
        return Moves(lever, up=up, more=up, less=down, benchmark=benchmark)
    if not largest(lever.value):
        return Moves(lever, benchmark=benchmark)
    up = _small(scenario, lever, step)
    if up is None and is_chance(lever) and lever.value == 1:
        return Moves(lever, benchmark=benchmark)
    # where a chance is near 1, what is left to it
    far = min(FAR, 1 / largest(lever.value) - 1) if is_chance(lever) else FAR
    down = None
    if up is not None and not is_deterministic:
        down = _scaled(scenario, lever, -up.size)
    return Moves(
        lever,
        up=up,
        down=down,
        more=_scaled(scenario, lever, far),
        less=_scaled(scenario, lever, -FAR),
        benchmark=benchmark,
    )


def one_more(scenario: Scenario, lever: Lever) -> Move | None:
    """Return a parameter with 1 % more, or with one more of a count."""
    if lever.is_count:
        return _counted(scenario, lever, 1)
    return _scaled(scenario, lever, UNIT)


def is_chance(lever: Lever) -> bool:
    """Return whether a parameter cannot exceed 1."""
    last = lever.path.rpartition(".")[2]
    return ("share" if ARROW in last else last) in SHARES


def with_values(scenario: Scenario, changes: dict[str, Value]) -> Scenario | None:
    """Return a scenario with new values; None if it could not work with them.

    Parameters
    ----------
    scenario
        It stays as it is.
    changes
        New values by path.
    """
    try:
        return scenario.changed(changes)
    except ScenarioError:
        return None


def _small(scenario: Scenario, lever: Lever, most: float) -> Move | None:
    """Return the largest of some small steps up that there is room for."""
    sizes = (most, most / 2, LEAST_STEP)
    found = (_scaled(scenario, lever, size) for size in sizes)
    return next((move for move in found if move is not None), None)


def _scaled(scenario: Scenario, lever: Lever, size: float) -> Move | None:
    if not size:
        return None
    value = scaled(lever.value, 1 + size)
    if is_chance(lever) and 1 < largest(value) < 1 + 1e-12:
        value = scaled(value, 1 / largest(value))
    return _move(scenario, lever, value, size)


def _counted(scenario: Scenario, lever: Lever, step: int) -> Move | None:
    if not isinstance(lever.value, int | float):
        return None
    return _move(scenario, lever, lever.value + step, step)


def _reached(scenario: Scenario, lever: Lever) -> Move | None:
    if lever.benchmark is None:
        return None
    before, after = largest(lever.value), largest(lever.benchmark)
    size = after - before
    if not lever.is_count and before:
        size = after / before - 1
    return _move(scenario, lever, lever.benchmark, size)


def _move(scenario: Scenario, lever: Lever, value: Value, size: float) -> Move | None:
    changed = with_values(scenario, {lever.path: value})
    return None if changed is None else Move(value, changed, size)
