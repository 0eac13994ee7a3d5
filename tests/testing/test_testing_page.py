"""The page about testing shows what the package does: every block of it is run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim.cli import main
from toc_sim.testing import laws

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ (toc-sim [^\n]*)\n(.*?)```", PAGE, re.DOTALL)
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.law
@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[c for c, _ in SHOWN])
def test_what_the_page_shows(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command prints what stands below it, word for word."""
    monkeypatch.chdir(ROOT)

    answer = CliRunner().invoke(main, shlex.split(command)[1:])

    assert answer.exit_code == 0, answer.output
    assert answer.stdout == output


@pytest.mark.parametrize("code", CODE)
def test_the_page_from_python(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page shows in Python runs, and its assertions hold."""
    monkeypatch.chdir(ROOT)

    exec(compile(code, "testing.md", "exec"), {})  # noqa: S102 - our own page


def test_the_page_tells_every_law() -> None:
    """Each has a row, in their order."""
    told = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)

    assert told == [law.__name__ for law in laws.LAWS]
