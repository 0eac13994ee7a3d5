"""Completion in the shell: the script that click makes, at work in bash."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from toc_sim.cli import main

ROOT = Path(__file__).parents[2]
TOOLS = str(ROOT / "scenarios" / "paper_cups_tools.yaml")
VARIABLE = "_TOC_SIM_COMPLETE"


def offered(words: list[str], incomplete: str) -> list[str]:
    """Return what is offered behind some words of a command."""
    shell = BashComplete(main, {}, "toc-sim", VARIABLE)
    return [each.value for each in shell.get_completions(words, incomplete)]


def test_commands_and_options_are_offered() -> None:
    """By their beginnings."""
    assert offered([], "ru") == ["run", "runs"]
    assert "--wide" in offered(["run", TOOLS], "--w")


def test_parameters_and_tools_of_the_file_are_offered() -> None:
    """The file stands before them on the command line."""
    assert "machine_2.capacity" in offered(["run", TOOLS, "--set"], "machine_2.c")
    assert "market.demand" in offered(["sweep", TOOLS, "--vary"], "market.d")
    assert sorted(offered(["compare", TOOLS, "--tool"], "new")) == [
        "new_machine_1",
        "new_machine_2",
        "new_machine_3",
    ]


@pytest.mark.parametrize("file", ["nowhere.yaml", "-", __file__])
def test_a_file_that_cannot_be_read_offers_nothing(file: str) -> None:
    """And no error: somebody is still typing."""
    assert offered(["run", file, "--set"], "m") == []


def test_a_scenario_is_a_file() -> None:
    """The shell itself completes its name."""
    shell = BashComplete(main, {}, "toc-sim", VARIABLE)

    [item] = shell.get_completions(["run"], "sce")

    assert item.type == "file"


@pytest.mark.parametrize("kind", [ZshComplete, FishComplete])
def test_other_shells_have_a_script(kind: type[ZshComplete | FishComplete]) -> None:
    """It asks the same program."""
    script = kind(main, {}, "toc-sim", VARIABLE).source()

    assert f"{VARIABLE}={kind.name}_complete" in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_with_the_script_of_the_readme(tmp_path: Path) -> None:
    """The line of the README, then Tab."""
    program = tmp_path / "toc-sim"
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -m toc_sim "$@"\n', encoding="utf-8"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = 'eval "$(_TOC_SIM_COMPLETE=bash_source toc-sim)"'
    tab = (
        'COMP_WORDS=(toc-sim "$@"); COMP_CWORD=$#; '
        '_toc_sim_completion toc-sim; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    words = ("compare", TOOLS, "--tool", "new_machine_2")

    done = subprocess.run(
        ["bash", "-c", f"{line}\n{tab}", "bash", *words],
        env={
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert line in readme
    assert done.stdout.split() == ["new_machine_2"], done.stderr
