"""Checks that every product is known, comes from somewhere, and is told of in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from toc_sim.errors import Problem
from toc_sim.scenario.checks.names import unknown
from toc_sim.scenario.nodes import AnyNode, Market, Source, Stage
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.sections import DrumBufferRope
from toc_sim.scenario.unfolding import (
    TABLES,
    Passing,
    beginnings,
    passing_products,
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
        for key in TABLES:
            table = getattr(node, key, None)
            for product in table if isinstance(table, Mapping) else ():
                if product not in parts.products:
                    path = ("stages", name, key, product)
                    problem = unknown(path, "no product", product, parts.products)
                    yield replace(problem, at_key=True)


def _unknown_in_flow(parts: Parts) -> Iterator[Problem]:
    for way, place in zip(parts.flow, parts.places, strict=True):
        for product in (way.product, way.becomes):
            if product is not None and product not in parts.products:
                yield unknown(place, "no product", product, parts.products)


def _untold(name: str, node: AnyNode, products: tuple[str, ...]) -> Iterator[Problem]:
    """Yield where something is said of some products that pass, not of all."""
    for key in TABLES:
        table = getattr(node, key, None)
        if not isinstance(table, Mapping):
            continue
        for product in products:
            if product not in table:
                yield Problem(
                    ("stages", name, key),
                    f"says nothing of '{product}', which passes here",
                    hint=f"add '{product}: ...', or lead its ways past '{name}'",
                    at_key=True,
                )
    if isinstance(node, Stage) and len(products) > 1 and is_special(node):
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


def is_special(stage: Stage) -> bool:
    """Return whether a stage is more than one service for one item."""
    plain = stage.takes == 1 and stage.gives == 1 and not stage.stock
    return not plain or stage.rounds is not None or stage.routing == "all"


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
    if isinstance(parts.release, DrumBufferRope):
        drum = parts.release.drum_buffer_rope.drum
        if len(passing.get(drum, ())) > 1:
            yield Problem(
                ("release", "drum_buffer_rope", "drum"),
                "several products pass the drum, and a rope holds back only one",
                drum,
                "take {conwip: ...}, or a drum that one product passes",
            )
