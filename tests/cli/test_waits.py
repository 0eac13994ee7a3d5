"""How long items wait, as the commands tell it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.command import Command

import toc_sim
from toc_sim import TocError, load
from toc_sim.cli import main
from toc_sim.experiment.compare.comparison import criterion

DESK = """
format: 1
name: Help desk
item: caller
period: minute
stages:
  calls: {kind: source, arrivals: 0.5, distribution: exponential}
  desk:  {kind: team, servers: 3, time: 5, distribution: exponential, target: 2}
  out:   {kind: market}
flow: [calls -> desk -> out]
tools:
  colleague: {cost: {upfront: 1}, effects: {desk.servers: {add: 1}}}
  patience_of_saints: {cost: {upfront: 1}, effects: {desk.target: {set: 3}}}
run: {horizon: 1000, warmup: 100, replications: 8}
"""

compare, reach = Command("compare"), Command("reach")


@pytest.fixture
def desk(tmp_path: Path) -> str:
    """Return the path of a scenario with a target."""
    path = tmp_path / "desk.yaml"
    path.write_text(DESK, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> str:
    """Return what `toc-sim run` prints."""
    result = CliRunner().invoke(main, ["run", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_target_brings_the_table_of_waits(desk: str) -> None:
    """With a target it is told, without one if it is asked for."""
    told = run(desk)

    assert "in time" in told
    assert "wait no longer than 2 minutes" in told
    assert "mean wait" not in run(desk, "--set", "desk.target=null")
    assert "mean wait" in run(desk, "--set", "desk.target=null", "--waits")


def test_the_json_always_tells_waits(desk: str) -> None:
    """By node and in all; the exit holds nothing up."""
    waits: dict[str, Any] = json.loads(run(desk, "--json"))["waits"]
    own, whole = waits["nodes"]["desk"], waits["pipeline"]

    assert 0 < own["p50"] < own["p90"] < own["p95"] < own["longest"]
    assert own["target"] == 2
    assert own["interval"]["mean"] == own["mean"]
    assert 0.3 < own["within"]["mean"] < 0.6
    assert whole["p90"] == pytest.approx(own["p90"], rel=0.02)
    assert waits["nodes"]["out"]["longest"] == 0
    assert waits["products"] == {}


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("wait:desk", "colleague: the mean wait before desk goes from"),
        ("within:desk", "colleague: the share that waits before desk in time goes"),
        ("flow_time", "colleague: flow time goes from"),
    ],
)
def test_tools_are_ranked_by_waits(desk: str, by: str, sentence: str) -> None:
    """One more colleague shortens the queue; another target only counts otherwise."""
    arguments = [desk, "--by", by, "--tool", "colleague", "--most", "16"]

    assert compare.told(*arguments, "--quiet").startswith(sentence)
    answer = compare.answered(*arguments)
    assert answer["best"]["tools"] == ["colleague"]
    assert answer["variants"][0]["gain"]["low"] > 0


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("wait:dsk", "no node is called 'dsk'"),
        ("within:calls", "does not say how long items should wait there"),
        ("speed", "is not one of throughput, profit, roi, npv, flow_time, wait:NODE"),
        ("wait:", "is not one of throughput"),
    ],
)
def test_what_nobody_can_rank_by_is_refused(desk: str, by: str, words: str) -> None:
    """With what is known instead."""
    result = compare(desk, "--by", by)

    assert result.exit_code in (1, 2)
    assert words in result.output


def test_what_python_cannot_rank_by_is_refused(desk: str) -> None:
    """Also a word that the command line would not have let through."""
    with pytest.raises(TocError, match="nothing is ranked by 'speed'"):
        criterion(load(desk), "speed")


def test_the_cheapest_tool_that_makes_waits_short(desk: str) -> None:
    """Sets are tried from the cheapest up; the wait is told with how often it holds."""
    arguments = [desk, "--wait", "desk<=2"]
    told = reach.told(*arguments)
    answer = reach.answered(*arguments)

    assert told.startswith(
        "With colleague items wait no longer than 2 minutes before desk, on average"
    )
    assert "% of the runs" in " ".join(told.split())
    assert answer["found"]["tools"] == ["colleague"]
    assert 0 < answer["found"]["wait"]["mean"] < 2
    assert answer["wanted"] == 2


def test_a_wait_that_holds_as_it_stands_needs_no_tool(desk: str) -> None:
    """And one that no tool brings is out of reach, with the shortest told."""
    assert "as it stands" in reach.told(desk, "--wait", "desk<=50", "--quiet")
    far = reach.answered(desk, "--wait", "desk<=0.01")

    assert far["found"] is None
    assert "colleague" in far["shortest"]["tools"]
    assert far["simulated"] == far["sets"] == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--wait", "desk=2"], "is not of the form NODE<=TIME"),
        (["--wait", "desk<=soon"], "is not of the form NODE<=TIME"),
        (["--wait", "dsk<=2"], "no node is called 'dsk'"),
        (["--wait", "desk<=-1"], "must be 0 or more"),
        ([], "say what is wanted"),
        (["--wait", "desk<=2", "--throughput", "1"], "say what is wanted"),
        (["--wait", "desk<=2", "--plot", "x.png"], "it goes with --throughput"),
    ],
)
def test_a_wait_that_cannot_be_wanted_is_refused(
    desk: str, arguments: list[str], words: str
) -> None:
    """Each with what would be right."""
    result = reach(desk, *arguments)

    assert result.exit_code in (1, 2)
    assert words in " ".join(result.output.split())


BERTH = """
format: 1
name: A berth for big ships first
item: ship
period: day
products: {big: {}, barge: {}}
stages:
  sea:   {kind: source, arrivals: {big: 0.3, barge: 0.5}, distribution: exponential}
  berth: {kind: machine, time: 1, priority: {big: 1, barge: 0}, target: 1}
  out:   {kind: market}
