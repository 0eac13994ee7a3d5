"""Columns out of the database: words, moments and numbers as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import nearest, quoted
from toc_sim.language import joined, phrase
from toc_sim.records.blank_cells import missing
from toc_sim.records.cell_numbers import NumberRule, number_of_cell, number_rule
from toc_sim.records.column_rules import ColumnRules, stray
from toc_sim.records.moment_rule import (
    MomentRule,
    best_family,
    moment_days,
    moment_rule,
)
from toc_sim.records.notices import Dropped
from toc_sim.records.records_table import (
    MomentColumn,
    Numbers,
    RecordsColumn,
    RecordsTable,
    Words,
)
from toc_sim.records.refusal import RecordsError, refused
from toc_sim.records.row_store import RowStore
from toc_sim.records.shared_rules import FileRules
from toc_sim.records.survey import Survey

_EXAMPLES = 3

_NAMED = 20
"""So many columns are named where one is not there."""


def read_table(
    survey: Survey, store: RowStore, rules: FileRules, wanted: Mapping[str, str]
) -> RecordsTable:
    """Return the rows of a file, with the columns that are wanted.

    Parameters
    ----------
    survey
        Of the file.
    store
        Of its rows.
    rules
        Of its columns.
    wanted
        By header, as what its cells are to be read.

    Raises
    ------
    RecordsError
        If a column is not there, or cannot be read so.
    """
    places = {each.header: index for index, each in enumerate(survey.columns)}
    for header in wanted:
        if header not in places:
            what = phrase("has no column '{header}'", header=header)
            raise refused(survey.path, what, hint=_hint(header, places))
    columns: dict[str, RecordsColumn] = {}
    dropped = list(survey.dropped)
    keep = np.ones(store.rows, dtype=np.bool_)
    for header, kind in wanted.items():
        index = places[header]
        if kind == "words":
            columns[header] = Words(*store.codes(index))
            continue
        values, rule = _values(survey, store, rules, index, kind)
        bad = np.isposinf(values)
        if bad.any():
            dropped += _dropped(survey, store, index, kind, bad & keep)
            keep &= ~bad
        columns[header] = _column(values, rule, to_utc=rules.to_utc)
    lines = store.numbers()
    if not keep.all():
        lines = lines[keep]
        for header in wanted:
            columns[header] = _kept(columns[header], keep)
    return RecordsTable(
        path=survey.path,
        columns=columns,
        rows=len(lines),
        read=survey.rows,
        dropped=tuple(dropped),
        notices=survey.notices,
        lines=lines,
    )


def _hint(header: str, headers: Mapping[str, int]) -> str:
    every = joined(f"'{each}'" for each in list(headers)[:_NAMED])
    return nearest(header, headers) or phrase("it has {headers}", headers=every)


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks have no zone


def _values(
    survey: Survey, store: RowStore, rules: FileRules, index: int, kind: str
) -> tuple[NDArray[np.float64], MomentRule | NumberRule]:
    """Return what stands in every row; nan: nothing, inf: what breaks the rule."""
    column = rules.columns[index]
    rule = _rule(store, column, index, kind)
    if rule is None:
        raise _unlike(survey, store, column, index, kind)
    trouble = column.survey.trouble or rule.trouble
    if trouble:
        what = phrase(
            "column '{header}' {trouble}", header=column.survey.header, trouble=trouble
        )
        raise refused(survey.path, what, hint=column.survey.hint or None)
    if isinstance(rule, MomentRule):
        origin = f"{_EPOCH:%Y-%m-%d}"
        value, source = moment_days(store, index, rule, origin, to_utc=rules.to_utc)
    else:
        value, source = number_of_cell(rule, index)
    full = (
        f"coalesce(CAST({value} AS DOUBLE), CASE WHEN cell IS NULL "
        f"OR {missing('cell')} THEN 'nan'::DOUBLE ELSE 'inf'::DOUBLE END)"
    )
    values = store.array(full, np.float64, source)
    bad = np.isposinf(values)
    if stray(int(bad.sum()), column.present):
        raise _unlike(survey, store, column, index, kind, int(np.argmax(bad)))
    return values, rule


def _rule(
    store: RowStore, column: ColumnRules, index: int, kind: str
) -> MomentRule | NumberRule | None:
    """Return the rule by which a column is read as what is wanted, if there is one."""
    if kind == "numbers":
        rule = column.numbers or number_rule(store, index)
        return rule.read_as("point") if column.survey.kind != "numbers" else rule
    if column.moments is not None:
        return column.moments
    family = best_family(store, index, "sampled", hinted=True)
    return None if family is None else moment_rule(store, index, family)


def _unlike(
    survey: Survey,
    store: RowStore,
    column: ColumnRules,
    index: int,
    kind: str,
    place: int = -1,
) -> RecordsError:
    """Return the error of a column that is not what is wanted of it."""
    header = column.survey.header
    if kind == "numbers":
        what = phrase("column '{header}' does not hold numbers", header=header)
    else:
        what = phrase(
            "column '{header}' does not hold moments written in one way", header=header
        )
    found = next(iter(column.survey.samples), None)
    if place >= 0:
        row, found = store.ask(
            f"SELECT {store.number}, c{index} FROM cells WHERE rowid = {place}"
        )[0]
        what = phrase("{what}, as row {row} shows", what=what, row=row)
    return refused(survey.path, what, found=found)


def _dropped(
    survey: Survey, store: RowStore, index: int, kind: str, bad: NDArray[np.bool_]
) -> list[Dropped]:
    """Return the rows that are left out for a cell, and why."""
    count = int(bad.sum())
    if not count:
        return []
    header = survey.columns[index].header
    places = ", ".join(map(str, np.flatnonzero(bad)[:_EXAMPLES]))
    found = store.ask(
        f"SELECT {store.number}, c{index} FROM cells WHERE rowid IN ({places}) "
        "ORDER BY rowid"
    )
    why = (
        phrase("what stands in '{header}' is no number", header=header)
        if kind == "numbers"
        else phrase("what stands in '{header}' is no moment", header=header)
    )
    name = survey.path.name
    examples = tuple(
        phrase("{file}: row {row} ({cell})", file=name, row=row, cell=quoted(cell))
        for row, cell in found
    )
    return [Dropped(count, why, examples)]


def _column(
    values: NDArray[np.float64], rule: MomentRule | NumberRule, *, to_utc: bool
) -> RecordsColumn:
    """Return numbers, or days since the midnight before the first of all moments."""
    if isinstance(rule, NumberRule):
        return Numbers(values)
    told = values[np.isfinite(values)]
    first = int(np.floor(told.min())) if len(told) else 0
    values -= first
    in_utc = bool(rule.offsets) and (to_utc or set(rule.offsets) == {0})
    return MomentColumn(
        days=values,
        origin=_EPOCH + timedelta(days=first),
        layout=rule.layout,
        has_time=rule.has_time,
        zone="UTC" if in_utc else "",
    )


def _kept(column: RecordsColumn, keep: NDArray[np.bool_]) -> RecordsColumn:
    """Return a column without the rows that are left out."""
    if isinstance(column, Words):
        return Words(column.codes[keep], column.words)
    if isinstance(column, Numbers):
        return Numbers(column.values[keep])
    return MomentColumn(
        column.days[keep], column.origin, column.layout, column.has_time, column.zone
    )
