"""A scenario with products told without them: a node for each product that passes.

Where several products pass a stage, each gets a stage of its own, and all of these
share its servers. So everything that is known of stages and resources holds for
products too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from toc_sim.errors import Path, Problem
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import AnyNode, Resource, Source, Stage
from toc_sim.scenario.parts import OF, Parts, components, place_of

Passing = Mapping[str, tuple[str, ...]]
"""The products that pass each node, in the order of the file."""


def expanded(parts: Parts) -> Parts:
    """Return the same pipeline with one product at each node, still named (R33).

    Parameters
    ----------
    parts
        The pipeline as the file has it; one without products keeps its nodes.

    Returns
    -------
    A node for each product that passes a node of the file; a stage that several pass is
    also the resource whose servers they share.
    """
    if not parts.products:
        return _without_tables(parts)
    passing = passing_products(parts)
    pools = dict(parts.resources)
    stages: dict[str, AnyNode | None] = {}
    for name, node in parts.stages.items():
        for product in passing[name] or tuple(parts.products)[:1]:
            own = own_name(name, product, passing)
            stages[own] = node and _of_product(name, node, product, parts, passing)
        if isinstance(node, Stage) and node.resource is None and len(passing[name]) > 1:
            pools[name] = Resource.model_construct(
                title=node.title,
                servers=node.servers,
                dispatch=node.dispatch or "priority",
                calendar=node.calendar,
            )
    ways, places = [], []
    for way, place in zip(parts.flow, parts.places, strict=True):
        for own_way in _own_ways(way, parts, passing):
            ways.append(own_way)
            places.append(place)
    return replace(
        parts, stages=stages, resources=pools, flow=tuple(ways), places=tuple(places)
    )


def _without_tables(parts: Parts) -> Parts:
    """Return the same pipeline where no products are named."""
    none: Passing = dict.fromkeys(parts.stages, ())
    stages = {
        name: node and _of_product(name, node, "", parts, none)
        for name, node in parts.stages.items()
    }
    same = all(stages[name] is node for name, node in parts.stages.items())
    return parts if same else replace(parts, stages=stages)


def products_by_node(parts: Parts) -> Mapping[str, str]:
    """Return the product that passes each node of the expanded pipeline."""
    passing = passing_products(parts) if parts.products else {}
    return {
        own_name(name, product, passing): product
        for name, products in passing.items()
        for product in products
    }


def own_name(node: str, product: str, passing: Passing) -> str:
    """Return what the node of one product is called."""
    return f"{node}{OF}{product}" if len(passing[node]) > 1 else node


def in_file(problem: Problem) -> Problem:
    """Return a problem of an expanded pipeline at its place in the file."""
    path: Path = problem.path
    if len(path) > 1 and path[0] == "stages":
        path = (path[0], place_of(str(path[1])), *path[2:])
    return replace(problem, path=path)


def passing_products(parts: Parts) -> Passing:
    """Return which products pass each node: from where they begin, along their ways."""
    reached = set(beginnings(parts))
    todo = list(reached)
    for name, product in todo:
        for way in ways_of(parts, name, product):
            ahead = way.target, way.becomes or product
            if ahead not in reached and ahead[0] in parts.stages:
                reached.add(ahead)
                todo.append(ahead)
    return {
        name: tuple(each for each in parts.products if (name, each) in reached)
        for name in parts.stages
    }


def beginnings(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield where products come in: at sources, else where their ways begin."""
    coming = set()
    for name, node in parts.stages.items():
        if isinstance(node, Source):
            table = node.arrivals
            given = table if isinstance(table, Mapping) else parts.products
            for product in parts.products:
                if product in given and list(ways_of(parts, name, product)):
                    coming.add(product)
                    yield name, product
    coming |= {way.becomes for way in parts.flow if way.becomes is not None}
    for product in parts.products:
        if product not in coming or len(parts.products) == 1:
            yield from ((name, product) for name in _first_stages(parts, product))


def ways_of(parts: Parts, node: str, product: str) -> Iterator[Way]:
    """Yield the ways of a product out of a node: its own, else those of all."""
    ways = parts.ways_out.get(node, ())
    own = [way for way in ways if way.product == product]
    yield from own or (way for way in ways if way.product is None)


def _first_stages(parts: Parts, product: str) -> Iterator[str]:
    """Yield the stages at which the ways of a product begin.

    Nothing begins at a stage that a product only goes past, nor, where it has ways of
    its own, at one that does not lead to them.
    """
    alone = () if parts.flow else parts.stages  # one stage needs no way
    ways: dict[str, list[str]] = {name: [] for name in alone}
    behind: dict[str, set[str]] = {}
    for way in parts.flow:
        if way.product in (None, product):
            ways.setdefault(way.source, []).append(way.target)
            ways.setdefault(way.target, [])
            behind.setdefault(way.target, set()).add(way.source)
    own = {way.source for way in parts.flow if way.product == product}
    for group in components(ways):
        inside = set(group)
        fed = any(behind.get(name, set()) - inside for name in group)
        if not fed and (not own or own & _reached(parts, product, inside)):
            stages = [name for name in parts.stages if name in inside]
            yield from [n for n in stages if isinstance(parts.stages[n], Stage)][:1]


def _reached(parts: Parts, product: str, begin: set[str]) -> set[str]:
    """Return the nodes that a product comes to from some, with themselves."""
    found, todo = set(begin), list(begin)
    for name in todo:
        targets = {way.target for way in ways_of(parts, name, product)}
        todo += targets - found
        found |= targets
    return found


def _own_ways(way: Way, parts: Parts, passing: Passing) -> Iterator[Way]:
    """Yield a way as each product takes it."""
    for product in passing.get(way.source, ()):
        if way in ways_of(parts, way.source, product):
            target = way.target
            if target in parts.stages:
                target = own_name(target, way.becomes or product, passing)
            yield Way.model_construct(
                source=own_name(way.source, product, passing),
                target=target,
                share=way.share,
                delay=way.delay,
                benchmark=way.benchmark,
            )


def _of_product(
    name: str, node: AnyNode, product: str, parts: Parts, passing: Passing
) -> AnyNode:
    """Return a node as one product sees it; with others on it, of a shared pool."""
    own: dict[str, Any] = {
        key: table.get(product, next(iter(table.values())))  # else: as of another
        for key, table in node.tables.items()
    }
    takes = getattr(node, "takes", 1)
    if isinstance(takes, Mapping) and parts.products:
        own["takes"] = {
            own_name(each, product, passing) if each in passing else each: count
            for each, count in takes.items()
        }
    if len(passing[name]) < 2:  # noqa: PLR2004 - no other product passes
        return node.model_copy(update=own) if own else node
    told = parts.products[product]
    own["title"] = f"{node.title or name}: {(told and told.title) or product}"
    stream = (told and told.stream) or product
    own["stream"] = f"{node.stream or name}{OF}{stream}"
    if isinstance(node, Stage) and node.resource is None:
        own["resource"], own["calendar"] = name, None
    return node.model_copy(update=own)
