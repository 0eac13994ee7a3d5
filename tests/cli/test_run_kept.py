"""A plain run is kept, and answered from the store when it is asked again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toc_sim import load
from toc_sim.cli import main
from toc_sim.experiment.runner.result_cache import ResultCache
from toc_sim.experiment.runner.task import Task, run_task
from toc_sim.experiment.store.database import checksum
from toc_sim.experiment.store.store import Store
from toc_sim.experiment.variant import VariantModel

ROOT = Path(__file__).parents[2]
RANDOM = str(ROOT / "scenarios" / "paper_cups_random.yaml")
SHORT = ["--horizon", "40", "--warmup", "auto", "--replications", "3"]
FORMS = [[], ["--json"], ["--prove"], ["--quiet"]]


def toc_sim(*arguments: str) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def rows(store: Path) -> dict[str, tuple[str, bytes]]:
    """Return all results of a store, by key."""
    with closing(sqlite3.connect(store)) as file:
        found = file.execute("SELECT key, figures, departures FROM results")
        return {key: (figures, departures) for key, figures, departures in found}


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_the_second_answer_is_the_first(form: list[str], store: Path) -> None:
    """Byte for byte, and as without a store; nothing more is simulated."""
    asked = ["run", RANDOM, *SHORT, *form]
    first = toc_sim(*asked, "--store", str(store))
    kept = rows(store)

    second = toc_sim(*asked, "--store", str(store))

    assert first.exit_code == 0, first.output
    assert kept
    assert second.stdout_bytes == first.stdout_bytes
    assert toc_sim(*asked, "--no-store").stdout_bytes == first.stdout_bytes
    assert rows(store) == kept


def test_the_second_answer_comes_from_the_store(store: Path) -> None:
    """If the store is changed behind its back it tells what stands there then."""
    asked = ["run", RANDOM, *SHORT, "--store", str(store)]
    first = toc_sim(*asked).stdout
    with closing(sqlite3.connect(store, isolation_level=None)) as file:
        for key, (text, departures) in rows(store).items():
            figures = json.dumps({**json.loads(text), "wip_mean": 123.0})
            check = checksum(key, figures, departures)
            file.execute(
                "UPDATE results SET figures = ?, checksum = ? WHERE key = ?",
                (figures, check, key),
            )

    second = toc_sim(*asked).stdout

    assert "Work in progress: 123.0 cups on average" not in first
    assert "Work in progress: 123.0 cups on average" in second


def test_processes_change_no_byte(store: Path) -> None:
    """With two workers and a store of their own."""
    asked = ["run", RANDOM, *SHORT, "--json"]
    alone = toc_sim(*asked, "--no-store", "--workers", "1")

    together = toc_sim(*asked, "--store", str(store), "--workers", "2")

    assert together.exit_code == 0, together.output
    assert together.stdout_bytes == alone.stdout_bytes


def test_a_run_is_listed_and_exported(store: Path) -> None:
    """As every other question is."""
    toc_sim("run", RANDOM, *SHORT, "--store", str(store))

    [listed] = json.loads(toc_sim("runs", "--json", "--store", str(store)).stdout)[
        "runs"
    ]
    table = toc_sim("export", "last", "--store", str(store)).stdout.splitlines()

    assert (listed["command"], listed["finished"]) != ("", None)
    assert listed["command"] == "run"
    assert sum(",throughput," in line for line in table) == 3


def test_a_trace_is_made_anew_and_not_kept(store: Path, tmp_path: Path) -> None:
    """What happens has to happen, and is written each time."""
    trace = tmp_path / "events.jsonl"
    asked = ["run", RANDOM, *SHORT, "--store", str(store), "--trace", str(trace)]
    first = toc_sim(*asked)
    written = trace.read_bytes()
    trace.unlink()

    second = toc_sim(*asked)

    assert first.exit_code == 0, first.output
    assert second.stdout_bytes == first.stdout_bytes
    assert trace.read_bytes() == written
    assert not store.exists()


def test_without_a_place_to_keep_it_a_run_is_answered_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and no question fails for that."""
    monkeypatch.delenv("TOC_SIM_STORE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file" / "below"))
    (tmp_path / "file").write_text("no folder", encoding="utf-8")

    result = toc_sim("run", RANDOM, *SHORT, "--quiet")

    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("note: nothing is kept: ")
    assert result.stdout.startswith("machine_2 is the constraint")


@pytest.mark.parametrize("kept", [True, False])
def test_a_result_too_large_for_the_store_stays_in_memory(
    store: Path, *, kept: bool
) -> None:
    """However little room there is: nothing else could hold it."""
    model = VariantModel.of(load(RANDOM, {"run.horizon": "20"}), 5.0)
    task = Task(model, 0)
    result = run_task(task)
    with Store(store) if kept else nullcontext() as file:
        cache = ResultCache(file, room=0, largest=10)
        cache.keep(task.key, result)

        assert cache.found([task.key])[task.key] is result
        assert file is None or file.known([task.key]) == {}
