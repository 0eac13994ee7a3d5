"""A run's figures as text and bytes, and back: what the store keeps."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from toc_sim.engine.result import NodeRun, RunResult, Share

ARRAYS = ("departures", "sellers", "active_periods")
"""Fields that are not text: purchases are kept as bytes, active periods not at all."""

SOLD_BY = "sold_by"
"""Says among the figures that sellers stand behind the departures."""

FIGURES = tuple(each.name for each in fields(RunResult) if each.name not in ARRAYS)

AS_IS = 0
"""How zlib packs: not at all. Times by chance would hardly get shorter (by 8 %), at the
price of simulating half of them again."""


TIME, BOTH = 8, 12
"""Bytes of a purchase: when it was, and with who sold it."""

DAMAGES = (ValueError, TypeError, KeyError, AttributeError, zlib.error)
"""What `restored` raises for a record that is not whole."""


@dataclass(frozen=True, slots=True)
class Record:
    """One run as it is stored.

    Attributes
    ----------
    figures
        All figures of a `RunResult` as a JSON object, in UTF-8.
    departures
        When items were bought: little-endian doubles, and behind them, where there
        are several products, who sold each: 32-bit integers; packed by zlib.
    """

    figures: bytes
    departures: bytes


def recorded(result: RunResult) -> Record:
    """Return a run as it is stored; no digit is lost."""
    figures = {name: _plain(getattr(result, name)) for name in FIGURES}
    times = np.ascontiguousarray(result.departures, dtype="<f8").tobytes()
    if len(result.sellers):
        figures[SOLD_BY] = True
        times += np.ascontiguousarray(result.sellers, dtype="<i4").tobytes()
    return Record(json.dumps(figures).encode(), zlib.compress(times, AS_IS))


def restored(record: Record) -> RunResult:
    """Return the run that was stored, without its active periods."""
    data: dict[str, Any] = json.loads(record.figures)
    for name, kind in (
        ("nodes", NodeRun),
        ("resources", NodeRun),
        ("shares", Share),
        ("other_shares", Share),
    ):
        data[name] = tuple(kind(**each) for each in data[name])
    told = data.pop(SOLD_BY, False)
    content = zlib.decompress(record.departures)
    count = len(content) // (BOTH if told else TIME)
    times = np.frombuffer(content, dtype="<f8", count=count)
    sellers = np.frombuffer(content, dtype="<i4", offset=TIME * count)
    if data["bought"] > count or len(sellers) != count * told:
        raise ValueError(count)
    return RunResult(
        **data,
        departures=times.astype(np.float64, copy=False),
        sellers=sellers.astype(np.int32, copy=False),
        active_periods=(),
    )


def _plain(value: Any) -> Any:
    """Return a number or word as it is, and parts as their fields by name."""
    if not isinstance(value, tuple):
        return value
    return [each._asdict() for each in value]
