"""What `toc-sim compare` tells people and machines."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from helpers.command import Command

from toc_sim import with_tools
from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.compare.comparison import Question
from toc_sim.experiment.purchase import touches
from toc_sim.network.build import network as network_of
from toc_sim.scenario.load import read

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups_tools.yaml")
FEW = ["--horizon", "60", "--replications", "6", "--most", "6"]
SHOP = """\
format: 1
name: Shop
item: deal
period: week
stages:
  talk: {kind: team, capacity: 4, cv: 1}
  till: {kind: team, capacity: 5, cv: 1}
flow: [talk -> till]
tools:
  crm: {title: "[bold]CRM", cost: {upfront: 3}, effects: {talk.capacity: {add: 2}}}
  idle: {effects: {}}
  little: {effects: {talk.capacity: {scale: 1.001}}}
run: {horizon: 60, warmup: 5, replications: 6}
"""


toc_sim = Command("compare")
told, answered = toc_sim.told, toc_sim.answered


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return str(file)


def test_the_json_has_the_promised_fields() -> None:
    """Exactly these; the baseline is a run."""
    answer = answered(CUPS)

    baseline = answer.pop("baseline")
    assert baseline["throughput"]["mean"] == 8
    assert baseline["constraint"]["nodes"] == ["machine_2"]
    [first, *_] = answer["variants"]
    assert list(answer) == [
        *("format", "scenario", "run", "margin", "confidence", "confidence_each"),
        *("variants", "best", "beyond", "pruned"),
    ]
    assert list(answer["best"]) == [
        *("tools", "by", "confidence", "indifference", "unseparated"),
    ]
    assert list(first) == [
        *("tools", "changes", "replications", "throughput", "difference"),
        *("difference_from_purchase", "verdict", "touches", "in_warmup"),
        *("constraint", "share", "gain", "probability_best", "cost", "money"),
    ]
    assert list(first["cost"]) == ["upfront", "per_period"]
    assert list(first["money"]) == [
        *("throughput", "operating_expense", "net_profit", "difference"),
        *("payback", "npv", "roi"),
    ]
    for interval in (first["difference"], first["gain"], first["money"]["npv"]):
        assert list(interval) == ["mean", "low", "high"]


def test_the_json_says_what_the_tools_do() -> None:
    """One tool hits the constraint; the others, behind it, bring nothing."""
    answer = answered(CUPS)

    words = {row["tools"][0]: row["verdict"] for row in answer["variants"]}
    assert words == {
        "new_machine_2": "hits",
        "sales_training": "misses",
        "new_machine_3": "misses",
        "new_machine_1": "misses",
        "advertising": "misses",
    }
    first = answer["variants"][0]
    assert first["tools"] == answer["best"]["tools"] == ["new_machine_2"]
    assert first["constraint"] == {"before": ["machine_2"], "after": ["sales"]}
    assert first["cost"] == {"upfront": 4000, "per_period": 0}
    assert first["money"]["payback"] == pytest.approx(4000 / 80, rel=0.05)
    assert first["money"]["npv"]["mean"] == first["gain"]["mean"]
    assert first["money"]["roi"]["mean"] == pytest.approx(80 / 4000, rel=0.01)
    assert answer["margin"] == pytest.approx(0.04)
    assert answer["best"]["by"] == "npv"


def test_figures_that_do_not_exist_are_null(shop: str) -> None:
    """No money in the file; no interval from one random run; no promise."""
    answer = answered(shop, "--replications", "1", "--set", "run.horizon=20")

    assert {row["money"] for row in answer["variants"]} == {None}
    [idle] = [row for row in answer["variants"] if row["tools"] == ["idle"]]
    assert idle["difference"] == {"mean": 0, "low": None, "high": None}
    assert answer["best"]["confidence"] is None
    assert answer["best"]["by"] == "throughput"


def test_the_report_begins_with_the_best_tool(shop: str) -> None:
    """Then a table with the best marked, then how sure that is."""
    report = told(shop, *FEW)

    begin = " ".join(report.split("\n\n")[0].split())
    assert begin.startswith("[bold]CRM hits the constraint, talk, which moves to ")
    assert "throughput goes from" in begin
    text = " ".join(report.split())
    assert "net present value" not in text
    assert "replications: 6 each, on common random numbers" in text
    assert "(Bonferroni)" in text
    assert re.search(r"CRM .*hits the constraint", report)
    assert re.search(r"idle .*misses it", report)
    assert "do nothing" in report


def test_money_has_a_table_of_its_own() -> None:
    """Costs, T and OE, profit, payback and present value."""
    report = " ".join(told(CUPS).split())

    assert "net present value" in report
    for word in ("cost", "payback", "NPV", "profit", "EUR"):
        assert word in report
    assert "run once each: nothing in this model is left to chance" in report


def test_one_random_run_is_not_called_certain(shop: str) -> None:
    """Chance is at work, however few the runs."""
    report = told(shop, "--replications", "1")

    assert "left to chance" not in report
    assert "the runs ended before the best was known for sure" in report


def test_quiet_is_one_sentence(shop: str) -> None:
    """The first one of the report."""
    report = told(shop, *FEW)
    sentence = told(shop, *FEW, "--quiet")

    assert sentence.count("\n") == 1
    assert sentence.endswith(".\n")
    assert " ".join(report.split()).startswith(" ".join(sentence.split()))


@pytest.mark.parametrize(
    ("tools", "sentence"),
    [
        (["idle"], "Do nothing: the tool does no better by throughput."),
        (["idle", "late"], "Do nothing: none of 2 does better by throughput."),
        (
            ["little"],
            "little brings the most, but less than makes a difference.",
        ),
    ],
)
def test_sentences_about_tools_that_bring_nothing(
    tmp_path: Path, tools: list[str], sentence: str
) -> None:
    """Or so little that nobody would act on it."""
    file = tmp_path / "shop.yaml"
    file.write_text(
        SHOP.replace(", cv: 1", "")
        .replace("horizon: 60", "horizon: 3000")
        .replace("  idle:", "  late: {lead_time: 9999, effects: {}}\n  idle:"),
        encoding="utf-8",
    )
    chosen = [part for tool in tools for part in ("--tool", tool)]

    assert told(str(file), *chosen, "--quiet") == f"{sentence}\n"


def test_a_set_that_cannot_be_paid_leaves_nothing_to_do(shop: str) -> None:
    """With no money, only what is free is left; the rest is named."""
    report = told(shop, *FEW, "--budget", "1")

    assert "Beyond the budget or excluded: [bold]CRM." in report
    answer = answered(CUPS, "--budget", "0", "--sets")
    assert answer["variants"] == []
    assert answer["best"]["tools"] == []
    sentence = told(CUPS, "--budget", "0", "--sets", "--quiet")
    assert sentence == "Do nothing: no tool can be paid.\n"


@pytest.mark.parametrize("by", ["throughput", "profit", "roi", "npv"])
def test_what_is_wanted_ranks_the_tools(by: str) -> None:
    """Sets stand in the order of what they gain of it."""
    answer = answered(CUPS, "--by", by, "--sets", "--budget", "7000")

    gains = [row["gain"]["mean"] for row in answer["variants"]]
    assert answer["best"]["by"] == by
    assert gains == sorted(gains, reverse=True)
    assert answer["variants"][0]["tools"] == answer["best"]["tools"]
    assert {sum(row["cost"].values()) <= 7000 for row in answer["variants"]} == {True}


@pytest.mark.parametrize("width", ["60", "80", "140"])
@pytest.mark.parametrize("sets", [[], ["--sets"]])
def test_no_line_is_wider_than_the_window(
    width: str, sets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are left out before lines are broken."""
    monkeypatch.setenv("COLUMNS", width)

    report = told(CUPS, *sets)

    assert max(map(len, report.splitlines())) <= int(width)


