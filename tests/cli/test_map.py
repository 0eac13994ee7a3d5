"""What `toc-sim map` tells and draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from matplotlib.figure import Figure

from toc_sim import load
from toc_sim.cli import main
from toc_sim.experiment.map.constraint_map import ConstraintMap, constraint_map
from toc_sim.experiment.map.mesh import Corner, Piece
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.workers import task_runner
from toc_sim.experiment.sweep.points import read_range
from toc_sim.report.figures.map import draw_phases, draw_throughput, round_levels
from toc_sim.report.figures.palette import Colours

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups.yaml")
RANDOM = str(ROOT / "scenarios" / "paper_cups_random.yaml")
AXES = ["--x", "machine_2.capacity=6:16", "--y", "market.demand=6:16"]
SERVERS = ["--set", "machine_2.rate=4", "--x", "machine_2.servers=1:5"]
HERE = ["--no-store", "--workers", "1"]
SHORT = [*HERE, "--horizon", "60", "--replications", "2", "--points", "2"]


def toc_sim(*arguments: str) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, list(arguments))


def test_the_sentence_says_what_is_on_the_map_and_where_the_file_lies() -> None:
    """The constraints, the file's own point, and the next border each way."""
    report = toc_sim("map", CUPS, *AXES, "--no-simulation").stdout

    lines = " ".join(report.split())
    assert lines.startswith(
        "The constraints on this map are sales, market and machine_2. The file "
        "(machine_2.capacity 8, market.demand 11) lies where machine_2 binds; from "
        "machine_2.capacity 9 (+1) it is sales and from market.demand 8 (-3) it is "
        "market."
    )
    assert "by capacity alone" in lines
    assert "sales 49.0 9.00 9.00" in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--x", "sales.capacity=9.5:16"], "The file itself does not lie on it."),
        (["--x", "machine_1.capacity=12:16"], "and no machine_1.capacity on the map"),
        (["--set", "machine_2.capacity=9"], "lies on a border: machine_2 and sales"),
    ],
)
def test_other_places_of_the_file_are_told(arguments: list[str], said: str) -> None:
    """Outside, on a border, or where only one of the two parameters matters."""
    axes = dict(zip(AXES[::2], AXES[1::2], strict=True))
    axes |= dict(zip(arguments[::2], arguments[1::2], strict=True))
    flat = [word for pair in axes.items() for word in pair]

    report = toc_sim("map", CUPS, *flat, "--no-simulation")

    assert report.exit_code == 0, report.output
    assert said in " ".join(report.stdout.split())


def test_the_json_has_the_grid_with_static_and_simulated_shares() -> None:
    """Each point with x, y, both constraints, both throughputs and all shares."""
    answer = json.loads(toc_sim("map", RANDOM, *AXES, *SHORT, "--json").stdout)

    assert [(point["x"], point["y"]) for point in answer["grid"]] == [
        (8.5, 8.5),
        (13.5, 8.5),
        (8.5, 13.5),
        (13.5, 13.5),
    ]
    assert answer["grid"][3]["static"] == {"throughput": 9, "constraint": ["sales"]}
    for point in answer["grid"]:
        simulated = point["simulated"]
        assert 0.9 < sum(simulated["shares"].values()) <= 1 + 1e-9
        assert simulated["throughput"]["mean"] <= point["static"]["throughput"] * 1.05
    assert answer["x"] == {
        "path": "machine_2.capacity",
        "low": 6,
        "high": 16,
        "unit": "cup/hour",
    }
    assert answer["own"]["next"]["x"]["constraint"] == ["sales"]
    assert answer["run"] is None
    assert answer["borders"]


def test_without_simulation_the_grid_is_static() -> None:
    """`--no-simulation` leaves shares out, and needs no store."""
    arguments = ["--no-simulation", "--points", "2", "--json"]
    answer = json.loads(toc_sim("map", CUPS, *AXES, *arguments).stdout)

    assert [point["simulated"] for point in answer["grid"]] == [None] * 4
    assert answer["warmup"] is None


@pytest.fixture(name="found", scope="module")
def _found() -> ConstraintMap:
    """Return a map with simulated points."""
    changes = {"run.horizon": "60", "run.replications": "2"}
    scenario = load(RANDOM, changes)
    x, y = read_range("machine_2.capacity=6:16"), read_range("market.demand=6:16")
    return constraint_map(scenario, x, y, 2, Laboratory(task_runner(1)))


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_same_map_draws_the_same_bytes(
    found: ConstraintMap, tmp_path: Path, suffix: str
) -> None:
    """With pies, names, lines and the file's own point."""
    paths = [tmp_path / f"{number}.{suffix}" for number in (1, 2)]
    for path in paths:
        draw_phases(found, path)

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].stat().st_size > 5000


