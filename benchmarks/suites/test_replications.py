"""pytest-benchmark on W4: short runs, many times."""

from __future__ import annotations

import pytest
from speed import ours
from speed.lines import REPLICATIONS, SHORT
from speed.peers import limit


@pytest.fixture(autouse=True)
def _group(benchmark) -> None:
    benchmark.group = "W4"


def test_one_core(benchmark) -> None:
    items = benchmark(ours.replicate, SHORT, "compiled", REPLICATIONS, 7)

    assert items / REPLICATIONS / SHORT.periods == pytest.approx(7.27, rel=0.01)


def test_two_cores(benchmark) -> None:
    items = benchmark(ours.in_laboratory, SHORT, REPLICATIONS, 2, 7)

    assert items / REPLICATIONS / SHORT.periods == pytest.approx(7.27, rel=0.01)


def test_limit(benchmark) -> None:
    items = benchmark(limit.replicate, SHORT, REPLICATIONS, 7)

    assert items / REPLICATIONS / SHORT.periods == pytest.approx(7.27, rel=0.01)
