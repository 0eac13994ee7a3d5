"""What a parameter is stands at its field, and nowhere else."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

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
