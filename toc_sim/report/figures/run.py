"""The figure of a run: the line with load and queues, and the constraint shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import Any

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.over_time import moves
from toc_sim.language import figure, phrase, phrase_of
from toc_sim.network import CALENDAR, DELAY
from toc_sim.report.figures.page import (
    ACCENT,
    INK,
    LINE_BELOW,
    ON_TOP,
    PAGE_MARGIN,
    SETTING_STYLE,
    SOFT,
    THIN_LINE,
    Sheet,
    box,
    into_file,
    lines_of,
    write,
    write_in_two_lines,
    write_within,
)
from toc_sim.report.figures.pipeline import draw_line, line_size
from toc_sim.report.formats import given, percent, printable, rounded
from toc_sim.report.run_summary import Findings, NodeRow
from toc_sim.report.text.run import setting

_MOST = 24
"""Owners that are shown; of longer lists, those with the largest shares."""

BAR, _PITCH = 0.15, 0.4
"""Height of a bar, and from one owner to the next [inches]."""

TITLE_HEIGHT = 0.62
"""Height of the title and legend [inches]."""

_NAMES, _FIGURES = 2.0, 2.0
"""Room for names to the left and for figures to the right [inches]."""

SIMULATED, BY_CAPACITY = "#4c78a8", "#d5d9dd"

_CLEAR = 0.025
"""What a figure stands lower than its bar, clear of the bar above [inches]."""

_SEEN = 0.0005
"""What no rate answers for is shown above this [1]."""

_BELOW = 0.02
"""Shares further below 0 than this part of the longest bar are drawn [1]."""

_NOTE_HEIGHT = 0.25
"""Of the line about bars that are not drawn [inches]."""


_STRIPS_HEAD, _STRIP_PITCH = 0.4, 0.27
"""From the title to the middle of the first strip, and from one to the next
[inches]."""


@dataclass(frozen=True, slots=True)
class _Bar:
    """One owner's shares."""

    title: str
    share: Interval
    dual: float
    is_constraint: bool


def _draw_shares(
    sheet: Sheet, found: Findings, bars: list[_Bar], top: float, width: float
) -> None:
    """Draw the chart of constraint shares below a height."""
    left = PAGE_MARGIN
    title = phrase("Constraint share: what part of the throughput each answers for")
    write(sheet, left, top, title, size=10.5, weight="bold")
    _legend(sheet, found, left, top - 0.3)
    longest = max(_SEEN, *(bar.share.most for bar in bars), *(bar.dual for bar in bars))
    least = min(0.0, *(bar.share.least for bar in bars))
    if least > -_BELOW * longest:  # hardly below 0: that is chance
        least = 0.0
    scale = (width - _NAMES - _FIGURES) / (longest - least)
    zero = left + _NAMES - least * scale
    base = top - TITLE_HEIGHT
    for number, bar in enumerate(bars):
        _draw(sheet, bar, (left + _NAMES, zero), base - number * _PITCH, scale)
    ends = [base + 0.04, base - _PITCH * len(bars) + 0.06]
    sheet.axes.plot([zero, zero], ends, color=THIN_LINE, linewidth=0.8, zorder=ON_TOP)


def _draw(
    sheet: Sheet, bar: _Bar, places: tuple[float, float], top: float, scale: float
) -> None:
    """Draw the two bars of one owner, its name before and its figures behind them.

    Parameters
    ----------
    sheet, bar
        Where to draw, and what.
    places
        Where names end, and where a share of 0 is [inches].
    top
        Of the bar [inches].
    scale
        Of shares [inches].
    """
    edge, zero = places
    name, color, weight = bar.title, SIMULATED, "normal"
    share = rounded(bar.share.times(100), digits=1)
    text = phrase("{share} %", share=share)
    if bar.is_constraint:
        name, color, weight = f"▸ {name}", ACCENT, "bold"
        text = phrase("{share} %, constraint", share=share)
    style = {"size": 9, "weight": weight, "ha": "right"}
    write_in_two_lines(sheet, edge - 0.1, top - BAR / 2, name, _NAMES - 0.15, **style)
    length = max(edge - zero, bar.share.mean * scale)
    start = zero + min(0.0, length)
    box(sheet, start, top - BAR, abs(length), BAR, facecolor=color, edgecolor="none")
    reach = max(0.0, length)
    if bar.share.is_known and bar.share.half_width > 0:
        low = min(length, max(edge - zero, bar.share.low * scale))
        high = max(length, bar.share.high * scale)
        sheet.axes.errorbar(
            zero + length,
            top - BAR / 2,
            xerr=[[length - low], [high - length]],
            color=INK,
            linewidth=1.0,
            capsize=2.5,
            zorder=ON_TOP,
        )
        reach = max(0.0, high)
    style = {"size": 8, "weight": weight, "va": "center"}
    write(sheet, zero + reach + 0.08, top - BAR / 2, text, **style)
    if bar.dual <= _SEEN:
        return
    # the share by capacity alone is a narrower bar below the simulated one
    top, length, height = top - BAR, bar.dual * scale, 0.7 * BAR
    low = top - height / 2 - _CLEAR
    box(sheet, zero, top - height, length, height, facecolor=BY_CAPACITY)
    text = phrase("{share} %", share=percent(bar.dual))
    style = {"size": 7, "color": SOFT, "va": "center"}
    write(sheet, zero + length + 0.08, low, text, **style)


