"""Changes to the parameters of a scenario, made together and checked like a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from toc_sim.errors import Problem, written
from toc_sim.scenario.entry import Entry
from toc_sim.scenario.flow import Way
from toc_sim.scenario.nodes import Market, Resource, Source, Stage
from toc_sim.scenario.parts import Parts
from toc_sim.scenario.paths import Sections, Target, entry_at, target_of
from toc_sim.scenario.sections import Product
from toc_sim.scenario.words import findings, problems_of

WHOLE = frozenset(
    {"servers", "buffer", "priority", "conwip", "replications", "seed"}
    | {"takes", "gives", "stock", "items"}
)
"""Fields in which 3.0, the fruit of arithmetic, means 3."""

PACES = {
    "capacity": ("rate", "time"),
    "rate": ("capacity", "time"),
    "time": ("capacity", "rate"),
}
"""Three ways to say one thing: a new one takes the place of the others."""


class _Inner(dict[str, Any]):
    """New values inside an entry, as against a new value that is a table."""


def changed(
    parts: Parts, changes: Mapping[str, Any]
) -> tuple[Parts, tuple[Problem, ...]]:
    """Return the parts with new values at some paths, and what is wrong with those.

    Each entry is checked with all its changes; where one is wrong the entry stays as
    it was. The path of a problem is the path of the change at fault.
    """
    problems: list[Problem] = []
    homes: dict[tuple[str, str], dict[str, Target]] = {}
    for path in changes:
        target = target_of(path, parts)
        if isinstance(target, Problem):
            problems.append(target)
        else:
            homes.setdefault(target.home, {})[path] = target
    for home, targets in homes.items():
        entry = entry_at(next(iter(targets.values())), parts)
        if entry is None:
            continue
        data = _merged(entry, _nested(targets, changes))
        try:
            new = type(entry).model_validate(data)
        except ValidationError as error:
            found = problems_of(
                findings(error.errors(include_url=False), type(entry), data)
            )
            problems += (_blamed(problem, targets) for problem in found)
        else:
            parts = _with(parts, home, new)
    return parts, tuple(problems)


def _nested(targets: Mapping[str, Target], changes: Mapping[str, Any]) -> _Inner:
    """Return the new values by the fields that they go to."""
    nested = _Inner()
    for path, target in targets.items():
        place = nested
        for field in target.fields[:-1]:
            if not isinstance(place.get(field), _Inner):
                place[field] = _Inner()
            place = place[field]
        last = target.fields[-1]
        whole = not WHOLE.isdisjoint(target.fields)
        place[last] = _whole(changes[path]) if whole else changes[path]
    return nested


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _merged(value: Any, new: _Inner) -> dict[str, Any]:
    """Return the fields of an entry, or of a table, with new values in them."""
    old = dict(value) if isinstance(value, Entry | Mapping) else {}
    if isinstance(value, Entry) and not set(new) <= set(old):
        old = {}  # another form of the same thing: {conwip: 3} for a rope
    elif isinstance(value, Stage) and value.resource is None:
        old |= {
            other: None
            for key, others in PACES.items()
            for other in others
            if new.get(key) is not None and other not in new
        }
    return old | {
        key: _merged(old.get(key), each) if isinstance(each, _Inner) else each
        for key, each in new.items()
    }


def _blamed(problem: Problem, targets: Mapping[str, Target]) -> Problem:
    """Return the problem of an entry as that of the change which caused it."""
    for path, target in targets.items():
        if problem.path[: len(target.fields)] == target.fields:
            rest = problem.path[len(target.fields) :]
            return replace(problem, path=(path, *rest), at_key=False)
    what = f"{written(problem.path)}: {problem.what}" if problem.path else problem.what
    return replace(problem, path=(list(targets)[-1],), what=what, at_key=False)


def _with(parts: Parts, home: tuple[str, str], new: Entry) -> Parts:
    """Return the parts with one entry changed."""
    table, name = home
    if isinstance(new, Sections):
        return replace(parts, economics=new.economics, release=new.release, run=new.run)
    if isinstance(new, Way):
        flow = tuple(new if way.name == name else way for way in parts.flow)
        return replace(parts, flow=flow)
    if isinstance(new, Resource):
        return replace(parts, resources={**parts.resources, name: new})
    if isinstance(new, Product):
        return replace(parts, products={**parts.products, name: new})
    if isinstance(new, Source | Stage | Market):
        return replace(parts, stages={**parts.stages, name: new})
    raise TypeError(table)
