"""YAML 1.2 text as plain values with their places, and its faults in plain words.

This is the only module that knows the YAML library: it takes the library's events and
nothing else. By the core schema `no`, `on` and `2024-01-31` are text, `010` is ten and
`1e3` is a thousand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
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
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import TagToken

from toc_sim.errors import Path, Problem, ScenarioError, of_entry, quoted
from toc_sim.scenario.file.written import Spot, Written, WrittenDocument

LONGEST_NUMBER = 300
"""A number of more characters is only read as approximate."""

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEXADECIMAL = re.compile(r"0o[0-7]{1,40}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_HALF_LETTER = re.compile("[\ud800-\udfff]")


def meaning(text: str) -> Any:
    """Return what a plain word means in the core schema of YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text.lower() == "true"
    if text[0] in "+-.0123456789":
        return _number(text)
    return text


def whole_letters(text: str) -> str:
    """Return a text whose letters were written as pairs, as JSON does."""
    if not _HALF_LETTER.search(text):
        return text
    pairs = text.encode("utf-16-le", "surrogatepass")
    return pairs.decode("utf-16-le", "replace")


def _number(text: str) -> Any:
    if _INTEGER.fullmatch(text) and len(text) <= LONGEST_NUMBER:
        return int(text)
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _NOT_FINITE.fullmatch(text) else text


_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
"""What cannot stand in a text file."""

_WORDS: dict[str, tuple[str, str | None]] = {
    "found character '\\t'": ("a tab cannot stand here", "use spaces"),
    "mapping values are not allowed": (
        "a second ':' where only one can be",
        "begin a new line, or put the text in quotes",
    ),
    "could not find expected ':'": (
        "a key without its ':'",
        "write it like 'key: value'",
    ),
    "expected <block end>": (
        "this line does not fit in with those above it",
        "keys of one table begin in one column; items of a list begin with '- '",
    ),
    "found unexpected end of stream": (
        "the quotes that begin here are never closed",
        None,
    ),
    "'<stream end>'": ("the bracket that opens here is never closed", None),
    "expected ',' or": (
        "something is wrong between these brackets",
        "put commas between the entries, and text with commas in quotes",
    ),
    "that cannot start any token": (
        "a word cannot begin with this character",
        "put the text in quotes",
    ),
    "found unknown escape character": (
        "a backslash in double quotes means something else",
        "write it twice, or use single quotes",
    ),
}
"""By the library's words ours, and what to do; the first that fits is taken."""

_AT_THE_BEGINNING = ("found unexpected end of stream", "'<stream end>'")
"""What is best shown where the unclosed thing begins."""


def _syntax_fault(error: YAMLError, text: str) -> _UnreadableError:
    """Return what is wrong with a text that is not YAML, and where."""
    if not isinstance(error, MarkedYAMLError) or error.problem is None:
        return _UnreadableError("is not YAML", (1, 1))
    theirs = error.problem
    mark = error.problem_mark or error.context_mark
    if error.context_mark and any(each in theirs for each in _AT_THE_BEGINNING):
        mark = error.context_mark
    spot = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    last = text.count("\n") + 1
    spot = spot if spot[0] <= last else (last, 1)
    known = (words for fragment, words in _WORDS.items() if fragment in theirs)
    ours, hint = next(known, (f"is not YAML: {theirs}", None))
    return _UnreadableError(ours, spot, hint)


def _refuse_unreadable_letters(text: str) -> None:
    """Refuse the first character that cannot stand in a text file."""
    found = _UNREADABLE.search(text)
    if found is None:
        return
    before = text[: found.start()]
    spot = before.count("\n") + 1, len(before) - before.rfind("\n")
    what = "this character cannot stand in a text file"
    hint = "is it a scenario, saved as UTF-8?"
    raise _UnreadableError(what, spot, hint, quoted(found[0]))


def _without_tabs(text: str) -> str:
    """Return a JSON text with its tabs as spaces: JSON allows them, the library not."""
    if "\t" not in text or not text.lstrip().startswith("{"):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text.replace("\t", " ")


ABSENT = "nothing"
"""How messages quote a value that is not there."""

DEEPEST = 20
"""How deep values may be nested; a scenario needs seven levels."""

MOST_VALUES = 200_000
"""How many values a document may have, repeats by aliases included."""

_TAGS = {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))}
"""Tags that change nothing, or say that a scalar is text."""


