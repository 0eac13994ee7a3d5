"""What is kept of a run can be taken anywhere: every figure, with all its inputs."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from helpers.questions import PROGRAM, question
from pyarrow import parquet

from toc_sim import load
from toc_sim.cli import main
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.store.export import (
    MONEY_METRICS,
    NODE_METRICS,
    OTHER_SHARE,
    SHARE,
    SYSTEM_METRICS,
    WAIT_METRICS,
)
from toc_sim.experiment.store.store import Member, Store
from toc_sim.experiment.variant import VariantModel
from toc_sim.network.build import network as network_of
from toc_sim.report import exports as export_xlsx

COLUMNS = (
    "run,variant,replication,node,product,metric,value,unit,scenario,engine,seed,"
    "horizon"
)

VARIED: tuple[Mapping[str, Any], ...] = (
    {"first.capacity": 12, "tools": "", "seed": 1},
    {"first.capacity": 12.5, "tools": "=1+1", "market.on": True},
    {"first.capacity": 13, "tools": 'a, "b" and\nc', "market.on": None},
)
"""Inputs of every kind, some of them missing."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a finished run of three variants, two replications each."""
    folder = tmp_path_factory.mktemp("store")
    scenario = load(question(folder / "line.yaml", horizon=5))
    path = folder / "runs.sqlite"
    with Store(path) as kept:
        laboratory = Laboratory(store=kept)
        models = [
            VariantModel(
                network_of(
                    scenario.changed({"first.capacity": each["first.capacity"]})
                ),
                1.0,
                f"variant {number}",
                each,
            )
            for number, each in enumerate(VARIED)
        ]
        trials = laboratory.runs(models, [2] * len(models))
        laboratory.answer(
            "sweep --vary everything",
            scenario,
            lambda _: SimpleNamespace(trials=trials),
        )
    return path


def toc_sim(*arguments: object) -> Result:
    """Run the command line."""
    wide = CliRunner(env={"COLUMNS": "120"})
    return wide.invoke(main, [str(each) for each in arguments])


def written(store: Path, to: Path) -> Path:
    """Export the last run to a file."""
    done = toc_sim("export", "last", "--store", store, "-o", to)
    assert (done.exit_code, done.output) == (0, "")
    return to


def table(store: Path) -> list[dict[str, str]]:
    """Return the rows of the last run as CSV has them."""
    done = toc_sim("export", "last", "--store", store)
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_every_figure_of_every_run_is_there_with_its_unit(store: Path) -> None:
    """Of the pipeline, of each node, of each share; nothing twice."""
    rows = table(store)
    keys = [(r["variant"], r["replication"], r["node"], r["metric"]) for r in rows]
    units = {(bool(row["node"]), row["metric"]): row["unit"] for row in rows}
    nodes = ("first", "second", "market")

    assert len(set(keys)) == len(keys)
    assert {key[2:] for key in keys} == {
        *(("", metric.name) for metric in (*SYSTEM_METRICS, *MONEY_METRICS)),
        *((node, metric.name) for node in nodes for metric in (*NODE_METRICS, SHARE)),
        *((node, metric.name) for node in nodes for metric, _ in WAIT_METRICS),
        ("delay", OTHER_SHARE.name),
    }
    assert len(keys) == 6 * len({key[2:] for key in keys})
    assert units[False, "throughput"] == "cup/hour"
    assert units[False, "net_profit"] == "EUR/hour"
    assert units[False, "flow_time_p90"] == "hour"
    assert units[True, "gap_variance"] == "hour^2"
    assert units[True, "busy"] == "1"


def test_every_row_has_its_inputs(store: Path) -> None:
    """A column for each thing that was varied, and what the run itself was given."""
    rows = table(store)
    first = {row["variant"]: row for row in rows}

    assert ",".join(rows[0]) == (
        f"{COLUMNS},warmup,first.capacity,tools,input.seed,market.on"
    )
    assert [row["first.capacity"] for row in first.values()] == ["12.0", "12.5", "13.0"]
    assert [row["tools"] for row in first.values()] == [
        each["tools"] for each in VARIED
    ]
    assert [row["input.seed"] for row in first.values()] == ["1", "", ""]
    assert [row["market.on"] for row in first.values()] == ["", "true", ""]
    assert {(row["seed"], row["horizon"], row["warmup"]) for row in rows} == {
        ("7", "5.0", "1.0")
    }


