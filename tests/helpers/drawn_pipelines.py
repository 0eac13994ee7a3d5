"""Small pipelines of which a log tells all that is asked, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

ARRIVALS = 20.0
"""Items that come in a period."""


@dataclass(frozen=True, slots=True)
class KnownPipeline:
    """A pipeline, and what a log of it should tell.

    Attributes
    ----------
    content
        The scenario.
    shares
        By way, as a drafted scenario calls it, its share.
    loads
        By stage, the part of its capacity that is used.
    conversion
        The part of all that is won in the end.
    """

    content: dict[str, Any]
    shares: dict[str, float]
    loads: dict[str, float]
    conversion: float


def stage(load: float, passing: float, servers: int, **shape: Any) -> dict[str, Any]:
    """Return a stage that is used so much by so many visits for each arrival."""
    pace = ARRIVALS * passing / load
    return {"kind": "team", "capacity": pace, "servers": servers, **shape}


@st.composite
def known_pipelines(draw: st.DrawFn, *, most_load: float) -> KnownPipeline:
    """Draw a line, a split or a rework, whose stages are used so much at most.

    Sources have no memory, services are gamma, and ways take no time or a fixed one.
    """
    kind = draw(st.sampled_from(("line", "split", "rework")))
    kept, good = draw(st.floats(0.3, 0.9)), draw(st.floats(0.3, 0.9))
    back = draw(st.floats(0.1, 0.4)) if kind == "rework" else 0.0
    good *= 1 - back
    first = 1 / (1 - kept * back)
    passing = {"a": first, "b": first * kept, "c": first * kept}
    shares = {"a->b": kept, "b->won": good}
    conversion = first * kept * good
    if kind == "split":
        aside = draw(st.floats(0.2, 0.8))
        shares = {"a->b": kept * aside, "a->c": kept * (1 - aside)}
        shares |= {"b->won": good, "c->won": 0.5}
        passing |= {"b": kept * aside, "c": kept * (1 - aside)}
        conversion = kept * (aside * good + (1 - aside) / 2)
    if back:
        shares["b->a"] = back
    names = ("a", "b", "c") if kind == "split" else ("a", "b")
    loads = {name: draw(st.floats(0.2, most_load)) for name in names}
    stages: dict[str, Any] = {
        "leads": {"kind": "source", "arrivals": ARRIVALS, "cv": 1}
    }
    for name in names:
        servers = draw(st.integers(1, 3))
        cv = draw(st.floats(0.3, 1.2))
        stages[name] = stage(loads[name], passing[name], servers, cv=cv)
    stages["won"] = {"kind": "market"}
    delay = draw(st.sampled_from((0.0, 0.5)))
    flow: list[Any] = ["leads -> a"]
    for way, share in shares.items():
        source, _, target = way.partition("->")
        flow.append({f"{source} -> {target}": {"share": share, "delay": delay}})
    content = {
        "format": 1,
        "name": kind,
        "period": "week",
        "stages": stages,
        "flow": flow,
        "run": {"horizon": 80, "seed": draw(st.integers(0, 10_000))},
    }
    return KnownPipeline(content, shares, loads, conversion)
