"""What `toc-sim run` tells people and machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from toc_sim.cli import main

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups.yaml")
RANDOM = str(ROOT / "scenarios" / "paper_cups_random.yaml")
COMPANY = str(ROOT / "tests" / "scenario" / "valid" / "every_key.yaml")
SHORT = ["--horizon", "40", "--warmup", "5", "--replications", "3"]


def toc_sim(*arguments: str) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, list(arguments))


def answered(*arguments: str) -> dict[str, Any]:
    """Run a scenario and return its JSON."""
    result = toc_sim("run", *arguments, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_json_says_what_the_paper_cups_do() -> None:
    """The promised fields, with the figures of the lesson."""
    answer = answered(CUPS)

    assert answer["format"] == 1
    assert answer["engine"] == "simpy"
    assert answer["throughput"] == {"mean": 8.0, "low": 8.0, "high": 8.0}
    assert answer["constraint"]["nodes"] == ["machine_2"]
    assert answer["constraint"]["verdict"] == "sole"
    assert answer["static"]["constraint"] == ["machine_2"]
    assert answer["static"]["next"]["node"] == "sales"
    assert answer["static"]["next"]["throughput"] == pytest.approx(9)
    assert answer["nodes"]["market"]["unserved"] == pytest.approx(3, abs=0.01)
    assert answer["nodes"]["market"]["starved"] is None
    assert answer["money"] is None
    shares = [node["share"]["mean"] for node in answer["nodes"].values()]
    assert sum(shares) + sum(answer["other_shares"].values()) == pytest.approx(1)


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Twice the same command, twice the same output; another seed, another one."""
    first = toc_sim("run", RANDOM, *SHORT, "--json").stdout_bytes

    assert toc_sim("run", RANDOM, *SHORT, "--json").stdout_bytes == first
    assert toc_sim("run", RANDOM, *SHORT, "--json", "--seed", "8").stdout_bytes != first


def test_the_report_begins_with_the_verdict_and_ends_with_the_proof() -> None:
    """First the sentence, then the table, then how we know."""
    report = toc_sim("run", RANDOM, *SHORT, "--prove").stdout

    lines = report.splitlines()
    assert "machine_2" in lines[0]
    assert "constraint" in lines[0]
    assert "without chance this window makes" in " ".join(report.split())
    assert "Unserved demand of market" in report
    assert "Proof: each made a little faster and slower in turn" in report
    assert "gain" in report
    assert "loss" in report


def test_money_is_told_where_there_is_some() -> None:
    """A scenario with economics gets its statement, in its own currency."""
    report = toc_sim("run", COMPANY, *SHORT).stdout

    assert "EUR" in report
    assert "et profit" in report