def test_the_same_seed_finds_the_same_map(found: ConstraintMap, tmp_path: Path) -> None:
    """The command draws what the interface does, to the last byte."""
    ours, theirs = tmp_path / "ours.svg", tmp_path / "theirs.svg"
    draw_phases(found, ours)
    result = toc_sim("map", RANDOM, *AXES, *SHORT, "-o", str(theirs))

    assert result.exit_code == 0, result.output
    assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        [*SERVERS, *AXES[2:]],
        [*AXES, "--set", "sales.capacity=10"],
        [*AXES, "--set", "sales.title=" + "A very long name indeed " * 6],
        ["--x", "machine_1.buffer=1:9", "--y", "market.demand=12:16"],
    ],
)
def test_unusual_maps_can_be_drawn(tmp_path: Path, arguments: list[str]) -> None:
    """Whole numbers, ties over an area, names without room, a single region."""
    path = tmp_path / "map.png"
    result = toc_sim("map", CUPS, *arguments, "--no-simulation", "-o", str(path))

    assert result.exit_code == 0, result.output
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([*AXES[:3], "market.demand=6"], 2, "is not of the form PATH=FROM:TO"),
        ([*AXES[:2], "--y", "machine_2.capacity=1:2"], 2, "are the same parameter"),
        ([*AXES, "-o", "map.gif"], 1, "map.gif: a figure is .png, .svg, .pdf"),
        (
            [*AXES[:2], "--y", "market.demnd=1:2"],
            1,
            "--y market.demnd=1:2: no parameter is called 'market.demnd'",
        ),
        (
            [*AXES[:2], "--y", "market.demand=-1:2"],
            1,
            "--y market.demand=-1:2: must be",
        ),
        ([*AXES, "-o", "no/such/map.svg"], 1, "map.svg: cannot be written"),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: list[str], code: int, message: str
) -> None:
    """2 for the command line itself, 1 for what it says of the file."""
    result = toc_sim("map", CUPS, *arguments, "--no-simulation")

    assert result.exit_code == code
    assert message in " ".join(result.output.split())


def test_lines_of_equal_throughput_are_where_it_is_equal() -> None:
    """On a slope each lies at its height; on a plateau there is none."""
    slope = Piece(("a",), (Corner(0, 0, 0), Corner(10, 0, 10), Corner(0, 10, 0)))
    plateau = Piece(("b",), (Corner(10, 0, 10), Corner(20, 0, 10), Corner(20, 9, 10)))

    levels = round_levels([slope, plateau])
    lines = draw_throughput(Figure().add_subplot(), [slope, plateau], levels)

    assert levels
    for level, parts in zip(levels, lines.allsegs, strict=True):
        assert 0 < level < 10
        assert len(parts) > 0
        assert all(x == pytest.approx(level) for part in parts for x, _ in part)
    assert round_levels([plateau]) == ()


def test_no_two_constraints_look_the_same() -> None:
    """Colour or lines tell them apart, however many there are."""
    names = [f"n{number}" for number in range(20)]
    shown = [(name,) for name in names] + [("n0", "n1"), ("n0", "n2")]

    looks = [Colours(names, shown).of(each) for each in shown]

    assert len({(look.strong, look.hatch) for look in looks[:20]}) == 20
    assert len({(look.strong, look.hatch) for look in (looks[0], *looks[20:])}) == 3


def test_policies_have_colours_of_their_own() -> None:
    """They are no nodes of the network, and two of them are told apart."""
    shown = [("a",), ("p.dispatch",), ("q.dispatch",)]

    looks = [Colours(["a", "b"], shown).of(each) for each in shown]

    assert len({look.strong for look in looks}) == 3


HOURS = """\
format: 1
name: one shift
calendars: {day: {cycle: 24, open: [[8, 16]], at_close: pause}}
stages:
  a: {kind: machine, capacity: 10, buffer: 5}
  b: {kind: machine, capacity: 12, buffer: 5, calendar: day}
  c: {kind: machine, capacity: 10, buffer: 5}
flow: [a -> b -> c]
run: {horizon: 240, warmup: 24}
"""


def test_where_simulation_names_another_the_sentence_says_so(tmp_path: Path) -> None:
    """Capacity knows no opening hours, which are what binds wherever it is run."""
    file = tmp_path / "hours.yaml"
    file.write_text(HOURS, encoding="utf-8")
    axes = ("--x", "a.capacity=9:11", "--y", "c.capacity=9:11")

    told = toc_sim("map", str(file), *axes, "--points", "1", "--no-store")

    assert told.exit_code == 0
    start = "By capacity alone on the whole map b is the constraint; simulated, it is "
    assert " ".join(told.stdout.split()).startswith(
        f"{start}another at 1 of 1 points: hours of day at 1."
    )
