"""The figure of a sweep, and of variants side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from toc_sim.constraint.intervals import Interval
from toc_sim.errors import Argument, QuestionError, TocError
from toc_sim.experiment.sweep.points import Axis
from toc_sim.experiment.sweep.sweep import Sweep, SweepPoint
from toc_sim.language import phrase
from toc_sim.report.figures.page import (
    INK,
    PAGE_MARGIN,
    SOFT,
    THIN_LINE,
    Sheet,
    Style,
    apart,
    axes_at,
    box,
    into_file,
    name_axes,
    sheet_with_head,
    whole_ticks,
    with_unit,
    without_frame,
    write,
    write_within,
)
from toc_sim.report.figures.palette import (
    Colours,
    LegendEntry,
    Look,
    draw_legend,
    legend_height,
)
from toc_sim.report.figures.ticks import speak_ticks
from toc_sim.report.formats import (
    NO_FIGURE,
    decimals,
    pace_unit,
    plus_minus,
    printable,
    unit_of,
)
from toc_sim.report.text.sweep import cell, constraint_title, setting, sweep_sentence

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

_SEEN = 2e-3
"""A part of the largest throughput that can be seen between two lines [1]."""

MOST_SERIES = 10
"""Lines that can still be told apart."""

MOST_DRAWN = 2
"""Parameters that a figure can show."""


@dataclass(frozen=True, slots=True)
class _Series:
    """One line of the figure.

    Attributes
    ----------
    value
        Of the other parameter; None if there is none.
    points
        From left to right.
    places
        Where they stand along the axis.
    """

    value: Any
    points: tuple[SweepPoint, ...]
    places: tuple[float, ...]


def refuse_axes(axes: Sequence[Axis]) -> None:
    """Refuse what cannot be drawn, before anything is simulated.

    Raises
    ------
    TocError
        If there are too few or too many parameters or values.
    """
    if not 0 < len(axes) <= MOST_DRAWN:
        raise TocError(
            "a picture of a sweep has one or two varied parameters\n"
            "    hint: name them, as in machine_2.capacity=6:16:1"
        )
    other = 1 - _across(axes)
    if len(axes) == MOST_DRAWN and len(axes[other].values) > MOST_SERIES:
        raise QuestionError(
            Argument("vary", axes[other].text),
            f"a picture has a line for each of its values, and {MOST_SERIES} at most",
        )


@into_file
def draw_sweep(found: Sweep) -> Sheet:
    """Draw a sweep of one or two parameters."""
    lines = _series(found)
    shown = [_names(each) for line in lines for each in line.points]
    colours = Colours([name for name, _ in found.points[0].network.owners], shown)
    strips = _PITCH * len(lines)
    entries = [
        *(
            LegendEntry(constraint_title(found, names), colours.of(names))
            for names in dict.fromkeys(shown)
        ),
        LegendEntry(_points_and_lines(found)),
    ]
    below = _LABELS + legend_height(entries, _WIDTH) + PAGE_MARGIN
    heights = (CURVES, _GAP, strips, below)
    sheet, _ = sheet_with_head(_WIDTH, heights, sweep_sentence(found), setting(found))
    low, wide = below + strips + _GAP, _WIDTH - _LEFT - _RIGHT
    curves = speak_ticks(axes_at(sheet, _LEFT, low, wide, CURVES))
    _draw_curves(found, curves, lines, colours)
    along = found.axes[_across(found.axes)].values
    if _is_numbers(found.axes[_across(found.axes)]):
        whole_ticks(curves.xaxis, along)
    _name_lines(found, sheet, curves, lines)
    bars = speak_ticks(axes_at(sheet, _LEFT, below, wide, strips))
    bars.set_xlim(curves.get_xlim())
    _draw_strips(found, sheet, bars, lines, colours)
    draw_legend(sheet, entries, below - _LABELS)
    return sheet


def _across(axes: Sequence[Axis]) -> int:
    """Return the place of the parameter along the axis: numbers, and most of them."""
    return max(
        range(len(axes)),
        key=lambda place: (_is_numbers(axes[place]), len(axes[place].values), -place),
    )


def _is_numbers(axis: Axis) -> bool:
    """Return whether a parameter has a scale, rather than names."""
    return all(
        isinstance(value, int | float) and not isinstance(value, bool)
        for value in axis.values
    )


def _series(found: Sweep) -> tuple[_Series, ...]:
    """Return the lines, in the order of the other parameter's values."""
    place = _across(found.axes)
    axis = found.axes[place]
    other = 1 - place if len(found.axes) > 1 else None
    groups: dict[str, list[tuple[float, SweepPoint]]] = {}
    values: dict[str, Any] = {}
    for each in found.points:
        value = None if other is None else each.inputs[other]
        own = each.inputs[place]
        at = float(own) if _is_numbers(axis) else float(axis.values.index(own))
        groups.setdefault(repr(value), []).append((at, each))
        values[repr(value)] = value
    lines = []
    for key, group in groups.items():
        ranked = sorted(group, key=lambda pair: pair[0])
        places, points = zip(*ranked, strict=True)
        lines.append(_Series(values[key], points, places))
    return tuple(lines)


