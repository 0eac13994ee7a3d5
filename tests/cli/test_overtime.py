"""Opening hours set, swept, mapped, bought and planned from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.command import Command

from toc_sim.cli import main

DESK = """\
format: 1
name: one desk without chance
item: letter
period: hour
calendars:
  day: {cycle: 24, open: [[8, 16]], at_close: pause}
  late: {cycle: 24, open: [[6, 22]], at_close: pause}
stages:
  desk: {kind: team, rate: 6, calendar: day}
flow: []
run: {horizon: 240, warmup: 48}
"""

LINE = """\
format: 1
name: one shift at the constraint
item: piece
period: hour
currency: EUR
calendars:
  day: {cycle: 24, open: [[8, 16]]}
  late: {cycle: 24, open: [[8, 18]]}
stages:
  a: {kind: machine, capacity: 10, cv: 0.5, buffer: 10}
  b: {kind: machine, capacity: 12, cv: 0.5, buffer: 10, calendar: day}
  c: {kind: machine, capacity: 10, cv: 0.5, buffer: 10}
  market: {kind: market, demand: 30}
flow: [a -> b -> c -> market]
economics: {price: 10}
tools:
  overtime:
    cost: {per_period: 3}
    effects: {calendars.day.hours: {add: 2}}
  new_shifts: {cost: {per_period: 3}, effects: {calendars.day.open: {set: [[8, 18]]}}}
  late_shift: {cost: {per_period: 3}, effects: {b.calendar: {set: late}}}
  faster: {cost: {per_period: 3}, effects: {b.capacity: {scale: 1.5}}}
variants:
  longer: {set: {calendars.day.hours: 10}}
  written: {set: {calendars.day.open: [[8, 18]]}}
  bought: {tools: [overtime]}
  shift: {tools: [late_shift]}
