"""Reads scenario files, and tells everything that is wrong with one at once.

Where some fields are broken, the rest of the document is checked all the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from select import select
from stat import S_ISDIR, S_ISREG
from typing import Any, TextIO, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from toc_sim.errors import Path, Problem, ScenarioError, closest, nearest, unknown_name
from toc_sim.scenario.checks.all import problems_in
from toc_sim.scenario.checks.references import unknown_pools
from toc_sim.scenario.fields.flow import FlowLine, Way, read_flow
from toc_sim.scenario.fields.hints import key_meant
from toc_sim.scenario.fields.messages import (
    Finding,
    findings,
    inconsistencies,
    problems_of,
)
from toc_sim.scenario.fields.nodes import node_type
from toc_sim.scenario.fields.numbers import CONTRADICTIONS, PROBLEMS, is_name
from toc_sim.scenario.fields.sections import Effect, Run, Tool
from toc_sim.scenario.fields.uncertain import SCENARIO_FOLDER
from toc_sim.scenario.file.mapping import mapping_document
from toc_sim.scenario.file.written import WrittenDocument
from toc_sim.scenario.file.yaml import read_document
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import overridden
from toc_sim.scenario.parameters.paths import target_of
from toc_sim.scenario.parts import PARTS, Parts

LARGEST_FILE = 4_000_000
"""No scenario is larger [bytes]."""

_NOTHING: Mapping[str, str] = {}


Readable = str | os.PathLike[str] | Mapping[str, Any] | TextIO
"""A file by its path, what it would say as a dictionary, or an open stream of text."""


def load(source: Readable, overrides: Mapping[str, str] = _NOTHING) -> Scenario:
    """Read a scenario from its file, a dictionary or a stream of text.

    As `toc_sim.load` does, which reads workbooks too.

    Parameters
    ----------
    source
        The path of a file, or what it would say.
    overrides
        New values by parameter, as they would be written in the file.

    Raises
    ------
    ScenarioError
        With everything that is wrong.
    """
    if isinstance(source, Mapping):
        return overridden(valid_scenario(mapping_document(source)), overrides)
    if not isinstance(source, str | os.PathLike):
        name = str(getattr(source, "name", "<text>"))
        return read(source.read(LARGEST_FILE + 1), name, overrides)
    path = source
    name = os.fspath(path)
    try:
        content = _content(FilePath(path))
    except (OSError, ValueError) as error:
        raise ScenarioError([_unopened(FilePath(path), error)]) from error
    return read(content, name, overrides)


SILENCE = 10.0
"""How long a pipe or a device may say nothing before it is given up [s]."""

PIPE_CHUNK = 65_536
"""Bytes read at a time from what is no file."""


def _content(path: FilePath) -> bytes:
    """Return the bytes of a file, or of a pipe that somebody writes to.

    Raises
    ------
    OSError
        If it cannot be read, or nothing comes for a while.
    """
    if not _is_special(path):
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    content = b""
    # Opened without waiting for who writes: there may be nobody.
    with os.fdopen(os.open(path, os.O_RDONLY | _AT_ONCE), "rb", 0) as pipe:
        while len(content) <= LARGEST_FILE:
            ready, _, _ = select([pipe], [], [], SILENCE)
            if not ready:
                raise OSError(0, f"nothing came through it in {SILENCE:g} s")
            more = os.read(pipe.fileno(), PIPE_CHUNK)
            if not more:
                break
            content += more
    return content[: LARGEST_FILE + 1]


def _is_special(path: FilePath) -> bool:
    """Return whether something is there that is no file: a pipe, a device, a socket."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (S_ISREG(mode) or S_ISDIR(mode))


_AT_ONCE = getattr(os, "O_NONBLOCK", 0)


def read(
    content: str | bytes, name: str, overrides: Mapping[str, str] = _NOTHING
) -> Scenario:
    """Read a scenario from the content of a file.

    Parameters
    ----------
    content
        YAML 1.2 or JSON; bytes are UTF-8, or UTF-16 with its mark at the beginning.
    name
        Of the file, for messages.
    overrides
        As of `load`.

    Returns
    -------
    The scenario, with every default filled in and nothing wrong in it.

    Raises
    ------
    ScenarioError
        With everything that is wrong, in the order of the file.
    """
    if len(content) > LARGEST_FILE:
        what = f"is larger than {LARGEST_FILE / 1e6:g} MB, which no scenario is"
        raise ScenarioError([Problem((), what, place=name)])
    text = content if isinstance(content, str) else _text(content, name)
    document = read_document(text, name)
    if document is None:
        hint = "'toc-sim new NAME' writes a scenario to begin with"
        raise ScenarioError([Problem((), "is empty", hint=hint, place=name)])
    return overridden(valid_scenario(document), overrides)


