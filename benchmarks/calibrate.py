"""Calibrates from records that others have published, and tells how it comes out.

    python benchmarks/calibrate.py --data FOLDER [--only bpic2012] [--write]

FOLDER has a folder for each set of records, as docs/calibrate.md names them; none of
them belongs to this project, and what is written down of them is what was found.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toc_sim.calibration.reconcile import StretchCompared
from toc_sim.calibration.shop_beside import ShopBeside
from toc_sim.interface.calibrate import CalibrateAnswer, calibrate
from toc_sim.report.text.customers_found import shop_beside_columns
from toc_sim.report.text.reconcile import compared_columns
from toc_sim.report.text.table import Column

PAGE = Path(__file__).parents[1] / "docs" / "calibrate.md"

BEGIN, END = "<!-- records: begin -->", "<!-- records: end -->"


@dataclass(frozen=True, slots=True)
class RecordSet:
    """Records that others have published.

    Attributes
    ----------
    folder
        What its folder is called.
    title, source
        What it is, and where it comes from.
    files
        Of the folder, in the order of the command.
    options
        Of the command.
    misses
        Why the model misses what it misses; empty: it does not, or the text says so.
    """

    folder: str
    title: str
    source: str
    files: tuple[str, ...]
    options: tuple[str, ...] = ()
    misses: str = ""

    @property
    def command(self) -> str:
        """The command that was given."""
        files = " ".join(f"{self.folder}/{file}" for file in self.files)
        options = "".join(f" {option}" for option in self.options)
        return f"toc-sim calibrate {files} -o {self.folder}.yaml{options}"


SETS = (
    RecordSet(
        "bpic2012",
        "Loan applications at a Dutch bank",
        "BPI Challenge 2012, van Dongen, doi 10.4121/uuid:"
        "3926db30-f712-4394-aebc-75976070e91f. O_SENT is an offer that went out, "
        "O_SENT_BACK the customer's answer, W_Valideren aanvraag the bank's own check",
        ("bpic2012.xes.gz",),
    ),
    RecordSet(
        "olist_funnel",
        "Leads of a Brazilian marketplace, and those that were won",
        "Olist marketing funnel, CC BY-NC-SA 4.0",
        (
            "olist_marketing_qualified_leads_dataset.csv",
            "olist_closed_deals_dataset.csv",
        ),
    ),
    RecordSet(
        "maven_crm",
        "Deals of a sales team that was made up for teaching",
        "Maven Analytics, CRM Sales Opportunities",
        ("sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv"),
        misses="the sellers do not work first in, first out: when a deal is won, more "
        "than half of those that are open are older. A stage of a scenario serves in "
        "turn, so each deal takes as long as the queue in front of it. What is lost "
        "with that is the time of one deal, not how many are won.",
    ),
    RecordSet(
        "production_factory",
        "Orders in a machine shop",
        "Levy 2014, doi 10.4121/uuid:68726926-5ac5-4fab-b873-ee76ea412399",
        ("Production.csv",),
    ),
    RecordSet(
        "receipt",
        "Building permits at a Dutch municipality",
        "CoSeLoG, receipt phase, Buijs",
        ("receipt.csv",),
    ),
    RecordSet(
        "jira_changelog",
        "Work items of a software team",
        "an example export of a board, 90 days",
        ("jira_changelog_example.csv",),
        misses="in twelve weeks a hundred items were finished while open ones went "
        "from 20 to 100; how long an item stays depends on what happened to it before, "
        "and a stage of a scenario knows nothing of that.",
    ),
    RecordSet(
        "cdnow",
        "Purchases of music by one cohort of customers",
        "CDNOW, Fader and Hardie",
        ("CDNOW_master.txt",),
    ),
)


def main() -> None:
    """Calibrate each set, and print or write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    told = []
    for each in SETS:
        if asked.only in each.folder:
            answer = calibrate([asked.data / each.folder / file for file in each.files])
            text = "\n".join(section(each, answer))
            print(text, flush=True)
            told.append(text)
    if asked.write and not asked.only:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        after = rest.partition(END)[2]
        text = "\n".join((before + BEGIN, "", *told, END + after))
        PAGE.write_text(text, encoding="utf-8")


def section(records: RecordSet, answer: CalibrateAnswer) -> Iterator[str]:
    """Yield what came of one set, in Markdown."""
    found = answer.record
    yield f"### {records.title}\n"
    yield f"{spoken(records.source)}.\n"
    yield f"```sh\n{records.command}\n```\n"
    yield f"**{spoken(found.draft.verdict)}**\n"
    kinds = {each.kind for each in found.notices}
    others = (each for each in found.records.notices if each.kind not in kinds)
    notices = (*found.notices, *others)
    yield from told_once("What cannot be told", notices, "refused")
    yield from told_once("What is in doubt", notices, "doubt")
    beside = found.beside
    if isinstance(beside, ShopBeside):
        yield f"{spoken(beside.sentence)}\n"
        yield markdown(shop_beside_columns(beside, str(found.draft.facts["period"])))
    elif beside is not None:
        yield f"{spoken(beside.sentence)}\n"
        for head, part in (
            ("the time it was drawn from", beside.whole),
            ("held back", beside.held_back),
        ):
            if part is not None:
                yield from stretch(head, part)
    if records.misses:
        yield f"Why it misses: {records.misses}\n"


def stretch(head: str, part: StretchCompared) -> Iterator[str]:
    """Yield a model beside a stretch of records."""
    yield f"{part.first} to {part.last}, {head}:\n"
    yield markdown(compared_columns(part))


def told_once(head: str, notices: tuple, weight: str) -> Iterator[str]:
    """Yield notices of a weight as a list under a head, if there are any."""
    told = [each for each in notices if each.weight == weight]
    if told:
        yield f"{head}:\n"
        yield "\n".join(f"- {spoken(each.sentence)}" for each in told) + "\n"


def markdown(columns: tuple[Column, ...]) -> str:
    """Return columns as a table of Markdown."""
    heads = [" ".join(filter(None, (each.name, each.unit))) for each in columns]
    marks = ["---" if each.justify == "left" else "---:" for each in columns]
    rows = zip(*(each.cells for each in columns), strict=True)
    lines = [heads, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def spoken(text: str) -> str:
    """Return a sentence without what Markdown would take for a sign."""
    return re.sub(r"([*_])", r"\\\1", text.strip())


if __name__ == "__main__":
    main()
