"""What the file of results keeps, refuses and forgives."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import perf_counter

import pytest
from helpers.command import Command
from helpers.questions import question

from toc_sim import Scenario, load
from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.experiment.runner.task import Task, run_task
from toc_sim.experiment.store.database import (
    APPLICATION,
    MIGRATIONS,
    checksum,
    prepare,
    recorded,
)
from toc_sim.experiment.store.store import Member, Store
from toc_sim.experiment.variant import VariantModel
from toc_sim.network.build import network as network_of
from toc_sim.testing.comparisons import unlike

BEFORE_CHECKSUMS = 2
"""The last version of the schema whose rows had none."""

HINT = "\n    hint: name another file with --store, or leave it with --no-store"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(question(tmp_path_factory.mktemp("file") / "line.yaml"))


@pytest.fixture(scope="module")
def result(scenario: Scenario) -> RunResult:
    done = run_task(Task(VariantModel(network_of(scenario), 5.0), 0))
    return replace(done, active_periods=())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def changed(path: Path, statement: str) -> None:
    """Change a store behind its back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute(statement)


def refused(path: Path) -> str:
    """Return why a file cannot be opened as a store."""
    with pytest.raises(TocError) as error:
        Store(path, patience=0.1)
    return str(error.value)


def test_what_is_kept_is_known_to_the_next(path: Path, result: RunResult) -> None:
    """A result outlives the store that kept it; what was never kept is not known."""
    with Store(path) as store:
        store.keep("one", result)
    with Store(path) as store:
        known = store.known(["one", "two"])

    assert list(known) == ["one"]
    assert recorded(known["one"]) == recorded(result)


def test_who_was_open_at_the_start_is_kept(path: Path) -> None:
    """Sellers and numbers of items stand behind the times of purchases."""
    file = Path(__file__).parents[1] / "scenario" / "valid" / "state.yaml"
    model = VariantModel(network_of(load(file)), 0.0, timeline=True)
    result = run_task(Task(model, 0))
    with Store(path) as store:
        store.keep("one", result)
        [known] = store.known(["one"]).values()

    assert result.opened.max() > 5
    assert list(unlike(known, result)) == []


def test_a_folder_that_is_not_there_is_made(path: Path) -> None:
    """The default place need not be prepared."""
    with Store(path.parent / "a" / "b" / "runs.sqlite"):
        pass

    assert (path.parent / "a" / "b" / "runs.sqlite").exists()


def test_a_run_is_finished_whole_or_not_at_all(
    path: Path, scenario: Scenario, result: RunResult
) -> None:
    """A mistake among the members leaves the run as it was."""
    member = Member(0, "do nothing", {"tools": ""}, 0, {})
    with Store(path) as store:
        store.begin("run", "compare", scenario)
        store.keep("one", result)
        store.finish("run", [("one", member)])
        with pytest.raises(TocError):
            store.finish("run", [("one", member), ("one", member)])
        [run] = store.studies()
        members = list(store.members("run"))

    assert run.results == 1
    assert (run.item, run.period, run.currency) == ("cup", "hour", "EUR")
    assert [each for each, _ in members] == [member]


def test_a_run_is_called_by_the_beginning_of_its_name(
    path: Path, scenario: Scenario
) -> None:
    """As few letters as tell it; otherwise the nearest name is offered."""
    with Store(path) as store:
        for run in ("abc1", "abd2"):
            store.begin(run, "compare", scenario)
        found = store.study("abc").id
        words = []
        for name in ("ab", "abc2", "xyz", "", "last"):
            with pytest.raises(TocError) as error:
                store.study(name)
            words.append(str(error.value))

    assert found == "abc1"
    assert words == [
        "several runs begin with 'ab': give more letters",
        f"no run 'abc2' in {path}\n    hint: did you mean 'abd2'?",
        f"no run 'xyz' in {path}\n    hint: 'toc-sim runs' lists them",
        f"no run '' in {path}\n    hint: 'toc-sim runs' lists them",
        f"no run in {path} is finished\n    hint: 'toc-sim runs' tells how to go on",
    ]


def test_a_damaged_result_is_as_good_as_none(path: Path, result: RunResult) -> None:
    """It is not known, so it is simulated again and kept in its place."""
    for damage in (
        "figures = '{'",
        "departures = x'00'",
        "figures = CAST(x'ff' AS TEXT)",
    ):
        with Store(path) as store:
            store.keep("one", result)
            changed(path, f"UPDATE results SET {damage}")  # noqa: S608 - ours
            damaged = store.known(["one"])
            store.keep("one", result)
            healed = store.known(["one"])

        assert damaged == {}
        assert recorded(healed["one"]) == recorded(result)


