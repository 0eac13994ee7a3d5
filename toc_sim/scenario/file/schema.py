"""The JSON Schema of a scenario, by which editors complete and check a file."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from toc_sim.scenario.fields.behaviour import ShapedDelay
from toc_sim.scenario.fields.sections import kinds_below
from toc_sim.scenario.model import Scenario

SCHEMA = "scenario-1.schema.json"
"""The published copy, beside this module."""

IDENTIFIER = "urn:toc_sim:scenario:1"
"""Names format 1; no address, so that nothing is ever fetched."""


def _any_of(*forms: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [*forms]}


def _table_of(key: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return the form of a table whose keys have a pattern."""
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": key},
        "additionalProperties": value,
    }


_SHARE = (
    {"type": "number", "minimum": 0, "maximum": 1},
    {"$ref": "#/$defs/Profile"},
    {"type": "null"},
)
_WORD = r"[^\s!-/:-@\[-^`{-~]+"
_LABEL: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "share": _any_of(*_SHARE),
        "delay": _any_of(
            {"type": "number", "minimum": 0}, {"$ref": "#/$defs/ShapedDelay"}
        ),
        "customers": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
        "benchmark": _any_of(*_SHARE),
        "becomes": {"type": "string", "pattern": rf"^{_WORD}$"},
    },
}
_CHAIN = {"type": "string", "pattern": rf"^\s*{_WORD}(\s*->\s*{_WORD})+\s*$"}
_LABELLED = _table_of(rf"^\s*{_WORD}\s*->\s*{_WORD}\s*$", _any_of(*_SHARE, _LABEL))
_LINES = {"type": "array", "minItems": 1, "items": _any_of(_CHAIN, _LABELLED)}
_OF_PRODUCTS = _table_of(rf"^{_WORD}$", _any_of(_CHAIN, _LABELLED, _LINES))
_FLOW = {"type": "array", "items": _any_of(_CHAIN, _LABELLED, _OF_PRODUCTS)}
"""How `flow` is written: in lines, not in the records that they stand for."""


def published() -> str:
    """Return the text of the schema as it is published with this package."""
    return files("toc_sim.scenario.file").joinpath(SCHEMA).read_text(encoding="utf-8")


def generated() -> str:
    """Return the text of the schema as it follows from the models."""
    schema = Scenario.model_json_schema()
    schema["properties"]["flow"] = dict(_FLOW)
    schema["$defs"]["ShapedDelay"] = _delay()
    for kind in kinds_below(Scenario):
        entry = schema if kind is Scenario else schema["$defs"].get(kind.__name__)
        if entry is not None:
            _describe(entry, kind)
    _close(schema)
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    whole = {**draft, "$id": IDENTIFIER, **schema, "title": "toc_sim scenario"}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _delay() -> dict[str, Any]:
    """Return the form of the time away on a way; what it refers to is there already."""
    schema = ShapedDelay.model_json_schema(ref_template="#/$defs/{model}")
    schema.pop("$defs")
    return schema


def _close(schema: Any) -> None:
    """Refuse keys of tables that are no names."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
        for inner in schema.values():
            _close(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _close(inner)


def _describe(schema: dict[str, Any], kind: type[BaseModel]) -> None:
    """Put what the code says of an entry and its fields into its schema."""
    schema["description"] = (kind.__doc__ or "").partition("\n")[0]
    told = {
        name: text
        for each in reversed(kind.__mro__)
        if issubclass(each, BaseModel) and each is not BaseModel
        for name, text in _told(each)
    }
    for name, field in schema.get("properties", {}).items():
        field.pop("title", None)  # a key in capitals says nothing new
        if name in told:
            field["description"] = told[name]


def _told(kind: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a class with the text below each."""
    tree = ast.parse(inspect.getsource(sys.modules[kind.__module__]))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__:
            for line, below in pairwise(node.body):
                if isinstance(line, ast.AnnAssign) and isinstance(below, ast.Expr):
                    text = ast.literal_eval(below.value)
                    yield ast.unparse(line.target), " ".join(text.split())


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).with_name(SCHEMA).write_text(generated(), encoding="utf-8")
