"""What the author of a file expects of its tools is held against what they do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toc_sim import Scenario, load
from toc_sim.experiment.expectations import unmet

CUPS = Path(__file__).parents[2] / "scenarios" / "paper_cups_tools.yaml"
BEST = ["new_machine_2", "sales_training", "new_machine_3", "advertising"]


def cups(**expect: Any) -> Scenario:
    """Return the paper cups with other expectations."""
    scenario = load(CUPS)
    return scenario.changed(expect={"constraint": "machine_2", **expect})


def test_what_is_met_is_not_told() -> None:
    """Nor what is not expected at all."""
    words = {"new_machine_2": "hits", "advertising": "misses"}

    assert unmet(cups(tools=words, best=list(reversed(BEST)))) == ()
    assert unmet(cups()) == ()
    assert unmet(load(CUPS).changed(expect=None)) == ()


def test_a_word_that_is_not_the_one_expected() -> None:
    """Each is told with what was found."""
    words = {
        "new_machine_2": "misses",
        "advertising": "misses",
        "new_machine_1": "hits",
    }

    assert unmet(cups(tools=words)) == (
        "expect.tools.new_machine_2: misses (found hits)",
        "expect.tools.new_machine_1: hits (found misses)",
    )


@pytest.mark.parametrize(
    ("best", "told"),
    [(["advertising"], "advertising"), ([], "do nothing")],
)
def test_another_set_is_the_best(best: list[str], told: str) -> None:
    """To do nothing is a set too."""
    assert unmet(cups(best=best)) == (f"expect.best: {told} (found {', '.join(BEST)})",)


def test_doing_nothing_may_be_the_best() -> None:
    """Where no tool earns its money."""
    dear = load(CUPS, {"economics.price": "21"}).changed(expect={"best": BEST[:1]})

    assert unmet(dear) == ("expect.best: new_machine_2 (found do nothing)",)


def test_everything_that_is_unmet_is_told() -> None:
    """The constraint and the throughput first."""
    wrong = cups(constraint="sales", throughput=9.0, tools={"advertising": "hits"})

    found = unmet(wrong)

    assert len(found) == 3
    assert found[0].startswith("expect.constraint: sales")
    assert found[1].startswith("expect.throughput: 9")
    assert found[2] == "expect.tools.advertising: hits (found misses)"


def test_a_tool_is_judged_with_what_it_requires() -> None:
    """As in a comparison."""
    scenario = cups(tools={"sales_training": "hits"})
    training = scenario.tools["sales_training"].changed(requires=["new_machine_2"])
    tools = {**scenario.tools, "sales_training": training}

    assert unmet(scenario.changed(tools=tools)) == ()
