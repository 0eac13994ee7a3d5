"""Products and customers below the main table: what is bought, and what it brings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.text import Text

from toc_sim.accounting.by_product import ProductSales
from toc_sim.accounting.customers import Customers
from toc_sim.constraint.intervals import Interval
from toc_sim.report.columns import Column, fitted
from toc_sim.report.findings import Findings
from toc_sim.report.words import NOTHING, decimals, number, plus_minus, printable

Line = TypeVar("Line", ProductSales, Customers)


def products_table(found: Findings, width: int) -> Text:
    """Return what each product brought."""
    scenario, lines = found.scenario, found.products
    pace = printable(f"{scenario.item}/{scenario.period}")
    money = printable(f"{scenario.currency or 'money'}/{scenario.period}")
    names = tuple(printable(scenario.title(line.name)) for line in lines)
    columns = [
        Column("product", "", names, 100, "left"),
        *_figures("bought", pace, lines, lambda line: line.bought, 90),
        *_figures("revenue", money, lines, lambda line: line.revenue, 60),
        *_figures("throughput (T)", money, lines, lambda line: line.throughput, 80),
    ]
    return fitted(columns, [False] * len(lines), width)


def customers_table(found: Findings, width: int) -> Text:
    """Return how often customers come back, and what one brings in all."""
    scenario, lines = found.scenario, found.customers
    pace = printable(f"{scenario.item}/{scenario.period}")
    money = printable(scenario.currency) or "money"
    names = tuple(
        "all customers"
        if line.product is None
        else printable(f"customers of {scenario.title(line.product)}")
        for line in lines
    )
    columns = [
        Column("who comes back", "", names, 100, "left"),
        *_figures("first", pace, lines, lambda line: line.first, 70),
        *_figures("again", pace, lines, lambda line: line.again, 60),
        *_figures("each buys", "times", lines, lambda line: line.frequency, 80),
        *_figures("churn", "%", lines, lambda line: line.churn.times(100), 50),
        *_figures("brings (T)", money, lines, lambda line: line.lifetime_value, 90),
    ]
    return fitted(columns, [False] * len(lines), width)


def _figures(
    name: str,
    unit: str,
    lines: Sequence[Line],
    of: Callable[[Line], Interval | None],
    importance: int,
) -> list[Column]:
    """Return a column of means and intervals; none where nothing is known."""
    values = [of(line) for line in lines]
    known = [value for value in values if value is not None]
    if not known:
        return []
    digits = decimals([value.mean for value in known])
    full = tuple(
        NOTHING if value is None else plus_minus(value, digits) for value in values
    )
    short = tuple(
        NOTHING if value is None else number(value.mean, digits) for value in values
    )
    return [
        Column(
            name, unit, full, importance, shorter=Column(name, unit, short, importance)
        )
    ]
