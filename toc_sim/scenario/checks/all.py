"""All that a scenario must obey beyond its fields; pools and products among it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from toc_sim.errors import Path, Problem, quoted, shown, unknown_name
from toc_sim.scenario.checks.names import name_problems
from toc_sim.scenario.checks.structure import structure_problems
from toc_sim.scenario.checks.tools_and_variants import (
    best_problems,
    tool_problems,
    variant_problems,
)
from toc_sim.scenario.expand import (
    Passing,
    beginnings,
    expanded,
    in_file,
    passing_products,
)
from toc_sim.scenario.fields.nodes import AnyNode, Market, Source, Stage, is_special
from toc_sim.scenario.parameters.paths import changed
from toc_sim.scenario.parts import Parts, place_of


def pool_problems(parts: Parts) -> Iterator[Problem]:
    """Yield stages whose pools do not agree, and due dates that no pool works by."""
    whole = expanded(parts)
    for name, node in whole.stages.items():
        if isinstance(node, Stage) and node.pools:
            for problem in _of_stage(name, node, whole):
                yield in_file(problem)


def _of_stage(name: str, stage: Stage, parts: Parts) -> Iterator[Problem]:
    pools = {
        pool: found
        for pool in stage.pools
        if (found := parts.resources.get(pool)) is not None
    }
    rules = {pool: found.dispatch for pool, found in pools.items()}
    hours = {pool: found.calendar for pool, found in pools.items() if found.calendar}
    if len(set(rules.values())) > 1:
        said = " and ".join(f"{pool} by {rule}" for pool, rule in rules.items())
        yield Problem(
            ("stages", name, "resource"),
            f"is the work of pools that do not agree whose turn it is: {said}",
            hint="give them the same 'dispatch'",
        )
    elif len(set(hours.values())) > 1:
        said = " and ".join(f"{pool} on {calendar}" for pool, calendar in hours.items())
        yield Problem(
            ("stages", name, "resource"),
            f"is the work of pools that keep different hours: {said}",
            hint="give them one calendar, or let one of them be there always",
        )
    elif stage.due and rules and "earliest_due" not in rules.values():
        pool = next(iter(rules))
        where = pool if pool == place_of(name) else f"resources.{pool}"
        yield Problem(
            ("stages", name, "due"),
            f"nobody looks at it: {quoted(pool)} does not work by due dates",
            shown(stage.due),
            hint=f"write 'dispatch: earliest_due' at {where}, or leave it out",
        )


def product_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with products: their names, and what is said of them."""
    unknown_ones = (*_unknown_in_tables(parts), *_unknown_in_flow(parts))
    yield from unknown_ones
    if not parts.products or unknown_ones or not parts.is_sound:
        return
    passing = passing_products(parts)
    for name, node in parts.stages.items():
        if not passing[name]:
            yield Problem(
                ("stages", name),
                "no product ever comes to it",
                hint="lead a way of a product to it",
                at_key=True,
            )
        elif node is not None:
            yield from _untold(name, node, passing[name])
    yield from _begin_together(parts)
    yield from _never_come(parts, passing)
    yield from _drum(parts, passing)


def _unknown_in_tables(parts: Parts) -> Iterator[Problem]:
    for name, node in parts.stages.items():
        for key, table in node.tables.items() if node is not None else ():
            for product in table:
                if product not in parts.products:
                    path = ("stages", name, key, product)
                    problem = unknown_name(path, "no product", product, parts.products)
                    yield replace(problem, at_key=True)


def _unknown_in_flow(parts: Parts) -> Iterator[Problem]:
    for way, place in zip(parts.flow, parts.places, strict=True):
        for product in (way.product, way.becomes):
            if product is not None and product not in parts.products:
                yield unknown_name(place, "no product", product, parts.products)