run: {horizon: 240, warmup: 24, replications: 6}
"""


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> str:
    return written(tmp_path / "desk.yaml", DESK)


@pytest.fixture(name="line")
def _line(tmp_path: Path) -> str:
    return written(tmp_path / "line.yaml", LINE)


def written(path: Path, text: str) -> str:
    """Write a scenario to a file and return where it is."""
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> dict[str, Any]:
    """Return the JSON of a run."""
    result = CliRunner().invoke(main, ["run", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_sweep_over_hours_makes_capacity_times_the_open_part(desk: str) -> None:
    """Without chance theory is exact: 6 letters an hour, for so many hours of 24."""
    found = Command("sweep").answered(desk, "--vary", "calendars.day.hours=4:24:4")

    for point in found["points"]:
        hours = point["inputs"]["calendars.day.hours"]
        assert point["static"]["throughput"] == pytest.approx(6 * hours / 24)
        assert point["throughput"]["mean"] == pytest.approx(6 * hours / 24, abs=1e-9)


def test_a_sweep_over_calendars_and_lists_of_shifts(desk: str) -> None:
    """Which calendar a stage keeps, and the shifts themselves, are varied too."""
    vary = ("desk.calendar=day,late", "calendars.day.open=[[8,16]],[[0,12]]")

    for each in vary:
        points = Command("sweep").answered(desk, "--vary", each)["points"]
        rates = [point["throughput"]["mean"] for point in points]
        assert rates == pytest.approx([2, 4 if "late" in each else 3])


@pytest.mark.parametrize(
    "setting", ["calendars.day.open=[[8, 18]]", "calendars.day.hours=10"]
)
def test_what_is_set_is_as_if_the_file_said_so(
    line: str, tmp_path: Path, setting: str
) -> None:
    """The same bytes, whether the shifts stand in the file or behind --set."""
    other = LINE.replace(
        "day: {cycle: 24, open: [[8, 16]]}", "day: {cycle: 24, open: [[8, 18]]}"
    )
    file = written(tmp_path / "other.yaml", other)

    assert run(line, "--set", setting) == run(file)


def test_both_engines_agree_on_hours_that_are_set(line: str) -> None:
    """Over midnight, too: all figures are the same."""
    options = (line, "--set", "calendars.day.hours=18", "--horizon", "96")
    simpy, compiled = (
        run(*options, "--engine", name) for name in ("simpy", "compiled")
    )

    assert simpy.pop("engine") != compiled.pop("engine")
    assert {**simpy, "detectors": None} == {**compiled, "detectors": None}


def test_overtime_by_tool_variant_and_setting_is_one_thing(line: str) -> None:
    """Two hours more, ten hours, the shifts as a list, another calendar: one result."""
    points = Command("sweep").answered(line)["points"]

    rates = {point["name"]: point["throughput"] for point in points}
    assert rates["longer"] == rates["written"] == rates["bought"] == rates["shift"]
    assert rates["longer"]["mean"] > 1.15 * rates["baseline"]["mean"]


def test_overtime_hits_opening_hours_and_faster_work_does_not(line: str) -> None:
    """What changes the hours of the constraint touches it, and pays for itself."""
    text = Command("compare").told(line)
    found = Command("compare").answered(line)

    rows = {row["tools"][0]: row for row in found["variants"]}
    assert found["baseline"]["constraint"]["nodes"] == ["calendars.day.hours"]
    for name in ("overtime", "new_shifts", "late_shift"):
        assert (rows[name]["verdict"], rows[name]["touches"]) == ("hits", True)
        assert rows[name]["in_warmup"] == []
        assert rows[name]["gain"]["mean"] > 0
    assert not rows["faster"]["touches"]
    assert "the constraint, hours of day" in " ".join(text.split())


def test_a_roadmap_buys_overtime(line: str) -> None:
    """Of tools that cost the same it is the one to begin with; and it is told why."""
    tools = ("--tool", "overtime", "--tool", "faster")
    found = Command("roadmap").answered(line, *tools)

    assert found["steps"][0]["chosen"] == "overtime"
    assert found["steps"][0]["constraint"] == ["calendars.day.hours"]


def test_a_breakdown_pushes_hours_first(line: str) -> None:
    """1 % more of the opening hours brings more than 1 % more speed of anything."""
    found = Command("breakdown").answered(line)

    first = found["parameters"][0]
    assert first["path"] == first["owner"] == "calendars.day.hours"
    assert first["share"] == found["baseline"]["constraint"]["share"]
    assert "calendars.late.hours" not in {row["path"] for row in found["parameters"]}


def test_a_map_over_hours_has_its_border_where_theory_has_it(line: str) -> None:
    """With 20 hours b makes 12 x 20 / 24, and ties with a, which makes 10."""
    axes = ("--x", "calendars.day.hours=6:24", "--y", "a.capacity=6:16")
    found = Command("map").answered(line, *axes, "--no-simulation")

    assert found["x"]["unit"] == "hour"
    border = found["own"]["next"]["x"]
    assert border["value"] == pytest.approx(20, rel=1e-3)


@pytest.mark.parametrize(
    ("command", "option", "words"),
    [
        ("run", "--set calendars.day.hours=25", "must be at most 24, the cycle"),
        ("run", "--set calendars.day.hours=x", "must be a number (found 'x')"),
        ("run", "--set calendars.day.open=8", "must be a list"),
        ("run", "--set calendars.day.open=[[8,30]]", "must lie between 0 and"),
        ("run", "--set calendars.dya.hours=9", "mean 'calendars.day.hours'"),
        ("run", "--set desk.hours=9", "mean 'calendars.day.hours'"),
        ("run", "--set desk.calendar=lte", "mean 'late'"),
        ("sweep", "--vary calendars.day.hours=8:30:11", "must be at most 24"),
        ("map", "--y desk.rate=1:9 --x calendars.day.hours=8:30", "at most 24"),
    ],
)
def test_hours_that_cannot_be_are_refused_plainly(
    desk: str, command: str, option: str, words: str
) -> None:
    """With the option in front, what it said, and the nearest right word."""
    result = CliRunner().invoke(main, [command, desk, *option.split()])

    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.startswith(("--set ", "--vary ", "--x "))


def test_open_and_hours_together_are_refused(desk: str) -> None:
    """One of them says it; which, the other cannot know."""
    both = ("calendars.day.open=[[8,18]]", "calendars.day.hours=9")
    options = [word for each in both for word in ("--set", each)]
    result = CliRunner().invoke(main, ["run", desk, *options])

    assert result.exit_code == 1
    assert "is said by calendars.day.open already" in result.stderr
