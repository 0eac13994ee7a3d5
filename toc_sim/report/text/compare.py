"""What `toc-sim compare` prints: which tool to buy, then the figures behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import floor, log10, nan
from string import ascii_uppercase

from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.compare.comparison import (
    Comparison,
    ComparisonRow,
    Judgement,
    settles,
)
from toc_sim.experiment.compare.wait_criteria import WAIT, WITHIN, is_of_waits
from toc_sim.language import joined, phrase, phrase_of
from toc_sim.report.formats import (
    alone,
    counted,
    currency,
    decimals,
    given,
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
from toc_sim.report.given_command import COMPARE, GivenCommand
from toc_sim.report.text.comparison_sentence import criterion_of, wait_ends
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    intervals,
    kept_as,
    marked,
    texts,
)
from toc_sim.scenario.file.dump import inline
from toc_sim.scenario.overrides import Change, differences
from toc_sim.tools import with_tools

_MANY = 2
"""From so many on a verb has the plural."""

_MOST_NAMED = 4
"""Sets that a sentence can name."""

_MORE_DIGITS = 4
"""Digits that a narrow interval may have more than the column beside it."""

_MORE_RUNS = 4
"""Times the runs there were, where they did not tell the best: half the interval."""

_LONGEST_NAME = 30
"""Sets with a longer name are written in letters, with a key below the table."""


def comparison_blocks(
    found: Comparison,
    width: int,
    run: str | None,
    *,
    changes: bool = False,
    command: GivenCommand = COMPARE,
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
    command
        The command, as it was given.
    """
    key = ", ".join(
        f"{letter} {tools_title(found.scenario, [tool])}"
        for tool, letter in _letters(found).items()
    )
    told = [[Text(f"{key}.", style="dim") if key else None, *_notes(found, command)]]
    if changes:
        told.append([*_changes(found)])
    told[-1].append(kept_as(run))
    setting = Text(comparison_setting(found), style="dim")
    return setting, _effects(found, width), _money(found, width), *told


def _changes(found: Comparison) -> Iterator[str]:
    """Yield what each candidate changes, a line for each parameter."""
    for row in found.rows:
        yield phrase("{tools} changes", tools=tools_title(found.scenario, row.tools))
        for change in _differences(found, row):
            values = (
                phrase("nothing") if each is None else inline(each)
                for each in (change.before, change.after)
            )
            yield printable(f"  {change.path}: {' -> '.join(values)}")


def changes_of(found: Comparison, row: ComparisonRow) -> tuple[str, ...]:
    """Return what a candidate changes: ``machine_2.capacity: 8 -> 15``."""
    return tuple(printable(str(each)) for each in _differences(found, row))


def _differences(found: Comparison, row: ComparisonRow) -> tuple[Change, ...]:
    return differences(found.scenario, with_tools(found.scenario, row.tools))


def comparison_setting(found: Comparison) -> str:
    """Say what was run, how long and how often."""
    scenario = found.scenario
    name = printable(scenario.name)
    span = window(scenario, found.baseline.warmup)
    if found.is_free_of_chance:
        return phrase(
            "{scenario}: {window}; run once each: nothing in this model is left to "
            "chance",
            scenario=name,
            window=span,
        )
    most = max(len(trial.results) for trial in found.trials)
    least = min(len(trial.results) for trial in found.trials)
    return phrase(
        "{scenario}: {window}; replications: {count} each, on common random numbers, "
        "seed: {seed}; the intervals of all differences hold together at {confidence} "
        "(Bonferroni)",
        scenario=name,
        window=span,
        count=most
        if most == least
        else phrase("{least} to {most}", least=least, most=most),
        seed=scenario.run.seed,
        confidence=percent_given(scenario.run.confidence),
    )


def _notes(found: Comparison, command: GivenCommand) -> Iterator[str]:
    yield _sure(found, command)
    others = found.best.unseparated
    if others:
        names = [tools_title(found.scenario, each) for each in others[:_MOST_NAMED]]
        if len(names) == len(others):
            yield phrase("Not told apart from the best: {sets}.", sets=", ".join(names))
        else:
            yield phrase(
                "Not told apart from the best: {sets} and {count} more.",
                sets=", ".join(names),
                count=len(others) - len(names),
            )
    yield from _saved(found)
    yield from _paying(found)
    yield from _in_the_window(found)
    yield from _always(found)
    if found.pruned:
        yield phrase(
            "{count} more sets were not simulated: even without any chance they could "
            "not be the best.",
            count=found.pruned,
        )
    if found.beyond:
        names = [tools_title(found.scenario, each) for each in found.beyond]
        yield phrase("Beyond the budget or excluded: {sets}.", sets=", ".join(names))


