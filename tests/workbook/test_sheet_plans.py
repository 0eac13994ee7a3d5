"""The sheets follow from the fields of a scenario: each has its place, and its note."""

from __future__ import annotations

import json
from io import BytesIO

import openpyxl
import pytest
from pydantic import BaseModel

from toc_sim import Scenario
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import Market, Resource, Source, Stage
from toc_sim.scenario.fields.sections import (
    Calendar,
    Economics,
    Effect,
    Expectation,
    Product,
    Run,
    Tool,
    Variant,
)
from toc_sim.scenario.file.schema import published
from toc_sim.workbook.book_draft import cell_name
from toc_sim.workbook.scenario_book import scenario_book
from toc_sim.workbook.sheet_plans import SheetPlan, plans

PLANS = {plan.title: plan for plan in plans()}
KINDS: dict[type[BaseModel], tuple[str, ...]] = {
    **dict.fromkeys((Source, Stage, Market), ("Stages",)),
    Resource: ("Resources",),
    Product: ("Products",),
    Way: ("Flow",),
    Calendar: ("Calendars", "Shifts"),
    Tool: ("Tools", "Effects"),
    Effect: ("Effects",),
    Variant: ("Variants", "Settings"),
    Economics: ("Economics",),
    Run: ("Run",),
    Expectation: ("Expect",),
}
"""By kind of entry the sheets that have its fields."""


def fields_on(plan: SheetPlan) -> set[str]:
    """Return the fields that a sheet has a place for."""
    columns = {
        str(column.path[0]) for column in (*plan.columns, *plan.lines) if column.path
    }
    choices = {word for column in plan.naming for word in column.choices}
    return {*columns, *choices, *plan.path[2:3]}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_has_its_place(kind: type[BaseModel]) -> None:
    """A new one too, without a line of ours."""
    places = set().union(*(fields_on(PLANS[title]) for title in KINDS[kind]))

    assert set(kind.model_fields) <= places


def test_every_section_has_its_sheet() -> None:
    """Or a line of the first one."""
    first, *others = plans()
    sections = {plan.path[0] for plan in others}

    assert set(Scenario.model_fields) <= sections | fields_on(first)


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.title)
def test_every_column_says_what_it_means(plan: SheetPlan) -> None:
    """In a note, or in the column beside it."""
    assert plan.meaning
    assert all(each.meaning for each in (*plan.all_columns, *plan.lines))


def test_notes_have_the_words_of_the_schema() -> None:
    """Editors of text files and of workbooks are told the same."""
    schema = json.loads(published())["$defs"]
    book = openpyxl.load_workbook(BytesIO(scenario_book(None)))
    notes = {
        cell.value: cell.comment.text
        for cell in book["Stages"][1]
        if cell.comment is not None
    }
    for kind in ("Source", "Stage", "Market"):
        for key, field in schema[kind]["properties"].items():
            if key in notes and key != "kind":
                assert field["description"] in notes[key]
    assert "Empty: unlimited." in notes["buffer"]
    assert "Of a market: How much the buyers want" in notes["demand"]


def test_closed_choices_are_lists_of_the_words_of_the_schema() -> None:
    """No other word can be typed; names of other sheets are offered, not demanded."""
    schema = json.loads(published())["$defs"]
    book = openpyxl.load_workbook(BytesIO(scenario_book(None)))
    lists = {
        str(each.sqref).split("2:")[0]: each
        for each in book["Resources"].data_validations.dataValidation
    }
    head = [cell.value for cell in book["Resources"][1]]
    dispatch, calendar = (
        lists[cell_name(1, head.index(heading) + 1).removesuffix("1")]
        for heading in ("dispatch", "calendar")
    )
    words = ",".join(schema["Resource"]["properties"]["dispatch"]["enum"])

    assert dispatch.formula1 == f'"{words}"'
    assert dispatch.showErrorMessage
    assert calendar.formula1 == "Calendars!$A$2:$A$1000"
    assert not calendar.showErrorMessage
