"""Tools ranked by money, and the ladder of constraints that purchases climb."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from toc_sim.experiment.compare.comparison import ComparisonRow, Judgement
from toc_sim.experiment.roadmap.five_steps import FocusingStep, Roadmap
from toc_sim.language import phrase_in
from toc_sim.report.formats import printable
from toc_sim.report.html.page_parts import (
    Context,
    Heading,
    PageTable,
    Section,
    binding,
    percent_of,
)
from toc_sim.report.html.phrases import _, say
from toc_sim.report.text.compare import (
    comparison_setting,
)
from toc_sim.report.text.comparison_sentence import comparison_sentence, criterion_of

MOST_SETS = 40
"""Tools that the table shows; the others are counted."""


def tools_section(page: Context) -> Section | None:
    """Return what each tool brings, the best first; None without tools."""
    found = page.report.comparison
    if found is None or not found.rows:
        return None
    shown = page.shown
    rows = found.rows[:MOST_SETS]
    roots = [("compare", "variants", place) for place in range(len(rows))]
    heads = [Heading(_("tool"), is_text=True)]
    columns: list[Sequence[str | Markup]] = [[page.tools(row.tools) for row in rows]]
    if page.has_money:
        heads += [
            Heading(_("present value"), page.currency, "npv"),
            Heading(_("paid at once"), page.currency, "upfront"),
            Heading(_("paid each period"), page.money, "upfront"),
            Heading(_("back after"), page.periods, "payback"),
            Heading(_("changes profit"), page.money, "profit"),
        ]
        columns += [
            shown.column([(*root, "money", "npv") for root in roots], plus=True),
            shown.column([(*root, "cost", "upfront") for root in roots]),
            shown.column([(*root, "cost", "per_period") for root in roots]),
            [shown.cell(*root, "money", "payback", digits=1) for root in roots],
            shown.column([(*r, "money", "difference") for r in roots], plus=True),
        ]
    heads += [
        Heading(_("changes throughput"), page.pace, "difference"),
        Heading(phrase_in("of a tool", "does"), "", "hits", is_text=True),
        Heading(_("constraint then"), "", "constraint", is_text=True),
    ]
    columns += [
        shown.column([(*root, "difference") for root in roots], plus=True),
        [_does(row) for row in rows],
        [page.constraint(row.verdict) for row in rows],
    ]
    caption = say("What each tool brings, by {criterion}", criterion=_criterion(page))
    best = found.best.tools
    strong = frozenset(n for n, row in enumerate(rows) if row.tools == best)
    return Section(
        "tools",
        comparison_sentence(found),
        printable(comparison_setting(found)),
        {
            "grid": PageTable(caption, heads, list(zip(*columns, strict=True)), strong),
            "notes": tuple(_notes(page)),
        },
    )


def _does(row: ComparisonRow) -> str:
    """Say what a set of tools does to the constraint."""
    if row.word == "hits" and not row.touches:
        return _("lifts throughput past it")
    words: dict[Judgement, str] = {
        "hits": _("hits the constraint"),
        "harms": _("harms it"),
        "misses": _("misses it"),
        "slight": _("lifts it a little"),
        "unseparated": _("not told apart"),
    }
    return words[row.word]


def _criterion(page: Context) -> str:
    found = page.report.comparison
    return criterion_of(found) if found is not None else ""


def _notes(page: Context) -> Iterator[Markup]:
    """Yield what must be known of the ranking."""
    found = page.report.comparison
    if found is None:
        return
    if len(found.rows) > MOST_SETS:
        yield say(
            "{count} more tools bring less; all of them: {command}",
            count=len(found.rows) - MOST_SETS,
            command=page.command("compare {file}"),
        )
    if found.best.unseparated:
        yield say(
            "Chance does not tell {others} from the best: {command}",
            others=Markup(", ").join(
                map(page.tools, found.best.unseparated[:MOST_SETS])
            ),
            command=page.command("compare {file} --precision 0.005"),
        )
    if page.has_money:
        yield say(
            "Whether a tool hits is told of the long run; what it earns is counted "
            "from "
            "its purchase at time 0."
        )


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder.

    Attributes
    ----------
    figure
        The throughput there.
    width
        Of its bar.
    node, bought
        Which node binds there, and what is bought to leave it.
    spent
        What has been paid at once so far, or empty.
    """

    figure: Markup
    width: str
    node: Markup
    bought: Markup
    spent: Markup


def ladder_section(page: Context) -> Section | None:
    """Return the ladder of constraints; None where nothing is bought."""
    found = page.report.roadmap
    if found is None or len(found.steps) < 2:  # noqa: PLR2004 - no rung to climb
        return None
    most = max(step.throughput for step in found.steps)
    rungs = [_rung(page, found, place, most) for place in range(len(found.steps))]
    subtitle = say(
        "Throughput in {pace} after each purchase, as it settles; five focusing steps",
        pace=page.pace,
    )
    parts = {"rungs": rungs, "regret": _regret(page, found)}
    return Section("ladder", _climbed(page, found), subtitle, parts)


def _climbed(page: Context, found: Roadmap) -> Markup:
    """Say which constraints are climbed, and how far."""
    climbed = {
        frozenset(binding(step.verdict)): page.constraint(step.verdict)
        for step in reversed(found.steps)
    }
    nodes = [*reversed(climbed.values())]
    last = len(found.steps) - 1
    root = ("roadmap", "steps")
    parts = {
        "nodes": Markup(" → ").join(nodes),
        "before": page.shown.figure(*root, 0, "throughput", term="throughput"),
        "after": page.shown.figure(
            *root, last, "throughput", unit=page.pace, term="throughput"
        ),
    }
    if len(climbed) == 1:
        return say(
            "Throughput goes from {before} to {after}; the constraint stays: {nodes}.",
            **parts,
        )
    return say(
        "The constraint moves, {nodes}, and throughput goes from {before} to {after}.",
        **parts,
    )


def _rung(page: Context, found: Roadmap, place: int, most: float) -> Rung:
    step, shown = found.steps[place], page.shown
    root = ("roadmap", "steps", place)
    chosen = _bought(step)
    bought = (
        say("buy {tools}", tools=page.tools(chosen)) if chosen else say("here it ends")
    )
    spent = Markup("")
    if page.has_money and step.spent:
        figure = shown.figure(
            *root, "spent", given=True, unit=page.currency, term="upfront"
        )
        spent = say("{amount} spent", amount=figure)
    return Rung(
        shown.figure(*root, "throughput", term="throughput"),
        percent_of(step.throughput / most if most else 0.0),
        page.binds(step.verdict),
        bought,
        spent,
    )


def _bought(step: FocusingStep) -> tuple[str, ...]:
    """Return what is bought at a step, with what it requires."""
    chosen = (option.tools for option in step.options if option.tool == step.chosen)
    return next(chosen, ())


_SAME = 1e-6
"""Orders that differ by less than this part of their worth are worth the same."""


def _regret(page: Context, found: Roadmap) -> Markup:
    """Say what the best order of all would bring beside this one."""
    regret, best = found.regret, found.best.order.value
    unit = page.currency if found.budget.by_money else page.items
    if regret <= _SAME * max(1.0, abs(best)):
        return say("No other order of purchases is worth more within this time.")
    return say(
        "Another choice, {tools}, is worth {regret} more within this time: {command}",
        tools=page.tools(found.best.order.tools),
        regret=page.shown.figure("roadmap", "regret", unit=unit, term="npv"),
        command=page.command("roadmap {file}"),
    )
