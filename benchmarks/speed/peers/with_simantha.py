"""The line in Simantha, a library for manufacturing systems.

Its cycle times are whole numbers unless a distribution of one's own is given. A source
with random arrivals is a machine that never lacks material, before an endless buffer.
"""

from __future__ import annotations

import numpy as np
import simantha

from speed.lines import Line


class Stage(simantha.Machine):
    """A machine with exponential cycle times."""

    def __init__(self, name, rate, rng):
        self.mean = 1 / rate
        self.rng = rng
        super().__init__(name)

    def get_cycle_time(self):
        return self.rng.exponential(self.mean)


def run(line: Line, seed: int) -> int:
    """Run a line once and return how many items left it."""
    rates = list(line.capacities)
    places = [line.buffer] * (len(rates) - 1)
    if line.arrivals is not None:
        rates.insert(0, line.arrivals)
        places.insert(0, None)
    streams = np.random.default_rng(seed).spawn(len(rates))
    source, sink = simantha.Source(), simantha.Sink(collect_parts=False)
    machines = [
        Stage(f"stage {number}", rate, rng)
        for number, (rate, rng) in enumerate(zip(rates, streams, strict=True))
    ]
    buffers = [
        simantha.Buffer(f"buffer {number}", float("inf") if room is None else room)
        for number, room in enumerate(places)
    ]
    before, after = [source, *buffers], [*buffers, sink]
    source.define_routing(downstream=[machines[0]])
    sink.define_routing(upstream=[machines[-1]])
    for machine, inbox, outbox in zip(machines, before, after, strict=True):
        machine.define_routing(upstream=[inbox], downstream=[outbox])
    for buffer, giver, taker in zip(buffers, machines, machines[1:], strict=False):
        buffer.define_routing(upstream=[giver], downstream=[taker])
    system = simantha.System([source, *machines, *buffers, sink])
    system.simulate(simulation_time=line.periods, verbose=False, collect_data=False)
    return sink.level
