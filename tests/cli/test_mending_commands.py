"""Warnings end in the command that mends what they warn of, in the user's words."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim.cli import main

QUEUE = """
format: 1
name: queue
stages:
  customers: {kind: source, arrivals: 8, cv: 1, distribution: exponential}
  desk: {kind: team, capacity: 10, cv: 1, distribution: exponential}
  market: {kind: market, demand: 1000}
flow:
  - customers -> desk -> market
"""

LINE = """
format: 1
name: line
stages:
  a: {kind: machine, capacity: 10, cv: 1, distribution: exponential}
  b: {kind: machine, capacity: 10, cv: 1, distribution: exponential, buffer: 2}
  market: {kind: market, demand: 20, buffer: 2}
flow:
  - a -> b -> market
tools:
  better_a: {cost: {upfront: 1}, effects: {a.capacity: {set: 10.2}}}
  better_b: {cost: {upfront: 1}, effects: {b.capacity: {set: 10.2}}}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where a user does: in a wide window, with files in a folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "1000")
    (tmp_path / "my files").mkdir()
    (tmp_path / "my files" / "queue.yaml").write_text(QUEUE, encoding="utf-8")
    (tmp_path / "my files" / "line.yaml").write_text(LINE, encoding="utf-8")


def told(command: str) -> list[str]:
    """Return the lines that a command prints."""
    program, *words = shlex.split(command)
    assert program == "toc-sim"
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


SETTLING = [
    ("--warmup 50 --horizon 10", "this needs a window of about", "--horizon"),
    ("--horizon 80 --warmup=1", "the warm-up is too short: ", "--warmup"),
    (
        "--warmup 1 --horizon 10",
        "the warm-up and the window are too short: ",
        "--warmup",
    ),
]


@pytest.mark.parametrize(("options", "says", "mends"), SETTLING)
def test_what_has_not_settled_settles_as_it_is_told(
    options: str, says: str, mends: str
) -> None:
    """The command is the user's own, longer; and it mends it."""
    command = f"toc-sim run 'my files/queue.yaml' --seed 3 {options} --no-store"

    [warning] = [line for line in told(command) if "are not settled" in line]
    better = warning[warning.index("toc-sim run") :]

    assert says in warning
    assert "'my files/queue.yaml' --seed 3" in better
    assert mends in better.split()
    assert better.count("--warmup") + better.count("--horizon") == 2
    assert not [line for line in told(better) if "are not settled" in line]


def test_one_run_is_told_how_to_be_several() -> None:
    """And several say how sure their figures are."""
    command = (
        "toc-sim run 'my files/queue.yaml' --horizon 50 --replications 1 --no-store"
    )

    [warning] = [line for line in told(command) if "How sure" in line]
    better = warning[warning.index("toc-sim") :]

    assert better == (
        "toc-sim run 'my files/queue.yaml' --horizon 50 --no-store --replications 20"
    )
    assert "replications: 20" in "\n".join(told(better))


def test_a_comparison_that_ends_too_soon_is_told_how_to_go_on() -> None:
    """With more replications of a candidate, or more runs if those were limited."""
    asked = (
        "toc-sim compare 'my files/line.yaml' --no-store --horizon 20 --by throughput "
        "--margin 0.0001"
    )

    [warning] = [line for line in told(f"{asked} --most 30") if "runs ended" in line]
    [limited] = [line for line in told(f"{asked} --runs 60") if "runs ended" in line]

    assert warning.endswith(f": {asked} --most 120")
    assert f": {asked} --runs " in limited


def test_what_is_refused_for_its_length_says_how_to_insist() -> None:
    """The whole command, to be given again."""
    words = ["run", "my files/queue.yaml", "--horizon", "1e10", "--no-store"]

    refused = CliRunner().invoke(main, words)

    assert refused.exit_code == 1
    assert refused.stderr.rstrip().endswith(
        "toc-sim run 'my files/queue.yaml' --horizon 1e10 --no-store --yes"
    )
