"""A run speaks the language that is asked for: its report and its picture."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from io import StringIO
from math import inf
from pathlib import Path
from typing import Any

import pytest
from helpers.pseudo import speaking_pseudo, unspoken
from rich.console import Console

from toc_sim import diagnose, load
from toc_sim.constraint.buffer_share import buffer_shares
from toc_sim.constraint.proof import prove
from toc_sim.engine.simulate import simulate
from toc_sim.language import speaking
from toc_sim.network.build import network as network_of
from toc_sim.network.policies import hours_steps
from toc_sim.report.figures.run import draw_question, draw_run
from toc_sim.report.run_summary import Findings, findings
from toc_sim.report.text.run import run_blocks
from toc_sim.report.text.run_notes import run_notes
from toc_sim.report.text.table import print_report

ROOT = Path(__file__).parents[2]
BRIEF = {"run.horizon": "40", "run.warmup": "4", "run.replications": "2"}
WIDE = 100_000

FILES = (
    "scenarios/paper_cups.yaml",
    "scenarios/paper_cups_random.yaml",
    "scenarios/p_and_q.yaml",
    "scenarios/clinic.yaml",
    "scenarios/crm_on_chaos.yaml",
    "scenarios/rope.yaml",
    "scenarios/penny_fab.yaml",
    "scenarios/segments.yaml",
    "tests/scenario/valid/every_key.yaml",
    "tests/scenario/valid/two_products.yaml",
)


def found(file: str) -> Findings:
    """Run a file for a short time, and prove what is said of it."""
    scenario = load(str(ROOT / file), BRIEF)
    runs = simulate(network_of(scenario))
    verdict = diagnose(runs, policies=True)
    proofs = prove(runs, verdict)
    return findings(runs, verdict, proofs, buffer_shares(runs, verdict))


@cache
def pseudo(file: str) -> Findings:
    """Return what was found by somebody who speaks the language of nobody."""
    with speaking_pseudo():
        return found(file)


@cache
def russian(file: str) -> Findings:
    """Return what was found by somebody who speaks Russian."""
    with speaking("ru"):
        return found(file)


def printed(run: Findings, width: int) -> str:
    """Return the report of a run as it stands in a window."""
    out = StringIO()
    console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
    print_report(console, run.verdict.sentence, run_blocks(run, width, waits=True))
    return out.getvalue()


def not_said(text: str, run: Findings) -> set[str]:
    """Return the words that no catalogue said, and that are in no name of the file."""
    names = [row.title for row in run.rows] + [run.runs.network.release.name]
    if run.money is not None:
        names += [cost.name for cost in run.money.variable_costs]
        names += [cost.name for cost in run.money.operating_expenses]
    if run.theory.exact is not None:
        names.append(run.theory.exact.source)
    given = {word for name in names for word in re.findall(r"[^\W\d_]+", name)}
    return {*unspoken(text, run.scenario)} - given


@pytest.mark.parametrize("file", FILES)
def test_every_word_of_a_report_is_said_by_a_catalogue(file: str) -> None:
    """What is not is a name, a figure or a unit of the file."""
    run = pseudo(file)
    with speaking_pseudo():
        lines = printed(run, WIDE).splitlines()

    assert not not_said("\n".join(lines), run)


@pytest.mark.parametrize("file", FILES)
def test_every_word_of_a_picture_is_said_by_a_catalogue(file: str) -> None:
    """In boxes, legends, titles, and beside bars and ways."""
    run = pseudo(file)
    drawings: Any = (draw_run, draw_question)
    with speaking_pseudo():
        sheets = [drawing.__wrapped__(run) for drawing in drawings]
    told = [text.get_text() for sheet in sheets for text in sheet.axes.texts]
    whole = " ".join(text for text in told if not text.endswith("…"))

    assert not_said(whole, run) == set()


@pytest.mark.parametrize(
    "state",
    [
        {"window": inf},
        {"window": 4000.0, "warmup": 0.0},
        {"time": 1.0, "warmup": 30.0},
        {"time": 400.0, "warmup": 30.0},
        {"queue": ""},
    ],
)
def test_why_queues_have_not_settled_is_said_by_a_catalogue(
    state: dict[str, Any],
) -> None:
    """Whatever is too short, the window, the warm-up or both."""
    run = pseudo("scenarios/paper_cups_random.yaml")
    settling = replace(
        run.inside.settling, settled=False, **{"queue": "machine_2", **state}
    )
    changed = replace(run, inside=replace(run.inside, settling=settling))
    with speaking_pseudo():
        told = " ".join(run_notes(changed))

    assert not_said(told, run) == set()


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("file", FILES)
def test_longer_words_break_no_layout_of_a_run(file: str, width: int) -> None:
    """Neither 40 % more than in English nor Russian is wider than its window."""
    with speaking_pseudo():
        longer = printed(pseudo(file), width)
    with speaking("ru"):
        ours = printed(russian(file), width)

    for text in (longer, ours):
        assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("file", FILES)
def test_classical_rules_have_one_name_in_english(file: str) -> None:
    """The one that documents give them is the one that reports print."""
    run = found(file)
    text = printed(run, WIDE)

    for each in run.detections:
        assert f"\n  {each.title}: " in text


def test_what_a_policy_would_change_is_said_when_it_is_tried() -> None:
    """And a setting stays as it is typed."""
    net = network_of(load(str(ROOT / "tests/scenario/valid/overtime.yaml")))
    with speaking("ru"):
        [step] = hours_steps(net)

    assert step.change == "открыто на 10 % дольше (calendars.day.hours=8.8)"
