"""What `toc-sim breakdown` tells people and machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from toc_sim.cli import main

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups.yaml")
SHOPS = [str(ROOT / f"scenarios/two_shops/shop_{number}.yaml") for number in (1, 2)]
SHORT = ["--horizon", "8", "--warmup", "3", "--replications", "3"]
SHORT_CUPS = ["--horizon", "40", "--warmup", "5"]


def toc_sim(*arguments: str, store: bool = False) -> Result:
    """Run the command line, without keeping anything unless that is asked for."""
    where = [] if store else ["--no-store"]
    return CliRunner().invoke(main, ["breakdown", *arguments, *where])


def answered(*arguments: str, store: bool = False) -> dict[str, Any]:
    """Run a breakdown and return its JSON."""
    result = toc_sim(*arguments, "--json", store=store)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture(name="cups", scope="module")
def _cups() -> dict[str, Any]:
    return answered(CUPS)


def test_the_answer_comes_first() -> None:
    """One sentence says what to push; with --quiet it is all."""
    sentence = (
        "Push machine_2.capacity first: 1 % more brings 1.00 % more throughput.\n"
    )

    assert toc_sim(CUPS, "--quiet").stdout == sentence
    assert toc_sim(CUPS).stdout.startswith(sentence)


def test_the_json_of_a_parameter_has_the_promised_fields(cups: dict[str, Any]) -> None:
    """Its value, its node, that node's share, what 1 % and 10 % bring."""
    first = cups["parameters"][0]

    assert cups["format"] == 1
    assert cups["run"] is None
    assert cups["by"] == "throughput"
    assert cups["net_profit"] is None
    assert cups["baseline"]["constraint"]["nodes"] == ["machine_2"]
    assert first["path"] == "machine_2.capacity"
    assert first["node"] == first["owner"] == "machine_2"
    assert first["value"] == 8
    assert first["step"] == "percent"
    assert first["share"]["mean"] == pytest.approx(1, abs=0.01)
    assert first["gain"]["throughput"]["mean"] == pytest.approx(0.01)
    assert first["gain"]["net_profit"] is None
    assert first["static"] == pytest.approx(0.01)
    assert first["plus_10"]["throughput"]["mean"] == pytest.approx(0.1)
    assert first["minus_10"]["throughput"]["mean"] == pytest.approx(-0.1)
    assert first["one_more"] is first["one_less"] is first["benchmark"] is None
    assert first["note"] is None


def test_the_json_sets_the_formula_beside_the_flow(cups: dict[str, Any]) -> None:
    """A calculator knows the demand of 11 only, and the flow is at machine 2."""
    formula = cups["formula"]

    assert formula["formula_first"] == ["market.demand"]
    assert [each["path"] for each in formula["flow_first"]] == ["machine_2.capacity"]
    assert formula["kept"] == []
    assert formula["agrees"] is False
    assert formula["factors"][0]["formula"] == pytest.approx(0.1)
    assert formula["factors"][0]["flow"]["mean"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("shop", "first"), [(0, "talk.conversion"), (1, "flow.market->visit")]
)
def test_equal_revenue_and_different_advice(shop: int, first: str) -> None:
    """By formula all factors are alike; the headroom tells the two shops apart."""
    answer = answered(SHOPS[shop], *SHORT)

    assert answer["by"] == "profit"
    assert answer["parameters"][0]["path"] == first
    assert answer["parameters"][0]["benchmark"]["net_profit"]["low"] > 0
    assert len(answer["formula"]["formula_first"]) == 5


def test_one_shop_against_the_other() -> None:
    """The formula's amounts cancel, each factor with what is let through of it."""
    answer = answered(SHOPS[0], "--against", SHOPS[1], *SHORT)
    factors = answer["factors"]

    assert answer["scenario"] == "Shop 1"
    assert answer["against"] == "Shop 2"
    assert answer["of"] == "revenue"
    assert answer["formula"]["before"] == pytest.approx(320)
    assert answer["formula"]["after"] == pytest.approx(320)
    assert sum(each["formula"] for each in factors) == pytest.approx(0, abs=1e-9)
    assert [each["after"] for each in factors] == pytest.approx([100, 0.4, 2, 2, 2])
    flow = answer["flow"]
    assert flow["explained"] + flow["remainder"] == pytest.approx(
        flow["change"]["mean"]
    )


def test_people_read_what_the_change_is_owed_to() -> None:
    """The sentence first, then each factor, the sum, the rest and all in all."""
    shown = toc_sim(SHOPS[0], "--against", SHOPS[1], *SHORT).stdout

    assert shown.startswith("Shop 1 against Shop 2: ")
    for line in ("economics.price", "by factors", "the rest", "all in all"):
        assert f"\n{line} " in shown
    assert "no other parameter differs." in shown
    assert toc_sim(SHOPS[0], "--against", SHOPS[1], *SHORT, "--quiet").stdout == (
        " ".join(shown.partition("\n\n")[0].split()) + "\n"
    )


