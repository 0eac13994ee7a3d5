"""One scenario on both engines, and in what their results differ: by any bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from toc_sim import Scenario, network_of
from toc_sim.engine.compiled import engine as compiled_engine
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.engine.result import RunResult

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
    """Yield where two results differ, to the last bit."""
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
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.tobytes() == other.tobytes())
    if isinstance(one, float):
        return bool(one.hex() == other.hex())
    return bool(one == other)
