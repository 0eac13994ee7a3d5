"""Parameters in a table, what matters most first; and the factors of the formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.breakdown.findings import Breakdown, Pushed, Response
from toc_sim.experiment.breakdown.levers import Value, largest
from toc_sim.report.breakdown_words import money_unit
from toc_sim.report.columns import Column, fitted, fitting, table
from toc_sim.report.words import (
    NOTHING,
    decimals,
    number,
    percent,
    percent_plus_minus,
    plus_minus,
    printable,
)
from toc_sim.scenario.values import Profile

Choice = Callable[[Pushed], Response | None]
"""Which of the changes of a parameter is told of."""

TWO = 2
"""Digits of what one per cent brings."""

ROUNDED = 9
"""Digits that tell gains apart; what is equal so far keeps its order."""


def benchmark_table(found: Breakdown, width: int) -> Text | None:
    """Return what reaching each benchmark brings; None where the file has none."""
    rows = [row for row in found.rows if row.benchmark is not None]
    if not rows:
        return None
    columns = [
        _paths("to the benchmark", rows),
        Column("now", "", tuple(shown(row.lever.value) for row in rows), 80),
        Column("then", "", tuple(shown(row.lever.benchmark) for row in rows), 85),
        Column("growth", "%", tuple(_headroom(row) for row in rows), 60),
        *_brought(found, rows, lambda row: row.benchmark),
    ]
    return _drawn(columns, len(rows), width)


def parameter_table(found: Breakdown, width: int) -> Text:
    """Return every parameter that can be pushed, and what 1 % more of it brings."""
    rows = sorted(
        (row for row in found.rows if row.gain is not None),
        key=lambda row: -round(abs(row.per_cent(found.by)), ROUNDED),
    )
    columns = [
        _paths("1 % more of", rows),
        Column("now", "", tuple(_now(row) for row in rows), 80),
        *_brought(found, rows, lambda row: row.gain),
        Column("static", "%", tuple(_static(row) for row in rows), 50),
        Column("its share", "%", tuple(_share(row.share) for row in rows), 60),
    ]
    return _drawn(columns, len(rows), width)


def formula_table(found: Breakdown, width: int) -> Text | None:
    """Return each factor of the formula: what it promises, and what the flow brings."""
    contrast = found.contrast
    if contrast is None:
        return None
    rows = contrast.growths
    columns = [
        Column(
            "10 % more of",
            "",
            tuple(printable(row.factor.name) for row in rows),
            100,
            "left",
        ),
        Column("factor", "", tuple(shown(row.factor.value) for row in rows), 60),
        Column("formula", "%", tuple(percent(row.formula) for row in rows), 90),
        Column("flow", "%", tuple(percent_plus_minus(row.flow) for row in rows), 95),
        Column("its share", "%", tuple(_share(row.share) for row in rows), 50),
    ]
    kept, _ = fitting(columns, width)
    return table(kept, [row not in contrast.kept for row in rows])


def shown(value: Value | None) -> str:
    """Write a value as its file might."""
    if value is None:
        return ""
    if isinstance(value, Profile):
        return "profile"
    return f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}"  # noqa: PLR2004 - no powers of ten


def _paths(name: str, rows: Sequence[Pushed]) -> Column:
    paths = tuple(printable(row.lever.path) for row in rows)
    return Column(name, "", paths, 100, "left")


def _drawn(columns: Sequence[Column], count: int, width: int) -> Text:
    return fitted(columns, [row == 0 for row in range(count)], width)


def _brought(
    found: Breakdown, rows: Sequence[Pushed], choice: Choice
) -> Iterator[Column]:
    """Yield the columns of throughput and, with money, of profit."""
    changes = [choice(row) for row in rows]
    yield _percents(
        [
            None if change is None or row.lever.is_money else change.throughput
            for row, change in zip(rows, changes, strict=True)
        ]
    )
    if found.by == "profit":
        yield _amounts(
            found, [None if change is None else change.profit for change in changes]
        )


def _percents(values: Sequence[Interval | None]) -> Column:
    scaled = [None if each is None else each.times(100) for each in values]
    return _intervals("throughput", "%", scaled, TWO, 90)


def _amounts(found: Breakdown, values: Sequence[Interval | None]) -> Column:
    digits = decimals([each.mean for each in values if each is not None])
    unit = money_unit(found.scenario)
    return _intervals("net profit", unit, values, digits, 91)


def _intervals(
    name: str,
    unit: str,
    values: Sequence[Interval | None],
    digits: int,
    importance: int,
) -> Column:
    full = tuple("" if each is None else plus_minus(each, digits) for each in values)
    means = tuple("" if each is None else number(each.mean, digits) for each in values)
    short = Column(name, unit, means, importance)
    return short if full == means else Column(name, unit, full, 70, shorter=short)


def _headroom(row: Pushed) -> str:
    if row.lever.is_count or row.reach is None:
        return ""
    return percent(row.reach) if _is_above_0(row.lever.value) else NOTHING


def _is_above_0(value: Value) -> bool:
    return bool(largest(value))


def _now(row: Pushed) -> str:
    return (
        f"{shown(row.lever.value)} + 1"
        if row.lever.is_count
        else shown(row.lever.value)
    )


def _share(value: Interval | None) -> str:
    return "" if value is None else percent(value.mean)


def _static(row: Pushed) -> str:
    if row.lever.is_money:
        return ""
    return NOTHING if row.static is None else number(100 * row.static, TWO)
