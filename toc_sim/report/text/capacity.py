"""What `toc-sim capacity` prints: the verdict by theory, why, and the best mix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import isinf, isnan, nan

from rich.text import Text

from toc_sim.accounting.product_mix import ProductMix, product_mix
from toc_sim.network import Network, OwnerKind
from toc_sim.report.formats import (
    NO_FIGURE,
    agreeing,
    alone,
    counted,
    currency,
    decimals,
    decimals_as_given,
    given,
    joined,
    money_unit,
    number,
    pace_unit,
    percent,
    printable,
    titles,
)
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    marked,
    percents,
    texts,
)
from toc_sim.theory import Exact, NodeTheory, OwnerCapacity, Theory

CONSTRAINT_WORD = "constraint"

SERVICES = "services"
"""What the capacity of a stage that works in batches counts."""

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


def _why(net: Network, found: Theory, tools: Sequence[str] = ()) -> Iterator[str]:
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


def _inside(net: Network, exact: Exact) -> str:
    """Say how much is inside and how long it stays; empty where theory is silent."""
    scenario = net.scenario
    if isinf(exact.wip):
        return "Work in progress grows without end."
    if isnan(exact.wip):
        return ""
    return (
        f"Work in progress: {counted(alone(exact.wip), scenario.item)} on average. "
        f"Flow time: {counted(alone(exact.flow_time), scenario.period)} on average."
    )


def _following(net: Network, found: Theory) -> str:
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
    answers = agreeing([names], "it answers", "they answer")
    is_it = agreeing([names], "is", "are")
    if first.share < MOST_OF_IT:
        start = f"{names} {agreeing([names], 'leads', 'lead')} as the constraint"
        if "lead" in names.lower():
            start = f"{names} {is_it} first among the constraints"
        return (
            f"{start}: {answers} for {share} of the throughput of {pace}, the rest is "
            "spread over others."
        )
    return (
        f"{names} {is_it} the constraint: {answers} for {share} of the throughput of "
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
    """Join names; of many products of one node, how many they are."""
    places = {name: place for place, every in net.together.items() for name in every}
    counts: dict[str, int] = {}
    for name in names:
        place = places.get(name, name)
        counts[place] = counts.get(place, 0) + 1
    return joined(
        _name(net, place)
        + (f" ({count} of its products)" if place in net.together else "")
        for place, count in counts.items()
    )


def _name(net: Network, name: str) -> str:
    release = net.release
    if release.limit is not None and name == release.name:
        return f"{name} {release.limit}"
    title = printable(net.scenario.title(name))
    markets = {node.name for node in net.nodes if node.kind == "market"}
    return "the market" if name in markets and title == "market" else title


def _pace(net: Network, value: float) -> str:
    # two digits, as the verdict after a run says it, and three of what is below 1
    figure = alone(value) if 0 < abs(value) < 1 else f"{value:,.2f}"
    return f"{figure} {pace_unit(net.scenario)}"


GROWS = "grows"
"""What stands for a queue without end."""


def theory_blocks(
    net: Network, found: Theory, width: int, tools: Sequence[str] = ()
) -> Blocks:
    """Return what is told of theory below its first sentence.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    width
        Of the window [characters].
    tools
        Titles of the tools at work in it.
    """
    exact, mix = found.exact, product_mix(net)
    yield (Text(line, style="dim") for line in _why(net, found, tools))
    yield _table(net, found, width)
    inside = _inside(net, exact) if exact else None
    yield inside, _following(net, found), batch_note(net)
    if mix is not None:
        yield Text(mix_sentence(net, mix), style="bold")
        yield _mix_table(net, mix, width)
        yield *_mix_notes(net, mix), *_worths(net, mix)


def _table(net: Network, found: Theory, width: int) -> Fitted:
    """Return the table by node, as far as it fits into a width."""
    exact = found.exact
    rows: Sequence[NodeTheory | OwnerCapacity]
    if exact is None:
        rows, named = found.static.owners, found.static.constraint
        columns = _static_columns(net, found.static.owners)
    else:
        rows, named = exact.nodes, exact.constraint
        columns = _exact_columns(net, exact.nodes)
    bold = [row.name in named for row in rows]
    told = [each for each in columns if set(each.cells) - {NO_FIGURE}]
    every = [
        marked("node", (_title(net, row.name) for row in rows), bold),
        *told,
        texts("", (CONSTRAINT_WORD if each else "" for each in bold), 99),
    ]
    return fitted(every, width, bold)


def _title(net: Network, name: str) -> str:
    if net.release.limit is not None and name == net.release.name:
        return name.replace("_", " ")
    return printable(net.scenario.title(name))


def _exact_columns(net: Network, rows: Sequence[NodeTheory]) -> list[Column]:
    item, period = printable(net.scenario.item), printable(net.scenario.period)
    pace = pace_unit(net.scenario)
    return [
        capacity_column(
            pace, [(row.kind, row.capacity) for row in rows], _of_batches(net, rows)
        ),
        services(
            figures("throughput", pace, [row.throughput for row in rows], 97),
            _of_batches(net, rows),
        ),
        percents("busy", [row.busy for row in rows], 70),
        _amounts("queue", item, [row.queue for row in rows], 50),
        _amounts("inside", item, [row.inside for row in rows], 40),
        _amounts("time", period, [row.time for row in rows], 45),
        percents("share", [row.share for row in rows], 98),
    ]


def _of_batches(
    net: Network, rows: Sequence[NodeTheory] | Sequence[OwnerCapacity]
) -> list[bool]:
    names = batch_stages(net)
    return [row.name in names for row in rows]


def _static_columns(net: Network, rows: Sequence[OwnerCapacity]) -> list[Column]:
    capacities = [(row.kind, row.capacity) for row in rows]
    shares = [nan if row.kind == "policy" else row.share for row in rows]
    return [
        capacity_column(pace_unit(net.scenario), capacities, _of_batches(net, rows)),
        percents("load", [row.load for row in rows], 80),
        percents("share", shares, 98),
    ]


def capacity_column(
    pace: str,
    owners: Sequence[tuple[OwnerKind, float]],
    of_batches: Sequence[bool] = (),
) -> Column:
    """Return a column of what nodes, resources and policies can do.

    Parameters
    ----------
    pace
        The unit of a node's capacity.
    owners
        What each is, and its capacity: of a resource its servers, of a policy its
        limit.
    of_batches
        Whether each works in batches, and its capacity is told in services; empty:
        none does.
    """
    what = {"resource": "servers ", "policy": "limit "}
    known = [size for kind, size in owners if kind not in what]
    digits = decimals_as_given(known)
    cells = tuple(
        f"{what[kind]}{size:.0f}" if kind in what else _as_given(size, digits)
        for kind, size in owners
    )
    return services(Column("capacity", pace, cells, 75), of_batches)


def _as_given(size: float, digits: int) -> str:
    """Write a capacity of a column, and never as 0 what is not."""
    if 0 < size < 10.0 ** (1 - digits) and size != round(size, digits):
        return number(size, decimals([size])).rstrip("0").rstrip(".")
    return number(size, digits)


def batch_stages(net: Network) -> frozenset[str]:
    """Return the stages whose service takes or gives several items at once."""
    return frozenset(
        node.name
        for node in net.nodes
        if node.recipe is not None and node.recipe.is_a_batch
    )


def services(column: Column, of_batches: Sequence[bool]) -> Column:
    """Return a column of paces in which those of batches are told as services."""
    if not any(of_batches):
        return column
    cells = (
        f"{SERVICES} {cell}" if several and cell not in ("", NO_FIGURE) else cell
        for cell, several in zip(column.cells, of_batches, strict=True)
    )
    return replace(column, cells=tuple(cells))


def batch_note(net: Network) -> str:
    """Say what the figures of stages that work in batches count; empty without any."""
    names = batch_stages(net)
    if not names:
        return ""
    told = titles(net.scenario, [n.name for n in net.nodes if n.name in names])
    work = "works" if len(names) == 1 else "work"
    return (
        f"{told} {work} in batches: capacity and throughput there count services, not "
        f"{printable(net.scenario.item.many)}."
    )


def _amounts(name: str, unit: str, values: Sequence[float], importance: int) -> Column:
    """Return a column of figures some of which may have no end."""
    digits = decimals(values)
    cells = (GROWS if isinf(each) else number(each, digits) for each in values)
    return Column(name, unit, tuple(cells), importance)


def mix_sentence(net: Network, mix: ProductMix) -> str:
    """Say what to make."""
    if isinf(mix.best):
        return "Nothing limits what the products could earn: say what buyers want."
    return (
        f"The best mix by capacity is {_plan(net, mix, 'best')} a {_period(net)}: "
        f"net profit {_profit(net, mix, mix.best)}."
    )


def _mix_notes(net: Network, mix: ProductMix) -> Iterator[str]:
    """Yield what the simpler rules would lose, and where they may not be trusted."""
    if isinf(mix.best):
        return
    if mix.by_item < mix.best * (1 - 1e-9):
        yield (
            f"By what an item earns {_product(net, mix.order_by_item[0])} would go "
            f"first: {_plan(net, mix, 'by_item')}, "
            f"net profit {_profit(net, mix, mix.by_item)}."
        )
    if mix.constraint:
        order = titles(net.scenario, mix.order_by_constraint)
        place = _product(net, mix.constraint)
        rule = f"By what a {_period(net)} of {place} earns the order is {order}: "
        if not mix.rule_fails:
            yield f"{rule}the best mix."
        else:
            full = (w.name for w in mix.worths if w.kind in ("stage", "resource"))
            names = titles(net.scenario, full)
            yield (
                f"{rule}{_plan(net, mix, 'by_constraint')}, "
                f"net profit {_profit(net, mix, mix.by_constraint)}. Do not trust "
                f"that rule here: {names} limit together, and only the program weighs "
                "both."
            )
    if mix.whole_items_cost:
        yield (
            f"In whole items the best is {_plan(net, mix, 'whole')}: "
            f"net profit {_profit(net, mix, mix.whole)}."
        )


def _mix_table(net: Network, mix: ProductMix, width: int) -> Fitted:
    """Return the products side by side, and how much of each every plan makes."""
    lines, scenario = mix.products, net.scenario
    each = f"{currency(scenario)}/{printable(scenario.item)}"
    pace = pace_unit(scenario)
    columns = [
        texts("product", (_product(net, line.name) for line in lines)),
        _mix_column("price", each, [line.price for line in lines], 40),
        _mix_column("earns (T)", each, [line.earns for line in lines], 70),
        _mix_column("wanted", pace, [line.wanted for line in lines], 60),
        _mix_column("best", pace, [line.best for line in lines], 99),
        _mix_column("by item", pace, [line.by_item for line in lines], 80),
    ]
    if mix.constraint:
        place = _product(net, mix.constraint)
        rates = [line.earns_per_time for line in lines]
        rate = _mix_column(f"T per {_period(net)}", f"of {place}", rates, 65)
        columns.insert(3, rate)
        amounts = [line.by_constraint for line in lines]
        columns.append(_mix_column(f"by {place}", pace, amounts, 75))
    if mix.whole_items_cost:
        columns.append(_mix_column("whole", pace, [line.whole for line in lines], 85))
    return fitted(columns, width)


def _worths(net: Network, mix: ProductMix) -> Iterator[str]:
    """Yield what one unit more of each limit brings."""
    for worth in mix.worths:
        unit = printable(net.scenario.item)
        if worth.kind in ("stage", "resource"):
            unit = f"{_period(net)} of a server"
        yield (
            f"One more {unit} of {_product(net, worth.name)} brings "
            f"{alone(worth.per_unit)} {currency(net.scenario)} "
            f"({percent(worth.share)} % of T rests on it)."
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


def _period(net: Network) -> str:
    return printable(net.scenario.period)
