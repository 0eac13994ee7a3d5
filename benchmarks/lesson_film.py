"""Film the lesson for README: a bet, a shift and its answer, in a picture that moves.

    python benchmarks/lesson_film.py            # writes docs/screens/lesson.gif

It needs Chromium. The page is driven as a pupil drives it, and photographed.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
FILM = ROOT / "docs" / "screens" / "lesson.gif"
sys.path.insert(0, str(ROOT / "tests"))

WIDTH, HEIGHT = 900, 560
COLOURS = 32
"""So many are enough for a drawing, and keep the film small."""

READ, MOVE = 1600, 120
"""How long a picture stands that is to be read, and one that moves [ms]."""

HOURS = 44
STEPS_A_FRAME = 6
"""Quarters of an hour of the line between two pictures."""


class Film:
    """Pictures of a page, and how long each stands."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, time: int) -> None:
        """Take a picture that stands for a time [ms]."""
        picture = Image.open(BytesIO(self.page.screenshot()))
        self.frames.append(picture.convert("RGB").quantize(COLOURS))
        self.times.append(time)

    def write(self, path: Path) -> None:
        """Write the film; it begins again when it has ended."""
        first, *others = self.frames
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.times,
            loop=0,
            optimize=True,
        )


def shoot(page: Page) -> Film:
    """Bet on sales, run the shift, and read the answer."""
    film = Film(page)
    page.locator("h2").scroll_into_view_if_needed()
    film.take(READ)
    page.locator("[data-stage=sales]").click()
    film.take(READ)
    page.locator(".go").click()
    step = page.locator(".player button").nth(1)
    for _frame in range(4 * HOURS // STEPS_A_FRAME):
        for _step in range(STEPS_A_FRAME):
            step.click()
        film.take(MOVE)
    page.locator(".player button").nth(2).click()
    film.take(2 * READ)
    return film


def main() -> None:
    """Film the act that asks which stage holds the line back."""
    from helpers.lesson import lesson_at

    window = {"width": WIDTH, "height": HEIGHT}
    with lesson_at("as_is", viewport=window, reduced_motion="reduce") as page:
        shoot(page).write(FILM)
    print(f"{FILM.relative_to(ROOT)}: {FILM.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