def test_all_formats_say_the_same_to_the_last_digit(
    store: Path, tmp_path: Path
) -> None:
    """JSON, Parquet and Excel hold the cells of the CSV, and numbers as numbers."""
    expected = table(store)
    from_json = json.loads(written(store, tmp_path / "run.json").read_bytes())
    from_parquet = parquet.read_table(written(store, tmp_path / "run.parquet"))
    book = openpyxl.load_workbook(written(store, tmp_path / "run.xlsx"))
    head, *body = book["data"].iter_rows(values_only=True)
    from_excel = [dict(zip(map(str, head), cells, strict=True)) for cells in body]

    assert list(map(as_csv, from_json)) == expected
    assert list(map(as_csv, from_parquet.to_pylist())) == expected
    assert len(from_excel) == len(expected)
    for found, wanted in zip(from_excel, expected, strict=True):
        assert set(found) == set(wanted)
        for name, cell in found.items():
            if isinstance(cell, int | float):
                assert math.isclose(cell, float(wanted[name]), rel_tol=1e-15)
            else:
                assert (cell or "") == wanted[name]


def as_csv(row: dict[str, Any]) -> dict[str, str]:
    """Return a row as CSV writes it; whole values may have lost their point."""
    cells = io.StringIO()
    whole = row | {"value": same_kind(row)}
    csv.writer(cells, lineterminator="\n").writerow(whole.values())
    [read] = csv.reader(io.StringIO(cells.getvalue()))
    return dict(zip(row, read, strict=True))


COUNTS = {
    *("bought", "wip_start", "wip_end", "started", "finished", "out", "queue_peak"),
    "left_waiting",
}


def same_kind(row: dict[str, Any]) -> object:
    """Return counts as whole numbers: Parquet has one kind of number in a column."""
    counted = row["metric"] in COUNTS | {"lost", "abandoned", "merged", "made"}
    return int(row["value"]) if counted else row["value"]


