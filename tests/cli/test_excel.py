"""`toc-sim excel` as people use it, and workbooks in place of files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from helpers.books import edited

from toc_sim import dump, load
from toc_sim.cli import main

ROOT = Path(__file__).parents[2]
CUPS = ROOT / "scenarios" / "paper_cups.yaml"
SHORT = ("--horizon", "20", "--warmup", "0", "--replications", "2")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def toc_sim(*arguments: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_a_template_can_be_run_at_once() -> None:
    """It is the scenario that `new` writes, with its name."""
    done = toc_sim("excel", "template", "-o", "my shop.xlsx")
    checked = toc_sim("check", "my shop.xlsx")
    text = toc_sim("excel", "import", "my shop.xlsx").stdout

    assert done.stdout == "wrote my shop.xlsx; next: toc-sim check 'my shop.xlsx'\n"
    assert checked.stdout == "my shop.xlsx: ok, 4 nodes, 3 ways\n"
    assert text.startswith("format: 1\nname: my shop\n")


def test_an_empty_template_has_headings_notes_and_lists_alone() -> None:
    """Every heading is explained, and closed choices are lists."""
    assert toc_sim("excel", "template", "--empty").exit_code == 0
    book = openpyxl.load_workbook("scenario.xlsx")
    stages = book["Stages"]
    lists = {
        str(each.sqref).partition("2:")[0]: each.formula1
        for each in stages.data_validations.dataValidation
    }

    assert stages.max_row == 1
    assert all(cell.comment and cell.comment.text for cell in stages[1])
    assert lists["B"] == '"source,machine,team,market"'
    assert toc_sim("check", "scenario.xlsx").stderr == (
        "scenario.xlsx:Scenario!B3: name: missing\n"
        "scenario.xlsx:Stages!A1: stages: missing\n"
    )


def test_no_file_is_written_over_unasked() -> None:
    """Only `-o` replaces one."""
    for arguments in (("template",), ("export", CUPS)):
        assert toc_sim("excel", *arguments).exit_code == 0
        again = toc_sim("excel", *arguments)

        assert again.exit_code == 1
        assert again.stderr.endswith("is already there; nothing was written\n")
    assert toc_sim("excel", "export", CUPS, "-o", "paper_cups.xlsx").exit_code == 0
    assert toc_sim("excel", "template", "-o", "paper_cups.xlsx").exit_code == 1


def test_a_name_that_is_no_workbook_is_refused() -> None:
    """A text file is not replaced by something that no editor opens."""
    done = toc_sim("excel", "export", CUPS, "-o", "cups.yaml")

    assert (done.exit_code, done.stderr) == (1, "cups.yaml: a workbook is .xlsx\n")
    assert not Path("cups.yaml").exists()


def test_export_and_import_are_there_and_back() -> None:
    """Also with other values, and to standard output."""
    toc_sim("excel", "export", CUPS, "--set", "machine_2.capacity=15")
    done = toc_sim("excel", "import", "paper_cups.xlsx", "-o", "again.yaml")
    told = toc_sim("excel", "import", "paper_cups.xlsx").stdout
    expected = load(CUPS, {"machine_2.capacity": "15"})

    assert done.stdout == "wrote again.yaml; next: toc-sim run again.yaml\n"
    assert load("again.yaml") == expected
    assert told == dump(expected) == Path("again.yaml").read_text(encoding="utf-8")


def test_standard_input_needs_a_name_for_its_book() -> None:
    """A pipe has none."""
    text = CUPS.read_bytes()
    runner = CliRunner()
    nameless = runner.invoke(main, ["excel", "export", "-"], input=text)
    named = runner.invoke(main, ["excel", "export", "-", "-o", "b.xlsx"], input=text)

    assert nameless.exit_code == 2
    assert "standard input has no name: give -o FILE" in nameless.stderr
    assert named.exit_code == 0
    assert toc_sim("check", "b.xlsx").exit_code == 0


def test_a_book_is_run_like_the_file_it_was_made_of() -> None:
    """With the same figures, and with new values on the command line."""
    toc_sim("excel", "export", CUPS)
    new = ("--set", "machine_2.capacity=9.5", "--json")
    of_book = toc_sim("run", "paper_cups.xlsx", *SHORT, *new)
    of_file = toc_sim("run", CUPS, *SHORT, *new)

    assert of_book.exit_code == 0, of_book.output
    assert json.loads(of_book.stdout) == json.loads(of_file.stdout)


def test_a_fault_in_a_book_is_told_by_every_command() -> None:
    """By sheet and cell; nothing is simulated, and no file is written."""
    edited(load(CUPS), Path("book.xlsx"), {"Run!B2": -1})
    told = "book.xlsx:Run!B2: run.horizon: must be greater than 0 (found -1)\n"
    for arguments in (
        ("run", "book.xlsx"),
        ("check", "book.xlsx"),
        ("excel", "import", "book.xlsx", "-o", "no.yaml"),
    ):
        done = toc_sim(*arguments)

        assert (done.exit_code, done.stderr) == (1, told)
    assert not Path("no.yaml").exists()


@pytest.mark.parametrize(
    ("library", "arguments", "what"),
    [
        ("openpyxl", ("check", "book.xlsx"), "reading a workbook needs openpyxl"),
        ("xlsxwriter", ("excel", "export", CUPS), "Excel needs XlsxWriter"),
        ("xlsxwriter", ("run", CUPS, "--excel", "r.xlsx"), "Excel needs XlsxWriter"),
    ],
)
def test_a_library_that_is_missing_is_named(
    library: str,
    arguments: tuple[object, ...],
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With how to get it, before anything is done."""
    monkeypatch.setitem(sys.modules, library, None)

    done = toc_sim(*arguments)

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"{what}, which is not installed\n    hint: pip install 'toc-sim[excel]'\n"
    )


def test_help_of_workbooks_loads_no_library() -> None:
    """It answers at once."""
    program = (
        "import sys; from toc_sim.cli import main\n"
        "try: main(['excel', 'template', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'openpyxl', 'xlsxwriter', 'numpy', 'pydantic', 'ruamel'}\n"
        "print(*heavy & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "Usage:" in done.stdout
    assert done.stderr.strip() == ""
