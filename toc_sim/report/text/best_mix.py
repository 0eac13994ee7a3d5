"""The best mix of products as `toc-sim capacity` prints it, and the rules beside it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf

from rich.text import Text

from toc_sim.accounting.product_mix import ProductMix
from toc_sim.language import joined, phrase
from toc_sim.network import Network
from toc_sim.report.formats import (
    alone,
    currency,
    decimals_as_given,
    given,
    money_unit,
    pace_unit,
    percent,
    printable,
    titles,
)
from toc_sim.report.text.table import Blocks, Column, Fitted, figures, fitted, texts


def mix_blocks(net: Network, mix: ProductMix, width: int) -> Blocks:
    """Return what is told of the best mix of products.

    Parameters
    ----------
    net, mix
        The pipeline, and its best mix.
    width
        Of the window [characters].
    """
    yield Text(mix_sentence(net, mix), style="bold")
    yield _mix_table(net, mix, width)
    yield *mix_notes(net, mix), *_worths(net, mix)


def mix_sentence(net: Network, mix: ProductMix) -> str:
    """Say what to make.

    Parameters
    ----------
    net, mix
        What sells several products, and what was found of them.
    """
    if isinf(mix.best):
        return phrase(
            "Nothing limits what the products could earn: say what buyers want."
        )
    return phrase(
        "The best mix by capacity is {plan} a {period}: net profit {profit}.",
        plan=_plan(net, mix, "best"),
        period=_period(net),
        profit=_profit(net, mix, mix.best),
    )


def mix_notes(net: Network, mix: ProductMix) -> Iterator[str]:
    """Yield what the simpler rules would lose, and where they may not be trusted.

    Parameters
    ----------
    net, mix
        What sells several products, and what was found of them.
    """
    if isinf(mix.best):
        return
    if mix.by_item < mix.best * (1 - 1e-9):
        yield phrase(
            "By what an item earns {product} would go first: {plan}, net profit "
            "{profit}.",
            product=_product(net, mix.order_by_item[0]),
            plan=_plan(net, mix, "by_item"),
            profit=_profit(net, mix, mix.by_item),
        )
    if mix.constraint:
        yield _by_the_rule(net, mix)
    if mix.whole_items_cost:
        yield phrase(
            "In whole items the best is {plan}: net profit {profit}.",
            plan=_plan(net, mix, "whole"),
            profit=_profit(net, mix, mix.whole),
        )


def _by_the_rule(net: Network, mix: ProductMix) -> str:
    """Say what the order by what the constraint's time earns comes to."""
    order, place = titles(net.scenario, mix.order_by_constraint), mix.constraint
    if not mix.rule_fails:
        return phrase(
            "By what a {period} of {node} earns the order is {order}: the best mix.",
            period=_period(net),
            node=_product(net, place),
            order=order,
        )
    full = (w.name for w in mix.worths if w.kind in ("stage", "resource"))
    return phrase(
        "By what a {period} of {node} earns the order is {order}: {plan}, net profit "
        "{profit}. Do not trust that rule here: {nodes} limit together, and only the "
        "program weighs both.",
        period=_period(net),
        node=_product(net, place),
        order=order,
        plan=_plan(net, mix, "by_constraint"),
        profit=_profit(net, mix, mix.by_constraint),
        nodes=titles(net.scenario, full),
    )


def _mix_table(net: Network, mix: ProductMix, width: int) -> Fitted:
    """Return the products side by side, and how much of each every plan makes."""
    lines, scenario = mix.products, net.scenario
    each = f"{currency(scenario)}/{_item(net)}"
    pace = pace_unit(scenario)
    columns = [
        texts(phrase("product"), (_product(net, line.name) for line in lines)),
        _mix_column(phrase("price"), each, [line.price for line in lines], 40),
        _mix_column(phrase("earns (T)"), each, [line.earns for line in lines], 70),
        _mix_column(phrase("wanted"), pace, [line.wanted for line in lines], 60),
        _mix_column(phrase("best"), pace, [line.best for line in lines], 99),
        _mix_column(phrase("by item"), pace, [line.by_item for line in lines], 80),
    ]
    if mix.constraint:
        place = _product(net, mix.constraint)
        rates = [line.earns_per_time for line in lines]
        title = phrase("T per {period}", period=_period(net))
        rate = _mix_column(title, phrase("of {node}", node=place), rates, 65)
        columns.insert(3, rate)
        amounts = [line.by_constraint for line in lines]
        title = phrase("by {node}", node=place)
        columns.append(_mix_column(title, pace, amounts, 75))
    if mix.whole_items_cost:
        amounts = [line.whole for line in lines]
        columns.append(_mix_column(phrase("whole"), pace, amounts, 85))
    return fitted(columns, width)


def _worths(net: Network, mix: ProductMix) -> Iterator[str]:
    """Yield what one unit more of each limit brings."""
    for worth in mix.worths:
        parts = {
            "node": _product(net, worth.name),
            "money": f"{alone(worth.per_unit)} {currency(net.scenario)}",
            "share": percent(worth.share),
        }
        if worth.kind in ("stage", "resource"):
            yield phrase(
                "One more {period} of a server of {node} brings {money} ({share} % of "
                "T rests on it).",
                period=_period(net),
                **parts,
            )
        else:
            yield phrase(
                "One more {item} of {node} brings {money} ({share} % of T rests on "
                "it).",
                item=_item(net),
                **parts,
            )


def _plan(net: Network, mix: ProductMix, plan: str) -> str:
    return joined(
        f"{given(getattr(line, plan))} {_product(net, line.name)}"
        for line in mix.products
    )


def _mix_column(name: str, unit: str, values: list[float], importance: int) -> Column:
    return figures(name, unit, values, importance, decimals_as_given(values))


def _profit(net: Network, mix: ProductMix, throughput: float) -> str:
    profit = alone(throughput - mix.operating_expense)
    return f"{profit} {money_unit(net.scenario)}"


def _product(net: Network, name: str) -> str:
    return printable(net.scenario.title(name))


def _item(net: Network) -> str:
    return printable(net.scenario.item.unit)


def _period(net: Network) -> str:
    return printable(net.scenario.period.unit)
