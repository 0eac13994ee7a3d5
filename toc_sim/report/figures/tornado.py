"""The tornado: what 10 % either way, or the benchmark, does to profit or throughput."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.breakdown.responses import Breakdown, ParameterRow, Response
from toc_sim.language import figure, phrase, phrase_of
from toc_sim.report.figures.page import (
    ACCENT,
    INK,
    PAGE_MARGIN,
    SOFT,
    THIN_LINE,
    Sheet,
    axes_at,
    box,
    into_file,
    lines_of,
    name_axes,
    sheet_with_head,
    without_frame,
    write,
    write_in_two_lines,
    write_within,
)
from toc_sim.report.formats import money_unit, printable
from toc_sim.report.text.breakdown import breakdown_sentence, breakdown_setting, shown

_WIDTH = 9.0
"""Of the sheet [inches]."""

_NAMES, _RIGHT = 2.75, 1.0
"""Room for names to the left, and for what a benchmark says to the right [inches]."""

_PITCH, _LEGEND, _LABELS = 0.3, 0.42, 0.6
"""From one parameter to the next, height of the legend and of the axis [inches]."""

_MOST = 24
"""Parameters that are shown: those that matter most."""

_SEEN = 1e-3
"""A bar shorter than this part of the longest is none [1]."""

MORE, LESS = "#4c78a8", "#c9ced3"

THICK = 0.62
"""Of a bar, in rows."""

_DOT = 34
"""The area of a benchmark's mark [points²]."""


@dataclass(frozen=True, slots=True)
class _Bar:
    """One parameter, in the unit of the axis."""

    name: str
    more: Interval | None
    less: Interval | None
    benchmark: Interval | None
    goal: str

    @property
    def reach(self) -> float:
        """The largest change that it makes."""
        every = (self.more, self.less, self.benchmark)
        return max((abs(each.mean) for each in every if each is not None), default=0.0)


@into_file
def draw_breakdown(found: Breakdown) -> Sheet:
    """Draw a tornado."""
    bars = _bars(found)
    heights = (_LEGEND, _PITCH * len(bars), _LABELS, PAGE_MARGIN)
    sentence, setting = breakdown_sentence(found), breakdown_setting(found)
    sheet, top = sheet_with_head(_WIDTH, heights, sentence, setting)
    left, low = PAGE_MARGIN + _NAMES, PAGE_MARGIN + _LABELS
    _legend(sheet, found, top)
    wide = _WIDTH - 2 * PAGE_MARGIN - _NAMES - _RIGHT
    _draw(found, axes_at(sheet, left, low, wide, _PITCH * len(bars)), bars)
    _left_out(sheet, len(found.rows) - len(bars))
    for number, bar in enumerate(bars):
        middle = low + _PITCH * (len(bars) - number - 0.5)
        style, room = {"size": 9.0, "ha": "right"}, _NAMES - 0.12
        if len(lines_of(bar.name, room, style)) > 1:
            style |= {"size": 7.5}  # in two lines, between those of its neighbours
        write_in_two_lines(sheet, left - 0.12, middle, bar.name, room, **style)
        if bar.goal:
            right = _WIDTH - PAGE_MARGIN - _RIGHT + 0.1
            goal = {"size": 8, "va": "center", "color": ACCENT}
            write_within(sheet, right, middle, bar.goal, _RIGHT - 0.1, **goal)
    return sheet


def _bars(found: Breakdown) -> Sequence[_Bar]:
    """Return the parameters that change anything, the most first; one at least."""
    bars = [_bar(found, row) for row in found.rows]
    bars.sort(key=lambda bar: -bar.reach)
    longest = bars[0].reach if bars else 0.0
    seen = [bar for bar in bars if bar.reach > _SEEN * longest]
    return (seen or bars)[:_MOST]


def _bar(found: Breakdown, row: ParameterRow) -> _Bar:
    def of(change: Response | None) -> Interval | None:
        if change is None:
            return None
        return change.by(found.by).times(1.0 if found.by == "profit" else 100.0)

    count = " (± 1)" if row.lever.is_count else ""
    goal = ""
    if row.benchmark is not None:
        goal = phrase("to {value}", value=shown(row.lever.benchmark))
    name = f"{printable(row.lever.path)}{count}"
    return _Bar(name, of(row.more), of(row.less), of(row.benchmark), goal)


def _draw(found: Breakdown, axes: Axes, bars: Sequence[_Bar]) -> None:
    for row, bar in enumerate(bars):
        for value, color in ((bar.less, LESS), (bar.more, MORE)):
            if value is not None:
                axes.barh(row, value.mean, THICK, color=color, zorder=2)
        for value in (bar.less, bar.more, bar.benchmark):
            _whisker(axes, row, value)
        if bar.benchmark is not None:
            axes.scatter(
                [bar.benchmark.mean], [row], _DOT, color=ACCENT, marker="D", zorder=5
            )
    axes.axvline(0, color=INK, linewidth=0.8, zorder=3)
    axes.grid(axis="x", color=THIN_LINE, linewidth=0.4, alpha=0.5, zorder=0)
    if bars:  # else there is nothing to scale
        axes.set_ylim(len(bars) - 0.5, -0.5)
    without_frame(axes)
    axes.margins(x=0.04)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: figure(f"{value:,g}"))
    )
    change = phrase("change of the throughput [%]")
    if found.by == "profit":
        unit = money_unit(found.scenario)
        change = phrase("change of the net profit [{unit}]", unit=unit)
    name_axes(axes, change, "")


def _left_out(sheet: Sheet, count: int) -> None:
    """Say how many parameters are not shown."""
    if count:
        text = phrase_of(
            "{count} more changes less, or nothing",
            "{count} more change less, or nothing",
            count,
            count=count,
        )
        write(sheet, PAGE_MARGIN, PAGE_MARGIN, text, size=8, color=SOFT, va="bottom")


def _whisker(axes: Axes, row: int, value: Interval | None) -> None:
    if value is not None and value.is_known and value.half_width > 0:
        axes.plot(
            [value.low, value.high], [row, row], color=INK, linewidth=0.9, zorder=4
        )


def _legend(sheet: Sheet, found: Breakdown, top: float) -> None:
    """Say what the colours mean."""
    x, style = PAGE_MARGIN + _NAMES, {"size": 8.5, "color": SOFT}
    for color, text in ((LESS, phrase("10 % less")), (MORE, phrase("10 % more"))):
        box(sheet, x, top - 0.13, 0.2, 0.13, facecolor=color, edgecolor="none")
        written = write(sheet, x + 0.27, top + 0.01, text, **style)
        x += max(1.15, 0.27 + sheet.width_of(written) + 0.2)
    if found.has_benchmarks:
        sheet.axes.scatter([x + 0.08], [top - 0.065], _DOT, color=ACCENT, marker="D")
        text = phrase("its benchmark (value right)")
        write(sheet, x + 0.25, top + 0.01, text, **style)
