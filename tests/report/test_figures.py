"""What stands on pictures can be read: whole names, figures of few digits, no overlap.

Of models that no picture was made for: long names, many stages, large figures.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.axes import Axes

from toc_sim import Options, Scenario, breakdown, compare, sweep
from toc_sim.constraint.intervals import Interval
from toc_sim.language import is_many
from toc_sim.report.figures.compare import draw_comparison
from toc_sim.report.figures.page import (
    Sheet,
    _same_everywhere,
    apart,
    axes_at,
    lines_of,
    write,
)
from toc_sim.report.figures.run import _bars, draw_question, draw_run
from toc_sim.report.figures.sweep import draw_sweep
from toc_sim.report.figures.ticks import speak_ticks
from toc_sim.report.figures.tornado import draw_breakdown
from toc_sim.report.run_summary import Findings

LONG = "high_precision_injection_moulding_of_housings"
QUICK: Options = {
    "replications": 2,
    "horizon": 20,
    "warmup": 2,
    "store": False,
    "workers": 1,
    "progress": False,
}


def words(draw: Any, found: Any, folder: Path) -> list[str]:
    """Draw an SVG and return all texts in it."""
    file = folder / "figure.svg"
    draw(found, file)
    return re.findall(r"<!-- (.*?) -->", file.read_text("utf-8"), flags=re.DOTALL)


@pytest.fixture(name="moulding", scope="module")
def _moulding() -> Scenario:
    """Two stages and two tools, with names of which only the ends differ."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "moulding",
            "stages": {
                LONG: {"kind": "machine", "capacity": 9, "cv": 0.5},
                "assembly": {"kind": "machine", "capacity": 10, "cv": 0.5},
                "market": {"kind": "market", "demand": 12},
            },
            "flow": [f"{LONG} -> assembly -> market"],
            "tools": {
                f"a_second_shift_for_{LONG}_{number}": {
                    "effects": {f"{LONG}.capacity": {"scale": scale}}
                }
                for number, scale in ((1, 1.2), (2, 0.5))
            },
        }
    )


@pytest.mark.parametrize("dots", [72, 100, 150, 300])
def test_text_is_as_wide_as_it_was_measured(dots: int) -> None:
    """At every resolution: else it runs over the edge of its box."""
    with _same_everywhere():
        sheet = Sheet(10, 2)
        text = write(sheet, 0, 0, "servers 6: plan and procedure", size=7.5)
        measured = sheet.width_of(text)
        sheet.figure.set_dpi(dots)

        assert sheet.width_of(text) == pytest.approx(measured, rel=0.005)


def test_a_name_that_is_wider_than_its_line_goes_on_in_the_next() -> None:
    """After a stroke of it; what fits is not broken."""
    style = {"size": 9}
    broken = lines_of(f"the {LONG}", 1.2, style)

    assert len(broken) > 2
    assert "".join(broken).replace("the ", "the") == f"the{LONG}"
    assert all(line.endswith("_") for line in broken[:-1] if line != "the")
    assert lines_of("a_b c_d", 2.0, style) == ["a_b c_d"]


def test_tools_whose_names_begin_alike_are_told_apart(
    moulding: Scenario, tmp_path: Path
) -> None:
    """Their ends are shown, in a second line; and what they are ranked by."""
    told = words(draw_comparison, compare(moulding, **QUICK).record, tmp_path)

    assert {"injection_moulding_of_housings_1", "injection_moulding_of_housings_2"} <= {
        *told
    }
    assert "Ranked by throughput." in told


def test_the_value_of_a_strip_is_never_cut(moulding: Scenario, tmp_path: Path) -> None:
    """Of a long name the end is; and the name stands above the ends of the lines."""
    varied = {f"{LONG}.capacity": [8, 9, 10], f"{LONG}.buffer": [3, 17]}
    told = words(draw_sweep, sweep(moulding, varied, **QUICK).record, tmp_path)

    assert told.count("3") == told.count("17") == 2
    assert sum(text.startswith("high_") and text.endswith("…") for text in told) == 3


