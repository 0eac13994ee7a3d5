"""The line as SimPy's own examples would write it: what speed is compared with.

One process a stage, a `Store` for each buffer, one random number a call, and nothing
measured but the items that leave. Blocking after service comes by itself: a process
that cannot put its item into a full store waits there.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from speed.lines import Line

Process = Generator[simpy.Event, Any, None]


def arrive(
    env: simpy.Environment, rng: np.random.Generator, rate: float, line: simpy.Store
) -> Process:
    number = 0
    while True:
        yield env.timeout(rng.exponential(1 / rate))
        number += 1
        yield line.put(number)


def work(
    env: simpy.Environment,
    rng: np.random.Generator,
    rate: float,
    inbox: simpy.Store | None,
    outbox: simpy.Store | None,
    done: list[float],
) -> Process:
    item = 0
    while True:
        item = item + 1 if inbox is None else (yield inbox.get())
        yield env.timeout(rng.exponential(1 / rate))
        if outbox is None:
            done.append(env.now)
        else:
            yield outbox.put(item)


def run(line: Line, seed: int) -> int:
    """Run a line once and return how many items left it."""
    env = simpy.Environment()
    streams = np.random.default_rng(seed).spawn(len(line.capacities) + 1)
    places = float("inf") if line.buffer is None else line.buffer
    buffers: list[simpy.Store | None] = [
        simpy.Store(env, capacity=places) for _ in line.capacities[1:]
    ]
    first = None
    if line.arrivals is not None:
        first = simpy.Store(env)
        env.process(arrive(env, streams[-1], line.arrivals, first))
    done: list[float] = []
    ends = zip([first, *buffers], [*buffers, None], strict=True)
    for rate, rng, (inbox, outbox) in zip(
        line.capacities, streams[:-1], ends, strict=True
    ):
        env.process(work(env, rng, rate, inbox, outbox, done))
    env.run(until=line.periods)
    return len(done)
