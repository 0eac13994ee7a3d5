"""The page of a report: one file of HTML that opens anywhere, without a network.

It holds the record that it shows, as JSON, and no script: every figure says where in
that record it stands. The same findings give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from toc_sim.language import phrase_in, spoken
from toc_sim.report.formats import printable
from toc_sim.report.html.changed import since_section
from toc_sim.report.html.earnings import money_section, tornado_section
from toc_sim.report.html.glossary import glossary
from toc_sim.report.html.line_picture import line_section
from toc_sim.report.html.page_frame import (
    embedded,
    source_hash,
    style_sheet,
    templates,
)
from toc_sim.report.html.page_parts import Context, Section
from toc_sim.report.html.phrases import _, name
from toc_sim.report.html.policy_table import policies_section, reigns_section
from toc_sim.report.html.purchases import ladder_section, tools_section
from toc_sim.report.html.record import ReportFindings, report_record
from toc_sim.report.html.sales import customers_section, products_section
from toc_sim.report.html.shown import Shown
from toc_sim.report.html.stages import (
    funnel_section,
    shares_section,
    times_section,
)
from toc_sim.report.html.summary import summary
from toc_sim.report.html.trust import notes_section, trust_section
from toc_sim.report.html.waiting_times import room_section, waits_section
from toc_sim.report.text.run import setting


def report_page(report: ReportFindings) -> bytes:
    """Return the page of a report.

    Parameters
    ----------
    report
        What it is made of.

    Returns
    -------
    HTML in UTF-8.
    """
    record = report_record(report)
    page = Context(report, Shown(record))
    made = list(_sections(page))
    style = style_sheet()
    html = (
        templates()
        .get_template("page.html")
        .render(
            policy=f"default-src 'none'; style-src {source_hash(style)}; "
            "base-uri 'none'; form-action 'none'",
            style=Markup(style),  # noqa: S704 - a file of the package
            language=spoken(),
            scenario=name(report.scenario.name),
            tab=printable(report.scenario.name)[:80],
            description=printable(report.scenario.description),
            setting=printable(setting(report.found)),
            summary=summary(page),
            sections=[
                (label, section) for label, section in made if section is not None
            ],
            left_out=[label for label, section in made if section is None],
            glossary=list(glossary(page)),
            record=embedded(record),
        )
    )
    return html.encode("utf-8", "backslashreplace")


def _sections(page: Context) -> Iterator[tuple[str, Section | None]]:
    """Yield what stands on the page, in order: what money depends on first."""
    yield _("what has changed"), since_section(page)
    yield _("tools by money"), tools_section(page)
    yield _("the ladder of constraints"), ladder_section(page)
    yield _("which node binds when"), reigns_section(page)
    yield _("the line"), line_section(page)
    yield _("shares by three methods"), shares_section(page)
    yield _("where time goes"), times_section(page)
    yield _("how long items wait"), waits_section(page)
    yield _("where room helps"), room_section(page)
    yield _("policies"), policies_section(page)
    yield _("the funnel"), funnel_section(page)
    yield _("products"), products_section(page)
    yield _("customers"), customers_section(page)
    yield phrase_in("heading", "money"), money_section(page)
    yield _("which parameter to push"), tornado_section(page)
    yield _("can this be trusted?"), trust_section(page)
    yield _("what was assumed"), notes_section(page)
