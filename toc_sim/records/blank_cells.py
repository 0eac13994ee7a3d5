"""What people write into a cell that shall say nothing."""

from __future__ import annotations

MISSING = (
    "-",
    "--",
    "–",  # noqa: RUF001 - a dash
    "—",
    ".",
    "?",
    "n/a",
    "na",
    "n.a.",
    "nan",
    "nat",
    "nil",
    "none",
    "null",
    "(blank)",
    "(none)",
    "(null)",
    "<na>",
    "<null>",
    "unknown",
    "н/д",
    "нет",
    "нет данных",
    "#n/a",
    "#ref!",
    "#div/0!",
    "#value!",
    "#name?",
    "#num!",
    "#null!",
)
"""Where moments or numbers are told, these are as good as nothing; in small letters."""

_LIST = ", ".join(f"'{word}'" for word in MISSING)


def present(cell: str) -> str:
    """Return in SQL whether a cell of moments or numbers says anything.

    Parameters
    ----------
    cell
        In SQL.
    """
    return f"({cell} IS NOT NULL AND NOT {missing(cell)})"


def missing(cell: str) -> str:
    """Return in SQL whether a cell says in words that it says nothing.

    Parameters
    ----------
    cell
        In SQL; not NULL.
    """
    return f"(length({cell}) <= 10 AND lower({cell}) IN ({_LIST}))"
