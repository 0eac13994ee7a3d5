"""What is compiled is kept where only the same code looks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from numba import __version__ as installed
from numba import njit

from toc_sim.engine.compiled.ahead import fingerprint
from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.compiled.kernel import run_until


@pytest.mark.skipif(not hasattr(run_until, "stats"), reason="the compiler is off")
def test_compiled_code_is_kept_apart_from_that_of_other_code(tmp_path: Path) -> None:
    """A changed line in any file is other code; nothing stale is ever run."""
    (tmp_path / "one.py").write_text("A = 1", encoding="utf-8")
    (tmp_path / "two.py").write_text("B = 2", encoding="utf-8")
    before = fingerprint(tmp_path, installed)
    (tmp_path / "two.py").write_text("B = 3", encoding="utf-8")
    after = fingerprint(tmp_path, installed)
    function: Any = run_until
    folder = Path(function.py_func.__code__.co_filename).parent
    own = fingerprint(folder, installed)

    assert before != after
    assert own in function.stats.cache_path


def test_compiled_code_is_kept_apart_from_that_of_another_numba(tmp_path: Path) -> None:
    """What one version keeps another cannot read, and may try to."""
    assert fingerprint(tmp_path, "0.0") != fingerprint(tmp_path, installed)


@pytest.mark.skipif(not hasattr(run_until, "stats"), reason="the compiler is off")
def test_what_only_compiled_functions_call_is_translated_within_them_only() -> None:
    """To translate it by itself too took half of the time to compile."""
    twice: Any = compiled(lambda number: 2 * number)
    jit: Any = njit
    odd = jit(lambda number: twice(number) + 1)

    assert odd(3) == 7
    (part,) = twice.overloads.values()
    (whole,) = odd.overloads.values()
    engine = whole.library.codegen._engine  # noqa: SLF001 - numba's
    assert engine.is_symbol_defined(whole.fndesc.llvm_func_name)
    assert not engine.is_symbol_defined(part.fndesc.llvm_func_name)
