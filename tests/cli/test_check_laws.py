"""`toc-sim check --laws` asks every law of each file, and says what became of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toc_sim import Scenario, load
from toc_sim.cli import main
from toc_sim.commands.check import report_laws
from toc_sim.testing import laws
from toc_sim.testing.laws import LawReport

CUPS = str(Path(__file__).parents[2] / "scenarios" / "paper_cups.yaml")


def check(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["check", "--laws", *arguments])


@pytest.mark.law
def test_each_law_has_a_line() -> None:
    """Below the line of the file; the file of another law is named apart."""
    found = check(CUPS, CUPS, "--set", "market.demand=3")
    lines = found.stdout.splitlines()

    assert found.exit_code == 0, found.output
    assert len(lines) == 2 * (1 + len(laws.LAWS))
    assert lines[1] == "  conservation: ok"


def test_a_file_that_is_wrong_is_not_simulated(tmp_path: Path) -> None:
    """What is wrong with it is told as always."""
    path = tmp_path / "wrong.yaml"
    path.write_text("format: 1\nname: x\n", encoding="utf-8")
    found = check(str(path))

    assert found.exit_code == 1
    assert found.stdout == ""
    assert "stages" in found.stderr


def test_a_horizon_that_is_asked_for_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Otherwise the run is shortened; what a law is asked of is told here."""
    scenario = load(CUPS, {"run.horizon": "7000"})

    def horizon(asked: Scenario) -> LawReport:
        return LawReport("horizon", (f"{asked.run.horizon:g}",))

    report_laws(CUPS, scenario, short=False, laws=(horizon,))
    report_laws(CUPS, scenario, short=True, laws=(horizon,))

    assert capsys.readouterr().out == (
        "  horizon: broken: 7000\n  horizon: broken: 100\n"
    )


def test_a_broken_law_is_told_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """What is broken, and how many laws a file breaks: for that `check` returns 1."""

    def odd(_: Scenario) -> LawReport:
        return LawReport("odd", ("items bought: 3 instead of 2, 1 too many",))

    found = report_laws("cups.yaml", load(CUPS), short=True, laws=(odd, odd))

    line = "  odd: broken: items bought: 3 instead of 2, 1 too many\n"
    assert found == ("cups.yaml: breaks 2 laws",)
    assert capsys.readouterr().out == 2 * line
