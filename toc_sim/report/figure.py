"""The picture of a run: the line with load and queues, and who answers for how much."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from toc_sim.report.findings import Findings
from toc_sim.report.line_drawing import draw_line, line_size
from toc_sim.report.notes import setting
from toc_sim.report.share_chart import chart_height, draw_shares
from toc_sim.report.sheet import INK, SOFT, Sheet, write, write_within
from toc_sim.report.words import printable

PIXELS_PER_INCH = 150
MOST_PIXELS = 30_000
"""The sides of a bitmap are kept below this; very long lines are drawn smaller."""

NARROWEST = 9.0
"""Room for text above a short line [inches]."""

MARGIN = 0.35
"""Around everything [inches]."""

HEAD: dict[str, Any] = {"size": 13, "weight": "bold"}
"""How the verdict is set."""

HEADLINE, SUBLINE = 0.27, 0.3
"""Height of a line of the verdict, and of the setting below it [inches]."""

NO_DATES: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""What a file must not say of itself, by suffix: the same run, the same bytes."""


def draw(found: Findings, path: Path) -> None:
    """Draw the picture of a run into a file.

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
    suffix = path.suffix.lower()
    with _same_everywhere():
        sheet = _sheet(found)
        longest = max(sheet.width, sheet.height)
        sheet.figure.savefig(
            path,
            format=suffix.removeprefix("."),
            dpi=min(PIXELS_PER_INCH, MOST_PIXELS / longest),
            metadata={"Title": printable(found.scenario.name)} | NO_DATES[suffix],
        )


def _sheet(found: Findings) -> Sheet:
    """Return everything on one sheet: verdict, line, shares."""
    line_width, line_height = line_size(found)
    room = max(line_width, NARROWEST)
    headline = _headline(found, room)
    head = len(headline) * HEADLINE + SUBLINE
    height = head + line_height + chart_height(found) + 3 * MARGIN
    sheet = Sheet(room + 2 * MARGIN, height)
    top = height - MARGIN
    for number, text in enumerate(headline):
        write(sheet, MARGIN, top - number * HEADLINE, text, **HEAD)
    top -= len(headline) * HEADLINE
    write_within(sheet, MARGIN, top, setting(found), room, size=9, color=SOFT)
    top -= SUBLINE
    draw_line(sheet, found, MARGIN + (room - line_width) / 2, top)
    top -= line_height + MARGIN
    draw_shares(sheet, found, MARGIN, top, room)
    return sheet


def _headline(found: Findings, room: float) -> list[str]:
    """Return the verdict in lines that are not wider than there is room [inches]."""
    ruler = Sheet(1, 1)
    lines = [""]
    for word in printable(found.verdict.sentence).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and ruler.width_of(write(ruler, 0, 0, longer, **HEAD)) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@contextmanager
def _same_everywhere() -> Iterator[None]:
    """Draw the same whatever the user's settings of matplotlib are."""
    import matplotlib as mpl

    settings = {**mpl.rcParamsDefault, "svg.hashsalt": "toc-sim", "text.color": INK}
    settings.pop("backend", None)
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a box will do
        warnings.filterwarnings("ignore", category=mpl.MatplotlibDeprecationWarning)
        mpl.rcParams.update(settings)
        yield
