"""pytest-benchmark on W1 to W3, a tenth of their periods, by every program."""

from __future__ import annotations

from itertools import count

import pytest
from speed.lines import LINES
from speed.programs import PROGRAMS, Program


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.key)
def test_line(benchmark, program: Program, name: str) -> None:
    if not program.version:
        pytest.skip(f"{program.package} is not installed")
    benchmark.group = name
    line = LINES[name].scaled(0.1)
    run = program.runner()
    seeds = count()
    items = benchmark.pedantic(
        lambda: run(line, next(seeds)), rounds=5, warmup_rounds=1
    )

    assert items / line.periods == pytest.approx(7.0, rel=0.2)
