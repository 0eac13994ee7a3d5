"""The GitHub Action and the pre-commit hooks: their own commands, run as they do."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from toc_sim.cli import main

ROOT = Path(__file__).parents[1]
ACTION = ROOT / ".github" / "actions" / "toc-sim"
CUPS = (ROOT / "scenarios" / "paper_cups.yaml").read_text(encoding="utf-8")
FASTER = CUPS.replace("capacity: 8", "capacity: 15").replace(
    "{constraint: machine_2, throughput: 8}", "{constraint: sales, throughput: 9}"
)
MOVED = "**The constraint moves from `machine_2` to `sales`**"


def read(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with two scenarios, and a toc-sim beside it."""
    folder = tmp_path / "work"
    (folder / "scenarios" / "more").mkdir(parents=True)
    (folder / "scenarios" / "a b.yaml").write_text(CUPS, encoding="utf-8")
    (folder / "scenarios" / "more" / "c.yaml").write_text(CUPS, encoding="utf-8")
    who = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it was"]):
        subprocess.run(
            ["git", *who, *words], cwd=folder, check=True, capture_output=True
        )
    program = tmp_path / "bin" / "toc-sim"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m toc_sim "$@"\n',
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


def checked(repository: Path, **settings: str) -> tuple[int, str, str]:
    """Run the step of the action; return its code, the summary and the output."""
    temporary = repository.parent
    environment = {
        **os.environ,
        "PATH": f"{temporary / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "TOC_SIM_FILES": "scenarios/**/*.yaml",
        "TOC_SIM_SINCE": "HEAD",
        "TOC_SIM_ONLY_CHANGED": "true",
        "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
        "GITHUB_OUTPUT": str(temporary / "output"),
        "RUNNER_TEMP": str(temporary),
        **settings,
    }
    done = subprocess.run(
        ["bash", str(ACTION / "check.sh")],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    summary = temporary / "summary.md"
    told = summary.read_text(encoding="utf-8") if summary.exists() else done.stderr
    return done.returncode, told, (temporary / "output").read_text(encoding="utf-8")


def test_the_action_tells_what_a_change_does(repository: Path) -> None:
    """In the summary of the job, and in a file that its output names."""
    (repository / "scenarios" / "a b.yaml").write_text(FASTER, encoding="utf-8")

    code, summary, output = checked(repository)

    assert code == 0, summary
    assert summary.startswith(f"### `scenarios/a b.yaml`\n\n{MOVED}")
    assert "more/c.yaml" not in summary
    report = Path(output.strip().removeprefix("report="))
    assert report.read_text(encoding="utf-8") == summary


def test_the_action_fails_where_a_file_is_not_as_it_expects(repository: Path) -> None:
    """With the report in the summary all the same."""
    text = CUPS.replace("capacity: 8", "capacity: 15")
    (repository / "scenarios" / "a b.yaml").write_text(text, encoding="utf-8")

    code, summary, _ = checked(repository)

    assert code == 1
    assert MOVED in summary
    assert "- `expect.constraint: machine_2 (found sales)`" in summary


def test_the_action_looks_at_every_file_if_it_is_told_to(repository: Path) -> None:
    """Also without anything to compare with."""
    code, summary, _ = checked(repository, TOC_SIM_SINCE="")

    assert code == 0, summary
    assert summary.count("**The constraint is `machine_2`**") == 2


@pytest.mark.parametrize("files", ["scenarios/**/*.yaml", "nowhere/*.yaml"])
def test_the_action_has_nothing_to_say_of_no_change(
    repository: Path, files: str
) -> None:
    """And that is well."""
    code, summary, _ = checked(repository, TOC_SIM_FILES=files)

    assert (code, summary) == (0, "No scenario was changed.\n")


def test_the_action_says_that_a_copy_is_too_shallow(repository: Path) -> None:
    """With what to set."""
    code, told, _ = checked(repository, TOC_SIM_SINCE="0123456789abcdef")

    assert code == 1
    assert "check out with fetch-depth: 0" in told


def test_the_page_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Word for word."""
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "pull-requests.md").read_text(encoding="utf-8")
    [(command, output)] = re.findall(
        r"```console\n\$ toc-sim (.*?)\n(.*?)```", page, re.DOTALL
    )

    told = CliRunner().invoke(main, shlex.split(command))

    assert told.exit_code == 0
    assert told.stdout == output


def test_every_input_of_the_action_reaches_its_steps() -> None:
    """By the environment: no text of a pull request becomes part of a command."""
    action = read(ACTION / "action.yml")
    steps = action["runs"]["steps"]
    given = [str(value) for step in steps for value in step.get("env", {}).values()]
    given += [str(value) for step in steps for value in step.get("with", {}).values()]

    for name in action["inputs"]:
        assert f"${{{{ inputs.{name} }}}}" in given, name
    assert not [step for step in steps if "${{" in step.get("run", "")]
    assert all(step["shell"] == "bash" for step in steps if "run" in step)


def test_the_workflow_uses_the_action_with_its_inputs() -> None:
    """And checks out enough to compare with."""
    workflow = read(ROOT / ".github" / "workflows" / "scenarios.yml")
    checkout, used, *_ = workflow["jobs"]["constraint"]["steps"]

    assert checkout["with"]["fetch-depth"] == 0
    assert (ROOT / used["uses"]).resolve() == ACTION.resolve()
    assert set(used["with"]) <= set(read(ACTION / "action.yml")["inputs"])


@pytest.mark.parametrize(
    "hook", read(ROOT / ".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"]
)
def test_a_hook_is_a_command_that_passes_and_fails(
    hook: dict[str, str], tmp_path: Path
) -> None:
    """As pre-commit gives it: the entry, and then the files."""
    program, *words = shlex.split(hook["entry"])
    well, ill = tmp_path / "well.yaml", tmp_path / "ill.yaml"
    well.write_text(CUPS, encoding="utf-8")
    ill.write_text(CUPS.replace("capacity", "capcity", 1), encoding="utf-8")

    passed = CliRunner().invoke(main, [*words, str(well)])
    failed = CliRunner().invoke(main, [*words, str(well), str(ill)])

    assert program == "toc-sim"
    assert hook["language"] == "python"
    assert (passed.exit_code, failed.exit_code) == (0, 1)
