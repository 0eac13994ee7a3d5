"""The paper for diagrams with axes: measured in inches, the same bytes each time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes

from toc_sim.report.sheet import INK, LINE, SOFT, Sheet, write, write_within
from toc_sim.report.words import printable

PIXELS_PER_INCH = 150
MOST_PIXELS = 30_000
"""The sides of a bitmap are kept below this; very long lines are drawn smaller."""

NO_DATES: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""What a file must not say of itself, by suffix: the same run, the same bytes."""

MARGIN = 0.35
"""Around everything [inches]."""

HEAD: dict[str, Any] = {"size": 12, "weight": "bold"}
"""How the verdict is set."""

HEADLINE, SUBLINE = 0.25, 0.34
"""Height of a line of the verdict, and of the setting below it [inches]."""


@contextmanager
def same_everywhere() -> Iterator[None]:
    """Draw the same whatever the user's settings of matplotlib are."""
    settings = {
        **mpl.rcParamsDefault,
        "svg.hashsalt": "toc-sim",
        "text.color": INK,
        "axes.edgecolor": LINE,
        "axes.labelcolor": INK,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "font.size": 9,
        "hatch.linewidth": 0.6,
    }
    settings.pop("backend", None)
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a box will do
        warnings.filterwarnings("ignore", category=mpl.MatplotlibDeprecationWarning)
        mpl.rcParams.update(settings)
        yield


def save(sheet: Sheet, path: Path, title: str) -> None:
    """Write a sheet into a file whose suffix says how.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    suffix = path.suffix.lower()
    sheet.figure.savefig(
        path,
        format=suffix.removeprefix("."),
        dpi=min(PIXELS_PER_INCH, MOST_PIXELS / max(sheet.width, sheet.height)),
        metadata={"Title": printable(title)} | NO_DATES[suffix],
    )


def lines_of(text: str, room: float, style: dict[str, Any]) -> list[str]:
    """Return a text in lines that are not wider than there is room [inches]."""
    ruler = Sheet(1, 1)
    lines = [""]
    for word in printable(text).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and ruler.width_of(write(ruler, 0, 0, longer, **style)) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def head_height(lines: list[str]) -> float:
    """Return how high the head of a sheet is [inches]."""
    return MARGIN + len(lines) * HEADLINE + SUBLINE


def draw_head(sheet: Sheet, lines: list[str], setting: str) -> None:
    """Write the verdict, and the setting below it, at the top of a sheet."""
    top = sheet.height - MARGIN
    for number, line in enumerate(lines):
        write(sheet, MARGIN, top - number * HEADLINE, line, **HEAD)
    room = sheet.width - 2 * MARGIN
    below = top - len(lines) * HEADLINE
    write_within(sheet, MARGIN, below, setting, room, size=8.5, color=SOFT)


def axes_at(sheet: Sheet, left: float, low: float, width: float, height: float) -> Axes:
    """Return axes whose corner and size are measured in inches."""
    area = (
        left / sheet.width,
        low / sheet.height,
        width / sheet.width,
        height / sheet.height,
    )
    return sheet.figure.add_axes(area)


def name_axes(axes: Axes, across: str, up: str) -> None:
    """Write what stands along the axes; what looks like a formula is none."""
    for label in (axes.set_xlabel(across), axes.set_ylabel(up)):
        label.set_parse_math(False)


def with_unit(name: str, unit: str) -> str:
    """Write a parameter with its unit, as axes do."""
    return f"{printable(name)} [{unit}]" if unit else printable(name)