def _legend(sheet: Sheet, found: Findings, left: float, top: float) -> None:
    simulated = phrase("simulated")
    if not found.runs.network.is_deterministic:
        confidence = found.scenario.run.confidence
        share = figure(f"{100 * confidence:.6g}")
        simulated = phrase("simulated, with its {share} % interval", share=share)
    style = {"size": 8.5, "color": SOFT}
    box(sheet, left, top - 0.13, 0.22, 0.11, facecolor=SIMULATED, edgecolor="none")
    first = write(sheet, left + 0.28, top, simulated, **style)
    second = left + 0.28 + sheet.width_of(first) + 0.3
    box(sheet, second, top - 0.13, 0.22, 0.11, facecolor=BY_CAPACITY)
    write(sheet, second + 0.28, top, phrase("by capacity alone"), **style)


def _bars(found: Findings) -> tuple[list[_Bar], str]:
    """Return the largest owners in the order of the file, then what has no rate.

    Returns
    -------
    The bars, and what is said of those that are left out; empty: none is.
    """
    owners = [
        _Bar(
            # a policy has no rate, and no part in the sum of 1
            phrase("{policy}: an item more", policy=printable(row.title))
            if row.kind == "policy"
            else printable(row.title),
            row.share,
            row.dual or 0.0,
            row.is_constraint,
        )
        for row in found.rows
        if row.share is not None and not isnan(row.share.mean)
    ]
    kept = sorted(owners, key=lambda bar: -bar.share.mean)[:_MOST]
    if len(owners) > _MOST:  # a column of zeros says nothing
        kept = [bar for bar in kept if max(bar.share.mean, bar.dual) > _SEEN] or kept
    others = [
        _Bar(_without_rate(name), share, 0.0, is_constraint=False)
        for name, share in found.verdict.other_shares
        if share.mean > _SEEN
    ]
    left_out = [bar.share.mean for bar in owners if bar not in kept]
    note = ""
    if left_out:
        most = percent(max(left_out))
        note = phrase_of(
            "{count} more have smaller shares, {most} % at most",
            "{count} more have smaller shares, {most} % at most",
            len(left_out),
            count=len(left_out),
            most=most,
        )
    return [*(bar for bar in owners if bar in kept), *others], note


def _without_rate(name: str) -> str:
    """Return what is called that no rate answers for."""
    if name == DELAY:
        return phrase("delay (no rate)")
    if name == CALENDAR:
        return phrase("calendar (no rate)")
    return phrase("rest (no rate)")


def _strips_height(found: Findings) -> float:
    """Return what room it takes to show who binds when; 0 where that stays [inches]."""
    told = found.verdict.reigns
    if not moves(told):
        return 0.0
    names = {reign.name for reign in told if reign.name}
    some = _NOTE_HEIGHT if any(not reign.name for reign in told) else 0.0
    return _STRIPS_HEAD + _STRIP_PITCH * len(names) + some + PAGE_MARGIN


def _draw_strips(sheet: Sheet, found: Findings, top: float, width: float) -> None:
    """Draw below a height who is the constraint when, a strip for each."""
    told = found.verdict.reigns
    end = told[-1].end
    period = printable(found.scenario.period.unit)
    facts = {"period": period, "end": given(end)}
    title = phrase("Who is the constraint when, from {period} 0 to {end}", **facts)
    if end < found.scenario.run.horizon:
        title = phrase(
            "Who is the constraint in each season, from {period} 0 to {end}", **facts
        )
    write(sheet, PAGE_MARGIN, top, title, size=10.5, weight="bold")
    names = dict.fromkeys(reign.name for reign in told if reign.name)
    left, scale = PAGE_MARGIN + _NAMES, (width - _NAMES - _FIGURES) / end
    middle = top - _STRIPS_HEAD
    for name in names:
        style = {"size": 9, "va": "center", "ha": "right"}
        text = printable(found.title(name))
        write_within(sheet, left - 0.1, middle, text, _NAMES - 0.15, **style)
        low, edge = middle - BAR / 2, {"edgecolor": THIN_LINE, "linewidth": 0.5}
        box(sheet, left, low, end * scale, BAR, **edge)
        own = [(each.begin, each.end) for each in told if each.name == name]
        for begin, until in own:
            at = left + begin * scale
            reach = (until - begin) * scale
            box(sheet, at, low, reach, BAR, facecolor=ACCENT, edgecolor="none")
        times = ", ".join(
            phrase("{begin} to {end}", begin=given(a), end=given(b)) for a, b in own
        )
        right = left + end * scale + 0.08
        style = {"size": 8, "va": "center"}
        write_within(sheet, right, middle, times, _FIGURES - 0.08, **style)
        middle -= _STRIP_PITCH
    if any(not reign.name for reign in told):
        note = phrase("Where there is none, no one is told from the others.")
        write(sheet, PAGE_MARGIN, middle + BAR / 2, note, size=8, color=SOFT)


