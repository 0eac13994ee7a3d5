"""All that a scenario must obey beyond its fields; names and products here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from toc_sim.errors import Path, Problem, of_entry, shown, unknown_name
from toc_sim.scenario.checks.open_state import state_problems
from toc_sim.scenario.checks.references import pool_problems, reference_problems
from toc_sim.scenario.checks.structure import structure_problems
from toc_sim.scenario.checks.tools_and_variants import (
    best_problems,
    tool_problems,
    variant_problems,
)
from toc_sim.scenario.checks.uncertainties import uncertain_problems
from toc_sim.scenario.fields.behaviour import ShapedDelay
from toc_sim.scenario.fields.flow import ARROW, Way
from toc_sim.scenario.fields.nodes import AnyNode, Market, Source, Stage, is_special
from toc_sim.scenario.parameters.paths import changed
from toc_sim.scenario.parts import PARTS, Parts, beginnings, ways_of

RESERVED = set(PARTS) - {"stages", "expect", "state", "measure"}
"""Words with which the paths of parameters begin: no node may be called so."""


def problems_in(parts: Parts) -> Iterator[Problem]:
    """Yield everything that is wrong between the parts of a scenario.

    What is not there needs no check.
    """
    yield from _taken(parts)
    yield from reference_problems(parts)
    yield from _expected(parts)
    if parts.is_by_product or any(way.product or way.becomes for way in parts.flow):
        yield from _product_problems(parts)
    yield from pool_problems(parts)
    yield from structure_problems(parts)
    for way, place in zip(parts.flow, parts.places, strict=True):
        if way.customers:
            yield from _regulars(way, (*place, "customers"), parts)
    yield from state_problems(parts)
    yield from _benchmarks(parts)
    if parts.tools:
        yield from tool_problems(parts)
    yield from variant_problems(parts)
    if parts.tools:
        yield from best_problems(parts)
    if parts.uncertain or parts.measure:
        yield from uncertain_problems(parts)


def _taken(parts: Parts) -> Iterator[Problem]:
    for name in parts.stages:
        if name in RESERVED:
            what = "is a word of this file format and cannot name a node"
            hint = f"call it '{name}_1', and give it any 'title'"
            yield of_entry(("stages", name), what, hint)
    for name in parts.resources:
        if name in parts.stages:
            hint = "give each a name of its own"
            yield of_entry(("resources", name), "is also the name of a node", hint)


def _expected(parts: Parts) -> Iterator[Problem]:
    """Yield the names among what the author expects that are unknown."""
    expect = parts.expect
    if expect is None:
        return
    limits: list[str] = [*parts.stages, *parts.resources]
    if parts.release is not None and not isinstance(parts.release, str):
        limits += type(parts.release).model_fields
    best = enumerate(expect.best or ())
    expected: list[tuple[Path, str, str, Collection[str]]] = [
        *((("constraint",), "nobody", each, limits) for each in expect.names),
        *((("wait", each), "no node", each, parts.stages) for each in expect.wait),
        *((("within", each), "no node", each, parts.stages) for each in expect.within),
        *((("mix", each), "no product", each, parts.products) for each in expect.mix),
        *((("tools", each), "no tool", each, parts.tools) for each in expect.tools),
        *((("best", index), "no tool", each, parts.tools) for index, each in best),
    ]
    for path, none, name, known in expected:
        if name not in known:
            problem = unknown_name(("expect", *path), none, name, known)
            yield replace(problem, at_key=path[0] not in ("constraint", "best"))
    for name in expect.within:
        node = parts.stages.get(name)
        if node is not None and node.target is None:
            what = "the file does not say how long items should wait there"
            place = ("expect", "within", name)
            yield Problem(place, what, hint=f"give '{name}' a 'target'")


def _product_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with products: their names, and what is said of them."""
    unknown_ones = (*_unknown_in_tables(parts), *_unknown_in_flow(parts))
    yield from unknown_ones
    if not parts.products or unknown_ones or not parts.is_sound:
        return
    yield from _several_drummed(parts)
    if not parts.is_broken:
        yield from _product_ways(parts)