def valid_scenario(document: WrittenDocument) -> Scenario:
    """Return the scenario that a document describes.

    Parameters
    ----------
    document
        What its file says, of whichever kind that is.

    Raises
    ------
    ScenarioError
        With everything that is wrong, in the order of the file.
    """
    problems = dict(document.problems)
    try:
        beside = {SCENARIO_FOLDER: FilePath(document.name).parent}
        scenario = Scenario.model_validate(document.root.value, context=beside)
        if not problems:
            return scenario
    except ValidationError as error:
        for problem in _problems_in_document(document, error):
            spot = document.spot(problem.path, at_key=problem.at_key)
            if not document.is_doubtful(spot):
                problems[replace(problem, place=document.place(spot))] = spot
    raise ScenarioError(sorted(problems, key=problems.__getitem__))


def _text(content: bytes, name: str) -> str:
    """Return the text of a file, as editors on all systems save it."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        found = f"byte 0x{content[error.start]:02x}"
        hint = "is it a scenario? If so, save it as UTF-8"
        place = f"{name}:{line}:{column}"
        problem = Problem((), "is not text in UTF-8", found, hint, place=place)
        raise ScenarioError([problem]) from error


def _unopened(path: FilePath, error: OSError | ValueError) -> Problem:
    """Return why a file cannot be opened."""
    reason = error.strerror if isinstance(error, OSError) else error
    what, hint = f"cannot be opened: {str(reason).lower()}", None
    if isinstance(error, FileNotFoundError):
        what, hint = "there is no such file", _neighbour(path)
    elif isinstance(error, IsADirectoryError):
        what, hint = "is a directory, not a file", "name a file in it"
    elif _is_special(path):
        hint = "name a file; - is standard input"
    return Problem((), what, hint=hint, place=str(path))


def _neighbour(path: FilePath) -> str | None:
    """Return a hint to the file that may be meant."""
    try:
        names = [each.stem for each in path.parent.glob("*.yaml")]
    except OSError:
        return None
    near = closest(path.stem, names)
    return f"did you mean '{path.with_name(near)}.yaml'?" if near else None


LABEL_KEYS = ("share", "delay", "becomes", "customers")
"""What can be said of a way."""


def _ways_in(raw: Mapping[str, Any]) -> tuple[Parts, list[Finding], list[Problem]]:
    """Return the ways of a document that are right, and what is wrong with others.

    The ways are parts without nodes. Of the others it is told first what is wrong with
    shares and delays, then what is wrong with lines.
    """
    found: list[Finding] = []
    problems: list[Problem] = []
    ways: list[tuple[Way, Path]] = []
    lines = raw.get("flow")
    if "flow" in raw and not isinstance(lines, list):
        hint = "begin each line with '- ', like '- machine_1 -> machine_2'"
        what = "must be a list of lines 'a -> b'"
        problems.append(Problem(("flow",), what, hint=hint))
    for line in read_flow(lines if isinstance(lines, list) else ()):
        if line.problem is not None:
            problems.append(line.problem)
            continue
        try:
            ways.append((Way.model_validate(line.fields), line.place))
        except ValidationError as error:
            found += _findings(line, error)
    parts = Parts(
        stages={},
        flow=tuple(way for way, _ in ways),
        places=tuple(place for _, place in ways),
        is_complete="flow" in raw and not problems and not found,
    )
    return parts, found, problems


def _findings(line: FlowLine, error: ValidationError) -> Iterator[Finding]:
    for each in findings(error.errors(include_url=False), Way, line.fields):
        problem = each.problem
        field, *rest = problem.path
        inner: Path = problem.path
        if field in ("source", "target"):
            inner = ()
        elif line.shorthand:
            inner = tuple(rest)
        hint = problem.hint
        if problem.at_key and not rest and field not in Way.model_fields:
            same = key_meant(str(field), LABEL_KEYS)
            hint = f"that is called '{same}' here" if same else None
            hint = hint or nearest(str(field), LABEL_KEYS)
            hint = hint or "the keys here are share, delay"
        problem = replace(problem, path=(*line.place, *inner), hint=hint)
        yield replace(each, problem=problem, entry=line.place)


NODE_DEPTH, EFFECT_DEPTH = 2, 4
"""How deep in a document a node and an effect of a tool stand."""


def _problems_in_document(
    document: WrittenDocument, error: ValidationError
) -> tuple[Problem, ...]:
    """Return all that is wrong, without places, where pydantic found an error."""
    raw = document.root.value
    if not isinstance(raw, dict):
        hint = "write keys and values, like 'format: 1'"
        return (Problem(("scenario",), "must be a table of keys", hint=hint),)
    details = [each for each in error.errors(include_url=False) if _is_ours(each)]
    ways, labels, lines = _ways_in(raw)
    seen = findings(details, Scenario, raw)
    found = (*seen, *_unseen_contradictions(raw, details), *labels)
    problems = (*problems_of(_shown(found, document)), *lines)
    others = [key for key in PARTS if key in raw and key != "flow"]
    ways = replace(ways, run=Run())  # what is not said has its default
    parts = replace(ways, **{key: _section(key, raw) for key in others})
    if not parts.stages:
        return problems
    return (*problems, *problems_in(parts), *_names_in_broken_entries(raw, parts))


def _is_ours(details: ErrorDetails) -> bool:
    """Return whether a finding of pydantic is of a field that is looked at here."""
    head, *rest = details["loc"] or ("",)
    of_flow = head == "flow" and (bool(rest) or details["type"] != "missing")
    return details["type"] != PROBLEMS and not of_flow


def _shown(found: Iterable[Finding], document: WrittenDocument) -> Iterator[Finding]:
    """Yield the findings with how each value is written."""
    for each in found:
        problem = each.problem
        shown = None if problem.at_key else document.shown(problem.path)
        yield replace(each, problem=replace(problem, found=shown))


def _unseen_contradictions(
    raw: Mapping[str, Any], details: Iterable[ErrorDetails]
) -> Iterator[Finding]:
    """Yield what entries with broken fields say against themselves.

    Pydantic does not look at an entry as a whole while one of its fields is broken.
    """
    broken = {
        tuple(each["loc"][:depth])
        for each in details
        if each["type"] != CONTRADICTIONS or len(each["loc"]) > EFFECT_DEPTH
        for depth in (NODE_DEPTH, EFFECT_DEPTH)
    }
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
    """Yield unknown names in nodes and tools that are broken elsewhere."""
    for name, node in _table(raw, "stages").items():
        if isinstance(node, dict) and parts.stages.get(name) is None:
            path: Path = ("stages", name, "resource")
            yield from unknown_pools(path, node.get("resource"), parts.resources)
            calendar = node.get("calendar")
            if isinstance(calendar, str) and calendar not in parts.calendars:
                path = ("stages", name, "calendar")
                yield unknown_name(path, "no calendar", calendar, parts.calendars)
    for name, tool in _table(raw, "tools").items():
        is_right = _valid(TypeAdapter(Tool), tool) is not None
        for key in () if is_right else _table(tool, "effects"):
            problem = target_of(key, parts)
            if isinstance(problem, Problem):
                yield replace(problem, path=("tools", name, "effects", key))


FORGIVEN = ("tools", "variants", "expect")
"""Sections whose entries are looked at without their broken fields."""


def _section(key: str, raw: Mapping[str, Any]) -> Any:
    """Return what is right in a section, and None in place of what is not."""
    field = Scenario.model_fields[key]
    if get_origin(field.annotation) is not dict:
        section = TypeAdapter(field.rebuild_annotation())
        return _valid(section, raw[key], forgive=key in FORGIVEN)
    entry = TypeAdapter(get_args(field.annotation)[1])
    return {
        name: _valid(entry, value, forgive=key in FORGIVEN)
        for name, value in _table(raw, key).items()
        if key != "stages" or is_name(name)
    }


def _valid(adapter: TypeAdapter[Any], raw: Any, *, forgive: bool = False) -> Any:
    """Return an entry; None where it is broken, and is so without broken fields too."""
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        broken = {each["loc"][0] for each in error.errors() if each["loc"]}
    if not (forgive and broken and isinstance(raw, dict)):
        return None
    return _valid(adapter, {key: raw[key] for key in raw if key not in broken})


def _table(raw: Any, key: str) -> Mapping[str, Any]:
    found = raw.get(key) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}
