"""How functions of the compiled engine are compiled: once, and kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import numba
from numba import njit

from toc_sim.engine.compiled.ahead import kept_in

Function = TypeVar("Function", bound=Callable[..., Any])


INNER: Mapping[str, Any] = {
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
"""References to arrays are not counted, as none is kept: that halves the time of short
functions. What is never called from Python needs no door to it: to make that
door, and to keep each function on disk, took a fifth of the time to compile."""


def compiled(function: Function) -> Function:
    """Compile a function that only compiled functions call, and that makes no array."""
    return _compiled(function, INNER)


def inlined(function: Function) -> Function:
    """Compile a short function into each that calls it: so it costs no call.

    A long one, or one with several callers, makes compiling longer instead.
    """
    return _compiled(function, {**INNER, "forceinline": True})


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and keep it; it makes no array."""
    return _kept(function, {"_nrt": False})


def compiled_with_arrays(function: Function) -> Function:
    """Compile a function that makes arrays, and keep it."""
    return _kept(function, {})


def _kept(function: Function, options: Mapping[str, Any]) -> Function:
    options = {**options, "no_cfunc_wrapper": True}
    with _kept_by_code():
        try:
            return _compiled(function, {**options, "cache": True})
        except RuntimeError:  # there is no place where it could be kept
            return _compiled(function, options)


def _compiled(function: Function, options: Mapping[str, Any]) -> Function:
    done: Any = njit(error_model="numpy", **options)(function)
    return cast("Function", done)


@contextmanager
def _kept_by_code() -> Iterator[None]:
    """Let numba keep what it compiles where only the same code looks.

    By itself it would take a function for unchanged while its file is, though what it
    calls, or the number of a column, has changed in another.
    """
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(kept_in(before))
    try:
        yield
    finally:
        config.CACHE_DIR = before
