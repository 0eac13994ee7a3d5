"""One node in the picture: its name, its pace, how its time went, its queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

from matplotlib.patches import Circle

from toc_sim.report.figures.page import (
    ACCENT,
    FILL,
    INK,
    ON_TOP,
    PAPER,
    SOFT,
    THIN_LINE,
    Sheet,
    box,
    write,
    write_in_two_lines,
    write_within,
)
from toc_sim.report.formats import alone, decimals, given, joined, number, printable
from toc_sim.report.run_summary import Findings, NodeRow

BOX_WIDTH, BOX_HEIGHT = 1.65, 1.14
"""Of a node [inches]."""

QUEUE_WIDTH = 0.55
"""Room before a box for its queue [inches]."""

PAD = 0.09
"""Between the edge of a box and what is in it [inches]."""

_RADIUS, DOTS_HIGH, DOTS = 0.045, 5, 10
"""Of a waiting item [inches], and how many are drawn above each other and at most."""


_PITCH = 2.6 * _RADIUS
"""From one waiting item to the next [inches]."""

LEAST_QUEUE = 0.005
"""A shorter queue is not worth a figure [items]."""

_SEEN = 0.0005
"""A share of time below this is not drawn [1]."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How a share of time looks: a colour and a pattern, for those who see no colour.

    Attributes
    ----------
    field
        Of a row; `unserved` is the idle time of a market.
    label
        What the legend says.
    color, hatch
        As matplotlib names them.
    """

    field: str
    label: str
    color: str
    hatch: str = ""


LOOKS = (
    _Look("busy", "busy", "#4c78a8"),
    _Look("blocked", "blocked: no room after it", "#f0a04b", "/////"),
    _Look("down", "down: in repair", "#55585c", "xxxx"),
    _Look("off", "off: closed", "#b7bfc4", "\\\\"),
    _Look("starved", "starved: nothing to do", "#e3e6e8"),
    _Look("unserved", "unserved demand", "#cbb9e3", "...."),
)


def draw_box(sheet: Sheet, found: Findings, row: NodeRow, x: float, y: float) -> None:
    """Draw a node with its lower left corner at a place."""
    edge = {"edgecolor": ACCENT, "linewidth": 2.6} if row.is_constraint else {}
    box(sheet, x, y, BOX_WIDTH, BOX_HEIGHT, **edge)
    if row.is_constraint:
        _flag(sheet, found, x, y + BOX_HEIGHT)
    middle, room = x + BOX_WIDTH / 2, BOX_WIDTH - 2 * PAD
    title = {"size": 9, "weight": "bold", "ha": "center"}
    write_in_two_lines(sheet, middle, y + 0.93, printable(row.title), room, **title)
    lesser = {"size": 7.5, "color": SOFT, "ha": "center"}
    write_within(sheet, middle, y + 0.76, _pace(found, row), room, **lesser)
    left = x + PAD
    for start, end, look in _times(row):
        box(
            sheet,
            left + start * room,
            y + 0.44,
            (end - start) * room,
            0.15,
            facecolor=look.color,
            hatch=look.hatch,
            edgecolor=PAPER,
            linewidth=0,
        )
    if not isnan(row.busy) and row.kind != "source":
        box(sheet, left, y + 0.44, room, 0.15, facecolor="none", linewidth=0.5)
        write(sheet, left, y + 0.38, f"busy {row.busy:.0%}".replace("%", " %"), size=7)
    _share(sheet, found, row, left, y, room)


def _share(
    sheet: Sheet, found: Findings, row: NodeRow, left: float, y: float, room: float
) -> None:
    """Draw the constraint share as a bar along the lower edge."""
    right = {"size": 7, "ha": "right"}
    if row.worker:
        text = f"share: see {found.title(row.worker)}"
        write_within(sheet, left + room, y + 0.2, text, room, color=SOFT, **right)
    if row.share is None:
        return
    weight = "bold" if row.is_constraint else "normal"
    text = f"share {number(100 * row.share.mean, 0)} %"
    write(sheet, left + room, y + 0.38, text, weight=weight, **right)
    part = min(1.0, max(0.0, row.share.mean))
    box(sheet, left, y + PAD, room, 0.08, edgecolor=THIN_LINE, linewidth=0.5)
    color = ACCENT if row.is_constraint else INK
    box(sheet, left, y + PAD, part * room, 0.08, facecolor=color, edgecolor="none")


def _flag(sheet: Sheet, found: Findings, x: float, top: float) -> None:
    """Say in words above a box that it is the constraint."""
    word = found.verdict.word
    text = "CONSTRAINT" if word == "sole" else f"CONSTRAINT ({word})"
    style = {"size": 7.5, "weight": "bold", "color": PAPER, "va": "center"}
    written = write(sheet, x + 0.08, top + 0.1, text, **style)
    width = sheet.width_of(written) + 0.2
    box(sheet, x, top, width, 0.19, facecolor=ACCENT, edgecolor=ACCENT)


def _pace(found: Findings, row: NodeRow) -> str:
    """Say what a node does, of what it could."""
    scenario = found.scenario
    item, period = printable(scenario.item), printable(scenario.period)
    if row.kind == "policy":
        return f"at most {row.capacity:.0f} {item}"
    if row.kind == "resource":
        stages = joined(
            found.title(each.name)
            for each in found.rows
            if row.name in (each.worker, *each.also)
        )
        return f"servers {row.capacity:.0f}: {stages}"
    done = f"{alone(row.throughput)}"
    if row.worker:
        return f"{done} {item}/{period}"
    return f"{done} of {given(row.capacity)} {item}/{period}"


def _times(row: NodeRow) -> Iterator[tuple[float, float, _Look]]:
    """Yield how a node's time went: from and to, as shares, and how that looks."""
    if row.kind == "source":
        return
    start = 0.0
    for look in LOOKS:
        value = _time(row, look.field)
        if value > _SEEN:
            yield start, min(1.0, start + value), look
            start += value


