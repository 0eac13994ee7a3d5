"""The line in Cimba, whose engine is C; the package compiles Python models for it.

A process a stage and a `Store` for each buffer, as in its manual.
"""

from __future__ import annotations

from functools import cache

import cimba

from speed.lines import Line


class First(cimba.Model):
    """The first stage, which never lacks material; or a source of items."""

    time: cimba.Input[float]
    outbox: cimba.Ref[cimba.Store[int]]

    @cimba.process
    def work(self):
        while True:
            cimba.hold(self.time.next())
            self.outbox.put(1)


class Middle(cimba.Model):
    """A stage between two others."""

    time: cimba.Input[float]
    inbox: cimba.Store[int]
    outbox: cimba.Ref[cimba.Store[int]]

    @cimba.process
    def work(self):
        while True:
            item = self.inbox.get()
            cimba.hold(self.time.next())
            self.outbox.put(item)


class Last(cimba.Model):
    """The stage that items leave."""

    time: cimba.Input[float]
    inbox: cimba.Store[int]
    made: cimba.Output[int]

    @cimba.process
    def work(self):
        while True:
            self.inbox.get()
            cimba.hold(self.time.next())
            self.made += 1


class Stages(cimba.Model):
    """The whole line."""

    last: Last
    middles: list[Middle]
    first: First


def run(line: Line, seed: int) -> int:
    """Run a line once and return how many items left it."""
    return replicate(line, 1, seed)


def replicate(line: Line, replications: int, seed: int) -> int:
    """Run a line some times, on one core, and return how many items left it."""
    model = build(line)
    window = cimba.Window(duration=line.periods)
    asked = cimba.Experiment(model, replications=replications, window=window, seed=seed)
    made = asked.run(workers=1, on_failure="raise")[model.last].made
    return int(made.values.sum())


@cache
def build(line: Line) -> Stages:
    """Return the configured model of a line."""
    rates = [*([line.arrivals] if line.arrivals is not None else []), *line.capacities]
    places = [line.buffer] * (len(rates) - 1)
    if line.arrivals is not None:
        places[0] = None
    stages = Stages()
    after = stages.last = Last()
    after.time, after.inbox = _time(rates[-1]), _store(places[-1])
    middles = []
    for rate, room in zip(rates[-2:0:-1], places[-2::-1], strict=True):
        middle = Middle()
        middle.time, middle.inbox, middle.outbox = (
            _time(rate),
            _store(room),
            after.inbox,
        )
        middles.append(middle)
        after = middle
    stages.middles = middles
    stages.first = First()
    stages.first.time, stages.first.outbox = _time(rates[0]), after.inbox
    return stages


def _time(rate):
    return cimba.inputs.dist.exponential(mean=1 / rate)


def _store(places):
    return cimba.Store() if places is None else cimba.Store(capacity=places)
