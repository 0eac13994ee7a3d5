"""What is drawn from records that others made, where they are there to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import load
from toc_sim.calibration.commented_scenario import scenario_text
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft
from toc_sim.records.shapes.any_shape import records_from
from toc_sim.scenario.load import read

SHARED = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the records are not here")


def drawn(*names: str) -> Draft:
    """Return the draft of some files."""
    visits = records_from([SHARED / name for name in names]).visits
    assert visits is not None
    return draft_of(visits)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            ("maven_crm/sales_pipeline.csv",),
            ("Engaging limited the output", "Output stayed as it was"),
        ),
        (
            (
                "olist_funnel/olist_marketing_qualified_leads_dataset.csv",
                "olist_funnel/olist_closed_deals_dataset.csv",
            ),
            ("What comes in limited the output", "Losses are not recorded"),
        ),
        (
            ("production_factory/Production.csv",),
            ("two criteria disagree", "Turning & Milling", "Lapping"),
        ),
        (("receipt/receipt.csv",), ("What comes in limited", "no queue grew")),
        (
            ("jira_changelog/jira_changelog_example.csv",),
            ("Prioritized", "the queue stands before In Progress"),
        ),
        (
            ("bpic2012/bpic2012.xes.gz",),
            (
                "O_SENT and O_SENT_BACK",
                "a delay without a capacity",
                "The longest wait for own staff is",
                "W_Valideren aanvraag",
            ),
        ),
    ],
)
def test_what_limited_the_output_is_said(
    files: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """The verdict names what the records show, and the file can be read."""
    draft = drawn(*files)

    for part in said:
        assert part in draft.verdict
    assert read(scenario_text(draft), "again.yaml") == load(draft.content)
    assert len(draft.content["stages"]) <= 30