def test_dashes_are_explained_where_there_are_any(
    moulding: Scenario, tmp_path: Path
) -> None:
    """Where simulation and capacity say the same, no dashed line can be seen."""
    dashed = "points: simulated; dashed: by capacity alone"
    sure = moulding.changed({f"{LONG}.cv": 0, "assembly.cv": 0})
    varied = {f"{LONG}.capacity": [6, 8]}

    told = words(draw_sweep, sweep(sure, varied, **QUICK).record, tmp_path)
    assert dashed not in told
    assert "points: simulated; by capacity alone it is the same" in told
    chance = moulding.changed({f"{LONG}.buffer": 0, "assembly.buffer": 0})
    assert dashed in words(draw_sweep, sweep(chance, varied, **QUICK).record, tmp_path)


def test_a_tornado_shows_whole_names(moulding: Scenario, tmp_path: Path) -> None:
    """In two lines where one is too short."""
    told = words(draw_breakdown, breakdown(moulding, **QUICK).record, tmp_path)

    assert any(text.endswith("housings.capacity") for text in told[1:])


def test_names_at_the_ends_of_lines_stay_near_them() -> None:
    """Those in each other's way move apart by the same, up and down."""
    assert apart([1.0, 1.0, 1.0], 0.5) == pytest.approx([0.5, 1.0, 1.5])
    assert apart([0.0, 0.9, 1.0], 0.5) == pytest.approx([0.0, 0.7, 1.2])


def test_large_numbers_along_axes_are_written_out() -> None:
    """In thousands, not as powers of ten above a start."""
    with _same_everywhere():
        sheet = Sheet(9, 4)
        axes: Axes = speak_ticks(axes_at(sheet, 1, 1, 4, 2))
        axes.plot([1_000_000, 1_500_000], [911_578, 912_292])
        sheet.figure.canvas.draw()
        ticks = [each.get_text() for each in axes.get_xticklabels()]

    assert "1,200,000" in ticks
    assert axes.xaxis.get_major_formatter().get_offset() == ""
    assert axes.yaxis.get_major_formatter().get_offset() == ""
    assert len(ticks) <= 8


def test_shares_have_one_digit_and_columns_of_zeros_are_left_out(
    cups: Findings, tmp_path: Path
) -> None:
    """Of thirty stages that answer for nothing the one that does is shown."""
    first, second, *others = cups.rows
    hardly = replace(first, share=Interval(0.00029, -0.0017, 0.00228))
    told = words(draw_run, replace(cups, rows=(hardly, second, *others)), tmp_path)
    none = Interval(0.0, 0.0, 0.0)
    many = tuple(replace(first, title=f"s{n}", share=none) for n in range(30))
    bars, note = _bars(replace(cups, rows=(second, *many)))

    assert "0.0 ± 0.2 %" in told
    assert [bar.title for bar in bars] == ["machine_2"]
    assert note == "30 more have smaller shares, 0.0 % at most"


def test_who_binds_when_is_drawn_where_it_moves(
    moving: Findings, cups: Findings, tmp_path: Path
) -> None:
    """A strip for each, with the times in words."""
    told = words(draw_run, moving, tmp_path)

    assert "Who is the constraint when, from period 0 to 52" in told
    assert any(text.endswith(" to 52") and text[0].isdigit() for text in told)
    assert not any(
        text.startswith("Who is the constraint")
        for text in words(draw_run, cups, tmp_path)
    )


def test_a_machine_of_several_products_names_them_alone(
    shop: Findings, tmp_path: Path
) -> None:
    """Its own name stands above them already."""
    told = words(draw_run, shop, tmp_path)

    assert "servers 1: P and Q" in told
    assert not any("A: P and" in text for text in told)


def test_a_question_has_no_room_for_a_legend(cups: Findings, tmp_path: Path) -> None:
    """Nothing is on it that a legend explains."""
    file = tmp_path / "question.svg"
    draw_question(cups, file)
    height = re.search(r'height="([0-9.]+)pt"', file.read_text("utf-8"))

    assert height is not None
    assert float(height[1]) < 72 * 3.2


@pytest.mark.parametrize(
    ("title", "many"),
    [
        ("review_by_managers", False),
        ("one_way_of_working", False),
        ("managers_of_stores", True),
        ("more_juniors", True),
    ],
)
def test_what_comes_after_the_head_of_a_name_agrees_with_no_verb(
    title: str, *, many: bool
) -> None:
    """Though its words are joined by strokes."""
    assert is_many(title) is many
