"""Tools are compared with doing nothing: which sets, on what chance, how sure."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.purchases import CHANCE, Document, may_stand, shops, with_required
from hypothesis import given, settings

from toc_sim import Scenario
from toc_sim.constraint.intervals import Interval, interval
from toc_sim.errors import SimulationError, TocError
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.compare.comparison import Comparison, Question
from toc_sim.experiment.roadmap.five_steps import roadmap
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.task import Completions, Tasks
from toc_sim.experiment.store.store import Store
from toc_sim.experiment.sweep.points import read_axis
from toc_sim.experiment.sweep.sweep import sweep

STAGES: dict[str, Any] = {
    "talk": {"kind": "team", "capacity": 4.0},
    "till": {"kind": "team", "capacity": 5.0},
}
ECONOMICS = {"price": 10.0, "variable_cost": {"paper": 4.0}}
TOOLS: dict[str, Any] = {
    "crm": {"cost": {"upfront": 0.1}, "effects": {"talk.capacity": {"add": 1}}},
    "bot": {
        "cost": {"upfront": 0.2},
        "effects": {"till.capacity": {"add": 2}},
        "requires": ["crm"],
    },
    "fast": {"cost": {"upfront": 5}, "effects": {"talk.capacity": {"set": 6}}},
    "slow": {"cost": {"upfront": 1}, "effects": {"talk.capacity": {"set": 3}}},
}
RANDOM = {
    name: {**stage, "distribution": "exponential", "buffer": 4}
    for name, stage in STAGES.items()
}


UNWARMED = {"horizon": 40.0, "warmup": 0.0, "replications": 6}


def shop(stages: Any = STAGES, tools: Any = TOOLS, **sections: Any) -> Scenario:
    """Return two teams in a row, with tools."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "shop",
            "stages": stages,
            "flow": ["talk -> till"],
            "tools": tools,
            "run": {"horizon": 40.0, "warmup": 5.0, "replications": 6},
            **sections,
        }
    )


def sets(found: Comparison) -> list[tuple[str, ...]]:
    """Return what was compared, in the order of the file."""
    return [trial.model.tools for trial in found.trials]


def test_a_tool_that_nobody_has_is_refused() -> None:
    """With the nearest that there is."""
    with pytest.raises(TocError) as error:
        compare(shop(), Question(tools=("fats",)))

    assert str(error.value) == (
        "tools=fats: no tool is called 'fats'\n    hint: did you mean 'fast'?"
    )


def test_a_file_without_tools_is_refused() -> None:
    """There is nothing to compare."""
    with pytest.raises(TocError, match=r"^the file has no 'tools' to compare$"):
        compare(shop(tools={}))


def test_money_is_not_made_up() -> None:
    """Where the file says nothing of it, nothing can be told of it."""
    with pytest.raises(TocError, match=r"^by=roi: the file says nothing of money"):
        compare(shop(), Question(by="roi"))

    found = compare(shop())
    assert found.best.by == "throughput"
    assert found.money is None
    assert all(row.money is None and row.investment is None for row in found.rows)


def test_a_tool_is_compared_with_what_it_requires() -> None:
    """Each tool once, doing nothing first."""
    found = compare(shop())

    assert sets(found) == [(), ("crm",), ("crm", "bot"), ("fast",), ("slow",)]
    assert found.beyond == ()


def test_only_the_tools_that_are_asked_for() -> None:
    """And what they require, alone and in sets."""
    assert sets(compare(shop(), Question(tools=("bot",)))) == [(), ("crm", "bot")]
    every = compare(shop(RANDOM), Question(tools=("bot",), sets=True, most=6))
    assert found_or_pruned(every) == 3
    assert every.best.tools == ("crm", "bot")


def found_or_pruned(found: Comparison) -> int:
    """Return how many candidates there were."""
    return len(found.trials) + found.pruned


def test_what_costs_too_much_is_named() -> None:
    """Prices sum up to the budget but for rounding: 0.1 + 0.2 is 0.3."""
    found = compare(shop(), Question(budget=0.3))

    assert sets(found) == [(), ("crm",), ("crm", "bot")]
    assert found.beyond == (("fast",), ("slow",))
    every = compare(shop(), Question(budget=0.3, sets=True))
    assert found_or_pruned(every) == 3


