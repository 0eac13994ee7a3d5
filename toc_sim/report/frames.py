"""Tidy tables of runs for pandas and Apache Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toc_sim.errors import needs
from toc_sim.experiment.store.export import CellKind, TidyTable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_PANDAS: dict[CellKind, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "float64",
}
"""What stands in a column; a text or a whole number may be missing."""


def data_frame(table: TidyTable) -> pd.DataFrame:
    """Return a tidy table for pandas.

    Parameters
    ----------
    table
        Of the runs of a study.

    Returns
    -------
    A row for each figure; texts are of type ``string``, whole numbers ``Int64``,
    numbers ``float64``.

    Raises
    ------
    TocError
        If pandas is not installed.
    """
    with needs("pandas", "pandas", "a frame"):
        import pandas as pd
    columns = zip(table.headers, _columns(table), strict=True)
    return pd.DataFrame(
        {
            header.name: pd.array(cells, dtype=_PANDAS[header.kind])
            for header, cells in columns
        }
    )


def arrow_table(table: TidyTable) -> pa.Table:
    """Return a tidy table for Apache Arrow.

    Parameters
    ----------
    table
        Of the runs of a study.

    Returns
    -------
    A row for each figure; texts are strings, whole numbers int64, numbers float64.

    Raises
    ------
    TocError
        If pyarrow is not installed.
    """
    pyarrow = needs_pyarrow("a table for Arrow")
    schema = arrow_schema(table, pyarrow)
    columns = zip(schema, _columns(table), strict=True)
    return pyarrow.table(
        [pyarrow.array(cells, field.type) for field, cells in columns], schema
    )


def needs_pyarrow(what: str) -> Any:
    """Return the module pyarrow.

    Parameters
    ----------
    what
        Needs it: ``Parquet``.

    Raises
    ------
    TocError
        If it is not installed.
    """
    with needs("pyarrow", "parquet", what):
        import pyarrow as pa
    return pa


def arrow_schema(table: TidyTable, pyarrow: Any) -> Any:
    """Return the columns of a tidy table as a schema of Arrow.

    Parameters
    ----------
    table
        Of the runs of a study.
    pyarrow
        The module.
    """
    kinds = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
    }
    return pyarrow.schema([(each.name, kinds[each.kind]) for each in table.headers])


def _columns(table: TidyTable) -> list[tuple[Any, ...]]:
    """Return what stands in each column; a study has at least one figure."""
    return list(zip(*table.rows(), strict=True))
