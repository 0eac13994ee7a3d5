"""The best product mix in sentences and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf

from rich.text import Text

from toc_sim.accounting.product_mix import ProductMix
from toc_sim.network.model import Network
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    decimals_as_given,
    given,
    joined,
    number,
    percent,
    printable,
)
from toc_sim.report.text.table import Column, fitted


def mix_sentence(net: Network, mix: ProductMix) -> str:
    """Say what to make."""
    period = printable(net.scenario.period)
    if isinf(mix.best):
        return "Nothing limits what the products could earn: say what buyers want."
    made = joined(
        f"{given(line.best)} {_title(net, line.name)}" for line in mix.products
    )
    profit = mix.best - mix.operating_expense
    earned = f"net profit {alone(profit)} {_money(net)}/{period}"
    return f"The best mix by capacity is {made} a {period}: {earned}."


def mix_notes(net: Network, mix: ProductMix) -> Iterator[str]:
    """Yield what the simpler rules would lose, and where they may not be trusted."""
    if isinf(mix.best):
        return
    money = f"{_money(net)}/{printable(net.scenario.period)}"
    if mix.by_item < mix.best * (1 - 1e-9):
        first = _title(net, mix.order_by_item[0])
        profit = alone(mix.by_item - mix.operating_expense)
        yield (
            f"By what an item earns {first} would go first: "
            f"{_plan(net, mix, 'by_item')}, net profit {profit} {money}."
        )
    if mix.constraint:
        order = joined(_title(net, name) for name in mix.order_by_constraint)
        profit = alone(mix.by_constraint - mix.operating_expense)
        place = _title(net, mix.constraint)
        period = printable(net.scenario.period)
        rule = f"By what a {period} of {place} earns the order is {order}: "
        if not mix.rule_fails:
            yield f"{rule}the best mix."
        else:
            names = joined(
                _title(net, worth.name)
                for worth in mix.worths
                if worth.kind in ("stage", "resource")
            )
            yield (
                f"{rule}{_plan(net, mix, 'by_constraint')}, "
                f"net profit {profit} {money}. Do not trust that rule here: "
                f"{names} limit together, and only the program weighs both."
            )
    if mix.whole_items_cost:
        profit = alone(mix.whole - mix.operating_expense)
        yield (
            f"In whole items the best is {_plan(net, mix, 'whole')}: "
            f"net profit {profit} {money}."
        )


def mix_table(net: Network, mix: ProductMix, width: int) -> Text:
    """Return the products side by side, and how much of each every plan makes."""
    lines, scenario = mix.products, net.scenario
    money, period = _money(net), printable(scenario.period)
    each = f"{money}/{printable(scenario.item)}"
    pace = printable(f"{scenario.item}/{period}")
    columns = [
        Column("product", "", tuple(_title(net, x.name) for x in lines), 100, "left"),
        _column("price", each, [x.price for x in lines], 40),
        _column("earns (T)", each, [x.earns for x in lines], 70),
        _column("wanted", pace, [x.wanted for x in lines], 60),
        _column("best", pace, [x.best for x in lines], 99),
        _column("by item", pace, [x.by_item for x in lines], 80),
    ]
    if mix.constraint:
        place = _title(net, mix.constraint)
        rates = [x.earns_per_time for x in lines]
        columns.insert(3, _column(f"T per {period}", f"of {place}", rates, 65))
        columns.append(
            _column(f"by {place}", pace, [x.by_constraint for x in lines], 75)
        )
    if mix.whole_items_cost:
        columns.append(_column("whole", pace, [x.whole for x in lines], 85))
    return fitted(columns, [False] * len(lines), width)


def worth_lines(net: Network, mix: ProductMix) -> Iterator[str]:
    """Yield what one unit more of each limit brings."""
    period, item = printable(net.scenario.period), printable(net.scenario.item)
    for worth in mix.worths:
        unit = f"{period} of a server of" if worth.kind in ("stage", "resource") else ""
        what = f"One more {unit or f'{item} of'} {_title(net, worth.name)}"
        share = percent(worth.share)
        yield (
            f"{what} brings {alone(worth.per_unit)} {_money(net)} "
            f"({share} % of T rests on it)."
        )


def _plan(net: Network, mix: ProductMix, plan: str) -> str:
    return joined(
        f"{given(getattr(line, plan))} {_title(net, line.name)}"
        for line in mix.products
    )


def _column(name: str, unit: str, values: list[float], importance: int) -> Column:
    digits = decimals_as_given([value for value in values if not isinf(value)])
    cells = tuple(
        NO_FIGURE if isinf(value) else number(value, digits) for value in values
    )
    return Column(name, unit, cells, importance)


def _title(net: Network, name: str) -> str:
    return printable(net.scenario.title(name))


def _money(net: Network) -> str:
    return printable(net.scenario.currency) or "money"
