"""How tables are written as CSV: for programs, or for an Excel that is set to Russian.

A Russian Excel takes a comma for the decimal point and a semicolon between cells, and
UTF-8 only behind its mark (BOM); whatever begins like a formula it would compute.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

FOR_PROGRAMS, EXCEL_RU = "plain", "excel-ru"

CSV_DIALECTS = (FOR_PROGRAMS, EXCEL_RU)
"""For programs (commas, points), and for a Russian Excel."""

_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that Excel computes."""


def csv_pieces(
    rows: Iterable[Sequence[Any]], dialect: str = FOR_PROGRAMS
) -> Iterator[str]:
    r"""Yield the text of a table, row by row.

    Parameters
    ----------
    rows
        The header, and then the cells: numbers to their last digit, texts, None where
        there is no value.
    dialect
        One of `CSV_DIALECTS`.

    Examples
    --------
    >>> from toc_sim.report.csv_dialect import csv_pieces
    >>> rows = [("node", "busy"), ("sales", 0.25), ("=1+1", None)]
    >>> "".join(csv_pieces(rows))
    'node,busy\nsales,0.25\n=1+1,\n'
    >>> "".join(csv_pieces(rows, "excel-ru"))
    "\ufeffnode;busy\r\nsales;0,25\r\n'=1+1;\r\n"
    """
    line = StringIO()
    is_plain = dialect == FOR_PROGRAMS
    writer = csv.writer(
        line,
        delimiter="," if is_plain else ";",
        lineterminator="\n" if is_plain else "\r\n",
    )
    begin = "" if is_plain else _MARK
    for row in rows:
        writer.writerow(row if is_plain else map(_for_excel, row))
        yield begin + line.getvalue()
        begin = ""
        line.seek(0)
        line.truncate()


def _for_excel(value: Any) -> Any:
    """Return a cell as a Russian Excel reads it: a number as one, a text as text."""
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
