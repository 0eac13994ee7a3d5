"""Money: the statement of throughput accounting, and the tornado of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup

from toc_sim.accounting.statement import Statement
from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.breakdown.responses import Breakdown, ParameterRow, Response
from toc_sim.language import phrase_in
from toc_sim.report.formats import decimals, printable
from toc_sim.report.html.page_parts import Context, Heading, PageTable, Section
from toc_sim.report.html.phrases import _, name, say
from toc_sim.report.text.breakdown import breakdown_sentence, breakdown_setting, shown

MOST_BARS = 14
"""Parameters that the tornado shows: those that matter most."""

_SEEN = 1e-3
"""A bar shorter than this part of the longest is none [1]."""


def money_section(page: Context) -> Section | None:
    """Return the statement: T, OE, net profit, and what is inside; None without."""
    money, shown = page.found.money, page.shown
    if money is None:
        return None
    lines = [*_lines(page, money)]
    digits = decimals(shown.mean(*path) for path, _name, _sum, _sign in lines)
    cells = [
        (title, shown.cell(*path, digits=digits, times=sign))
        for path, title, _sum, sign in lines
    ]
    strong = frozenset(n for n, (_p, _t, is_sum, _s) in enumerate(lines) if is_sum)
    heads = (
        Heading(phrase_in("heading", "money"), is_text=True),
        Heading("", page.money, "T"),
    )
    title = say(
        "Of {revenue} revenue, {profit} stays as net profit.",
        revenue=shown.figure("run", "money", "revenue", term="revenue", alone=True),
        profit=shown.figure(
            *("run", "money", "net_profit"), unit=page.money, term="profit", alone=True
        ),
    )
    subtitle = say(
        "Throughput accounting: T is revenue less truly variable cost, OE all other "
        "expense, I what is inside"
    )
    grid = PageTable(_("T, OE and net profit"), heads, cells, strong)
    inside = say(
        "I, inside on average: {figure}.",
        figure=shown.figure("run", "wip", "mean", unit=page.scenario.item, term="I"),
    )
    return Section("money", title, subtitle, {"grid": grid, "notes": (inside,)})


_Line = tuple[tuple[str | int, ...], Markup, bool, float]


def _lines(page: Context, money: Statement) -> Iterator[_Line]:
    """Yield the lines: where each stands, what it is, whether a sum, and its sign."""
    root = ("run", "money")
    yield (*root, "revenue"), say("revenue"), True, 1.0
    for place, cost in enumerate(money.variable_costs):
        path = (*root, "variable_costs", place, "amount")
        title = page.node(cost.name) if cost.per == "service" else name(cost.name)
        yield path, say("less {cost}", cost=title), False, -1.0
    yield (*root, "throughput"), say("throughput (T)"), True, 1.0
    for place, cost in enumerate(money.operating_expenses):
        path = (*root, "operating_expenses", place, "amount")
        yield path, say("less {cost}", cost=name(cost.name)), False, -1.0
    yield (*root, "net_profit"), say("net profit (T - OE)"), True, 1.0


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """One parameter.

    Attributes
    ----------
    title
        Its path.
    sides
        Kind, begin and width of each side, in the units of the picture.
    less, more, goal
        What 10 % less and more bring, and the benchmark; any may be empty.
    """

    title: Markup
    sides: tuple[tuple[str, float, float], ...]
    less: Markup
    more: Markup
    goal: Markup


def tornado_section(page: Context) -> Section | None:
    """Return what each parameter brings when it is pushed; None where none was."""
    found = page.report.breakdown
    if found is None:
        return None
    ranked = sorted(enumerate(found.rows), key=lambda each: -_reach(found, each[1]))
    longest = _reach(found, ranked[0][1]) if ranked else 0.0
    seen = [each for each in ranked if _reach(found, each[1]) > _SEEN * longest]
    if not seen:
        return None
    drawn = seen[:MOST_BARS]
    low, high = _ends(found, [row for _place, row in drawn])
    bars = [_bar(page, found, place, row, low, high) for place, row in drawn]
    subtitle = say(
        "Change of the {what} when each is made 10 % smaller and larger (a count: one "
        "less, one more), on the same chance. {setting}",
        what=_what(page, found),
        setting=printable(breakdown_setting(found)),
    )
    left = len(found.rows) - len(drawn)
    note = say("{count} more change less, or nothing.", count=left) if left else ""
    parts = {
        "bars": bars,
        "zero": round(100 * -low / (high - low), 2),
        "note": note,
        "has_goals": any(bar.goal for bar in bars),
    }
    return Section("tornado", breakdown_sentence(found), subtitle, parts)


def _what(page: Context, found: Breakdown) -> Markup:
    if found.by == "profit":
        return say("net profit in {unit}", unit=page.money)
    return say("throughput in %")


def _values(found: Breakdown, row: ParameterRow) -> Iterator[float]:
    for change in (row.less, row.more, row.benchmark):
        if change is not None and isfinite(change.by(found.by).mean):
            yield change.by(found.by).mean


def _reach(found: Breakdown, row: ParameterRow) -> float:
    return max(map(abs, _values(found, row)), default=0.0)


def _ends(found: Breakdown, rows: Sequence[ParameterRow]) -> tuple[float, float]:
    """Return the ends of the axis, with 0 in it."""
    values = [0.0, *(value for row in rows for value in _values(found, row))]
    return min(values), max(values)


def _bar(
    page: Context,
    found: Breakdown,
    place: int,
    row: ParameterRow,
    low: float,
    high: float,
) -> TornadoBar:
    keys = ("one_less", "one_more") if row.lever.is_count else ("minus_10", "plus_10")
    root = ("breakdown", "parameters", place)

    def figure(change: Response | None, *key: str) -> Markup:
        if change is None:
            return Markup("")
        last, times = (
            ("net_profit", 1.0) if found.by == "profit" else ("throughput", 100.0)
        )
        return page.shown.figure(*root, *key, last, times=times, plus=True, term="push")

    def side(kind: str, value: Interval) -> tuple[str, float, float]:
        first, last = sorted((0.0, value.mean))
        scale = 100 / (high - low)
        return kind, round((first - low) * scale, 2), round((last - first) * scale, 2)

    sides = [
        side(kind, change.by(found.by))
        for kind, change in (("less", row.less), ("more", row.more))
        if change is not None and isfinite(change.by(found.by).mean)
    ]
    goal = Markup("")
    if row.benchmark is not None:
        goal = say(
            "at {goal}: {figure}",
            goal=shown(row.lever.benchmark),
            figure=figure(row.benchmark, "benchmark"),
        )
    return TornadoBar(
        name(row.lever.path),
        tuple(sides),
        figure(row.less, keys[0]),
        figure(row.more, keys[1]),
        goal,
    )
