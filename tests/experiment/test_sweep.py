"""A sweep says at each point what a single run would say there."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import diagnose, load
from toc_sim.accounting.statement import statement
from toc_sim.engine.simulate import Runs, replicate
from toc_sim.errors import ScenarioError, TocError
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.workers import task_runner
from toc_sim.experiment.sweep.points import read_axis
from toc_sim.experiment.sweep.sweep import sweep
from toc_sim.network.build import network as network_of
from toc_sim.tools import variant

ROOT = Path(__file__).parents[2] / "scenarios"
SHORT = {"run.horizon": "40", "run.replications": "2"}


def here() -> Laboratory:
    """Return a laboratory in this process alone."""
    return Laboratory(task_runner(1))


def test_the_constraint_of_the_paper_cups_moves_from_machine_2_to_sales() -> None:
    """Up to 9 cups machine_2 holds the line back, beyond that sales does."""
    scenario = load(str(ROOT / "paper_cups.yaml"), {"run.horizon": "100"})

    found = sweep(scenario, [read_axis("machine_2.capacity=6:16:1")], here())

    names = [each.verdict.constraint for each in found.points if each.verdict]
    assert names[:3] == [("machine_2",)] * 3
    assert names[3] == ("machine_2", "sales")
    assert names[4:] == [("sales",)] * 7
    assert [each.throughput.mean for each in found.points] == pytest.approx(
        [min(capacity, 9) for capacity in range(6, 17)], abs=1 / 100
    )


def test_each_point_equals_a_single_run_of_the_same_scenario() -> None:
    """Throughput, verdict and money are those of the changed file, run alone."""
    scenario = load(str(ROOT / "b2b_sales.yaml"), SHORT)
    axes = [read_axis("leads.arrivals=20"), read_axis("closing.time=0.4:0.5:0.1")]

    found = sweep(scenario, axes, here())

    assert found.inputs == ("leads.arrivals", "closing.time")
    assert [each.inputs for each in found.points] == [
        (20, 0.4),
        (20, 0.5),
    ]
    for each in found.points:
        changes = dict(zip(found.inputs, each.inputs, strict=True))
        net = network_of(scenario.changed(changes))
        alone = Runs(net, found.warmup, replicate(net, found.warmup))
        assert each.verdict == diagnose(alone)
        assert each.money == statement(net, alone.results)


def test_variants_stand_beside_the_file_with_all_in_which_they_differ() -> None:
    """The file first; every changed parameter is a column with its value in each."""
    scenario = load(str(ROOT / "paper_cups_tools.yaml"), {"run.horizon": "100"})

    found = sweep(scenario, laboratory=here())

    assert found.inputs == (
        "variant",
        "machine_2.capacity",
        "sales.capacity",
        "machine_3.capacity",
        "market.demand",
    )
    rows = [each.inputs for each in found.points]
    assert rows[0] == ("baseline", 8, 9, 10, 11)
    assert rows[1] == ("line_and_sales", 15, 20, 10, 11)
    assert [each.name for each in found.points] == [
        "baseline",
        *scenario.variants,
    ]
    alone = variant(scenario, "line_and_sales")
    net = network_of(alone)
    runs = Runs(net, found.warmup, replicate(net, found.warmup))
    assert found.points[1].verdict == diagnose(runs)


def test_where_nothing_is_bought_nothing_is_said() -> None:
    """A point without a purchase has a throughput of 0 and no verdict."""
    scenario = load(str(ROOT / "paper_cups.yaml"), {"run.horizon": "10"})

    found = sweep(scenario, [read_axis("machine_2.capacity=0.001,8")], here())

    assert found.points[0].throughput.mean == 0
    assert found.points[0].verdict is None
    assert found.points[1].verdict is not None


def test_a_value_may_be_looked_at_where_a_tool_could_not_stand() -> None:
    """Tools of the file are not applied on top of what is varied."""
    scenario = load(str(ROOT / "b2b_sales.yaml"), SHORT)

    found = sweep(scenario, [read_axis("qualification.conversion=1")], here())

    assert len(found.points) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "machine_9.capacity=1,2",
            (
                "vary=machine_9.capacity=1,2: no parameter is called "
                "'machine_9.capacity'\n    hint: did you mean 'machine_3.capacity'?"
            ),
        ),
        (
            "machine_2.capacity=0:2:1",
            "vary=machine_2.capacity=0:2:1: must be greater than 0 (found 0)",
        ),
        (
            "run.warmup=1,2",
            (
                "vary=run.warmup=1,2: the warm-up is one for all points\n"
                "    hint: set it for the whole run instead"
            ),
        ),
    ],
)
def test_what_cannot_be_is_placed_on_the_option(text: str, message: str) -> None:
    """A wrong path or value is refused before anything is simulated."""
    scenario = load(str(ROOT / "paper_cups.yaml"))

    with pytest.raises(ScenarioError) as caught:
        sweep(scenario, [read_axis(text)], here())

    assert str(caught.value) == message


def test_a_file_without_variants_needs_something_to_vary() -> None:
    """Nothing to vary is an error, not an empty table."""
    scenario = load(str(ROOT / "paper_cups.yaml"))

    with pytest.raises(TocError, match="the file has no 'variants'"):
        sweep(scenario)
