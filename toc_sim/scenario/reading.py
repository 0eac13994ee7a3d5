"""Reads scenario files, and refuses what cannot work with everything that is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from pydantic import ValidationError

from toc_sim.errors import Problem, ScenarioError, closest
from toc_sim.scenario.broken import problems_of_document
from toc_sim.scenario.document import Document, read_document
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters import overridden

LARGEST_FILE = 4_000_000
"""No scenario is larger [bytes]."""

_NOTHING: Mapping[str, str] = {}


def load(
    path: str | os.PathLike[str], overrides: Mapping[str, str] = _NOTHING
) -> Scenario:
    """Read a scenario from its file.

    Parameters
    ----------
    path
        Of a YAML 1.2 or JSON file in UTF-8.
    overrides
        New values by parameter, as they would be written in the file:
        ``{"machine_2.capacity": "15"}``. They are applied together.

    Raises
    ------
    ScenarioError
        With everything that is wrong, in the order of the file.
    """
    name = os.fspath(path)
    try:
        with FilePath(path).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise ScenarioError([_unopened(FilePath(path), error)]) from error
    return read(content, name, overrides)


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
    return overridden(_scenario(document), overrides)


def _scenario(document: Document) -> Scenario:
    """Return the scenario that a document describes."""
    try:
        scenario = Scenario.model_validate(document.root.value)
    except ValidationError as error:
        problems = problems_of_document(document, error)
    else:
        if not document.problems:
            return scenario
        problems = ()
    raise ScenarioError(_in_order(document, problems))


def _in_order(document: Document, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems with their places, in the order of the file."""
    placed = []
    for problem in problems:
        line, column = document.spot(problem.path, at_key=problem.at_key)
        place = f"{document.name}:{line}:{column}"
        placed.append(replace(problem, place=place))
    every = dict.fromkeys((*document.problems, *placed))
    return tuple(sorted(every, key=_line_and_column))


def _line_and_column(problem: Problem) -> tuple[int, int]:
    _, line, column = problem.place.rsplit(":", 2)
    return int(line), int(column)


def _text(content: bytes, name: str) -> str:
    """Return the text of a file, as editors on all systems save it."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise ScenarioError(
            [
                Problem(
                    (),
                    "is not text in UTF-8",
                    f"byte 0x{content[error.start]:02x}",
                    "is it a scenario? If so, save it as UTF-8",
                    place=f"{name}:{line}:{column}",
                )
            ]
        ) from error


def _unopened(path: FilePath, error: OSError | ValueError) -> Problem:
    """Return why a file cannot be opened."""
    if isinstance(error, FileNotFoundError):
        hint = _neighbour(path)
        return Problem((), "there is no such file", hint=hint, place=str(path))
    if isinstance(error, IsADirectoryError):
        hint = "name a file in it"
        return Problem((), "is a directory, not a file", hint=hint, place=str(path))
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return Problem((), f"cannot be opened: {str(reason).lower()}", place=str(path))


def _neighbour(path: FilePath) -> str | None:
    """Return a hint to the file that may be meant."""
    try:
        names = [each.stem for each in path.parent.glob("*.yaml")]
    except OSError:
        return None
    near = closest(path.stem, names)
    return f"did you mean '{path.with_name(near)}.yaml'?" if near else None