def test_excel_has_a_sheet_that_says_how_to_read_it(
    store: Path, tmp_path: Path
) -> None:
    """Every column and every metric is explained; a text is never a formula."""
    book = openpyxl.load_workbook(written(store, tmp_path / "run.xlsx"))
    told = {row[0] for row in book["how to read"].iter_rows(values_only=True)}
    kinds = {cell.data_type for row in book["data"].iter_rows() for cell in row}

    assert book.sheetnames == ["data", "how to read"]
    assert {row["metric"] for row in table(store)} <= told
    assert set(table(store)[0]) <= told
    assert "f" not in kinds


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_the_same_run_is_the_same_file(
    store: Path, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another day, elsewhere, over an older file: not a byte is different."""
    one = written(store, tmp_path / f"one.{ending}").read_bytes()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    other = tmp_path / f"other.{ending}"
    other.write_bytes(b"older")

    assert written(store, other).read_bytes() == one
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / f"one.{ending}", other])


def test_no_date_of_the_day_is_in_a_workbook(store: Path, tmp_path: Path) -> None:
    """Neither in its parts nor in what they say of themselves."""
    with zipfile.ZipFile(written(store, tmp_path / "run.xlsx")) as parts:
        dates = {part.date_time[0] for part in parts.infolist()}
        said = parts.read("docProps/core.xml").decode()

    assert dates == {1980}
    assert said.count("2020-01-01T00:00:00Z") == 2


def test_a_russian_excel_reads_the_same_cells(store: Path, tmp_path: Path) -> None:
    """Semicolons, decimal commas, UTF-8 behind its mark; nothing becomes a formula."""
    to = tmp_path / "run.csv"
    done = toc_sim("export", "last", "--store", store, "--csv-dialect", "excel-ru")
    toc_sim("export", "last", "--store", store, "--csv-dialect", "excel-ru", "-o", to)
    text = to.read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))
    plain = table(store)

    assert done.stdout_bytes == to.read_bytes()
    assert text[0] == "\ufeff"
    assert text.count("\r\n") == len(rows) + 1
    assert len(rows) == len(plain)
    for found, expected in zip(rows, plain, strict=True):
        assert found["value"].replace(",", ".") == expected["value"]
        assert "." not in found["value"]
        assert found["tools"].removeprefix("'") == expected["tools"]
        assert not found["tools"].startswith("=")


def test_too_many_rows_for_excel_are_refused_at_once(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what has no limit; nothing is left behind."""
    rows = len(table(store))
    monkeypatch.setattr(export_xlsx, "MOST_ROWS", rows)
    done = toc_sim("export", "last", "--store", store, "-o", tmp_path / "run.xlsx")
    run = table(store)[0]["run"]

    assert done.exit_code == 1
    assert done.stderr == (
        f"run {run}: has about {rows:,} rows; a sheet of Excel holds {rows:,}\n"
        "    hint: --format csv or parquet has no limit\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_what_is_no_text_needs_a_file(store: Path, form: str) -> None:
    """A mistake of the command line: exit code 2."""
    done = toc_sim("export", "last", "--store", store, "--format", form)

    assert done.exit_code == 2
    assert f"Error: {form} is written to a file: give -o FILE" in done.stderr


def test_a_file_that_cannot_be_written_is_said_so(store: Path, tmp_path: Path) -> None:
    """Exit code 1 and the reason, for each format."""
    for ending in ("csv", "json", "parquet", "xlsx"):
        file = tmp_path / "nowhere" / f"run.{ending}"
        done = toc_sim("export", "last", "--store", store, "-o", file)

        assert done.exit_code == 1, ending
        assert done.stderr == f"{file}: cannot be written: no such file or directory\n"


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
def test_a_full_disk_is_said_so(store: Path, form: str) -> None:
    """Exit code 1 and the reason, not a fault of ours."""
    command = ["export", "last", "--store", str(store), "--format", form]
    done = subprocess.run(
        [*PROGRAM, *command, "-o", "/dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "/dev/full: cannot be written: " in done.stderr
    assert "Please send this report" not in done.stderr
    assert Path("/dev/full").is_char_device()


def test_a_run_may_go_to_a_device(store: Path) -> None:
    """A device is written to, not replaced."""
    written(store, Path("/dev/null"))

    assert Path("/dev/null").is_char_device()


def test_what_is_not_finished_is_refused(tmp_path: Path) -> None:
    """With how to go on."""
    path = tmp_path / "runs.sqlite"
    scenario = load(question(tmp_path / "line.yaml"))
    with Store(path) as kept:
        kept.begin("abc", "compare --sets", scenario)
    done = toc_sim("export", "abc", "--store", path)

    assert done.exit_code == 1
    assert done.stderr == (
        "run abc is not finished\n"
        "    hint: give 'toc-sim compare FILE --sets' again, with the same file and "
        "options; what is kept is not simulated again\n"
    )


def test_a_run_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    """Nothing was simulated: there is a head, and nothing below it."""
    path = tmp_path / "runs.sqlite"
    scenario = load(question(tmp_path / "line.yaml"))
    with Store(path) as kept:
        kept.begin("abc", "reach", scenario)
        kept.finish("abc", [])
    done = toc_sim("export", "abc", "--store", path)

    assert done.stdout == f"{COLUMNS},warmup\n"
    assert toc_sim("export", "a", "--format", "json", "--store", path).stdout == "[]\n"
    for ending in ("parquet", "xlsx"):
        written(path, tmp_path / f"run.{ending}")


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """To look does not leave a file behind."""
    path = tmp_path / "runs.sqlite"
    listed = toc_sim("runs", "--store", path)
    refused = toc_sim("export", "last", "--store", path)

    assert listed.exit_code == 0
    assert listed.stdout == (
        f"Nothing has been asked yet: {path} keeps no run. What 'toc-sim compare FILE' "
        "is asked will be listed here.\n"
    )
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"{path}: nothing is kept there yet\n",
    )
    assert not path.exists()


def test_runs_are_listed_for_people_and_machines(store: Path) -> None:
    """What was asked of which scenario, and how many results there are."""
    listed = toc_sim("runs", "--store", store).stdout
    document = json.loads(toc_sim("runs", "--store", store, "--json").stdout)
    [run] = document["runs"]

    assert document["format"] == 1
    assert run["command"] == "sweep --vary everything"
    assert run["scenario"] == "A line with chance"
    assert run["results"] == 6
    assert run["started"] <= run["finished"]
    assert listed.splitlines()[0].split() == [
        "run",
        "asked",
        "command",
        "scenario",
        "results",
    ]
    assert run["run"] in listed.splitlines()[1]
    assert listed.splitlines()[1].endswith("finished")
    assert listed.endswith("All figures of a run: toc-sim export RUN --format csv\n")


def test_a_member_may_lack_money(tmp_path: Path, store: Path) -> None:
    """Without economics there are no rows of money."""
    path = tmp_path / "runs.sqlite"
    path.write_bytes(store.read_bytes())
    with Store(path) as kept:
        [run] = kept.studies()
        scenario = load(question(tmp_path / "line.yaml", horizon=5))
        work = VariantModel(network_of(scenario), 1.0)
        [[result]] = Laboratory(store=kept).results([work], [1])
        kept.keep("alone", result)
        kept.finish(run.id, [("alone", Member(0, "alone", {}, 0, {}))])
    metrics = {row["metric"] for row in table(path)}

    assert not metrics & {metric.name for metric in MONEY_METRICS}
    assert "throughput" in metrics
