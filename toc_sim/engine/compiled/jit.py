"""How functions of the compiled engine are compiled: once, and kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function that neither makes arrays nor keeps any.

    Arrays are only lent to it, so nobody counts who refers to them: that halves the
    time of short functions.
    """
    return _compiled(function, {"_nrt": False})


def compiled_with_arrays(function: Function) -> Function:
    """Compile a function that makes arrays."""
    return _compiled(function, {})


def _compiled(function: Function, options: dict[str, Any]) -> Function:
    try:
        done: Any = njit(cache=True, error_model="numpy", **options)(function)
    except RuntimeError:  # there is no place where it could be kept
        done = njit(error_model="numpy", **options)(function)
    return cast("Function", done)
