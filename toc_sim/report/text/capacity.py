"""What `toc-sim capacity` prints: the verdict by theory, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import isinf, isnan, nan

from rich.text import Text

from toc_sim.accounting.product_mix import product_mix
from toc_sim.language import figure, grammatical_number, joined, phrase, phrase_of
from toc_sim.network import Network, OwnerKind
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    counted,
    decimals,
    decimals_as_given,
    number,
    pace_unit,
    printable,
    titles,
)
from toc_sim.report.text.best_mix import mix_blocks
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
from toc_sim.theory.exact.exact_answer import TheoryName

MOST_OF_IT = 0.5
"""From this share on the constraint is the only one worth naming [1]."""


def theory_sentence(net: Network, found: Theory) -> str:
    """Say who the constraint is, and whether that is exact.

    Parameters
    ----------
    net, found
        The pipeline, and what theory says of it.
    """
    told = _exactly(net, found.exact) if found.exact else _at_most(net, found)
    market = told.startswith(phrase("the market"))
    return told[:1].upper() + told[1:] if market else told


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
    return phrase(
        "Theory gives this exactly, without a simulation: in the long run {pace}, with "
        "{nodes} as the constraint (toc-sim capacity).",
        pace=_pace(net, exact.throughput),
        nodes=_named(net, exact.constraint),
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
    subject = printable(net.scenario.name)
    if tools:
        subject = phrase(
            "{scenario}, {tools} at work",
            scenario=subject,
            tools=printable(joined(tools)),
        )
    if exact is not None:
        yield printable(
            phrase(
                "{subject}: exact, since {because} ({source})",
                subject=subject,
                because=exact.because,
                source=exact.source,
            )
        )
        return
    yield phrase("{subject}: it takes a simulation (toc-sim run)", subject=subject)
    for refusal in found.refusals:
        yield printable(_refused(refusal.method, "; ".join(refusal.reasons)))


def _refused(method: TheoryName, reasons: str) -> str:
    """Say what a pipeline would have to be for a theory, and why it is not."""
    match method:
        case "still_line":
            return phrase("It is no line without chance: {reasons}.", reasons=reasons)
        case "open_network":
            return phrase(
                "It is no open network in product form: {reasons}.", reasons=reasons
            )
        case "closed_network":
            return phrase(
                "It is no closed network in product form: {reasons}.", reasons=reasons
            )


def _inside(net: Network, exact: Exact) -> str:
    """Say how much is inside and how long it stays; empty where theory is silent."""
    scenario = net.scenario
    if isinf(exact.wip):
        return phrase("Work in progress grows without end.")
    if isnan(exact.wip):
        return ""
    return phrase(
        "Work in progress: {wip} on average. Flow time: {time} on average.",
        wip=counted(alone(exact.wip), scenario.item),
        time=counted(alone(exact.flow_time), scenario.period),
    )


def _following(net: Network, found: Theory) -> str:
    """Say what would limit next, by capacity alone.

    Empty where nothing would, and where waiting moves the constraint by degrees.
    """
    static = found.static
    moves = found.exact is not None and found.exact.method != "still_line"
    if moves or not static.constraint or not static.next_constraint:
        return ""
    return phrase_of(
        "With {away} lifted away, the next limit is {nodes}, at {pace} by capacity "
        "alone.",
        "With {away} lifted away, the next limits are {nodes}, at {pace} by capacity "
        "alone.",
        min(len(static.next_constraint), 2),
        away=_named(net, static.constraint),
        nodes=_named(net, static.next_constraint),
        pace=_pace(net, static.next_throughput),
    )


def _exactly(net: Network, exact: Exact) -> str:
    names, pace = _named(net, exact.constraint), _pace(net, exact.throughput)
    rows = {row.name: row for row in exact.nodes}
    first = rows[exact.constraint[0]]
    if first.kind == "policy":
        return phrase(
            "The release policy ({policy}) is the constraint: one item more lifts the "
            "throughput of exactly {pace} further than 10 % more speed anywhere.",
            policy=names,
            pace=pace,
        )
    if exact.tie:
        return phrase(
            "{nodes} tie as the constraint at exactly {pace}: only lifting them "
            "together brings more.",
            nodes=names,
            pace=pace,
        )
    share = figure(f"{100 * first.share:.0f}")
    if len(exact.constraint) > 1:
        return phrase(
            "{nodes} are the constraint alike: each answers for {share} % of the "
            "throughput of exactly {pace}.",
            nodes=names,
            share=share,
            pace=pace,
        )
    return _of_one(names, first.share, share, pace)


def _of_one(name: str, share: float, part: str, pace: str) -> str:
    """Say what the one constraint answers for: a share [1], and as it is written."""
    count = grammatical_number([name])
    if share >= MOST_OF_IT:
        return phrase_of(
            "{node} is the constraint: it answers for {share} % of the throughput of "
            "exactly {pace}.",
            "{node} are the constraint: they answer for {share} % of the throughput of "
            "exactly {pace}.",
            count,
            node=name,
            share=part,
            pace=pace,
        )
    if "lead" in name.lower():
        return phrase_of(
            "{node} is first among the constraints: it answers for {share} % of the "
            "throughput of exactly {pace}, the rest is spread over others.",
            "{node} are first among the constraints: they answer for {share} % of the "
            "throughput of exactly {pace}, the rest is spread over others.",
            count,
            node=name,
            share=part,
            pace=pace,
        )
    return phrase_of(
        "{node} leads as the constraint: it answers for {share} % of the throughput of "
        "exactly {pace}, the rest is spread over others.",
        "{node} lead as the constraint: they answer for {share} % of the throughput of "
        "exactly {pace}, the rest is spread over others.",
        count,
        node=name,
        share=part,
        pace=pace,
    )


def _at_most(net: Network, found: Theory) -> str:
    static = found.static
    if not static.throughput:
        return phrase("Nothing can be bought, whatever chance does.")
    if not static.constraint:
        return phrase("No theory is exact here, and capacity alone sets no limit.")
    return phrase(
        "No theory is exact here: capacity alone allows {pace}, with {nodes} as the "
        "constraint.",
        pace=_pace(net, static.throughput),
        nodes=_named(net, static.constraint),
    )


def _named(net: Network, names: Iterable[str]) -> str:
    """Join names; of many products of one node, how many they are."""
    places = {name: place for place, every in net.together.items() for name in every}
    counts: dict[str, int] = {}
    for name in names:
        place = places.get(name, name)
        counts[place] = counts.get(place, 0) + 1
    return joined(
        phrase("{node} ({count} of its products)", node=_name(net, place), count=count)
        if place in net.together
        else _name(net, place)
        for place, count in counts.items()
    )


def _name(net: Network, name: str) -> str:
    release = net.release
    if release.limit is not None and name == release.name:
        return f"{net.scenario.title(name)} {release.limit}"
    title = printable(net.scenario.title(name))
    markets = {node.name for node in net.nodes if node.kind == "market"}
    is_market = name in markets and title == "market"
    return phrase("the market") if is_market else title


def _pace(net: Network, value: float) -> str:
    # two digits, as the verdict after a run says it, and three of what is below 1
    text = alone(value) if 0 < abs(value) < 1 else figure(f"{value:,.2f}")
    return f"{text} {pace_unit(net.scenario)}"


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
        yield from mix_blocks(net, mix, width)


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
        marked(phrase("node"), (_title(net, row.name) for row in rows), bold),
        *told,
        texts("", (phrase("constraint") if each else "" for each in bold), 99),
    ]
    return fitted(every, width, bold)


def _title(net: Network, name: str) -> str:
    title = printable(net.scenario.title(name))
    return title.replace("_", " ") if name == net.release.name else title


def _exact_columns(net: Network, rows: Sequence[NodeTheory]) -> list[Column]:
    scenario = net.scenario
    item, period = printable(scenario.item.unit), printable(scenario.period.unit)
    pace = pace_unit(scenario)
    return [
        capacity_column(
            pace, [(row.kind, row.capacity) for row in rows], _of_batches(net, rows)
        ),
        services(
            figures(phrase("throughput"), pace, [row.throughput for row in rows], 97),
            _of_batches(net, rows),
        ),
        percents(phrase("busy"), [row.busy for row in rows], 70),
        _amounts(phrase("queue"), item, [row.queue for row in rows], 50),
        _amounts(phrase("inside"), item, [row.inside for row in rows], 40),
        _amounts(phrase("time"), period, [row.time for row in rows], 45),
        percents(phrase("share"), [row.share for row in rows], 98),
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
        percents(phrase("load"), [row.load for row in rows], 80),
        percents(phrase("share"), shares, 98),
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
    known = [size for kind, size in owners if kind not in ("resource", "policy")]
    digits = decimals_as_given(known)
    cells = tuple(_capacity(kind, size, digits) for kind, size in owners)
    return services(Column(phrase("capacity"), pace, cells, 75), of_batches)


def _capacity(kind: OwnerKind, size: float, digits: int) -> str:
    whole = f"{size:.0f}"
    if kind == "resource":
        return phrase("servers {count}", count=whole)
    return (
        phrase("limit {count}", count=whole)
        if kind == "policy"
        else _as_given(size, digits)
    )


def _as_given(size: float, digits: int) -> str:
    """Write a capacity of a column, and never as 0 what is not."""
    if 0 < size < 10.0 ** (1 - digits) and size != round(size, digits):
        return number(size, decimals([size])).rstrip("0").rstrip(figure("."))
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
        phrase("services {figure}", figure=cell)
        if several and cell not in ("", NO_FIGURE)
        else cell
        for cell, several in zip(column.cells, of_batches, strict=True)
    )
    return replace(column, cells=tuple(cells))


def batch_note(net: Network) -> str:
    """Say what the figures of stages that work in batches count; empty without any."""
    names = batch_stages(net)
    if not names:
        return ""
    return phrase_of(
        "{nodes} works in batches: capacity and throughput there count services, not "
        "{items}.",
        "{nodes} work in batches: capacity and throughput there count services, not "
        "{items}.",
        min(len(names), 2),
        nodes=titles(net.scenario, [n.name for n in net.nodes if n.name in names]),
        items=printable(net.scenario.item.many),
    )


def _amounts(name: str, unit: str, values: Sequence[float], importance: int) -> Column:
    """Return a column of figures some of which may have no end."""
    digits = decimals(values)
    grows = phrase("grows")
    cells = (grows if isinf(each) else number(each, digits) for each in values)
    return Column(name, unit, tuple(cells), importance)
