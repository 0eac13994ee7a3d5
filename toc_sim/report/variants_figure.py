"""The picture of variants side by side: what they make, hold, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.sweeping import Sweep, Swept
from toc_sim.report.canvas import (
    HEAD,
    MARGIN,
    draw_head,
    head_height,
    lines_of,
    same_everywhere,
    save,
)
from toc_sim.report.sheet import INK, LINE, SOFT, Sheet, box, write, write_within
from toc_sim.report.sweep_inside import inside
from toc_sim.report.sweep_table import setting, sweep_sentence
from toc_sim.report.words import NOTHING, decimals, plus_minus, printable

WIDTH = 9.0
"""Of the sheet [inches]."""

NAMES, GAP, FIGURES = 1.6, 0.25, 0.95
"""Room for the variants' names, between panels, and right of the bars [inches]."""

PITCH, BAR = 0.44, 0.24
"""From one row to the next, and how high a bar is [inches]."""

TITLES = 0.35
"""Above the bars, for the titles of the panels [inches]."""

WHISKER = 0.05
"""Half the height of an interval's ends [inches]."""

FILL = "#c9d6e2"
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
        head = lines_of(sweep_sentence(found), WIDTH - 2 * MARGIN, HEAD)
        rows = PITCH * len(found.points)
        sheet = Sheet(WIDTH, head_height(head) + TITLES + rows + MARGIN)
        draw_head(sheet, head, setting(found))
        top = MARGIN + rows
        _draw_names(sheet, found.points, top)
        panels = _panels(found)
        wide = (WIDTH - 2 * MARGIN - NAMES) / len(panels)
        for place, panel in enumerate(panels):
            _draw_panel(sheet, panel, MARGIN + NAMES + place * wide, wide - GAP, top)
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


def _draw_names(sheet: Sheet, points: Sequence[Swept], top: float) -> None:
    """Write the variants' names, and their policies where these differ."""
    policies = [_policy(each) for each in points]
    differ = len(set(policies)) > 1
    raised = 0.08 if differ else 0.0
    for row, (each, policy) in enumerate(zip(points, policies, strict=True)):
        middle = top - (row + 0.5) * PITCH
        style = {"size": 9, "va": "center"}
        room = NAMES - 0.1
        name = printable(each.point.name)
        write_within(sheet, MARGIN, middle + raised, name, room, **style)
        if differ:
            style |= {"size": 7.5, "color": SOFT}
            write_within(sheet, MARGIN, middle - raised, policy, room, **style)


def _policy(each: Swept) -> str:
    release = each.work.network.release
    if release.limit is None:
        return "push"
    return printable(f"{release.name.replace('_', '-')} {release.limit}")


def _draw_panel(
    sheet: Sheet, panel: _Panel, left: float, width: float, top: float
) -> None:
    known = [each for each in panel.values if each.mean == each.mean]
    most = max((max(_end(each), each.mean) for each in known), default=0.0) or 1.0
    scale = (width - FIGURES) / most
    title = {"size": 9, "color": SOFT, "va": "bottom"}
    write_within(sheet, left, top + 0.06, panel.title, width, **title)
    digits = decimals([each.mean for each in known])
    for row, value in enumerate(panel.values):
        middle = top - (row + 0.5) * PITCH
        text = plus_minus(value, digits) if value in known else NOTHING
        reach = 0.0
        if value in known:
            reach = _draw_bar(sheet, value, left, middle, scale)
        style = {"size": 8.5, "va": "center"}
        write(sheet, left + reach + 0.06, middle, text, **style)
    bottom = top - len(panel.values) * PITCH
    sheet.axes.plot([left, left], [bottom, top], color=LINE, linewidth=0.8)


def _draw_bar(
    sheet: Sheet, value: Interval, left: float, middle: float, scale: float
) -> float:
    """Draw a bar with its interval, and return how far it reaches [inches]."""
    length = value.mean * scale
    box(sheet, left, middle - BAR / 2, length, BAR, facecolor=FILL)
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
