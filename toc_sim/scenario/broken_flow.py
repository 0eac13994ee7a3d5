"""Everything that is wrong with the lines of a flow, and the ways that are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from toc_sim.errors import Path, Problem, nearest
from toc_sim.scenario.flow import Line, Way, read_flow
from toc_sim.scenario.words import Finding, findings

LABEL_KEYS = ("share", "delay", "becomes")
"""What can be said of a way."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of a document.

    Attributes
    ----------
    flow, places
        Those that are right, and where each is written.
    findings
        What is wrong with their shares and delays.
    problems
        What is wrong with the lines.
    are_complete
        Whether the ends of all ways could be read.
    """

    flow: tuple[Way, ...] = ()
    places: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    are_complete: bool = False


def ways_in(raw: Any) -> Ways:
    """Return the ways of a `flow` section, and what is wrong with its lines."""
    if not isinstance(raw, list):
        hint = "begin each line with '- ', like '- machine_1 -> machine_2'"
        problem = Problem(("flow",), "must be a list of lines 'a -> b'", hint=hint)
        return Ways(problems=(problem,))
    ways: list[tuple[Way, Path]] = []
    found: list[Finding] = []
    lines = tuple(read_flow(raw))
    for line in lines:
        if line.problem is not None:
            continue
        try:
            ways.append((Way.model_validate(line.fields), line.place))
        except ValidationError as error:
            found += _findings(line, error)
    problems = tuple(line.problem for line in lines if line.problem is not None)
    return Ways(
        flow=tuple(way for way, _ in ways),
        places=tuple(place for _, place in ways),
        findings=tuple(found),
        problems=problems,
        are_complete=not problems and not found,
    )


def _findings(line: Line, error: ValidationError) -> Iterator[Finding]:
    for each in findings(error.errors(include_url=False), Way, line.fields):
        problem = each.problem
        field, *rest = problem.path
        if field in ("source", "target"):
            path: Path = line.place
        elif line.shorthand:
            path = (*line.place, *rest)
        else:
            path = (*line.place, *problem.path)
        hint = problem.hint
        if problem.at_key and not rest:
            hint = nearest(str(field), LABEL_KEYS) or "the keys here are share, delay"
        yield replace(
            each, problem=replace(problem, path=path, hint=hint), entry=line.place
        )
