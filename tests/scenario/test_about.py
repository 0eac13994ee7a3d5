"""What a parameter is stands at its field, and nowhere else."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from toc_sim.language import speaking
from toc_sim.scenario.fields.numbers import About
from toc_sim.scenario.fields.sections import (
    FIELDS,
    UNITS,
    kinds_below,
    kinds_in,
    levers_of,
    numbers_in,
)
from toc_sim.scenario.model import Scenario

KINDS = tuple(dict.fromkeys(kinds_below(Scenario)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_number_says_its_unit(kind: type[BaseModel]) -> None:
    """A field that can be a number carries an `About`, whatever else it can be."""
    mute = [
        name
        for name, field in kind.model_fields.items()
        if numbers_in(field.annotation)
        and not any(isinstance(each, About) for each in field.metadata)
    ]

    assert mute == []


def test_fields_of_one_name_have_one_unit() -> None:
    """Reports and options know a parameter by its last word."""
    other = [
        f"{kind.__name__}.{name}"
        for (kind, name), field in FIELDS.items()
        for each in field.metadata
        if isinstance(each, About) and each.unit != UNITS[name]
    ]

    assert other == []


def test_a_lever_is_a_number_or_holds_one() -> None:
    """Only what can grow is pushed."""
    words = [
        f"{kind.__name__}.{name}"
        for kind in KINDS
        for name in levers_of(kind)
        if not numbers_in(kind.model_fields[name].annotation)
        and not any(map(levers_of, kinds_in(kind.model_fields[name].annotation)))
    ]

    assert words == []


def test_policies_are_called_as_people_call_them() -> None:
    """An address is for the command line; a stage of that name goes first."""
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "policies",
            "calendars": {"day": {"cycle": 24, "open": [[8, 16]]}},
            "resources": {"ann": {"servers": 1, "title": "Ann", "calendar": "day"}},
            "stages": {
                "a": {"kind": "team", "resource": "ann", "time": 1},
                "b": {"kind": "machine", "rate": 2, "buffer": 3, "title": "the press"},
            },
            "flow": ["a -> b"],
        }
    )

    assert scenario.title("ann.dispatch") == "order of work of Ann"
    assert scenario.title("b.buffer") == "room before the press"
    assert scenario.title("b.batch") == "batches of the press"
    assert scenario.title("calendar") == "opening hours"
    assert scenario.title("calendars.day.hours") == "hours of day"
    assert scenario.title("nobody.dispatch") == "nobody.dispatch"
    assert scenario.title("conwip") == "conwip"
    with speaking("ru"):
        assert scenario.title("ann.dispatch") == "порядок работы «Ann»"
        assert scenario.title("b.buffer") == "место перед «the press»"
        assert scenario.title("b.batch") == "партии «the press»"
        assert scenario.title("calendar") == "часы работы"
        assert scenario.title("calendars.day.hours") == "часы работы «day»"
        assert scenario.title("conwip") == "лимит НЗП"
        assert scenario.title("drum_buffer_rope") == "барабан-буфер-верёвка"
