"""Write docs/pictures.md: a picture of every kind that the program draws.

    python benchmarks/pictures.py            # says which sentences have changed
    python benchmarks/pictures.py --write    # writes the page and its pictures

Above each picture stands the command that draws it, on a scenario that ships, and below
that what it says. It takes some minutes. What the page of scenarios shows as well
(`gallery.py`) is drawn there, and only shown here.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gallery import (
    LEVELS,
    PICTURES,
    ROOT,
    answer,
    compared_or_written,
    draw_small,
    exhibits,
)

PAGE = ROOT / "docs" / "pictures.md"

QUESTION = "Which stage is the constraint? Guess, then look."
"""What stands above a line without its answer; nothing else is said of it."""

CUPS, CHANCE, TOOLS = (
    f"scenarios/paper_cups{more}.yaml" for more in ("", "_random", "_tools")
)

HEAD = """\
# Pictures: one of every kind

Each command below draws the picture under it: as .png, .svg or .pdf, by the name of
the file, and with the same bytes whenever it is given again. What stands in bold is
what the picture says, and its own title. Every scenario has its picture in
[scenarios.md](scenarios.md).

Written by `python benchmarks/pictures.py --write`; do not edit.
"""

FOOT = """\
## Everything on one page

`toc-sim report FILE -o report.html` writes a page for whoever decides
([report.md](report.md)).

![The first screen of a report](screens/report.png)
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of picture: what it shows, and the command that draws one."""

    name: str
    shows: str
    command: str

    @property
    def anchor(self) -> str:
        letters = (each for each in self.name.lower() if each.isalnum() or each == " ")
        return "".join(letters).replace(" ", "-")

    @property
    def own(self) -> str:
        """The file of its picture, if no scenario has the same one."""
        return f"{self.anchor.replace('-', '_')}.png"

    def drawing(self, picture: str) -> str:
        return self.command.format(picture=picture)

    @property
    def sentence(self) -> str:
        """What the picture says, asked without drawing it."""
        if "--hide-answer" in self.command:
            return QUESTION
        asked = self.command.partition(" --plot ")[0].partition(" -o ")[0]
        return " ".join(answer(f"{asked} --quiet").split())


KINDS = (
    Kind(
        "A line",
        "What each node does and could do, how its time goes, and what waits before "
        "it; below, what part of the throughput each answers for.",
        f"run {CUPS} --plot {{picture}}",
    ),
    Kind(
        "A line for a class",
        "The same without its answer, to be guessed first.",
        f"run {CUPS} --hide-answer --plot {{picture}}",
    ),
    Kind(
        "Shared people and equipment",
        "A resource stands below the first of its stages, and may be the constraint.",
        "run scenarios/clinic.yaml --plot {picture}",
    ),
    Kind(
        "Ways back",
        "A dashed line leads back: every third offer is written again.",
        "run scenarios/crm_on_chaos.yaml --plot {picture}",
    ),
    Kind(
        "Several products",
        "Each product has its own line through the machines that they share.",
        "run scenarios/p_and_q.yaml --plot {picture}",
    ),
    Kind(
        "A constraint that moves",
        "Demand falls month by month; strips show who binds when.",
        "run scenarios/zone_2.yaml --set delivery.capacity=20 --plot {picture}",
    ),
    Kind(
        "Which tool to buy",
        "What each brings against doing nothing, and how sure that is.",
        f"compare {TOOLS} --no-store --plot {{picture}}",
    ),
    Kind(
        "What to buy in which order",
        "Each step is drawn in the colour of its constraint, which stands beside it.",
        f"roadmap {TOOLS} --no-store --plot {{picture}}",
    ),
    Kind(
        "What a throughput takes",
        "What the cheapest tools make, beside what is wanted.",
        f"reach {TOOLS} --throughput 10 --no-store --plot {{picture}}",
    ),
    Kind(
        "One parameter varied",
        "The throughput at each value, and below it the constraint.",
        f"sweep scenarios/penny_fab.yaml {LEVELS} --no-store --plot {{picture}}",
    ),
    Kind(
        "Two parameters varied",
        "A line, and a strip of constraints, for each value of the second.",
        f"sweep {CHANCE} --vary machine_2.capacity=6:16:2 "
        "--vary machine_2.buffer=1,5,20 --horizon 200 --no-store --plot {picture}",
    ),
    Kind(
        "Variants side by side",
        "As the file names them: push, conwip and drum-buffer-rope.",
        "sweep scenarios/rope.yaml --variants --no-store --plot {picture}",
    ),
    Kind(
        "A map of the constraint",
        "Which node binds where, by capacity alone and as simulated.",
        f"map {CUPS} --x machine_2.capacity=6:16 --y market.demand=6:16 --no-store "
        "-o {picture}",
    ),
    Kind(
        "Which parameter to push",
        "What 10 % either way brings, and the benchmark of each.",
        "breakdown scenarios/two_shops/shop_1.yaml --no-store --plot {picture}",
    ),
    Kind(
        "A model beside its records",
        "What came and went in the records, and in the model that was drawn from them; "
        "below, the same of a part that it had not seen.",
        "calibrate scenarios/records/deals.csv --plot {picture}",
    ),
    Kind(
        "What this quarter brings",
        "From what is open today: in the bag, still to be found, and a band.",
        "quarter scenarios/b2b_sales.yaml --today scenarios/records/open_b2b_sales.csv "
        "--until 13 --target 35 --replications 200 --plot {picture}",
    ),
)


def main() -> int:
    """Compare the page with what is said now, or write it anew."""
    os.chdir(ROOT)
    return compared_or_written(__doc__, PAGE, page, draw_own)


def draw_own() -> None:
    """Draw the pictures that no scenario has."""
    for kind in KINDS:
        if picture_of(kind) == kind.own:
            draw_small(kind.command, PICTURES / kind.own)


def picture_of(kind: Kind) -> str:
    """Return the file of a kind's picture: that of a scenario if it is the same."""
    drawn = {each.drawing("{picture}"): each.picture for each in exhibits()}
    return drawn.get(kind.command, kind.own)


def page() -> str:
    """Return the whole page."""
    contents = [f"- [{kind.name}](#{kind.anchor})" for kind in KINDS]
    return "\n".join([HEAD, "\n".join(contents) + "\n", *map(_section, KINDS), FOOT])


def _section(kind: Kind) -> str:
    picture = picture_of(kind)
    return f"""\
## {kind.name}

{kind.shows}

```sh
toc-sim {kind.drawing(Path(picture).name)}
```

**{kind.sentence}**

![{kind.name}](pictures/{picture})
"""


if __name__ == "__main__":
    sys.exit(main())
