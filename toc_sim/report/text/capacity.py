"""What `toc-sim capacity` prints: the verdict by theory, why, and the best mix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isinf, isnan

from rich.console import Console
from rich.text import Text

from toc_sim.accounting.product_mix import ProductMix, product_mix
from toc_sim.capacity import Exact, NodeTheory, OwnerCapacity, Theory
from toc_sim.network import Network
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    decimals,
    decimals_as_given,
    given,
    joined,
    number,
    percent,
    printable,
)
from toc_sim.report.text.run_tables import CONSTRAINT_WORD, NO_SIGN, SIGN
from toc_sim.report.text.table import NARROW, Column, Part, fitted, print_report

MOST_OF_IT = 0.5
"""From this share on the constraint is the only one worth naming [1]."""

_WHAT = {
    "still_line": "line without chance",
    "open_network": "open network in product form",
    "closed_network": "closed network in product form",
}
"""What a pipeline must be for each theory."""


def theory_sentence(net: Network, found: Theory) -> str:
    """Say who the constraint is, and whether that is exact.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    """
    told = _exactly(net, found.exact) if found.exact else _at_most(net, found)
    return told[:1].upper() + told[1:] if told.startswith("the market") else told


def theory_note(net: Network, found: Theory) -> str:
    """Say after a simulation that it was not needed; empty: it was.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    """
    exact = found.exact
    if exact is None:
        return ""
    return (
        f"Theory gives this exactly, without a simulation: in the long run "
        f"{_pace(net, exact.throughput)}, with {_named(net, exact.constraint)} as the "
        "constraint (toc-sim capacity)."
    )


def why(net: Network, found: Theory, tools: Sequence[str] = ()) -> Iterator[str]:
    """Yield why the answer is exact, or why no theory gives it, a line each.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    tools
        Titles of the tools at work in it.
    """
    exact = found.exact
    name = printable(net.scenario.name)
    if tools:
        name += f", {printable(joined(tools))} at work"
    if exact is not None:
        yield printable(f"{name}: exact, since {exact.because} ({exact.source})")
        return
    yield f"{name}: it takes a simulation (toc-sim run)"
    for refusal in found.refusals:
        reasons = "; ".join(refusal.reasons)
        yield printable(f"It is no {_WHAT[refusal.method]}: {reasons}.")


def inside(net: Network, exact: Exact) -> str:
    """Say how much is inside and how long it stays; empty where theory is silent."""
    item, period = printable(net.scenario.item), printable(net.scenario.period)
    if isinf(exact.wip):
        return "Work in progress grows without end."
    if isnan(exact.wip):
        return ""
    return (
        f"Work in progress: {alone(exact.wip)} {item} on average. Flow time: "
        f"{alone(exact.flow_time)} {period} on average."
    )


def following(net: Network, found: Theory) -> str:
    """Say what would limit next, by capacity alone.

    Empty where nothing would, and where waiting moves the constraint by degrees.
    """
    static = found.static
    moves = found.exact is not None and found.exact.method != "still_line"
    if moves or not static.constraint or not static.next_constraint:
        return ""
    are = "limit is" if len(static.next_constraint) == 1 else "limits are"
    away = _named(net, static.constraint)
    return (
        f"With {away} lifted away, the next {are} {_named(net, static.next_constraint)}"
        f", at {_pace(net, static.next_throughput)} by capacity alone."
    )


def _exactly(net: Network, exact: Exact) -> str:
    pace = f"exactly {_pace(net, exact.throughput)}"
    names = _named(net, exact.constraint)
    rows = {row.name: row for row in exact.nodes}
    first = rows[exact.constraint[0]]
    if first.kind == "policy":
        return (
            f"The release policy ({names}) is the constraint: one item more lifts the "
            f"throughput of {pace} further than 10 % more speed anywhere."
        )
    if exact.tie:
        return (
            f"{names} tie as the constraint at {pace}: only lifting them together "
            "brings more."
        )
    share = f"{100 * first.share:.0f} %"
    if len(exact.constraint) > 1:
        return (
            f"{names} are the constraint alike: each answers for {share} of the "
            f"throughput of {pace}."
        )
    if first.share < MOST_OF_IT:
        return (
            f"{names} leads as the constraint: it answers for {share} of the "
            f"throughput of {pace}, the rest is spread over others."
        )
    return (
        f"{names} is the constraint: it answers for {share} of the throughput of "
        f"{pace}."
    )


def _at_most(net: Network, found: Theory) -> str:
    static = found.static
    if not static.throughput:
        return "Nothing can be bought, whatever chance does."
    if not static.constraint:
        return "No theory is exact here, and capacity alone sets no limit."
    return (
        f"No theory is exact here: capacity alone allows "
        f"{_pace(net, static.throughput)}, with {_named(net, static.constraint)} as "
        "the constraint."
    )


def _named(net: Network, names: Iterable[str]) -> str:
    return joined(_name(net, name) for name in names)


def _name(net: Network, name: str) -> str:
    release = net.release
    if release.limit is not None and name == release.name:
        return f"{name} {release.limit}"
    title = printable(net.scenario.title(name))
    markets = {node.name for node in net.nodes if node.kind == "market"}
    return "the market" if name in markets and title == "market" else title


def _pace(net: Network, value: float) -> str:
    return printable(f"{value:.2f} {net.scenario.item}/{net.scenario.period}")


GROWS = "grows"
"""What stands for a queue without end."""

Rows = Sequence[NodeTheory | OwnerCapacity]


def show_theory(
    net: Network, found: Theory, console: Console, tools: Sequence[str] = ()
) -> None:
    """Print what theory says.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    console
        Where to; its width says how much.
    tools
        Titles of the tools at work in it.
    """
    exact, mix = found.exact, product_mix(net)
    print_report(
        console,
        theory_sentence(net, found),
        (Text(line, style="dim") for line in why(net, found, tools)),
        _table(net, found, console.width),
        (inside(net, exact) if exact else None, following(net, found)),
        *(_mix(net, mix, console.width) if mix else ()),
    )


def _mix(net: Network, mix: ProductMix, width: int) -> Iterator[Part | tuple[str, ...]]:
    yield Text(mix_sentence(net, mix), style="bold")
    yield mix_table(net, mix, width)
    yield (*mix_notes(net, mix), *worth_lines(net, mix))


def _table(net: Network, found: Theory, width: int) -> Text:
    """Return the table by node, as far as it fits into a width."""
    exact = found.exact
    if exact is None:
        rows: Rows = found.static.owners
        named = found.static.constraint
        columns = _static_columns(net, found.static.owners)
    else:
        rows, named = exact.nodes, exact.constraint
        columns = _exact_columns(net, exact.nodes)
    bold = [row.name in named for row in rows]
    first = Column(f"{NO_SIGN}node", "", _names(net, rows, bold), 100, "left")
    word = Column(
        "", "", tuple(CONSTRAINT_WORD if each else "" for each in bold), 99, "left"
    )
    told = [each for each in columns if set(each.cells) - {NO_FIGURE}]
    return fitted([first, *told, word], bold, width, NARROW)


def _names(net: Network, rows: Rows, bold: Sequence[bool]) -> tuple[str, ...]:
    return tuple(
        (SIGN if stands_out else NO_SIGN) + _title(net, row.name)
        for row, stands_out in zip(rows, bold, strict=True)
    )


def _title(net: Network, name: str) -> str:
    if net.release.limit is not None and name == net.release.name:
        return name.replace("_", " ")
    return printable(net.scenario.title(name))


def _exact_columns(net: Network, rows: Sequence[NodeTheory]) -> list[Column]:
    item, period = printable(net.scenario.item), printable(net.scenario.period)
    pace = printable(f"{item}/{period}")
    return [
        Column("capacity", pace, _capacities(rows), 60),
        Column("throughput", pace, _figures(rows, lambda row: row.throughput), 80),
        Column("busy", "%", _percents(rows, lambda row: row.busy), 70),
        Column("queue", item, _figures(rows, lambda row: row.queue), 50),
        Column("inside", item, _figures(rows, lambda row: row.inside), 40),
        Column("time", period, _figures(rows, lambda row: row.time), 45),
        Column("share", "%", _percents(rows, lambda row: row.share), 98),
    ]


def _static_columns(net: Network, rows: Sequence[OwnerCapacity]) -> list[Column]:
    pace = printable(f"{net.scenario.item}/{net.scenario.period}")
    loads = tuple(percent(row.load) for row in rows)
    shares = tuple(
        NO_FIGURE if row.kind == "policy" else percent(row.share) for row in rows
    )
    return [
        Column("capacity", pace, _capacities(rows), 60),
        Column("load", "%", loads, 80),
        Column("share", "%", shares, 98),
    ]


def _capacities(rows: Rows) -> tuple[str, ...]:
    what = {"resource": "servers ", "policy": "limit "}
    digits = decimals_as_given([row.capacity for row in rows if row.kind not in what])
    return tuple(
        f"{what[row.kind]}{row.capacity:.0f}"
        if row.kind in what
        else number(row.capacity, digits)
        for row in rows
    )


def _figures(
    rows: Sequence[NodeTheory], of: Callable[[NodeTheory], float]
) -> tuple[str, ...]:
    values = [of(row) for row in rows]
    digits = decimals(values)
    return tuple(GROWS if isinf(each) else number(each, digits) for each in values)


def _percents(
    rows: Sequence[NodeTheory], of: Callable[[NodeTheory], float]
) -> tuple[str, ...]:
    return tuple(percent(of(row)) for row in rows)


def mix_sentence(net: Network, mix: ProductMix) -> str:
    """Say what to make."""
    period = printable(net.scenario.period)
    if isinf(mix.best):
        return "Nothing limits what the products could earn: say what buyers want."
    made = joined(
        f"{given(line.best)} {_product(net, line.name)}" for line in mix.products
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
        first = _product(net, mix.order_by_item[0])
        profit = alone(mix.by_item - mix.operating_expense)
        yield (
            f"By what an item earns {first} would go first: "
            f"{_plan(net, mix, 'by_item')}, net profit {profit} {money}."
        )
    if mix.constraint:
        order = joined(_product(net, name) for name in mix.order_by_constraint)
        profit = alone(mix.by_constraint - mix.operating_expense)
        place = _product(net, mix.constraint)
        period = printable(net.scenario.period)
        rule = f"By what a {period} of {place} earns the order is {order}: "
        if not mix.rule_fails:
            yield f"{rule}the best mix."
        else:
            names = joined(
                _product(net, worth.name)
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
        Column("product", "", tuple(_product(net, x.name) for x in lines), 100, "left"),
        _mix_column("price", each, [x.price for x in lines], 40),
        _mix_column("earns (T)", each, [x.earns for x in lines], 70),
        _mix_column("wanted", pace, [x.wanted for x in lines], 60),
        _mix_column("best", pace, [x.best for x in lines], 99),
        _mix_column("by item", pace, [x.by_item for x in lines], 80),
    ]
    if mix.constraint:
        place = _product(net, mix.constraint)
        rates = [x.earns_per_time for x in lines]
        columns.insert(3, _mix_column(f"T per {period}", f"of {place}", rates, 65))
        columns.append(
            _mix_column(f"by {place}", pace, [x.by_constraint for x in lines], 75)
        )
    if mix.whole_items_cost:
        columns.append(_mix_column("whole", pace, [x.whole for x in lines], 85))
    return fitted(columns, [False] * len(lines), width)


def worth_lines(net: Network, mix: ProductMix) -> Iterator[str]:
    """Yield what one unit more of each limit brings."""
    period, item = printable(net.scenario.period), printable(net.scenario.item)
    for worth in mix.worths:
        unit = f"{period} of a server of" if worth.kind in ("stage", "resource") else ""
        what = f"One more {unit or f'{item} of'} {_product(net, worth.name)}"
        share = percent(worth.share)
        yield (
            f"{what} brings {alone(worth.per_unit)} {_money(net)} "
            f"({share} % of T rests on it)."
        )


def _plan(net: Network, mix: ProductMix, plan: str) -> str:
    return joined(
        f"{given(getattr(line, plan))} {_product(net, line.name)}"
        for line in mix.products
    )


def _mix_column(name: str, unit: str, values: list[float], importance: int) -> Column:
    digits = decimals_as_given([value for value in values if not isinf(value)])
    cells = tuple(
        NO_FIGURE if isinf(value) else number(value, digits) for value in values
    )
    return Column(name, unit, cells, importance)


def _product(net: Network, name: str) -> str:
    return printable(net.scenario.title(name))


def _money(net: Network) -> str:
    return printable(net.scenario.currency) or "money"
