"""What `toc-sim roadmap` tells people and machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.command import Command
from helpers.questions import question

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups_tools.yaml")
SHOP = """\
format: 1
name: Shop
stages:
  talk: {kind: team, capacity: 4}
  till: {kind: team, capacity: 4}
flow: [talk -> till]
tools:
  crm: {title: CRM, cost: {upfront: 3}, effects: {talk.capacity: {add: 2}}}
  desk: {cost: {upfront: 2}, effects: {till.capacity: {add: 2}}}
run: {horizon: 100, warmup: 5}
"""


toc_sim = Command("roadmap")
told, answered = toc_sim.told, toc_sim.answered


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return str(file)


def test_the_json_has_the_promised_fields() -> None:
    """Exactly these."""
    answer = answered(CUPS)

    assert list(answer) == [
        "format",
        "scenario",
        "run",
        "by",
        "budget",
        "steps",
        "worth",
        "best",
        "regret",
        "lifts",
        "stopped_because",
    ]
    assert set(answer["steps"][0]) == {
        "owned",
        "constraint",
        "verdict",
        "share",
        "candidates",
        "chosen",
        "throughput",
        "net_profit",
        "spent",
    }
    assert set(answer["steps"][0]["candidates"][0]) == {
        "tool",
        "with",
        "verdict",
        "touches",
        "difference",
        "gain",
        "affordable",
        "exploit",
    }
    assert set(answer["best"]) == {
        "tools",
        "worth",
        "throughput",
        "net_profit",
        "spent",
        "sets",
        "simulated",
    }


def test_the_json_says_what_to_buy() -> None:
    """With the money for two tools, the first two of the walk."""
    answer = answered(CUPS, "--budget", "7500")

    assert [step["chosen"] for step in answer["steps"]] == [
        "new_machine_2",
        "sales_training",
        None,
    ]
    assert [step["constraint"] for step in answer["steps"]] == [
        ["machine_2"],
        ["sales"],
        ["machine_3"],
    ]
    assert answer["steps"][2]["spent"] == 7000
    assert answer["stopped_because"] == "no money"
    assert answer["best"]["tools"] == ["new_machine_2", "sales_training"]
    assert answer["best"]["throughput"] == pytest.approx(10)
    assert answer["regret"] == pytest.approx(0)
    assert answer["by"] == "npv"
    assert answer["budget"] == 7500
    lifts = {"new_machine_2": 1.5, "sales_training": 0.5}
    assert answer["lifts"] == pytest.approx(lifts)


def test_money_is_null_where_there_is_none(shop: str) -> None:
    """Items count then."""
    answer = answered(shop)

    assert answer["by"] == "throughput"
    assert {step["net_profit"] for step in answer["steps"]} == {None}
    assert answer["best"]["net_profit"] is None
    assert answer["regret"] == pytest.approx(199)
    assert answer["best"]["tools"] == ["crm", "desk"]


def test_the_report_tells_the_walk() -> None:
    """First the sentence, then each step, then the best order beside it."""
    report = " ".join(told(CUPS).split())

    assert report.startswith(
        "Follow the constraint: new_machine_2, then sales_training, then "
        "new_machine_3, then advertising. Throughput goes from 8.00 to 12.00 cup/hour; "
        "then no tool that is left hits the constraint."
    )
    assert "No order of any set is better over 200 hour" in report
    assert "each brings (Shapley)" in report


def test_greed_is_told_of_its_loss(shop: str) -> None:
    """Where two tools bring nothing apart and much together."""
    report = " ".join(told(shop).split())

    assert report.startswith(
        "Buy nothing: no tool that is left hits the constraint. talk and till stay "
        "the constraint."
    )
    assert "The best order of all is CRM, then desk" in report
    assert "gives up 199.0 items of that" in report


@pytest.mark.parametrize(
    ("sections", "why"),
    [
        ("", "every tool is bought"),
        (
            "  other: {effects: {talk.capacity: {set: 9}}}\n",
            "what is left cannot stand with what is bought",
        ),
    ],
)
def test_why_nothing_is_left(tmp_path: Path, sections: str, why: str) -> None:
    """All is bought, or what is not cannot stand with it."""
    tool = "  new: {effects: {talk.capacity: {set: 10}}}\n"
    start, _, _ = SHOP.replace("till: {kind: team, capacity: 4}", TILL).partition(
        "  crm"
    )
    file = tmp_path / "shop.yaml"
    file.write_text(f"{start}{tool}{sections}{RUN}", encoding="utf-8")

    sentence = told(str(file), "--quiet")

    assert sentence.startswith("Follow the constraint: new. Throughput goes from ")
    assert sentence.endswith(f"; then {why}.\n")


TILL = "till: {kind: team, capacity: 20}"
RUN = "run: {horizon: 100, warmup: 5}\n"


def test_quiet_is_one_line() -> None:
    """The first sentences of the report."""
    sentence = told(CUPS, "--quiet")

    assert sentence.count("\n") == 1
    report = " ".join(told(CUPS).split())
    assert report.startswith(sentence.strip())


@pytest.mark.parametrize("width", ["60", "80", "140"])
def test_no_line_is_wider_than_the_window(
    width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are left out before lines are broken."""
    monkeypatch.setenv("COLUMNS", width)

    report = told(CUPS)

    assert max(map(len, report.splitlines())) <= int(width)


