"""The stages: shares by three methods, where time goes, and where items get lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from markupsafe import Markup

from toc_sim.language import figure
from toc_sim.report.formats import decimals
from toc_sim.report.html.page_parts import (
    Context,
    Heading,
    PageTable,
    Section,
    percent_of,
)
from toc_sim.report.html.phrases import _, say
from toc_sim.report.run_summary import NodeRow
from toc_sim.report.text.run_proof import rule_titles

STAGES_AT_ONCE = 24
"""Stages that a figure shows at once; all stand in the table."""

_WORTH = 0.005
"""A share below this is left out of the figure [1]."""

_SEEN = 0.0005
"""A part of the time below this is not drawn [1]."""


def shares_section(page: Context) -> Section | None:
    """Return the constraint share of each node, by three methods."""
    known = [row for row in page.nodes if row.share is not None]
    if not known:
        return None
    named = _named(page)
    kept = [
        row
        for row in known
        if row.is_constraint or named[row.name] or _largest(row) >= _WORTH
    ]
    kept.sort(key=lambda row: -_largest(row))
    shown = kept[:STAGES_AT_ONCE]
    cells = [_shares_of(page, row, named[row.name]) for row in shown]
    heads = (
        Heading(_("node"), is_text=True),
        Heading(_("measured"), "%", "share"),
        Heading(_("by capacity"), "%", "dual"),
        Heading(_("busy"), "%", "busy"),
        Heading("", is_text=True),
        Heading(_("classical rules that name it"), "", "rules", is_text=True),
    )
    strong = frozenset(n for n, row in enumerate(shown) if row.is_constraint)
    subtitle = say(
        "Constraint share in %: what 1 % more speed gives to the throughput; {method}",
        method=_method(page),
    )
    grid = PageTable(_("Constraint shares by three methods"), heads, cells, strong)
    parts = {"grid": grid, "notes": tuple(_left_out(page, len(known) - len(shown)))}
    return Section("shares", agreement(page), subtitle, parts)


def _method(page: Context) -> str:
    if page.found.verdict.method == "path":
        return _("measured along the critical path of the simulation")
    return _("measured by making each node faster and slower on the same chance")


def _largest(row: NodeRow) -> float:
    measured = 0.0 if row.share is None else row.share.mean
    return max(measured, row.dual or 0.0)


def _named(page: Context) -> Counter[str]:
    """Return how many classical rules name each node."""
    rules = [each for each in page.found.detections if each.applies]
    return Counter(node for each in rules for node in each.named)


def _shares_of(page: Context, row: NodeRow, votes: int) -> tuple[str | Markup, ...]:
    shown, root = page.shown, ("run", "nodes", row.name)
    mean = 0.0 if row.share is None else row.share.mean
    bar = Markup(
        '<svg class="bar" aria-hidden="true"><rect class="rail" width="100%" '
        'height="100%"/><rect class="{}" width="{}" height="100%"/></svg>'
    ).format("hot" if row.is_constraint else "cool", percent_of(mean))
    titles = {**rule_titles(), "arrows": _("Arrows")}  # in short
    rules = [
        titles[each.rule]
        for each in page.found.detections
        if each.applies and row.name in each.named
    ]
    dual = ("run", "static", "shares", row.name)
    no_dual = row.dual is None or shown.at(*dual) is None
    return (
        page.node(row.name),
        _share_cell(page, root),
        Markup("-") if no_dual else shown.cell(*dual, times=100, digits=1),
        shown.cell(*root, "busy", times=100, digits=1)
        if row.kind != "source"
        else Markup("-"),
        bar,
        ", ".join(rules) if votes else "",
    )


def _share_cell(page: Context, root: tuple[str, ...]) -> Markup:
    if page.shown.at(*root) is None:
        return Markup("-")
    return page.shown.cell(*root, "share", times=100, digits=1)


def _left_out(page: Context, count: int) -> Iterator[Markup]:
    if count:
        least = figure(f"{100 * _WORTH:g}")
        yield say(
            "{count} more nodes have shares below {least} %.", count=count, least=least
        )
    if page.found.verdict.method == "experiment" and page.found.verdict.reason:
        yield say(
            "Shares were measured by experiment: {reason}.",
            reason=page.found.verdict.reason,
        )


def agreement(page: Context) -> Markup:
    """Say whether the three methods name the same node."""
    verdict, static = page.found.verdict, page.found.verdict.capacity
    rules = _named(page)
    most = max(rules.values(), default=0)
    voted = [node for node, votes in rules.items() if votes == most]
    parts = {"node": page.constraint(verdict)}
    first = set(verdict.constraint)
    by_capacity, by_rules = bool(first & {*static.constraint}), bool(first & {*voted})
    if not static.constraint:
        return say("Measured, {node} binds; capacity alone sets no limit.", **parts)
    others = {
        "capacity": page.nodes_called(static.constraint),
        "rules": page.nodes_called(voted),
    }
    if by_capacity and (by_rules or not voted):
        if voted:
            return say("All three methods name {node}.", **parts)
        return say(
            "Measured and by capacity it is {node}; classical rules say nothing.",
            **parts,
        )
    if by_capacity:
        return say(
            "Measured and by capacity it is {node}; most classical rules name {rules}.",
            **parts,
            **others,
        )
    if by_rules:
        return say(
            "Measured and by most classical rules it is {node}; by capacity "
            "{capacity}.",
            **parts,
            **others,
        )
    return say(
        "Measured it is {node}; by capacity {capacity}, by classical rules {rules}.",
        **parts,
        **others,
    )


def _times() -> Mapping[str, tuple[str, str]]:
    """Return where time goes: what a column calls it, and what the legend does."""
    return {
        "busy": (_("busy"), _("works")),
        "blocked": (_("blocked"), _("blocked: no room after it")),
        "down": (_("down"), _("in repair")),
        "off": (_("off"), _("closed")),
        "starved": (_("starved"), _("waits for work")),
    }


@dataclass(frozen=True, slots=True)
class TimeBar:
    """Where the time of one node goes.

    Attributes
    ----------
    title, told
        What it is called, and its parts in words.
    patches
        Kind, begin and width of each part.
    is_constraint
        Whether it is the constraint.
    """

    title: Markup
    told: str
    patches: tuple[tuple[str, str, str], ...]
    is_constraint: bool


def times_section(page: Context) -> Section | None:
    """Return where each node's time goes."""
    rows = [row for row in page.nodes if row.kind != "source" and not isnan(row.busy)]
    if not rows:
        return None
    drawn = rows
    if len(rows) > STAGES_AT_ONCE:
        ranked = sorted(rows, key=lambda row: (-round(_largest(row), 2), -row.busy))
        kept = {row.name for row in ranked[:STAGES_AT_ONCE]}
        drawn = [row for row in rows if row.name in kept]
    bars = [_time_bar(page, row) for row in drawn]
    times = _times()
    used = [kind for kind in times if any(_part(row, kind) > _SEEN for row in rows)]
    legend = [(kind, times[kind][1]) for kind in used]
    left = len(rows) - len(drawn)
    note = say("{count} more stand in the table.", count=left) if left else ""
    subtitle = say("Shares of the time of each, in %; averages of all replications")
    parts = {"bars": bars, "legend": legend, "grid": _times_grid(page, rows, used)}
    return Section("times", _busiest(page, rows), subtitle, {**parts, "note": note})