flow: [sea -> berth -> out]
tools:
  second: {cost: {upfront: 1}, effects: {berth.servers: {add: 1}}}
run: {horizon: 400, warmup: 20, replications: 4}
"""


@pytest.fixture(name="berth")
def _berth(tmp_path: Path) -> str:
    path = tmp_path / "berth.yaml"
    path.write_text(BERTH, encoding="utf-8")
    return str(path)


def test_a_stage_of_several_products_is_told_for_all_of_them_first(berth: str) -> None:
    """Its row holds the mean of all, and the share in time of each one's target."""
    waits = toc_sim.run(berth, store=False).record.waiting
    assert waits is not None
    told = {each.name: each for each in (*waits.stages, *waits.nodes)}
    stage, big, barge = (told[name] for name in ("berth", "berth/big", "berth/barge"))
    rows = run(berth, "--no-store").partition("waits ")[2].splitlines()[2:5]

    assert [row.split("  ")[0] for row in rows] == [
        "berth",
        "berth: big",
        "berth: barge",
    ]
    assert stage.served == big.served + barge.served
    assert stage.mean.mean * stage.served == pytest.approx(
        big.mean.mean * big.served + barge.mean.mean * barge.served
    )
    assert stage.within is not None
    assert stage.longest == max(big.longest, barge.longest)


@pytest.mark.parametrize(
    ("by", "what"),
    [
        ("wait:berth", "the mean wait before berth goes from"),
        ("within:berth", "the share that waits before berth in time goes from"),
        ("wait:berth/big", "the mean wait before berth: big goes from"),
    ],
)
def test_tools_are_ranked_by_a_stage_of_several_products(
    berth: str, by: str, what: str
) -> None:
    """By the name that the file gives it, or by that of one product."""
    told = " ".join(compare.told(berth, "--by", by).split())

    assert told.startswith(f"second: {what}")


def test_a_stage_of_several_products_is_made_short_for_all(berth: str) -> None:
    """The mean over all items; a slip is answered with the name of the file."""
    assert reach.told(berth, "--wait", "berth<=0.5").startswith("With second items")
    assert "did you mean 'wait:berth'?" in reach(berth, "--wait", "brth<=1").output
