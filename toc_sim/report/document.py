"""Results as JSON: the same bytes for the same result, on every machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

from pydantic import BaseModel

from toc_sim.experiment.store.store import StoredStudy

JsonObject = dict[str, Any]
"""What stands in braces in JSON; records may stand in it until it is encoded."""

FORMAT = 1
"""The version of all JSON; a field is added freely, changed only with a new one."""


def encoded(document: JsonObject) -> bytes:
    """Return a document as JSON.

    A record stands as an object of all its fields: an interval as its mean and ends,
    a part of a scenario as its file has it.
    Figures that do not exist (no interval from one random run, a throughput that
    nothing limits) are null. Names stand in their own letters, in UTF-8.

    Parameters
    ----------
    document
        By name, records, numbers, texts and lists of such.

    Returns
    -------
    Indented by two, ending in a line break.
    """
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False, indent=2)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def fields_of(record: Any, names: str) -> JsonObject:
    """Return some fields of a record as an object, in the order that is asked for.

    Parameters
    ----------
    record
        A result, or a part of one.
    names
        With blanks between: ``share`` as the record calls it, ``node=name`` under
        another name, ``upfront=outlay.upfront`` a field of a field, null where there
        is none; ``queue.max=queue_peak`` stands in an object `queue`, and
        ``note?`` is null where it is empty.

    Raises
    ------
    AttributeError
        If the record has no such field.
    """
    found: JsonObject = {}
    for name in names.split():
        key, _, path = name.rstrip("?").partition("=")
        value = record
        for field in (path or key).split("."):
            value = None if value is None else getattr(value, field)
        *around, last = key.split(".")
        place = found
        for outer in around:
            place = place.setdefault(outer, {})
        place[last] = (value or None) if name.endswith("?") else value
    return found


def answer_head(scenario: str, run: str | None) -> JsonObject:
    """Return what the answers of all experiments begin with.

    Parameters
    ----------
    scenario
        What was asked about, by name.
    run
        The name under which its runs are kept, or None.
    """
    return {"format": FORMAT, "scenario": scenario, "run": run}


def plain(value: Any) -> Any:
    """Return the same in objects, lists, texts and figures that exist.

    Parameters
    ----------
    value
        A document or a part of one, records in it.
    """
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, BaseModel):
        return plain(value.model_dump())
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


def runs_document(runs: Sequence[StoredStudy]) -> JsonObject:
    """Return a list of runs, ready for JSON."""
    return {
        "format": FORMAT,
        "runs": [
            {
                **fields_of(run, "run=id command scenario started finished?"),
                "results": run.results if run.finished else None,
            }
            for run in runs
        ],
    }
