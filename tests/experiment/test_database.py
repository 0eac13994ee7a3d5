"""What is stored of a run is the run."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given

from toc_sim import Scenario
from toc_sim.engine.result import RunResult
from toc_sim.experiment.store.database import DAMAGES, StoredResult, recorded, restored
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import scenarios


def to_the_bit(result: RunResult) -> list[str | bytes]:
    """Write a run so that two are written alike only if every bit is the same."""
    return [
        value.tobytes() if field.name in {"departures", "sellers"} else repr(value)
        for field in fields(result)
        for value in [getattr(result, field.name)]
    ]


@given(scenarios())
def test_a_run_comes_back_to_the_last_bit(scenario: Scenario) -> None:
    """Whole numbers stay whole, and what is not a number stays so."""
    result = replace(once(scenario), active_periods=())

    assert to_the_bit(restored(recorded(result))) == to_the_bit(result)


@given(scenarios())
def test_the_same_run_is_recorded_as_the_same_bytes(scenario: Scenario) -> None:
    """What was stored can be stored again, and nothing changes."""
    record = recorded(once(scenario))

    assert recorded(restored(record)) == record


@pytest.mark.parametrize(
    "damaged",
    [
        (b"", b""),
        (b"[]", b""),
        (b"{}", b""),
        (b"\xff", b""),
        (b'{"nodes": 1}', b""),
    ],
)
def test_a_record_that_is_not_whole_raises_what_it_says(damaged: StoredResult) -> None:
    """Whoever reads a store knows what to expect."""
    with pytest.raises(DAMAGES):
        restored(damaged)


@given(scenarios())
def test_purchases_that_are_missing_are_noticed(scenario: Scenario) -> None:
    """Figures without their purchases are not a whole record."""
    record = recorded(replace(once(scenario), bought=10**9))

    with pytest.raises(ValueError):  # noqa: PT011 - its kind is what is promised
        restored(record)