NARROWEST = 9.0
"""Room for text above a short line [inches]."""

VERDICT_STYLE: dict[str, Any] = {"size": 13, "weight": "bold"}
"""How the verdict is set."""

_HEADLINE, _SUBLINE = 0.27, 0.3
"""Height of a line of the verdict, and of the setting below it [inches]."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """A sentence in large letters, and what stands in small ones below it."""

    headline: list[str]
    below: list[str]

    @classmethod
    def within(cls, room: float, headline: str, below: str) -> _Heading:
        """Break both into lines no wider than so many inches."""
        return cls(
            lines_of(headline, room, VERDICT_STYLE),
            lines_of(below, room, SETTING_STYLE),
        )

    @property
    def height(self) -> float:
        """Of all its lines [inches]."""
        more = (len(self.below) - 1) * LINE_BELOW
        return len(self.headline) * _HEADLINE + _SUBLINE + more

    def draw(self, sheet: Sheet, top: float) -> float:
        """Write its lines below a height, and return where they end [inches]."""
        for number, text in enumerate(self.headline):
            write(sheet, PAGE_MARGIN, top - number * _HEADLINE, text, **VERDICT_STYLE)
        top -= len(self.headline) * _HEADLINE
        for number, text in enumerate(self.below):
            height = top - number * LINE_BELOW
            write(sheet, PAGE_MARGIN, height, text, **SETTING_STYLE)
        return top - (_SUBLINE + (len(self.below) - 1) * LINE_BELOW)


@into_file
def draw_question(found: Findings) -> Sheet:
    """Draw the line alone, with nothing on it that a run found out: for a class."""
    hidden = replace(found, rows=tuple(map(_as_described, found.rows)))
    line_width, line_height = line_size(hidden)
    room = max(line_width, NARROWEST)
    question = phrase("Which stage is the constraint? Guess, then look.")
    heading = _Heading.within(room, question, found.scenario.name)
    height = heading.height + line_height + 2 * PAGE_MARGIN
    sheet = Sheet(room + 2 * PAGE_MARGIN, height)
    top = heading.draw(sheet, height - PAGE_MARGIN)
    draw_line(sheet, hidden, PAGE_MARGIN + (room - line_width) / 2, top)
    return sheet


def _as_described(row: NodeRow) -> NodeRow:
    """Return a row with what its file says, and nothing that a run found out."""
    return NodeRow(
        row.name,
        row.title,
        row.kind,
        capacity=row.capacity,
        queue_mean=0.0,
        worker=row.worker,
        also=row.also,
    )


@into_file
def draw_run(found: Findings) -> Sheet:
    """Draw the picture of a run on one sheet: verdict, line, shares."""
    line_width, line_height = line_size(found)
    room = max(line_width, NARROWEST)
    bars, left_out = _bars(found)
    heading = _Heading.within(room, found.verdict.sentence, setting(found))
    chart = TITLE_HEIGHT + _PITCH * len(bars) + (_NOTE_HEIGHT if left_out else 0.0)
    strips = _strips_height(found)
    height = heading.height + line_height + strips + chart + 3 * PAGE_MARGIN
    sheet = Sheet(room + 2 * PAGE_MARGIN, height)
    top = heading.draw(sheet, height - PAGE_MARGIN)
    draw_line(sheet, found, PAGE_MARGIN + (room - line_width) / 2, top)
    top -= line_height + PAGE_MARGIN
    if strips:
        _draw_strips(sheet, found, top, room)
        top -= strips
    _draw_shares(sheet, found, bars, top, room)
    if left_out:
        low = top - TITLE_HEIGHT - _PITCH * len(bars)
        write(sheet, PAGE_MARGIN, low, left_out, size=8, color=SOFT)
    return sheet
