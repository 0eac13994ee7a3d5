"""The workbook of a run: figures as they are, charts, and money that can be changed."""

from __future__ import annotations

import json
import zipfile
from math import isclose
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from helpers.formulas import Computing

from toc_sim.cli import main

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
CUPS = SCENARIOS / "paper_cups_tools.yaml"
SEGMENTS = SCENARIOS / "segments.yaml"
COMPANY = ROOT / "tests" / "scenario" / "valid" / "every_key.yaml"
SHORT = ("--horizon", "30", "--warmup", "5", "--replications", "3")
RISING = "economics.price={profile: [[0, 100], [20, 300]]}"


def toc_sim(*arguments: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, [str(each) for each in arguments])


def book_of(to: Path, *arguments: object) -> tuple[dict[str, Any], Any]:
    """Run a scenario; return its JSON and its workbook."""
    done = toc_sim("run", *arguments, *SHORT, "--json", "--excel", to)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout), openpyxl.load_workbook(to)


def row_of(sheet: Any, name: str) -> int:
    """Return the row that begins with a name."""
    [row] = [each[0].row for each in sheet.iter_rows() if each[0].value == name]
    return int(row)


LINES = {
    "Revenue": "revenue",
    "Truly variable cost, TVC": "variable_cost",
    "T = revenue - TVC": "throughput",
    "Operating expense, OE": "operating_expense",
    "Net profit = T - OE": "net_profit",
}
"""By line of the sheet the field of the JSON."""


@pytest.mark.parametrize(
    "arguments",
    [(CUPS,), (SEGMENTS,), (COMPANY,), (CUPS, "--set", RISING)],
    ids=["cups", "products", "services", "a price that rises"],
)
def test_the_formulas_come_to_what_the_run_says(
    arguments: tuple[object, ...], tmp_path: Path
) -> None:
    """Each line of the statement, computed, and as programs show that do not."""
    answer, book = book_of(tmp_path / "run.xlsx", *arguments)
    shown = openpyxl.load_workbook(tmp_path / "run.xlsx", data_only=True)["Money"]
    computing = Computing(book)
    for line, field in LINES.items():
        cell = f"D{row_of(book['Money'], line)}"
        told = answer["money"][field]["mean"]

        assert isclose(computing.value("Money", cell), told, abs_tol=1e-9)
        assert isclose(shown[cell].value, told, abs_tol=1e-9)


def test_a_changed_price_is_what_a_run_with_it_says(tmp_path: Path) -> None:
    """The net profit, and what stands on the first sheet, follow by formula."""
    _, book = book_of(tmp_path / "run.xlsx", CUPS)
    other, _ = book_of(
        tmp_path / "other.xlsx",
        *(CUPS, "--set", "economics.price=140"),
        *("--set", "economics.operating_expense.wages=450"),
    )
    money, answer = book["Money"], book["Answer"]
    money[f"B{row_of(money, 'price')}"] = 140
    money[f"D{row_of(money, 'wages')}"] = 450
    profit = other["money"]["net_profit"]["mean"]
    computing = Computing(book)

    assert isclose(
        computing.value("Money", f"D{row_of(money, 'Net profit = T - OE')}"), profit
    )
    assert isclose(
        computing.value("Answer", f"B{row_of(answer, 'net profit, T - OE')}"), profit
    )


def test_what_an_investment_brings_is_told_once_it_is_written(tmp_path: Path) -> None:
    """Before that nothing stands there, and nothing is divided by 0."""
    answer, book = book_of(tmp_path / "run.xlsx", CUPS)
    money = book["Money"]
    brings = f"D{row_of(money, 'Return on investment in a hour = net profit / I')}"
    computing = Computing(book)

    assert computing.value("Money", brings) == ""
    money[f"D{row_of(money, 'Investment, I: write yours here')}"] = 1000
    assert isclose(
        computing.value("Money", brings),
        answer["money"]["net_profit"]["mean"] / 1000,
    )


