"""The page of a company's records: what they tell, what looks wrong, what is missing.

It is in the style of the report, opens anywhere without a network, and holds its record
as JSON. The same records give the same bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from markupsafe import Markup

from toc_sim.calibration.findings import RecordsFindings
from toc_sim.calibration.reconcile import Reconciliation
from toc_sim.language import spoken
from toc_sim.report.document import JsonObject, plain
from toc_sim.report.documents.calibrate import calibration_document
from toc_sim.report.figures.reconcile import draw_reconciliation
from toc_sim.report.formats import printable
from toc_sim.report.html.page_frame import (
    embedded,
    source_hash,
    style_sheet,
    templates,
)
from toc_sim.report.html.page_parts import Heading, PageTable, Section
from toc_sim.report.html.phrases import _
from toc_sim.report.text.calibrate import beside_blocks, found_blocks, taken_blocks
from toc_sim.report.text.records import doubt_blocks
from toc_sim.report.text.table import EVERY_COLUMN, Blocks, Fitted, parts_of


def data_page(found: RecordsFindings) -> bytes:
    """Return the page of what records tell.

    Parameters
    ----------
    found
        All that came of them.

    Returns
    -------
    HTML in UTF-8.
    """
    style = style_sheet("data_page.css")
    name = printable(str(found.draft.content.get("name") or found.files[0]))
    html = (
        templates()
        .get_template("data_page.html")
        .render(
            policy=f"default-src 'none'; style-src {source_hash(style)}; "
            "img-src data:; base-uri 'none'; form-action 'none'",
            style=Markup(style),  # noqa: S704 - a file of the package
            language=spoken(),
            scenario=name,
            tab=name[:80],
            title=printable(found.draft.verdict),
            answers=[printable(found.beside.sentence)] if found.beside else [],
            sections=list(_sections(found)),
            record=embedded(plain(calibration_document(found))),
        )
    )
    return html.encode("utf-8", "backslashreplace")


def _sections(found: RecordsFindings) -> Iterator[Section]:
    yield _section("read", _("What was read"), taken_blocks(found, EVERY_COLUMN))
    doubts = doubt_blocks(found.notices)
    yield _section("doubts", _("What looks wrong, and what cannot be told"), doubts)
    if found.beside is not None:
        blocks = beside_blocks(found, EVERY_COLUMN)
        picture = _picture(found.reconciliation)
        yield _section("beside", _("The model beside the records"), blocks, picture)
    blocks = found_blocks(found, EVERY_COLUMN)
    yield _section("found", _("What the records tell, and whence each number"), blocks)


def _section(key: str, title: str, blocks: Blocks, picture: str = "") -> Section:
    """Return a section with the lines and tables of printed blocks, in their order."""
    parts: list[JsonObject] = []
    for part in parts_of(blocks):
        if isinstance(part, Fitted):
            head = parts[-1]["text"] if parts else ""
            if head.endswith(":"):  # it says what the table is
                parts.pop()
            caption = head if head.endswith(":") else title
            parts.append({"grid": page_table(caption, part), "text": ""})
        else:
            parts.append({"grid": None, "text": printable(part)})
    return Section(key, title, "", {"parts": parts, "picture": picture})


def page_table(caption: str, printed: Fitted) -> PageTable:
    """Return a printed table as a table of a page.

    Parameters
    ----------
    caption
        What it is, for those who hear it read.
    printed
        As a terminal would be shown it.
    """
    columns = printed.columns
    heads = [
        Heading(column.name.strip(), column.unit, is_text=column.justify == "left")
        for column in columns
    ]
    rows = list(zip(*(column.cells for column in columns), strict=True))
    strong = frozenset(row for row, stands_out in enumerate(printed.bold) if stands_out)
    return PageTable(caption, heads, rows, strong)


def _picture(beside: Reconciliation | None) -> str:
    """Return the picture of records and model as an address that holds it."""
    if beside is None or not (beside.whole or beside.held_back):
        return ""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "beside.svg"
        draw_reconciliation(beside, path)
        drawn = base64.b64encode(path.read_bytes()).decode()
    return f"data:image/svg+xml;base64,{drawn}"
