"""The figure of a comparison: what each set of tools brings, and how sure that is."""

from __future__ import annotations

from toc_sim.experiment.compare.comparison import Comparison
from toc_sim.language import phrase
from toc_sim.report.figures.page import (
    ACCENT,
    INK,
    LINE_BELOW,
    PAGE_MARGIN,
    SOFT,
    THIN_LINE,
    Sheet,
    axes_at,
    into_file,
    name_axes,
    sheet_with_head,
    without_frame,
    write,
    write_in_two_lines,
    write_within,
)
from toc_sim.report.figures.ticks import speak_ticks
from toc_sim.report.formats import (
    decimals,
    pace_unit,
    rounded,
    signed,
    tools_title,
)
from toc_sim.report.text.compare import comparison_setting, word
from toc_sim.report.text.comparison_sentence import comparison_sentence, criterion_of

_WIDTH = 10.0
"""Of the sheet [inches]."""

_NAMES, _FIGURES = 2.6, 2.9
"""Room for the tools' names to the left, and for words to the right [inches]."""

_PITCH = 0.4
"""From one row to the next [inches]."""

_LABELS, _NOTE = 0.55, 0.3
"""For the labels of the axis, and for what the band is [inches]."""

_DOT, _END = 5.0, 0.16
"""The size of a mean [points], and half the height of an interval's ends [rows]."""


@into_file
def draw_comparison(found: Comparison) -> Sheet:
    """Draw the difference of each candidate to doing nothing, with its interval."""
    rows = found.rows
    high = _PITCH * max(len(rows), 1)
    below = _LABELS + _NOTE + PAGE_MARGIN
    sentence, setting = comparison_sentence(found), comparison_setting(found)
    sheet, _ = sheet_with_head(_WIDTH, [high, below], sentence, setting)
    wide = _WIDTH - 2 * PAGE_MARGIN - _NAMES - _FIGURES
    axes = speak_ticks(axes_at(sheet, PAGE_MARGIN + _NAMES, below, wide, high))
    axes.set_ylim(max(len(rows), 1), 0)
    without_frame(axes)
    axes.axvspan(-found.margin, found.margin, color=THIN_LINE, alpha=0.25, linewidth=0)
    axes.axvline(0, color=INK, linewidth=0.9)
    digits = decimals(row.difference.mean for row in rows)
    for place, row in enumerate(rows):
        is_best = row.tools == found.best.tools
        middle, colour = place + 0.5, ACCENT if is_best else INK
        change = row.difference
        if change.is_known and change.half_width > 0:
            axes.plot([change.low, change.high], [middle] * 2, color=colour)
            for end in (change.low, change.high):
                ends = [middle - _END, middle + _END]
                axes.plot([end, end], ends, color=colour)
        axes.plot([change.mean], [middle], "o", color=colour, markersize=_DOT)
        height = below + high - middle * _PITCH
        weight = "bold" if is_best else "normal"
        name, room = tools_title(found.scenario, row.tools), _NAMES - 0.15
        style = {"size": 9, "weight": weight}
        write_in_two_lines(sheet, PAGE_MARGIN, height, name, room, **style)
        text = f"{signed(rounded(change, digits))}: {word(row)}"
        right = _WIDTH - PAGE_MARGIN - _FIGURES + 0.12
        style = {"size": 8, "va": "center", "weight": weight}
        write_within(sheet, right, height, text, _FIGURES - 0.12, **style)
    axes.margins(x=0.06)
    pace = pace_unit(found.scenario)
    across = phrase("throughput against doing nothing [{unit}]", unit=pace)
    name_axes(axes, across, "")
    note = phrase("grey: less than makes a difference")
    if any(row.difference.is_known and row.difference.half_width for row in rows):
        note = phrase(
            "grey: less than makes a difference; lines: intervals that hold together"
        )
    order = phrase("Ranked by {criterion}.", criterion=criterion_of(found))
    for line, text in enumerate((note, order)):
        height = PAGE_MARGIN + _NOTE - line * LINE_BELOW
        write(sheet, PAGE_MARGIN, height, text, size=8.5, color=SOFT)
    return sheet
