"""The tutorial runs, and the reference is what the docstrings say."""

from __future__ import annotations

from doctest import DocTestParser, DocTestRunner
from importlib import import_module
from pathlib import Path

import pytest

import toc_sim

ROOT = Path(__file__).parents[2]


def test_the_tutorial_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands below a line is what the line gives."""
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    told: list[str] = []

    blocks = DocTestParser().get_doctest(text, {}, "tutorial.md", None, None)
    result = DocTestRunner().run(blocks, out=told.append)

    assert result.attempted > 20
    assert not result.failed, "".join(told)


def test_the_reference_is_what_the_docstrings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every public name has its place in it."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    reference = import_module("reference")
    named = {name for names in reference.GROUPS.values() for name in names}

    assert named == {name for name in toc_sim.__all__ if name != "__version__"}
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), (
        "run python benchmarks/reference.py --write"
    )
