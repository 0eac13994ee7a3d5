"""An answer in a notebook: its text stays a text, and the bar leaves nothing behind."""

from __future__ import annotations

import builtins
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import toc_sim
from toc_sim.interface.progress import BeginWork, in_a_notebook, progress_for

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups.yaml")

Shown = list[dict[str, str]]


class ZMQInteractiveShell:
    """By its name a program knows that a notebook shows what comes of it."""


@pytest.fixture(name="shown")
def _shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Return what is shown under the cell of a notebook, in that order."""
    shown: Shown = []

    def display(data: dict[str, str], **_: object) -> SimpleNamespace:
        shown.append(data)
        return SimpleNamespace(update=lambda data, **_: shown.append(data))

    module = ModuleType("IPython.display")
    module.display = display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.setattr(builtins, "get_ipython", ZMQInteractiveShell, raising=False)
    return shown


def waited_for(shown: Shown, count: int = 1) -> None:
    """Wait until so much is shown."""
    for _ in range(200):
        if len(shown) >= count:
            return
        time.sleep(0.05)


@pytest.mark.parametrize("place", ["notebook", "FORCE_COLOR"])
def test_the_text_of_an_answer_is_a_text_wherever_it_is_asked_for(
    place: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither poured out under the cell, nor in colours; the card has it all."""
    answer = toc_sim.capacity(CUPS)
    plain = answer.text()
    shown = []
    if place == "notebook":
        shown = request.getfixturevalue("shown")
        assert in_a_notebook()
    else:
        monkeypatch.setenv(place, "1")

    assert answer.text() == plain
    assert "machine_2" in plain
    assert "The whole answer</summary><pre" in answer._repr_html_()
    assert plain.splitlines()[-1] in answer._repr_html_()
    assert shown == []


def test_short_work_shows_no_bar(shown: Shown) -> None:
    """Nothing flashes up under a cell, and nothing is left below it."""
    with progress_for(None) as about:
        told = about("simulating")
        assert told is not None
        told(1, 1)

    time.sleep(0.7)
    assert shown == []


def work(about: BeginWork, shown: Shown) -> None:
    """Take so long that somebody looks, and half as long again."""
    told = about("simulating <b>")
    waited_for(shown)
    assert told is not None
    told(1, 4)
    time.sleep(0.3)
    told(2, 4)


@pytest.mark.parametrize("stopped_by", [None, KeyboardInterrupt])
def test_a_bar_is_one_line_under_the_cell_and_goes_with_its_work(
    shown: Shown, stopped_by: type[BaseException] | None
) -> None:
    """Also where the cell is stopped; names are no HTML."""
    with suppress(KeyboardInterrupt), progress_for(None) as about:
        work(about, shown)
        if stopped_by:
            raise stopped_by

    *bars, last = shown
    assert bars[0]["text/html"] == (
        '<progress style="vertical-align:middle"></progress> simulating &lt;b&gt;'
    )
    assert '<progress value="2" max="4" ' in bars[-1]["text/html"]
    # where the engine is compiled meanwhile the bar says so
    assert re.match(r"simulating <b>.* 2/4 0:00:0\d$", bars[-1]["text/plain"])
    assert last == {"text/html": "", "text/plain": ""}


def test_the_tutorial_runs_as_a_notebook() -> None:
    """With a kernel: every block does what its test says, and nothing else is shown."""
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    cells = [
        "\n".join(line[4:] for line in block.splitlines() if line[:4] in _PROMPTS)
        for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    ]
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells]
    )
    where = {"metadata": {"path": str(ROOT)}}
    client.NotebookClient(
        book, kernel_name="python3", resources=where, allow_errors=True
    ).execute()
    outputs = [each for cell in book.cells for each in cell.outputs]
    errors = [each.ename for each in outputs if each.output_type == "error"]

    assert errors == ["ScenarioError", "QuestionError"]
    assert all(each.name == "stdout" for each in outputs if "name" in each)
    # what is left of a bar is empty
    bars = [each.data for each in outputs if each.output_type == "display_data"]
    assert not any(bar["text/html"] for bar in bars)


_PROMPTS = (">>> ", "... ")
