"""How functions of the compiled engine are compiled: once, and kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import numba
from numba import njit
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

from toc_sim.engine.compiled.ahead import kept_in

Function = TypeVar("Function", bound=Callable[..., Any])


class _Part(JITCodeLibrary):
    """The code of a function that others take into theirs: no machine code of its own.

    numba would optimize and translate each function by itself, and once more in each
    that calls it: for the loop with its 150 functions that took half of all the time.
    What numba asks of a finished function has no answer here, and needs none.
    """

    @property
    def codegen(self) -> _Part:
        return self

    def set_env(self, name: str, env: object) -> None:
        """Leave out what only Python objects and exceptions need."""

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - numba's
        return 0

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalized = True


class _PartCompiler(Compiler):
    """numba's compiler, for a function whose code others take into theirs."""

    def compile_extra(self, func: Callable[..., Any]) -> object:
        part, base = cast("Any", _Part), cast("Any", super())
        self.state.library = part(self.state.targetctx.codegen(), func.__qualname__)
        return base.compile_extra(func)


INNER: Mapping[str, Any] = {
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "pipeline_class": _PartCompiler,
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
