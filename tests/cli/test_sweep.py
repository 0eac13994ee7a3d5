"""What `toc-sim sweep` tells people, spreadsheets and machines."""

from __future__ import annotations

import csv
import json
import sqlite3
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toc_sim.cli import main

ROOT = Path(__file__).parents[2] / "scenarios"
CUPS = str(ROOT / "paper_cups.yaml")
TOOLS = str(ROOT / "paper_cups_tools.yaml")
RANDOM = str(ROOT / "paper_cups_random.yaml")
HERE = ["--no-store", "--workers", "1"]
SHORT = [*HERE, "--horizon", "60", "--replications", "3"]
VARY = ["--vary", "machine_2.capacity=6:16:1"]
DRAW = ["--plot", "a.png"]


def toc_sim(*arguments: str) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, list(arguments))


def test_the_sentence_says_which_constraint_there_is_where() -> None:
    """The verdict first, then a row for each point with its inputs."""
    report = toc_sim("sweep", CUPS, *VARY, *HERE).stdout

    lines = " ".join(report.split())
    assert lines.startswith(
        "Constraint by machine_2.capacity: machine_2 at 6 to 8; machine_2 and sales "
        "at 9; sales at 10 to 16; throughput goes from 6.00 to 9.00 cup/hour."
    )
    assert "machine_2.capacity throughput constraint share verdict static" in lines
    assert "9 9.00 machine_2 and sales 50.0 tie 9.00" in lines


def test_variants_are_compared_without_anything_to_vary() -> None:
    """The file itself stands first; money has a column where there is some."""
    report = toc_sim("sweep", TOOLS, *HERE).stdout

    rows = [line.split()[0] for line in report.splitlines() if line.strip()]
    assert rows.index("baseline") < rows.index("line_and_sales")
    assert "net profit" in report


def test_vary_may_start_from_a_variant() -> None:
    """With sales trained and machine_2 new, machine_3 holds up to its 10 cups."""
    arguments = ["--variant", "line_and_sales", "--vary", "machine_3.capacity=9,12"]
    answer = json.loads(toc_sim("sweep", TOOLS, *arguments, *HERE, "--json").stdout)

    names = [point["constraint"]["nodes"] for point in answer["points"]]
    assert names == [["machine_3"], ["market"]]


def test_the_csv_is_read_back_to_the_last_digit(tmp_path: Path) -> None:
    """A row for each point with all inputs; figures equal those of the JSON."""
    path = tmp_path / "cups.csv"
    axes = ["--vary", "machine_2.capacity=7:8:0.1", "--vary", "market.demand=8,11"]
    answer = json.loads(
        toc_sim("sweep", RANDOM, *axes, *SHORT, "--csv", str(path), "--json").stdout
    )

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(answer["points"]) == 22
    for row, point in zip(rows, answer["points"], strict=True):
        inputs = point["inputs"]
        assert float(row["machine_2.capacity"]) == inputs["machine_2.capacity"]
        assert float(row["market.demand"]) == inputs["market.demand"]
        assert float(row["throughput"]) == point["throughput"]["mean"]
        assert float(row["throughput_low"]) == point["throughput"]["low"]
        assert float(row["share"]) == point["constraint"]["share"]["mean"]
        assert row["constraint"].split(" + ") == point["constraint"]["nodes"]
    assert rows[4]["machine_2.capacity"] == "7.2"


def test_csv_on_standard_output_is_nothing_but_csv() -> None:
    """`--csv -` can be piped; money has its columns, and what is unknown is empty."""
    text = toc_sim("sweep", TOOLS, *HERE, "--csv", "-").stdout

    rows = list(csv.DictReader(StringIO(text)))
    assert next(row["variant"] for row in rows) == "baseline"
    assert float(rows[0]["net_profit"]) == 140
    alone = ["--vary", "machine_2.capacity=8", *SHORT, "--replications", "1"]
    [row] = csv.DictReader(
        StringIO(toc_sim("sweep", RANDOM, *alone, "--csv", "-").stdout)
    )
    assert row["throughput_low"] == ""


def test_a_russian_excel_reads_the_csv(tmp_path: Path) -> None:
    """The same figures with decimal commas, between semicolons, behind the mark."""
    path = tmp_path / "cups.csv"
    arguments = [RANDOM, "--vary", "machine_2.capacity=7:8:0.5", *SHORT]
    for_excel = ["--csv-dialect", "excel-ru"]
    plain = list(
        csv.DictReader(StringIO(toc_sim("sweep", *arguments, "--csv", "-").stdout))
    )
    toc_sim("sweep", *arguments, "--csv", str(path), *for_excel)
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row["machine_2.capacity"] for row in rows] == ["7", "7,5", "8"]
    for row, expected in zip(rows, plain, strict=True):
        assert row["throughput"].replace(",", ".") == expected["throughput"]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_same_seed_draws_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    """Twice the same figure, of one parameter and of two."""
    axes = ["--vary", "machine_2.capacity=7,9", "--vary", "market.demand=8,11"]
    paths = [tmp_path / f"{number}.{suffix}" for number in (1, 2)]
    for path in paths:
        result = toc_sim("sweep", CUPS, *axes, *SHORT, "--plot", str(path))
        assert result.exit_code == 0, result.output

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].stat().st_size > 5000


