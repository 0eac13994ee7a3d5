"""The Python interface: few names, fetched when they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import toc_sim
from toc_sim.experiment.compare import comparison
from toc_sim.experiment.runner import laboratory

SCENARIOS = Path(__file__).parents[1] / "scenarios"
TOOLS = SCENARIOS / "paper_cups_tools.yaml"
CUPS = SCENARIOS / "paper_cups.yaml"


def test_the_public_names_are_sorted_and_there() -> None:
    """What is announced exists, and nothing else is shown."""
    assert toc_sim.__all__ == sorted(toc_sim.__all__)
    assert dir(toc_sim) == toc_sim.__all__
    for name in toc_sim.__all__:
        assert getattr(toc_sim, name) is not None


def test_importing_the_package_loads_nothing() -> None:
    """The package itself is light."""
    program = (
        "import sys, toc_sim; print(len([m for m in sys.modules if 'toc_sim.' in m]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "0\n"


def test_an_unknown_name_is_refused_as_python_does() -> None:
    """No surprise for tools that look around."""
    with pytest.raises(AttributeError) as refused:
        _ = toc_sim.nonsense

    assert str(refused.value) == "module 'toc_sim' has no attribute 'nonsense'"


@pytest.mark.parametrize(
    "name",
    [
        "Laboratory",
        "Network",
        "Question",
        "budget",
        "capacity_of",
        "network_of",
        "theory_of",
    ],
)
def test_a_name_of_the_release_before_is_understood_and_told_of(name: str) -> None:
    """What to do instead stands in the warning."""
    with pytest.warns(DeprecationWarning, match=f"toc_sim.{name} goes with the next"):
        found = getattr(toc_sim, name)

    assert callable(found)
    assert name not in toc_sim.__all__


def test_a_call_of_the_release_before_is_understood_and_told_of() -> None:
    """A question as an object, and a laboratory, give what they gave."""
    scenario = toc_sim.load(TOOLS, {"run.horizon": "20"})
    asked = comparison.Question(tools=("new_machine_2",), by="throughput")

    with pytest.warns(DeprecationWarning, match="as keywords"):
        found = toc_sim.compare(scenario, asked, laboratory.Laboratory())  # type: ignore[call-arg, arg-type]

    assert isinstance(found, comparison.Comparison)
    assert found.best.tools == ("new_machine_2",)


def test_a_scenario_goes_from_a_file_to_a_verdict() -> None:
    """load, simulate, diagnose; and back to a file."""
    scenario = toc_sim.load(CUPS)

    assert isinstance(scenario, toc_sim.Scenario)
    assert toc_sim.diagnose(toc_sim.simulate(scenario)).constraint == ("machine_2",)
    assert toc_sim.capacity(scenario).theory.static.throughput == 8
    assert toc_sim.dump(scenario).startswith("format: 1\n")