def test_the_same_question_has_the_same_bytes(shop: str, tmp_path: Path) -> None:
    """From a store, too; a budget of another euro is another question."""
    store = ["--json", "--store", str(tmp_path / "runs.sqlite")]
    dear = [*store, "--budget", "1234567"]

    first = toc_sim(shop, *dear)

    assert first.exit_code == 0, first.output
    assert toc_sim(shop, *dear).stdout_bytes == first.stdout_bytes
    other = json.loads(toc_sim(shop, *store, "--budget", "1234568").stdout)
    assert other["run"] != json.loads(first.stdout)["run"]


REFUSED = [
    (["--tool", "cmr"], 1, "--tool cmr: no tool is called 'cmr'"),
    (["--by", "npv"], 1, "--by npv: the file says nothing of money"),
    (["--by", "roi"], 2, "--by"),
    (["--budget", "-1"], 2, "--budget"),
    (["--budget", "nan"], 1, "--budget nan: must be 0 or more"),
    (["--every", "nan"], 1, "--every nan: must be 0 or more"),
    (["--set", "run.horizon=0.001", "--warmup", "0"], 1, "nothing was bought"),
]


@pytest.mark.parametrize(("arguments", "code", "text"), REFUSED)
def test_what_is_refused(shop: str, arguments: list[str], code: int, text: str) -> None:
    """In words, on stderr, with nothing on stdout."""
    result = toc_sim(shop, *arguments)

    assert result.exit_code == code, result.output
    assert text in result.stderr
    assert result.stdout == ""
    assert "not your fault" not in result.stderr


def test_the_figure_shows_every_step_and_its_constraint(tmp_path: Path) -> None:
    """A bar a step, with what is bought before it and who limits then."""
    figure = tmp_path / "roadmap.svg"

    told(CUPS, "--horizon", "60", "--plot", str(figure))

    drawn = figure.read_text("utf-8")
    for text in ("do nothing", "+ new_machine_2", ": machine_2", ": sales"):
        assert f"{text} -->" in drawn


def test_what_the_path_rules_out_is_told(tmp_path: Path) -> None:
    """How many sets were simulated, and how many ruled out by proof: all that are."""
    file = str(question(tmp_path / "shop.yaml", tools=6, replications=5, horizon=60))
    best = answered(file)["best"]
    text = " ".join(told(file).split())

    assert best["simulated"] < best["sets"] / 2
    assert best["simulated"] + best["proved"] == best["sets"] == 64
    assert f"{best['proved']} ruled out by proof" in text
    assert "proved" not in answered(CUPS)["best"]


ANN = """\
format: 1
name: Who asks goes first
stages:
  leads: {kind: source, arrivals: 5}
  asks: {kind: team, resource: ann, time: 0.1, priority: 1}
  buys: {kind: team, resource: ann, time: 0.15}
flow: [leads -> asks -> buys]
resources: {ann: {servers: 1}}
tools:
  hand: {cost: {upfront: 3}, effects: {resources.ann.servers: {add: 1}}}
  ads: {cost: {upfront: 2}, effects: {leads.arrivals: {scale: 1.5}}}
run: {horizon: 200, warmup: 20}
"""


def test_a_harm_is_told_with_its_step(tmp_path: Path) -> None:
    """More leads keep Ann from selling, until a second pair of hands is there."""
    file = tmp_path / "ann.yaml"
    file.write_text(ANN, encoding="utf-8")

    lines = " ".join(told(str(file)).split())

    assert "Follow the constraint: hand, then ads." in lines
    assert (
        "At step 0 ads would lower throughput; at step 1, where it is bought, it lifts "
        "it."
    ) in lines
