"""What `toc-sim reach` tells people and machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.command import Command
from helpers.questions import question

from toc_sim.cli import main

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups_tools.yaml")
BARE = str(ROOT / "scenarios" / "paper_cups.yaml")
RANDOM = str(ROOT / "scenarios" / "paper_cups_random.yaml")


toc_sim = Command("reach")
told, answered = toc_sim.told, toc_sim.answered


def test_the_json_has_the_promised_fields() -> None:
    """Exactly these."""
    answer = answered(CUPS, "--throughput", "10")

    assert list(answer) == [
        "format",
        "scenario",
        "run",
        "wanted",
        "found",
        "furthest",
        "constraint",
        "needs",
        "sets",
        "simulated",
    ]
    attempt = ["tools", "cost", "upfront", "per_period", "throughput", "reached"]
    assert list(answer["found"]) == list(answer["furthest"]) == attempt
    need = ["kind", "capacity", "needed", "missing"]
    assert {tuple(each) for each in answer["needs"].values()} == {tuple(need)}


def test_the_json_says_what_reaches_it() -> None:
    """Ten cups an hour take two tools."""
    answer = answered(CUPS, "--throughput", "10")

    assert answer["found"]["tools"] == ["new_machine_2", "sales_training"]
    assert answer["found"]["cost"] == answer["found"]["upfront"] == 7000
    assert answer["found"]["throughput"]["mean"] == pytest.approx(10)
    assert answer["constraint"] == ["machine_3"]
    assert answer["needs"]["machine_2"] == {
        "kind": "stage",
        "capacity": 8,
        "needed": pytest.approx(10),
        "missing": pytest.approx(2),
    }
    assert answer["sets"] == 32
    assert answer["simulated"] < 32


def test_out_of_reach_is_an_answer() -> None:
    """Not an error: how far it goes, and what stops it."""
    answer = answered(CUPS, "--throughput", "10", "--budget", "4000")

    assert answer["found"] is None
    assert answer["furthest"]["tools"] == ["new_machine_2"]
    assert answer["constraint"] == ["sales"]


FAR = "out of reach"
ONE = "new_machine_2"
PAIR = f"{ONE} + sales_training"
SENTENCES = [
    ([CUPS, "9"], "new_machine_2 reaches 9 cup/hour at the least cost, 4,000 EUR."),
    ([CUPS, "10"], f"{PAIR} reach 10 cup/hour at the least cost, 7,000 EUR."),
    ([CUPS, "8"], "8 cup/hour is reached as it stands, without any tool."),
    (
        [CUPS, "9", "--budget", "10"],
        "9 cup/hour is out of reach: 8.00 is the most, and machine_2 stops it.",
    ),
    (
        [CUPS, "10", "--budget", "4000"],
        f"10 cup/hour is {FAR}: 9.00 with {ONE} is the most, and sales stops it.",
    ),
    (
        [BARE, "9", "--set", "sales.capacity=8"],
        f"9 cup/hour is {FAR}: 8.00 is the most, and machine_2 and sales stop it.",
    ),
]


@pytest.mark.parametrize(("arguments", "sentence"), SENTENCES)
def test_quiet_is_one_sentence(arguments: list[str], sentence: str) -> None:
    """The first one of the report."""
    file, throughput, *more = arguments
    question = [file, "--throughput", throughput, *more]

    assert told(*question, "--quiet") == f"{sentence}\n"
    assert " ".join(told(*question).split()).startswith(sentence)


def test_the_report_shows_the_inverse_funnel() -> None:
    """What every node has, needs and lacks."""
    report = told(BARE, "--throughput", "9.5")

    [row] = [
        line.split() for line in report.splitlines() if line.startswith("machine")
    ][1:2]
    assert row[:4] == ["machine_2", "8", "9.50", "1.50"]
    [row] = [
        line.split() for line in report.splitlines() if line.startswith("machine")
    ][:1]
    assert row[:4] == ["machine_1", "12", "9.50", "-"]
    assert "without any chance" in report


def test_chance_is_told() -> None:
    """In how many of the runs it is reached."""
    report = told(RANDOM, "--throughput", "7.5", "--replications", "5")

    assert "% of the runs reach what is wanted." in report


@pytest.mark.parametrize("width", ["60", "80", "140"])
def test_no_line_is_wider_than_the_window(
    width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are left out before lines are broken."""
    monkeypatch.setenv("COLUMNS", width)

    report = told(CUPS, "--throughput", "11")

    assert max(map(len, report.splitlines())) <= int(width)