@pytest.mark.parametrize("width", ["50", "80", "140"])
def test_no_line_is_wider_than_the_window(
    width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are left out before lines are broken."""
    monkeypatch.setenv("COLUMNS", width)

    report = toc_sim("run", RANDOM, *SHORT).stdout

    assert max(map(len, report.splitlines())) <= int(width)
    assert "machine_2" in report


def test_a_trace_is_written_and_changes_nothing(tmp_path: Path) -> None:
    """Every line is an event; the figures are those of a silent run."""
    file = tmp_path / "trace.jsonl"

    silent = toc_sim("run", RANDOM, *SHORT, "--json").stdout
    traced = toc_sim("run", RANDOM, *SHORT, "--json", "--trace", str(file)).stdout

    assert traced == silent
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {event["event"] for event in events} >= {"enter", "start", "finish", "buy"}
    assert events[0]["time"] == -5


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_figure_is_drawn(tmp_path: Path, suffix: str) -> None:
    """The figure is written in the kind that its name asks for, always the same."""
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"

    for file in (first, second):
        result = toc_sim("run", COMPANY, *SHORT, "-q", "--plot", str(file))
        assert result.exit_code == 0, result.output

    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    assert first.read_bytes().startswith(starts[suffix])
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("option", ["--plot", "--trace"])
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, option: str) -> None:
    """A folder that is not there is an error of the input, not of the program."""
    file = tmp_path / "nowhere" / "file.png"

    result = toc_sim("run", CUPS, "-q", option, str(file))

    assert result.exit_code == 1
    assert result.stderr == f"{file}: cannot be written: no such file or directory\n"


def test_an_unknown_kind_of_figure_is_refused(tmp_path: Path) -> None:
    """Before anything is simulated."""
    result = toc_sim("run", CUPS, "--plot", str(tmp_path / "cups.txt"))

    assert result.exit_code == 1
    assert result.stderr.endswith("cups.txt: a figure is .png, .svg, .pdf\n")


def test_a_wrong_option_is_told_like_a_wrong_file() -> None:
    """A run without a horizon is refused in words."""
    result = toc_sim("run", CUPS, "--horizon", "-3")

    assert result.exit_code == 1
    assert "--horizon -3: must be greater than 0" in result.stderr


def test_who_left_is_counted_and_priced(tmp_path: Path) -> None:
    """What left a queue is told apart from what is scrapped, in words and in JSON."""
    file = tmp_path / "cold_leads.yaml"
    file.write_text(
        """
format: 1
name: cold_leads
item: lead
period: day
currency: EUR
stages:
  leads: {kind: source, arrivals: 4}
  meet: {kind: team, rate: 1, patience: {mean: 0.6, cv: 0}}
flow: [leads -> meet]
economics: {price: 100, variable_cost: {goods: 40}}
run: {horizon: 50, warmup: 10}
""",
        encoding="utf-8",
    )
    text = " ".join(toc_sim("run", str(file)).stdout.split())
    answer = answered(str(file))

    assert (
        "Out of patience before meet 3.00 lead/day; served, they would have brought "
        "180.0 EUR/day."
    ) in text
    assert "Lost after" not in text
    assert answer["nodes"]["meet"]["lost"] == pytest.approx(3)
    assert answer["nodes"]["meet"]["abandoned"] == pytest.approx(3)
    assert answer["nodes"]["leads"]["abandoned"] is None
    assert answer["money"]["lost_sales"]["mean"] == pytest.approx(180)


SMALL = ["--horizon", "200", "--warmup", "20", "--replications", "6"]


def test_where_one_more_place_helps() -> None:
    """Finite buffers are told of with what the path says and what a place brought."""
    buffers = answered(RANDOM, *SMALL)["constraint"]["buffers"]
    text = " ".join(toc_sim("run", RANDOM, *SMALL).stdout.split())

    assert [each["node"] for each in buffers][:2] == ["machine_3", "sales"]
    assert {each["places"] for each in buffers} == {5}
    shares = [each["share"]["mean"] for each in buffers]
    assert shares == sorted(shares, reverse=True)
    assert buffers[0]["gain"]["low"] > 0
    assert "critical path waits for room most often before machine_3" in text
    assert "One more place before machine_3 was seen to bring" in text


def test_without_finite_buffers_nothing_is_said_of_room() -> None:
    """Neither in words nor in the JSON; nor where the path never waits for room."""
    rope = str(ROOT / "scenarios" / "rope.yaml")
    told = toc_sim("run", rope, *SMALL).stdout

    assert "buffers" not in answered(CUPS, *SMALL)["constraint"]
    assert "waits for room" not in toc_sim("run", CUPS, *SMALL).stdout
    assert [
        each["gain"] for each in answered(rope, *SMALL)["constraint"]["buffers"]
    ] == [None] * 4
    assert "waits for room" not in told


def test_where_no_path_tells_of_room_the_text_says_what_does() -> None:
    """Somebody is blocked before a finite buffer, and shares go by experiment."""
    zone = str(ROOT / "scenarios" / "zone_2.yaml")
    arguments = (zone, "--replications", "4")
    text = " ".join(toc_sim("run", *arguments).stdout.split())

    assert "Shares are measured by experiment" in text
    again = f"toc-sim run {zone} --replications 4 --policies"
    assert f"to try each buffer: {again}" in text
    assert "buffers" not in answered(*arguments)["constraint"]