@pytest.mark.parametrize("bit", range(0, 8_000, 97))
def test_no_bit_changes_unnoticed(path: Path, result: RunResult, bit: int) -> None:
    """A figure in which a single bit is another is not used, wherever it is."""
    with Store(path) as store:
        store.keep("one", result)
        for column in ("figures", "departures"):
            with closing(sqlite3.connect(path, isolation_level=None)) as file:
                query = f"SELECT CAST({column} AS BLOB) FROM results"  # noqa: S608
                [whole] = file.execute(query).fetchone()
                wrong = bytearray(whole)
                place = bit % (8 * len(wrong))
                wrong[place // 8] ^= 1 << place % 8
                change = f"UPDATE results SET {column} = CAST(? AS {_kind(column)})"  # noqa: S608
                file.execute(change, (bytes(wrong),))
                found = store.known(["one"])
                file.execute(change, (whole,))

            assert found == {}
        healed = store.known(["one"])

    assert store.damaged == {"one"}
    assert recorded(healed["one"]) == recorded(result)


def _kind(column: str) -> str:
    return "TEXT" if column == "figures" else "BLOB"


def test_a_damaged_row_of_a_study_is_not_exported(
    path: Path, scenario: Scenario, result: RunResult
) -> None:
    """What a replication earned, and what was varied in it, has a checksum too."""
    member = Member(0, "twice", {"a.rate": 2.0}, 0, {"revenue": 10.0})
    for damage in ("money = '{\"revenue\": 18.0}'", "inputs = '{\"a.rate\": 3.0}'"):
        with Store(path) as store:
            store.begin("run", "compare", scenario)
            store.keep("one", result)
            store.finish("run", [("one", member)])
            changed(path, f"UPDATE members SET {damage}")  # noqa: S608 - ours
            with pytest.raises(TocError, match="cannot be read"):
                list(store.members("run"))


def test_a_damaged_result_is_told_and_simulated_again(tmp_path: Path) -> None:
    """The same command gives the same bytes, and says on standard error what it met."""
    file, kept = question(tmp_path / "line.yaml"), tmp_path / "runs.sqlite"
    asked = (str(file), "--vary", "first.capacity=8,9", "--store", str(kept), "--json")
    sweep = Command("sweep")
    before = sweep(*asked)
    changed(kept, "UPDATE results SET figures = replace(figures, '1', '3')")
    told, after = sweep(*asked), sweep(*asked)

    assert before.exit_code == told.exit_code == after.exit_code == 0
    assert before.stdout == told.stdout == after.stdout
    assert "damaged, and simulated again" in told.stderr
    assert after.stderr == ""


def test_a_damaged_result_is_not_exported(
    path: Path, scenario: Scenario, result: RunResult
) -> None:
    """A run that lacks a figure is refused, with what heals it."""
    with Store(path) as store:
        store.begin("run", "compare", scenario)
        store.keep("one", result)
        store.finish("run", [("one", Member(0, "do nothing", {}, 0, {}))])
        changed(path, "UPDATE results SET figures = '{'")
        with pytest.raises(TocError) as damaged:
            list(store.members("run"))
        changed(path, "DELETE FROM results")
        with pytest.raises(TocError) as missing:
            list(store.members("run"))

    assert str(damaged.value) == (
        f"{path}: replication 0 of 'do nothing' cannot be read\n"
        "    hint: give the command of the run again; only what is damaged is "
        "simulated anew"
    )
    assert str(missing.value) == str(damaged.value)


def test_other_files_are_refused_and_left_alone(path: Path) -> None:
    """A text, a foreign database, a picture: none is written to."""
    foreign = f"{path}: is not a store of toc-sim; name another file"
    path.write_text("format: 1\nname: a scenario\n" * 100, encoding="utf-8")
    text = path.read_bytes()
    assert refused(path) == foreign
    assert path.read_bytes() == text

    path.unlink()
    changed(path, "CREATE TABLE theirs (a)")
    database = path.read_bytes()
    assert refused(path) == foreign
    assert path.read_bytes() == database


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    """What this version does not know it does not touch."""
    newer = len(MIGRATIONS) + 1
    with Store(path):
        pass
    changed(path, f"PRAGMA user_version = {newer}")
    before = path.read_bytes()

    assert refused(path) == (
        f"{path}: was written by a newer toc-sim (schema {newer}; this one knows "
        f"{newer - 1})\n"
        "    hint: update toc-sim, or name another file with --store"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_an_older_store_is_brought_up(
    path: Path, scenario: Scenario, result: RunResult, version: int
) -> None:
    """From every version there was, an empty file being version 0, nothing is lost."""
    record = recorded(result)
    figures, departures = record
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.create_function("checksum", -1, checksum)
        for each in (each for script in MIGRATIONS[:version] for each in script):
            file.execute(each)
        if version:
            file.execute(f"PRAGMA user_version = {version}")
            file.execute(f"PRAGMA application_id = {APPLICATION}")
            columns = "key, figures, departures"
            values: tuple[object, ...] = ("one", figures.decode(), departures)
            if version > BEFORE_CHECKSUMS:
                columns += ", checksum"
                values = (*values, checksum("one", *record))
            marks = ", ".join("?" * len(values))
            file.execute(f"INSERT INTO results ({columns}) VALUES ({marks})", values)  # noqa: S608 - ours
    with Store(path) as store:
        known = store.known(["one"])
        store.begin("run", "compare", scenario)
        runs = store.studies()

    assert [recorded(each) for each in known.values()] == [record] * (version > 0)
    assert [run.id for run in runs] == ["run"]
    with closing(sqlite3.connect(path)) as file:
        [now] = file.execute("PRAGMA user_version").fetchone()
    assert now == len(MIGRATIONS)


def test_a_store_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    """A place where nothing can be written, and one that is a folder."""
    file = tmp_path / "file"
    file.touch()

    below = file / "runs.sqlite"
    assert refused(below) == (
        f"{below}: cannot be used as a store: {file} is not a folder{HINT}"
    )
    assert refused(tmp_path) == (
        f"{tmp_path}: cannot be used as a store: unable to open database file{HINT}"
    )
    nowhere = Path("/proc/toc_sim/runs.sqlite")
    assert refused(nowhere).startswith(f"{nowhere}: cannot be used as a store: ")


def test_a_store_that_another_does_not_let_go_is_said_so(
    path: Path, result: RunResult
) -> None:
    """After some patience; and once it is let go, all goes on."""
    with (
        Store(path, patience=0.1) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TocError) as error:
            store.keep("one", result)
        other.execute("ROLLBACK")
        store.keep("one", result)

        assert list(store.known(["one"])) == ["one"]
    assert str(error.value) == (
        f"{path}: is in use by another process, which does not let go{HINT}"
    )


OPENING = """
import sys, time
from pathlib import Path
from toc_sim.experiment.store.store import Store
print("ready", flush=True)
sys.stdin.readline()
with Store(Path(sys.argv[1])) as store:
    for number in range(20):
        store._open.execute(
            "INSERT OR REPLACE INTO results VALUES (?, '{}', x'', 0)",
            (f"{sys.argv[2]}-{number}",),
        )
"""


def test_several_processes_make_and_use_one_store(path: Path) -> None:
    """All at once, from nothing: each waits for the others, and nothing is lost."""
    many = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, str(path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for each in many:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in many:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    said = [each.communicate(timeout=60) for each in many]

    assert [each.returncode for each in many] == [0] * 4, said
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM results").fetchone() == (80,)


def test_a_store_that_another_makes_while_it_is_looked_at_is_one(path: Path) -> None:
    """What is in it is read as of one moment: never the mark of before, and tables."""
    other = Thread(target=lambda: Store(path).__exit__(None, None, None))

    def between(statement: str) -> None:
        if "sqlite_master" in statement and other.ident is None:
            other.start()
            other.join(0.5)

    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.set_trace_callback(between)
        prepare(file, path)
    other.join()

    with Store(path) as store:
        assert store.studies() == ()


def test_many_results_are_found_quickly(path: Path, result: RunResult) -> None:
    """Asking for 5,000 keys takes far less than simulating them: below 1 ms each."""
    keys = [f"{number:064x}-0" for number in range(5000)]
    with Store(path) as store:
        for key in keys[::10]:
            store.keep(key, result)
        begun = perf_counter()
        known = store.known(keys)
        spent = perf_counter() - begun

    assert list(known) == keys[::10]
    assert spent < 5
