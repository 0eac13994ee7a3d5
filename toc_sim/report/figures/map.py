"""The picture of a map: regions of the constraint, borders, and what was simulated."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from toc_sim.experiment.map.constraint_map import ConstraintMap
from toc_sim.experiment.map.plane import ConstraintNames, is_whole
from toc_sim.report.figures.map_labels import (
    Contour,
    contours,
    draw_contour_labels,
    draw_names,
    key_of,
)
from toc_sim.report.figures.map_pies import (
    Frame,
    TakenRoom,
    draw_own,
    draw_pies,
    shares_seen,
)
from toc_sim.report.figures.page import (
    INK,
    PAGE_MARGIN,
    SOFT,
    Sheet,
    axes_at,
    name_axes,
    same_everywhere,
    save,
    sheet_with_head,
    with_unit,
)
from toc_sim.report.figures.palette import (
    Colours,
    LegendEntry,
    draw_legend,
    legend_height,
)
from toc_sim.report.formats import printable, unit_of
from toc_sim.report.text.map import phases_sentence, phases_setting, region_title

_WIDTH, HEIGHT = 7.2, 5.8
"""Of the map itself [inches]."""

_LEFT, _LABELS = 1.0, 0.62
"""Room for what stands along the axes [inches]."""

BORDER, CONTOUR, SEAM = 1.5, 0.7, 0.4
"""Widths of lines [points]; a seam closes the gap that some viewers show."""


def draw_phases(found: ConstraintMap, path: Path) -> None:
    """Draw a map into a file.

    Parameters
    ----------
    found
        What there is to show.
    path
        Its suffix says how: .png, .svg or .pdf.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with same_everywhere():
        save(_sheet(found), path, found.scenario.name)


def _sheet(found: ConstraintMap) -> Sheet:
    colours = _colours(found)
    in_jumps = is_whole(found.x) or is_whole(found.y)
    lines = () if in_jumps else contours(found.pieces)
    wide = _LEFT + _WIDTH + PAGE_MARGIN
    entries = _entries(found, colours, lines)
    low = PAGE_MARGIN + legend_height(entries, wide) + _LABELS
    sentence, setting = phases_sentence(found), phases_setting(found)
    sheet, _ = sheet_with_head(wide, [low + HEIGHT], sentence, setting)
    axes = axes_at(sheet, _LEFT, low, _WIDTH, HEIGHT)
    axes.set_zorder(-1)  # below the sheet itself, on which everything else is drawn
    frame = Frame(found, _LEFT, low, _WIDTH, HEIGHT)
    _draw_regions(found, axes, colours)
    _draw_lines(found, axes, lines)
    room = TakenRoom()
    draw_pies(sheet, frame, colours, room)
    draw_own(sheet, frame, room)
    draw_names(sheet, frame, room)
    draw_contour_labels(sheet, frame, lines, room)
    draw_legend(sheet, entries, low - _LABELS)
    return sheet


def _colours(found: ConstraintMap) -> Colours:
    net_owners = list(found.scenario.stages) + list(found.scenario.resources)
    shown = [region.names for region in found.regions if region.names]
    owners = [*net_owners, *(name for names in shown for name in names)]
    return Colours(owners, [*shown, *((name,) for name in shares_seen(found))])


def _entries(
    found: ConstraintMap, colours: Colours, lines: tuple[Contour, ...]
) -> tuple[LegendEntry, ...]:
    entries = [
        LegendEntry(
            f"{key_of(found, region.names)}  {region_title(found, region.names)}",
            colours.of(region.names),
        )
        for region in found.regions
    ]
    areas: set[ConstraintNames] = {region.names for region in found.regions}
    for name in shares_seen(found):
        if (name,) not in areas:
            text = f"{region_title(found, (name,))} (in pies only)"
            entries.append(LegendEntry(text, colours.of((name,))))
    entries.append(LegendEntry("areas: the constraint by capacity alone"))
    if lines:
        pace = printable(f"{found.scenario.item}/{found.scenario.period}")
        entries.append(
            LegendEntry(f"thin lines: throughput by capacity alone [{pace}]")
        )
    if found.warmup is not None:
        entries.append(
            LegendEntry(
                "pies: simulated constraint shares, with the largest [%]; "
                "grey: small ones, and what no rate answers for"
            )
        )
    return tuple(entries)


def _draw_regions(found: ConstraintMap, axes: Axes, colours: Colours) -> None:
    for region in found.regions:
        look = colours.of(region.names)
        shapes = [
            [(corner.x, corner.y) for corner in piece.corners]
            for piece in found.pieces
            if piece.names == region.names
        ]
        axes.add_collection(
            PolyCollection(
                shapes, facecolors=look.pale, edgecolors=look.pale, linewidths=SEAM
            )
        )
        if look.hatch:
            axes.add_collection(
                PolyCollection(
                    shapes,
                    facecolors="none",
                    edgecolors=look.strong,
                    linewidths=0,
                    hatch=look.hatch,
                )
            )


def _draw_lines(found: ConstraintMap, axes: Axes, lines: tuple[Contour, ...]) -> None:
    thin = [segment for line in lines for segment in line.segments]
    axes.add_collection(
        LineCollection(thin, colors=SOFT, linewidths=CONTOUR, capstyle="round")
    )
    borders = [(border.start, border.end) for border in found.borders]
    axes.add_collection(
        LineCollection(borders, colors=INK, linewidths=BORDER, capstyle="round")
    )
    axes.set_xlim(found.x.low, found.x.high)
    axes.set_ylim(found.y.low, found.y.high)
    name_axes(
        axes,
        with_unit(found.x.path, unit_of(found.scenario, found.x.path)),
        with_unit(found.y.path, unit_of(found.scenario, found.y.path)),
    )
