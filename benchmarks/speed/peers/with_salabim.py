"""The line in salabim: a component a stage, a `Store` for each buffer."""

from __future__ import annotations

import salabim

from speed.lines import Line

salabim.yieldless(value=False)  # processes as generators: no further package is needed


class Stage(salabim.Component):
    """Takes an item, works on it, and puts it into the next buffer."""

    def setup(self, rate, inbox, outbox):
        self.time = salabim.Exponential(1 / rate)
        self.inbox = inbox
        self.outbox = outbox
        self.made = 0

    def process(self):
        while True:
            if self.inbox is None:
                item = salabim.Component()
            else:
                item = yield self.from_store(self.inbox)
            yield self.hold(self.time)
            self.made += 1
            if self.outbox is not None:
                yield self.to_store(self.outbox, item)


def run(line: Line, seed: int) -> int:
    """Run a line once and return how many items left it."""
    env = salabim.Environment(random_seed=seed, trace=False)
    rates = list(line.capacities)
    places = [line.buffer] * (len(rates) - 1)
    if line.arrivals is not None:
        rates.insert(0, line.arrivals)
        places.insert(0, None)
    buffers = [
        salabim.Store(capacity=float("inf") if room is None else room)
        for room in places
    ]
    stages = [
        Stage(rate=rate, inbox=inbox, outbox=outbox)
        for rate, inbox, outbox in zip(
            rates, [None, *buffers], [*buffers, None], strict=True
        )
    ]
    env.run(till=line.periods)
    return stages[-1].made
