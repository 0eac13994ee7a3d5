"""What stands over a map: simulated shares as small pies, and the file's own point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.patches import Circle, Wedge
from matplotlib.patheffects import withStroke

from toc_sim.experiment.phases import MapPoint, Phases
from toc_sim.report.phase_colours import NEUTRAL, Colours
from toc_sim.report.phase_room import Box, Room
from toc_sim.report.sheet import INK, ON_TOP, PAPER, Sheet, write
from toc_sim.report.words import printable

RADIUS, SMALLER = 0.17, 0.3
"""Of a pie [inches], at most this part of the way to the next one [1]."""

SEEN = 0.05
"""A share below this has no slice of its own [1]."""

UNDER, SIZE = 0.03, 6.5
"""Between a pie and its figure [inches], and the size of that [points]."""

LONGEST = 16
"""Letters of a name under a pie."""

TURN, TOP = 360, 90
"""Degrees of a whole pie, and where its first slice begins."""

CROSS = 0.09
"""Half the size of the file's own mark [inches]."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A map on a sheet.

    Attributes
    ----------
    found
        The map.
    left, low, width, height
        Where it lies on the sheet [inches].
    """

    found: Phases
    left: float
    low: float
    width: float
    height: float

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point in the parameters' units lies on the sheet."""
        across, up = self.found.x, self.found.y
        return self.part(
            (x - across.low) / (across.high - across.low),
            (y - up.low) / (up.high - up.low),
        )

    def part(self, across: float, up: float) -> tuple[float, float]:
        """Return where a point in parts of the map lies on the sheet."""
        return self.left + self.width * across, self.low + self.height * up

    def has(self, box: Box) -> bool:
        """Return whether a rectangle lies within the map."""
        return (
            box.left >= self.left
            and box.right <= self.left + self.width
            and box.low >= self.low
            and box.high <= self.low + self.height
        )


def shares_seen(found: Phases) -> tuple[str, ...]:
    """Return who has a slice of a pie, in the order of the file."""
    seen = {name for point in found.grid for name, _ in _slices(point)}
    verdicts = (each.simulated.verdict for each in found.grid if each.simulated)
    order = [o.name for verdict in verdicts if verdict for o in verdict.shares]
    return tuple(name for name in dict.fromkeys(order) if name in seen)


def draw_pies(sheet: Sheet, frame: Frame, colours: Colours, room: Room) -> None:
    """Draw a pie of shares at each simulated point, with the largest below it."""
    points = [each for each in frame.found.grid if each.simulated is not None]
    rows = len({each.y for each in frame.found.grid})
    radius = min(RADIUS, SMALLER * frame.height / max(rows, 1))
    for point in points:
        x, y = frame.spot(point.x, point.y)
        start = TOP
        for name, share in _slices(point):
            end = start - round(TURN * share)
            colour = colours.of((name,)).strong
            _wedge(sheet, (x, y, radius), end, start, colour)
            start = end
        if start > TOP - TURN:
            _wedge(sheet, (x, y, radius), TOP - TURN, start, NEUTRAL)
        sheet.axes.add_patch(
            Circle((x, y), radius, fill=False, edgecolor=PAPER, linewidth=1.2, zorder=5)
        )
        text = write(
            sheet,
            x,
            y - radius - UNDER,
            _figure(frame.found, point),
            size=SIZE,
            ha="center",
            zorder=6,
            path_effects=halo(),
        )
        half = max(radius, sheet.width_of(text) / 2) + UNDER
        room.take(Box(x - half, y - radius - 0.16, x + half, y + radius + UNDER))


def draw_own(sheet: Sheet, frame: Frame, room: Room) -> None:
    """Mark the file's own point."""
    own = frame.found.own
    if own is None:
        return
    x, y = frame.spot(own.x, own.y)
    for width, colour in ((4.0, PAPER), (2.0, INK)):
        for dx, dy in ((CROSS, CROSS), (CROSS, -CROSS)):
            sheet.axes.plot(
                [x - dx, x + dx],
                [y - dy, y + dy],
                color=colour,
                linewidth=width,
                solid_capstyle="round",
                zorder=7,
            )
    mark = Box(x - CROSS, y - CROSS, x + CROSS, y + CROSS)
    room.take(mark)
    text = f"the file: {own.x:.6g}, {own.y:.6g}"
    style = {"size": 8, "weight": "bold", "va": "center", "zorder": 8}
    written = write(sheet, x, y, text, **style, path_effects=halo())
    width, height = sheet.width_of(written), 0.15
    for across, up in _around(width, height):
        box = Box(x + across, y + up, x + across + width, y + up + height)
        if room.is_free(box) and frame.has(box):
            break
    else:
        box = Box(x + CROSS, y, x + CROSS + width, y + height)
    written.set_position((box.left, box.low + height / 2))
    room.take(box)


def halo() -> list[withStroke]:
    """Return what keeps text apart from lines behind it."""
    return [withStroke(linewidth=2, foreground=PAPER, alpha=0.8)]


def _around(width: float, height: float) -> Iterator[tuple[float, float]]:
    """Yield places for a text beside a mark, the best first."""
    gap = CROSS + 0.05
    for far in (gap, gap + 0.15, gap + 0.3):
        yield far, -height / 2
        yield -far - width, -height / 2
        yield -width / 2, far
        yield -width / 2, -far - height
        yield far, far
        yield -far - width, -far - height
        yield far, -far - height
        yield -far - width, far


def _slices(point: MapPoint) -> list[tuple[str, float]]:
    """Return who has a share that can be seen, in the order of the network."""
    if point.simulated is None or point.simulated.verdict is None:
        return []
    return [
        (owner.name, owner.share.mean)
        for owner in point.simulated.verdict.shares
        if owner.share.mean >= SEEN
    ]


def _figure(found: Phases, point: MapPoint) -> str:
    """Return the largest share, and whose it is where capacity says otherwise."""
    slices = _slices(point)
    if not slices:
        return "-"
    name, share = max(slices, key=lambda pair: pair[1])
    text = f"{100 * share:.0f}"
    if name in point.static.names:
        return text
    title = printable(found.scenario.title(name))
    return f"{title if len(title) <= LONGEST else f'{title[: LONGEST - 1]}…'} {text}"


def _wedge(
    sheet: Sheet, circle: tuple[float, float, float], end: int, start: int, colour: str
) -> None:
    x, y, radius = circle
    end = max(end, TOP - TURN)
    if end >= start:
        return
    sheet.axes.add_patch(
        Wedge((x, y), radius, end, start, facecolor=colour, linewidth=0, zorder=ON_TOP)
    )
