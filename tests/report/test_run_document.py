"""The result for machines, and the page that tells what is in it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from toc_sim.constraint.intervals import Interval
from toc_sim.report.document import encoded
from toc_sim.report.documents.run import run_document
from toc_sim.report.run_summary import Findings

PAGE = Path(__file__).parents[2] / "docs" / "results.md"
INTERVAL = {"mean", "low", "high"}
BY_NAME = {
    "waits.nodes",
    "waits.products",
    "waits.stages",
    "nodes",
    "static.shares",
    "other_shares",
    "products",
    "mix.products",
    "mix.worth",
}
"""Objects whose keys are names of the file."""


def answer(found: Findings) -> dict[str, Any]:
    """Return what a reader of the JSON sees."""
    read: dict[str, Any] = json.loads(encoded(run_document(found)))
    return read


def fields(value: Any, path: str = "") -> set[str]:
    """Return the paths of all figures and texts, written as on the page."""
    if isinstance(value, list):
        return set().union(*(fields(each, f"{path}[]") for each in value))
    if not isinstance(value, dict) or set(value) == INTERVAL:
        return {path}
    found: set[str] = set()
    for key, each in value.items():
        name = "NAME" if path in BY_NAME else key
        found |= fields(each, f"{path}.{name}" if path else name)
    return found


def documented() -> set[str]:
    """Return the fields that the page tells of."""
    page = PAGE.read_text("utf-8").split("## What `toc-sim capacity")[0]
    first_cells = re.findall(r"^\|([^|]*)\|", page, flags=re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", " ".join(first_cells)))


def test_the_page_and_the_json_tell_of_the_same_fields(
    random_cups: Findings,
    company: Findings,
    clinic: Findings,
    shop: Findings,
    limited: Findings,
    moving: Findings,
    two_products: Findings,
) -> None:
    """No field without its explanation, and none explained that is not there."""
    told = (random_cups, company, clinic, shop, limited, moving, two_products)
    seen = set().union(*(fields(answer(found)) for found in told))

    null = {"money", "constraint.growth", "constraint.products"}
    assert seen - null == documented()


def test_what_was_tried_is_told(limited: Findings, moving: Findings) -> None:
    """Policies with what they bring, the constraint over time, and both sides of it."""
    policy = answer(limited)["constraint"]["policies"][0]
    assert (policy["kind"], policy["place"]) == ("release", None)
    assert policy["is_constraint"]
    assert policy["gain"]["mean"] > 0

    constraint = answer(moving)["constraint"]
    reigns = [each["node"] for each in constraint["reigns"] if each["node"]]
    assert reigns == ["shop", "market"]
    assert [each["node"] for each in constraint["sides"]] == ["shop", "market"]
    assert constraint["growth"]["node"] == "market"


def test_an_interval_is_null_where_nothing_is_known(cups: Findings) -> None:
    """JSON knows neither nan nor infinity."""
    share = Interval(0.5, nan, nan)
    static = replace(cups.verdict.capacity, next_constraint=(), next_throughput=inf)
    verdict = replace(cups.verdict, share=share, capacity=static)

    told = answer(replace(cups, verdict=verdict))

    assert told["constraint"]["share"] == {"mean": 0.5, "low": None, "high": None}
    assert told["static"]["next"] == {"node": None, "nodes": [], "throughput": None}


def test_names_stand_in_their_own_letters(cups: Findings) -> None:
    """UTF-8; what no letter can be made of is escaped."""
    rows = (replace(cups.rows[0], title="станок \ud800"), *cups.rows[1:])

    told = encoded(run_document(replace(cups, rows=rows)))

    assert '"title": "станок \\ud800"'.encode() in told
    assert told.endswith(b"}\n")


def test_the_policy_is_no_node(limited: Findings) -> None:
    """It is told under `release`, and named by the verdict."""
    told = answer(limited)

    assert told["release"] == {"policy": "conwip", "limit": 2}
    assert told["constraint"]["nodes"] == ["conwip"]
    assert told["constraint"]["kind"] == "policy"
    assert "conwip" not in told["nodes"]


def test_figures_are_those_of_the_report(random_cups: Findings) -> None:
    """JSON and table are made of the same rows."""
    told = answer(random_cups)["nodes"]["machine_2"]

    row = next(row for row in random_cups.rows if row.name == "machine_2")
    assert row.share is not None
    assert told["busy"] == row.busy
    assert told["queue"] == {"mean": row.queue_mean, "max": row.queue_peak}
    assert told["share"]["mean"] == row.share.mean


def test_money_is_null_without_economics(cups: Findings, company: Findings) -> None:
    """And a whole statement with it."""
    assert answer(cups)["money"] is None

    money = answer(company)["money"]
    assert money["net_profit"]["mean"] == pytest.approx(
        money["throughput"]["mean"] - money["operating_expense"]["mean"]
    )
    assert [cost["per"] for cost in money["variable_costs"]] == ["item", "service"]
