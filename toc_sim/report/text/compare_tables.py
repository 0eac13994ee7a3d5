"""Tools side by side: what each does to throughput, to the constraint and to money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.compare.comparison import Comparison, ComparisonRow, Judgement
from toc_sim.report.formats import (
    NO_FIGURE,
    decimals,
    given,
    number,
    plus_minus,
    printable,
)
from toc_sim.report.text.run_tables import NO_SIGN, SIGN
from toc_sim.report.text.table import Column, fitted
from toc_sim.scenario.model import Scenario

WORDS: dict[Judgement, str] = {
    "hits": "hits the constraint",
    "harms": "harms it",
    "misses": "misses it",
    "unseparated": "not separated",
}
"""What is said of a tool."""

DO_NOTHING = "do nothing"

_LONGEST_NAME = 30
"""Sets with a longer name are written in letters, with a key below the table."""

_LETTERS = ascii_uppercase


def comparison_table(found: Comparison, width: int) -> Text:
    """Return what each candidate does to throughput and to the constraint.

    The best stands first, and doing nothing last.

    Parameters
    ----------
    found
        What was compared.
    width
        Of the window; the least important columns go where there is no room.
    """
    before = _titles(found.scenario, found.verdict.constraint)
    rows = found.rows
    words = Column("it", "", (*(row.word for row in rows), ""), 96, "left")
    columns = [
        _names(found),
        *_throughputs(found),
        replace(
            words,
            cells=(*(WORDS[row.word] for row in rows), ""),
            importance=95,
            shorter=words,
        ),
        Column(
            "constraint",
            "before -> after",
            (*(f"{before} -> {_after(found, row)}" for row in rows), before),
            70,
            "left",
            shorter=Column(
                "constraint",
                "after",
                (*(_after(found, row) for row in rows), before),
                71,
                "left",
            ),
        ),
    ]
    return _drawn(found, columns, width)


def money_comparison(found: Comparison, width: int) -> Text | None:
    """Return what each candidate costs and brings; None without `economics`."""
    rows = [row for row in found.rows if row.investment is not None]
    if found.money is None or len(rows) < len(found.rows):
        return None
    currency = printable(found.scenario.currency) or "money"
    period = printable(found.scenario.period)
    columns = [
        _names(found),
        Column(
            "cost",
            currency,
            (*(given(row.outlay.upfront) for row in rows), given(0.0)),
            80,
        ),
        *_statements(found, rows, f"{currency}/{period}"),
        Column("payback", period, (*map(_payback, rows), ""), 75),
        _npv(rows, currency),
        _roi(rows, period),
    ]
    return _drawn(found, columns, width)


def letters_key(found: Comparison) -> str:
    """Return which letter stands for which tool; empty where names are written."""
    key = (
        f"{letter} {tools_title(found.scenario, [tool])}"
        for tool, letter in _letters(found).items()
    )
    return ", ".join(key)


def _drawn(found: Comparison, columns: Sequence[Column], width: int) -> Text:
    bold = [row.tools == found.best.tools for row in found.rows]
    return fitted(columns, [*bold, not found.best.tools], width)


def _after(found: Comparison, row: ComparisonRow) -> str:
    return _titles(found.scenario, row.verdict.constraint)


def tools_title(scenario: Scenario, tools: Sequence[str]) -> str:
    """Return what a set of tools is called.

    Parameters
    ----------
    scenario
        Of which the tools are.
    tools
        Names of tools; empty: to do nothing.
    """
    return " + ".join(printable(scenario.title(name)) for name in tools) or DO_NOTHING


def _titles(scenario: Scenario, names: Sequence[str]) -> str:
    return ", ".join(printable(scenario.title(name)) for name in names)


def _letters(found: Comparison) -> dict[str, str]:
    """Return a letter for each tool, where whole names would not fit into a cell."""
    names = [tools_title(found.scenario, row.tools) for row in found.rows]
    if max(map(len, names), default=0) <= _LONGEST_NAME:
        return {}
    tools = [
        tool
        for tool in found.scenario.tools
        if any(tool in row.tools for row in found.rows)
    ]
    every = _LETTERS if len(tools) <= len(_LETTERS) else range(1, len(tools) + 1)
    return {tool: str(letter) for tool, letter in zip(tools, every, strict=False)}


def _names(found: Comparison) -> Column:
    letters = _letters(found)
    cells = [
        " + ".join(letters[tool] for tool in row.tools)
        if letters
        else tools_title(found.scenario, row.tools)
        for row in found.rows
    ]
    best = [row.tools == found.best.tools for row in found.rows]
    return Column(
        f"{NO_SIGN}tools",
        "",
        tuple(
            (SIGN if is_best else NO_SIGN) + cell
            for cell, is_best in zip(
                (*cells, DO_NOTHING), (*best, not found.best.tools), strict=True
            )
        ),
        100,
        "left",
    )


def _throughputs(found: Comparison) -> list[Column]:
    pace = printable(f"{found.scenario.item}/{found.scenario.period}")
    differences = [row.difference for row in found.rows]
    means = [row.throughput.mean for row in found.rows]
    base = found.verdict.throughput.mean
    digits = decimals([*means, base])
    cells = tuple(number(mean, digits) for mean in (*means, base))
    return [
        Column("throughput", pace, cells, 90),
        _signed_column("difference", pace, differences, digits, 92),
    ]


def _signed_column(
    name: str, unit: str, values: Sequence[Interval], digits: int, importance: int
) -> Column:
    full = (*(signed(value, digits) for value in values), "")
    means = (*(_sign(value.mean, digits) for value in values), "")
    return Column.with_means(name, unit, (full, means), (importance, importance + 1))


def signed(value: Interval, digits: int) -> str:
    """Write a difference with its sign, and half the width of its interval."""
    text = plus_minus(value, digits)
    return f"+{text}" if _sign(value.mean, digits).startswith("+") else text


def _sign(value: float, digits: int) -> str:
    text = number(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def _statements(
    found: Comparison, rows: Sequence[ComparisonRow], per: str
) -> list[Column]:
    """Return T, OE and net profit, the tools' own costs included."""
    if found.money is None:
        return []
    earned = [row.money.throughput.mean for row in rows if row.money is not None]
    spent = [
        row.money.operating_expense.mean + row.outlay.per_period
        for row in rows
        if row.money is not None
    ]
    profits = [row.investment.net_profit.mean for row in rows if row.investment]
    everything = (
        ("T", earned, found.money.throughput.mean, 40),
        ("OE", spent, found.money.operating_expense.mean, 30),
        ("profit", profits, found.money.net_profit.mean, 60),
    )
    digits = decimals([value for _, values, *_ in everything for value in values])
    return [
        Column(
            name,
            per,
            tuple(number(value, digits) for value in (*values, base)),
            importance,
        )
        for name, values, base, importance in everything
    ]


def _payback(row: ComparisonRow) -> str:
    if row.investment is None or row.investment.payback is None:
        return "never"
    return number(row.investment.payback, 1)


def _npv(rows: Sequence[ComparisonRow], currency: str) -> Column:
    values = [row.investment.npv for row in rows if row.investment]
    digits = decimals([value.mean for value in values])
    return _signed_column("NPV", currency, values, digits, 85)


def _roi(rows: Sequence[ComparisonRow], period: str) -> Column:
    values = [row.investment.roi for row in rows if row.investment]
    cells = [NO_FIGURE if roi is None else number(100 * roi.mean, 2) for roi in values]
    return Column("ROI", f"%/{period}", (*cells, ""), 20)