def _draw_curves(
    found: Sweep, axes: Axes, lines: tuple[_Series, ...], colours: Colours
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
    pace = pace_unit(found.scenario)
    name_axes(axes, "", phrase("throughput [{unit}]", unit=pace))


def _points_and_lines(found: Sweep) -> str:
    """Say what points and lines are; of dashed ones only where any can be seen."""
    most = max(each.static.throughput for each in found.points)
    seen = any(
        abs(each.static.throughput - each.throughput.mean) > _SEEN * most
        for each in found.points
    )
    if seen:
        return phrase("points: simulated; dashed: by capacity alone")
    return phrase("points: simulated; by capacity alone it is the same")


def _name_lines(
    found: Sweep, sheet: Sheet, axes: Axes, lines: tuple[_Series, ...]
) -> None:
    """Write the other parameter and its value at each line's end, none over another."""
    named = [line for line in lines if line.value is not None]
    if not named:
        return
    low, high = axes.get_ylim()
    bottom = axes.get_position().y0 * sheet.height
    named.sort(key=lambda line: line.points[-1].throughput.mean)
    left, room = _WIDTH - _RIGHT + 0.08, _RIGHT - PAGE_MARGIN
    parts = [(x.points[-1].throughput.mean - low) / (high - low) for x in named]
    heights = apart([bottom + CURVES * part for part in parts], LINE_HEIGHT)
    for line, middle in zip(named, heights, strict=True):
        text = cell(line.value)
        write_within(sheet, left, middle, text, room, size=8, va="center")
    name = printable(found.axes[1 - _across(found.axes)].path)
    style = {"size": 8, "color": SOFT, "va": "center"}
    write_within(sheet, left, heights[-1] + LINE_HEIGHT, name, room, **style)


def _draw_strips(
    found: Sweep,
    sheet: Sheet,
    axes: Axes,
    lines: tuple[_Series, ...],
    colours: Colours,
) -> None:
    """Draw for each line which constraint holds along it."""
    place = _across(found.axes)
    axis = found.axes[place]
    axes.set_ylim(len(lines), 0)
    without_frame(axes)
    for number, line in enumerate(lines):
        for start, end, names in _blocks(line, *axes.get_xlim()):
            title = constraint_title(found, names)
            _draw_block(axes, colours.of(names), title, start, end, number)
        if line.value is not None:
            other = printable(found.axes[1 - place].path)
            bottom = axes.get_position().y0 * sheet.height
            middle = bottom + (len(lines) - number - 0.5) * _PITCH
            style = {"size": 8, "ha": "right", "va": "center"}
            right, most = _LEFT - 0.1, 0.6 * (_LEFT - PAGE_MARGIN)
            value = write_within(sheet, right, middle, cell(line.value), most, **style)
            right -= sheet.width_of(value) + LETTER / 2  # a long name is cut, no value
            write_within(sheet, right, middle, other, right - PAGE_MARGIN, **style)
    if _is_numbers(axis):
        whole_ticks(axes.xaxis, axis.values)
    else:
        axes.set_xticks(range(len(axis.values)))
        axes.set_xticklabels([cell(value) for value in axis.values])
    name_axes(axes, with_unit(axis.path, unit_of(found.scenario, axis.path)), "")


def _draw_block(
    axes: Axes, look: Look, text: str, start: float, end: float, number: int
) -> None:
    """Draw where a constraint holds, and write its name where there is room."""
    low, high = axes.get_xlim()
    per_inch = (high - low) / (_WIDTH - _LEFT - _RIGHT)
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
    if len(text) * LETTER < (end - start) / per_inch:
        style: Style = {"ha": "center", "va": "center", "fontsize": 8}
        label = axes.text((start + end) / 2, number + 0.5, text, **style)
        label.set_parse_math(False)


def _blocks(
    line: _Series, low: float, high: float
) -> list[tuple[float, float, tuple[str, ...]]]:
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


def _names(each: SweepPoint) -> tuple[str, ...]:
    return () if each.verdict is None else each.verdict.constraint


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


@into_file
def draw_variants(found: Sweep) -> Sheet:
    """Draw variants side by side: throughput, work in progress and flow time."""
    points = found.points
    rows = ROW_PITCH * len(points)
    heights = (TITLES, rows, PAGE_MARGIN)
    sheet, _ = sheet_with_head(_WIDTH, heights, sweep_sentence(found), setting(found))
    top = PAGE_MARGIN + rows
    _draw_names(sheet, points, top)
    item = printable(found.scenario.item.unit)
    period = printable(found.scenario.period.unit)
    pace = pace_unit(found.scenario)
    panels = {
        phrase("throughput [{unit}]", unit=pace): [p.throughput for p in points],
        phrase("work in progress [{unit}]", unit=item): [p.wip for p in points],
        phrase("flow time [{unit}]", unit=period): [p.flow_time for p in points],
    }
    wide = (_WIDTH - 2 * PAGE_MARGIN - _NAMES) / len(panels)
    for place, (title, values) in enumerate(panels.items()):
        left = PAGE_MARGIN + _NAMES + place * wide
        _draw_panel(sheet, title, values, (left, wide - COLUMN_GAP, top))
    return sheet


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
        return phrase("push")
    if release.drum is None:
        return phrase("conwip {limit}", limit=release.limit)
    return phrase("drum-buffer-rope {limit}", limit=release.limit)


def _draw_panel(
    sheet: Sheet, title: str, values: list[Interval], place: tuple[float, float, float]
) -> None:
    """Draw values as bars; the place is the left edge, the width, and the top."""
    left, width, top = place
    known = [each for each in values if each.mean == each.mean]
    most = max((max(each.most, each.mean) for each in known), default=0.0) or 1.0
    scale = (width - _FIGURES) / most
    style = {"size": 9, "color": SOFT, "va": "bottom"}
    write_within(sheet, left, top + 0.06, title, width, **style)
    digits = decimals([each.mean for each in known])
    for row, value in enumerate(values):
        middle = top - (row + 0.5) * ROW_PITCH
        text, reach = NO_FIGURE, 0.0
        if value in known:
            text = plus_minus(value, digits)
            reach = _draw_bar(sheet, value, left, middle, scale)
        write(sheet, left + reach + 0.06, middle, text, size=8.5, va="center")
    bottom = top - len(values) * ROW_PITCH
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
