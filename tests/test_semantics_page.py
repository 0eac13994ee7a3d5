"""The page of rules is held by laws that are there; engines and laws cite its rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
RULES = re.findall(r"^\*\*(R\d+) ", PAGE, re.MULTILINE)
LAWS = re.findall(
    r"^\*\*(R\d+) (?:(?!^\*\*R).)*?^\*Law: (tests/[\w/]+\.py)(?:::(\w+))?",
    PAGE,
    re.MULTILINE | re.DOTALL,
)
ENGINES = ("reference", "compiled")

SHARED: Mapping[str, str] = {
    "R5": "toc_sim/network/build.py",  # both engines take the turns as ranks
    "R33": "toc_sim/scenario/parts.py",  # engines see nodes of one product only
    "R44": "toc_sim/streams.py",  # both engines draw from the same generators
}
"""Rules that neither engine keeps by itself, and the file that does it for both."""


def _cited_in(text: str) -> set[str]:
    return set(re.findall(r"\bR\d+\b", text))


def _docstrings_in(file: Path) -> str:
    """Return all docstrings of a file, or of the files in a folder."""
    files = sorted(file.rglob("*.py")) if file.is_dir() else [file]
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return "\n".join(
        ast.get_docstring(node) or ""
        for each in files
        for node in ast.walk(ast.parse(each.read_text(encoding="utf-8")))
        if isinstance(node, owners)
    )


def _docstring_of_law(file: Path, name: str) -> str:
    """Return the docstring of a test, or of its file where no test is named."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if not name:
        return ast.get_docstring(tree) or ""
    named = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return ast.get_docstring(next(named)) or ""


def test_rules_are_numbered_in_their_order() -> None:
    """A number is never given twice."""
    expected = [f"R{number}" for number in range(1, len(RULES) + 1)]

    assert expected == RULES


def test_every_rule_has_a_law_that_is_there() -> None:
    """A law that was moved or renamed is cited by its new name."""
    missing = [
        f"{file}::{name}"
        for _, file, name in LAWS
        if not (ROOT / file).exists()
        or (name and f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8"))
    ]

    assert [rule for rule, _, _ in LAWS] == RULES
    assert missing == []


def test_laws_cite_the_rules_that_they_hold() -> None:
    """The docstring of a law has the number of each rule that names it."""
    silent = [
        f"{rule}: {file}::{name}"
        for rule, file, name in LAWS
        if rule not in _cited_in(_docstring_of_law(ROOT / file, name))
    ]

    assert silent == []


def test_code_cites_rules_that_are_on_the_page() -> None:
    """A rule is cited as R12, in the file that keeps it."""
    cited = {
        rule
        for file in sorted((ROOT / "toc_sim").rglob("*.py"))
        for rule in _cited_in(file.read_text(encoding="utf-8"))
    }

    assert cited <= set(RULES)


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_cites_every_rule(engine: str) -> None:
    """Each rule can be found in both engines, in the function that keeps it."""
    cited = _cited_in(_docstrings_in(ROOT / "toc_sim" / "engine" / engine))

    assert [rule for rule in RULES if rule not in cited | set(SHARED)] == []


def test_what_keeps_a_rule_for_both_engines_cites_it() -> None:
    """Rules of the network, the scenario or the streams are cited there instead."""
    silent = {
        rule: file
        for rule, file in SHARED.items()
        if rule not in _cited_in(_docstrings_in(ROOT / file))
    }

    assert silent == {}
