"""Results as JSON: the same bytes for the same result, on every machine."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from toc_sim.constraint.intervals import Interval

Document = dict[str, Any]
"""What stands in braces in JSON."""


def encoded(document: Document) -> bytes:
    """Return a document as JSON.

    Figures that do not exist (no interval from one random run, a throughput that
    nothing limits) are null. Names stand in their own letters, in UTF-8.
    """
    text = json.dumps(_finite(document), ensure_ascii=False, allow_nan=False, indent=2)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def interval_document(value: Interval) -> Document:
    """Return a mean with the ends of its interval."""
    return {"mean": value.mean, "low": value.low, "high": value.high}


def _finite(value: Any) -> Any:
    """Return the same with null for each figure that is not a number."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