def test_the_same_question_has_the_same_bytes(shop: str) -> None:
    """Another seed has others."""
    first = toc_sim(shop, *FEW, "--json").stdout_bytes

    assert toc_sim(shop, *FEW, "--json").stdout_bytes == first
    assert toc_sim(shop, *FEW, "--json", "--seed", "8").stdout_bytes != first


def test_what_is_in_the_store_is_not_simulated_again(shop: str, tmp_path: Path) -> None:
    """The second answer is the first one, from the store alone."""
    store = tmp_path / "runs.sqlite"
    first = toc_sim(shop, *FEW, "--json", "--store", str(store))
    assert first.exit_code == 0
    before = written(store)

    second = toc_sim(shop, *FEW, "--json", "--store", str(store))

    assert second.stdout_bytes == first.stdout_bytes
    assert written(store) == before
    assert json.loads(first.stdout)["run"] is not None


def written(store: Path) -> dict[str, int]:
    """Return how many rows each table of a store has."""
    with sqlite3.connect(store) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        return {
            name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]  # noqa: S608 - names come from the file itself
            for (name,) in names.fetchall()
        }


REFUSED = [
    (["--tool", "cmr"], 1, "--tool cmr: no tool is called 'cmr'"),
    (["--by", "npv"], 1, "--by npv: the file says nothing of money"),
    (["--budget", "-1"], 2, "--budget"),
    (["--budget", "nan"], 1, "--budget nan: must be 0 or more"),
    (["--margin", "0"], 2, "--margin"),
    (["--by", "fun"], 2, "--by"),
    (["--set", "run.horizon=0.001"], 1, "nothing was bought within the horizon"),
]


