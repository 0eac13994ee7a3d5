"""The reference of the Python interface, docs/python.md, out of the docstrings.

``python benchmarks/reference.py`` prints it, ``--write`` writes it.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import toc_sim

PAGE = Path(__file__).parents[1] / "docs" / "python.md"

HEAD = """# The Python interface

`import toc_sim` costs nothing: a name is fetched when it is used. Each question is a
function, named like its command, with keywords named like the options; each gives an
[Answer](#answer). [tutorial.md](tutorial.md) shows them at work. This page is taken
from the docstrings by `python benchmarks/reference.py --write`.
"""

GROUPS = {
    "Scenarios": ("load", "Scenario", "dump", "with_tools"),
    "What a scenario does": ("run", "capacity", "simulate", "diagnose"),
    "Which tools to buy": ("compare", "roadmap", "reach"),
    "Parameters given other values": ("sweep", "map", "breakdown"),
    "From your own records": ("calibrate", "RecordsAsked"),
    "This quarter": ("quarter", "QuarterOptions"),
    "A page for those who decide": ("write_report", "write_lesson", "speaking"),
    "Answers and options": ("Answer", "Options", "Settings"),
    "Errors": ("TocError", "ScenarioError", "QuestionError"),
}
"""All public names, in the order of the page."""

METHODS = {
    "Scenario": ("changed", "title"),
    "Answer": (
        *("sentence", "to_dict", "to_json", "to_pandas", "to_arrow", "text", "plot"),
    ),
}
"""What is told of a class besides."""

_SECTION = re.compile(r"^([A-Z][a-z]+)\n-{3,}\n", re.MULTILINE)


def page() -> str:
    """Return the page as the docstrings are now."""
    parts = [HEAD]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n")
        for name in names:
            public = getattr(toc_sim, name)
            parts += _told(f"### {name}", name, public)
            for method in METHODS.get(name, ()):
                parts += _told(f"#### {name}.{method}", method, getattr(public, method))
    return "\n".join(parts)


def _told(heading: str, name: str, what: Any) -> Iterator[str]:
    """Yield a heading, a signature where there is one, and the docstring."""
    yield f"{heading}\n"
    if inspect.isfunction(what):
        yield f"```text\n{_signature(name, what)}\n```\n"
    yield _as_markdown(inspect.getdoc(what) or "")


def _signature(name: str, function: Any) -> str:
    """Return how a function is called, a line for each argument if there are many."""
    found = inspect.signature(function)
    parts = [
        str(each).partition(":")[0]
        if each.default is each.empty
        else f"{each.name}={getattr(each.default, '__name__', repr(each.default))}"
        for each in found.parameters.values()
        if each.name != "self"
    ]
    if any(each.kind is each.KEYWORD_ONLY for each in found.parameters.values()):
        first = next(
            place
            for place, each in enumerate(found.parameters.values())
            if each.kind is each.KEYWORD_ONLY
        )
        parts.insert(first, "*")
    return "\n".join(
        textwrap.wrap(f"{name}({', '.join(parts)})", 100, subsequent_indent="    ")
    )


def _as_markdown(text: str) -> str:
    """Return a docstring in the manner of numpydoc as Markdown."""
    first, *rest = _SECTION.split(text)
    told = [f"{_links(first.strip())}\n"]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        if title == "Examples":
            told.append(f"```python\n{body.strip()}\n\n```\n")
        else:
            told.append(f"*{title}*\n\n{_items(body)}")
    return "\n".join(told)


def _items(body: str) -> str:
    """Return names with what is said of each as a list; other text as it is."""
    blocks = re.split(r"\n(?=\S)", body.strip())
    if not any("\n" in each for each in blocks):
        return f"{_links(body.strip())}\n"
    lines = []
    for each in blocks:
        name, _, said = each.partition("\n")
        if not said.startswith(" "):
            lines.append(_links(each))
            continue
        joined = " ".join(textwrap.dedent(said).split())
        names = ", ".join(f"`{part}`" for part in name.strip("*").split(", "))
        lines.append(f"- {names}: {_links(joined)}")
    return "\n".join(lines) + "\n"


def _links(text: str) -> str:
    """Return text whose names of other public things lead to them."""

    def link(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in toc_sim.__all__:
            return f"[`{name}`](#{name.lower()})"
        return found.group(0)

    return re.sub(r"(?<!`)`(?:toc_sim\.)?(\w+)`(?!`)", link, text).replace("``", "`")


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
