"""`toc-sim quarter`: what its page shows, what it writes, and what it refuses."""

from __future__ import annotations

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from helpers.event_logs import visits_of

from toc_sim import QuarterOptions, TocError, quarter
from toc_sim.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "quarter.md"
SHORT = ("--until", "4", "--replications", "100", "--as-of", "2026-03-30")


def _block(language: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return str(re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)[0])


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "sales.yaml").write_text(_block("yaml"), encoding="utf-8")
    (tmp_path / "open.csv").write_text(_block("csv"), encoding="utf-8")
    return tmp_path


def _quarter(*options: str, today: str = "open.csv") -> Result:
    given = ["quarter", "sales.yaml", "--today", today, *options]
    return CliRunner().invoke(main, given)


def _shown() -> list[tuple[str, str]]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(r"```console\n\$ toc-sim (.*?)\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize(("command", "output"), _shown())
@pytest.mark.usefixtures("folder")
def test_what_the_page_shows(command: str, output: str) -> None:
    """A command prints what stands below it, word for word, for the files shown."""
    answer = CliRunner().invoke(main, shlex.split(command))

    told = "\n".join(line.rstrip() for line in answer.stdout.splitlines())
    assert answer.exit_code == 0, answer.output
    assert told.rstrip() == output.rstrip()


@pytest.mark.usefixtures("folder")
def test_the_page_s_python_runs() -> None:
    """The Python interface answers as the page says."""
    exec(compile(_block("python"), str(PAGE), "exec"), {})  # noqa: S102 - the page's


def test_the_answer_in_json_and_as_a_picture(folder: Path) -> None:
    """One object, that adds up; and a picture, the same bytes each time."""
    asked = (*SHORT, "--target", "9", "--target-money", "90000", "--json")

    answer = _quarter(*asked, "--plot", "fan.svg")

    assert answer.exit_code == 0, answer.output
    told: dict[str, Any] = json.loads(answer.stdout)
    closings = told["closings"]
    parts = (closings[part]["mean"] for part in ("in_the_bag", "to_be_found"))
    assert closings["whole"]["mean"] == sum(parts)
    assert told["open"]["items"] == 38
    assert told["open"]["as_of"].startswith("2026-03-30")
    assert told["constraint"]["until_then"][0] == "closing"
    assert {each["stage"] for each in told["last_calls"]} == {
        *("qualify", "offer", "closing"),
    }
    assert len(told["items"]) == 38
    assert 0 < told["target"]["money"]["chance"] < 1
    assert told["backtest"] is None
    first = (folder / "fan.svg").read_bytes()
    assert b"still to be found" in first
    assert _quarter(*asked, "--plot", "again.svg").exit_code == 0
    assert (folder / "again.svg").read_bytes() == first


@pytest.mark.usefixtures("folder")
def test_the_answer_alone() -> None:
    """One sentence: the band, and who binds."""
    told = _quarter(*SHORT, "--quiet").stdout

    assert told.count("\n") == 1
    assert re.match(
        r"4 weeks from now \d+ to \d+ deals are closed \(P10 to P90\)", told
    )
    assert "binds until then, " in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stage,age\nclosin,1\n", "wrong.csv:2: the scenario has no stage 'closin'"),
        ("stage,age\nclosing,-3\n", "wrong.csv:2: it is there for less than no time"),
        ("", "wrong.csv: "),
        ("age\n3\n", "wrong.csv: no column says the stage"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(folder: Path, text: str, told: str) -> None:
    """Exit code 1, a sentence, and no traceback."""
    (folder / "wrong.csv").write_text(text, encoding="utf-8")

    answer = _quarter(*SHORT, today="wrong.csv")

    assert answer.exit_code == 1
    assert told in answer.stderr
    assert "Traceback" not in answer.output


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--until", "0"), "0"),
        (("--until", "4", "--column", "stage"), "not of the form WHAT=HEADER"),
        (("--until", "4", "--as-of", "tomorrow"), "tomorrow"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_wrong_option_is_told(options: tuple[str, ...], told: str) -> None:
    """By the command line itself, before anything is read."""
    answer = _quarter(*options)

    assert answer.exit_code == 2
    assert told in answer.output


@pytest.mark.usefixtures("folder")
def test_a_picture_of_no_kind_is_refused_before_the_runs() -> None:
    """As everywhere."""
    answer = _quarter(*SHORT, "--plot", "fan.jpg")

    assert answer.exit_code == 1
    assert "a figure is .png, .svg, .pdf" in answer.stderr


@pytest.mark.usefixtures("folder")
def test_columns_rows_and_overrides_are_as_asked(folder: Path) -> None:
    """Rows that are closed are left out and told; a parameter may be changed."""
    text = "phase,weeks\nclosing,1\nclosing,2\nLost,3\n"
    (folder / "own.csv").write_text(text, encoding="utf-8")
    named = ("--column", "stage=phase", "--column", "age=weeks")

    answer = _quarter(*SHORT, *named, "--set", "closing.servers=9", today="own.csv")

    assert answer.exit_code == 0, answer.output
    assert "1 row was left out: they are closed already (own.csv:4)." in answer.stdout
    assert "100 runs from 2 open items" in answer.stdout


SALES: dict[str, Any] = {
    "format": 1,
    "name": "sales",
    "stages": {
        "leads": {"kind": "source", "arrivals": 6, "distribution": "exponential"},
        "offer": {"kind": "team", "rate": 9, "cv": 1},
        "market": {"kind": "market"},
    },
    "flow": ["leads -> offer -> market"],
    "run": {"horizon": 26, "seed": 3},
}


def _log(path: Path) -> None:
    """Write a small log of work, an event a row."""
    visits = visits_of(SALES)
    rows = ["case,activity,start,end"]
    for row in np.flatnonzero(np.isfinite(visits.finished)):
        start, end = (
            (visits.begin + timedelta(days=float(each[row]))).isoformat(" ", "minutes")
            for each in (visits.started, visits.finished)
        )
        rows.append(f"{visits.case[row]},offer,{start},{end}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_past_forecasts_stand_beside_it(folder: Path) -> None:
    """Scores of three methods, and each forecast with what came."""
    _log(folder / "log.csv")

    answer = _quarter(*SHORT, "--backtest", "log.csv", "--wide")

    assert answer.exit_code == 0, answer.output
    assert "weighted pipeline" in answer.stdout
    assert re.search(r"Of \d+ past forecasts, 4 weeks ahead", answer.stdout)


@pytest.mark.usefixtures("folder")
def test_the_interface_refuses_what_is_no_date() -> None:
    """In Python as on the command line; and it keeps no single runs."""
    with pytest.raises(TocError, match="until=0: must be greater than 0"):
        quarter("sales.yaml", "open.csv", until=0)

    asked: QuarterOptions = {"replications": 100}
    answer = quarter("sales.yaml", "open.csv", until=2, **asked)
    with pytest.raises(TocError, match="keeps bands, not single runs"):
        answer.to_pandas()
    assert [name for name, _ in answer.facts()] == [
        "closed by then (P10 - P90)",
        "money (P10 - P90)",
    ]
    assert answer.text().startswith(answer.sentence[:60])
