"""Active periods in the compiled engine: from when to when each server was at work."""

from __future__ import annotations

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.state import State, server_at, server_real_at


@compiled
def go_on(s: State, node: int, server: int, now: float, end: float) -> None:
    """Let the active period of a server go on, or end and another begin."""
    at, real = server_at(s, server), server_real_at(s, server)
    if s.w[at + c.SPAN_NODE] != node or now > s.r[real + c.SPAN_END]:
        end_span(s, server)
        s.w[at + c.SPAN_NODE] = node
        s.r[real + c.SPAN_START] = now
    s.r[real + c.SPAN_END] = end


@compiled
def end_span(s: State, server: int) -> None:
    """Write down the active period of a server, if it has had one."""
    at, real = server_at(s, server), server_real_at(s, server)
    if s.w[at + c.SPAN_NODE] == c.NONE:
        return
    place = s.w[c.SPANS]
    if place >= s.w[c.SPAN_ROWS]:
        s.w[c.STATUS] = c.OVERRUN
        return
    s.w[c.SPANS] = place + 1
    whole = s.w[c.SPAN_AT] + place * c.SPAN_WHOLE
    times = s.w[c.SPAN_REAL_AT] + place * c.SPAN_REAL
    s.w[whole + c.SPAN_OWNER] = s.w[at + c.SPAN_NODE]
    s.w[whole + c.SPAN_SERVER] = s.w[at + c.NUMBER]
    s.r[times + c.START] = s.r[real + c.SPAN_START]
    s.r[times + c.END] = s.r[real + c.SPAN_END]
