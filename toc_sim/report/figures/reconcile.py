"""The figure of a model beside its records: their course in time, and flow times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from toc_sim.calibration.course_bands import Band
from toc_sim.calibration.reconcile import Reconciliation, StretchCompared
from toc_sim.errors import TocError
from toc_sim.language import phrase
from toc_sim.records.visits import Days
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
    write,
    write_within,
)
from toc_sim.report.figures.ticks import speak_ticks
from toc_sim.report.formats import printable
from toc_sim.report.text.reconcile import error_of, row_title

_WIDTH = 11.0
"""Of the sheet [inches]."""

_PANEL = 2.1
"""Height of a panel [inches]."""

_TITLE, _LABELS = 0.62, 0.62
"""Above a row of panels and below it [inches]."""

_LEFT, _GAP = 0.55, 0.7
"""Beside the first panel, and between two [inches]."""

_NOTE = 0.3
"""For what the colours are [inches]."""

MODEL = "#4c78a8"
"""The colour of the model; records are drawn in ink."""

_BAND = 0.28
"""How strong the band of the runs is [1]."""

_Line = str | tuple[float, tuple[float, float]]

_DASHES: _Line = (0.0, (4.0, 2.0))
"""How those that were won are drawn, beside those that came."""

_HEADROOM = 1.08
"""Of an axis, above the highest line [1]."""

_MOST_SHOWN = 0.98
"""The flow times beyond this quantile of the longer ones are not drawn [1]."""


def draw_reconciliation(found: Reconciliation, path: Path) -> None:
    """Draw a model beside its records into a file.

    A row of panels for the time that it was drawn from, and one for the time that was
    held back: how many came and were won, how many are open, and how long the won ones
    took. The head says what comes of it.

    Parameters
    ----------
    found
        The model beside its records.
    path
        Of the picture; its suffix says how.

    Raises
    ------
    TocError
        If there is nothing to draw.
    OSError
        If the file cannot be written.
    """
    if found.scenario is None:
        raise TocError(found.sentence)
    _draw(found, path)


@into_file
def _draw(found: Reconciliation) -> Sheet:
    parts = [each for each in (found.whole, found.held_back) if each is not None]
    heights = [_TITLE + _PANEL + _LABELS for _ in parts]
    name = "" if found.scenario is None else printable(found.scenario.name)
    foot = _NOTE + PAGE_MARGIN
    sheet, _ = sheet_with_head(_WIDTH, [*heights, foot], found.sentence, name)
    for number, part in enumerate(reversed(parts)):
        low = foot + number * (_TITLE + _PANEL + _LABELS) + _LABELS
        _draw_stretch(sheet, part, low, is_later=part is found.held_back)
    note = phrase(
        "black: the records; blue: the model, mean of its runs, and the least and the "
        "most of any of them; on the left solid: came, dashed: won"
    )
    write(sheet, PAGE_MARGIN, PAGE_MARGIN + _NOTE / 2, note, size=8.5, color=SOFT)
    return sheet


def _draw_stretch(
    sheet: Sheet, found: StretchCompared, low: float, *, is_later: bool
) -> None:
    """Draw the panels of one stretch of time above a height [inches]."""
    dates = {"first": found.first, "last": found.last}
    title = phrase("The time it was drawn from: {first} to {last}", **dates)
    if is_later:
        title = phrase("Held back, not known to it: {first} to {last}", **dates)
    top = low + _PANEL + _TITLE
    write(sheet, PAGE_MARGIN, top - 0.05, title, size=10, weight="bold")
    shows_open = any(row.name == "wip" for row in found.rows)
    count = 3 if shows_open else 2
    room = _WIDTH - 2 * PAGE_MARGIN - _LEFT - (count - 1) * _GAP
    wide = room / count
    places = [PAGE_MARGIN + _LEFT + at * (wide + _GAP) for at in range(count)]
    panels = [speak_ticks(_panel(sheet, left, low, wide)) for left in places]
    heads = (
        ["throughput", "wip", "flow_time"]
        if shows_open
        else [
            "throughput",
            "flow_time",
        ]
    )
    for left, name in zip(places, heads, strict=True):
        text, is_missed = _head(found, name)
        colour = ACCENT if is_missed else INK
        write_within(sheet, left, low + _PANEL + 0.26, text, wide, size=9, color=colour)
    since = phrase("days from {date}", date=found.first)
    _draw_counts(panels[0], found, since)
    if shows_open:
        _draw_open(panels[1], found, since)
    _draw_times(panels[-1], found.bands.quantiles, found.bands.flow_times)


def _head(found: StretchCompared, name: str) -> tuple[str, bool]:
    """Return what stands over a panel, and whether the model misses there."""
    row = next(each for each in found.rows if each.name == name and not each.node)
    text = phrase(
        "{figure}: {error} %",
        figure=row_title(found.scenario, row),
        error=error_of(row),
    )
    if row.agreement != "misses":
        return text, False
    return phrase("{figure}, a miss", figure=text), True


def _panel(sheet: Sheet, left: float, low: float, width: float) -> Axes:
    axes = axes_at(sheet, left, low, width, _PANEL)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True, axis="y", color=THIN_LINE, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def _draw_counts(axes: Axes, found: StretchCompared, since: str) -> None:
    """Draw how many came and were won since the stretch began."""
    moments, counts = found.bands.moments, found.bands.counts
    for name, line in (("arrivals", "solid"), ("wins", _DASHES)):
        _draw_band(axes, moments, counts[name], line)
    _from_zero(axes, [counts["arrivals"], counts["wins"]])
    axes.set_xlim(0, float(moments[-1]))
    name_axes(axes, since, printable(found.scenario.item.unit))


def _draw_open(axes: Axes, found: StretchCompared, since: str) -> None:
    band = found.bands.counts["open"]
    _draw_band(axes, found.bands.moments, band, "solid")
    _from_zero(axes, [band])
    axes.set_xlim(0, float(found.bands.moments[-1]))
    name_axes(axes, since, phrase("open"))


def _draw_times(axes: Axes, quantiles: Days, times: Band) -> None:
    """Draw which part of the won cases took how long at most."""
    percents = 100 * quantiles
    axes.fill_betweenx(
        percents, times.low, times.high, color=MODEL, alpha=_BAND, linewidth=0
    )
    axes.plot(times.middle, percents, color=MODEL, linewidth=1.4)
    axes.plot(times.records, percents, color=INK, linewidth=1.4)
    last = round(_MOST_SHOWN * 100) - 1
    ends = [each[last] for each in (times.records, times.middle)]
    longest = max((float(end) for end in ends if np.isfinite(end)), default=1.0)
    axes.set_xlim(0, longest or 1.0)
    axes.set_ylim(0, 100)
    name_axes(axes, phrase("days at most"), phrase("% of those won"))


def _draw_band(axes: Axes, across: Days, band: Band, line: _Line) -> None:
    axes.fill_between(
        across, band.low, band.high, color=MODEL, alpha=_BAND, linewidth=0
    )
    axes.plot(across, band.middle, color=MODEL, linewidth=1.4, linestyle=line)
    axes.plot(across, band.records, color=INK, linewidth=1.4, linestyle=line)


def _from_zero(axes: Axes, bands: Sequence[Band]) -> None:
    highest = max(float(max(band.records.max(), band.high.max())) for band in bands)
    axes.set_ylim(0, _HEADROOM * highest or 1.0)
