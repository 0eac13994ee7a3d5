"""The paper that pictures are drawn on: inches, plain text, a few colours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text

INK, SOFT, LINE, PAPER = "#1a1a1a", "#5f6368", "#8a8f94", "#ffffff"
"""Text, lesser text, thin lines, and what is behind everything."""

ACCENT = "#b3261e"
"""The constraint; always with a word beside it."""

ON_TOP, BEHIND, FILL = 3, 1, 2
"""Text, ways, and boxes: what covers what."""

SMALLEST = 7.0
"""Text is not set smaller than this [points]; what is still too long is cut."""


POINTS_PER_INCH = 72

Style = dict[str, Any]
"""What matplotlib calls keyword arguments."""


class Sheet:
    """A sheet of paper, measured in inches from its lower left corner.

    Attributes
    ----------
    width, height
        Its size [inches].
    figure
        What is drawn on it.
    axes
        What to draw with.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width, height), facecolor=PAPER)
        self._canvas = FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(0, height)
        self.axes.set_axis_off()

    def width_of(self, text: Text) -> float:
        """Return how wide a text is [inches]."""
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call] # theirs
        box = text.get_window_extent(renderer)
        return float(box.width / self.figure.dpi)


def write(sheet: Sheet, x: float, y: float, text: str, **style: Any) -> Text:
    """Write text with its upper left corner at a place, unless the style says else.

    Names come from files: what looks like a formula in them is none.
    """
    settings: Style = {"ha": "left", "va": "top", "color": INK, "zorder": ON_TOP}
    return sheet.axes.text(x, y, text, parse_math=False, **settings | style)


def write_within(
    sheet: Sheet, x: float, y: float, text: str, width: float, **style: Any
) -> Text:
    """Write text that must not be wider than something: smaller, or else cut."""
    written = write(sheet, x, y, text, **style)
    size = float(written.get_fontsize())
    room = sheet.width_of(written)
    if room <= width:
        return written
    written.set_fontsize(max(SMALLEST, size * width / room))
    letters = len(text)
    while sheet.width_of(written) > width and letters > 1:
        letters = min(letters - 1, int(letters * width / sheet.width_of(written)) + 1)
        written.set_text(f"{text[:letters].rstrip()}…")
    return written


def write_in_two_lines(
    sheet: Sheet, x: float, middle: float, text: str, width: float, **style: Any
) -> None:
    """Write a name round a height, in a second line where one is not enough."""
    style |= {"va": "center"}
    words = text.split(" ")
    first = ""
    while words:
        longer = f"{first} {words[0]}".lstrip()
        tried = write(sheet, x, middle, longer, **style)
        fits = sheet.width_of(tried) <= width
        tried.remove()
        if not fits:
            break
        first = longer
        del words[0]
    if not first or not words:
        write_within(sheet, x, middle, text, width, **style)
        return
    half = 0.6 * style["size"] / POINTS_PER_INCH
    write(sheet, x, middle + half, first, **style)
    write_within(sheet, x, middle - half, " ".join(words), width, **style)


def box(
    sheet: Sheet, x: float, y: float, width: float, height: float, **style: Any
) -> None:
    """Draw a rectangle by its lower left corner."""
    settings: Style = {"facecolor": PAPER, "edgecolor": LINE, "linewidth": 0.8}
    settings |= {"zorder": FILL} | style
    sheet.axes.add_patch(Rectangle((x, y), width, height, **settings))


def arrow(sheet: Sheet, points: Sequence[tuple[float, float]], **style: Any) -> None:
    """Draw a way through some points: along the axes straight, else bending softly."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 == x1 or y0 == y1:
            vertices.append((x1, y1))
            codes.append(Path.LINETO)
        else:
            middle = (x0 + x1) / 2
            vertices += [(middle, y0), (middle, y1), (x1, y1)]
            codes += [Path.CURVE4] * 3
    settings: Style = {
        "arrowstyle": "-|>",
        "mutation_scale": 9,
        "color": LINE,
        "linewidth": 1.1,
        "shrinkA": 0,
        "shrinkB": 0,
        "zorder": BEHIND,
    }
    sheet.axes.add_patch(
        FancyArrowPatch(path=Path(vertices, codes), **(settings | style))
    )
