"""The page that figures are drawn on: measured in inches, the same bytes each time."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any, Protocol, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path as Curve
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from toc_sim.report.formats import printable

INK, SOFT, THIN_LINE, PAPER = "#1a1a1a", "#5f6368", "#8a8f94", "#ffffff"
"""Text, lesser text, thin lines, and what is behind everything."""

ACCENT = "#b3261e"
"""The constraint; always with a word beside it."""

ON_TOP, _BEHIND, FILL = 3, 1, 2
"""Text, ways, and boxes: what covers what."""

_SMALLEST = 7.0
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

    Parameters
    ----------
    sheet
        Where to write.
    x, y
        The place, from the lower left corner of the sheet [inches].
    text
        Of one line or several.
    **style
        As matplotlib's ``Axes.text`` takes it: ``ha``, ``va``, ``color``, ``fontsize``.
    """
    settings: Style = {"ha": "left", "va": "top", "color": INK, "zorder": ON_TOP}
    return sheet.axes.text(x, y, text, parse_math=False, **settings | style)


def write_within(
    sheet: Sheet, x: float, y: float, text: str, width: float, **style: Any
) -> Text:
    """Write text that must not be wider than something: smaller, or else cut.

    Parameters
    ----------
    sheet, x, y, text
        As of `write`.
    width
        What it may take [inches].
    **style
        As of `write`.
    """
    written = write(sheet, x, y, text, **style)
    size = float(written.get_fontsize())
    room = sheet.width_of(written)
    if room <= width:
        return written
    written.set_fontsize(max(_SMALLEST, size * width / room))
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
    first, *others = lines_of(text, width, style)
    above = write(sheet, x, middle, first, **style)
    if not others or sheet.width_of(above) > width:
        above.remove()
        write_within(sheet, x, middle, text, width, **style)
        return
    half = 0.6 * style["size"] / POINTS_PER_INCH
    above.set_y(middle + half)
    rest = printable(text)[len(first) :].strip()
    write_within(sheet, x, middle - half, rest, width, **style)


def box(
    sheet: Sheet, x: float, y: float, width: float, height: float, **style: Any
) -> None:
    """Draw a rectangle by its lower left corner.

    Parameters
    ----------
    sheet
        Where to draw.
    x, y
        The corner, from the lower left corner of the sheet [inches].
    width, height
        [inches]
    **style
        As matplotlib's ``Rectangle`` takes it: ``facecolor``, ``edgecolor``.
    """
    settings: Style = {"facecolor": PAPER, "edgecolor": THIN_LINE, "linewidth": 0.8}
    settings |= {"zorder": FILL} | style
    sheet.axes.add_patch(Rectangle((x, y), width, height, **settings))


def arrow(sheet: Sheet, points: Sequence[tuple[float, float]], **style: Any) -> None:
    """Draw a way through some points: along the axes straight, else bending softly."""
    vertices, codes = [points[0]], [Curve.MOVETO]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 == x1 or y0 == y1:
            vertices.append((x1, y1))
            codes.append(Curve.LINETO)
        else:
            middle = (x0 + x1) / 2
            vertices += [(middle, y0), (middle, y1), (x1, y1)]
            codes += [Curve.CURVE4] * 3
    settings: Style = {
        "arrowstyle": "-|>",
        "mutation_scale": 9,
        "color": THIN_LINE,
        "linewidth": 1.1,
        "shrinkA": 0,
        "shrinkB": 0,
        "zorder": _BEHIND,
    }
    sheet.axes.add_patch(
        FancyArrowPatch(path=Curve(vertices, codes), **(settings | style))
    )


PIXELS_PER_INCH = 150
MOST_PIXELS = 30_000
"""The sides of a bitmap are kept below this; very long lines are drawn smaller."""

NO_DATES: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""What a file must not say of itself, by suffix: the same run, the same bytes."""

PAGE_MARGIN = 0.35
"""Around everything [inches]."""

_HEAD_STYLE: dict[str, Any] = {"size": 12, "weight": "bold"}
"""How the verdict is set."""

_HEADLINE, _SUBLINE = 0.25, 0.34
"""Height of a line of the verdict, and of the setting below it [inches]."""

SETTING_STYLE: dict[str, Any] = {"size": 8.5, "color": SOFT}
"""How the setting is set."""

_PARTS = re.compile("[^_]*_+|[^_]+")
"""Of a name that is wider than a line: high_, precision_, moulding."""

LINE_BELOW = 0.17
"""From one line of the setting to the next [inches]."""


@contextmanager
def _same_everywhere() -> Iterator[None]:
    """Draw the same whatever the user's settings of matplotlib are."""
    settings = {
        **mpl.rcParamsDefault,
        "svg.hashsalt": "toc-sim",
        "text.color": INK,
        "axes.edgecolor": THIN_LINE,
        "axes.labelcolor": INK,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "font.size": 9,
        "text.hinting": "none",  # else text is not as wide as it was measured
        "hatch.linewidth": 0.6,
    }
    settings.pop("backend", None)
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a box will do
        warnings.filterwarnings("ignore", category=mpl.MatplotlibDeprecationWarning)
        mpl.rcParams.update(settings)
        yield


class _Answer(Protocol):
    @property
    def scenario(self) -> Any: ...


_Found = TypeVar("_Found", bound=_Answer)


