"""What theory says, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isinf, isnan

from toc_sim.capacity import Exact, Theory
from toc_sim.network.model import Network
from toc_sim.report.words import alone, joined, printable

MOST_OF_IT = 0.5
"""From this share on the constraint is the only one worth naming [1]."""

WHAT = {
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
        yield printable(f"It is no {WHAT[refusal.method]}: {reasons}.")


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
