"""Columns out of the database: words, moments and numbers as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import nearest
from toc_sim.language import phrase, phrase_of
from toc_sim.records.blank_cells import missing
from toc_sim.records.cell_numbers import NumberRule, number_expression, number_rule
from toc_sim.records.moment_rule import (
    MomentRule,
    best_family,
    moment_expression,
    moment_rule,
)
from toc_sim.records.notices import Dropped
from toc_sim.records.refusal import refused
from toc_sim.records.row_store import RowStore
from toc_sim.records.survey import ColumnRules, Survey, stray
from toc_sim.records.table import Column, Moments, Numbers, Table, Words

EXAMPLES = 3


def read_table(
    survey: Survey,
    store: RowStore,
    rules: tuple[ColumnRules, ...],
    wanted: Mapping[str, str],
) -> Table:
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
    places = {each.survey.header: index for index, each in enumerate(rules)}
    columns: dict[str, Column] = {}
    dropped = list(survey.dropped)
    keep = np.ones(store.rows, dtype=np.bool_)
    for header, kind in wanted.items():
        if header not in places:
            raise refused(
                survey.path,
                f"has no column '{header}'",
                hint=nearest(header, places),
            )
        index = places[header]
        if kind == "words":
            columns[header] = Words(*store.codes(index))
            continue
        values = _values(survey, store, rules[index], index, kind)
        bad = np.isposinf(values)
        if bad.any():
            dropped.append(_dropped(survey, store, index, header, kind, bad & keep))
            keep &= ~bad
        columns[header] = _column(values, rules[index], kind)
    lines = store.array("number", np.int64)
    if not keep.all():
        lines = lines[keep]
        columns = {header: _kept(each, keep) for header, each in columns.items()}
    return Table(
        path=survey.path,
        columns=columns,
        rows=len(lines),
        read=survey.rows,
        dropped=tuple(dropped),
        notices=survey.notices,
        lines=lines,
    )


ORIGIN = "1970-01-01"


def _values(
    survey: Survey, store: RowStore, rules: ColumnRules, index: int, kind: str
) -> NDArray[np.float64]:
    """Return what stands in every row; nan: nothing, inf: what breaks the rule."""
    rule = _rule(store, rules, index, kind)
    header = rules.survey.header
    if rule is None:
        raise _unlike(survey, rules, kind)
    if isinstance(rule, MomentRule):
        if rule.trouble:
            raise refused(
                survey.path, f"column '{header}' {rule.trouble}", hint=rule.hint or None
            )
        expression, pieces = moment_expression(rule, index, ORIGIN, to_utc=False)
    else:
        expression, pieces = number_expression(rule, index)
    cell = f"c{index}"
    blank = f"{cell} IS NULL OR {missing(cell)}"
    full = (
        f"coalesce(CAST({expression} AS DOUBLE), CASE WHEN {blank} THEN "
        "'nan'::DOUBLE ELSE 'inf'::DOUBLE END)"
    )
    values = store.array(full, np.float64, pieces=pieces)
    if stray(int(np.isposinf(values).sum()), rules.present):
        raise _unlike(survey, rules, kind)
    return values


def _rule(
    store: RowStore, rules: ColumnRules, index: int, kind: str
) -> MomentRule | NumberRule | None:
    if kind == "numbers":
        return rules.numbers or number_rule(store, index)
    if rules.moments is not None:
        return rules.moments
    family = best_family(store, index, "sampled", hinted=True)
    return None if family is None else moment_rule(store, index, family)


def _unlike(survey: Survey, rules: ColumnRules, kind: str) -> Exception:
    what = phrase("numbers") if kind == "numbers" else phrase("moments")
    return refused(
        survey.path,
        phrase(
            "column '{header}' does not hold {what} written in one way",
            header=rules.survey.header,
            what=what,
        ),
        found=next(iter(rules.survey.samples), None),
    )


def _dropped(
    survey: Survey,
    store: RowStore,
    index: int,
    header: str,
    kind: str,
    bad: NDArray[np.bool_],
) -> Dropped:
    """Return the rows that are left out for a cell, and why."""
    count = int(bad.sum())
    places = ", ".join(map(str, np.flatnonzero(bad)[:EXAMPLES]))
    found = store.ask(
        f"SELECT {store.number}, c{index} FROM cells WHERE rowid IN ({places or -1}) "  # noqa: S608
        "ORDER BY rowid"
    )
    why = (
        phrase("'{header}' is no number there", header=header)
        if kind == "numbers"
        else phrase("'{header}' is no moment that exists", header=header)
    )
    return Dropped(
        count,
        why,
        tuple(
            phrase(
                "{file}: row {row}: {cell}", file=survey.path.name, row=row, cell=cell
            )
            for row, cell in found
        ),
    )


def _column(values: NDArray[np.float64], rules: ColumnRules, kind: str) -> Column:
    if kind == "numbers":
        return Numbers(values)
    finite = values[np.isfinite(values)]
    first = int(np.floor(finite.min())) if len(finite) else 0
    origin = datetime.fromisoformat(ORIGIN) + timedelta(days=first)
    rule = rules.moments
    return Moments(
        values - first,
        origin,
        rule.layout if rule else "",
        rule.has_time if rule else False,
    )


def _kept(column: Column, keep: NDArray[np.bool_]) -> Column:
    """Return a column without the rows that are left out."""
    if isinstance(column, Words):
        return Words(column.codes[keep], column.words)
    if isinstance(column, Numbers):
        return Numbers(column.values[keep])
    return Moments(
        column.days[keep], column.origin, column.layout, column.has_time, column.zone
    )
