"""The README teaches what the program does: every block in it is run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from toc_sim import load
from toc_sim.cli import main
from toc_sim.experiment.expectations import unmet

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def lessons(text: str) -> list[tuple[str, str]]:
    """Return every command of a page that is shown with its output."""
    found = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            if command.startswith("toc-sim"):
                found.append((command, output.rstrip()))
    return found


README = lessons((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("command", "output"), README, ids=[c for c, _ in README])
def test_what_the_readme_shows(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command of the README prints what stands below it, word for word."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")

    answer = CliRunner().invoke(main, shlex.split(command)[1:])

    told = "\n".join(line.rstrip() for line in answer.stdout.splitlines())
    assert answer.exit_code == 0, answer.output
    assert told.rstrip() == output


def test_what_the_page_of_certificates_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One command writes the file that the next one reads."""
    copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    page = lessons((ROOT / "docs" / "certificate.md").read_text(encoding="utf-8"))
    for command, output in page:
        answer = CliRunner().invoke(main, shlex.split(command)[1:])

        assert answer.exit_code == 0, answer.output
        assert answer.stdout.rstrip() == output
    assert len(page) == 2


def test_the_readme_teaches_the_walk() -> None:
    """The four steps of the paper cups stand in the README as commands."""
    walk = [output for command, output in README if "--quiet" in command]

    assert [next(iter(each.split(" is the"))) for each in walk[:4]] == [
        "machine_2",
        "sales",
        "machine_3",
        "The market",
    ]


@pytest.mark.parametrize(
    "code",
    re.findall(
        r"```python\n(.*?)```",
        (ROOT / "README.md").read_text(encoding="utf-8"),
        re.DOTALL,
    ),
)
def test_the_readme_from_python(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the README shows in Python runs, and its assertions hold."""
    monkeypatch.chdir(ROOT)

    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own page


def test_a_slip_is_told_as_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message for a typing slip is the one that the README shows."""
    text = (ROOT / "scenarios" / "paper_cups.yaml").read_text(encoding="utf-8")
    shown = re.findall(
        r"```text\n(typo.*?)```",
        (ROOT / "README.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    slip = text.replace(
        "machine_2: {kind: machine, capacity", "machine_2: {kind: machine, capcity"
    )
    (tmp_path / "typo.yaml").write_text(slip, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    answer = CliRunner().invoke(main, ["check", "typo.yaml"])

    assert answer.exit_code == 1
    assert answer.stderr == shown[0]


def test_ci_runs_what_the_readme_says() -> None:
    """The test command of the README is the one that CI calls."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    called = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    commands = [
        line for line in text.splitlines() if line.startswith("python3 -m venv")
    ]
    assert len(commands) == 2
    assert commands[1] in called.splitlines()


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("scenarios/**/*.yaml")), ids=lambda path: path.stem
)
def test_scenarios_do_what_they_teach(path: Path) -> None:
    """A scenario that ships does what its author expects of it."""
    assert unmet(load(path)) == ()