def _sure(found: Comparison, command: GivenCommand) -> str:
    """Say how sure the choice is."""
    best, scenario = found.best, found.scenario
    if settles(best.by):
        ranked = phrase("Ranked by {criterion}", criterion=criterion_of(found))
    else:
        ranked = phrase(
            "Ranked by {criterion} over {horizon}",
            criterion=criterion_of(found),
            horizon=counted(given(scenario.run.horizon), scenario.period),
        )
    if found.is_free_of_chance:
        return phrase("{ranked}.", ranked=ranked)
    if best.confidence is None:
        return phrase(
            "{ranked}; the runs ended before the best was known for sure; with more: "
            "{command}",
            ranked=ranked,
            command=command.changed(_more_runs(found, command)),
        )
    return phrase(
        "{ranked}; the best is chosen rightly with at least {confidence} "
        "(Kim & Nelson) if it leads by {lead} {unit} or more.",
        ranked=ranked,
        confidence=percent_given(best.confidence),
        lead=alone(best.indifference),
        unit=_unit(found),
    )


def _more_runs(found: Comparison, command: GivenCommand) -> dict[str, str]:
    """Return the options of a comparison that may go on for longer."""
    made = [len(trial.results) for trial in found.trials]
    if any(word.partition("=")[0] == "--runs" for word in command.words):
        return {"--runs": str(_MORE_RUNS * sum(made))}
    return {"--most": str(_MORE_RUNS * max(made))}


def _paying(found: Comparison) -> Iterator[str]:
    """Name what lifts no throughput and pays all the same."""
    paying = [
        tools_title(found.scenario, row.tools)
        for row in found.rows
        if row.word == "misses"
        and row.investment
        and row.investment.npv.low > 0
        and not _is_sold_sooner(found, row)
    ]
    if paying:
        yield phrase_of(
            "{tools} misses the constraint and still pays: not one {item} more is "
            "sold, but more is earned.",
            "{tools} miss the constraint and still pay: not one {item} more is sold, "
            "but more is earned.",
            min(len(paying), _MANY),
            tools=joined(paying),
            item=printable(found.scenario.item.unit),
        )


def _is_sold_sooner(found: Comparison, row: ComparisonRow) -> bool:
    """Whether all that a set earns is what it sells a moment before the window ends."""
    sold, earned, before = row.from_purchase, row.investment, found.money
    if sold is None or earned is None or before is None or not sold.mean > 0:
        return False
    per_item = before.revenue.mean / found.verdict.throughput.mean
    return earned.npv.mean <= per_item * sold.mean * found.scenario.run.horizon


def _in_the_window(found: Comparison) -> Iterator[str]:
    """Tell where what is bought takes long to come into its own."""
    scenario = found.scenario
    finest = 1 / scenario.run.horizon if found.is_free_of_chance else 0.0
    slow = [
        (row, row.from_purchase)
        for row in found.rows
        if row.from_purchase is not None
        and abs(row.difference.mean - row.from_purchase.mean)
        > found.margin + finest + _half(row.difference) + _half(row.from_purchase)
    ]
    if not slow:
        return
    span = counted(given(scenario.run.horizon), scenario.period)
    least = decimals([found.verdict.throughput.mean])
    told = "; ".join(
        f"{tools_title(scenario, row.tools)} "
        f"{signed(_fine(now, least))} {pace_unit(scenario)}"
        for row, now in slow
    )
    yield phrase(
        "Throughput, and what hits, is told as it settles, with each tool at work for "
        "long; money from the purchase at 0 on. In the {span} from then on the "
        "difference is: {differences}.",
        span=span,
        differences=told,
    )


def _always(found: Comparison) -> Iterator[str]:
    """Tell what could not wait for the purchase."""
    scenario = found.scenario
    told = [
        f"{tools_title(scenario, row.tools)} ({titles(scenario, row.always)})"
        for row in found.rows
        if row.always
    ]
    if told:
        yield phrase(
            "Part of what these change cannot change within a run and is there in the "
            "warm-up too, so that their money may be too good: {sets}.",
            sets=", ".join(told),
        )


def _half(value: Interval) -> float:
    """Return half the width of an interval; 0 where it is not known."""
    return value.half_width if value.is_known else 0.0


def _fine(value: Interval, least: int) -> str:
    """Write a difference with as many digits as tell its interval, at least so many."""
    digits = _digits([value], least)
    return plus_minus(_told(value, digits), digits)


def _digits(values: Iterable[Interval | None], least: int) -> int:
    """Return the digits after the point that tell the intervals of a column, too.

    An interval that would be written as a mean without a width gets two digits.
    """
    widths = [
        _half(each)
        for each in values
        if each is not None and abs(each.mean) + _half(each) >= 0.5 * 10**-least
    ]
    finest = [1 - floor(log10(half)) for half in widths if 0 < half < 0.5 * 10**-least]
    return min(max([least, *finest]), least + _MORE_DIGITS)


def _told(value: Interval, digits: int) -> Interval:
    """Return an interval whose width is never written as 0 where there is one."""
    least = 10.0**-digits
    if not 0 < _half(value) < least / 2:
        return value
    return Interval(value.mean, value.mean - least, value.mean + least)


def _saved(found: Comparison) -> Iterator[str]:
    if found.independent is None:
        return
    needed, made = found.independent
    if needed > made:
        yield phrase(
            "{made} runs were made; without common random numbers it would have taken "
            "about {needed}.",
            made=number(made, 0),
            needed=number(needed, 0),
        )


