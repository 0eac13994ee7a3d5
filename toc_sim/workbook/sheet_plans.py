"""The sheets of a workbook and their columns, as they follow from a scenario's fields.

A new field of a stage, a tool or a run has its column, its note and its list of choices
without a line here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from toc_sim.errors import Path
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.sections import (
    Effect,
    Variant,
    is_table,
    kinds_in,
    may_be_table,
    numbers_in,
)
from toc_sim.scenario.file.dump import inline
from toc_sim.scenario.file.schema import published
from toc_sim.scenario.model import Scenario

MEANING = "meaning"
"""The column beside settings that says what each of them is."""

BY_NAME, BY_ROW = "<name>", "<number>"
"""In the path of a sheet: the next of its naming columns, and the row's turn."""


@dataclass(frozen=True, slots=True)
class CellForm:
    """What may stand in the cells of a column.

    Attributes
    ----------
    numbers
        Whether a number may; else what looks like one is a word.
    tables, lists
        Whether a table may (``paper: 2, glue: 1``), and a list (``doctors, chairs``).
    always_list
        Whether a word alone is a list of one.
    """

    numbers: bool = False
    tables: bool = False
    lists: bool = False
    always_list: bool = False


WORD, ANY_NUMBER = CellForm(), CellForm(numbers=True)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet, or a line of one that lists settings.

    Attributes
    ----------
    heading
        In the first row: ``cost.upfront``.
    path
        Where its values belong, from the entry of the row on.
    form
        What may stand in its cells.
    meaning
        What is told of it.
    choices
        The words that may stand there, where they are known.
    closed
        Whether nothing else may.
    names
        The sheet whose first column has the names that may stand there, or empty.
    by_name
        Whether a line has a value for each of some names.
    """

    heading: str
    path: Path
    form: CellForm
    meaning: str = ""
    choices: tuple[str, ...] = ()
    closed: bool = False
    names: str = ""
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet: where its rows belong in a scenario, and what its columns are.

    Attributes
    ----------
    title
        Of the sheet.
    meaning
        What a row is.
    path
        Of the entry of a row: ``("tools", BY_NAME, "effects", BY_NAME)``.
    naming
        The columns that name a row, as many as the path has names.
    columns
        The others.
    lines
        What a sheet of settings lists, a line each; else empty.
    required
        Headings of columns without which a row means nothing, besides `naming`.
    """

    title: str
    meaning: str
    path: tuple[str, ...]
    naming: tuple[SheetColumn, ...]
    columns: tuple[SheetColumn, ...]
    lines: tuple[SheetColumn, ...] = ()
    required: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[SheetColumn, ...]:
        """Those that name a row, then the others."""
        return (*self.naming, *self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """Headings without which a row means nothing."""
        naming = tuple(column.heading for column in self.naming)
        return (*naming, *self.required)


PROFILES, SAMPLES = "profiles", "samples"
"""Sections that only workbooks have: what is too long for a cell."""

STATE = "state"
"""The section whose rows are places, or those of one product: ``qualify/A``."""

_NAMES = {STATE: "A node, or a way: a -> b. Of one product: node/product."}
"""What names the rows of a section, where it is no word."""

_APART = frozenset(
    {
        *(("Tool", "effects"), ("Variant", "set")),
        *(("Calendar", "open"), ("Calendar", "closed")),
    }
)
"""Fields whose entries have a sheet of their own."""

_NAMED = {
    **dict.fromkeys(("source", "target", "drum"), "Stages"),
    **dict.fromkeys(("product", "becomes"), "Products"),
    "calendar": "Calendars",
    "resource": "Resources",
    "based_on": "Variants",
    "tool": "Tools",
    "variant": "Variants",
    "constraint": "Stages",
    **dict.fromkeys(("requires", "excludes", "tools", "best"), "Tools"),
}
"""By field the sheet whose names it speaks of."""


@cache
def plans() -> tuple[SheetPlan, ...]:
    """Return the sheets of a workbook in their order."""
    fields = Scenario.model_fields
    tables = {key: _table(key) for key in fields if is_table(fields[key].annotation)}
    settings = {
        key: _settings(key, entry)
        for key in fields
        if (entry := _entry_alone(fields[key].annotation)) is not None
    }
    others = [each for each in fields if each not in {*tables, *settings, "flow"}]
    first = _settings("", Scenario, tuple(others))
    return (
        first,
        *(tables.pop("stages"), _flow(), settings.pop("economics")),
        *(tables.pop("resources"), tables.pop("products")),
        *(tables.pop("calendars"), _shifts(), tables.pop("tools"), _effects()),
        *(tables.pop("variants"), _set()),
        *(_of_parameters(tables.pop(key)) for key in ("uncertain", "measure")),
        *tables.values(),
        *settings.values(),
        *(_profiles(), _samples()),
    )


def _table(key: str) -> SheetPlan:
    """Return the sheet of a section whose entries have names."""
    inside = kinds_in(get_args(Scenario.model_fields[key].annotation)[1])
    kinds = tuple(dict.fromkeys(inside))
    told = _NAMES.get(key, "One word of letters, digits, underscores.")
    naming = SheetColumn("name", (), WORD, told)
    columns = tuple(_columns(kinds))
    return SheetPlan(
        key.capitalize(), _told("Scenario", key), (key, BY_NAME), (naming,), columns
    )


def _of_parameters(plan: SheetPlan) -> SheetPlan:
    """Return the sheet of a section whose entries have paths in place of names."""
    return replace(plan, naming=(SheetColumn("parameter", (), WORD, _PARAMETER),))


def _flow() -> SheetPlan:
    meaning = "Who hands to whom: a way from a node to the next in each row."
    required = ("source", "target")
    columns = tuple(_columns((Way,)))
    return SheetPlan("Flow", meaning, ("flow", BY_ROW), (), columns, (), required)


_PARAMETER = "Which parameter: machine_2.capacity, market.demand, economics.price."


def _effects() -> SheetPlan:
    naming = (_name_of("tool"), SheetColumn("parameter", (), WORD, _PARAMETER))
    path, columns = ("tools", BY_NAME, "effects", BY_NAME), tuple(_columns((Effect,)))
    meaning = "What the tools do: a changed parameter in each row."
    return SheetPlan("Effects", meaning, path, naming, columns)


def _set() -> SheetPlan:
    naming = (_name_of("variant"), SheetColumn("parameter", (), WORD, _PARAMETER))
    form = _form(get_args(Variant.model_fields["set"].annotation)[1])
    value = SheetColumn("value", (), form, "Its new value.")
    path = ("variants", BY_NAME, "set", BY_NAME)
    meaning = "What the variants set: a parameter in each row."
    return SheetPlan("Settings", meaning, path, naming, (value,))


def _shifts() -> SheetPlan:
    told = "open: a shift within a cycle; closed: days off, whatever the cycle says."
    when = SheetColumn("when", (), WORD, told, ("open", "closed"), closed=True)
    columns = (
        SheetColumn("from", (0,), ANY_NUMBER, "When it begins [periods]."),
        SheetColumn("to", (1,), ANY_NUMBER, "When it ends [periods]."),
    )
    path = ("calendars", BY_NAME, BY_NAME, BY_ROW)
    meaning = "The hours of the calendars: a shift, or days off, in each row."
    return SheetPlan("Shifts", meaning, path, (_name_of("calendar"), when), columns)


def _profiles() -> SheetPlan:
    told = "A cell of another sheet says 'profile: this name', and has these points."
    columns = (
        SheetColumn("time", (0,), ANY_NUMBER, "In periods, from row to row later."),
        SheetColumn("value", (1,), ANY_NUMBER, "The value at that time."),
    )
    naming = (SheetColumn("profile", (), WORD, told),)
    meaning = "Numbers that change over time: a point in each row, linear between."
    path = (PROFILES, BY_NAME, "profile", BY_ROW)
    return SheetPlan("Profiles", meaning, path, naming, columns)


def _samples() -> SheetPlan:
    told = "A cell of another sheet says 'empirical: this name', and has these samples."
    naming = (SheetColumn("samples", (), WORD, told),)
    columns = (SheetColumn("value", (), ANY_NUMBER, "A measured value."),)
    meaning = "Chance as it was measured: a value in each row."
    path = (SAMPLES, BY_NAME, "empirical", BY_ROW)
    return SheetPlan("Samples", meaning, path, naming, columns)


def _name_of(thing: str) -> SheetColumn:
    sheet = _NAMED[thing]
    told = f"Of a {thing}, by its name on the sheet {sheet}."
    return SheetColumn(thing, (), WORD, told, names=sheet)


def _settings(
    key: str, kind: type[BaseModel], fields: tuple[str, ...] = ()
) -> SheetPlan:
    """Return the sheet of a section that is one entry: a line for each field."""
    lines = tuple(
        _of_one_name(line, kind)
        for line in _columns((kind,))
        if not fields or str(line.path[0]) in fields
    )
    named = any(line.by_name for line in lines)
    what = SheetColumn("what", (), WORD, "Which setting.")
    name = SheetColumn("name", (), WORD, "Of which cost, product or tool, if of one.")
    value = SheetColumn(
        "value", (), CellForm(numbers=True, tables=True, lists=True), "What it is."
    )
    section = (key,) if key else ()
    return SheetPlan(
        key.capitalize() or "Scenario",
        _told("Scenario", key) if key else "What the scenario is called.",
        (*section, BY_NAME, BY_NAME) if named else (*section, BY_NAME),
        (what, name) if named else (what,),
        (value,),
        lines,
        ("value",),
    )


def _of_one_name(line: SheetColumn, kind: type[BaseModel]) -> SheetColumn:
    """Return a line with the form of one value, where it has one for each name."""
    if not line.by_name:
        return line
    inner = get_args(kind.model_fields[line.heading].annotation)[1]
    choices = tuple(dict.fromkeys(_literals(inner)))
    return replace(line, form=_form(inner), choices=choices, closed=bool(choices))


_FIRST = (
    *("kind", "title", "arrivals", "demand", "capacity", "rate", "time"),
    *("servers", "resource", "buffer", "conversion", "cv", "distribution"),
)
"""Columns that most rows need, in this order before all others."""


def _columns(kinds: tuple[type[BaseModel], ...]) -> Iterator[SheetColumn]:
    """Yield the columns of some kinds of entry, what is their own first."""
    found: dict[str, list[tuple[str, FieldInfo]]] = {}
    every = [key for kind in kinds for key in kind.model_fields]
    own = [key for key in every if not all(key in kind.model_fields for kind in kinds)]
    head = [key for key in _FIRST if key in every]
    for key in dict.fromkeys((*head, *own, *every)):
        for kind in kinds:
            if key in kind.model_fields and (kind.__name__, key) not in _APART:
                told = (kind.__name__, kind.model_fields[key])
                found.setdefault(key, []).append(told)
    for key, fields in found.items():
        yield from _columns_of(key, fields, of_some=len(fields) < len(kinds))


def _columns_of(
    key: str, fields: list[tuple[str, FieldInfo]], *, of_some: bool
) -> Iterator[SheetColumn]:
    """Yield the column of a field, or those of the entry that it holds."""
    annotation: Any = reduce(or_, (field.annotation for _, field in fields))
    inner = _entry_alone(annotation)
    if inner is not None:
        for column in _columns((inner,)):
            heading, path = f"{key}.{column.heading}", (key, *column.path)
            yield replace(column, heading=heading, path=path)
        return
    if key in _NOUNS:
        for part, told in _FORMS.items():
            heading = key if part == "one" else f"{key}.many"
            text = _meaning(key, fields, of_some=of_some) if part == "one" else told
            yield SheetColumn(heading, (key, part), WORD, text)
        return
    choices = tuple(dict.fromkeys(_literals(annotation)))
    closed = bool(choices) and _leaves(annotation) == {Literal}
    yield SheetColumn(
        heading=key,
        path=(key,),
        form=_form(annotation),
        meaning=_meaning(key, fields, of_some=of_some),
        choices=choices,
        closed=closed,
        names=_NAMED.get(key, ""),
        by_name=is_table(annotation),
    )


_FORMS = {
    "one": "In the singular.",
    "few": "After 2, 3 and 4, where the language has such a form.",
    "many": "Its plural.",
}

_NOUNS = ("item", "period")
"""What is said in the singular, and in the plural if that is not as usual."""


def _meaning(key: str, fields: list[tuple[str, FieldInfo]], *, of_some: bool) -> str:
    """Return what the schema says of a field, of whom it is, and its default."""
    told: dict[str, list[str]] = {}
    for kind, _ in fields:
        told.setdefault(_told(kind, key), []).append(_KINDS.get(kind, kind.lower()))
    texts = [
        f"Of a {' or '.join(kinds)}: {text}" if of_some or len(told) > 1 else text
        for text, kinds in told.items()
    ]
    default = fields[0][1].default
    if default not in (None, "", (), PydanticUndefined):
        texts.append(f"Empty: {inline(default)}.")
    return "\n".join(texts)


_KINDS = {
    "Stage": "machine or team",
    "Around": "mean and deviation",
    "Between": "range",
    "TimedObservations": "number of observed times",
    "WonOf": "number of trials",
    "CountOver": "count",
    "MeasuredFile": "file of times",
}
"""What kinds of entries are called, where it is not as in code."""


@cache
def _texts() -> Mapping[str, Any]:
    schema = json.loads(published())
    return {**schema["$defs"], "Scenario": schema}


_OF_WAYS = {
    "source": "Where items come from.",
    "target": "Where they go.",
    "share": "The share that takes this way; empty: an equal part of what is left.",
    "delay": "How long an item is away before it arrives, or mean and shape [periods].",
    "customers": "Customers at the start: they bought within the last `delay`.",
    "benchmark": "How far the share could go.",
    "product": "Whose way it is; empty: everybody's with no own way out of that node.",
    "becomes": "The product that an item is from there on; empty: what it was.",
}
"""What the schema does not tell, for in a text file a way is one line."""


def _told(kind: str, key: str) -> str:
    """Return what the published schema says of a field."""
    if kind == Way.__name__:
        return _OF_WAYS.get(key, "")
    if key == "kind":
        return "What it is."
    properties = _texts().get(kind, {}).get("properties", {})
    text: str = properties.get(key, {}).get("description", "")
    return text


def _form(annotation: Any) -> CellForm:
    """Return what may stand in the cells of a field."""
    leaves = _leaves(annotation)
    is_list = tuple in leaves
    return CellForm(
        numbers=bool(numbers_in(annotation)) or annotation == Literal[1],
        tables=may_be_table(annotation) or any(map(_is_entry, leaves)),
        lists=is_list,
        always_list=leaves == {tuple},
    )


def _leaves(annotation: Any) -> set[Any]:
    """Return the kinds of values that an annotation allows, null left out."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _leaves(inner[0])
    if origin in (Union, UnionType):
        return set().union(*map(_leaves, inner))
    return {origin or annotation} - {type(None)}


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif get_origin(annotation) not in (dict, tuple):
        for inner in get_args(annotation):
            yield from _literals(inner)


def _is_entry(leaf: Any) -> bool:
    return isinstance(leaf, type) and issubclass(leaf, BaseModel)


def _entry_alone(annotation: Any) -> type[BaseModel] | None:
    """Return the kind of entry that alone may stand somewhere, or None."""
    leaves = _leaves(annotation)
    return leaves.pop() if len(leaves) == 1 and all(map(_is_entry, leaves)) else None