def test_it_is_kept_and_done_once(tmp_path: Path) -> None:
    """The second time the same bytes come from the store, under the same name."""
    kept = ["--store", str(tmp_path / "runs.sqlite")]
    first = toc_sim(CUPS, *SHORT_CUPS, "--json", *kept, store=True)
    run = json.loads(first.stdout)["run"]

    assert first.exit_code == 0, first.output
    shown = toc_sim(CUPS, *SHORT_CUPS, *kept, store=True).stdout
    assert shown.endswith(f"Kept as run {run}: toc-sim export {run}\n")
    assert (
        toc_sim(CUPS, *SHORT_CUPS, "--json", *kept, store=True).stdout == first.stdout
    )


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_tornado_is_drawn(tmp_path: Path, suffix: str) -> None:
    """In every kind of figure, the same bytes each time."""
    first, second = (tmp_path / f"{name}.{suffix}" for name in ("one", "two"))

    assert toc_sim(CUPS, *SHORT_CUPS, "--quiet", "--plot", str(first)).exit_code == 0
    assert toc_sim(CUPS, *SHORT_CUPS, "--quiet", "--plot", str(second)).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size > 1000


def test_the_tornado_names_the_parameters_and_their_benchmarks(tmp_path: Path) -> None:
    """Those that change something, with the value of the benchmark beside it."""
    path = tmp_path / "shop.svg"
    result = toc_sim(SHOPS[1], *SHORT, "--quiet", "--plot", str(path))
    drawn = path.read_text(encoding="utf-8")

    assert result.exit_code == 0, result.output
    for text in ("talk.conversion", "to 0.84", "10 % more", "its benchmark"):
        assert f"<!-- {text}" in drawn


def test_a_tornado_of_nothing_is_drawn_without_a_warning(tmp_path: Path) -> None:
    """Where a file has no parameter with a per cent, the sentence stands alone."""
    path = tmp_path / "dice.svg"
    dice = str(ROOT / "scenarios" / "dice_game.yaml")
    result = toc_sim(dice, *SHORT, "--quiet", "--plot", str(path))

    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert path.exists()


def test_a_figure_of_another_kind_is_refused() -> None:
    """Before anything is simulated."""
    result = toc_sim(CUPS, "--plot", "tornado.bmp")

    assert result.exit_code == 1
    assert result.stderr == "tornado.bmp: a figure is .png, .svg, .pdf\n"


def test_a_figure_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With the reason of the system."""
    path = tmp_path / "missing" / "tornado.png"
    result = toc_sim(CUPS, *SHORT_CUPS, "--quiet", "--plot", str(path))

    assert result.exit_code == 1
    assert result.stderr == f"{path}: cannot be written: no such file or directory\n"


def test_a_change_has_no_tornado() -> None:
    """Of two files there is a table only."""
    result = toc_sim(CUPS, "--against", CUPS, "--plot", "tornado.png")

    assert result.exit_code == 2
    assert "give --against or --plot, not both" in result.stderr


def test_a_stage_of_several_products_is_pushed_as_its_file_has_it() -> None:
    """What one per cent of it brings by capacity alone stands beside what it brings."""
    funnel = str(ROOT / "scenarios" / "product_funnel.yaml")
    short = ["--horizon", "20", "--warmup", "2", "--replications", "2"]
    static = {
        row["path"]: row["static"] for row in answered(funnel, *short)["parameters"]
    }

    assert static["call.conversion"] == pytest.approx(0.01)
    assert static["leads.arrivals.trial"] == pytest.approx(0.01)
    assert static["lesson.capacity"] == 0


SMALL_BUFFER = """\
format: 1
name: starving by small buffers
stages:
  a: {kind: machine, capacity: 10, cv: 1}
  b: {kind: machine, capacity: 10, cv: 1, buffer: 0}
  market: {kind: market, demand: 100}
flow: [a -> b -> market]
economics: {price: 100}
run: {horizon: 100, warmup: 5, replications: 4}
"""


def test_one_more_place_stands_before_what_brings_less(tmp_path: Path) -> None:
    """Rows are ranked by their real steps, and money stands apart."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL_BUFFER, encoding="utf-8")

    answer = json.loads(toc_sim(str(file), "--json").stdout)

    paths = [row["path"] for row in answer["parameters"] if row["gain"]]
    assert paths[0] == "b.buffer"
    assert paths[-1] == "economics.price"
    report = " ".join(toc_sim(str(file)).stdout.split())
    assert report.startswith("Push b.buffer first: one more brings ")
    assert "buyers do not react to a price" in report


def test_with_products_no_calculator_is_said_to_lack_leads(tmp_path: Path) -> None:
    """Each product has a formula of its own; that is no lack of what comes."""
    file = tmp_path / "two.yaml"
    file.write_text(
        "format: 1\nname: two\nproducts: {P: {}, Q: {}}\nstages:\n"
        "  leads: {kind: source, arrivals: {P: 5, Q: 4}}\n"
        "  work: {kind: team, capacity: 20}\n"
        "  market: {kind: market, demand: {P: 30, Q: 30}}\n"
        "flow: [leads -> work -> market]\nrun: {horizon: 30, warmup: 5}\n",
        encoding="utf-8",
    )
    answer = CliRunner().invoke(main, ["breakdown", str(file), "--no-store"])

    assert answer.exit_code == 0
    said = " ".join(answer.stdout.split())
    assert "no one answer here: each product has its own" in said
    assert "nothing comes" not in said