def test_the_same_question_has_the_same_bytes(tmp_path: Path) -> None:
    """From a store, too."""
    question = [RANDOM, "--throughput", "7", "--replications", "3", "--json"]
    store = ["--store", str(tmp_path / "runs.sqlite")]

    first = toc_sim(*question, *store)

    assert first.exit_code == 0, first.output
    assert toc_sim(*question, *store).stdout_bytes == first.stdout_bytes
    assert json.loads(first.stdout)["run"] is not None


REFUSED = [
    ([CUPS], 2, "--throughput"),
    ([CUPS, "--throughput", "0"], 2, "--throughput"),
    ([CUPS, "--throughput", "nan"], 1, "--throughput nan: must be above 0"),
    ([CUPS, "--throughput", "9", "--budget", "nan"], 1, "--budget nan: must be 0"),
    ([CUPS, "--throughput", "9", "--tool", "ad"], 1, "no tool is called 'ad'"),
    ([BARE, "--throughput", "9", "--tool", "ad"], 1, "the file has no 'tools'"),
    (
        [BARE, "--throughput", "9", "--horizon", "0.001", "--warmup", "0"],
        1,
        "do nothing: nothing was bought within the horizon",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "text"), REFUSED)
def test_what_is_refused(arguments: list[str], code: int, text: str) -> None:
    """In words, on stderr, with nothing on stdout."""
    result = toc_sim(*arguments)

    assert result.exit_code == code, result.output
    assert text in result.stderr
    assert result.stdout == ""
    assert "not your fault" not in result.stderr


def test_what_a_file_expects_of_its_tools_is_checked(tmp_path: Path) -> None:
    """Each is told, and the exit says that something is wrong."""
    text = Path(CUPS).read_text("utf-8")
    file = tmp_path / "cups.yaml"
    file.write_text(
        text.replace("advertising: misses", "advertising: hits").replace(
            "best: [new_machine_2, sales_training,", "best: [sales_training,"
        ),
        encoding="utf-8",
    )

    result = CliRunner().invoke(main, ["check", "--expect", str(file)])

    assert result.exit_code == 1
    assert "expect.tools.advertising: hits (found misses)" in result.output
    assert "expect.best: sales_training, new_machine_3, advertising (found " in (
        result.output
    )
    assert CliRunner().invoke(main, ["check", "--expect", CUPS]).exit_code == 0


def test_the_figure_shows_what_is_wanted_and_made(tmp_path: Path) -> None:
    """A bar, its set, and the constraint then."""
    figure = tmp_path / "reach.svg"

    told(CUPS, "--throughput", "10", "--horizon", "20", "--plot", str(figure))

    drawn = figure.read_text("utf-8")
    assert "new_machine_2 + sales_training" in drawn
    assert "dashed: 10 cup/hour are wanted" in drawn
    assert ": machine_3" in drawn


def test_sets_that_the_path_refutes_are_not_simulated(tmp_path: Path) -> None:
    """They are told of with what they cannot exceed; that is below what was reached."""
    file = str(question(tmp_path / "shop.yaml", tools=6, replications=5, horizon=60))
    answer = answered(file, "--throughput", "30")
    text = " ".join(told(file, "--throughput", "30").split())
    limits = [each["at_most"] for each in answer["refuted"]]
    refuted = [each["tools"] for each in answer["refuted"]]

    assert answer["simulated"] + len(limits) == answer["sets"] == 64
    assert max(limits) < answer["furthest"]["throughput"]["mean"]
    assert answer["furthest"]["tools"] not in refuted
    assert "or are refuted." in text
    assert "By proof, without a simulation: the critical path of doing nothing" in text
    assert f"with {len(limits)} other sets." in text


ANN = """\
format: 1
name: All that comes
stages:
  leads: {kind: source, arrivals: 6}
  asks: {kind: team, resource: ann, time: 0.15, conversion: 0.5, priority: 1}
  buys: {kind: team, resource: ann, time: 0.2}
flow: [leads -> asks -> buys]
resources: {ann: {servers: 1}}
tools: {ads: {cost: {upfront: 2}, effects: {leads.arrivals: {scale: 1.5}}}}
run: {horizon: 100, warmup: 20, replications: 3}
"""


def test_what_the_needs_turn_away_is_told(tmp_path: Path) -> None:
    """Two an hour need 4 of 6 leads, and all of Ann; all six need half more."""
    file = tmp_path / "ann.yaml"
    file.write_text(ANN, encoding="utf-8")

    lines = " ".join(told(str(file), "--throughput", "2").split())

    assert "These needs let in 4.00 of the 6 item/period of leads" in lines
    assert "asks for 1.50 servers of ann (there are 1)." in lines
