"""Names of regions and values of lines, each written where there is room on the map."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

from toc_sim.experiment.phase_static import Names
from toc_sim.experiment.phases import Phases
from toc_sim.report.phase_contours import Contour
from toc_sim.report.phase_pies import Frame, halo
from toc_sim.report.phase_room import Box, Patch, Room, holds, patches, places
from toc_sim.report.phase_table import region_title
from toc_sim.report.sheet import PAPER, SOFT, Sheet, write
from toc_sim.report.words import decimals, number

NAME = {"size": 11, "weight": "bold", "ha": "center", "va": "center", "zorder": 9}
KEY = {"size": 9, "weight": "bold", "ha": "center", "va": "center", "zorder": 9}
SMALLER_NAME = {**NAME, "size": 8.5}
"""How names of regions are set; the key of the legend stands where none has room."""

LINE = 0.0165
"""Height of a line of text for each point of its size [inches]."""

TRIED = 3000
"""Places at which a name is tried."""

CLEAR = 0.06
"""Around a value on a line [inches]."""

PLATE = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "linewidth": 0, "alpha": 0.8}
"""What a value is written on, so that the line does not cross it."""


def key_of(found: Phases, names: Names) -> str:
    """Return the letter that stands for a region in the legend: A, B, ... Z, AA."""
    place = [region.names for region in found.regions].index(names)
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] * (turn + 1)


def draw_names(sheet: Sheet, frame: Frame, room: Room) -> None:
    """Write into each connected part of a region whose it is."""
    found = frame.found
    across, up = (found.x.low, found.x.high), (found.y.low, found.y.high)
    parts = patches(found.pieces, across, up)
    for patch in sorted(parts, key=lambda part: -int(part.inside.sum())):
        name, key = region_title(found, patch.names), key_of(found, patch.names)
        if _written(sheet, frame, room, patch, name, NAME):
            continue
        if _written(sheet, frame, room, patch, name, SMALLER_NAME):
            continue
        if not _written(sheet, frame, room, patch, key, KEY):
            x, y = frame.part(*next(places(patch)))
            write(sheet, x, y, key, **KEY, bbox=PLATE)
            room.take(Box(x - CLEAR, y - CLEAR, x + CLEAR, y + CLEAR))


def draw_contour_labels(
    sheet: Sheet, frame: Frame, lines: Sequence[Contour], room: Room
) -> None:
    """Write the value of each line of equal throughput somewhere on it."""
    digits = decimals([line.level for line in lines])
    if all(line.level == round(line.level) for line in lines):
        digits = 0
    style = {"size": 7, "ha": "center", "va": "center", "color": SOFT, "zorder": 4}
    for line in lines:
        middles = [
            frame.spot((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in line.segments
        ]
        text = write(sheet, 0, 0, number(line.level, digits), **style, bbox=PLATE)
        half, high = sheet.width_of(text) / 2 + CLEAR, 7 * LINE / 2 + CLEAR
        for x, y in sorted(middles, key=lambda spot: _from_middle(frame, spot)):
            box = Box(x - half, y - high, x + half, y + high)
            if frame.has(box) and room.is_free(box):
                text.set_position((x, y))
                room.take(box)
                break
        else:
            text.remove()


def _written(
    sheet: Sheet,
    frame: Frame,
    room: Room,
    patch: Patch,
    name: str,
    style: dict[str, object],
) -> bool:
    """Write a name into a patch if it has room there."""
    text = write(sheet, 0, 0, name, **style, path_effects=halo())
    size = float(str(style["size"]))
    half = sheet.width_of(text) / 2 + CLEAR / 2
    high = size * LINE / 2 + CLEAR / 2
    reach, rise = half / frame.width, high / frame.height
    for number_, (across, up) in enumerate(places(patch)):
        if number_ >= TRIED:
            break
        x, y = frame.part(across, up)
        box = Box(x - half, y - high, x + half, y + high)
        sides = (-1.0, -0.5, 0.0, 0.5, 1.0)
        spots = [
            (across + side * reach, up + rise * end)
            for side in sides
            for end in (-1, 1)
        ]
        if holds(patch, spots) and room.is_free(box):
            text.set_position((x, y))
            room.take(box)
            return True
    text.remove()
    return False


def _from_middle(frame: Frame, spot: tuple[float, float]) -> tuple[float, float, float]:
    """Return how far a point is from the middle of the map, to be sorted by."""
    x = abs(spot[0] - frame.left - frame.width / 2)
    y = abs(spot[1] - frame.low - frame.height / 2)
    return (round(x + y, 6), spot[0], spot[1])
