"""The figures of a roadmap and of a way to a throughput."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.roadmap.five_steps import Roadmap
from toc_sim.experiment.roadmap.reach import Reach
from toc_sim.language import phrase
from toc_sim.report.figures.page import (
    ACCENT,
    INK,
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
)
from toc_sim.report.figures.palette import (
    Colours,
    LegendEntry,
    draw_legend,
    legend_height,
)
from toc_sim.report.figures.ticks import speak_ticks
from toc_sim.report.formats import (
    decimals,
    given,
    listed_titles,
    number,
    pace_unit,
    plus_minus,
    printable,
    tools_title,
)
from toc_sim.report.text.roadmap import reach_sentence, roadmap_sentence

_WIDTH = 9.0
"""Of the sheet [inches]."""

_NAMES, _FIGURES = 2.6, 1.9
"""Room for names to the left, and for figures to the right of bars [inches]."""

_PITCH, _BAR = 0.4, 0.6
"""From one row to the next [inches], and the part of it that is a bar [1]."""

_LABELS = 0.55
"""For the labels of the axis [inches]."""


@into_file
def draw_roadmap(found: Roadmap) -> Sheet:
    """Draw the throughput of each step, in the colour of its constraint."""
    steps = found.steps
    binding = [step.verdict.constraint for step in steps]
    owners = [*found.scenario.stages, *found.scenario.resources]
    owners += [name for names in binding for name in names]
    colours = Colours(owners, binding)
    entries = [
        LegendEntry(
            phrase(
                "the constraint: {nodes}", nodes=listed_titles(found.scenario, names)
            ),
            colours.of(names),
        )
        for names in dict.fromkeys(binding)
    ]
    legend = legend_height(entries, _WIDTH)
    below = _LABELS + legend + PAGE_MARGIN
    names = [_owned(found, steps[0].owned)]
    for before, step in pairwise(steps):
        new = [name for name in step.owned if name not in before.owned]
        names.append(f"+ {_owned(found, new)}")
    sheet, axes = _rows(len(steps), below, roadmap_sentence(found), found)
    digits = decimals(step.throughput for step in steps)
    for place, (step, name) in enumerate(zip(steps, names, strict=True)):
        look = colours.of(step.verdict.constraint)
        axes.barh(
            place + 0.5,
            step.throughput,
            _BAR,
            color=look.pale if look.hatch else look.strong,
            hatch=look.hatch,
            edgecolor=look.strong,
            linewidth=0.6,
        )
        who = listed_titles(found.scenario, step.verdict.constraint)
        figure = f"{number(step.throughput, digits)}: {who}"
        _tell(sheet, below, (place, len(steps)), (name, figure))
    draw_legend(sheet, entries, below - _LABELS)
    return sheet


def _owned(found: Roadmap, tools: Sequence[str]) -> str:
    return tools_title(found.scenario, tools)


@into_file
def draw_reach(found: Reach) -> Sheet:
    """Draw what the answer makes beside what is wanted."""
    answer = found.furthest if found.found is None else found.found
    name = tools_title(found.scenario, answer.tools)
    below = _LABELS + 0.3 + PAGE_MARGIN
    sheet, axes = _rows(1, below, reach_sentence(found), found)
    made: Interval = answer.throughput
    is_there = found.found is not None
    axes.barh(0.5, made.mean, _BAR, color=ACCENT if not is_there else "#4c78a8")
    if made.is_known and made.half_width > 0:
        axes.plot([made.low, made.high], [0.5, 0.5], color=INK)
    axes.axvline(found.wanted, color=INK, linestyle=(0, (4, 2)), linewidth=1.2)
    axes.set_xlim(0, 1.08 * max(found.wanted, made.mean))
    digits = decimals([made.mean, found.wanted])
    who = listed_titles(found.scenario, found.verdict.constraint)
    _tell(sheet, below, (0, 1), (name, f"{plus_minus(made, digits)}: {who}"))
    note = phrase(
        "dashed: {wanted} {unit} are wanted; behind the bar: what it makes, and the "
        "constraint then",
        wanted=given(found.wanted),
        unit=pace_unit(found.scenario),
    )
    write(sheet, PAGE_MARGIN, PAGE_MARGIN + 0.3, note, size=8.5, color=SOFT)
    return sheet


def _rows(
    count: int, below: float, sentence: str, found: Roadmap | Reach
) -> tuple[Sheet, Axes]:
    """Return a sheet with a head, and axes for so many bars above a height."""
    high, scenario = _PITCH * count, found.scenario
    setting = printable(scenario.name)
    sheet, _ = sheet_with_head(_WIDTH, [high, below], sentence, setting)
    wide = _WIDTH - 2 * PAGE_MARGIN - _NAMES - _FIGURES
    axes = speak_ticks(axes_at(sheet, PAGE_MARGIN + _NAMES, below, wide, high))
    axes.set_ylim(count, 0)
    without_frame(axes)
    axes.grid(visible=True, axis="x", color=THIN_LINE, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    name_axes(axes, phrase("throughput [{unit}]", unit=pace_unit(scenario)), "")
    return sheet, axes


def _tell(
    sheet: Sheet, below: float, place: tuple[int, int], texts: tuple[str, str]
) -> None:
    """Write the name before a row and the figure behind it."""
    row, count = place
    height = below + (count - row - 0.5) * _PITCH
    room = _NAMES - 0.15, _FIGURES - 0.12
    write_in_two_lines(sheet, PAGE_MARGIN, height, texts[0], room[0], size=9)
    right = _WIDTH - PAGE_MARGIN - _FIGURES + 0.12
    write_in_two_lines(sheet, right, height, texts[1], room[1], size=8)
