"""Everything a run measured, as plain data, so that two runs can be compared."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import Any

from toc_sim.engine.result import NodeRun, RunResult


def figures(result: RunResult) -> dict[str, Any]:
    """Return everything a run measured, in a form that can be compared."""
    return {
        **asdict(result),
        "nodes": [plain(node) for node in result.nodes],
        "shares": [share._asdict() for share in result.shares],
        "other_shares": [share._asdict() for share in result.other_shares],
        "resources": [plain(pool) for pool in result.resources],
        "waits": [waits._asdict() for waits in result.waits],
        "sold_waits": [waits._asdict() for waits in result.sold_waits],
        "flow": [repr(result.flow_mean), repr(result.flow_p50), repr(result.flow_p90)],
        "departures": result.departures.tolist(),
        "sellers": result.sellers.tolist(),
        "opened": result.opened.tolist(),
        "active_periods": [spans.tolist() for spans in result.active_periods],
    } | dict.fromkeys(("flow_mean", "flow_p50", "flow_p90"))


def plain(node: NodeRun) -> dict[str, Any]:
    """Return the figures of a node; what is not a number becomes None."""
    return {
        key: None if isinstance(value, float) and isnan(value) else value
        for key, value in node._asdict().items()
    }
