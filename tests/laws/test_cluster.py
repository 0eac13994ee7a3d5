"""A real Dask cluster gives the same bytes, also when a worker of it is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest
from helpers.questions import answered, asked, exported, kept, question

PATIENCE = 120.0
"""Seconds after which a test gives up."""

Process = subprocess.Popen[str]


@dataclass(frozen=True)
class Cluster:
    """A scheduler with its workers, as somebody starts them by hand."""

    address: str
    scheduler: Process
    workers: tuple[Process, ...]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return question(tmp_path_factory.mktemp("question") / "line.yaml")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    place = tmp_path / "scheduler.json"
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = started(
        "scheduler", *here, "--port", "0", "--scheduler-file", str(place)
    )
    alone = ["--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)]
    workers = tuple(
        started("worker", *here, *alone, "--scheduler-file", str(place))
        for _ in range(2)
    )
    try:
        yield Cluster(address(place), scheduler, workers)
    finally:
        for each in (*workers, scheduler):
            each.kill()
            each.wait(PATIENCE)


def started(what: str, *options: str) -> Process:
    """Start a part of a cluster."""
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{what}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def address(place: Path) -> str:
    """Return where a scheduler can be reached, once it says so."""
    begun = monotonic()
    while monotonic() - begun < PATIENCE:
        try:
            return str(json.loads(place.read_text(encoding="utf-8"))["address"])
        except (FileNotFoundError, ValueError):
            sleep(0.05)
    pytest.fail("the scheduler did not start")


def under_way(file: Path, store: Path, cluster: Cluster) -> Process:
    """Ask the cluster, and return once 50 results are kept."""
    process = subprocess.Popen(
        asked(file, store, "--cluster", cluster.address),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    begun = monotonic()
    while kept(store) < 50 and process.poll() is None:
        assert monotonic() - begun < PATIENCE
        sleep(0.005)
    assert process.poll() is None, process.communicate()
    return process


def ended(process: Process) -> tuple[int, str]:
    """Return the exit code of a command, and what it said on standard error."""
    try:
        _, said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return process.returncode, said


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    file: Path, cluster: Cluster, tmp_path: Path
) -> None:
    """One of two workers is killed in the middle; the other does what is left."""
    store, alone = tmp_path / "cluster.sqlite", tmp_path / "alone.sqlite"
    process = under_way(file, store, cluster)
    cluster.workers[0].kill()

    assert ended(process) == (0, "")
    assert cluster.workers[1].poll() is None
    answered(file, alone, "--workers", "1")
    assert exported(store) == exported(alone)


def test_a_run_on_a_cluster_is_interrupted_and_gone_on_with_elsewhere(
    file: Path, cluster: Cluster, tmp_path: Path
) -> None:
    """Ctrl-C ends it quietly; this machine does the rest; the cluster is free again."""
    store, other = tmp_path / "runs.sqlite", tmp_path / "other.sqlite"
    process = under_way(file, store, cluster)
    process.send_signal(signal.SIGINT)
    code, said = ended(process)
    done = kept(store)
    answered(file, store, "--workers", "1")
    answered(file, other, "--cluster", cluster.address)

    assert code == 130
    assert said.startswith("interrupted: ")
    assert "runs are done and kept in" in said
    assert said.count("\n") == 1
    assert 50 <= done < 500
    assert exported(store) == exported(other)


def test_a_scheduler_that_is_lost_or_not_there_is_said_so(
    file: Path, cluster: Cluster, tmp_path: Path
) -> None:
    """Exit code 1 and a word, no hanging and no traceback; what is done is kept."""
    store = tmp_path / "runs.sqlite"
    process = under_way(file, store, cluster)
    cluster.scheduler.kill()
    lost = ended(process)
    again = subprocess.run(
        asked(file, tmp_path / "other.sqlite", "--cluster", cluster.address),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    word = (
        f"--cluster {cluster.address}: the scheduler is gone\n"
        "    hint: ask again once it works; what a store has is not "
        "simulated again\n"
    )
    assert lost == (1, word)
    assert kept(store) >= 50
    assert (again.returncode, again.stderr) == (
        1,
        f"--cluster {cluster.address}: no scheduler answers there\n",
    )
