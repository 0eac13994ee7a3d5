"""A forecast is said in whole sentences, whatever it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import StringIO
from math import nan
from typing import Any

import pytest
from rich.console import Console

from toc_sim import load
from toc_sim.outlook.backtest import (
    FROM_STATE,
    RESAMPLED,
    WEIGHTED,
    Backtest,
    PastForecast,
)
from toc_sim.outlook.band import Chance, QuarterBand
from toc_sim.outlook.forecast import Forecast, forecast
from toc_sim.outlook.score import Score
from toc_sim.outlook.todays_items import OpenItem, TodaysItems
from toc_sim.report.documents.quarter import quarter_document
from toc_sim.report.text.quarter import quarter_blocks, quarter_sentence
from toc_sim.report.text.table import print_blocks

SALES: dict[str, Any] = {
    "format": 1,
    "name": "sales",
    "item": "deal",
    "period": "week",
    "currency": "EUR",
    "stages": {
        "leads": {"kind": "source", "arrivals": 3, "distribution": "exponential"},
        "closing": {"kind": "team", "rate": 4, "cv": 1},
        "sellers": {"kind": "team", "rate": 9, "cv": 1},
        "market": {"kind": "market"},
    },
    "flow": ["leads -> closing -> sellers -> market"],
    "economics": {"price": 1000},
    "run": {"horizon": 50, "replications": 3},
}


@pytest.fixture(name="found", scope="module")
def _found() -> Forecast:
    items = tuple(OpenItem(f"deal {n}", "closing", age=1.0) for n in range(20))
    return forecast(load(SALES), TodaysItems(items), until=2.0, replications=100)


def _with(
    found: Forecast, now: Sequence[str], later: Sequence[str] | None, until: float
) -> Forecast:
    """Return it as if others bound, up to another date."""
    verdict = found.long_run
    assert verdict is not None
    return replace(
        found,
        until=until,
        gains=replace(found.gains, constraint=tuple(now)),
        long_run=None if later is None else replace(verdict, constraint=tuple(later)),
    )


def _text(found: Forecast) -> str:
    page = StringIO()
    console = Console(file=page, width=200, color_system=None)
    print_blocks(console, quarter_blocks(found, 200))
    return page.getvalue()


@pytest.mark.parametrize(
    ("now", "later", "until", "told"),
    [
        ((), ("leads",), 13, "nothing surely limits this quarter."),
        ((), ("leads",), 4, "nothing surely limits it until then."),
        (("closing",), None, 13, "closing binds this quarter."),
        (("sellers",), None, 4, "sellers bind until then."),
        (("closing",), ("closing",), 13, "closing binds, this quarter and in the"),
        (
            ("sellers",),
            ("sellers",),
            4,
            "sellers bind, until then and in the long",
        ),
        (("closing",), ("leads",), 13, "closing binds this quarter, leads in the long"),
        (
            ("delay",),
            ("leads",),
            4,
            "time away binds until then, leads in the",
        ),
        (
            ("closing", "leads"),
            ("leads",),
            4,
            "closing and leads bind until then,",
        ),
    ],
)
def test_who_binds_is_said_in_every_case(
    found: Forecast,
    now: Sequence[str],
    later: Sequence[str] | None,
    until: float,
    told: str,
) -> None:
    """Now and later, one or many, a quarter or not."""
    assert told in quarter_sentence(_with(found, now, later, until))


def test_money_in_the_sentence_has_three_digits(found: Forecast) -> None:
    """A band is no surer; without money the sentence says nothing of it."""
    assert found.money is not None
    whole = replace(found.money.whole, p10=340_582.0, p90=524_155.0)
    rich = replace(found, money=replace(found.money, whole=whole))

    assert "worth 341,000 to 524,000 EUR;" in quarter_sentence(rich)
    assert "worth" not in quarter_sentence(replace(found, money=None))


def test_without_money_the_tables_count_closings(found: Forecast) -> None:
    """And a stage whose last call cannot be told is named."""
    calls = tuple(replace(call, time=nan) for call in found.last_calls)
    bare = replace(found, money=None, long_run=None, last_calls=calls)

    told = _text(bare)

    assert "EUR" not in told.replace("EUR/week", "")
    assert "long-run share" not in told
    assert "Too little comes to closing and sellers to tell." in told


def test_where_nobody_s_time_is_short_no_item_goes_first(found: Forecast) -> None:
    """There is no order by what nobody lacks."""
    told = _text(replace(found, desk=""))

    assert "No time of anybody's is short until then" in told


def test_items_past_the_desk_are_counted(found: Forecast) -> None:
    """They need none of its time, and stand in no table."""
    items = tuple(replace(each, work=0.0) for each in found.items[:3])

    told = _text(replace(found, items=items))

    assert "3 open items need no time of closing any more." in told


def test_targets_and_uncertain_numbers_are_said(found: Forecast) -> None:
    """Closings and money each; how many numbers were drawn."""
    chance = Chance(50, 100, 5.0)
    asked = replace(found, target=chance, target_money=chance, uncertain=3)

    told = _text(asked)

    assert "The chance of 5 deals or more by then: 50 in 100" in told
    assert "The chance of 5 EUR or more by then: 50 in 100" in told
    assert "3 uncertain numbers drawn anew for each." in told
    assert quarter_document(asked)["target"]["money"]["reached"] == 50


def test_past_forecasts_are_told_even_where_none_was_made(found: Forecast) -> None:
    """With the reason, in words and in JSON."""
    none = QuarterBand(1, 1, 1, 1, 1, 1)
    past = PastForecast(
        *(9.0, date(2026, 1, 9), 4, 2, None, nan, none, none),
        refused="too few visits",
    )
    scores = tuple(Score(n, nan, 0, 0, 0) for n in (FROM_STATE, WEIGHTED, RESAMPLED))
    seen = replace(found, backtest=Backtest(14.0, "week", 2.0, (past,), scores))

    told = _text(seen)

    assert "No past forecast could be made from these records." in told
    assert "No forecast from 2026-01-09: too few visits" in told
    [only] = quarter_document(seen)["backtest"]["forecasts"]
    assert only["refused"] == "too few visits"
    assert only["from_the_state"] is None
