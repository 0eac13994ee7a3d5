"""Putting rows in order, which takes nothing where they are in order already."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

RowOrder = NDArray[np.int64] | slice
"""RowPlaces in the order wanted; a slice of all where they stand so already."""

AS_THEY_STAND = slice(None)


def order_by(*keys: NDArray[Any]) -> RowOrder:
    """Return the order of rows by some keys, equal ones as they stand.

    Parameters
    ----------
    keys
        The most telling first, each of shape (rows,); nan is last.

    Examples
    --------
    >>> import numpy as np
    >>> from toc_sim.records.shapes.row_order import order_by
    >>> order_by(np.array([1, 0, 0]), np.array([0.0, 2.0, 1.0]))
    array([2, 1, 0])
    """
    if _is_in_order(keys):
        return AS_THEY_STAND
    return np.lexsort(keys[::-1])


def broadcast(value: float, count: int, kind: type[Any]) -> NDArray[Any]:
    """Return a column that holds one value in every row, and takes no room."""
    return np.broadcast_to(np.array(value, dtype=kind), (count,))


def _is_in_order(keys: tuple[NDArray[Any], ...]) -> bool:
    """Return whether no row stands before one that it should follow."""
    equal: NDArray[np.bool_] | None = None
    for key in keys:
        before, after = key[:-1], key[1:]
        falls = before > after
        if key.dtype.kind == "f":
            falls |= np.isnan(before) & ~np.isnan(after)
        if equal is None:
            if falls.any():
                return False
            equal = before == after
            continue
        if (falls & equal).any():
            return False
        equal &= before == after
    return True
