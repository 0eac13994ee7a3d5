"""The figure of a sweep, and of variants side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.sweep.sweep import Sweep, SweepPoint
from toc_sim.report.figures.page import (
    INK,
    PAGE_MARGIN,
    SOFT,
    THIN_LINE,
    Sheet,
    axes_at,
    box,
    name_axes,
    same_everywhere,
    save,
    sheet_with_head,
    with_unit,
    write,
    write_within,
)
from toc_sim.report.figures.palette import (
    Colours,
    ConstraintNames,
    LegendEntry,
    draw_legend,
    legend_height,
)
from toc_sim.report.formats import (
    NO_FIGURE,
    decimals,
    joined,
    plus_minus,
    printable,
    unit_of,
)
from toc_sim.report.sweep_series import Series, across, inside, is_numbers, series
from toc_sim.report.text.sweep import cell, setting, sweep_sentence

_WIDTH, CURVES = 9.0, 3.6
"""Of the sheet, and height of the curves [inches]."""

_LEFT, _RIGHT = 1.75, 1.45
"""Room for names of rows, and for what stands at the end of lines [inches]."""

STRIP, _PITCH = 0.2, 0.27
"""Height of a strip of constraints, and from one to the next [inches]."""

_GAP, _LABELS = 0.16, 0.6
"""Below the curves; for the labels of the axis [inches]."""

LINE_HEIGHT = 0.15
"""From one name to the next, where lines end close together [inches]."""

LETTER = 0.075
"""About as wide as one at the size of the strips [inches]."""

_DOT = 34
"""The area of a point [points²]."""


def draw_sweep(found: Sweep, path: Path) -> None:
    """Draw a sweep of one or two parameters into a file.

    Parameters
    ----------
    found
        What was simulated.
    path
        Its suffix says how: .png, .svg or .pdf.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with same_everywhere():
        lines = series(found)
        shown = [_names(each) for line in lines for each in line.points]
        net = found.points[0].network
        colours = Colours([name for name, _ in net.owners], shown)
        strips = _PITCH * len(lines)
        entries = _entries(found, colours, shown)
        below = _LABELS + legend_height(entries, _WIDTH) + PAGE_MARGIN
        heights = (CURVES, _GAP, strips, below)
        sheet, _ = sheet_with_head(
            _WIDTH, heights, sweep_sentence(found), setting(found)
        )
        low, wide = below + strips + _GAP, _WIDTH - _LEFT - _RIGHT
        curves = axes_at(sheet, _LEFT, low, wide, CURVES)
        _draw_curves(found, curves, lines, colours)
        _name_lines(sheet, curves, lines)
        bars = axes_at(sheet, _LEFT, below, wide, strips)
        bars.set_xlim(curves.get_xlim())
        _draw_strips(found, sheet, bars, lines, colours)
        draw_legend(sheet, entries, below - _LABELS)
        save(sheet, path, found.scenario.name)


