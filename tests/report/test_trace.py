"""The trace: everything that happens, a JSON object a line."""

from __future__ import annotations

import json
from io import StringIO

from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import simulate
from toc_sim.interface.trace import tracer
from toc_sim.network.build import network as network_of
from toc_sim.report.run_summary import Findings


def test_a_line_is_one_event() -> None:
    """Time, event, node, item; a refused arrival has no number."""
    file = StringIO()
    write = tracer(file)

    write(TraceEvent(-0.5, "enter", 'сбыт "1"', 3))
    write(TraceEvent(0.125, "refuse", "leads", -1))

    assert file.getvalue() == (
        '{"time": -0.5, "event": "enter", "node": "сбыт \\"1\\"", "item": 3}\n'
        '{"time": 0.125, "event": "refuse", "node": "leads", "item": null}\n'
    )


def test_the_trace_tells_the_whole_story(random_cups: Findings) -> None:
    """Times never go back, and what is bought in the window is what was counted."""
    file = StringIO()
    net = network_of(random_cups.scenario)

    traced = simulate(net, trace=tracer(file))

    events = [json.loads(line) for line in file.getvalue().splitlines()]
    times = [event["time"] for event in events]
    sold = [event for event in events if event["event"] == "buy" and event["time"] > 0]
    assert times == sorted(times)
    assert len(sold) == traced.results[0].bought
    for mine, theirs in zip(traced.results, random_cups.runs.results, strict=True):
        assert mine.shares == theirs.shares
