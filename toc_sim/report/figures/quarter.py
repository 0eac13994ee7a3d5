"""The fan of what will be closed by a date: in the bag, and still to be found."""

from __future__ import annotations

from toc_sim.language import phrase
from toc_sim.outlook.forecast import Forecast
from toc_sim.report.figures.page import (
    ACCENT,
    INK,
    PAGE_MARGIN,
    THIN_LINE,
    Sheet,
    Style,
    apart,
    axes_at,
    into_file,
    name_axes,
    sheet_with_head,
    write_within,
)
from toc_sim.report.figures.palette import (
    LegendEntry,
    Look,
    draw_legend,
    legend_height,
)
from toc_sim.report.figures.ticks import speak_ticks
from toc_sim.report.formats import counted, given, number, printable
from toc_sim.report.text.quarter import quarter_sentence

_WIDTH, _HEIGHT = 9.0, 4.2
"""Of the sheet, and height of the fan [inches]."""

_LEFT, _RIGHT, _LABELS = 0.95, 1.75, 0.6
"""Room for the axes' labels, and for what stands at the end of lines [inches]."""

_BAG, _BAG_TEXT = Look("#8ebfe0", "#8ebfe0", ""), "#0072b2"
_FOUND = Look("#e69f00", "#f8dfa8", "///")
_PITCH = 0.16
"""From one name at the end of lines to the next [inches]."""


@into_file
def draw_quarter(found: Forecast) -> Sheet:
    """Draw how closings add up to the date, P10 to P90, and where they come from."""
    entries = [
        LegendEntry(phrase("in the bag: open today, in the mean"), _BAG),
        LegendEntry(phrase("still to be found, in the mean"), _FOUND),
        LegendEntry(phrase("lines: P10, P50 and P90 of all runs")),
    ]
    below = _LABELS + legend_height(entries, _WIDTH) + PAGE_MARGIN
    sheet, _ = sheet_with_head(
        _WIDTH, (_HEIGHT, below), quarter_sentence(found), _setting(found)
    )
    wide = _WIDTH - _LEFT - _RIGHT
    axes = speak_ticks(axes_at(sheet, _LEFT, below, wide, _HEIGHT))
    fan = found.fan
    bag: Style = {"facecolor": _BAG.strong, "edgecolor": _BAG_TEXT, "linewidth": 0.6}
    axes.fill_between(fan.times, 0, fan.in_the_bag, **bag)
    axes.fill_between(
        fan.times,
        fan.in_the_bag,
        fan.whole,
        facecolor=_FOUND.pale,
        edgecolor=_FOUND.strong,
        hatch=_FOUND.hatch,
        linewidth=0.6,
    )
    for line in (fan.low, fan.high):
        axes.plot(fan.times, line, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
    axes.plot(fan.times, fan.middle, color=INK, linewidth=1.5)
    top = 1.08 * max(fan.high[-1], 0 if found.target is None else found.target.target)
    axes.set_xlim(0, found.until)
    axes.set_ylim(0, max(top, 1.0))
    axes.grid(visible=True, color=THIN_LINE, alpha=0.25, linewidth=0.6)
    if found.target is not None:
        axes.axhline(found.target.target, color=ACCENT, linewidth=1.2)
    period = printable(found.scenario.period.many)
    item = printable(found.scenario.item.many)
    name_axes(
        axes,
        phrase("{period} from now", period=period),
        phrase("closed by then [{item}]", item=item),
    )
    _name_lines(found, sheet, below, max(top, 1.0))
    draw_legend(sheet, entries, below - _LABELS)
    return sheet


def _setting(found: Forecast) -> str:
    """Say what the figure is of."""
    return phrase(
        "{scenario}: {open} open today, {runs} runs",
        scenario=printable(found.scenario.name),
        open=counted(f"{len(found.opened.items):,}", found.scenario.item),
        runs=f"{found.runs:,}",
    )


def _name_lines(found: Forecast, sheet: Sheet, below: float, top: float) -> None:
    """Write at the end of each line what it is, none over another."""
    fan = found.fan
    names = [
        (fan.low[-1], f"P10: {number(fan.low[-1], 0)}", INK),
        (fan.middle[-1], f"P50: {number(fan.middle[-1], 0)}", INK),
        (fan.high[-1], f"P90: {number(fan.high[-1], 0)}", INK),
        (fan.in_the_bag[-1], _bag_name(found), _BAG_TEXT),
    ]
    if found.target is not None:
        target = phrase(
            "target {count}: {share}",
            count=given(found.target.target),
            share=found.target.told,
        )
        names.append((found.target.target, target, ACCENT))
    names.sort(key=lambda name: name[0])
    heights = apart([below + _HEIGHT * at / top for at, _, _ in names], _PITCH)
    left, room = _WIDTH - _RIGHT + 0.08, _RIGHT - PAGE_MARGIN / 2
    for (_, text, colour), height in zip(names, heights, strict=True):
        style: Style = {"size": 8, "va": "center", "color": colour}
        write_within(sheet, left, height, text, room, **style)


def _bag_name(found: Forecast) -> str:
    return phrase("in the bag: {count}", count=number(found.fan.in_the_bag[-1], 1))
