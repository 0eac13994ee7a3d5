"""Each function of the Python interface gives the document that its command prints."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from numpy import float64, int64

import toc_sim
from toc_sim import Answer
from toc_sim.cli import main

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CUPS = str(SCENARIOS / "paper_cups.yaml")
TOOLS = str(SCENARIOS / "paper_cups_tools.yaml")
CHANCE = str(SCENARIOS / "paper_cups_random.yaml")

BRIEF: dict[str, Any] = {"horizon": 20, "replications": 3}
BRIEFLY = ("--horizon", "20", "--replications", "3")


def command(*words: str) -> Result:
    """Run a command that ends well."""
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return result


Ask = Callable[..., Answer[Any]]

MENDED = 3
"""Lines of warnings that end in a command, at most."""

QUESTIONS: dict[str, tuple[tuple[str, ...], Ask]] = {
    "run": (("run", CHANCE), lambda **how: toc_sim.run(CHANCE, **how)),
    "run --prove": (
        ("run", CUPS, "--prove"),
        lambda **how: toc_sim.run(CUPS, prove=True, **how),
    ),
    "compare": (("compare", TOOLS), lambda **how: toc_sim.compare(TOOLS, **how)),
    "compare --sets": (
        ("compare", TOOLS, "--sets", "--budget", "9000", "--by", "throughput"),
        lambda **how: toc_sim.compare(
            TOOLS, sets=True, budget=9000.0, by="throughput", **how
        ),
    ),
    "roadmap": (
        ("roadmap", TOOLS, "--every", "5"),
        lambda **how: toc_sim.roadmap(TOOLS, every=5.0, **how),
    ),
    "reach": (
        ("reach", TOOLS, "--throughput", "10", "--tool", "new_machine_2"),
        lambda **how: toc_sim.reach(TOOLS, 10.0, tools=["new_machine_2"], **how),
    ),
    "sweep": (
        ("sweep", CUPS, "--vary", "machine_2.capacity=7,8,15"),
        lambda **how: toc_sim.sweep(CUPS, {"machine_2.capacity": [7, 8, 15]}, **how),
    ),
    "sweep by text": (
        ("sweep", CUPS, "--vary", "machine_2.capacity=6:8:1"),
        lambda **how: toc_sim.sweep(CUPS, "machine_2.capacity=6:8:1", **how),
    ),
    "map": (
        (
            *("map", CUPS, "--points", "2"),
            *("--x", "machine_2.capacity=6:16", "--y", "sales.capacity=6:16"),
        ),
        lambda **how: toc_sim.map(
            CUPS, "machine_2.capacity=6:16", "sales.capacity=6:16", points=2, **how
        ),
    ),
    "breakdown": (("breakdown", CUPS), lambda **how: toc_sim.breakdown(CUPS, **how)),
    "breakdown --against": (
        ("breakdown", CUPS, "--against", CUPS),
        lambda **how: toc_sim.breakdown(CUPS, against=CUPS, **how),
    ),
}


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_function_gives_the_document_of_its_command(asked: str) -> None:
    """The same bytes as --json, and the same name in the store."""
    words, ask = QUESTIONS[asked]

    printed = command(*words, *BRIEFLY, "--json").stdout
    answer = ask(**BRIEF)

    assert answer.to_json() == printed
    assert answer.to_dict() == json.loads(printed)


def test_capacity_gives_the_document_of_its_command() -> None:
    """Nothing is simulated, so there are no settings of where."""
    printed = command("capacity", TOOLS, "--tool", "new_machine_2", "--json").stdout
    answer = toc_sim.capacity(TOOLS, tools=["new_machine_2"])

    assert answer.to_json() == printed


@pytest.mark.parametrize("asked", QUESTIONS)
def test_an_answer_prints_what_its_command_prints(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence first; as wide as where there is no window."""
    monkeypatch.delenv("COLUMNS", raising=False)
    words, ask = QUESTIONS[asked]

    printed = command(*words, *BRIEFLY).stdout
    answer = ask(**BRIEF)

    # a warning ends in the command as it was given, which Python does not know
    told = {line for line in answer.text().splitlines() if "toc-sim run" not in line}
    if asked == "run":
        assert len(told - set(printed.splitlines())) <= MENDED
    else:
        assert answer.text() == printed
    assert printed.replace("\n", " ").startswith(answer.sentence[:60])
    assert repr(answer) == f"<{type(answer).__name__}: {answer.sentence}>"


