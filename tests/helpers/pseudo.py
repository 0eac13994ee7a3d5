"""A language that nobody speaks: it shows what is not said through a catalogue.

Each sentence is in it as ⟦each·· word··⟧, 40 % longer, with the parts outside of the
brackets. So what stands outside of them is a name, a figure or a unit of the file, or
it is English that nobody can translate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from math import ceil
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from babel.messages import Catalog

from toc_sim import Scenario, language

OPEN, CLOSE, MORE = "⟦", "⟧", "·"
"""What stands around each text, and what makes its words longer."""

LONGER = 0.4
"""By how much [1]."""

_NAME = "xx"

_SAID = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_COMMAND = re.compile(r"toc-sim [a-z]+(?: FILE)?(?: --[a-z-]+(?: [\d.]+)?)*|--[a-z]+")
_PATH = re.compile(r"[\w>-]+(?:\.[\w>-]+)+")
_POWER = re.compile(r"\d[\d.,]*e[+-]?\d+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LATIN = re.compile(r"[A-Za-z]")


@cache
def _catalogues() -> Any:
    """Return the script that keeps the catalogues."""
    path = Path(__file__).parents[2] / "benchmarks" / "catalogues.py"
    spec = spec_from_file_location("catalogues", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def longer(sentence: str) -> str:
    """Return a sentence in the pseudo-language, its parts in braces as they are.

    Examples
    --------
    >>> from helpers.pseudo import longer
    >>> longer("{node} is full: {share} %")
    '{node} ⟦is· full··⟧: {share} %'
    """
    parts = []
    for text, name, _, _ in Formatter().parse(sentence):
        parts.append(_around(text))
        parts.append("" if name is None else f"{{{name}}}")
    return "".join(parts)


def _around(text: str) -> str:
    """Return what stands between two parts, longer, its letters in brackets."""
    found = re.search(r"[^\W\d_].*[^\W\d_]|[^\W\d_]", text, re.DOTALL)
    if found is None:
        return text
    words = re.sub(
        r"[^\W\d_]+",
        lambda word: word[0] + MORE * ceil(LONGER * len(word[0])),
        found[0],
    )
    return f"{text[: found.start()]}{OPEN}{words}{CLOSE}{text[found.end() :]}"


@cache
def _compiled() -> bytes:
    """Return the catalogue of the pseudo-language as the program reads it."""
    script = _catalogues()
    made = Catalog(locale="ru", domain=language.DOMAIN)  # with three plural forms
    for message in script.template():
        one, many = (
            (message.id, message.id) if isinstance(message.id, str) else message.id
        )
        if one in (",", "."):
            said: Any = one  # a sign between digits
        elif isinstance(message.id, str):
            said = longer(one)
        else:
            said = (longer(one), longer(many), longer(many))
        if one:
            made.add(message.id, said, context=message.context)
    compiled: bytes = script.compiled(made)
    return compiled


@contextmanager
def speaking_pseudo() -> Iterator[None]:
    """Answer in the pseudo-language within a block."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / _NAME / "LC_MESSAGES" / f"{language.DOMAIN}.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(_compiled())
        patch.setattr(language, "FOLDER", Path(folder))
        with language.speaking(_NAME):
            yield


def unspoken(text: str, *scenarios: Scenario) -> list[str]:
    """Return the words of a text that no catalogue said and that no file gave.

    Parameters
    ----------
    text
        What was said in the pseudo-language, nothing of it cut for want of width.
    scenarios
        What it is about: their names and units are no words of ours, and neither are
        paths of parameters and commands to type.
    """
    rest = _SAID.sub(" ", text)
    for what in (_COMMAND, _PATH, _POWER):
        rest = what.sub(" ", rest)
    names = sorted({n for each in scenarios for n in _names(each)}, key=len)
    for name in reversed(names):
        rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", rest)
    return list(_WORD.findall(rest))


KEPT = frozenset(
    {
        *("OE", "NPV", "ROI", "TVC", "LMDI", "JSON", "toc", "sim"),
        *("cv", "buffer", "distribution", "economics", "release", "push"),
        *("id", "record", "data", "json"),
        *("Baccelli", "Cohen", "Olsder", "Quadrat", "Jackson", "Goodman", "Massey"),
        *("Buzen", "Reiser", "Lavenberg"),
    }
)
"""What is the same in every language: signs of accounting, keys, names of programs, and
of people who proved something.
"""


def untranslated(text: str, *scenarios: Scenario) -> set[str]:
    """Return the words in Latin letters of a Russian text that no file gave.

    Parameters
    ----------
    text
        What was said in Russian, nothing of it cut for want of width.
    scenarios
        What it is about.
    """
    words = unspoken(text, *scenarios)
    return {word for word in words if _LATIN.search(word)} - KEPT


def _names(scenario: Scenario) -> Iterator[str]:
    """Yield what a file calls its things, and its units if no catalogue has them."""
    tables: tuple[Mapping[str, Any], ...] = (
        scenario.stages,
        scenario.resources,
        scenario.products,
        scenario.calendars,
        scenario.tools,
        scenario.variants,
    )
    for table in tables:
        for name in table:
            yield from (name, scenario.title(name))
    for product in scenario.products.values():
        yield from product.variable_cost
    if scenario.economics is not None:
        yield from scenario.economics.variable_cost
        yield from scenario.economics.operating_expense
    yield scenario.name
    if scenario.currency:
        yield scenario.currency
    known = {word for pair in _catalogues().PERIODS for word in pair}
    for noun in (scenario.item, scenario.period):
        words = (str(noun), noun.unit, noun.many, noun.few)
        yield from (word for word in words if word and word not in known)
