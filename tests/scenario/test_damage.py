"""Whatever a file contains, it is read or refused with words: never a traceback.

``TOC_SIM_HOSTILE_FILES=10000 pytest tests/scenario/test_hostile.py`` tries harder, and
`benchmarks/hostile.py` does that.
"""

from __future__ import annotations

import os
from contextlib import suppress

from helpers.damage import damaged_texts, shuffled_lines, wrong_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toc_sim import dump, load
from toc_sim.errors import ScenarioError
from toc_sim.network.build import network as network_of
from toc_sim.scenario.load import read
from toc_sim.scenario.overrides import overridden

KINDS = 5
"""How many kinds of hostile files there are."""

FILES = int(os.environ.get("TOC_SIM_HOSTILE_FILES", "400"))

hostile = settings(
    max_examples=FILES // KINDS,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

PATHS = ("leads.arrivals", "meet.time", "flow.meet->closing", "run", "release", "a.b")


def is_read_or_refused(content: str | bytes) -> None:
    """Read a file; what comes out of it works, or says what is wrong and where."""
    try:
        scenario = read(content, "hostile.yaml")
    except ScenarioError as error:
        refused = error
    else:
        network_of(scenario)
        assert read(dump(scenario), "dumped.yaml") == scenario
        return
    assert refused.problems
    for problem in refused.problems:
        assert problem.place.startswith("hostile.yaml")
        assert problem.what
        assert all(line.isprintable() for line in str(problem).split("\n"))


@hostile
@given(st.text())
def test_any_text(content: str) -> None:
    """Text of any kind is read or refused."""
    is_read_or_refused(content)


@hostile
@given(st.binary())
def test_any_bytes(content: bytes) -> None:
    """Bytes of any kind are read or refused."""
    is_read_or_refused(content)


@hostile
@given(damaged_texts())
def test_damaged_bytes(content: bytes) -> None:
    """A good file with some bytes damaged is read or refused."""
    is_read_or_refused(content)


@hostile
@given(shuffled_lines())
def test_shuffled_lines(content: str) -> None:
    """A good file with some lines moved, doubled or gone is read or refused."""
    is_read_or_refused(content)


@hostile
@given(wrong_values())
def test_wrong_values(content: str) -> None:
    """A good scenario with wrong keys and values is read or refused."""
    is_read_or_refused(content)


@given(st.sampled_from(PATHS) | st.text(), st.text())
def test_any_override(path: str, text: str) -> None:
    """An override of any kind is applied or refused."""
    scenario = load("tests/scenario/valid/every_key.yaml")

    with suppress(ScenarioError):
        network_of(overridden(scenario, {path: text}))
