"""Policies that were tried, and which node binds when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from toc_sim.constraint.over_time import moves
from toc_sim.constraint.verdict import Verdict
from toc_sim.language import figure
from toc_sim.network import PolicyKind
from toc_sim.report.html.page_parts import (
    Context,
    Heading,
    PageTable,
    Section,
    percent_of,
)
from toc_sim.report.html.phrases import _, name, say

POLICIES_SHOWN = 24
"""Policies that the table shows: those that bring most."""


def policies_section(page: Context) -> Section | None:
    """Return what a step of each policy brings; None where none was tried."""
    tried = page.found.verdict.policies
    if not tried:
        return None
    shown = page.shown
    roots = [("run", "constraint", "policies", n) for n in range(len(tried))]
    kept = list(zip(roots, tried, strict=True))[:POLICIES_SHOWN]
    heads = (
        Heading(_("policy"), is_text=True),
        Heading(_("changes throughput"), "%", "step"),
        Heading(_("what was changed"), is_text=True),
    )
    called = [
        _called(each.kind, page.node(each.place or each.name)) for _root, each in kept
    ]
    gains = shown.column([(*root, "gain") for root, _ in kept], times=100, plus=True)
    columns: tuple[Sequence[str | Markup], ...] = (
        called,
        gains,
        [name(each.change) for _root, each in kept],
    )
    parts = {
        "policy": called[0],
        "gain": shown.figure(
            *roots[0], "gain", times=100, plus=True, unit="%", term="step"
        ),
    }
    if tried[0].gain.least > 0:
        title = say("Of policies, {policy} brings most: {gain}.", **parts)
    else:
        title = say(
            "No policy stands out from chance; first is {policy}: {gain}.", **parts
        )
    subtitle = say("One step of each, on the same chance; nothing is bought for it")
    left = len(tried) - len(kept)
    notes = (say("{count} more bring less.", count=left),) if left else ()
    grid = PageTable(_("Policies tried"), heads, list(zip(*columns, strict=True)))
    return Section("policies", title, subtitle, {"grid": grid, "notes": notes})


def _called(kind: PolicyKind, place: Markup) -> Markup:
    """Return what a policy is called."""
    words: dict[PolicyKind, Markup] = {
        "release": say("release: {place}", place=place),
        "hours": say("opening hours of {place}", place=place),
        "order": say("order of work of {place}", place=place),
        "buffer": say("room before {place}", place=place),
        "batch": say("batches of {place}", place=place),
    }
    return words[kind]


@dataclass(frozen=True, slots=True)
class ReignStrip:
    """When one node binds: its name, and begin and width of each time."""

    title: Markup
    patches: tuple[tuple[str, str], ...]
    told: str


def reigns_section(page: Context) -> Section | None:
    """Return which node binds when; None where that does not change."""
    verdict = page.found.verdict
    if not moves(verdict.reigns):
        return None
    end = verdict.reigns[-1].end
    names = dict.fromkeys(each.name for each in verdict.reigns if each.name)
    strips = [_strip(page, verdict, node, end) for node in names]
    title = say(
        "The constraint moves: {nodes}.",
        nodes=Markup(" → ").join(
            page.node(each.name) for each in verdict.reigns if each.name
        ),
    )
    subtitle = say(
        "From 0 to {end}; where none is marked, none is told from the others",
        end=page.times("run", "horizon"),
    )
    return Section("reigns", title, subtitle, {"strips": strips})


def _strip(page: Context, verdict: Verdict, node: str, end: float) -> ReignStrip:
    """Return when one node binds."""
    own = [each for each in verdict.reigns if each.name == node]
    return ReignStrip(
        page.node(node),
        tuple(
            (percent_of(each.begin / end), percent_of((each.end - each.begin) / end))
            for each in own
        ),
        ", ".join(str(_from_to(each.begin, each.end)) for each in own),
    )


def _from_to(begin: float, end: float) -> Markup:
    first, last = figure(f"{begin:g}"), figure(f"{end:g}")
    return say("{begin} to {end}", begin=first, end=last)
