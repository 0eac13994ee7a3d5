"""What docs/teaching.md says of the lesson is what the lesson is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim import run
from toc_sim.cli import main
from toc_sim.lesson.cups import cups
from toc_sim.lesson.page import words_of
from toc_sim.tools import with_tools

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
SHORTS = [text for key, text in words_of("en").items() if key.endswith(".short")][:-1]
"""What the acts are called in the page; the last is the class, which is none."""

BOUGHT = {
    3: (),
    4: ("new_machine_1",),
    5: ("new_machine_2",),
    6: ("new_machine_2", "sales_training"),
    7: ("new_machine_2", "sales_training", "new_machine_3"),
}
"""What each act about the line has bought."""


def acts() -> dict[int, list[str]]:
    """Return the cells of the table of acts, by number."""
    rows = re.findall(r"^\| (\d+) (.*) \|$", PAGE, flags=re.MULTILINE)
    return {int(number): text.split(" | ") for number, text in rows[: len(SHORTS)]}


def test_every_act_stands_in_the_table_by_its_name() -> None:
    """In the order of the page."""
    assert [cells[0] for cells in acts().values()] == SHORTS


@pytest.mark.parametrize("act", BOUGHT)
def test_the_figures_of_the_table_are_the_engines(act: int) -> None:
    """And the stage that it names is the constraint."""
    answer = run(with_tools(cups(), list(BOUGHT[act])), store=False)
    told = acts()[act][-1]

    assert f"{answer.to_dict()['throughput_counted']['mean']:.2f}" in told
    [constraint] = answer.constraint
    if act != 4:  # there the stage is named an act before
        assert constraint.replace("_", " ") in told


def test_its_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of the page, as it stands there."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"(?:^\$ |`)toc-sim (\w+ [^`\n]+)", PAGE, flags=re.MULTILINE)

    for command in commands:
        done = CliRunner().invoke(main, shlex.split(command))
        assert done.exit_code == 0, done.output
    assert len(commands) == 5
    assert (tmp_path / "lesson.html").stat().st_size > 10_000
