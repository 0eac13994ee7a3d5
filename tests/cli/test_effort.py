"""What takes long, or much memory, is told before it begins, or refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from helpers.questions import PROGRAM

FAILS_FOR_EVER = """\
format: 1
name: n
stages:
  a: {kind: machine, rate: 1}
  b:
    kind: machine
    rate: 1e-9
    availability: {mean_time_between_failures: 1, mean_time_to_repair: 1}
flow: [a -> b]
run: {horizon: 10, warmup: 0, replications: 1}
"""
TOO_OFTEN = """\
format: 1
name: n
stages:
  a: {kind: machine, rounds: {every: 1e-12, items: 1}}
  b: {kind: machine, rate: 8}
flow: [a -> b]
run: {horizon: 10, warmup: 0, replications: 1}
"""
CUPS = Path("scenarios/paper_cups.yaml").read_text(encoding="utf-8")
EXIT = """\
format: 1
name: a market that takes all
stages:
  a: {kind: machine, rate: 1}
  m: {kind: market, demand: 1000000}
flow: [a -> m]
run: {horizon: 500, warmup: 0}
"""


def run(path: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a scenario by the installed program."""
    path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [*PROGRAM, *options, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("text", [FAILS_FOR_EVER, TOO_OFTEN])
@pytest.mark.parametrize("command", ["run", "compare"])
def test_what_has_no_end_is_refused_before_it_begins(
    tmp_path: Path, text: str, command: str
) -> None:
    """Failures within one service, and rounds, count: with the way out."""
    tools = "tools: {t: {cost: {upfront: 1}, effects: {b.rate: {scale: 2}}}}\n"
    options = ("--no-store", "--by", "throughput") if command == "compare" else ()
    done = run(tmp_path / "n.yaml", text + tools, command, *options)

    assert done.returncode == 1
    assert done.stderr.startswith("this will take about ")
    assert "nothing was run" in done.stderr
    assert "--yes" in done.stderr
    assert "replications below 1" not in done.stderr


def test_what_takes_too_long_is_refused(tmp_path: Path) -> None:
    """A horizon that somebody mistook is told before an hour has gone."""
    done = run(tmp_path / "n.yaml", CUPS, "run", "--horizon", "1e10")

    assert done.returncode == 1
    assert "more than 10 min" in done.stderr or "this machine has" in done.stderr


def test_a_market_that_takes_all_is_not_much_work(tmp_path: Path) -> None:
    """What can come to a node counts, not what it could do."""
    done = run(tmp_path / "n.yaml", EXIT, "run", "-q")

    assert done.returncode == 0
    assert done.stderr == ""
