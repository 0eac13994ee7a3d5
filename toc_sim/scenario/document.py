"""Text of a YAML file as plain values, each with the place where it is written.

This is the only module that knows the YAML library: it takes the library's events and
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from toc_sim.errors import Path, Problem, ScenarioError, quoted
from toc_sim.scenario.scalars import meaning, whole_letters
from toc_sim.scenario.syntax import syntax_problem, unreadable_letter, without_tabs

NOTHING = "nothing"
"""How messages quote a value that is not there."""

DEEPEST = 20
"""How deep values may be nested; a scenario needs seven levels."""

MOST_VALUES = 200_000
"""How many values a document may have, repeats by aliases included."""

_TAGS = {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))}
"""Tags that change nothing, or say that a scalar is text."""

Spot = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value, and where and how it is written.

    Attributes
    ----------
    value
        As plain data: text, a number, true or false, None, a list or a dict.
    shown
        How messages quote it; None for what is too large to quote.
    spot
        Where it begins.
    inside
        Its parts, by key or index.
    keys
        Where each of its keys is written.
    size
        How many values it consists of.
    """

    value: Any
    shown: str | None
    spot: Spot
    inside: dict[str | int, Written] = field(default_factory=dict)
    keys: dict[str, Spot] = field(default_factory=dict)
    size: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A document that can be read, with what is wrong in its keys.

    Attributes
    ----------
    name
        Of its file.
    root
        All that is in it.
    problems
        Duplicate keys and the like, with their places.
    """

    name: str
    root: Written
    problems: tuple[Problem, ...]

    def spot(self, path: Path, *, at_key: bool = False) -> Spot:
        """Return where a value is written, or what stands nearest above it."""
        here, key = self.root, self.root.spot
        for part in path:
            inner = here.inside.get(part)
            if inner is None:
                return here.keys.get(str(part), key)
            key = here.keys.get(str(part), inner.spot)
            here = inner
        return key if at_key else here.spot

    def shown(self, path: Path) -> str | None:
        """Return how a value is written, or None for what is not there or long."""
        here = self.root
        for part in path:
            if part not in here.inside:
                return None
            here = here.inside[part]
        return here.shown


def read_document(text: str, name: str) -> Document | None:
    """Return what a text says; None where it says nothing.

    Parameters
    ----------
    text
        YAML 1.2, of which JSON is a part.
    name
        Of its file, for messages.

    Raises
    ------
    ScenarioError
        When it cannot be read.
    """
    letter = unreadable_letter(text)
    if letter is not None:
        raise ScenarioError([_placed(letter[0], name, letter[1])])
    composer = _Composer(name, YAML(typ="safe", pure=True).parse(without_tabs(text)))
    try:
        return composer.document()
    except YAMLError as error:
        problem, spot = syntax_problem(error, text)
    except _UnreadableError as error:
        problem, spot = error.problem, error.spot
    raise ScenarioError([_placed(problem, name, spot)])


def read_value(text: str) -> Any:
    """Return the value that a text stands for; nothing is None."""
    document = read_document(text, "value")
    if document is None:
        return None
    if document.problems:
        raise ScenarioError(document.problems)
    return document.root.value


class _UnreadableError(Exception):
    """Where reading has to stop."""

    def __init__(self, what: str, event: Event, hint: str | None = None) -> None:
        super().__init__(what)
        self.problem = Problem(("scenario",), what, hint=hint)
        self.spot = _spot(event)


class _Composer:
    """Puts a document together from the library's events."""

    def __init__(self, name: str, events: Iterator[Event]) -> None:
        self._name = name
        self._events = events
        self._anchors: dict[str, Written] = {}
        self._count = 0
        self._problems: list[Problem] = []

    def document(self) -> Document | None:
        """Return the only document there is, or None."""
        root: Written | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise _UnreadableError(
                        "a second document begins here",
                        event,
                        "write one scenario in one file, without '---'",
                    )
                root = self._value(next(self._events), (), 0)
            elif isinstance(event, StreamEndEvent):
                break
        if root is None or root.value is None:
            return None
        return Document(self._name, root, tuple(self._problems))

    def _value(self, event: Event, path: Path, depth: int) -> Written:
        if depth > DEEPEST:
            raise _UnreadableError("is nested too deeply", event)
        if isinstance(event, AliasEvent):
            written = self._alias(event)
        elif isinstance(event, ScalarEvent):
            written = self._scalar(event, path)
        elif isinstance(event, MappingStartEvent):
            written = self._table(event, path, depth)
        else:
            written = self._list(event, path, depth)
        self._count += written.size if isinstance(event, AliasEvent) else 1
        if self._count > MOST_VALUES:
            raise _UnreadableError(f"has more than {MOST_VALUES:,} values", event)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[str(anchor)] = written
        return written

    def _alias(self, event: AliasEvent) -> Written:
        written = self._anchors.get(str(event.anchor))
        if written is None:
            raise _UnreadableError(
                f"nothing before is marked '&{event.anchor}'",
                event,
                "put text that begins with '*' in quotes",
            )
        return written

    def _scalar(self, event: ScalarEvent, path: Path) -> Written:
        spot, text = _spot(event), whole_letters(event.value)
        if event.implicit[0]:
            value = meaning(text)
            return Written(value, quoted(text)[1:-1] if text else NOTHING, spot)
        if event.style is None and event.tag not in _TAGS:
            self._tagged(event, path)
        return Written(text, quoted(text), spot)

    def _table(self, event: Event, path: Path, depth: int) -> Written:
        self._tagged(event, path)
        inside: dict[str | int, Written] = {}
        keys: dict[str, Spot] = {}
        for key in self._events:
            if isinstance(key, MappingEndEvent):
                break
            word = self._key(key)
            value = self._value(next(self._events), (*path, word), depth + 1)
            if word in keys:
                self._twice((*path, word), _spot(key), keys[word])
            else:
                inside[word], keys[word] = _seen(value, key), _spot(key)
        plain = {key: value.value for key, value in inside.items()}
        return Written(plain, None, _spot(event), inside, keys, _size(inside))

    def _key(self, event: Event) -> str:
        written = self._alias(event) if isinstance(event, AliasEvent) else None
        text = written.value if written is not None else getattr(event, "value", None)
        if not isinstance(text, str):
            raise _UnreadableError("a key must be a word, not a list or a table", event)
        return whole_letters(text)

    def _list(self, event: Event, path: Path, depth: int) -> Written:
        self._tagged(event, path)
        inside: dict[str | int, Written] = {}
        for item in self._events:
            if isinstance(item, SequenceEndEvent):
                break
            index = len(inside)
            inside[index] = self._value(item, (*path, index), depth + 1)
        plain = [value.value for value in inside.values()]
        return Written(plain, None, _spot(event), inside, {}, _size(inside))

    def _tagged(self, event: Event, path: Path) -> None:
        tag = getattr(event, "tag", None)
        if tag not in _TAGS:
            what = "tags have no meaning here"
            found = quoted(str(tag).replace("tag:yaml.org,2002:", "!!"))
            problem = Problem(path, what, found, "leave it out")
            self._problems.append(_placed(problem, self._name, _spot(event)))

    def _twice(self, path: Path, spot: Spot, first: Spot) -> None:
        what = f"is written twice, first in line {first[0]}"
        problem = Problem(path, what, hint="keep one of the two", at_key=True)
        self._problems.append(_placed(problem, self._name, spot))


def _seen(value: Written, key: Event) -> Written:
    """Return a value with a place to look at: nothing stands where its key does."""
    return replace(value, spot=_spot(key)) if value.shown == NOTHING else value


def _size(inside: dict[str | int, Written]) -> int:
    return 1 + sum(each.size for each in inside.values())


def _spot(event: Event) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _placed(problem: Problem, name: str, spot: Spot) -> Problem:
    return replace(problem, place=f"{name}:{spot[0]}:{spot[1]}")
