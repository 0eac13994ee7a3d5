"""What has no room on a machine ends in a sentence; Parquet is read as it is typed."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from helpers.record_files import cells_of, read_file

from toc_sim.errors import TocError
from toc_sim.records.row_store import RowStore, opened_store


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    """Moments with and without a zone, numbers of all sorts, words, nothing."""
    import duckdb

    path = tmp_path / "deals [1].parquet"
    duckdb.connect().execute(
        "COPY (SELECT 'a' AS word, 1.5::DOUBLE AS number, 7::HUGEINT AS whole, "
        "TIMESTAMP '2024-01-02 03:04:05.678' AS at, DATE '2024-01-02' AS day, "
        "TIMESTAMPTZ '2024-01-02 03:04:05+02' AS zoned, true AS flag, "
        "NULL::INTEGER AS none UNION ALL SELECT 'b', 1e300, 8, "
        "'2024-01-03 00:00:00', '2024-01-03', '2024-01-02 05:04:05+02', false, NULL) "
        f"TO '{tmp_path / 'x'}' (FORMAT parquet)"
    )
    (tmp_path / "x").rename(path)
    table = read_file(path)

    assert cells_of(table, "number") == [1.5, 1e300]
    assert cells_of(table, "whole") == [7, 8]
    assert str(cells_of(table, "at")[0]) == "2024-01-02 03:04:05.678000"
    assert str(cells_of(table, "zoned")[0]) == "2024-01-02 01:04:05"
    assert cells_of(table, "flag") == ["true", "false"]
    assert cells_of(table, "none") == [None, None]


def test_parquet_is_copied_where_no_links_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some systems."""
    import duckdb

    def refuse(*_: object) -> None:
        raise OSError

    path = tmp_path / "deals.parquet"
    duckdb.connect().execute(f"COPY (SELECT 'x' AS a) TO '{path}' (FORMAT parquet)")
    monkeypatch.setattr(Path, "symlink_to", refuse)

    assert cells_of(read_file(path), "a") == ["x"]


def test_a_full_disk_ends_in_a_sentence() -> None:
    """And not in a traceback."""
    with (
        pytest.raises(TocError, match="too little room on this machine"),
        opened_store(),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="other"), opened_store():
        raise OSError(errno.EIO, "other")


def test_too_little_memory_ends_in_a_sentence() -> None:
    """It is told as room on the machine, too."""
    heavy = "SELECT i, list(i::VARCHAR) FROM range(3000000) t(i) GROUP BY i"
    with pytest.raises(TocError, match="too little room"), opened_store() as store:
        _starved(store).ask(heavy)


def _starved(store: RowStore) -> RowStore:
    store.run("SET memory_limit = '10MB'")
    store.run("SET temp_directory = ''")
    return store
