"""Tables in windows of all widths: what stays, what goes, and where that is said."""

from __future__ import annotations

import re
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from toc_sim import load
from toc_sim.cli import main
from toc_sim.experiment.map.constraint_map import constraint_map
from toc_sim.experiment.sweep.points import read_range
from toc_sim.report.text.map import phases_blocks
from toc_sim.report.text.table import print_report

SCENARIOS = Path(__file__).parents[2] / "scenarios"
VARIED = ("machine_2.capacity", "market.demand")
SHORT = ("--replications", "2", "--horizon", "40", "--warmup", "4")
CLINIC, CUPS = SCENARIOS / "clinic.yaml", SCENARIOS / "paper_cups_random.yaml"
TOOLS = SCENARIOS / "paper_cups_tools.yaml"

QUESTIONS: dict[str, tuple[str, ...]] = {
    "run": ("run", str(CLINIC), *SHORT),
    "compare": ("compare", str(TOOLS), *SHORT),
    "roadmap": ("roadmap", str(TOOLS), *SHORT),
    "sweep": ("sweep", str(CUPS), *SHORT, "--vary", "machine_2.capacity=8,9"),
    "breakdown": ("breakdown", str(CUPS), *SHORT),
    "capacity": ("capacity", str(CLINIC)),
}
HEADS = {
    "run": ("node", "throughput", "share"),
    "compare": ("tools", "throughput", "difference", "constraint"),
    "roadmap": ("step", "constraint", "share", "throughput"),
    "sweep": ("machine_2.capacity", "throughput", "constraint", "share"),
    "breakdown": ("throughput", "its share"),
    "capacity": ("node", "capacity", "load", "share"),
}
"""Columns that no window of 80 characters goes without."""


@cache
def printed(question: str, width: int | None, *more: str) -> str:
    """Return what a question prints in a window; without one into a pipe."""
    command, *rest = QUESTIONS[question]
    kept = () if command in {"run", "capacity"} else ("--no-store",)
    window = {"COLUMNS": None if width is None else str(width)}
    result = CliRunner().invoke(main, [command, *rest, *kept, *more], env=window)
    assert result.exit_code == 0, result.output
    return result.stdout


def head(question: str, width: int | None, *more: str) -> str:
    """Return the header of its first table that has one of these columns."""
    first, *others = HEADS[question]
    return next(
        line
        for line in printed(question, width, *more).splitlines()
        if line.split()[:1] == first.split()[:1]
        or (question == "breakdown" and "more of" in line and "its share" in line)
        if all(other in line for other in others[:1])
    )


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_line_is_wider_than_its_window(question: str, width: int) -> None:
    """And nothing is coloured where nobody looks at a terminal."""
    text = printed(question, width)

    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("question", QUESTIONS)
def test_throughput_constraint_and_share_stay(question: str, width: int) -> None:
    """From 80 characters on they are in the table, whatever else goes."""
    found = head(question, width)

    assert all(name in found for name in HEADS[question])


@pytest.mark.parametrize("question", ["run", "sweep"])
def test_a_share_keeps_its_interval(question: str) -> None:
    """At 80 characters none says only its mean."""
    text = printed(question, 80)

    assert re.search(r"\d ± \d", text.partition(head(question, 80))[2])
    assert "± of" not in text


@pytest.mark.parametrize("question", ["run", "compare", "sweep"])
def test_what_is_left_out_is_named_once_at_the_foot(question: str) -> None:
    """With the option that shows it."""
    text = printed(question, 60)
    foot = " ".join(text.split("\n\n")[-1].split())

    assert text.count("left out for want of width: ") == 1
    assert foot.startswith("left out for want of width: ")
    assert foot.endswith("; --wide shows all")


@pytest.mark.parametrize("question", QUESTIONS)
def test_wide_shows_every_column_in_any_window(question: str) -> None:
    """The tables are those of a window without end."""
    narrow, endless = printed(question, 60, "--wide"), printed(question, 400)
    tables = [line for line in endless.splitlines() if len(line.split("  ")) > 3]

    assert "left out for want" not in narrow + endless
    assert tables
    assert set(tables) <= set(narrow.splitlines())


@pytest.mark.parametrize("question", QUESTIONS)
def test_into_a_pipe_goes_what_goes_into_a_window_of_a_hundred(question: str) -> None:
    """The width does not depend on the window that the command was given in."""
    assert printed(question, None) == printed(question, 100)


def test_a_map_keeps_its_throughput() -> None:
    """Its table is narrow: nothing goes in any of these windows."""
    across, up = (read_range(f"{name}=6:9") for name in VARIED)
    found = constraint_map(load(CUPS), across, up)
    for width in (60, 80, 100, 200):
        out = StringIO()

        print_report(
            Console(file=out, width=width), "", phases_blocks(found, width, None)
        )

        assert "throughput from" in out.getvalue()
        assert "left out" not in out.getvalue()
        assert max(map(len, out.getvalue().splitlines())) <= width
