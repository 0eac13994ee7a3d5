"""Records that nobody here made tell what is known of them; skipped without them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from helpers.record_tables import notice

from toc_sim.records.shapes.any_shape import RecordsRead, records_from
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

DATA = Path(__file__).parents[2].parent / "shared" / "data"

FILES = {
    "maven": (
        "maven_crm/accounts.csv",
        "maven_crm/sales_pipeline.csv",
        "maven_crm/products.csv",
        "maven_crm/sales_teams.csv",
    ),
    "olist": (
        "olist_funnel/olist_closed_deals_dataset.csv",
        "olist_funnel/olist_marketing_qualified_leads_dataset.csv",
    ),
    "bank": ("bpic2012/bpic2012.xes.gz",),
    "factory": ("production_factory/Production.csv",),
    "receipt": ("receipt/receipt.csv",),
    "jira": ("jira_changelog/jira_changelog_example.csv",),
    "shop": ("cdnow/CDNOW_master.txt",),
}


@cache
def read(name: str) -> RecordsRead:
    paths = [DATA / each for each in FILES[name]]
    if not all(path.exists() for path in paths):
        pytest.skip("the records are not here")
    return records_from(paths)


def visits_of(name: str) -> Visits:
    visits = read(name).visits
    assert visits is not None
    return visits


def outcomes(visits: Visits) -> tuple[int, int, int]:
    """Return how many cases are won, lost and open."""
    won, lost, still = (
        int((visits.outcome == each).sum()) for each in (CASE_WON, CASE_LOST, CASE_OPEN)
    )
    return won, lost, still


@pytest.mark.parametrize(
    ("name", "shape", "counts", "stages", "tells"),
    [
        ("maven", "snapshot", (4238, 2473, 2089), 4, "losses"),
        ("olist", "joined", (842, 0, 7158), 2, "history"),
        ("bank", "event log", (2246, 10442, 399), 24, "starts requests losses history"),
        ("factory", "event log", (164, 0, 61), 24, "starts history"),
        ("receipt", "event log", (1417, 0, 17), 27, "history"),
        ("jira", "stage history", (100, 13, 112), 9, "losses history"),
    ],
)
def test_cases_and_their_ends_are_as_known(
    name: str, shape: str, counts: tuple[int, int, int], stages: int, tells: str
) -> None:
    """Cases, how they stand, stages, and what the records tell at all."""
    visits = visits_of(name)
    told = {
        each
        for each in ("starts", "requests", "losses", "history")
        if getattr(visits, f"tells_{each}")
    }

    assert visits.shape == shape
    assert outcomes(visits) == counts
    assert len(visits.stages) == stages
    assert told == set(tells.split())
    same = np.diff(visits.case) == 0
    assert not (np.diff(visits.arrived)[same] < 0).any()
    assert not (visits.finished < visits.arrived).any()
    assert not (visits.closed < visits.created).any()


def test_the_deals_of_a_crm() -> None:
    """Their money, time and people, and the product that does not join."""
    visits = visits_of("maven")
    days = (visits.closed - visits.created)[visits.outcome == CASE_WON]
    strange = notice(visits.notices, "names that do not join")

    assert visits.amount[visits.outcome == CASE_WON].sum() == 10_005_534
    assert (days.mean(), np.median(days)) == pytest.approx((51.8, 57), abs=0.05)
    assert len(visits.owners) == 30
    assert strange.evidence["cases"] == 1480
    assert strange.evidence["likely"] == "GTX Pro"
    assert np.isnan(visits.created).sum() == 500
    assert {"sector", "series", "regional_office"} <= set(visits.attributes)


def test_the_leads_of_a_marketplace() -> None:
    """22 people win them; one would be won before it came."""
    visits = visits_of("olist")

    assert len(visits.owners) == 22
    assert notice(visits.notices, "closed before it came").evidence == {"cases": 1}
    assert not visits.has_time


def test_the_applications_of_a_bank() -> None:
    """Work and waiting by activity, in minutes and hours, are as published."""
    visits = visits_of("bank")
    assert visits.sessions is not None
    stage = visits.stage[visits.sessions.visit]
    minutes = (visits.sessions.finished - visits.sessions.started) * 24 * 60
    validation = visits.stages.index("W_Valideren aanvraag")
    hours = (visits.started - visits.arrived)[visits.stage == validation] * 24

    assert np.nanmean(minutes[stage == validation]) == pytest.approx(20.9, abs=0.1)
    assert np.nanmedian(minutes[stage == validation]) == pytest.approx(12.0, abs=0.1)
    assert np.nanmean(hours) == pytest.approx(43, abs=0.5)
    assert np.nanquantile(hours, [0.5, 0.9]) == pytest.approx([26, 118], abs=0.5)
    assert visits.marks.sum() == 17
    assert len(visits.resources) == 68


def test_the_orders_of_a_machine_shop() -> None:
    """Rows of the exporting tool are no work, and 46 machines and people are."""
    visits = visits_of("factory")

    assert len(visits.resources) == 46
    assert {"Start", "End"}.isdisjoint(visits.stages)
    assert "SETUP Turning & Milling" in visits.stages
    assert 450 in [each.rows for each in visits.dropped]


def test_the_permits_of_a_town() -> None:
    """Ends alone are told, and two steps stand in any order."""
    visits = visits_of("receipt")

    assert np.isnan(visits.started).all()
    assert notice(visits.notices, "only ends").weight == "refused"
    assert notice(visits.notices, "steps without order").evidence["cases"] == 505


def test_the_issues_of_a_project() -> None:
    """65 never moved; the time at a stage is as computed otherwise."""
    visits = visits_of("jira")
    at = visits.stage == visits.stages.index("Prioritized")

    assert notice(visits.notices, "never moved").evidence == {"cases": 65}
    assert np.nanmean((visits.finished - visits.arrived)[at]) == pytest.approx(
        6.1, abs=0.05
    )


def test_the_customers_of_a_shop() -> None:
    """Their file is no cases at all."""
    purchases = read("shop").purchases

    assert read("shop").visits is None
    assert purchases is not None
    assert (purchases.customers, len(purchases.day)) == (23_570, 67_591)
