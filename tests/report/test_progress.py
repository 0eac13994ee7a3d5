"""The bar of a command: on a terminal only, for all of its work."""

from __future__ import annotations

import io
import sys

import pytest

from toc_sim.interface.progress import on_a_terminal, progress_bar


class Terminal(io.StringIO):
    """Somebody looks."""

    def isatty(self) -> bool:
        """Return that it is one."""
        return True


def test_nothing_is_told_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe or a file there is no bar."""
    with progress_bar(shown=on_a_terminal()) as about:
        assert about("simulating") is None

    assert capsys.readouterr().err == ""


def test_it_says_that_it_compiles_until_something_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And goes on with the next work of the same command."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_bar(shown=on_a_terminal()) as about:
        first = about("simulating", lambda: True)
        assert first is not None
        assert "compiling once, about 40 s" in terminal.getvalue()
        assert "simulating" not in terminal.getvalue()
        first(1, 20)
        about("proving")
        assert "proving" in terminal.getvalue()