def _unit(found: Comparison) -> str:
    scenario = found.scenario
    if is_of_waits(found.best.by):
        whole = found.best.by.startswith(WITHIN)
        return phrase("of all items") if whole else printable(scenario.period.unit)
    return {
        "throughput": pace_unit(scenario),
        "profit": money_unit(scenario),
        "roi": phrase("per {period}", period=printable(scenario.period.unit)),
        "npv": currency(scenario),
    }[found.best.by]


def _effects(found: Comparison, width: int) -> Fitted:
    """Return what each candidate does to throughput and to the constraint.

    The best stands first, and doing nothing last.
    """
    rows, base = found.rows, found.verdict.throughput.mean
    pace = pace_unit(found.scenario)
    means = [*(row.throughput.mean for row in rows), base]
    lifts = [*(row.difference for row in rows), None]
    digits = decimals(means)
    finer = _digits(lifts, digits)
    lifts = [each and _told(each, finer) for each in lifts]
    before = listed_titles(found.scenario, found.verdict.constraint)
    after = [listed_titles(found.scenario, row.verdict.constraint) for row in rows]
    verdict, constraint = phrase("it"), phrase("constraint")
    short = texts(verdict, (*(word(row, short=True) for row in rows), ""), 91)
    words = texts(verdict, (*(map(word, rows)), ""), 75)
    ends = Column(constraint, phrase("after"), (*after, before), 98, "left")
    moves = (*(f"{before} -> {each}" for each in after), before)
    columns = [
        _names(found),
        *_wait_columns(found),
        figures(phrase("throughput"), pace, means, 97),
        _signed(
            intervals(phrase("difference"), pace, lifts, (92, 93), finer, missing="")
        ),
        replace(words, shorter=short),
        Column(constraint, phrase("before -> after"), moves, 70, "left", ends),
    ]
    return fitted(columns, width, _is_best(found))


def _wait_columns(found: Comparison) -> Iterator[Column]:
    """Yield what is waited, where that is asked for, and by how much less."""
    if not is_of_waits(found.best.by) or not found.rows:
        return
    whole = found.best.by.startswith(WITHIN)
    unit = "%" if whole else printable(found.scenario.period.unit)
    values = [wait_ends(found, row)[1] for row in found.rows]
    values.append(wait_ends(found, found.rows[0])[0])
    scale = 100 if whole else 1
    name = phrase("in time") if whole else phrase("flow time")
    if found.best.by.startswith(WAIT):
        name = phrase("mean wait")
    yield figures(name, unit, [scale * value for value in values], 97)
    gains = [row.gain.times(scale) for row in found.rows]
    yield intervals(phrase("better by"), unit, [*gains, None], (94, 94), missing="")


def word(row: ComparisonRow, *, short: bool = False) -> str:
    """Return what is said of a set: it hits only what it touches."""
    if row.word == "hits" and not row.touches:
        return phrase("lifts") if short else phrase("lifts throughput")
    words: dict[Judgement, tuple[str, str]] = {
        "hits": (phrase("hits"), phrase("hits the constraint")),
        "harms": (phrase("harms"), phrase("harms it")),
        "misses": (phrase("misses"), phrase("misses it")),
        "slight": (phrase("slight"), phrase("above 0, below what matters")),
        "unseparated": (phrase("unseparated"), phrase("not separated")),
    }
    brief, full = words[row.word]
    return brief if short else full


def _money(found: Comparison, width: int) -> Fitted | None:
    """Return what each candidate costs and brings; None without `economics`."""
    rows = [(row, row.investment) for row in found.rows if row.investment is not None]
    if found.money is None or len(rows) < len(found.rows):
        return None
    unit, period = currency(found.scenario), printable(found.scenario.period.unit)
    costs = (*(given(row.outlay.upfront) for row, _ in rows), given(0.0))
    times = [brings.payback for _, brings in rows]
    never = phrase("never")
    backs = (never if time is None else number(time, 1) for time in times)
    npvs = [*(brings.npv for _, brings in rows), None]
    rois = [nan if brings.roi is None else 100 * brings.roi.mean for _, brings in rows]
    columns = [
        _names(found),
        Column(phrase("cost"), unit, costs, 80),
        *_statements(found),
        Column(phrase("payback"), period, (*backs, ""), 75),
        _signed(intervals(phrase("NPV"), unit, npvs, (85, 86), missing="")),
        figures(phrase("ROI"), f"%/{period}", [*rois, None], 20, 2),
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
    nothing = tools_title(found.scenario, ())
    return marked(phrase("tools"), [*cells, nothing], _is_best(found))


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
        figures(phrase("T"), unit, [*earned, base.throughput.mean], 40, digits),
        figures(phrase("OE"), unit, [*spent, base.operating_expense.mean], 30, digits),
        figures(phrase("profit"), unit, [*profits, base.net_profit.mean], 60, digits),
    ]
