"""The picture of a run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from toc_sim import Scenario, diagnose, load
from toc_sim.cli import main
from toc_sim.constraint.intervals import Interval
from toc_sim.engine.simulate import simulate
from toc_sim.errors import SimulationError
from toc_sim.network.build import network as network_of
from toc_sim.report.figures.run import _bars, draw_question, draw_run
from toc_sim.report.run_summary import Findings, findings
from toc_sim.testing.strategies import ANYTHING, scenarios

ROOT = Path(__file__).parents[2]


def words(found: Findings, folder: Path) -> list[str]:
    """Draw an SVG and return all texts in it; each stands there as a comment too."""
    file = folder / "figure.svg"
    draw_run(found, file)
    return re.findall(r"<!-- (.*?) -->", file.read_text("utf-8"), flags=re.DOTALL)


def test_the_constraint_is_named_in_words(
    random_cups: Findings, tmp_path: Path
) -> None:
    """Above its box, beside its bar, and in the headline."""
    told = words(random_cups, tmp_path)

    assert any(text.startswith("CONSTRAINT") for text in told)
    assert "▸ machine_2" in told
    assert sum(text.endswith(", constraint") for text in told) == 1
    assert told[0].startswith("machine_2 ")


def test_every_node_shows_its_load_queue_and_share(
    random_cups: Findings, tmp_path: Path
) -> None:
    """What the table says stands in the boxes, rounded."""
    told = words(random_cups, tmp_path)

    for row in random_cups.rows:
        assert row.share is not None
        assert row.title in told
        assert f"busy {row.busy:.0%}".replace("%", " %") in told
        assert f"share {row.share.mean:.0%}".replace("%", " %") in told
    queue = next(row.queue_mean for row in random_cups.rows if row.name == "sales")
    assert f"{queue:.2f}" in told


def test_the_legend_explains_what_is_there(
    cups: Findings, random_cups: Findings, tmp_path: Path
) -> None:
    """And nothing that is not: no blocking with unlimited buffers."""
    assert "blocked: no room after it" in words(random_cups, tmp_path)
    assert "blocked: no room after it" not in words(cups, tmp_path)
    assert "unserved demand" in words(cups, tmp_path)


def test_shares_of_ways_and_delays_are_written_on_them(
    company: Findings, tmp_path: Path
) -> None:
    """A split, and customers who come back."""
    told = words(company, tmp_path)

    assert "60 %" in told
    assert "30 % after 8 weeks" in told
    assert "servers 4: meet and closing" in told
    assert told.count("share: see sellers") == 2


def test_a_policy_has_a_box(limited: Findings, tmp_path: Path) -> None:
    """Marked if it is the constraint."""
    told = words(limited, tmp_path)

    assert "at most 2 cups" in told
    assert "CONSTRAINT" in told
    assert "▸ conwip: an item more" in told


def test_names_are_written_as_they_are(cups: Findings, tmp_path: Path) -> None:
    """Any letters; no formulas, no markup, nothing that DejaVu lacks is fatal."""
    titles = [
        "Отдел продаж и заботы",
        "$\\frac{a",
        "<b> & --",
        "机器 😀",
        "x" * 300,
    ]
    rows = tuple(
        replace(row, title=title) for row, title in zip(cups.rows, titles, strict=True)
    )

    told = words(replace(cups, rows=rows), tmp_path)

    assert "Отдел продаж и" in told  # the first of two lines
    assert "$\\frac{a" in told
    assert any(text.startswith("xxxxx") and text.endswith("…") for text in told)


def test_the_users_own_settings_change_nothing(
    random_cups: Findings, tmp_path: Path
) -> None:
    """The same run gives the same bytes, whatever matplotlib is told at home."""
    import matplotlib as mpl

    first, second = tmp_path / "a.png", tmp_path / "b.png"

    draw_run(random_cups, first)
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "savefig.dpi": 20}):
        draw_run(random_cups, second)

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("suffix", [".svg", ".pdf"])
def test_no_file_says_when_it_was_made(
    cups: Findings, tmp_path: Path, suffix: str
) -> None:
    """Neither date nor program: else no two files were equal."""
    file = tmp_path / f"cups{suffix}"

    draw_run(cups, file)

    content = file.read_bytes()
    assert b"Date" not in content
    assert b"Matplotlib v" not in content


@settings(max_examples=5)
@given(scenarios(ANYTHING))
def test_any_pipeline_can_be_drawn(
    tmp_path_factory: pytest.TempPathFactory, scenario: Scenario
) -> None:
    """Of any shape, with any verdict."""
    try:
        runs = simulate(network_of(scenario))
    except SimulationError:
        return
    found = findings(runs, diagnose(runs))

    told = " ".join(words(found, tmp_path_factory.mktemp("drawn")))  # lines, too

    for row in found.rows:
        assert row.title.replace("_", " ") in told.replace("_", " ")


def test_shares_below_0_are_drawn_and_what_is_left_out_is_told(
    cups: Findings, tmp_path: Path
) -> None:
    """A share of -50 % has a bar to the left; the 25th and later ones have a word."""
    first, *others = cups.rows
    less = Interval(mean=-0.5, low=-0.6, high=-0.4)
    many = tuple(
        replace(first, title=f"s{place}", share=Interval(0.01, 0.01, 0.01))
        for place in range(30)
    )
    changed = replace(cups, rows=(replace(first, share=less), *others, *many))

    bars, note = _bars(changed)

    assert note == "11 more have smaller shares, 1.0 % at most"
    assert len(bars) >= 24
    told = words(replace(cups, rows=(replace(first, share=less), *others)), tmp_path)
    assert any(text.startswith("-50.0 ± 10.0 %") for text in told)


def test_a_long_setting_goes_on_in_a_second_line(tmp_path: Path) -> None:
    """It is never cut."""
    name = "A name of some length, and " * 5
    scenario = load(str(ROOT / "scenarios" / "paper_cups.yaml"), {"run.horizon": "20"})
    runs = simulate(network_of(scenario.changed(name=name)))
    told = words(findings(runs, diagnose(runs)), tmp_path)

    assert not any(text.endswith("…") for text in told)
    assert any(text.split()[-1:] == ["chance"] for text in told)


def test_a_class_sees_the_line_without_its_answer(
    random_cups: Findings, tmp_path: Path
) -> None:
    """Names and capacities, and nothing that a run found out."""
    file = tmp_path / "question.svg"

    draw_question(random_cups, file)
    told = re.findall(r"<!-- (.*?) -->", file.read_text("utf-8"), flags=re.DOTALL)

    assert "Which stage is the constraint? Guess, then look." in told
    assert {"machine_1", "machine_2", "sales", "8 cup/hour"} <= set(told)
    for word in ("share", "busy", "CONSTRAINT", "waiting", "7."):
        assert not any(word in each for each in told), word


def test_hiding_the_answer_says_nothing_of_it(tmp_path: Path) -> None:
    """Nor does the terminal; and it needs a picture."""
    cups = str(ROOT / "scenarios" / "paper_cups.yaml")
    file = str(tmp_path / "question.png")

    drawn = CliRunner().invoke(main, ["run", cups, "--plot", file, "--hide-answer"])
    alone = CliRunner().invoke(main, ["run", cups, "--hide-answer"])

    assert drawn.stdout == f"{file}: the line, without its answer\n"
    assert alone.exit_code == 2
    assert "give --plot too" in alone.stderr