def _untold(name: str, node: AnyNode, products: tuple[str, ...]) -> Iterator[Problem]:
    """Yield where something is said of some products that pass, not of all."""
    for key, table in node.tables.items():
        for product in products:
            if product not in table:
                yield Problem(
                    ("stages", name, key),
                    f"says nothing of '{product}', which passes here",
                    hint=f"add '{product}: ...', or lead its ways past '{name}'",
                    at_key=True,
                )
    if isinstance(node, Stage) and len(products) > 1 and is_special(dict(node)):
        yield Problem(
            ("stages", name),
            "several products pass it: it cannot take or give several, or have rounds",
            hint="give each product a stage of its own",
            at_key=True,
        )
    say = {Source: "arrivals", Market: "demand"}.get(type(node))
    if say and len(products) > 1 and not isinstance(getattr(node, say), Mapping):
        each = ", ".join(f"{product}: ..." for product in products[:3])
        yield Problem(
            ("stages", name, say),
            "several products pass here: say it of each",
            hint=f"write '{say}: {{{each}}}'",
            at_key=True,
        )


def _begin_together(parts: Parts) -> Iterator[Problem]:
    """Yield the stages that cannot know which product to begin next."""
    heads: dict[str, list[str]] = {}
    for name, product in beginnings(parts):
        if isinstance(parts.stages[name], Stage):
            heads.setdefault(name, []).append(product)
    for name, products in heads.items():
        if len(products) > 1:
            yield Problem(
                ("stages", name),
                f"begins {' and '.join(products)} without being told how many of each",
                hint="lead a source to it, with the arrivals of each product",
                at_key=True,
            )


def _never_come(parts: Parts, passing: Passing) -> Iterator[Problem]:
    coming = {product for products in passing.values() for product in products}
    for name in parts.products:
        if name not in coming:
            yield Problem(
                ("products", name),
                "no item of it ever comes",
                hint=f"give '{name}' arrivals at a source, or ways of its own",
                at_key=True,
            )


def _drum(parts: Parts, passing: Passing) -> Iterator[Problem]:
    if parts.drum is not None and len(passing.get(parts.drum, ())) > 1:
        yield Problem(
            ("release", "drum_buffer_rope", "drum"),
            "several products pass the drum, and a rope holds back only one",
            parts.drum,
            "take {conwip: ...}, or a drum that one product passes",
        )


def problems_in(parts: Parts) -> tuple[Problem, ...]:
    """Return everything that is wrong between the parts of a scenario."""
    return tuple(_each_problem(parts))


def _each_problem(parts: Parts) -> Iterator[Problem]:
    """Yield the same; what is not there needs no check."""
    yield from name_problems(parts)
    if parts.is_by_product or any(way.product or way.becomes for way in parts.flow):
        yield from product_problems(parts)
    if parts.products or parts.resources:
        yield from pool_problems(parts)
    yield from structure_problems(parts)
    yield from _benchmarks(parts)
    if parts.tools:
        yield from tool_problems(parts)
    if parts.variants:
        yield from variant_problems(parts)
    if parts.tools and parts.expect is not None:
        yield from best_problems(parts)


def _benchmarks(parts: Parts) -> Iterator[Problem]:
    """Yield the benchmarks of parameters that there are not, or cannot be reached."""
    for path, parameter, value in _each_benchmark(parts):
        _, problems = changed(parts, {parameter: value})
        for problem in problems:
            found = None if problem.at_key else shown(value)
            yield replace(problem, path=path, found=found)


def _each_benchmark(parts: Parts) -> Iterator[tuple[Path, str, Any]]:
    """Yield where each benchmark stands, which parameter it is of, and its value."""
    for name, node in parts.stages.items():
        for key, value in node.benchmark.items() if node is not None else ():
            yield ("stages", name, "benchmark", key), f"{name}.{key}", value
    if parts.economics is not None:
        for key, value in parts.economics.benchmark.items():
            yield ("economics", "benchmark", key), f"economics.{key}", value