def test_the_figures_are_those_of_the_json(tmp_path: Path) -> None:
    """Numbers as numbers; what does not exist leaves its cell empty."""
    answer, book = book_of(tmp_path / "run.xlsx", SEGMENTS)
    first, stages, runs = book["Answer"], book["Stages"], book["Runs"]
    head = {cell.value.partition(" [")[0]: cell.column for cell in stages[1]}
    rows = {row[0].value: row for row in stages.iter_rows(min_row=2, max_row=99)}
    computing = Computing(book)

    assert first["A2"].value == answer["constraint"]["sentence"]
    assert first["B6"].value == answer["throughput"]["mean"]
    for node in answer["nodes"].values():
        row = rows[node["title"]]
        for heading in ("busy", "blocked", "starved", "throughput", "lost"):
            assert row[head[heading] - 1].value == node[heading]
        share = None if node["share"] is None else node["share"]["mean"]
        assert row[head["constraint share"] - 1].value == share
    assert isclose(
        computing.value("Runs", f"B{row_of(runs, 'mean')}"),
        answer["throughput_counted"]["mean"],
    )


def test_charts_are_drawn_by_excel_itself(tmp_path: Path) -> None:
    """Of time, of shares and of runs, over the cells of the sheets."""
    _, book = book_of(tmp_path / "run.xlsx", CUPS)
    [busy] = [cell.column_letter for cell in book["Stages"][1] if cell.value == "busy"]
    with zipfile.ZipFile(tmp_path / "run.xlsx") as parts:
        charts = [name for name in parts.namelist() if "/charts/chart" in name]
        drawn = "".join(parts.read(name).decode() for name in charts)

    assert len(charts) == 3
    assert f"Stages!${busy}$2:${busy}$6" in drawn


def test_without_money_there_is_no_sheet_of_it(tmp_path: Path) -> None:
    """Neither is it told how to read one."""
    _, book = book_of(tmp_path / "run.xlsx", SCENARIOS / "paper_cups.yaml")
    told = [row[0].value for row in book["How to read"].iter_rows()]

    assert book.sheetnames == ["Answer", "Stages", "Runs", "How to read"]
    assert not {"Money", "T", "OE", "I", "each"} & set(told)


def test_every_column_is_told_of(tmp_path: Path) -> None:
    """On the sheet that says how to read the others."""
    _, book = book_of(tmp_path / "run.xlsx", CUPS)
    told = {row[0].value: row[1].value for row in book["How to read"].iter_rows()}

    assert book.sheetnames == ["Answer", "Money", "Stages", "Runs", "How to read"]
    assert all(told.get(cell.value) for cell in book["Stages"][1])
    assert all(told.get(title) for title in book.sheetnames[:-1])


def test_the_same_run_is_the_same_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last byte, on every day."""
    book_of(tmp_path / "one.xlsx", SEGMENTS)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    book_of(tmp_path / "other.xlsx", SEGMENTS)

    one, other = ((tmp_path / name).read_bytes() for name in ("one.xlsx", "other.xlsx"))
    assert one == other


def test_no_name_becomes_a_formula(tmp_path: Path) -> None:
    """Formulas are ours alone, whatever titles begin with."""
    text = CUPS.read_text(encoding="utf-8")
    text = text.replace("name: Paper-cup conveyor with tools", 'name: "=1+1"')
    text = text.replace("capacity: 12}", 'capacity: 12, title: "=cmd|x!A0"}')
    text = text.replace("currency: EUR", 'currency: "@SUM(1)"')
    file = tmp_path / "odd.yaml"
    file.write_text(text.replace("item: cup", 'item: "-2"'), encoding="utf-8")
    _, book = book_of(tmp_path / "run.xlsx", file)
    cells = [cell for sheet in book.worksheets for row in sheet.rows for cell in row]
    formulas = {cell.value for cell in cells if cell.data_type == "f"}
    texts = {cell.value for cell in cells if cell.data_type == "s"}

    assert {"=1+1", "=cmd|x!A0", "@SUM(1)/hour"} <= texts
    assert all(
        formula.startswith(("=$", "=SUM(", "=IF(", "=Money!")) for formula in formulas
    )


def test_a_name_that_is_no_workbook_is_refused_at_once(tmp_path: Path) -> None:
    """Before anything is simulated."""
    done = toc_sim("run", CUPS, "--excel", tmp_path / "run.xls")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path / 'run.xls'}: a workbook is .xlsx\n"
