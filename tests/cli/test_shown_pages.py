"""Pages about one question show what the program says of the file in them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim.cli import main

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    "overtime": ("workshop.yaml", ["run", "sweep", "compare"]),
    "waiting": ("desk.yaml", ["run", "compare", "sweep"]),
}
"""Each with the name of its file, and the commands that it shows."""


def text_of(page: str) -> str:
    """Return what a page says."""
    return (DOCS / f"{page}.md").read_text(encoding="utf-8")


def shown(page: str) -> list[tuple[str, str]]:
    """Return the commands that a page shows, each with what stands below it."""
    return re.findall(
        r"```console\n\$ toc-sim (.*?)\n(.*?)```", text_of(page), re.DOTALL
    )


@pytest.mark.parametrize(
    ("page", "command", "output"),
    [(page, *block) for page in PAGES for block in shown(page)],
)
def test_what_a_page_shows(
    page: str,
    command: str,
    output: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A command prints what stands below it, word for word, for the file shown."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    file = re.findall(r"```yaml\n(.*?)```", text_of(page), re.DOTALL)[0]
    (tmp_path / PAGES[page][0]).write_text(file, encoding="utf-8")

    answer = CliRunner().invoke(main, shlex.split(command))

    told = "\n".join(line.rstrip() for line in answer.stdout.splitlines())
    assert answer.exit_code == 0, answer.output
    assert told.rstrip() == output.rstrip()


@pytest.mark.parametrize("page", PAGES)
def test_no_block_of_a_page_is_left_out(page: str) -> None:
    """The test above finds them all."""
    assert [command.split()[0] for command, _ in shown(page)] == PAGES[page][1]
