"""Everything that is wrong with a document, even where some fields are broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from toc_sim.errors import Path, Problem
from toc_sim.scenario.broken_flow import Ways, ways_in
from toc_sim.scenario.calendars import Calendar
from toc_sim.scenario.checks.everything import problems_in
from toc_sim.scenario.checks.names import unknown_pools
from toc_sim.scenario.document import Document
from toc_sim.scenario.entry import CONTRADICTIONS, PROBLEMS, Entry
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.nodes import AnyNode, Resource, node_type
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.paths import Sections, target_of
from toc_sim.scenario.sections import (
    Effect,
    Expectation,
    Product,
    Tool,
    Variant,
)
from toc_sim.scenario.values import is_name
from toc_sim.scenario.words import Finding, findings, inconsistencies, problems_of

Checked = TypeVar("Checked")
AnyEntry = TypeVar("AnyEntry", bound=Entry)

NODE_DEPTH, EFFECT_DEPTH = 2, 4
"""How deep in a document a node and an effect of a tool stand."""


def problems_of_document(
    document: Document, error: ValidationError
) -> tuple[Problem, ...]:
    """Return all that is wrong with a document, without its places.

    Parameters
    ----------
    document
        That could be read, but is no scenario.
    error
        Why not, as far as pydantic got.
    """
    raw = document.root.value
    if not isinstance(raw, dict):
        hint = "write keys and values, like 'format: 1'"
        return (Problem(("scenario",), "must be a table of keys", hint=hint),)
    details = [each for each in error.errors(include_url=False) if _is_ours(each)]
    ways = ways_in(raw["flow"]) if "flow" in raw else Ways()
    found = (
        *findings(details, Scenario, raw),
        *_unseen_contradictions(raw, details),
        *ways.findings,
    )
    parts = _parts(raw, ways)
    between = (
        (*problems_in(parts), *_names_in_broken_entries(raw, parts))
        if parts.stages
        else ()
    )
    return (*problems_of(_shown(found, document)), *ways.problems, *between)


def _is_ours(details: ErrorDetails) -> bool:
    """Return whether a finding of pydantic is of a field that is looked at here."""
    of_flow = details["loc"][:1] == ("flow",) and details["type"] != "missing"
    return details["type"] != PROBLEMS and not of_flow


def _shown(found: Iterable[Finding], document: Document) -> Iterator[Finding]:
    """Yield the findings with how each value is written."""
    for each in found:
        problem = each.problem
        if problem.at_key:
            yield each
        else:
            shown = document.shown(problem.path)
            yield replace(each, problem=replace(problem, found=shown))


def _unseen_contradictions(
    raw: Mapping[str, Any], details: Iterable[ErrorDetails]
) -> Iterator[Finding]:
    """Yield what entries with broken fields say against themselves.

    Pydantic does not look at an entry as a whole while one of its fields is broken.
    """
    broken = {tuple(each["loc"][:depth]) for each in details for depth in _depths(each)}
    for name, node in _table(raw, "stages").items():
        path: Path = ("stages", name)
        if path in broken and isinstance(node, dict):
            yield from inconsistencies(path, node_type(node).contradictions(node))
    for name, tool in _table(raw, "tools").items():
        for key, effect in _table(tool, "effects").items():
            path = ("tools", name, "effects", key)
            if path in broken and isinstance(effect, dict):
                yield from inconsistencies(path, Effect.contradictions(effect))


def _names_in_broken_entries(raw: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    """Yield names that nobody has in nodes and tools that are broken elsewhere."""
    for name, node in _table(raw, "stages").items():
        if isinstance(node, dict) and parts.stages.get(name) is None:
            path: Path = ("stages", name, "resource")
            yield from unknown_pools(path, node.get("resource"), parts.resources)
    for name, tool in _table(raw, "tools").items():
        if _valid(Tool.model_validate, tool) is not None:
            continue
        for key in _table(tool, "effects"):
            problem = target_of(key, parts)
            if isinstance(problem, Problem):
                yield replace(problem, path=("tools", name, "effects", key))


def _depths(details: ErrorDetails) -> tuple[int, ...]:
    """Return how deep the entries stand that a finding keeps from being looked at."""
    at_whole = {NODE_DEPTH + 1, EFFECT_DEPTH}  # a node's tag stands behind its name
    if details["type"] == CONTRADICTIONS and len(details["loc"]) in at_whole:
        return ()
    return NODE_DEPTH, EFFECT_DEPTH


def _parts(raw: Mapping[str, Any], ways: Ways) -> Parts:
    """Return the parts that are right, with None for those that are broken."""
    node: TypeAdapter[Any] = TypeAdapter(AnyNode)
    sections = {
        key: _valid(Sections.model_validate, {key: raw[key]})
        for key in Sections.model_fields
        if key in raw
    }
    release = sections["release"] if "release" in sections else Sections()
    economics, run = sections.get("economics"), sections.get("run")
    stages = _each(node.validate_python, raw, "stages")
    return Parts(
        stages={name: stage for name, stage in stages.items() if is_name(name)},
        flow=ways.flow,
        places=ways.places,
        resources=_each(Resource.model_validate, raw, "resources"),
        calendars=_each(Calendar.model_validate, raw, "calendars"),
        products=_each(Product.model_validate, raw, "products"),
        release=None if release is None else release.release,
        economics=None if economics is None else economics.economics,
        tools=_each(partial(_without_broken_fields, Tool), raw, "tools"),
        variants=_each(partial(_without_broken_fields, Variant), raw, "variants"),
        run=None if run is None else run.run,
        expect=_valid(partial(_without_broken_fields, Expectation), raw.get("expect")),
        is_complete=ways.are_complete,
    )


def _each(
    check: Callable[[Any], Checked], raw: Mapping[str, Any], key: str
) -> dict[str, Checked | None]:
    return {name: _valid(check, entry) for name, entry in _table(raw, key).items()}


def _valid(check: Callable[[Any], Checked], raw: Any) -> Checked | None:
    try:
        return check(raw)
    except ValidationError:
        return None


def _without_broken_fields(kind: type[AnyEntry], raw: Any) -> AnyEntry:
    """Return an entry as if its broken fields were not there."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        broken = {each["loc"][0] for each in error.errors() if each["loc"]}
        if not broken or not isinstance(raw, dict):
            raise
        kept = {key: value for key, value in raw.items() if key not in broken}
        return kind.model_validate(kept)


def _table(raw: Any, key: str) -> Mapping[str, Any]:
    found = raw.get(key) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}
