"""A run as a Parquet file, for tools that read millions of rows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from toc_sim.errors import TocError
from toc_sim.experiment.export import Export

GROUP = 65_536
"""Rows that are held, and written, at a time."""


def write_parquet(table: Export, path: Path) -> None:
    """Write a run as Parquet.

    Raises
    ------
    TocError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise TocError(
            "Parquet needs pyarrow, which is not installed\n"
            "    hint: pip install 'toc-sim[parquet]'"
        ) from error
    kinds = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(each.name, kinds[each.kind]) for each in table.headers])
    with parquet.ParquetWriter(path, schema, store_schema=False) as file:
        left = table.rows()
        while rows := list(islice(left, GROUP)):
            columns = zip(schema, zip(*rows, strict=True), strict=True)
            arrays = [pa.array(cells, field.type) for field, cells in columns]
            file.write_table(pa.table(arrays, schema), row_group_size=GROUP)
