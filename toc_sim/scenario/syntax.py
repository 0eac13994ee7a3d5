"""What is wrong with a text that is not YAML, in words for people who don't know it."""

from __future__ import annotations

import json
import re

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from toc_sim.errors import Problem, quoted

_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
"""What cannot stand in a text file."""

_WORDS = (
    (
        "found character '\\t'",
        "a tab cannot stand here",
        "use spaces",
    ),
    (
        "mapping values are not allowed",
        "a second ':' where only one can be",
        "begin a new line, or put the text in quotes",
    ),
    (
        "could not find expected ':'",
        "a key without its ':'",
        "write it like 'key: value'",
    ),
    (
        "expected <block end>",
        "this line does not fit in with those above it",
        "keys of one table begin in one column; items of a list begin with '- '",
    ),
    (
        "found unexpected end of stream",
        "the quotes that begin here are never closed",
        None,
    ),
    (
        "'<stream end>'",
        "the bracket that opens here is never closed",
        None,
    ),
    (
        "expected ',' or",
        "something is wrong between these brackets",
        "put commas between the entries, and text with commas in quotes",
    ),
    (
        "that cannot start any token",
        "a word cannot begin with this character",
        "put the text in quotes",
    ),
    (
        "found unknown escape character",
        "a backslash in double quotes means something else",
        "write it twice, or use single quotes",
    ),
)
"""The library's words, ours, and what to do; the first that fits is taken."""

_AT_THE_BEGINNING = ("found unexpected end of stream", "'<stream end>'")
"""What is best shown where the unclosed thing begins."""


def syntax_problem(error: YAMLError, text: str) -> tuple[Problem, tuple[int, int]]:
    """Return what is wrong with a text that is not YAML, and its line and column."""
    if not isinstance(error, MarkedYAMLError) or error.problem is None:
        return Problem(("scenario",), "is not YAML"), (1, 1)
    theirs = error.problem
    mark = error.problem_mark or error.context_mark
    if error.context_mark and any(each in theirs for each in _AT_THE_BEGINNING):
        mark = error.context_mark
    spot = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    for fragment, ours, hint in _WORDS:
        if fragment in theirs:
            return Problem(("scenario",), ours, hint=hint), _within(spot, text)
    return Problem(("scenario",), f"is not YAML: {theirs}"), _within(spot, text)


def unreadable_letter(text: str) -> tuple[Problem, tuple[int, int]] | None:
    """Return the first character that cannot stand in a text file, and its place."""
    found = _UNREADABLE.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    what = "this character cannot stand in a text file"
    problem = Problem(
        ("scenario",), what, quoted(found[0]), "is it a scenario, saved as UTF-8?"
    )
    return problem, (line, column)


def without_tabs(text: str) -> str:
    """Return a JSON text with its tabs as spaces: JSON allows them, the library not."""
    if "\t" not in text or not text.lstrip().startswith("{"):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text.replace("\t", " ")


def _within(spot: tuple[int, int], text: str) -> tuple[int, int]:
    """Return a place no further down than the last line."""
    last = text.count("\n") + 1
    return spot if spot[0] <= last else (last, 1)
