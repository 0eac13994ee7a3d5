"""Commands load what they need and nothing else, so that they answer at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from helpers.questions import question

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CUPS = str(SCENARIOS / "paper_cups.yaml")
RANDOM = str(SCENARIOS / "paper_cups_random.yaml")

LIBRARIES = (
    "joblib",
    "matplotlib",
    "networkx",
    "numpy",
    "pydantic",
    "rich",
    "ruamel",
    "scipy",
    "simpy",
    "sqlite3",
)
"""That take a tenth of a second or more together."""

SLOW = ("distributed", "matplotlib", "numba", "pandas", "scipy.optimize", "scipy.stats")
"""That take longer each than all else that a short command does."""

COMMANDS = (
    *("breakdown", "capacity", "check", "compare", "export", "map", "new", "reach"),
    *("roadmap", "run", "runs", "schema", "sweep"),
)


def loaded(names: tuple[str, ...], *command: str) -> list[str]:
    """Return which of some libraries a command loads, in a process of its own."""
    program = (
        "import sys; from toc_sim.cli import main\n"
        f"try: main({list(command)!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print(*[each for each in {names!r} if each in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()[-1].split()


@pytest.mark.parametrize(
    "command", [["--version"], ["--help"], *([each, "--help"] for each in COMMANDS)]
)
def test_help_and_version_load_no_library(command: list[str]) -> None:
    """Whatever is asked about, nothing numerical is loaded to tell."""
    assert loaded((*LIBRARIES, *SLOW), *command) == []


@pytest.mark.parametrize("command", ["capacity", "run"])
def test_a_line_without_chance_takes_no_library_of_mathematics(command: str) -> None:
    """Neither a program solver nor a compiler nor a plotter."""
    assert loaded(("scipy", "joblib", *SLOW), command, CUPS) == []


def test_a_short_run_with_chance_takes_nothing_slow() -> None:
    """A few quantiles are all that is wanted of SciPy."""
    assert loaded(("joblib", *SLOW), "run", RANDOM, "--horizon", "20") == []


def test_a_short_comparison_takes_nothing_that_it_has_no_use_for(
    tmp_path: Path,
) -> None:
    """On one core, by SimPy: no other process, no compiler, no statistics."""
    file = str(question(tmp_path / "line.yaml", tools=1, replications=5))
    unused = ("joblib", "distributed", "matplotlib", "numba", "pandas", "scipy.stats")
    command = ("compare", file, "--most", "5", "--store", str(tmp_path / "runs.sqlite"))

    assert loaded(unused, *command) == []