def _part(row: NodeRow, kind: str) -> float:
    value: float = getattr(row, kind)
    return 0.0 if isnan(value) else value


def _time_bar(page: Context, row: NodeRow) -> TimeBar:
    patches, start = [], 0.0
    times = _times()
    for kind in times:
        value = _part(row, kind)
        if value > _SEEN:
            patches.append((kind, percent_of(start), percent_of(min(value, 1 - start))))
            start = min(1.0, start + value)
    told = ", ".join(
        f"{label} {100 * _part(row, kind):.0f} %"
        for kind, (_head, label) in times.items()
        if _part(row, kind) > _SEEN
    )
    return TimeBar(page.node(row.name), told, tuple(patches), row.is_constraint)


def _busiest(page: Context, rows: Sequence[NodeRow]) -> Markup:
    """Say which works most, and whether that is the constraint."""
    most = max(row.busy for row in rows)
    first = [row for row in rows if row.busy >= most - _SEEN]
    names = [row.name for row in first]
    binding = [row.name for row in first if row.is_constraint]
    parts = {
        "nodes": page.nodes_called(names),
        "busy": page.shown.figure(
            *("run", "nodes", (binding or names)[0], "busy"),
            times=100,
            unit="%",
            term="busy",
        ),
        "binds": page.binds(page.found.verdict),
    }
    if len(first) == len(binding) == 1:
        return say("{nodes}: busiest, {busy} of the time, and the constraint.", **parts)
    if binding:
        return say("Busiest, {busy} of the time: {nodes}. Of these {binds}.", **parts)
    return say(
        "Busiest, {busy} of the time: {nodes}. And yet {binds}: to be busy is not to "
        "be "
        "the constraint.",
        **parts,
    )


