"""How long items wait, and where they wait for room."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from toc_sim.accounting.waiting import WaitingTime
from toc_sim.constraint.buffer_share import WORTH_A_PLACE, BufferShare
from toc_sim.report.formats import counted, given
from toc_sim.report.html.page_parts import Context, Heading, PageTable, Section
from toc_sim.report.html.phrases import _, say
from toc_sim.report.html.shown import FigurePath
from toc_sim.report.text.run_waits import WaitKind, told_waits

MOST_WAITS = 40
"""Rows of the table: those with the longest waits, and whatever has a target."""

_Row = tuple[WaitKind, WaitingTime]


def waits_section(page: Context) -> Section | None:
    """Return how long items wait; None where nothing does."""
    waits = page.found.waiting
    rows = [] if waits is None else told_waits(waits)
    if not rows:
        return None
    kept = _longest(rows)
    columns: list[tuple[Heading, Sequence[str | Markup]]] = [
        (Heading(_("waits"), is_text=True), [_title(page, row) for row in kept])
    ]
    if any(each.within is not None for _kind, each in kept):
        head = Heading(_("in time"), "%", "in-time")
        columns.append((head, _column(page, kept, "within", times=100)))
    columns.append(
        (Heading(_("mean wait"), page.period, "wait"), _column(page, kept, "interval"))
    )
    for key, label in _quantiles():
        head = Heading(label, page.period, "wait-quantile")
        columns.append((head, _column(page, kept, key)))
    left = Heading(_("left"), page.items, "left-waiting")
    columns.append((left, _column(page, kept, "left", "mean")))
    oldest = Heading(_("oldest"), page.period, "left-waiting")
    columns.append((oldest, _column(page, kept, "left", "oldest")))
    cells = list(zip(*(cells for _head, cells in columns), strict=True))
    constraint = page.found.verdict.constraint
    strong = frozenset(
        place
        for place, (kind, each) in enumerate(kept)
        if kind in ("nodes", "stages") and each.name in constraint
    )
    heads = [head for head, _cells in columns]
    grid = PageTable(_("How long items wait"), heads, cells, strong)
    subtitle = say("Time before service begins, of all replications together")
    parts = {"grid": grid, "notes": tuple(_notes(page, len(rows) - len(kept)))}
    return Section("waits", _finding(page, rows), subtitle, parts)


def _longest(rows: Sequence[_Row]) -> list[_Row]:
    """Return what the table shows, in the order of the file."""
    if len(rows) <= MOST_WAITS:
        return list(rows)
    ranked = sorted(rows, key=lambda row: -row[1].mean.mean)
    kept = {id(each) for _kind, each in ranked[:MOST_WAITS]}
    return [
        (kind, each)
        for kind, each in rows
        if id(each) in kept or kind == "pipeline" or each.target is not None
    ]


def _quantiles() -> tuple[tuple[str, str], ...]:
    """Return which part waits no longer: its key in the record and its head."""
    return (
        ("p50", _("half within")),
        ("p90", _("90 %")),
        ("p95", _("95 %")),
        ("longest", _("longest")),
    )


def _root(row: _Row) -> FigurePath:
    """Return where the record has the waits of a row."""
    kind, each = row
    return ("run", "waits", kind, *((each.name,) if each.name else ()))


def _column(
    page: Context, rows: Sequence[_Row], *keys: str, times: float = 1.0
) -> Sequence[Markup]:
    return page.shown.column([(*_root(row), *keys) for row in rows], times=times)


def _title(page: Context, row: _Row) -> Markup:
    kind, each = row
    if kind in ("nodes", "stages"):
        return page.node(each.name)
    if kind == "products":
        return say("{product} in all", product=page.tools([each.name]))
    return say("all that is bought")


def _finding(page: Context, rows: Sequence[_Row]) -> Markup:
    """Say who is served in time, where somebody said what that is; else the longest."""
    due = [
        row for row in rows if row[1].target is not None and row[1].within is not None
    ]
    if due:
        worst = min(due, key=lambda row: row[1].within.mean if row[1].within else 1.0)
        return say(
            "{place}: {share} wait no longer than {limit}.",
            place=_title(page, worst),
            share=page.shown.figure(
                *_root(worst), "within", times=100, unit="%", term="in-time"
            ),
            limit=counted(given(worst[1].target or 0.0), page.scenario.period),
        )
    before = [row for row in rows if row[0] in ("nodes", "stages")]
    most = max(before or rows, key=lambda row: row[1].mean.mean)
    root, period = _root(most), page.scenario.period
    return say(
        "The longest wait is before {place}: {mean} on average, {nearly} or less for "
        "nine in ten.",
        place=_title(page, most),
        mean=page.shown.figure(*root, "interval", unit=period, term="wait", alone=True),
        nearly=page.shown.figure(*root, "p90", unit=period, term="wait-quantile"),
    )


def _notes(page: Context, left: int) -> Sequence[Markup]:
    notes = []
    if left > 0:
        notes.append(say("{count} more, with shorter waits, are left out.", count=left))
    if not page.found.inside.settling.settled:
        notes.append(
            say(
                "The queues have not settled: these waits are those of this window "
                "only."
            )
        )
    return notes


def room_section(page: Context) -> Section | None:
    """Return where items wait for room; None where they do not, or none was looked at.

    The share of a buffer is how often the critical path waits for room in it.
    """
    every = list(enumerate(page.found.buffers))
    kept = [(n, each) for n, each in every if each.share.mean >= WORTH_A_PLACE]
    if not kept:
        return None
    roots = [("run", "constraint", "buffers", n) for n, _each in kept]
    shown = page.shown
    heads = (
        Heading(_("room before"), is_text=True),
        Heading(_("places"), page.items, "room"),
        Heading(_("waits for room"), _("per 100"), "room"),
        Heading(_("one more place brings"), "%", "room"),
    )
    columns: list[Sequence[str | Markup]] = [
        [page.node(each.name) for _n, each in kept],
        [shown.cell(*root, "places", digits=0) for root in roots],
        shown.column([(*root, "share") for root in roots], times=100),
        shown.column([(*root, "gain") for root in roots], times=100, plus=True),
    ]
    title = _most_room(page, [each for _n, each in kept], roots)
    subtitle = say(
        "How often the critical path waits for room, for every 100 {items} bought; one "
        "more place tried on the same chance",
        items=page.items,
    )
    grid = PageTable(_("Room"), heads, list(zip(*columns, strict=True)))
    return Section("room", title, subtitle, {"grid": grid, "notes": ()})


def _most_room(
    page: Context, kept: Sequence[BufferShare], roots: Sequence[FigurePath]
) -> Markup:
    """Say which place more helps, where one surely does; else where it waits most."""
    tried = [
        (each.gain, each, root)
        for each, root in zip(kept, roots, strict=True)
        if each.gain is not None and each.gain.least > 0
    ]
    if not tried:
        return say(
            "Items wait for room most often before {node}.",
            node=page.node(kept[0].name),
        )
    _gain, best, root = max(tried, key=lambda each: each[0].mean)
    gain = page.shown.figure(*root, "gain", times=100, plus=True, unit="%", term="room")
    return say(
        "One more place before {node} brings {gain}.",
        node=page.node(best.name),
        gain=gain,
    )
