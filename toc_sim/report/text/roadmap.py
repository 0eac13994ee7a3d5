"""What `toc-sim roadmap` prints: what to buy in which order, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from rich.console import Console
from rich.text import Text

from toc_sim.experiment.roadmap.five_steps import FocusingStep, Option, Roadmap, Stopped
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    decimals,
    given,
    joined,
    number,
    percent_plus_minus,
    printable,
)
from toc_sim.report.text.compare_tables import tools_title
from toc_sim.report.text.table import (
    Column,
    fitted,
    fitting,
    kept_as,
    print_report,
    table,
)

WHY: dict[Stopped, str] = {
    "nothing left": "every tool is bought",
    "no money": "the money that is left buys nothing more that hits the constraint",
    "no hit": "no tool that is left hits the constraint",
    "no gain": "what hits the constraint does not earn its money back",
}
"""Why nothing more is bought."""


def show_roadmap(found: Roadmap, console: Console, run: str | None) -> None:
    """Print a roadmap.

    Parameters
    ----------
    found
        The steps and the best order.
    console
        Where to; its width says how much.
    run
        The name under which its runs are kept, or None.
    """
    print_report(
        console,
        roadmap_sentence(found),
        _steps(found, console.width),
        _purchases(found, console.width),
        (*_notes(found), kept_as(run)),
    )


def roadmap_sentence(found: Roadmap) -> str:
    """Say what to buy in which order, what it comes to, and why it ends there."""
    first, last = found.steps[0], found.steps[-1]
    pace = printable(f"{found.scenario.item}/{found.scenario.period}")
    why = _why(found)
    if not last.owned:
        titles = _titles(found, first)
        stays = "stays" if len(titles) == 1 else "stay"
        return f"Buy nothing: {why}. {joined(titles)} {stays} the constraint."
    bought = [tools_title(found.scenario, [name]) for name in last.owned]
    lift = f"{alone(first.throughput)} to {alone(last.throughput)} {pace}"
    return (
        f"Follow the constraint: {', then '.join(bought)}. Throughput goes from "
        f"{lift}; then {why}."
    )


def _why(found: Roadmap) -> str:
    """Say why nothing more is bought."""
    left = set(found.budget.tools) - set(found.steps[-1].owned)
    if found.stopped == "nothing left" and left:
        return "what is left cannot stand with what is bought"
    return WHY[found.stopped]


def _titles(found: Roadmap, step: FocusingStep) -> list[str]:
    return [printable(found.scenario.title(name)) for name in step.verdict.constraint]


def _steps(found: Roadmap, width: int) -> Text:
    steps = found.steps
    pace = printable(f"{found.scenario.item}/{found.scenario.period}")
    rates = decimals(step.throughput for step in steps)
    columns = [
        _numbers(found),
        Column(
            "constraint",
            "",
            tuple(", ".join(_titles(found, step)) for step in steps),
            100,
            "left",
        ),
        Column(
            "share", "%", tuple(percent_plus_minus(s.verdict.share) for s in steps), 50
        ),
        Column(
            "throughput",
            pace,
            tuple(number(step.throughput, rates) for step in steps),
            90,
        ),
        *_money(found),
    ]
    return fitted(columns, [step.chosen is not None for step in steps], width)


def _purchases(found: Roadmap, width: int) -> Text:
    """Return what hits the constraint of each step, and what is bought of it."""
    steps = found.steps
    columns = [
        _numbers(found),
        Column("hit by", "", tuple(_hits(found, step) for step in steps), 90, "left"),
        Column(
            "buy",
            "",
            tuple(
                tools_title(found.scenario, _bought(step)) if step.chosen else NO_FIGURE
                for step in steps
            ),
            95,
            "left",
        ),
    ]
    kept, _ = fitting(columns, width)
    return table(kept, [step.chosen is not None for step in steps])


def _numbers(found: Roadmap) -> Column:
    return Column("step", "", tuple(map(str, range(len(found.steps)))), 99)


def _money(found: Roadmap) -> list[Column]:
    steps = found.steps
    currency = printable(found.scenario.currency) or "money"
    spent = Column("spent", currency, tuple(given(step.spent) for step in steps), 80)
    profits = [step.net_profit for step in steps if step.net_profit is not None]
    if len(profits) < len(steps):
        return [spent] if any(step.spent for step in steps) else []
    digits = decimals(profits)
    per = f"{currency}/{printable(found.scenario.period)}"
    cells = tuple(number(profit, digits) for profit in profits)
    return [Column("profit", per, cells, 85), spent]


def _bought(step: FocusingStep) -> tuple[str, ...]:
    """Return what is bought next, with what it requires."""
    chosen = (option.tools for option in step.options if option.tool == step.chosen)
    return next(chosen, ())


def _hits(found: Roadmap, step: FocusingStep) -> str:
    hits = [option for option in step.options if option.word == "hits"]
    return ", ".join(_option(found, option) for option in hits) or "none"


def _option(found: Roadmap, option: Option) -> str:
    name = tools_title(found.scenario, [option.tool])
    return name if option.affordable else f"{name} (too dear)"


def _notes(found: Roadmap) -> Iterator[str]:
    yield from _best(found)
    if len(found.lifts) > 1:
        digits = decimals(lift for _, lift in found.lifts)
        lifts = ", ".join(
            f"{tools_title(found.scenario, [name])} {number(lift, digits)}"
            for name, lift in found.lifts
        )
        pace = printable(f"{found.scenario.item}/{found.scenario.period}")
        total = alone(fsum(lift for _, lift in found.lifts))
        yield f"Of the {total} {pace} more, each brings (Shapley): {lifts}."
    harmful = {
        option.tool: None
        for step in found.steps
        for option in step.options
        if option.word == "harms"
    }
    if harmful:
        names = [tools_title(found.scenario, [name]) for name in harmful]
        yield f"Harms the constraint: {joined(names)}."


def _best(found: Roadmap) -> Iterator[str]:
    """Say how the order that follows the constraint stands against the best one."""
    order = found.best.order
    scenario = found.scenario
    money = found.budget.by_money
    unit = (printable(scenario.currency) or "money") if money else scenario.item
    what = "net present value of the whole" if money else "bought in all"
    horizon = f"{given(scenario.run.horizon)} {printable(scenario.period)}"
    worth = f"{alone(order.value)} {printable(unit)}"
    looked = f"{found.best.sets} sets, {found.best.simulated} of them simulated"
    if found.best.sets == 1:
        looked = "there is one set"
    if order.value - found.worth <= _SAME * abs(order.value):
        yield (
            f"No order of any set is better over {horizon} ({looked}): {worth}, {what}."
        )
        return
    bought = [tools_title(scenario, [name]) for name in order.tools]
    yield (
        f"The best order of all is {', then '.join(bought) or 'to buy nothing'} "
        f"({looked}): {worth}, {what}, over {horizon}."
    )
    regret = f"{alone(found.regret)} {printable(unit)}"
    yield f"To follow the constraint step by step gives up {regret} of that."


_SAME = 1e-9
"""Orders that differ by less than this part are worth the same."""