def _draw_curves(
    found: Sweep, axes: Axes, lines: tuple[Series, ...], colours: Colours
) -> None:
    for line in lines:
        x = line.places
        y = [each.throughput.mean for each in line.points]
        if all(each.throughput.is_known for each in line.points):
            low = [each.throughput.low for each in line.points]
            high = [each.throughput.high for each in line.points]
            axes.fill_between(x, low, high, color=THIN_LINE, alpha=0.25, linewidth=0)
        static = [each.static.throughput for each in line.points]
        axes.plot(x, static, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.plot(x, y, color=INK, linewidth=1.3)
        looks = [colours.of(_names(each)).strong for each in line.points]
        axes.scatter(x, y, s=_DOT, c=looks, edgecolors=INK, linewidths=0.7, zorder=3)
    axes.margins(x=0.04)
    axes.grid(visible=True, color=THIN_LINE, alpha=0.25, linewidth=0.6)
    axes.tick_params(labelbottom=False, length=0)
    pace = f"{found.scenario.item}/{found.scenario.period}"
    name_axes(axes, "", f"throughput [{printable(pace)}]")


def _name_lines(sheet: Sheet, axes: Axes, lines: tuple[Series, ...]) -> None:
    """Write the other parameter's value at the end of each line, none over another."""
    low, high = axes.get_ylim()
    bottom = axes.get_position().y0 * sheet.height
    named = [line for line in lines if line.value is not None]
    named.sort(key=lambda line: line.points[-1].throughput.mean)
    lowest = 0.0
    for line in named:
        part = (line.points[-1].throughput.mean - low) / (high - low)
        middle = max(bottom + CURVES * part, lowest)
        lowest = middle + LINE_HEIGHT
        style = {"size": 8, "va": "center"}
        left = _WIDTH - _RIGHT + 0.08
        write_within(
            sheet, left, middle, cell(line.value), _RIGHT - PAGE_MARGIN, **style
        )


def _draw_strips(
    found: Sweep,
    sheet: Sheet,
    axes: Axes,
    lines: tuple[Series, ...],
    colours: Colours,
) -> None:
    """Draw for each line which constraint holds along it."""
    place = across(found.axes)
    axis = found.axes[place]
    axes.set_ylim(len(lines), 0)
    axes.set_yticks([])
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    low, high = axes.get_xlim()
    per_inch = (high - low) / (_WIDTH - _LEFT - _RIGHT)
    for number, line in enumerate(lines):
        for start, end, names in _blocks(line, low, high):
            _draw_block(found, axes, colours, (start, end, number), names, per_inch)
        if line.value is not None:
            other = printable(found.axes[1 - place].path)
            text = f"{other} {cell(line.value)}"
            bottom = axes.get_position().y0 * sheet.height
            middle = bottom + (len(lines) - number - 0.5) * _PITCH
            style = {"size": 8, "ha": "right", "va": "center"}
            write_within(sheet, _LEFT - 0.1, middle, text, _LEFT - 0.2, **style)
    if not is_numbers(axis):
        axes.set_xticks(range(len(axis.values)))
        for label, value in zip(axes.get_xticklabels(), axis.values, strict=True):
            label.set_text(cell(value))
        axes.set_xticklabels([cell(value) for value in axis.values])
    name_axes(axes, with_unit(axis.path, unit_of(found.scenario, axis.path)), "")


def _draw_block(
    found: Sweep,
    axes: Axes,
    colours: Colours,
    span: tuple[float, float, int],
    names: ConstraintNames,
    per_inch: float,
) -> None:
    start, end, number = span
    look = colours.of(names)
    margin = (1 - STRIP / _PITCH) / 2
    axes.add_patch(
        Rectangle(
            (start, number + margin),
            end - start,
            STRIP / _PITCH,
            facecolor=look.pale,
            edgecolor="white" if not look.hatch else look.strong,
            hatch=look.hatch,
            linewidth=0.8,
        )
    )
    text = _title(found, names)
    if len(text) * LETTER < (end - start) / per_inch:
        label = axes.text(
            (start + end) / 2, number + 0.5, text, ha="center", va="center", fontsize=8
        )
        label.set_parse_math(False)


def _blocks(
    line: Series, low: float, high: float
) -> list[tuple[float, float, ConstraintNames]]:
    """Return from where to where each constraint holds, halfway to the next point."""
    places = line.places
    middles = [(here + there) / 2 for here, there in pairwise(places)]
    starts, ends = [low, *middles], [*middles, high]
    blocks = []
    for names, group in groupby(
        range(len(places)), key=lambda number: _names(line.points[number])
    ):
        numbers = list(group)
        blocks.append((starts[numbers[0]], ends[numbers[-1]], names))
    return blocks


def _entries(
    found: Sweep, colours: Colours, shown: list[ConstraintNames]
) -> list[LegendEntry]:
    entries = [
        LegendEntry(_title(found, names), colours.of(names))
        for names in dict.fromkeys(shown)
    ]
    return [*entries, LegendEntry("points: simulated; dashed: by capacity alone")]


def _names(each: SweepPoint) -> ConstraintNames:
    return () if each.verdict is None else each.verdict.constraint


def _title(found: Sweep, names: ConstraintNames) -> str:
    if not names:
        return "nothing is bought"
    return joined(printable(found.scenario.title(name)) for name in names)


TABLE_WIDTH = 9.0
"""Of the sheet [inches]."""

_NAMES, COLUMN_GAP, _FIGURES = 1.6, 0.25, 0.95
"""Room for the variants' names, between panels, and right of the bars [inches]."""

ROW_PITCH, ROW_BAR = 0.44, 0.24
"""From one row to the next, and how high a bar is [inches]."""

TITLES = 0.35
"""Above the bars, for the titles of the panels [inches]."""

WHISKER = 0.05
"""Half the height of an interval's ends [inches]."""

_FILL = "#c9d6e2"
"""Of the bars; their lengths and figures say all."""


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    values: tuple[Interval, ...]


def draw_variants(found: Sweep, path: Path) -> None:
    """Draw variants side by side: throughput, work in progress and flow time.

    Parameters
    ----------
    found
        What was simulated, without axes.
    path
        Its suffix says how: .png, .svg or .pdf.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with same_everywhere():
        rows = ROW_PITCH * len(found.points)
        heights = (TITLES, rows, PAGE_MARGIN)
        sheet, _ = sheet_with_head(
            TABLE_WIDTH, heights, sweep_sentence(found), setting(found)
        )
        top = PAGE_MARGIN + rows
        _draw_names(sheet, found.points, top)
        panels = _panels(found)
        wide = (TABLE_WIDTH - 2 * PAGE_MARGIN - _NAMES) / len(panels)
        for place, panel in enumerate(panels):
            _draw_panel(
                sheet,
                panel,
                PAGE_MARGIN + _NAMES + place * wide,
                wide - COLUMN_GAP,
                top,
            )
        save(sheet, path, found.scenario.name)


def _panels(found: Sweep) -> tuple[_Panel, ...]:
    item, period = printable(found.scenario.item), printable(found.scenario.period)
    held = [inside(each) for each in found.points]
    made = tuple(each.throughput for each in found.points)
    return (
        _Panel(f"throughput [{item}/{period}]", made),
        _Panel(f"work in progress [{item}]", tuple(each.wip for each in held)),
        _Panel(f"flow time [{period}]", tuple(each.flow_time for each in held)),
    )


def _draw_names(sheet: Sheet, points: Sequence[SweepPoint], top: float) -> None:
    """Write the variants' names, and their policies where these differ."""
    policies = [_policy(each) for each in points]
    differ = len(set(policies)) > 1
    raised = 0.08 if differ else 0.0
    for row, (each, policy) in enumerate(zip(points, policies, strict=True)):
        middle = top - (row + 0.5) * ROW_PITCH
        style = {"size": 9, "va": "center"}
        room = _NAMES - 0.1
        name = printable(each.name)
        write_within(sheet, PAGE_MARGIN, middle + raised, name, room, **style)
        if differ:
            style |= {"size": 7.5, "color": SOFT}
            write_within(sheet, PAGE_MARGIN, middle - raised, policy, room, **style)


def _policy(each: SweepPoint) -> str:
    release = each.network.release
    if release.limit is None:
        return "push"
    return printable(f"{release.name.replace('_', '-')} {release.limit}")


def _draw_panel(
    sheet: Sheet, panel: _Panel, left: float, width: float, top: float
) -> None:
    known = [each for each in panel.values if each.mean == each.mean]
    most = max((max(_end(each), each.mean) for each in known), default=0.0) or 1.0
    scale = (width - _FIGURES) / most
    title = {"size": 9, "color": SOFT, "va": "bottom"}
    write_within(sheet, left, top + 0.06, panel.title, width, **title)
    digits = decimals([each.mean for each in known])
    for row, value in enumerate(panel.values):
        middle = top - (row + 0.5) * ROW_PITCH
        text = plus_minus(value, digits) if value in known else NO_FIGURE
        reach = 0.0
        if value in known:
            reach = _draw_bar(sheet, value, left, middle, scale)
        style = {"size": 8.5, "va": "center"}
        write(sheet, left + reach + 0.06, middle, text, **style)
    bottom = top - len(panel.values) * ROW_PITCH
    sheet.axes.plot([left, left], [bottom, top], color=THIN_LINE, linewidth=0.8)


def _draw_bar(
    sheet: Sheet, value: Interval, left: float, middle: float, scale: float
) -> float:
    """Draw a bar with its interval, and return how far it reaches [inches]."""
    length = value.mean * scale
    box(sheet, left, middle - ROW_BAR / 2, length, ROW_BAR, facecolor=_FILL)
    if not value.is_known or value.half_width == 0:
        return length
    low, high = left + value.low * scale, left + value.high * scale
    sheet.axes.plot([low, high], [middle, middle], color=INK, linewidth=1.0)
    for end in (low, high):
        ends = [middle - WHISKER, middle + WHISKER]
        sheet.axes.plot([end, end], ends, color=INK, linewidth=1.0)
    return max(length, high - left)


def _end(value: Interval) -> float:
    return value.high if value.is_known else value.mean
