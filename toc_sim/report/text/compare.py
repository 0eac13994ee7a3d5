"""What `toc-sim compare` prints: which tool to buy, then the figures behind it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from toc_sim.experiment.compare.comparison import Comparison, ComparisonRow, Criterion
from toc_sim.report.formats import alone, decimals, given, joined, number, printable
from toc_sim.report.text.compare_tables import (
    comparison_table,
    letters_key,
    money_comparison,
    signed,
    tools_title,
)
from toc_sim.report.text.table import kept_as, print_report
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import differences
from toc_sim.tools import with_tools

WANTED: dict[Criterion, str] = {
    "throughput": "throughput",
    "profit": "net profit",
    "roi": "return on investment",
    "npv": "net present value",
}
"""What the candidates are ranked by."""

_MOST_NAMED = 4
"""Sets that a sentence can name."""


def show_comparison(
    found: Comparison, console: Console, run: str | None, *, changes: bool = False
) -> None:
    """Print a comparison.

    Parameters
    ----------
    found
        What was compared.
    console
        Where to; its width says how much.
    run
        The name under which its runs are kept, or None.
    changes
        Whether to print what each candidate changes, too.
    """
    key = letters_key(found)
    legend = Text(f"{key}.", style="dim") if key else None
    told = [[legend, *_notes(found)]]
    if changes:
        told.append([*_changes(found)])
    told[-1].append(kept_as(run))
    print_report(
        console,
        comparison_sentence(found),
        Text(_setting(found), style="dim"),
        comparison_table(found, console.width),
        money_comparison(found, console.width),
        *told,
    )


def _changes(found: Comparison) -> Iterator[str]:
    """Yield what each candidate changes, a line for each parameter."""
    for row in found.rows:
        yield f"{tools_title(found.scenario, row.tools)} changes"
        yield from (f"  {change}" for change in changes_of(found, row))


def changes_of(found: Comparison, row: ComparisonRow) -> tuple[str, ...]:
    """Return what a candidate changes: ``machine_2.capacity: 8 -> 15``."""
    after = with_tools(found.scenario, row.tools)
    return tuple(printable(str(each)) for each in differences(found.scenario, after))


def comparison_sentence(found: Comparison) -> str:
    """Say which set is the best, what it brings and where the constraint goes."""
    scenario, best = found.scenario, found.best
    if not best.tools:
        return f"Do nothing: {_no_better(found)}."
    row = next(row for row in found.rows if row.tools == best.tools)
    name = tools_title(scenario, row.tools)
    return f"{name} {_does(found, row)}{_brings(found, row)}."


def _no_better(found: Comparison) -> str:
    """Say that no candidate is better than doing nothing."""
    count = len(found.rows) + found.pruned
    if not count:
        return "no tool can be paid"
    those = "the tool does no better" if count == 1 else f"none of {count} does better"
    return f"{those} by {WANTED[found.best.by]}"


def _does(found: Comparison, row: ComparisonRow) -> str:
    """Say what a set does to the constraint and to the throughput."""
    before = joined(_titles(found.scenario, found.verdict.constraint))
    after = joined(_titles(found.scenario, row.verdict.constraint))
    pace = printable(f"{found.scenario.item}/{found.scenario.period}")
    base, mean = found.verdict.throughput.mean, row.throughput.mean
    lift = f"throughput goes from {alone(base)} to {alone(mean)} {pace}"
    moves = "which stays" if before == after else f"which moves to {after}"
    plural = len(row.tools) > 1
    if row.word == "hits":
        verb = "hit" if plural else "hits"
        return f"{verb} the constraint, {before}, {moves}: {lift}"
    if row.word == "unseparated":
        bring = "bring" if plural else "brings"
        return f"{bring} the most, but its effect on throughput is not separated from 0"
    if found.best.by == "throughput":
        bring = "bring" if plural else "brings"
        return f"{bring} the most, but less than makes a difference"
    verb = row.word[:-1] if plural and row.word == "harms" else row.word
    verb = "miss" if plural and row.word == "misses" else verb
    return f"{verb} the constraint, {before}, and still {'pay' if plural else 'pays'}"


def _brings(found: Comparison, row: ComparisonRow) -> str:
    """Say what a set brings in money."""
    if row.investment is None:
        return ""
    scenario = found.scenario
    currency = printable(scenario.currency)
    npv = row.investment.npv
    worth = signed(npv, decimals([npv.mean]))
    text = f"; net present value {worth} {currency}".rstrip()
    if row.investment.payback is None:
        return f"{text}, not paid back"
    if not row.outlay.upfront:
        return text
    back = number(row.investment.payback, 1)
    return f"{text}, paid back after {back} {printable(scenario.period)}"


def _titles(scenario: Scenario, names: tuple[str, ...]) -> list[str]:
    return [printable(scenario.title(name)) for name in names]


def _setting(found: Comparison) -> str:
    scenario = found.scenario
    settings, period = scenario.run, printable(scenario.period)
    text = (
        f"{printable(scenario.name)}: {given(settings.horizon)} {period} after a "
        f"warm-up of {given(found.baseline.warmup)} {period}"
    )
    if found.is_free_of_chance:
        return f"{text}; run once each: nothing in this model is left to chance"
    most = max(len(trial.results) for trial in found.trials)
    least = min(len(trial.results) for trial in found.trials)
    count = f"{most}" if most == least else f"{least} to {most}"
    return (
        f"{text}; replications: {count} each, on common random numbers, seed: "
        f"{settings.seed}; the intervals of all differences hold together at "
        f"{_percent(settings.confidence)} (Bonferroni)"
    )


def _notes(found: Comparison) -> Iterator[str]:
    yield _sure(found)
    others = found.best.unseparated
    if others:
        names = [tools_title(found.scenario, each) for each in others[:_MOST_NAMED]]
        rest = len(others) - len(names)
        more = f" and {rest} more" if rest else ""
        yield f"Not told apart from the best: {', '.join(names)}{more}."
    yield from _saved(found)
    yield from _paying(found)
    if found.pruned:
        yield (
            f"{found.pruned} more sets were not simulated: even without any chance "
            "they could not be the best."
        )
    if found.beyond:
        names = [tools_title(found.scenario, each) for each in found.beyond]
        yield f"Beyond the budget or excluded: {', '.join(names)}."


def _sure(found: Comparison) -> str:
    """Say how sure the choice is."""
    best, scenario = found.best, found.scenario
    ranked = f"Ranked by {WANTED[best.by]}"
    if best.by != "throughput":
        ranked += f" over {given(scenario.run.horizon)} {printable(scenario.period)}"
    if found.is_free_of_chance:
        return f"{ranked}."
    if best.confidence is None:
        return f"{ranked}; the runs ended before the best was known for sure."
    return (
        f"{ranked}; the best is chosen rightly with at least "
        f"{_percent(best.confidence)} (Kim & Nelson) if it leads by "
        f"{alone(best.indifference)} {_unit(found)} or more."
    )


def _paying(found: Comparison) -> Iterator[str]:
    """Name what lifts no throughput and pays all the same."""
    paying = [
        tools_title(found.scenario, row.tools)
        for row in found.rows
        if row.word == "misses" and row.investment and row.investment.npv.low > 0
    ]
    if paying:
        miss, pay = ("misses", "pays") if len(paying) == 1 else ("miss", "pay")
        item = printable(found.scenario.item)
        yield (
            f"{joined(paying)} {miss} the constraint and still {pay}: not one {item} "
            "more is sold, but more is earned."
        )


def _saved(found: Comparison) -> Iterator[str]:
    if found.independent is None:
        return
    needed, made = found.independent
    if needed > made:
        yield (
            f"{made:,} runs were made; without common random numbers it would have "
            f"taken about {needed:,}."
        )


def _unit(found: Comparison) -> str:
    scenario = found.scenario
    money, period = printable(scenario.currency) or "money", printable(scenario.period)
    return {
        "throughput": printable(f"{scenario.item}/{scenario.period}"),
        "profit": f"{money}/{period}",
        "roi": f"per {period}",
        "npv": money,
    }[found.best.by]


def _percent(share: float) -> str:
    return f"{number(100 * share, 4).rstrip('0').rstrip('.')} %"