def _time(row: NodeRow, field: str) -> float:
    if field == "unserved":
        if row.kind != "market":
            return 0.0
        return max(0.0, 1 - row.busy - row.blocked - row.down - row.off)
    value: float = getattr(row, field)
    return 0.0 if isnan(value) else value


def _is_seen(row: NodeRow, look: _Look) -> bool:
    return row.kind != "source" and _time(row, look.field) > _SEEN


def queue_depth(row: NodeRow) -> float:
    """Return how far before its box the line of those who wait begins [inches]."""
    columns = -(-_dots(row) // DOTS_HIGH)
    return columns * _PITCH + 0.06 if columns else 0.0


def draw_queue(
    sheet: Sheet, row: NodeRow, x: float, y: float, buffer: int | None
) -> None:
    """Draw the items that wait before a box on average, and say how many."""
    if row.queue_mean < LEAST_QUEUE:
        return
    middle = y + BOX_HEIGHT / 2
    for dot in range(_dots(row)):
        column, height = divmod(dot, DOTS_HIGH)
        center = (x - 0.1 - column * _PITCH, middle + height * _PITCH)
        sheet.axes.add_patch(
            Circle(center, _RADIUS, facecolor=INK, edgecolor="none", zorder=FILL)
        )
    text = number(row.queue_mean, min(2, decimals([row.queue_mean])))
    if buffer is not None:
        text += f"\nof {buffer}"
    style = {"size": 7, "ha": "right", "zorder": ON_TOP, "linespacing": 1.1}
    write(sheet, x - 0.05, middle - 0.09, text, **style)


def _dots(row: NodeRow) -> int:
    return min(DOTS, round(row.queue_mean))


def draw_legend(sheet: Sheet, found: Findings, left: float, top: float) -> None:
    """Say what the colours and dots mean; only those that are there."""
    style = {"size": 8, "color": SOFT}
    for look in LOOKS:
        if not any(_is_seen(row, look) for row in found.rows):
            continue
        box(
            sheet,
            left,
            top - 0.13,
            0.22,
            0.12,
            facecolor=look.color,
            hatch=look.hatch,
            edgecolor=PAPER,
            linewidth=0,
        )
        written = write(sheet, left + 0.28, top, look.label, **style)
        left += 0.28 + sheet.width_of(written) + 0.25
    if any(row.queue_mean >= LEAST_QUEUE for row in found.rows):
        dot = Circle(
            (left + 0.05, top - 0.07), _RADIUS, facecolor=INK, edgecolor="none"
        )
        sheet.axes.add_patch(dot)
        text = f"waiting, on average; no more than {DOTS} are drawn"
        write(sheet, left + 0.15, top, text, **style)
