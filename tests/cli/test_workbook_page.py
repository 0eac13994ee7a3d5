"""The page about workbooks shows what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner
from helpers.books import edited

from toc_sim import load
from toc_sim.cli import main
from toc_sim.workbook.sheet_plans import plans

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")


def test_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command, word for word, in the order of the page."""
    copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    shown = 0
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            answer = CliRunner().invoke(main, shlex.split(command)[1:])
            shown += 1

            assert answer.exit_code == 0, answer.output
            assert answer.stdout == output
    assert shown == 6


def test_what_the_page_says_of_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three cells are changed, and told."""
    monkeypatch.chdir(tmp_path)
    cells = {"Flow!B3": "procedur", "Economics!C2": "250 EUR", "Run!B2": 0}
    edited(load(ROOT / "scenarios" / "clinic.yaml"), Path("clinic.xlsx"), cells)
    [told] = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)

    answer = CliRunner().invoke(main, ["check", "clinic.xlsx"])

    assert (answer.exit_code, answer.stderr) == (1, told)


def test_the_page_names_every_sheet() -> None:
    """In their order, in the table of sheets."""
    table = PAGE.partition("## The sheets")[2].partition("## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    assert named == [plan.title for plan in plans()]