def _several_drummed(parts: Parts) -> Iterator[Problem]:
    """Yield that a rope cannot hold back several products."""
    if parts.drum is not None and len(parts.passing.get(parts.drum, ())) > 1:
        what = "several products pass the drum, and a rope holds back only one"
        hint = "take {conwip: ...}, or a drum that one product passes"
        yield Problem(("release", "drum_buffer_rope", "drum"), what, parts.drum, hint)


def _product_ways(parts: Parts) -> Iterator[Problem]:
    """Yield nodes that no product passes, and products that come to none."""
    for name, node in parts.stages.items():
        if not parts.passing[name]:
            hint = "lead a way of a product to it"
            yield of_entry(("stages", name), "no product ever comes to it", hint)
        elif node is not None:
            yield from _untold(name, node, parts.passing[name])
    yield from _begin_together(parts)
    coming = {product for products in parts.passing.values() for product in products}
    for name in parts.products:
        if name not in coming:
            hint = f"give '{name}' arrivals at a source, or ways of its own"
            yield of_entry(("products", name), "no item of it ever comes", hint)


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
                what = f"says nothing of '{product}', which passes here"
                hint = f"add '{product}: ...', or lead its ways past '{name}'"
                yield of_entry(("stages", name, key), what, hint)
    if len(products) == 1:
        return
    if isinstance(node, Stage) and is_special(dict(node)):
        what = "several products pass it: it cannot take or give several, or have "
        hint = "give each product a stage of its own"
        yield of_entry(("stages", name), f"{what}rounds", hint)
    say = {Source: "arrivals", Market: "demand"}.get(type(node))
    said = getattr(node, say) if say else None
    if say and said is not None and not isinstance(said, Mapping):
        each = ", ".join(f"{product}: ..." for product in products[:3])
        what = "several products pass here: say it of each"
        yield of_entry(("stages", name, say), what, f"write '{say}: {{{each}}}'")


def _begin_together(parts: Parts) -> Iterator[Problem]:
    """Yield the stages that cannot know which product to begin next."""
    heads: dict[str, list[str]] = defaultdict(list)
    for name, product in beginnings(parts):
        if isinstance(parts.stages[name], Stage):
            heads[name].append(product)
    for name, products in heads.items():
        if len(products) > 1:
            begun = " and ".join(products)
            what = f"begins {begun} without being told how many of each"
            hint = "lead a source to it, with the arrivals of each product"
            yield of_entry(("stages", name), what, hint)


def _regulars(way: Way, place: Path, parts: Parts) -> Iterator[Problem]:
    """Yield why customers at the start cannot come back on a way (R54)."""
    found, market = str(way.customers), parts.stages.get(way.source)
    if market is not None and not isinstance(market, Market):
        what = f"'{way.source}' is no market: nobody has bought there"
        hint = "say 'customers' on the way that leads back from the market"
        yield Problem(place, what, found, hint)
        return
    if not way.delay:
        what = "who comes back at once was never away"
        hint = "say after which 'delay' customers come back on this way"
        yield Problem(place, what, found, hint)
    if isinstance(way.delay, ShapedDelay):
        what = "come back evenly within one delay: it must be the same for all"
        hint = f"give 'delay' as a number: {way.delay.mean:g}"
        yield Problem(place, what, found, hint)
    if market is not None and market.routing == "free":
        what = f"'{way.source}' chooses a way only as a customer comes"
        hint = f"give the ways out of '{way.source}' shares"
        yield Problem(place, what, found, hint)
    passing = parts.passing[way.source] if parts.is_sound else ()
    theirs = [each for each in passing if way in ways_of(parts, way.source, each)]
    if len(theirs) > 1:
        arrow = f"{way.source} {ARROW} {way.target}"
        what = "must say whose customers they are: several products take this way"
        hint = f"write '{theirs[0]}: {{{arrow}: ...}}', and the same of the others"
        yield Problem(place, what, found, hint)
    if parts.run is not None and parts.run.warmup != 0:
        what = "are there at the start of a run without warm-up only"
        hint = "say 'warmup: 0' in 'run'"
        yield Problem(place, what, found, hint)


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
