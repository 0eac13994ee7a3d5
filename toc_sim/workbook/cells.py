"""A value as one cell says it, and back: numbers, words, and short forms of the rest.

A table is written without its outer braces (``paper: 2, glue: 1``) and a list without
its brackets (``doctors, chairs``), wherever it is read again as the same.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from toc_sim.errors import Path, Problem, ScenarioError, quoted
from toc_sim.scenario.fields.hints import number_meant
from toc_sim.scenario.file.dump import inline
from toc_sim.scenario.file.written import Spot, Written
from toc_sim.scenario.file.yaml import meaning, read_document
from toc_sim.workbook.sheet_plans import CellForm

CellContent = str | int | float | bool
"""What stands in a cell."""

LARGEST_WHOLE = 2**53
"""Beyond it a cell does not hold every whole number: it is written as text."""

LONGEST_CELL = 32_767
"""What a cell holds at most [characters]."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the content of a cell, before anything is known of its column.

    Attributes
    ----------
    what, found, hint
        As of a problem.
    """

    what: str
    found: str | None = None
    hint: str | None = None

    def problem(self, path: Path) -> Problem:
        """Return the problem of the value that belongs at a path."""
        return Problem(path, self.what, self.found, self.hint)


def written_in(
    content: CellContent | None, form: CellForm, spot: Spot
) -> Written | Fault:
    """Return what a cell says, or what is wrong with it.

    Parameters
    ----------
    content
        Of the cell; None: nothing stands in it.
    form
        What may stand in its column.
    spot
        Where it is.
    """
    if content is None:
        return Written(None, "nothing", spot)
    if isinstance(content, bool) and form.numbers:
        return Written(content, str(content).lower(), spot)
    if isinstance(content, int | float) and not isinstance(content, bool):
        value = _whole(content)
        if form.numbers:
            return Written(value, f"{content:.10g}", spot)
        content = str(value)
    return _of_text(str(content), form, spot)


def _whole(number: float) -> float:
    """Return a number without its point, where nothing stands behind it."""
    is_whole = abs(number) <= LARGEST_WHOLE and float(number).is_integer()
    return int(number) if is_whole else number


_DECIMAL_COMMA = re.compile(r"[-+]?\d+,(?:\d{1,2}|\d{4,})")
_EITHER_COMMA = re.compile(r"[-+]?(\d{1,3}),(\d{3})")


def _of_text(text: str, form: CellForm, spot: Spot) -> Written | Fault:
    text = text.strip()
    if _is_quoted(text):
        return Written(json.loads(text), quoted(text), spot)
    if form.numbers and _EITHER_COMMA.fullmatch(text):
        hint = (
            f"type it as a number: {text.replace(',', '.')} and {text.replace(',', '')}"
            " are both possible"
        )
        return Fault("is text, and its comma can mean two things", quoted(text), hint)
    if form.numbers and _DECIMAL_COMMA.fullmatch(text):
        return Written(float(text.replace(",", ".")), quoted(text), spot)
    if form.lists or form.tables:
        return _of_yaml(text, form, spot)
    value = meaning(text) if form.numbers and text else text
    return Written(value, quoted(text), spot)


def _of_yaml(text: str, form: CellForm, spot: Spot) -> Written | Fault:
    """Return what a text says in the short form of a file."""
    whole = text
    if not text.startswith(("{", "[")):
        if form.tables and re.search(r":(\s|$)", text):
            whole = f"{{{text}}}"
        elif form.lists and (form.always_list or "," in text):
            whole = f"[{text}]"
        else:
            value = meaning(text) if form.numbers and text else text
            return Written(value, quoted(text), spot)
    try:
        document = read_document(whole, "cell")
    except ScenarioError as error:
        return _unread(error.problems[0], text)
    if document is None:
        return Fault("is empty", quoted(text))
    if document.problems:
        return _unread(next(iter(document.problems)), text)
    return _moved(document.root, spot)


def _unread(problem: Problem, text: str) -> Fault:
    hint = problem.hint or number_meant(text)
    return Fault(problem.what, quoted(text), hint)


def _moved(written: Written, spot: Spot) -> Written:
    """Return the same, all of it in one cell."""
    inside = {key: _moved(each, spot) for key, each in written.inside.items()}
    keys = dict.fromkeys(written.keys, spot)
    return replace(written, spot=spot, inside=inside, keys=keys)


def content_of(value: Any, form: CellForm) -> CellContent:
    """Return what to write into a cell, so that it is read as the given value.

    Parameters
    ----------
    value
        As plain data.
    form
        What may stand in the column.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and form.numbers:
        return value if abs(value) <= LARGEST_WHOLE else str(value)
    if isinstance(value, float) and form.numbers:
        return value
    if isinstance(value, str):
        plain = value if _is_tame(value) else _escaped(value)
        return plain if _says(plain, value, form) else _escaped(value)
    text = inline(value)
    bare = text[1:-1] if isinstance(value, dict | list) else ""
    return bare if bare and _says(bare, value, form) else text


def _says(text: str, value: Any, form: CellForm) -> bool:
    """Return whether a text is read as a value, and as nothing of another kind."""
    found = written_in(text, form, (1, 1))
    return isinstance(found, Written) and found.value == value


def _is_quoted(text: str) -> bool:
    """Return whether a text stands in double quotes, as JSON has them."""
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):  # noqa: PLR2004
        return False
    try:
        return isinstance(json.loads(text), str)
    except ValueError:
        return False


_UNFIT = re.compile(
    r"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_x|x005F"
)
"""What programs do not bring back as it was: control characters, and their escapes."""


def _is_tame(text: str) -> bool:
    """Return whether a text comes back from a cell as it went in."""
    return text == text.strip() and bool(text) and not _UNFIT.search(text)


def _escaped(text: str) -> str:
    """Return a text in quotes, with all that a cell cannot hold as escapes."""
    said = json.dumps(text, ensure_ascii=not text.isprintable())
    return said.replace("_x", "\\u005fx").replace("x005F", "\\u0078005F")
