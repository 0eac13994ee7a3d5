"""What is doubted of records that others made, where they are there to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim.calibration.doubts import doubts_of
from toc_sim.records.shapes.any_shape import records_from

SHARED = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the records are not here")


@pytest.mark.parametrize(
    ("files", "kinds"),
    [
        (
            ("maven_crm/sales_pipeline.csv",),
            {
                "chosen by closing date",
                "hardly any young open cases",
                "open cases grow",
                "regime change",
                "ends of quarters",
                "no amount on lost cases",
                "weekends as busy as weekdays",
            },
        ),
        (
            (
                "olist_funnel/olist_marketing_qualified_leads_dataset.csv",
                "olist_funnel/olist_closed_deals_dataset.csv",
            ),
            {
                "losses never recorded",
                "chosen by closing date",
                "cut at the end",
                "regime change",
                "days and times",
                "shifted midnights",
            },
        ),
        (
            ("production_factory/Production.csv",),
            {
                "empty start",
                "open cases told as arrivals",
                "booked constant",
                "overlapping work",
                "overlapping visits",
                "returns",
            },
        ),
    ],
)
def test_each_suspicion_that_the_records_deserve_is_raised(
    files: tuple[str, ...], kinds: set[str]
) -> None:
    """And no other."""
    visits = records_from([SHARED / each for each in files]).visits

    assert visits is not None
    assert {notice.kind for notice in doubts_of(visits)} == kinds
