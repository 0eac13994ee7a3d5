"""The published table is about these cases, all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from validation.cases import CASES
from validation.expressing import express
from validation.figures import Outside

TABLE = Path(__file__).parents[2] / "docs" / "validation.md"


@pytest.fixture(name="rows", scope="module")
def _rows() -> tuple[str, ...]:
    return tuple(TABLE.read_text("utf-8").splitlines())


@pytest.mark.parametrize("name", CASES)
def test_the_table_lists_every_case(name: str, rows: tuple[str, ...]) -> None:
    """Each case has its row, with its source, and its reason where it is not run."""
    case = CASES[name]
    own = [row for row in rows if row.startswith(f"| {name} |")]

    assert own
    assert case.source in own[0]
    said = express(case)
    assert not isinstance(said, Outside) or said.reason in own[0]
