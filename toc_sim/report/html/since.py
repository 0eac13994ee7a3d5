"""What has changed since an earlier run, and why, told by constraint shares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import fsum, log
from typing import Any

from toc_sim.errors import TocError
from toc_sim.report.document import FORMAT, JsonObject

_EMBEDDED = ('<script type="application/json"', "</script>")
"""Between these stands the record in the page of a report."""

_SAME, _SAME_SHARE = 1e-9, 0.005
"""Figures that differ by less than this part are the same; shares, by less [1]."""

_NEEDED = {"throughput": dict, "constraint": dict, "nodes": dict, "item": str}
"""What every record of a run has."""


def earlier_run(text: str, path: str) -> JsonObject:
    """Return the record of a run: of ``run --json``, or of a report.

    Parameters
    ----------
    text
        The JSON of a run or of a report, or the page of a report, which holds it.
    path
        Where it was read, for what is said if it is something else.

    Raises
    ------
    TocError
        If it is no such record.
    """
    head, mark, rest = text.partition(_EMBEDDED[0])
    if mark and head.lstrip().startswith("<!"):
        text = rest.partition(">")[2].partition(_EMBEDDED[1])[0]
    try:
        found = json.loads(text)
    except ValueError as error:
        raise TocError(f"{path}: is no JSON: {error}{_HINT}") from None
    if isinstance(found, dict) and found.get("kind") == "report":
        found = found.get("run")
    if (wrong := _wrong(found)) is not None:
        raise TocError(f"{path}: {wrong}{_HINT}")
    run: JsonObject = found
    return run


def _wrong(found: Any) -> str | None:
    """Return what keeps something from being the record of a run; None if it is one."""
    if not isinstance(found, dict):
        return "is not the answer of a run"
    if found.get("format") != FORMAT:
        return f"format: must be {FORMAT} (found {found.get('format', 'none')})"
    for key, kind in _NEEDED.items():
        if not isinstance(found.get(key), kind):
            return f"{key}: is missing, or is none of a run"
    try:
        changes_since(found, found)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return f"is not the answer of a run ({type(error).__name__}: {error})"
    return None


_HINT = (
    "\n    hint: toc-sim run FILE --json > last.json writes one; the page of an "
    "earlier "
    "report does, too"
)


def changes_since(last: JsonObject, now: JsonObject) -> JsonObject:
    """Return what has changed between two runs, node by node.

    A share is what 1 % more speed gives to the throughput, so the mean of both shares
    times the growth of a node's capacity is what that node has given, nearly: exactly
    where the change is small.

    Parameters
    ----------
    last, now
        Records of runs.

    Returns
    -------
    Throughput and profit before and after, the constraint before and after, and for
    each node that has changed its capacity and share, and what it gave [1].
    """
    nodes = [*_nodes(last, now)]
    known = [each["gave"] for each in nodes if each["gave"] is not None]
    pace = _pair(last["throughput"]["mean"], now["throughput"]["mean"])
    return {
        "scenario": last.get("scenario"),
        "throughput": pace,
        "net_profit": _profits(last, now),
        "constraint": {
            "before": last["constraint"]["nodes"],
            "after": now["constraint"]["nodes"],
        },
        "nodes": nodes,
        "explained": fsum(known) if known else None,
        "growth": pace["after"] / pace["before"] - 1 if pace["before"] else None,
        "gone": [name for name in last["nodes"] if name not in now["nodes"]],
        "new": [name for name in now["nodes"] if name not in last["nodes"]],
    }


def _pair(before: float, after: float) -> JsonObject:
    return {"before": before, "after": after, "difference": after - before}


def _profits(last: JsonObject, now: JsonObject) -> JsonObject | None:
    money = last.get("money"), now.get("money")
    if not all(money):
        return None
    before, after = (each["net_profit"]["mean"] for each in money if each)
    return _pair(before, after)


def _nodes(last: JsonObject, now: JsonObject) -> Iterator[JsonObject]:
    """Yield the nodes that have changed."""
    for name, new in now["nodes"].items():
        old = last["nodes"].get(name)
        if old is None:
            continue
        capacity = old.get("capacity"), new.get("capacity")
        share = _mean(old.get("share")), _mean(new.get("share"))
        gave = None
        if None not in capacity and None not in share and min(*capacity) > 0:
            growth = log(capacity[1] / capacity[0])
            gave = (share[0] + share[1]) / 2 * growth if growth else 0.0
        if _differ(*capacity, _SAME) or _differ(*share, _SAME_SHARE):
            yield {
                "node": name,
                "capacity": {"before": capacity[0], "after": capacity[1]},
                "share": {"before": share[0], "after": share[1]},
                "gave": gave,
            }


def _mean(value: Any) -> Any:
    return value["mean"] if isinstance(value, dict) else value


def _differ(before: float | None, after: float | None, least: float) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(after - before) > least * max(1.0, abs(before), abs(after))
