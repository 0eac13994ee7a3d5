"""What `toc-sim calibrate` writes and tells."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from toc_sim import load
from toc_sim.cli import main
from toc_sim.interface.columns_file import columns_asked

ROOT = Path(__file__).parents[2]
DEALS = ROOT / "scenarios" / "records" / "deals.csv"


def calibrate(*arguments: str | Path) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["calibrate", *map(str, arguments)])


def test_the_scenario_that_is_written_is_one(tmp_path: Path) -> None:
    """It is read and checked as any other, and says where each number came from."""
    file = tmp_path / "deals.yaml"
    answer = calibrate(DEALS, "-o", file)
    text = file.read_text(encoding="utf-8")
    checked = CliRunner().invoke(main, ["check", str(file)])
    scenario = load(file)

    assert answer.exit_code == 0, answer.output
    assert checked.exit_code == 0, checked.output
    assert text.startswith("# Drawn by toc-sim calibrate from deals.csv.")
    assert "# at least" in text
    assert "uncertain:" in text
    assert {"first_call", "offer", "closing"} <= set(scenario.stages)
    assert scenario.uncertain


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    """The scenario, the page and what is printed."""
    seen = []
    for name in ("one", "two"):
        file, page = tmp_path / "deals.yaml", tmp_path / "deals.html"
        answer = calibrate(DEALS, "-o", file, "--report", page)
        seen.append((answer.stdout, file.read_bytes(), page.read_bytes()))
        assert answer.exit_code == 0, (name, answer.output)

    assert seen[0] == seen[1]


def test_the_json_holds_all_that_was_found() -> None:
    """What was read, where each number came from, and the scenario itself."""
    answer = json.loads(calibrate(DEALS, "--json").stdout)

    assert list(answer) == [
        "format",
        "files",
        "sentence",
        "records",
        "stages",
        "delays",
        "estimates",
        "facts",
        "reconciliation",
        "shop",
        "scenario",
    ]
    assert answer["records"]["shape"] == "event log"
    assert all(each["origin"] for each in answer["estimates"])
    assert load(answer["scenario"]).name == "deals"


def test_what_is_printed_says_what_was_taken_for_what() -> None:
    """The columns first, then what looks wrong, the stages, and the comparison."""
    told = calibrate(DEALS).stdout

    places = [
        told.index(each)
        for each in ("Read as an event log:", "rows read", "saturated", "Records of")
    ]
    assert places == sorted(places)


def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    """It loads and runs nothing, and holds its record."""
    page = tmp_path / "deals.html"
    calibrate(DEALS, "--report", page)
    html = page.read_text(encoding="utf-8")

    assert not re.findall(r"(?:src|href)=[\"'](?!#|data:)", html)
    assert "<script src" not in html
    assert 'id="record"' in html
    assert "data:image/svg+xml;base64," in html
    assert len(html) < 1_000_000


def test_columns_are_told_in_a_file_or_on_the_command_line(tmp_path: Path) -> None:
    """Both say the same; what is unknown is refused with its place."""
    mapping = tmp_path / "columns.yaml"
    mapping.write_text("columns: {case: deal}\nwon: [Won]\n", encoding="utf-8")
    one = calibrate(DEALS, "--columns", mapping, "-q")
    other = calibrate(DEALS, "--column", "case=deal", "--won", "Won", "-q")
    mapping.write_text("columns: {case: deal}\nwin: [Won]\n", encoding="utf-8")
    refused = calibrate(DEALS, "--columns", mapping)

    assert one.exit_code == 0, one.output
    assert one.stdout == other.stdout
    assert refused.exit_code == 1
    assert f"{mapping}:2:1: win: " in refused.stderr
    assert "won" in refused.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("columns: [deal]", "columns: "),
        ("dates: yesterday", "dates: "),
        ("columns: {case: deal", "never closed"),
    ],
)
def test_a_file_of_columns_is_refused_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    """In a sentence, and nothing is written."""
    mapping, file = tmp_path / "columns.yaml", tmp_path / "deals.yaml"
    mapping.write_text(text, encoding="utf-8")
    refused = calibrate(DEALS, "--columns", mapping, "-o", file)

    assert refused.exit_code == 1
    assert said in refused.stderr
    assert str(mapping) in refused.stderr
    assert not file.exists()


def test_a_column_must_be_given_as_what_it_is() -> None:
    """The command line's own misuse is 2."""
    assert calibrate(DEALS, "--column", "deal").exit_code == 2


def test_too_few_rows_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    """What was read is told all the same."""
    few, file = tmp_path / "few.csv", tmp_path / "few.yaml"
    lines = DEALS.read_text(encoding="utf-8").splitlines()[:9]
    few.write_text("\n".join(lines) + "\n", encoding="utf-8")
    refused = calibrate(few, "-o", file)

    assert refused.exit_code == 1
    assert "few.csv" in refused.stdout
    assert "no scenario is drawn" in refused.stderr
    assert not file.exists()


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """With its name."""
    refused = calibrate(tmp_path / "nothing.csv")

    assert refused.exit_code == 1
    assert "nothing.csv" in refused.stderr


def test_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of docs/calibrate.md prints what stands below it, word for word."""
    copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    page = (ROOT / "docs" / "calibrate.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    shown = [
        part.partition("\n")[::2]
        for block in blocks
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    ]
    for command, output in shown:
        answer = CliRunner().invoke(main, shlex.split(command)[1:])
        told = "\n".join(line.rstrip() for line in answer.stdout.splitlines())

        assert answer.exit_code == 0, answer.output
        assert told.rstrip() == output.rstrip()
    assert len(shown) == 4


def test_the_page_s_file_of_columns_is_read(tmp_path: Path) -> None:
    """What docs/calibrate.md shows as a file says what may be said."""
    page = (ROOT / "docs" / "calibrate.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "columns.yaml"
    file.write_text(text, encoding="utf-8")
    asked = columns_asked({"mapping": file})

    assert asked.roles["case"] == "Deal ID"
    assert asked.lost == ("Declined", "Not reached")
    assert asked.date_order == "day first"
    assert asked.sheet == "Export"
    assert asked.spellings == {"GTXPro": "GTX Pro"}