def _times_grid(
    page: Context, rows: Sequence[NodeRow], used: Sequence[str]
) -> PageTable:
    shown = page.shown
    heads = [Heading(_("node"), is_text=True)]
    times = _times()
    heads += [Heading(times[kind][0], "%", kind) for kind in used]
    heads += [
        Heading(_("does"), page.pace, "throughput"),
        Heading(_("waiting"), page.items, "queue"),
        Heading(_("at most"), page.items, "queue"),
    ]
    digits = decimals(row.throughput for row in rows)
    long = decimals(row.queue_mean for row in rows)
    cells = []
    for row in rows:
        root = ("run", "nodes", row.name)
        cells.append(
            (
                page.node(row.name),
                *(shown.cell(*root, kind, times=100, digits=1) for kind in used),
                shown.cell(*root, "throughput", digits=digits),
                shown.cell(*root, "queue", "mean", digits=long),
                shown.cell(*root, "queue", "max", digits=0),
            )
        )
    strong = frozenset(n for n, row in enumerate(rows) if row.is_constraint)
    return PageTable(_("Every node: time, pace and queue"), heads, cells, strong)


def funnel_section(page: Context) -> Section | None:
    """Return what comes to each node and is lost there; None where nothing is lost."""
    steps = page.shown.at("funnel")
    losing = [step for step in steps if step["lost"] > 0]
    if not losing:
        return None
    kept = [place for place, step in enumerate(steps) if step["entering"] > 0]
    if len(kept) > STAGES_AT_ONCE:
        kept = [place for place in kept if steps[place]["lost"] > 0][:STAGES_AT_ONCE]
    widest = max(steps[place]["entering"] for place in kept)
    has_money = any(steps[place]["worth_at_most"] is not None for place in kept)
    heads = [
        Heading(_("node"), is_text=True),
        Heading(_("comes in"), page.pace, "entering"),
        Heading(_("lost there"), page.pace, "lost"),
        Heading(_("drop-off"), "%", "drop-off"),
    ]
    if has_money:
        heads.append(Heading(_("worth at most"), page.money, "worth"))
    shown = page.shown
    paths = [("funnel", place) for place in kept]
    columns: list[Sequence[str | Markup]] = [
        [page.node(steps[place]["node"]) for place in kept],
        shown.column([(*path, "entering") for path in paths]),
        shown.column([(*path, "lost") for path in paths]),
        [shown.cell(*path, "drop_off", times=100, digits=1) for path in paths],
    ]
    if has_money:
        columns.append(shown.column([(*path, "worth_at_most") for path in paths]))
    heads.append(Heading("", is_text=True))
    columns.append([_funnel_bar(steps[place], widest) for place in kept])
    worst = max(losing, key=lambda step: step["lost"])
    place = steps.index(worst)
    title = say(
        "Most get lost at {node}: {lost}, {part} of what comes there.",
        node=page.node(worst["node"]),
        lost=shown.figure("funnel", place, "lost", unit=page.pace, term="lost"),
        part=shown.figure(
            *("funnel", place, "drop_off"), times=100, unit="%", term="drop-off"
        ),
    )
    note = say(
        "Worth at most: as if what is lost were bought as often as what passes, for as "
        "much as what is bought. Less is lost where the constraint could not serve it "
        "anyway."
    )
    subtitle = say("Averages of all replications, {items} by node", items=page.items)
    grid = PageTable(_("The funnel"), heads, list(zip(*columns, strict=True)))
    parts = {"grid": grid, "notes": (note,) if has_money else ()}
    return Section("funnel", title, subtitle, parts)


def _funnel_bar(step: dict[str, float], widest: float) -> Markup:
    """Draw what comes, and of that what is lost."""
    coming, lost = step["entering"] / widest, step["lost"] / widest
    return Markup(
        '<svg class="bar" aria-hidden="true"><rect class="cool" width="{}" '
        'height="100%"/><rect class="gone" x="{}" width="{}" height="100%"/></svg>'
    ).format(percent_of(coming), percent_of(coming - lost), percent_of(lost))
