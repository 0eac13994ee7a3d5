"""What `toc-sim compare` prints: which tool to buy, then the figures behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import nan
from string import ascii_uppercase

from rich.text import Text

from toc_sim.experiment.compare.comparison import (
    Comparison,
    ComparisonRow,
    Criterion,
    Judgement,
)
from toc_sim.report.formats import (
    DO_NOTHING,
    alone,
    currency,
    decimals,
    given,
    joined,
    listed_titles,
    money_unit,
    number,
    pace_unit,
    percent_given,
    plus_minus,
    printable,
    signed,
    titles,
    tools_title,
    window,
)
from toc_sim.report.text.table import (
    Blocks,
    Column,
    figures,
    fitted,
    intervals,
    kept_as,
    marked,
    texts,
)
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

_WORDS: dict[Judgement, str] = {
    "hits": "hits the constraint",
    "harms": "harms it",
    "misses": "misses it",
    "unseparated": "not separated",
}
"""What is said of a tool."""

_LONGEST_NAME = 30
"""Sets with a longer name are written in letters, with a key below the table."""


def comparison_blocks(
    found: Comparison, width: int, run: str | None, *, changes: bool = False
) -> Blocks:
    """Return what is told of a comparison below its first sentence.

    Parameters
    ----------
    found
        What was compared.
    width
        Of the window [characters].
    run
        The name under which its runs are kept, or None.
    changes
        Whether to tell what each candidate changes, too.
    """
    key = ", ".join(
        f"{letter} {tools_title(found.scenario, [tool])}"
        for tool, letter in _letters(found).items()
    )
    told = [[Text(f"{key}.", style="dim") if key else None, *_notes(found)]]
    if changes:
        told.append([*_changes(found)])
    told[-1].append(kept_as(run))
    setting = Text(_setting(found), style="dim")
    return setting, _effects(found, width), _money(found, width), *told


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
    before = titles(found.scenario, found.verdict.constraint)
    after = titles(found.scenario, row.verdict.constraint)
    base, mean = found.verdict.throughput.mean, row.throughput.mean
    pace = pace_unit(found.scenario)
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
    npv = row.investment.npv
    worth = signed(plus_minus(npv, decimals([npv.mean])))
    text = f"; net present value {worth} {printable(scenario.currency)}".rstrip()
    if row.investment.payback is None:
        return f"{text}, not paid back"
    if not row.outlay.upfront:
        return text
    back = number(row.investment.payback, 1)
    return f"{text}, paid back after {back} {printable(scenario.period)}"


def _setting(found: Comparison) -> str:
    scenario = found.scenario
    text = f"{printable(scenario.name)}: {window(scenario, found.baseline.warmup)}"
    if found.is_free_of_chance:
        return f"{text}; run once each: nothing in this model is left to chance"
    most = max(len(trial.results) for trial in found.trials)
    least = min(len(trial.results) for trial in found.trials)
    count = f"{most}" if most == least else f"{least} to {most}"
    return (
        f"{text}; replications: {count} each, on common random numbers, seed: "
        f"{scenario.run.seed}; the intervals of all differences hold together at "
        f"{percent_given(scenario.run.confidence)} (Bonferroni)"
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
        f"{percent_given(best.confidence)} (Kim & Nelson) if it leads by "
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
    return {
        "throughput": pace_unit(scenario),
        "profit": money_unit(scenario),
        "roi": f"per {printable(scenario.period)}",
        "npv": currency(scenario),
    }[found.best.by]


def _effects(found: Comparison, width: int) -> Text:
    """Return what each candidate does to throughput and to the constraint.

    The best stands first, and doing nothing last.
    """
    rows, base = found.rows, found.verdict.throughput.mean
    pace = pace_unit(found.scenario)
    means = [*(row.throughput.mean for row in rows), base]
    lifts = [*(row.difference for row in rows), None]
    digits = decimals(means)
    before = listed_titles(found.scenario, found.verdict.constraint)
    after = [listed_titles(found.scenario, row.verdict.constraint) for row in rows]
    short = texts("it", (*(row.word for row in rows), ""), 96)
    words = texts("it", (*(_WORDS[row.word] for row in rows), ""), 95)
    ends = Column("constraint", "after", (*after, before), 71, "left")
    moves = (*(f"{before} -> {each}" for each in after), before)
    columns = [
        _names(found),
        figures("throughput", pace, means, 90),
        _signed(intervals("difference", pace, lifts, (92, 93), digits, missing="")),
        replace(words, shorter=short),
        Column("constraint", "before -> after", moves, 70, "left", shorter=ends),
    ]
    return fitted(columns, width, _is_best(found))


def _money(found: Comparison, width: int) -> Text | None:
    """Return what each candidate costs and brings; None without `economics`."""
    rows = [(row, row.investment) for row in found.rows if row.investment is not None]
    if found.money is None or len(rows) < len(found.rows):
        return None
    unit, period = currency(found.scenario), printable(found.scenario.period)
    costs = (*(given(row.outlay.upfront) for row, _ in rows), given(0.0))
    times = [brings.payback for _, brings in rows]
    backs = ("never" if time is None else number(time, 1) for time in times)
    npvs = [*(brings.npv for _, brings in rows), None]
    rois = [nan if brings.roi is None else 100 * brings.roi.mean for _, brings in rows]
    columns = [
        _names(found),
        Column("cost", unit, costs, 80),
        *_statements(found),
        Column("payback", period, (*backs, ""), 75),
        _signed(intervals("NPV", unit, npvs, (85, 86), missing="")),
        figures("ROI", f"%/{period}", [*rois, None], 20, 2),
    ]
    return fitted(columns, width, _is_best(found))


def _is_best(found: Comparison) -> list[bool]:
    """Return by row, doing nothing last, whether it is the best."""
    best = found.best.tools
    return [*(row.tools == best for row in found.rows), not best]


def _letters(found: Comparison) -> dict[str, str]:
    """Return a letter for each tool, where whole names would not fit into a cell."""
    names = [tools_title(found.scenario, row.tools) for row in found.rows]
    if max(map(len, names), default=0) <= _LONGEST_NAME:
        return {}
    tools = [
        tool
        for tool in found.scenario.tools
        if any(tool in row.tools for row in found.rows)
    ]
    if len(tools) <= len(ascii_uppercase):
        return dict(zip(tools, ascii_uppercase, strict=False))
    return {tool: str(place) for place, tool in enumerate(tools, start=1)}


def _names(found: Comparison) -> Column:
    letters = _letters(found)
    cells = (
        " + ".join(letters[tool] for tool in row.tools)
        if letters
        else tools_title(found.scenario, row.tools)
        for row in found.rows
    )
    return marked("tools", [*cells, DO_NOTHING], _is_best(found))


def _signed(column: Column) -> Column:
    """Return a column of differences, each with its sign."""
    shorter = column.shorter and _signed(column.shorter)
    return replace(column, cells=tuple(map(signed, column.cells)), shorter=shorter)


def _statements(found: Comparison) -> list[Column]:
    """Return T, OE and net profit, the tools' own costs included."""
    base = found.money
    if base is None:
        return []
    told = [(row, row.money) for row in found.rows if row.money is not None]
    earned = [money.throughput.mean for _, money in told]
    spent = [m.operating_expense.mean + row.outlay.per_period for row, m in told]
    profits = [r.investment.net_profit.mean for r in found.rows if r.investment]
    digits, unit = decimals([*earned, *spent, *profits]), money_unit(found.scenario)
    return [
        figures("T", unit, [*earned, base.throughput.mean], 40, digits),
        figures("OE", unit, [*spent, base.operating_expense.mean], 30, digits),
        figures("profit", unit, [*profits, base.net_profit.mean], 60, digits),
    ]
