"""Findings of pydantic in plain words, with the keys that may stand at each place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from toc_sim.errors import Path, Problem, closest, nearest
from toc_sim.scenario.fields.hints import (
    form_meant,
    key_meant,
    name_meant,
    number_meant,
    pool_meant,
    unnamed,
    way_meant,
)
from toc_sim.scenario.fields.nodes import NODE_KINDS, Node, node_type
from toc_sim.scenario.fields.numbers import CONTRADICTIONS, Contradiction, Entry
from toc_sim.scenario.fields.sections import UNITS, Kinds, annotations_of, kinds_in
from toc_sim.scenario.fields.uncertain import (
    FORM_FAULT,
    Uncertainty,
    form_hint,
    form_in,
)

FEW_KEYS = 8
"""Up to so many allowed keys are named in a hint."""

_NUMBER = "must be a number"
_WHOLE = "must be a whole number"
_TABLE = "must be a table of keys and values, like {{key: value}}"

_WORDS: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown key",
    "float_type": _NUMBER,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "string_unicode": "must be text",
    "string_too_long": "must have {max_length} letters at most",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dict_type": _TABLE,
    "tuple_type": "must be a list, like [a, b]",
    "too_short": "must not be empty",
    "too_long": "can have {max_length} entries at most",
}
"""Our words by pydantic's type of an error; its own messages stand for the rest."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and what it says of the keys of an entry.

    Attributes
    ----------
    problem
        As it is told.
    entry
        Where the entry stands whose keys are at fault.
    wants
        Keys of which one is missing, where that is the fault.
    meant
        The key that an unknown one seems to be, or None.
    """

    problem: Problem
    entry: Path
    wants: tuple[str, ...] = ()
    meant: str | None = None


def findings(
    details: Iterable[ErrorDetails], root: type[Entry], raw: Any
) -> tuple[Finding, ...]:
    """Return what pydantic found, in our words and without its tags.

    A list that is only empty because all its items are wrong is not called empty.

    Parameters
    ----------
    details
        What pydantic found.
    root
        The kind of the document.
    raw
        The document, as it was given to pydantic.
    """
    details = tuple(details)
    parents = {each["loc"][:-1] for each in details}
    return tuple(
        found
        for each in details
        if each["type"] != "too_short" or each["loc"] not in parents
        for found in _told(each, root, raw)
    )


def inconsistencies(path: Path, found: Iterable[Contradiction]) -> Iterator[Finding]:
    """Yield what an entry says against itself as findings."""
    for each in found:
        whole = each.key is None
        where = path if each.key is None else (*path, each.key)
        yield Finding(Problem(where, each.what, at_key=whole), path, each.wants)


def problems_of(found: Iterable[Finding]) -> tuple[Problem, ...]:
    """Return the problems, without a key that is missing because it is misspelt."""
    found = tuple(found)
    meant = {(each.entry, each.meant) for each in found if each.meant is not None}
    return tuple(
        each.problem
        for each in found
        if not any((each.entry, key) in meant for key in each.wants)
    )


def _told(details: ErrorDetails, root: type[Entry], raw: Any) -> Iterator[Finding]:
    kind = details["type"]
    context = details.get("ctx", {})
    path, at_key = _path(details["loc"], kind)
    if kind == CONTRADICTIONS:
        yield from inconsistencies(path, context["found"])
    elif kind == "missing":
        problem = Problem(path, _WORDS[kind], at_key=True)
        yield Finding(problem, path[:-1], (str(path[-1]),))
    elif kind == "extra_forbidden":
        yield _unknown_key(path, _keys_at(root, path[:-1], raw), details["input"])
    else:
        what, hint = _what(details, path)
        yield Finding(Problem(path, what, hint=hint, at_key=at_key), path)


def _path(loc: tuple[int | str, ...], kind: str) -> tuple[Path, bool]:
    """Return where the fault is, and whether the key itself is at fault."""
    at_key = loc[-1:] == ("[key]",)
    path = loc[:-1] if at_key else loc
    own_key = path[-1:] if kind == "extra_forbidden" else ()
    inner = path[: len(path) - len(own_key)]
    return (*(part for part in inner if not _is_tag(part)), *own_key), at_key


def _is_tag(part: int | str) -> bool:
    return isinstance(part, str) and part.startswith("<") and part.endswith(">")


def _keys_at(root: type[Entry], path: Path, raw: Any) -> tuple[str, ...]:
    """Return the keys that an entry may have; the kind of a node is in the document."""
    kinds: Kinds = (root,)
    for part in path:
        raw = raw.get(part) if isinstance(raw, Mapping) else None
        notes = annotations_of(kinds, str(part))
        if notes:
            kinds = kinds_in(*notes)
        elif kinds and issubclass(kinds[0], Node):
            kinds = (node_type(raw),)
        elif kinds and issubclass(kinds[0], Uncertainty) and isinstance(raw, Mapping):
            kinds = (form_in(raw) or kinds[0],)
    return tuple(dict.fromkeys(key for kind in kinds for key in kind.model_fields))


def _unknown_key(path: Path, keys: tuple[str, ...], value: Any) -> Finding:
    word = str(path[-1])
    same = key_meant(word, keys)
    owners = [name for name, kind in NODE_KINDS.items() if word in kind.model_fields]
    hint = unnamed(path) or (f"that is called '{same}' here" if same else None)
    if hint is None and value is None and word.isdecimal():
        hint = f"numbers have a point: a comma and {word} begin another entry"
    hint = hint or way_meant(word) or nearest(word, keys)
    if hint is None and owners:
        hint = f"'{word}' belongs to a {' or a '.join(owners)}"
    elif hint is None and len(keys) <= FEW_KEYS:
        hint = f"the keys here are {', '.join(keys)}"
    problem = Problem(path, _WORDS["extra_forbidden"], hint=hint, at_key=True)
    return Finding(problem, path[:-1], meant=same or closest(word, keys))


def _what(details: ErrorDetails, path: Path) -> tuple[str, str | None]:
    """Return what is wrong with a value, and what to write instead."""
    kind, value = details["type"], details["input"]
    if path[-1:] == ("kind",) or path == ("format",):
        return _of_file(value, path)
    template = _WORDS.get(kind)
    if template is None:
        return details["msg"], _hint(kind, value)
    hint = form_meant(path, value) if template == _TABLE else None
    if template in (_NUMBER, _WHOLE):
        hint = _of_number(value, path)
    elif kind == "string_type" and isinstance(value, int | float):
        hint = "put it in quotes"
    elif kind == "string_type" and path[-1:] == ("resource",):
        hint = pool_meant(value)
    elif kind == "literal_error" and isinstance(value, str):
        words = str(details["ctx"]["expected"]).replace(" or ", ", ").split(", ")
        hint = nearest(value, [word.strip("'") for word in words])
    context = {key: _amount(each) for key, each in details.get("ctx", {}).items()}
    return template.format(**context), hint


def _of_file(value: Any, path: Path) -> tuple[str, str | None]:
    """Return what is wrong with a word that says what the file, or a node, is."""
    if path[-1:] == ("kind",):
        hint = nearest(value, NODE_KINDS) if isinstance(value, str) else None
        return "must be machine, team, source or market", hint
    return "this program reads format 1", "write 'format: 1'"


def _of_number(value: Any, path: Path) -> str | None:
    """Return how to write what stands in place of a number."""
    if isinstance(value, Mapping):
        return "it is one number, for all products and at all times"
    if not isinstance(value, str):
        return None
    return number_meant(value, is_share=UNITS.get(str(path[-1])) == "share")


def _hint(kind: str, value: Any) -> str | None:
    """Return a hint to what the value of a rule of ours may mean, or None."""
    if kind == "name" and isinstance(value, str):
        return name_meant(value)
    if kind == FORM_FAULT:
        return form_hint(value)
    is_number = isinstance(value, int | float)
    if kind == "range" and is_number and 2 <= value <= 100:  # noqa: PLR2004 - per cent
        return f"{value:g} % is {value / 100:g}"
    return number_meant(value) if kind == "form" and isinstance(value, str) else None


def _amount(value: Any) -> str:
    """Return a bound as people write it."""
    if isinstance(value, float | int) and abs(value) >= 1:
        return f"{value:,.10g}"
    return f"{value:g}" if isinstance(value, float) else str(value)
