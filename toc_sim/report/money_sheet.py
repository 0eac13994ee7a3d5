"""The sheet on which prices and costs are cells, and T, OE and net profit formulas.

What is sold does not depend on a price here, so a changed cell says what the same run
would have earned. Goldratt's three figures are told in `accounting.statement`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from toc_sim.accounting.paid_lines import PaidLine, paid_lines
from toc_sim.accounting.prices import operating_expenses
from toc_sim.language import phrase
from toc_sim.report.formats import currency, money_unit, pace_unit, printable
from toc_sim.report.run_summary import Findings
from toc_sim.report.sheet_look import (
    Computed,
    SheetLook,
    fixed,
    put,
    put_formula,
    put_heads,
)

_NAME, _EACH, _TIMES, _MONEY = range(4)
"""The columns."""

_TOP = 3
"""The row of the first headings, from 0."""


def write_money(sheet: Any, found: Findings, look: SheetLook) -> dict[str, Computed]:
    """Write a statement of T, OE and I by formulas.

    Parameters
    ----------
    sheet
        An empty one of XlsxWriter.
    found
        What is told of a run whose scenario has `economics`.
    look
        Formats of its book.

    Returns
    -------
    The cells of T, OE and the net profit, by these words.
    """
    sheet.set_column(_NAME, _NAME, 44)
    sheet.set_column(_EACH, _MONEY, 18)
    put(sheet, 0, 0, phrase("What the run earns, by throughput accounting"), look.title)
    change = phrase("Change a blue cell, and all below it follows by formula.")
    put(sheet, 1, 0, change)
    return _Statement(sheet, found, look).write()


class _Statement:
    """Writes the lines of a statement from above, each block with its sum."""

    def __init__(self, sheet: Any, found: Findings, look: SheetLook) -> None:
        self._sheet, self._found, self._look = sheet, found, look
        self._row = _TOP

    def write(self) -> dict[str, Computed]:
        """Write all of it, and return the cells of the three figures."""
        runs, scenario = self._found.runs, self._found.scenario
        lines = paid_lines(runs.network, runs.results)
        each = phrase("{currency} each", currency=currency(scenario))
        heads = (phrase("what"), each, pace_unit(scenario), money_unit(scenario))
        put_heads(self._sheet, self._row, heads, self._look)
        prices = [line for line in lines if line.kind == "price"]
        revenue = self._paid(phrase("Revenue"), prices)
        costs = [line for line in lines if line.kind != "price"]
        variable = self._paid(phrase("Truly variable cost, TVC"), costs)
        earned = self._result(
            phrase("T = revenue - TVC"),
            f"={revenue.cell}-{variable.cell}",
            revenue.value - variable.value,
        )
        expense = self._expenses(operating_expenses(runs.network))
        profit = self._result(
            phrase("Net profit = T - OE"),
            f"={earned.cell}-{expense.cell}",
            earned.value - expense.value,
        )
        self._ratios(earned, expense, profit)
        return {"T": earned, "OE": expense, "net profit": profit}

    def _paid(self, title: str, lines: Sequence[PaidLine]) -> Computed:
        """Write lines of an amount times how often it is paid, and their sum."""

        def write_line(line: PaidLine) -> float:
            row, value = self._row, line.amount * line.times
            put(self._sheet, row, _EACH, line.amount, self._look.entry)
            put(self._sheet, row, _TIMES, line.times, self._look.figure)
            formula = f"={fixed(row, _EACH)}*{fixed(row, _TIMES)}"
            at = (row, _MONEY)
            put_formula(self._sheet, at, formula, value, self._look.figure)
            return value

        names = [self._called(line) for line in lines]
        return self._block(title, names, lines, write_line)

    def _expenses(self, lines: Sequence[tuple[str, float]]) -> Computed:
        """Write what is spent in a period whatever is sold, and its sum."""

        def write_line(line: tuple[str, float]) -> float:
            put(self._sheet, self._row, _MONEY, line[1], self._look.entry)
            return line[1]

        names = [printable(name) for name, _ in lines]
        return self._block(phrase("Operating expense, OE"), names, lines, write_line)

    def _block(
        self,
        title: str,
        names: Sequence[str],
        lines: Sequence[Any],
        write_line: Callable[[Any], float],
    ) -> Computed:
        """Write lines with their names, and their sum below."""
        self._row += 1
        first, total = self._row, 0.0
        for name, line in zip(names, lines, strict=True):
            put(self._sheet, self._row, _NAME, name)
            total += write_line(line)
            self._row += 1
        formula = "=0"
        if lines:
            formula = f"=SUM({fixed(first, _MONEY)}:{fixed(self._row - 1, _MONEY)})"
        found = self._sum(title, formula, total)
        self._row += 1
        return found

    def _result(self, title: str, formula: str, value: float) -> Computed:
        """Write a line that follows from others."""
        found = self._sum(title, formula, value)
        self._row += 1
        return found

    def _sum(self, title: str, formula: str, value: float) -> Computed:
        put(self._sheet, self._row, _NAME, title, self._look.bold)
        for column in (_EACH, _TIMES):
            self._sheet.write_blank(self._row, column, None, self._look.bold)
        at = (self._row, _MONEY)
        put_formula(self._sheet, at, formula, value, self._look.total)
        return Computed(fixed(*at), value)

    def _called(self, line: PaidLine) -> str:
        """Return what a line is called, with its product where there are several."""
        of = "" if line.product is None else self._found.scenario.title(line.product)
        if line.kind == "price":
            price = phrase("price: {product}", product=of) if of else phrase("price")
            return printable(price)
        if line.kind == "service":
            title = self._found.scenario.title(line.name)
            return printable(phrase("each service: {title}", title=title))
        return printable(f"{line.name}: {of}" if of else line.name)

    def _ratios(self, earned: Computed, expense: Computed, profit: Computed) -> None:
        """Write what the investment brings, once somebody says what it is."""
        self._row += 1
        money = currency(self._found.scenario)
        period = printable(self._found.scenario.period.unit)
        heads = (phrase("what is invested"), "", "", money)
        put_heads(self._sheet, self._row, heads, self._look)
        self._row += 1
        put(self._sheet, self._row, _NAME, phrase("Investment, I: write yours here"))
        put(self._sheet, self._row, _MONEY, 0, self._look.entry)
        invested = fixed(self._row, _MONEY)
        gives = phrase(
            "Return on investment in a {period} = net profit / I", period=period
        )
        turns = phrase("Turns of the investment in a {period} = T / I", period=period)
        yields = phrase("Productivity = T / OE")
        for name, over, under, value in (
            (gives, profit, "", ""),
            (turns, earned, "", ""),
            (yields, earned, expense.cell, _ratio(earned, expense)),
        ):
            self._row += 1
            put(self._sheet, self._row, _NAME, name)
            below = under or invested
            formula = f'=IF({below}=0,"",{over.cell}/{below})'
            at = (self._row, _MONEY)
            put_formula(self._sheet, at, formula, value, self._look.figure)


def _ratio(one: Computed, other: Computed) -> float | str:
    return one.value / other.value if other.value else ""
