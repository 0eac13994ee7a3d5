"""The Python interface: few names, fetched when they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import toc_sim

CUPS = Path(__file__).parents[1] / "scenarios" / "paper_cups.yaml"


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


def test_a_name_of_an_earlier_release_is_understood_and_told_of() -> None:
    """What it is called now stands in the warning."""
    with pytest.warns(DeprecationWarning, match="is called toc_sim.budget"):
        found = toc_sim.purse

    assert found is toc_sim.budget


def test_the_arrows_lead_from_a_file_to_a_verdict() -> None:
    """load, network_of, capacity_of, theory_of, simulate, diagnose."""
    scenario = toc_sim.load(CUPS)
    net = toc_sim.network_of(scenario)

    assert isinstance(scenario, toc_sim.Scenario)
    assert isinstance(net, toc_sim.Network)
    assert toc_sim.capacity_of(net).throughput == 8
    assert toc_sim.theory_of(net).exact is not None
    assert toc_sim.diagnose(toc_sim.simulate(net)).constraint == ("machine_2",)
    assert toc_sim.dump(scenario).startswith("format: 1\n")