def test_two_values_for_one_parameter_never_stand_together() -> None:
    """Of every set that was simulated."""
    found = compare(shop(RANDOM), Question(sets=True, most=6))

    assert found_or_pruned(found) == 9
    assert not any({"fast", "slow"} <= set(tools) for tools in sets(found))


@settings(max_examples=25)
@given(shops(tools=4, fields=CHANCE, runs={"horizon": 6.0, "replications": 4}))
def test_every_row_is_what_the_runs_say(document: Document) -> None:
    """Differences are paired by number, and all intervals hold together."""
    found = compare(Scenario.model_validate(document))

    closures = {frozenset(with_required(document, name)) for name in document["tools"]}
    assert {frozenset(tools) for tools in sets(found)} == {*closures, frozenset()}
    assert all(may_stand(document, frozenset(tools)) for tools in sets(found))
    runs = {
        trial.model.tools: np.array([each.throughput for each in trial.results])
        for trial in found.trials
    }
    assert found.confidence == pytest.approx(1 - 0.05 / len(found.rows))
    for row in found.rows:
        differences = runs[row.tools] - runs[()]
        assert row.difference == interval(differences, found.confidence)
        assert row.throughput == row.verdict.throughput
        assert row.verdict.counted == interval(runs[row.tools], 0.95)
        assert row.replications == len(runs[row.tools])
        assert row.investment is not None
    gains = [row.gain.mean for row in found.rows]
    assert gains == sorted(gains, reverse=True)
    best = max([0.0, *gains])
    assert best == 0.0 if not found.best.tools else best == gains[0]
    assert sum(row.probability for row in found.rows) <= 1 + 1e-9


def test_a_tool_without_effect_differs_by_nothing() -> None:
    """Common random numbers: not by little, by exactly 0.

    What begins after the window hits as it settles, and changes nothing in the window.
    """
    tools = {"idle": {}, "late": {"lead_time": 99, **TOOLS["fast"]}}

    found = compare(shop(RANDOM, tools, economics=ECONOMICS))

    words = {row.tools: row.word for row in found.rows}
    assert words == {("idle",): "misses", ("late",): "hits"}
    for row in found.rows:
        assert row.from_purchase == Interval(0.0, 0.0, 0.0)
    assert found.best.tools == ()


def test_the_best_stands_first_and_knows_its_rivals() -> None:
    """What is not told apart from it is named, doing nothing too."""
    close = {f"tool_{n}": {"effects": {"talk.capacity": {"add": n}}} for n in (1, 2)}

    found = compare(shop(RANDOM, close), Question(most=6, margin=0.0001))

    assert found.rows[0].tools == found.best.tools
    assert found.best.confidence is None
    others = {row.tools for row in found.rows[1:]} | {()}
    assert set(found.best.unseparated) <= others


def test_the_worth_of_common_random_numbers_is_told_in_the_unit_of_the_wish() -> None:
    """A currency of a hundredth of the value takes no other number of runs."""
    dear = compare(shop(RANDOM, economics=ECONOMICS, run=UNWARMED))
    cents = {"price": 1000.0, "variable_cost": {"paper": 400.0}}
    tools = {
        name: {**tool, "cost": {"upfront": 100 * tool["cost"]["upfront"]}}
        for name, tool in TOOLS.items()
    }
    cheap = compare(shop(RANDOM, tools, economics=cents, run=UNWARMED))
    items = compare(
        shop(RANDOM, economics=ECONOMICS, run=UNWARMED), Question(by="throughput")
    )

    assert dear.best.by == cheap.best.by == "npv"
    assert dear.independent is not None
    assert items.independent is not None
    assert cheap.independent == dear.independent
    assert dear.independent[0] == pytest.approx(items.independent[0], rel=0.05)