def read_document(text: str, name: str) -> WrittenDocument | None:
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
    try:
        _refuse_unreadable_letters(text)
        library = YAML(typ="safe", pure=True)
        library.Scanner = _Scanner
        events = library.parse(_without_tabs(text))
        return _Composer(name, events).document()
    except YAMLError as error:
        fault = _syntax_fault(error, text)
    except _UnreadableError as error:
        fault = error
    raise ScenarioError([_placed(fault.problem, name, fault.spot)])


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

    def __init__(
        self, what: str, spot: Spot, hint: str | None = None, found: str | None = None
    ) -> None:
        super().__init__(what)
        self.problem = Problem(("scenario",), what, found, hint)
        self.spot = spot


LONGEST_TAG = 200
"""What may stand behind the '!' of a tag [characters]."""


class _Scanner(Scanner):
    """The library's, which takes for a tag the square of its length."""

    def scan_tag(self) -> TagToken:
        """Return the tag that begins here, unless it is too long for one."""
        token: TagToken = super().scan_tag()
        if len(token.value[1]) > LONGEST_TAG:
            mark = token.start_mark
            hint = "put text that begins with '!' in quotes"
            spot = (mark.line + 1, mark.column + 1)
            raise _UnreadableError("tags have no meaning here", spot, hint)
        return token


class _Composer:
    """Puts a document together from the library's events."""

    def __init__(self, name: str, events: Iterator[Event]) -> None:
        self._name = name
        self._events = events
        self._anchors: dict[str, Written] = {}
        self._count = 0
        self._problems: dict[Problem, Spot] = {}

    def document(self) -> WrittenDocument | None:
        """Return the only document there is, or None."""
        root: Written | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    what = "a second document begins here"
                    hint = "write one scenario in one file, without '---'"
                    raise _UnreadableError(what, _spot(event), hint)
                root = self._value(next(self._events), (), 0)
            elif isinstance(event, StreamEndEvent):
                break
        if root is None or root.value is None:
            return None
        return WrittenDocument(self._name, root, self._problems)

    def _value(self, event: Event, path: Path, depth: int) -> Written:
        if depth > DEEPEST:
            raise _UnreadableError("is nested too deeply", _spot(event))
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
            what = f"has more than {MOST_VALUES:,} values"
            raise _UnreadableError(what, _spot(event))
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[str(anchor)] = written
        return written

    def _alias(self, event: AliasEvent) -> Written:
        written = self._anchors.get(str(event.anchor))
        if written is None:
            what = f"nothing before is marked '&{event.anchor}'"
            hint = "put text that begins with '*' in quotes"
            raise _UnreadableError(what, _spot(event), hint)
        return written

    def _scalar(self, event: ScalarEvent, path: Path) -> Written:
        spot, text = _spot(event), whole_letters(event.value)
        if event.implicit[0]:
            value = meaning(text)
            return Written(value, quoted(text)[1:-1] if text else ABSENT, spot)
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
                what = f"is written twice, first in line {keys[word][0]}"
                problem = of_entry((*path, word), what, "keep one of the two")
                self._note(problem, _spot(key))
            else:
                if value.shown == ABSENT:  # nothing stands where its key does
                    value = replace(value, spot=_spot(key))
                inside[word], keys[word] = value, _spot(key)
        plain = {key: value.value for key, value in inside.items()}
        return Written(plain, None, _spot(event), inside, keys, _size(inside))

    def _key(self, event: Event) -> str:
        written = self._alias(event) if isinstance(event, AliasEvent) else None
        text = written.value if written is not None else getattr(event, "value", None)
        if not isinstance(text, str):
            what = "a key must be a word, not a list or a table"
            raise _UnreadableError(what, _spot(event))
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

    def _note(self, problem: Problem, spot: Spot) -> None:
        self._problems[_placed(problem, self._name, spot)] = spot

    def _tagged(self, event: Event, path: Path) -> None:
        tag = getattr(event, "tag", None)
        if tag not in _TAGS:
            what = "tags have no meaning here"
            found = quoted(str(tag).replace("tag:yaml.org,2002:", "!!"))
            problem = Problem(path, what, found, "leave it out")
            self._note(problem, _spot(event))


def _size(inside: dict[str | int, Written]) -> int:
    return 1 + sum(each.size for each in inside.values())


def _spot(event: Event) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _placed(problem: Problem, name: str, spot: Spot) -> Problem:
    return replace(problem, place=f"{name}:{spot[0]}:{spot[1]}")
