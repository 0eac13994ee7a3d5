"""One scenario on both engines, and in what their results differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from math import isclose, isnan
from typing import Any

import numpy as np

from toc_sim import Scenario, network_of
from toc_sim.engine.compiled import engine as compiled_engine
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.engine.result import RunResult

BOUND = 1e-9
"""Sums are added up in another order: they may differ by this, relative or absolute."""

NOT_COMPARED = {"engine"}


def both(
    scenario: Scenario, replication: int, warmup: float, *, timeline: bool = True
) -> tuple[RunResult, ...]:
    """Run a scenario on both engines."""
    net, run = network_of(scenario), scenario.run
    return tuple(
        engine(
            net,
            seed=run.seed,
            replication=replication,
            horizon=run.horizon,
            warmup=warmup,
            timeline=timeline,
        )
        for engine in (simpy_engine.run, compiled_engine.run)
    )


def unlike(one: Any, other: Any, place: str = "result") -> Iterator[str]:
    """Yield where two results differ: times and counts by any bit, sums by 1e-9."""
    if is_dataclass(one):
        for field in fields(one):
            if field.name not in NOT_COMPARED:
                pair = getattr(one, field.name), getattr(other, field.name)
                yield from unlike(*pair, f"{place}.{field.name}")
    elif isinstance(one, tuple) and len(one) == len(other):
        for number, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from unlike(first, second, f"{place}[{number}]")
    elif not _alike(one, other):
        yield f"{place}: {one!r}, {other!r}"


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, float):
        both_missing = isnan(one) and isnan(other)
        return both_missing or isclose(one, other, rel_tol=BOUND, abs_tol=BOUND)
    return bool(one == other)