@pytest.mark.parametrize("asked", QUESTIONS)
def test_the_rows_of_an_answer_are_those_that_are_exported(asked: str) -> None:
    """to_pandas and to_arrow are the table of `toc-sim export`, of every kind."""
    _, ask = QUESTIONS[asked]
    answer = ask(**BRIEF)

    exported = json.loads(
        command("export", str(answer.kept), "--format", "json").stdout
    )
    arrow = answer.to_arrow()
    frame = answer.to_pandas()

    assert arrow.to_pylist() == exported
    assert list(frame.columns) == arrow.column_names
    assert frame.shape == (arrow.num_rows, arrow.num_columns)
    assert {"run", "variant", "replication", "node", "product", "metric", "value"} < {
        *frame.columns
    }
    bought = frame[(frame["metric"] == "bought") & (frame["variant"].notna())]
    assert (bought["value"] > 0).all()


def test_an_answer_of_theory_has_no_rows() -> None:
    """It says so, instead of giving an empty table."""
    with pytest.raises(toc_sim.TocError, match="nothing was simulated"):
        toc_sim.capacity(CUPS).to_pandas()


def test_a_notebook_shows_a_card() -> None:
    """Sentence, figures and the whole report; a name that looks like HTML is text."""
    data = {**json.loads(json.dumps(SMALL)), "name": "<b>&</b>", "item": "<i>"}
    card = toc_sim.run(data, store=False)._repr_html_()

    assert card.startswith("<div")
    assert "cell is the constraint" in card
    assert re.search(r">cell \([\d.]+ %\)<", card)
    assert "2.00 &lt;i&gt;/period" in card
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in card
    # columns stand under their heads, whatever font a notebook gives to what is inside
    assert re.search('<pre style="[^"]*monospace', card)
    assert "<b>" not in card
    assert "<i>" not in card


def test_an_answer_is_drawn_into_a_file(tmp_path: Path) -> None:
    """The same picture as --plot draws."""
    drawn = toc_sim.run(CUPS, **BRIEF).plot(tmp_path / "here.svg")
    command("run", CUPS, *BRIEFLY, "--plot", str(tmp_path / "there.svg"))

    assert drawn.read_bytes() == (tmp_path / "there.svg").read_bytes()
    with pytest.raises(toc_sim.QuestionError, match=r"a figure is \.png"):
        toc_sim.run(CUPS, **BRIEF).plot(tmp_path / "cups.doc")


def test_what_the_record_knows_can_be_asked_of_the_answer() -> None:
    """And what it does not know is refused as Python does."""
    answer = toc_sim.compare(TOOLS, by="throughput", **BRIEF)

    assert answer.best.tools == ("new_machine_2",)
    assert "rows" in dir(answer)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = answer.nonsense


SMALL = {
    "format": 1,
    "name": "Small",
    "stages": {
        "cell": {"kind": "machine", "capacity": 2},
        "market": {"kind": "market", "demand": 5},
    },
    "flow": ["cell -> market"],
    "run": {"horizon": 50},
}


def test_a_scenario_is_read_from_a_dictionary() -> None:
    """Tuples and numbers of numpy too; it equals what its file would be."""
    odd = {
        **SMALL,
        "stages": {
            "cell": {"kind": "machine", "capacity": float64(2)},
            "market": {"kind": "market", "demand": int64(5)},
        },
        "flow": ("cell -> market",),
    }

    scenario = toc_sim.load(odd)

    assert scenario == toc_sim.load(io.StringIO(json.dumps(SMALL)))
    assert toc_sim.run(scenario, store=False).constraint == ("cell",)


def test_all_that_is_wrong_with_a_dictionary_is_told_at_once() -> None:
    """By path, with hints, as of a file."""
    wrong = {
        **SMALL,
        "stages": {
            "cell": {"kind": "machine", "capcity": 2},
            "market": {"kind": "market", "demand": -1},
        },
    }

    with pytest.raises(toc_sim.ScenarioError) as refused:
        toc_sim.load(wrong)

    assert str(refused.value).splitlines() == [
        "stages.cell.capcity: unknown key",
        "    hint: did you mean 'capacity'?",
        "stages.market.demand: must be greater than 0 (found -1)",
    ]


