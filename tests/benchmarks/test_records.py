"""The log that is measured is the same every time, and all of it is read."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(name="records", scope="module")
def _records() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("records")


def test_every_row_of_the_log_is_read(
    records: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it took is told."""
    monkeypatch.setattr(records, "ROWS_AT_ONCE", 1_000)
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    rows = [records.write_log(path, megabytes=1) for path in paths]
    found = records.read_log(paths[0])

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert found["rows"] == rows[0]
    assert min(found["survey"], found["table"], found["peak"]) > 0
