"""The page about waiting shows what the program says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "waiting.md").read_text(encoding="utf-8")
FILE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
SHOWN = re.findall(r"```console\n\$ toc-sim (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[c for c, _ in SHOWN])
def test_what_the_page_of_waiting_shows(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command prints what stands below it, word for word, for the file shown."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "desk.yaml").write_text(FILE, encoding="utf-8")

    answer = CliRunner().invoke(main, shlex.split(command))

    told = "\n".join(line.rstrip() for line in answer.stdout.splitlines())
    assert answer.exit_code == 0, answer.output
    assert told.rstrip() == output.rstrip()


def test_the_page_shows_a_run_a_comparison_and_a_sweep() -> None:
    """None of its blocks is left out of the test above."""
    assert [command.split()[0] for command, _ in SHOWN] == ["run", "compare", "sweep"]