def test_what_one_random_run_says_is_not_sure() -> None:
    """Neither of a random shop, nor of a tool that takes its chance away."""
    steady = {"steady": {"effects": {"talk.cv": {"set": 0}}}}
    stages = {**STAGES, "talk": {**STAGES["talk"], "cv": 1.0}}
    run = {"horizon": 40.0, "warmup": 0.0, "replications": 1}

    found = compare(shop(stages, steady, run=run))

    assert not found.rows[0].difference.is_known
    assert found.rows[0].throughput.half_width == 0
    assert found.rows[0].word == "unseparated"
    assert found.best.confidence is None


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("stages", [STAGES, RANDOM])
def test_a_shop_that_sells_nothing_is_told(stages: Any, *, every: bool) -> None:
    """There is nothing to compare with."""
    run = {"horizon": 0.01, "warmup": 0.0, "replications": 6}

    with pytest.raises(SimulationError) as error:
        compare(shop(stages, run=run), Question(sets=every))

    assert str(error.value) == "do nothing: nothing was bought within the horizon"


def test_every_set_is_compared_once() -> None:
    """All that can stand together, by size, then in the order of the file."""
    free = {name: {"cost": tool["cost"]} for name, tool in TOOLS.items()}

    found = compare(shop(tools=free), Question(sets=True))

    names = list(free)
    every = [each for size in range(5) for each in combinations(names, size)]
    assert sets(found) == every


def test_more_runs_than_the_file_asks_for_find_the_constraint_too() -> None:
    """Where it is found by experiment, it is by as many runs as there are."""
    stages = {
        "leads": {"kind": "source", "arrivals": 5.0, "cv": 0.8, "overflow": "lost"},
        "talk": {**RANDOM["talk"], "buffer": 1, "conversion": 0.8},
    }
    tools = {"close": {"effects": {"talk.capacity": {"add": 0.3}}}}
    scenario = shop(stages, tools, flow=["leads -> talk"])

    found = compare(scenario, Question(margin=0.0001, most=9))

    assert found.verdict.method == "experiment"
    assert [len(trial.results) for trial in found.trials] == [9, 9]
    assert found.baseline.network.scenario.run.replications == 9
    assert found.rows[0].replications == 9


def at_rest(tasks: Tasks) -> Completions:
    """Run nothing: fail if there is anything to run."""
    assert not tasks
    yield from ()


def test_nor_is_an_experiment_or_a_pilot_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runs behind constraint shares and behind a warm-up are in the store too."""
    stages = {
        "leads": {"kind": "source", "arrivals": 5.0, "cv": 1.0, "overflow": "lost"},
        "talk": {**RANDOM["talk"], "buffer": 1, "conversion": 0.8},
    }
    tools = {"close": {"effects": {"talk.capacity": {"add": 0.3}}}}
    run = {"warmup": "auto", "replications": 3, "horizon": 20.0}
    scenario = shop(stages, tools, flow=["leads -> talk"], run=run)
    axes = (read_axis("talk.capacity=4,6"),)
    with Store(tmp_path / "runs.sqlite") as store:
        questions = (
            lambda place: compare(scenario, None, place).rows,
            lambda place: roadmap(scenario, None, place).steps,
            lambda place: sweep(scenario, axes, place).points[0].verdict,
            lambda place: breakdown(scenario, place).rows,
        )
        first = [ask(Laboratory(store=store)) for ask in questions]
        for place in ("engine.simulate", "experiment.runner.task"):
            monkeypatch.setattr(f"toc_sim.{place}.run", None)

        second = [ask(Laboratory(at_rest, store)) for ask in questions]

    assert repr(second) == repr(first)


def test_what_is_kept_is_not_simulated_again(tmp_path: Path) -> None:
    """Of a comparison, a roadmap and a way: all their runs come from the store."""
    scenario = shop(RANDOM)
    with Store(tmp_path / "runs.sqlite") as store:
        questions = (
            lambda place: compare(scenario, Question(sets=True, most=16), place).rows,
            lambda place: roadmap(scenario, None, place).steps,
            lambda place: reach(scenario, 5.0, place).furthest,
        )
        first = [ask(Laboratory(store=store)) for ask in questions]

        second = [ask(Laboratory(at_rest, store)) for ask in questions]

    assert repr(second) == repr(first)
