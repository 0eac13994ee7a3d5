"""A comparison that is stopped anywhere goes on there, and says the same in the end."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import psutil
import pytest
from helpers.questions import PROGRAM, answered, asked, exported, kept, question

TASKS = 25 * 20
"""Of the question: doing nothing and 24 tools, 20 replications each."""

ALL = 4761
"""All that it comes to: with a pilot, purchases at time 0, and lifts of verdicts."""

PATIENCE = 120.0
"""Seconds after which a test gives up."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return question(tmp_path_factory.mktemp("question") / "line.yaml")


@pytest.fixture(scope="module")
def uninterrupted(file: Path) -> bytes:
    """All figures of the question, answered in one go by one process."""
    store = file.with_name("uninterrupted.sqlite")
    answered(file, store, "--workers", "1")
    assert kept(store) == ALL
    return exported(store)


def killed(file: Path, store: Path, least: int, workers: int) -> None:
    """Ask, and kill the whole process group once so many results are kept."""
    process = subprocess.Popen(
        asked(file, store, "--workers", str(workers)),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    begun = monotonic()
    while kept(store) < least and process.poll() is None:
        assert monotonic() - begun < PATIENCE
        sleep(0.002)
    assert process.poll() is None, "it ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def test_ten_kills_change_no_byte(
    file: Path, uninterrupted: bytes, tmp_path: Path
) -> None:
    """One run, killed with -9 at ten random moments, each time on 1 or 2 workers."""
    store = tmp_path / "runs.sqlite"
    chance = np.random.default_rng(10)
    moments = sorted(chance.choice(np.arange(1, TASKS - 50), 10, replace=False))
    left = []
    for number, moment in enumerate(moments):
        killed(file, store, moment, workers=1 + number % 2)
        left.append(kept(store))
    answered(file, store, "--workers", "1")

    assert left == sorted(left)
    assert all(count >= moment for count, moment in zip(left, moments, strict=True))
    assert exported(store) == uninterrupted


@pytest.mark.parametrize("moment", [0, 1, 250])
def test_a_run_that_was_killed_once_ends_the_same(
    file: Path, uninterrupted: bytes, tmp_path: Path, moment: int
) -> None:
    """A fresh run, killed at its beginning or in the middle."""
    store = tmp_path / "runs.sqlite"
    killed(file, store, moment, workers=1)
    answered(file, store, "--workers", "1")

    assert exported(store) == uninterrupted


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_workers_gives_the_same_bytes(
    file: Path, uninterrupted: bytes, tmp_path: Path, workers: int
) -> None:
    """As one process does."""
    store = tmp_path / "runs.sqlite"
    answered(file, store, "--workers", str(workers))

    assert exported(store) == uninterrupted


def test_a_worker_that_dies_is_told_and_loses_nothing(
    file: Path, uninterrupted: bytes, tmp_path: Path
) -> None:
    """As when memory runs out: a word, exit code 1, and the command again goes on."""
    store = tmp_path / "runs.sqlite"
    process = subprocess.Popen(
        asked(file, store, "--workers", "2"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    begun = monotonic()
    while kept(store) < 50:
        assert monotonic() - begun < PATIENCE
        sleep(0.01)
    workers = [
        child
        for child in psutil.Process(process.pid).children()
        if "popen_loky_posix" in " ".join(child.cmdline())
    ]
    workers[0].kill()
    said = process.communicate(timeout=PATIENCE)[1]
    answered(file, store, "--workers", "2")

    assert process.returncode == 1
    assert said == (
        "a process that simulated was killed, most likely for want of memory\n"
        "    hint: give the command again with fewer --workers; what a store has is "
        "not simulated again\n"
    )
    assert exported(store) == uninterrupted


def interrupted(
    command: list[str], due: Callable[[bytes], bool], times: int = 1
) -> tuple[int, str]:
    """Run a command in a terminal; press Ctrl-C once that is due by what was said.

    Returns the exit code, and all that the terminal was sent.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ |= {"COLUMNS": "100", "TERM": "xterm"}
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    said, begun = b"", monotonic()
    while monotonic() - begun < PATIENCE:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                said += os.read(terminal, 65_536)
            except OSError:  # so Linux says that nobody writes any more
                break
        if times and due(said):
            os.write(terminal, b"\x03")
            times -= 1
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), said.decode()


@pytest.mark.parametrize(("workers", "times"), [(1, 1), (2, 1), (2, 2)])
def test_ctrl_c_ends_with_a_word_on_how_to_go_on(
    file: Path, uninterrupted: bytes, tmp_path: Path, workers: int, times: int
) -> None:
    """In a terminal: 130, no traceback, what is kept, and a bar with the time left."""
    store = tmp_path / "runs.sqlite"
    command = asked(file, store, "--workers", str(workers))
    code, said = interrupted(command, lambda _: kept(store) >= 30, times)
    word = re.search(
        r"interrupted: (\d+) of 500 runs are done and kept in (\S+); the same command, "
        r"given again, goes on from there\r?\n",
        said,
    )

    assert code == 130
    assert word is not None, said
    assert word[2] == str(store)
    assert kept(store) - 1 <= int(word[1]) <= kept(store)
    assert "Traceback" not in said
    assert "comparing" in said
    assert re.search(r"\d+/500", said)
    assert re.search(r"0:0\d:\d\d", said)
    answered(file, store, "--workers", str(workers))
    assert exported(store) == uninterrupted


def test_ctrl_c_while_workers_start_is_quiet_too(file: Path, tmp_path: Path) -> None:
    """The processes that are just being started do not cry out."""
    store = tmp_path / "runs.sqlite"
    code, said = interrupted(
        asked(file, store, "--workers", "2"), lambda said: b"0/500" in said
    )

    assert code == 130
    assert "Traceback" not in said
    assert re.search(r"interrupted: \d+ of 500 runs are done and kept", said)


def test_nobody_looks_at_a_bar_in_a_pipe(file: Path, tmp_path: Path) -> None:
    """Where standard error is not a terminal, nothing is said of progress."""
    done = subprocess.run(
        asked(file, tmp_path / "runs.sqlite"),
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )

    assert done.stderr == b""


def test_a_run_that_is_not_finished_is_listed_but_not_exported(
    file: Path, tmp_path: Path
) -> None:
    """With what makes it whole."""
    store = tmp_path / "runs.sqlite"
    killed(file, store, 10, workers=1)
    listed, refused = (
        subprocess.run(
            [*PROGRAM, *command, "--store", str(store)],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        for command in (["runs"], ["export", "last"])
    )

    assert listed.returncode == 0
    assert "not finished" in listed.stdout
    assert "give 'toc-sim compare FILE --most 20' again" in listed.stdout
    assert refused.returncode == 1
    assert refused.stderr == (
        f"no run in {store} is finished\n    hint: 'toc-sim runs' tells how to go on\n"
    )
