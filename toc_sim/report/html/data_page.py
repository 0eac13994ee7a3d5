"""The page of a company's records: what they tell, what looks wrong, what is missing.

It is in the style of the report, opens anywhere without a network, and holds its record
as JSON. The same records give the same bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from markupsafe import Markup

from toc_sim.calibrate.findings import RecordsFindings
from toc_sim.calibrate.reconcile import Reconciliation
from toc_sim.language import spoken
from toc_sim.report.document import plain
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
from toc_sim.report.text.calibrate import (
    calibration_sentence,
    delay_columns,
    delay_notes,
    estimate_columns,
    full_stages,
    period_of,
    stage_columns,
    stage_notes,
    taken_columns,
)
from toc_sim.report.text.reconcile import reconcile_columns
from toc_sim.report.text.records import notice_lines, rows_lines
from toc_sim.report.text.table import Column


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
    answers = [] if found.reconciliation is None else [found.reconciliation.sentence]
    html = (
        templates()
        .get_template("data_page.html")
        .render(
            policy=f"default-src 'none'; style-src {source_hash(style)}; "
            "img-src data:; base-uri 'none'; form-action 'none'",
            style=Markup(style),  # noqa: S704 - a file of the package
            language=spoken(),
            scenario=printable(str(found.draft.content["name"])),
            tab=printable(str(found.draft.content["name"]))[:80],
            title=printable(calibration_sentence(found)),
            answers=[printable(text) for text in answers],
            sections=list(_sections(found)),
            record=embedded(plain(calibration_document(found))),
        )
    )
    return html.encode("utf-8", "backslashreplace")


def _sections(found: RecordsFindings) -> Iterator[Section]:
    period, draft = period_of(found.draft), found.draft
    yield _section(
        *("read", _("What was read")),
        _("Which column was taken for what"),
        taken_columns(found.records.columns),
        tuple(rows_lines(found.records)),
    )
    yield _section(
        "doubts",
        _("What looks wrong, and what cannot be told"),
        _("Suspicions"),
        notes=tuple(notice_lines((*found.doubts, *draft.notices))),
    )
    if found.reconciliation is not None:
        yield _reconciled(found.reconciliation)
    if draft.stages:
        yield _section(
            *("stages", _("What each stage did, and whether it was full")),
            _("Stages"),
            stage_columns(draft.stages, period),
            tuple(stage_notes(draft.stages)),
            full_stages(draft.stages),
        )
    if draft.delays:
        yield _section(
            *("delays", _("Where nobody of the company was at work")),
            _("Delays"),
            delay_columns(draft.delays, period),
            tuple(delay_notes(draft.delays)),
        )
    yield _section(
        *("numbers", _("Where each number of the scenario came from")),
        _("Numbers"),
        estimate_columns(draft.estimates),
    )


def _reconciled(beside: Reconciliation) -> Section:
    """Return the model beside the records, with a picture of both."""
    return _section(
        *("beside", printable(beside.sentence)),
        _("Model and records"),
        reconcile_columns(beside),
        tuple(beside.misses),
        picture=_picture(beside),
    )


def _section(
    key: str,
    title: str,
    label: str,
    columns: Sequence[Column] = (),
    notes: Sequence[str] = (),
    bold: Sequence[bool] = (),
    *,
    picture: str = "",
) -> Section:
    grid = page_table(label, columns, bold) if columns else None
    parts = {
        "label": label,
        "grid": grid,
        "notes": tuple(map(printable, notes)),
        "picture": picture,
    }
    return Section(key, title, "", parts)


def page_table(
    caption: str, columns: Sequence[Column], bold: Sequence[bool] = ()
) -> PageTable:
    """Return columns of a printed table as a table of a page.

    Parameters
    ----------
    caption
        What it is, for those who hear it read.
    columns
        As a terminal would be shown them.
    bold
        By row, whether it stands out.
    """
    heads = [
        Heading(column.name.strip(), column.unit, is_text=column.justify == "left")
        for column in columns
    ]
    rows = list(zip(*(column.cells for column in columns), strict=True))
    strong = frozenset(row for row, stands_out in enumerate(bold) if stands_out)
    return PageTable(caption, heads, rows, strong)


def _picture(beside: Reconciliation) -> str:
    """Return the picture of records and model as an address that holds it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "beside.svg"
        draw_reconciliation(beside, path)
        drawn = base64.b64encode(path.read_bytes()).decode()
    return f"data:image/svg+xml;base64,{drawn}"
