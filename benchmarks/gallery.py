"""Write docs/scenarios.md: every scenario with its lesson, its answer and its picture.

    python benchmarks/gallery.py            # says which sentences have changed
    python benchmarks/gallery.py --write    # writes the page and its pictures

What stands in the page is what the commands print now. It takes about a minute.
"""

from __future__ import annotations

import os
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner
from PIL import Image

from toc_sim.cli import main as toc_sim
from toc_sim.scenario.load import load
from toc_sim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "scenarios.md"
PICTURES = ROOT / "docs" / "pictures"

COLUMNS = "120"
"""How wide the window is: room for work in progress and flow time."""

COLOURS = 64
"""So many are enough for a drawing, and make its file small."""

ORDER = (
    "paper_cups",
    "paper_cups_random",
    "paper_cups_tools",
    "rope",
    "penny_fab",
    "dice_game",
    "b2b_sales",
    "crm_on_chaos",
    "two_shops/shop_1",
    "two_shops/shop_2",
    "cogs_sga",
    "p_and_q",
    "professional_firm",
    "clinic",
    "clinic_growth/narrow",
    "clinic_growth/wide",
    "product_funnel",
    "segments",
    "automation_by_segment",
    "clinic_brand",
    "zone_2",
)
"""From the first lesson on; what is not here comes after, by name."""

LEVELS = "--vary release.conwip=1:8:1"

RUN, BEST = "run {file}", "compare {file} --quiet --no-store"

ASKED = {
    "rope": ("sweep {file} --variants --no-store",),
    "penny_fab": (
        f"sweep {{file}} {LEVELS} --no-store",
        "sweep {file} --variants --no-store",
        "capacity {file}",
    ),
    "p_and_q": (f"{RUN} --quiet", "compare {file} --no-store", "capacity {file}"),
    "clinic": (RUN, BEST),
    "clinic_growth/narrow": (f"{RUN} --quiet", BEST, "breakdown {file} --quiet"),
    "clinic_growth/wide": (f"{RUN} --quiet", BEST, "breakdown {file} --quiet"),
    "product_funnel": (RUN, BEST, "reach {file} --throughput 80 --no-store"),
    "segments": (RUN, BEST),
    "automation_by_segment": (RUN, "compare {file} --no-store"),
    "clinic_brand": (
        f"{RUN} --quiet",
        BEST,
        "compare {file} --set run.horizon=24 --quiet --no-store",
    ),
}
"""What is asked where the constraint and the best tool are not all."""

DRAWN = {
    "rope": "sweep {file} --variants --no-store --plot {picture}",
    "penny_fab": f"sweep {{file}} {LEVELS} --no-store --plot {{picture}}",
}
"""How the picture is drawn where it is not the line."""

HEAD = """\
# Scenarios: a lesson each

Every file in `scenarios/` states what it teaches, and what it must answer; the tests
hold it to that (`toc-sim check --expect`). Below each lesson stands what the program
says, in a window of {columns} columns.

Written by `python benchmarks/gallery.py --write`; do not edit. How such a file is
written is told in [scenario.md](scenario.md), the commands in the
[README](../README.md), [sweep.md](sweep.md) and [breakdown.md](breakdown.md).
"""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A scenario of the gallery: its file, and how it is asked and drawn."""

    name: str
    scenario: Scenario

    @property
    def file(self) -> str:
        return f"scenarios/{self.name}.yaml"

    @property
    def picture(self) -> str:
        return f"{self.name.replace('/', '_')}.png"

    @property
    def anchor(self) -> str:
        letters = (c for c in self.scenario.name.lower() if c.isalnum() or c in " -_")
        return "".join(letters).replace(" ", "-")

    @property
    def questions(self) -> tuple[str, ...]:
        usual = ["run {file} --quiet"]
        if self.scenario.tools:
            usual.append("compare {file} --quiet --no-store")
        asked = ASKED.get(self.name, usual)
        return tuple(each.format(file=self.file) for each in asked)

    def drawing(self, picture: str) -> str:
        how = DRAWN.get(self.name, "run {file} --plot {picture}")
        return how.format(file=self.file, picture=picture)


def main() -> int:
    """Compare the page with what is said now, or write it anew."""
    os.chdir(ROOT)
    shown = exhibits()

    def drawn() -> None:
        for each in shown:
            draw(each, PICTURES / each.picture)

    return compared_or_written(__doc__, PAGE, partial(page, shown), drawn)


def compared_or_written(
    doc: str, file: Path, page: Callable[[], str], draw: Callable[[], None]
) -> int:
    """Compare a page with what is said now, or write it and draw its pictures."""
    parser = ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {file.name}")
    options = parser.parse_args()
    text = page()
    if options.write:
        file.write_text(text, "utf-8")
        PICTURES.mkdir(exist_ok=True)
        draw()
        return 0
    known = set(file.read_text("utf-8").splitlines()) if file.exists() else set()
    changed = [line for line in text.splitlines() if line not in known]
    print("\n".join(changed) or "The page says what the program says.")
    return 1 if changed else 0


def exhibits() -> tuple[Exhibit, ...]:
    """Return every scenario that ships, in the order of the page."""
    folder = ROOT / "scenarios"
    names = {
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*.yaml")
    }
    ordered = [name for name in ORDER if name in names]
    ordered += sorted(names - set(ORDER))
    return tuple(Exhibit(name, load(folder / f"{name}.yaml")) for name in ordered)


def page(shown: Sequence[Exhibit]) -> str:
    """Return the whole page."""
    contents = [f"- [{each.scenario.name}](#{each.anchor})" for each in shown]
    parts = [HEAD.format(columns=COLUMNS), "\n".join(contents) + "\n"]
    parts += map(_section, shown)
    return "\n".join(parts)


def answer(command: str) -> str:
    """Return what the program says to a command, without ``toc-sim``."""
    found = CliRunner(env={"COLUMNS": COLUMNS}).invoke(toc_sim, shlex.split(command))
    if found.exit_code:
        raise SystemExit(f"toc-sim {command}\n{found.output}")
    return "\n".join(line.rstrip() for line in found.stdout.strip().splitlines())


def draw(shown: Exhibit, path: Path) -> None:
    """Draw the picture of a scenario, in few colours."""
    draw_small(shown.drawing("{picture}"), path)


def draw_small(command: str, path: Path) -> None:
    """Draw what a command draws into `{picture}`, in few colours."""
    with TemporaryDirectory() as folder:
        large = Path(folder) / "large.png"
        answer(command.format(picture=large))
        with Image.open(large) as image:
            # by cells, not by counts: the one red dot of a picture stays red
            cells, no = Image.Quantize.FASTOCTREE, Image.Dither.NONE
            small = image.convert("RGB").quantize(COLOURS, method=cells, dither=no)
            small.save(path, optimize=True)


def _section(shown: Exhibit) -> str:
    blocks = [f"$ toc-sim {each}\n{answer(each)}" for each in shown.questions]
    console = "\n\n".join(blocks)
    return f"""\
## {shown.scenario.name}

`{shown.file}`: {shown.scenario.description}

```console
{console}
```

![{shown.scenario.name}](pictures/{shown.picture})

`toc-sim {shown.drawing(shown.picture)}`
"""


if __name__ == "__main__":
    sys.exit(main())
