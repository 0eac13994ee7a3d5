"""The page of rules is held by laws that are there, and the code cites rules of it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
RULES = re.findall(r"^\*\*(R\d+) ", PAGE, re.MULTILINE)
LAWS = re.findall(r"(tests/[\w/]+\.py)(?:::(\w+))?", PAGE)


def test_rules_are_numbered_in_their_order() -> None:
    """A number is never given twice."""
    expected = [f"R{number}" for number in range(1, len(RULES) + 1)]

    assert expected == RULES


def test_every_rule_has_a_law_that_is_there() -> None:
    """A law that was moved or renamed is cited by its new name."""
    missing = [
        f"{file}::{name}"
        for file, name in LAWS
        if not (ROOT / file).exists()
        or (name and f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8"))
    ]

    assert len(LAWS) >= len(RULES)
    assert missing == []


def test_engines_cite_rules_that_are_on_the_page() -> None:
    """A rule is cited as R12, in the file of either engine that keeps it."""
    cited = {
        rule
        for file in sorted((ROOT / "toc_sim" / "engine").rglob("*.py"))
        for rule in re.findall(r"\bR\d+\b", file.read_text(encoding="utf-8"))
    }

    assert cited <= set(RULES)