def test_a_dictionary_has_only_what_a_file_can_have() -> None:
    """An object of Python is refused by its path; so is what has no end."""
    endless: dict[str, Any] = {}
    endless["stages"] = endless

    with pytest.raises(toc_sim.ScenarioError, match=r"run\.horizon: is of type object"):
        toc_sim.load({**SMALL, "run": {"horizon": object()}})
    with pytest.raises(toc_sim.ScenarioError, match="stages: is nested without end"):
        toc_sim.load(endless)


def test_a_stream_of_text_is_told_by_its_name(tmp_path: Path) -> None:
    """Its faults have lines and columns."""
    file = tmp_path / "cups.yaml"
    file.write_text("format: 1\nname: x\nflow: []\n", encoding="utf-8")

    with pytest.raises(toc_sim.ScenarioError) as refused, file.open() as stream:
        toc_sim.load(stream)
    with pytest.raises(toc_sim.ScenarioError) as unnamed:
        toc_sim.load(io.StringIO("format: 2"))

    assert str(refused.value).startswith(f"{file}:1:1: stages: missing")
    assert str(unnamed.value).startswith("<text>:1:1: ")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (
            lambda: toc_sim.compare(TOOLS, budget=-1),
            "budget=-1: must be 0 or more",
        ),
        (
            lambda: toc_sim.compare(TOOLS, tools=["new_machine2"]),
            (
                "tools=new_machine2: no tool is called 'new_machine2'\n"
                "    hint: did you mean 'new_machine_2'?"
            ),
        ),
        (lambda: toc_sim.reach(TOOLS, -1), "throughput=-1: must be above 0"),
        (lambda: toc_sim.roadmap(TOOLS, every=-1), "every=-1: must be 0 or more"),
        (
            lambda: toc_sim.sweep(CUPS, {"machine_9.capacity": [1]}),
            (
                "vary=machine_9.capacity=1: no parameter is called "
                "'machine_9.capacity'\n    hint: did you mean 'machine_3.capacity'?"
            ),
        ),
        (
            lambda: toc_sim.sweep(CUPS, "machine_2.capacity=1:2"),
            "vary: 'machine_2.capacity=1:2': a range is FROM:TO:STEP, like 6:16:1",
        ),
        (
            lambda: toc_sim.map(CUPS, "sales.capacity=1:2", "sales.capacity=1:3"),
            "y=sales.capacity=1:3: is the same parameter as x",
        ),
        (
            lambda: toc_sim.run(CUPS, horizon=-1),
            "run.horizon: must be greater than 0",
        ),
    ],
)
def test_a_question_is_refused_in_the_words_of_python(
    ask: Callable[[], object], told: str
) -> None:
    """No option of a command line in it."""
    with pytest.raises(toc_sim.TocError) as refused:
        ask()

    assert str(refused.value) == told
    assert "--" not in told


def test_an_unknown_keyword_is_refused_as_python_does() -> None:
    """Not silently ignored."""
    with pytest.raises(TypeError, match=r"'horizn'\. Did you mean 'horizon'\?"):
        toc_sim.run(CUPS, horizn=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'xyz'$"):
        toc_sim.run(CUPS, xyz=3)  # type: ignore[call-arg]


def test_progress_is_told_to_a_function() -> None:
    """How many runs are done, and of how many."""
    told: list[tuple[int, int]] = []

    toc_sim.run(
        CHANCE,
        progress=lambda done, total: told.append((done, total)),
        store=False,
        horizon=5,
    )

    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] > 0


def test_a_trace_is_the_one_of_the_command(tmp_path: Path) -> None:
    """Event by event."""
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"

    toc_sim.run(CUPS, trace=here, **BRIEF)
    command("run", CUPS, *BRIEFLY, "--trace", str(there))

    assert here.read_bytes() == there.read_bytes() != b""


def test_a_certificate_is_the_one_of_the_command(tmp_path: Path) -> None:
    """To the byte."""
    there = tmp_path / "proof.json"

    command("run", CUPS, *BRIEFLY, "--certificate", str(there))

    assert toc_sim.run(CUPS, **BRIEF).certificate() == there.read_bytes()
