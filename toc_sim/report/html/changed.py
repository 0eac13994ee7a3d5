"""What has changed since an earlier report, and why."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from toc_sim.report.html.page_parts import Context, Heading, PageTable, Section
from toc_sim.report.html.phrases import _, listed, name, say

MOST_CHANGED = 24
"""Nodes that are shown; the others have changed less."""


def since_section(page: Context) -> Section | None:
    """Return what has changed since the earlier run; None without one."""
    shown = page.shown
    found = shown.at("since")
    if found is None:
        return None
    before = page.nodes_called(found["constraint"]["before"])
    after = page.nodes_called(found["constraint"]["after"])
    parts = {
        "before": shown.figure("since", "throughput", "before", term="throughput"),
        "after": shown.figure(
            *("since", "throughput", "after"), unit=page.pace, term="throughput"
        ),
        "was": before,
        "is_": after,
    }
    moved = found["constraint"]["before"] != found["constraint"]["after"]
    if moved:
        title = say(
            "Since last time throughput went from {before} to {after}, and the "
            "constraint from {was} to {is_}.",
            **parts,
        )
    else:
        title = say(
            "Since last time throughput went from {before} to {after}; the "
            "constraint is still {is_}.",
            **parts,
        )
    subtitle = say(
        "Against the run of {scenario}", scenario=name(f"{found['scenario']}")
    )
    grids = {"grid": _grid(page, found["nodes"]), "notes": tuple(_why(page))}
    return Section("since", title, subtitle, grids)


def _grid(page: Context, nodes: Sequence[dict[str, object]]) -> PageTable | None:
    if not nodes:
        return None
    shown = page.shown
    order = sorted(
        range(len(nodes)),
        key=lambda place: -abs(shown.mean("since", "nodes", place, "gave") or 0.0),
    )
    roots = [("since", "nodes", place) for place in order[:MOST_CHANGED]]
    heads = (
        Heading(_("node"), is_text=True),
        Heading(_("capacity before"), page.pace, "capacity"),
        Heading(_("now"), page.pace, "capacity"),
        Heading(_("share before"), "%", "share"),
        Heading(_("now"), "%", "share"),
        Heading(_("gave, by shares"), "%", "gave"),
    )
    columns = (
        [page.node(f"{shown.at(*root, 'node')}") for root in roots],
        shown.column([(*root, "capacity", "before") for root in roots]),
        shown.column([(*root, "capacity", "after") for root in roots]),
        shown.column([(*root, "share", "before") for root in roots], times=100),
        shown.column([(*root, "share", "after") for root in roots], times=100),
        shown.column([(*root, "gave") for root in roots], times=100, plus=True),
    )
    return PageTable(
        _("What has changed, by node"), heads, list(zip(*columns, strict=True))
    )


def _why(page: Context) -> Sequence[Markup]:
    """Return what the shares explain, and what they do not."""
    shown, told = page.shown, []
    if shown.at("since", "net_profit") is not None:
        told.append(
            say(
                "Net profit went from {before} to {after}.",
                before=shown.figure("since", "net_profit", "before", term="profit"),
                after=shown.figure(
                    *("since", "net_profit", "after"), unit=page.money, term="profit"
                ),
            )
        )
    if shown.at("since", "explained") is not None and shown.at("since", "growth"):
        told.append(
            say(
                "Of the change of {growth}, capacities that were changed explain "
                "{explained}; the rest is chance, money, other parameters, or a "
                "change too large to be added up.",
                growth=shown.figure(
                    *("since", "growth"), times=100, plus=True, unit="%", term="gave"
                ),
                explained=shown.figure(
                    *("since", "explained"), times=100, plus=True, unit="%", term="gave"
                ),
            )
        )
    if new := shown.at("since", "new"):
        told.append(say("New: {nodes}.", nodes=listed(map(page.node, new))))
    if gone := shown.at("since", "gone"):
        told.append(
            say("No longer there: {nodes}.", nodes=listed(map(page.node, gone)))
        )
    return told
