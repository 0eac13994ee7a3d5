"""Writes a scenario the way a person would, and the template for a new one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from textwrap import wrap
from typing import Any

from toc_sim.scenario.fields.flow import ARROW, Way
from toc_sim.scenario.fields.numbers import Entry, is_name
from toc_sim.scenario.fields.words import Noun
from toc_sim.scenario.file.yaml import meaning
from toc_sim.scenario.model import Scenario

STARTER = "starter.yaml"
"""The template, beside this module."""

_NAME = "name: A new scenario\n"


def starter(name: str) -> str:
    """Return the text of a scenario to begin with.

    Parameters
    ----------
    name
        What the scenario is called.
    """
    text = files("toc_sim.scenario.file").joinpath(STARTER).read_text(encoding="utf-8")
    return text.replace(_NAME, f"name: {json.dumps(name, ensure_ascii=False)}\n")


LINE_WIDTH = 88
"""Lines are broken where they would be longer [characters]."""

LONG_TEXT = 60
"""A longer description gets lines of its own [characters]."""

FIRST_KEYS = ("kind", "title")
"""What is said of an entry before anything else."""

LARGEST_PLAIN = 1e15
"""Up to here a whole number is written without a point."""

_PLAIN_TEXT = re.compile(r"[^\W_]([\w .()/%+-]*[\w.()/%+-])?")
_BETWEEN_NAMES = re.compile(r"\.| ?-> ?")


def dump(scenario: Scenario) -> str:
    """Return the text of a file that reads as the given scenario.

    Defaults are left out and the flow is written as chains. Comments of a file that the
    scenario came from are not kept.

    Parameters
    ----------
    scenario
        Any, with its tools, variants and expectations.

    Returns
    -------
    The text, in YAML 1.2.

    Examples
    --------
    >>> from toc_sim import dump, load
    >>> from toc_sim.scenario.load import read
    >>> scenario = load("scenarios/paper_cups.yaml")
    >>> print(dump(scenario).splitlines()[-1])
      - machine_1 -> machine_2 -> machine_3 -> sales -> market
    >>> read(dump(scenario), "again.yaml") == scenario
    True
    """
    text = "\n".join(_sections(scenario)).rstrip("\n") + "\n"
    return re.sub(r"\n{3,}", "\n\n", text)


def inline(value: Any) -> str:
    """Return a value of a parameter on one line, the way a file says it.

    Parameters
    ----------
    value
        Of any parameter: a number, a name, a profile, a list, an entry.
    """
    return _inline(_plain(value))


def recordable(value: Any) -> Any:
    """Return a value as a cell of a table: a number, or text for all else."""
    if value is None or isinstance(value, int | float | str):
        return value
    return inline(value)


def _sections(scenario: Scenario) -> Iterator[str]:
    for key, value in said(scenario).items():
        if key == "flow":
            yield from _flow(scenario.flow)
        elif isinstance(getattr(scenario, key), Mapping):
            yield from ("", f"{key}:")
            for name, entry in value.items():
                yield from _lines(f"  {_key(name)}: ", _shorter(key, entry), 4)
            yield ""
        elif key == "description":
            yield from _description(value)
        else:
            yield from _lines(f"{key}: ", value, 2)


def _shorter(section: str, entry: dict[str, Any]) -> Any:
    """Return an entry in the short form that people write, where there is one."""
    if section == "uncertain" and entry.keys() == {"mean", "sd"}:
        return " +- ".join(map(_inline, entry.values()))
    return entry


def said(entry: Entry) -> dict[str, Any]:
    """Return what has to be said of an entry, as plain data.

    Parameters
    ----------
    entry
        A scenario, or a part of one.

    Returns
    -------
    By key, without defaults; ways are tables with `source` and `target`.
    """
    fields = type(entry).model_fields
    own = [name for name in type(entry).__annotations__ if name in fields]
    order = dict.fromkeys((*(n for n in FIRST_KEYS if n in fields), *own, *fields))
    found: dict[str, Any] = {}
    for name in order:
        value, field = getattr(entry, name), fields[name]
        default = field.get_default(call_default_factory=True, validated_data={})
        if field.is_required() or value != default or getattr(value, "given", ""):
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Entry):
        return said(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Noun):
        forms = {"one": str(value), "few": value.few, "many": value.given}
        given = {form: word for form, word in forms.items() if word}
        return given if value.given else str(value)
    return value


def _lines(begin: str, value: Any, indent: int) -> Iterator[str]:
    """Yield a value on the line that begins so, or in lines of its own below it."""
    line = begin + _inline(value)
    if len(line) <= LINE_WIDTH or not isinstance(value, dict | list) or not value:
        yield line
    elif isinstance(value, list):
        yield f"{begin}["
        yield from _filled([_inline(each) for each in value], " " * indent)
        yield f"{' ' * (indent - 2)}]" if indent > 2 else " ]"  # noqa: PLR2004
    else:
        yield begin.rstrip()
        for key, each in value.items():
            yield from _lines(f"{' ' * indent}{_key(key)}: ", each, indent + 2)


def _filled(items: Sequence[str], indent: str) -> Iterator[str]:
    """Yield as many items in each line as there is room for."""
    line = indent
    for item in items:
        if line != indent and len(line) + len(item) + 1 > LINE_WIDTH:
            yield line.rstrip()
            line = indent
        line += f"{item}, "
    yield line.rstrip()


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        pairs = [f"{_key(key)}: {_inline(each)}" for key, each in value.items()]
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and value.is_integer() and value < LARGEST_PLAIN:
        return str(int(value))
    return json.dumps(value)


def _text(text: str) -> str:
    may_be_plain = is_name(text) or _PLAIN_TEXT.fullmatch(text)
    return text if may_be_plain and meaning(text) == text else _quoted(text)


def _key(text: str) -> str:
    is_plain = all(map(is_name, _BETWEEN_NAMES.split(text)))
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _description(text: str) -> Iterator[str]:
    lines = wrap(text, LINE_WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    if len(text) > LONG_TEXT and text.isprintable() and " ".join(lines) == text:
        yield "description: >-"
        yield from (f"  {line}" for line in lines)
    else:
        yield f"description: {_text(text)}"


def _flow(ways: Iterable[Way]) -> Iterator[str]:
    lines = list(_chains(ways))
    yield from ("", "flow:" if lines else "flow: []", *lines, "")


def _chains(ways: Iterable[Way]) -> Iterator[str]:
    """Yield the ways as lines, one after another as far as they follow each other."""
    chain: list[str] = []
    product: str | None = None
    for way in ways:
        label = _label(way)
        follows = chain and chain[-1] == way.source and product == way.product
        longer = _arrows(product, *chain, way.target)
        if label is None and follows and len(f"  - {longer}") < LINE_WIDTH:
            chain.append(way.target)
            continue
        if chain:
            yield f"  - {_arrows(product, *chain)}"
        chain, product = [way.source, way.target], way.product
        if label is not None:
            key, value = _arrows(None, *chain), label
            if product is not None:
                key, value = _key(product), {key: label}
            yield from _lines(f"  - {key}: ", value, 6)
            chain = []
    if chain:
        yield f"  - {_arrows(product, *chain)}"


def _arrows(product: str | None, *names: str) -> str:
    """Return names joined by arrows, behind the product whose way it is."""
    begin = "" if product is None else f"{_key(product)}: "
    return begin + f" {ARROW} ".join(names)


def _label(way: Way) -> Any:
    """Return what stands behind the colon, or None where nothing need be said."""
    fields = {
        "share": way.share,
        "delay": way.delay or None,
        "customers": way.customers or None,
        "becomes": way.becomes,
        "benchmark": way.benchmark,
    }
    label = {key: _plain(value) for key, value in fields.items() if value is not None}
    return label.get("share") if set(label) <= {"share"} else label