@pytest.mark.parametrize(("arguments", "code", "text"), REFUSED)
def test_what_is_refused(shop: str, arguments: list[str], code: int, text: str) -> None:
    """In words, on stderr, with nothing on stdout."""
    result = toc_sim(shop, *arguments)

    assert result.exit_code == code, result.output
    assert text in result.stderr
    assert result.stdout == ""


def test_a_file_without_tools_is_refused() -> None:
    """There is nothing to compare."""
    result = toc_sim(str(ROOT / "scenarios" / "paper_cups.yaml"))

    assert result.exit_code == 1
    assert "the file has no 'tools' to compare" in result.stderr


def test_what_each_candidate_changes_is_printed_like_a_diff() -> None:
    """A line for each parameter, its value before and after."""
    report = told(CUPS, "--tool", "new_machine_2", "--changes")
    answer = answered(CUPS, "--tool", "new_machine_2")

    assert "new_machine_2 changes\n  machine_2.capacity: 8 -> 15\n" in report
    assert answer["variants"][0]["changes"] == ["machine_2.capacity: 8 -> 15"]


AROUND = """\
format: 1
name: Two works of one lawyer
item: deal
period: week
stages:
  leads: {kind: source, arrivals: 10}
  draft: {kind: team, resource: lawyer, time: 0.3, conversion: 0.5}
  check: {kind: team, capacity: 20, conversion: 0.5}
  close: {kind: team, resource: lawyer, time: 0.3, priority: 1}
resources: {lawyer: {servers: 1}}
flow: [leads -> check -> draft -> close]
tools:
  second: {effects: {resources.lawyer.servers: {add: 1}}}
  drafts: {effects: {draft.time: {scale: 0.5}}}
  picks: {effects: {close.conversion: {scale: 0.9}}}
  better: {effects: {draft.conversion: {set: 0.9}}}
run: {horizon: 60, warmup: 5}
"""


def test_a_tool_hits_only_what_it_touches() -> None:
    """What a tool changes, and whose time that is, decides the word."""
    scenario = read(AROUND, "around.yaml")
    found = compare(scenario, Question(by="throughput"))
    touched = {row.tools[0]: row.touches for row in found.rows}

    assert found.verdict.constraint == ("lawyer",)
    assert all(touched[tool] for tool in ("second", "drafts", "better"))
    before = network_of(scenario)
    for tool in touched:
        after = network_of(with_tools(scenario, [tool]))
        assert not touches(before, after, ("check",))


def test_a_tool_that_lets_more_in_touches_the_release_policy() -> None:
    """By whatever name the verdict calls the policy."""
    scenario = read(AROUND, "around.yaml", {"release.conwip": "2"})
    before = network_of(scenario)
    after = network_of(scenario.changed({"release.conwip": 3}))

    assert touches(before, after, ("conwip",))
    assert not touches(before, after, ("lawyer",))


def test_the_figure_shows_every_candidate(tmp_path: Path) -> None:
    """With its difference and what it does."""
    figure = tmp_path / "tools.svg"

    told(CUPS, "--horizon", "60", "--plot", str(figure))

    texts = re.findall(r"<!-- (.*?) -->", figure.read_text("utf-8"), flags=re.DOTALL)
    assert {"new_machine_2", "advertising"} <= set(texts)
    assert any(text.endswith(": misses it") for text in texts)
    assert any(text.endswith(": hits the constraint") for text in texts)


def test_the_figure_has_room_for_intervals_and_words(tmp_path: Path) -> None:
    """What a tool does is not cut where its difference is told with how sure it is."""
    figure = tmp_path / "tools.svg"
    chance = ("--set", "machine_2.cv=1", "--replications", "4", "--horizon", "60")

    told(CUPS, *chance, "--plot", str(figure))

    texts = re.findall(r"<!-- (.*?) -->", figure.read_text("utf-8"), flags=re.DOTALL)
    assert any(" ± " in text and ": " in text for text in texts)
    assert not any(text.endswith(("…", "...")) for text in texts)


def test_a_refused_question_is_not_kept(tmp_path: Path) -> None:
    """A file without tools leaves no run that is never finished."""
    store = tmp_path / "kept.sqlite"
    bare = str(ROOT / "scenarios" / "paper_cups.yaml")

    refused = toc_sim(bare, "--horizon", "20", "--store", str(store))

    assert refused.exit_code == 1
    with sqlite3.connect(store) as opened:
        assert opened.execute("SELECT COUNT(*) FROM runs").fetchone() == (0,)