def into_file(sheet_of: Callable[[_Found], Sheet]) -> Callable[[_Found, Path], None]:
    """Make what draws a sheet draw into a file.

    Parameters
    ----------
    sheet_of
        Returns what was found, drawn on a sheet.

    Returns
    -------
    A function of what was found and of the path of a file, whose suffix says how: one
    of those in `NO_DATES`. It raises an OSError if the file cannot be written.
    """

    @wraps(sheet_of)
    def draw(found: _Found, path: Path) -> None:
        suffix = path.suffix.lower()
        title = {"Title": printable(found.scenario.name)}
        with _same_everywhere():
            sheet = sheet_of(found)
            sheet.figure.savefig(
                path,
                format=suffix.removeprefix("."),
                dpi=min(PIXELS_PER_INCH, MOST_PIXELS / max(sheet.width, sheet.height)),
                metadata=title | NO_DATES[suffix],
            )

    return draw


def lines_of(text: str, room: float, style: dict[str, Any]) -> list[str]:
    """Return a text in lines that are not wider than there is room [inches]."""
    ruler = Sheet(1, 1)

    def is_wide(line: str) -> bool:
        return ruler.width_of(write(ruler, 0, 0, line, **style)) > room

    lines = [""]
    for word in printable(text).split(" "):
        parts = _PARTS.findall(word) if "_" in word and is_wide(word) else [word]
        gap = " "  # but none within a long name, which goes on after a stroke of it
        for part in parts:
            longer = f"{lines[-1]}{gap}{part}".lstrip()
            if lines[-1] and is_wide(longer):
                lines.append(part)
            else:
                lines[-1] = longer
            gap = ""
    return lines


def apart(wanted: Sequence[float], pitch: float) -> list[float]:
    """Return heights for names, none over another, near those that are wanted.

    Parameters
    ----------
    wanted
        From the lowest to the highest [inches].
    pitch
        From one name to the next at least [inches].

    Examples
    --------
    >>> from toc_sim.report.figures.page import apart
    >>> apart([1.0, 1.0, 4.0], pitch=0.5)
    [0.75, 1.25, 4.0]
    """

    def foot(group: Sequence[float]) -> float:
        return fmean(group) - pitch * (len(group) - 1) / 2

    groups: list[list[float]] = []
    for height in wanted:
        groups.append([height])
        while len(groups) > 1:
            below, above = groups[-2:]
            if foot(above) >= foot(below) + pitch * len(below):
                break
            groups[-2:] = [below + above]
    return [foot(group) + pitch * at for group in groups for at in range(len(group))]


def sheet_with_head(
    width: float, heights: Sequence[float], sentence: str, setting: str
) -> tuple[Sheet, float]:
    """Return a sheet with the verdict and the setting at its top, and where they end.

    Parameters
    ----------
    width, heights
        Of the sheet, and of what will be drawn below the head [inches].
    sentence, setting
        What the head says.
    """
    lines = lines_of(sentence, width - 2 * PAGE_MARGIN, _HEAD_STYLE)
    room = width - 2 * PAGE_MARGIN
    told = lines_of(setting, room, SETTING_STYLE)
    head = PAGE_MARGIN + len(lines) * _HEADLINE + _SUBLINE
    head += (len(told) - 1) * LINE_BELOW
    height = head
    for each in heights:  # sum() adds up otherwise from Python 3.12 on
        height += each
    sheet = Sheet(width, height)
    top = sheet.height - PAGE_MARGIN
    for number, line in enumerate(lines):
        write(sheet, PAGE_MARGIN, top - number * _HEADLINE, line, **_HEAD_STYLE)
    below = top - len(lines) * _HEADLINE
    for number, line in enumerate(told):
        height_of = below - number * LINE_BELOW
        write_within(sheet, PAGE_MARGIN, height_of, line, room, **SETTING_STYLE)
    return sheet, height - head


def axes_at(sheet: Sheet, left: float, low: float, width: float, height: float) -> Axes:
    """Return axes whose corner and size are measured in inches.

    Parameters
    ----------
    sheet
        Where they stand.
    left, low
        Their lower left corner, from that of the sheet [inches].
    width, height
        [inches]
    """
    area = (
        left / sheet.width,
        low / sheet.height,
        width / sheet.width,
        height / sheet.height,
    )
    return sheet.figure.add_axes(area)


def without_frame(axes: Axes) -> None:
    """Leave of the lines round axes only the one below, and no ticks at the side."""
    axes.set_yticks([])
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)


def name_axes(axes: Axes, across: str, up: str) -> None:
    """Write what stands along the axes; what looks like a formula is none.

    Parameters
    ----------
    axes
        Whose.
    across, up
        The name of each axis, with its unit.
    """
    for label in (axes.set_xlabel(across), axes.set_ylabel(up)):
        label.set_parse_math(False)


_MANY_TICKS, _FEW_TICKS, _LONG = 10, 5, 10_000
"""Parts of an axis of counts, and of one of so large ones."""


def whole_ticks(axis: Any, values: Sequence[Any]) -> None:
    """Let an axis have ticks at whole numbers alone, where its values are counts.

    Parameters
    ----------
    axis
        The x or the y axis of some axes.
    values
        What stands along it.
    """
    if values and all(
        isinstance(each, int) and not isinstance(each, bool) for each in values
    ):
        parts = _FEW_TICKS if max(map(abs, values)) >= _LONG else _MANY_TICKS
        axis.set_major_locator(MaxNLocator(parts, integer=True))


def with_unit(name: str, unit: str) -> str:
    """Write a parameter with its unit, as axes do."""
    return f"{printable(name)} [{unit}]" if unit else printable(name)