def test_the_figure_names_constraints_and_takes_no_formulas(tmp_path: Path) -> None:
    """Names stand as text in the picture, whatever they look like."""
    path = tmp_path / "sweep.svg"
    names = ["--set", "sales.title=$x_2$ & co", "--set", "machine_2.title=<Ä>"]
    vary = ["--vary", "machine_2.distribution=gamma,uniform", *VARY]
    chance = ["--set", "machine_2.cv=0.1"]
    result = toc_sim("sweep", CUPS, *names, *chance, *vary, *SHORT, "--plot", str(path))

    assert result.exit_code == 0, result.output
    assert "<svg" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--vary", "machine_2.capacity=1:2"], 2, "a range is FROM:TO:STEP"),
        ([*VARY, *VARY], 2, "'machine_2.capacity' is varied twice"),
        ([*VARY, "--variants"], 2, "give --vary or --variants"),
        (["--variant", "line_and_sales"], 2, "--variant says where --vary starts"),
        ([*VARY, "--json", "--csv", "-"], 2, "give --json or --csv -, not both"),
        ([*VARY, "--variant", "nobody"], 1, "no variant is called 'nobody'"),
        (["--vary", "machine_2.capacity=-1,2"], 1, "--vary machine_2.capacity=-1,2: "),
        ([*VARY, "--plot", "a.jpg"], 1, "a.jpg: a figure is .png, .svg, .pdf"),
        (
            [*VARY, "--vary", "sales.capacity=9", "--vary", "market.demand=8", *DRAW],
            1,
            "a picture of a sweep has one or two varied parameters",
        ),
        (
            ["--vary", "sales.capacity=1:11:1", *VARY, "--plot", "a.png"],
            1,
            "a picture has a line for each of its values, and 10 at most",
        ),
        ([*VARY, "--csv", "no/such/folder.csv"], 1, "folder.csv: cannot be written"),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: list[str], code: int, message: str
) -> None:
    """2 for the command line itself, 1 for what it says of the file."""
    result = toc_sim("sweep", TOOLS, *arguments, *HERE)

    assert result.exit_code == code
    assert message in " ".join(result.output.split())


def test_a_sweep_is_kept_as_a_run(tmp_path: Path) -> None:
    """Its points are members of the run, with their inputs."""
    path = tmp_path / "runs.sqlite"
    result = toc_sim("sweep", CUPS, *VARY, "--store", str(path), "--json")

    answer = json.loads(result.stdout)
    with sqlite3.connect(path) as store:
        rows = store.execute(
            "SELECT inputs FROM members WHERE run = ? ORDER BY variant",
            (answer["run"],),
        ).fetchall()
    store.close()
    assert [json.loads(inputs) for (inputs,) in rows] == [
        {"machine_2.capacity": capacity} for capacity in range(6, 17)
    ]


def test_variants_are_drawn_side_by_side(tmp_path: Path) -> None:
    """What they make, hold and how long it takes, with their policies: same bytes."""
    rope = str(ROOT / "rope.yaml")
    paths = [tmp_path / f"{number}.svg" for number in (1, 2)]
    for path in paths:
        result = toc_sim("sweep", rope, *SHORT, "--plot", str(path))
        assert result.exit_code == 0, result.output

    text = paths[0].read_text(encoding="utf-8")
    assert text == paths[1].read_text(encoding="utf-8")
    for told in ("throughput [cup/hour]", "work in progress [cup]", "conwip 14"):
        assert f"<!-- {told} -->" in text


def test_what_nothing_leaves_has_no_flow_time(tmp_path: Path) -> None:
    """Neither in the table, nor in the figure, nor for machines."""
    path = tmp_path / "still.yaml"
    text = Path(CUPS).read_text(encoding="utf-8")
    path.write_text(
        f"{text}\nvariants: {{none: {{set: {{market.demand: 1e-9}}}}}}\n", "utf-8"
    )
    figure = str(tmp_path / "still.png")
    arguments = ["sweep", str(path), *HERE, "--plot", figure, "--json"]
    answer = json.loads(toc_sim(*arguments).stdout)

    assert answer["points"][0]["wip"]["mean"] > 0
    assert answer["points"][0]["flow_time"]["mean"] > 0
    assert answer["points"][1]["flow_time"]["mean"] is None


def test_servers_beside_a_capacity_are_told() -> None:
    """They share it, so nothing changes; with a rate each adds its own."""
    arguments = ["--vary", "machine_2.servers=1:2:1", "--horizon", "20", "--no-store"]
    scenario = str(Path(__file__).parents[2] / "scenarios" / "paper_cups.yaml")

    beside = CliRunner().invoke(main, ["sweep", scenario, *arguments])
    own = ["--set", "machine_2.rate=8"]
    alone = CliRunner().invoke(main, ["sweep", scenario, *own, *arguments])

    assert "machine_2.servers changes no speed" in beside.stderr
    assert "throughput stays at" in " ".join(beside.stdout.split())
    assert "changes no speed" not in alone.stderr
