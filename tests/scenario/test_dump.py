"""A scenario is written the way a person would, and reads back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, dump, load
from toc_sim.scenario.file.dump import LINE_WIDTH
from toc_sim.scenario.load import read
from toc_sim.testing.strategies import scenarios

HERE = Path(__file__).parent
FILES = sorted(
    (*(HERE / "valid").glob("*.yaml"), *(HERE.parents[1] / "scenarios").rglob("*.yaml"))
)


def test_the_smallest_file_is_written_as_it_was() -> None:
    """Short lines, no defaults, and the flow as a chain."""
    assert dump(load(HERE / "valid" / "smallest.yaml")) == (
        "format: 1\n"
        "name: Paper-cup conveyor\n"
        "item: cup\n"
        "period: hour\n"
        "\n"
        "stages:\n"
        "  machine_1: {kind: machine, capacity: 12}\n"
        "  machine_2: {kind: machine, capacity: 8}\n"
        "  machine_3: {kind: machine, capacity: 10}\n"
        "  sales: {kind: team, capacity: 9}\n"
        "  market: {kind: market, demand: 11}\n"
        "\n"
        "flow:\n"
        "  - machine_1 -> machine_2 -> machine_3 -> sales -> market\n"
    )


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_file_reads_back_as_it_was(path: Path) -> None:
    """Nothing is lost, and lines stay short where words allow it."""
    scenario = load(path)
    text = dump(scenario)

    assert read(text, "dumped.yaml") == scenario
    assert all(len(line) <= LINE_WIDTH for line in text.splitlines())


@given(scenarios())
def test_any_scenario_reads_back_as_it_was(scenario: Scenario) -> None:
    """What is written is read as the same scenario, and written again the same."""
    text = dump(scenario)
    again = read(text, "dumped.yaml")

    assert again == scenario
    assert dump(again) == text


@given(st.text(), st.text(min_size=50))
def test_any_text_reads_back_as_it_was(name: str, description: str) -> None:
    """Names and descriptions may contain anything that can be encoded."""
    scenario = load(HERE / "valid" / "smallest.yaml")
    scenario = scenario.changed(name=name, description=description)

    assert read(dump(scenario), "dumped.yaml") == scenario


@given(st.lists(st.floats(0, 1e12).filter(lambda x: x == 0 or x > 1e-3), min_size=1))
def test_any_samples_read_back_as_they_were(samples: list[float]) -> None:
    """Long lists are broken into lines, and no digit is lost."""
    scenario = load(HERE / "valid" / "smallest.yaml")
    machine = scenario.stages["machine_1"].changed(
        distribution={"empirical": [*samples, 1.0]}
    )
    scenario = scenario.changed(stages={**scenario.stages, "machine_1": machine})
    text = dump(scenario)

    assert read(text, "dumped.yaml") == scenario
    assert all(len(line) <= LINE_WIDTH for line in text.splitlines())
