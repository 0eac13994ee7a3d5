"""The page about customers shows what the program says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim import load
from toc_sim.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "customers.md").read_text("utf-8")
[FILE] = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
LESSONS = [
    part.partition("\n")[::2]
    for block in re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL)
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


@pytest.mark.parametrize(("command", "output"), LESSONS, ids=[c for c, _ in LESSONS])
def test_the_page_shows_what_is_said(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word for word, for the file that it shows."""
    (tmp_path / "club.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, shlex.split(command)[1:])

    assert answer.exit_code == 0, answer.output
    assert answer.stdout.rstrip() == output.rstrip()


def test_the_page_counts_right(tmp_path: Path) -> None:
    """400 is throughput in the long run times the delay; 933 is n s / (1 - s)."""
    path = tmp_path / "club.yaml"
    path.write_text(FILE, encoding="utf-8")
    scenario = load(path)
    back = next(way for way in scenario.flow if way.source == "market")

    assert isinstance(back.share, float)
    assert isinstance(back.delay, float)
    pace = 10 / (1 - back.share)
    assert back.customers == pytest.approx(pace * back.delay)
    assert back.customers * back.share / (1 - back.share) == pytest.approx(933, abs=1)
    assert "400 x 0.7 / (1 - 0.7) = 933 times" in PAGE


@pytest.mark.parametrize(
    ("customers", "told"),
    [
        (0, "chances to come back.\n"),
        (1, "1 customer at the start counts as come again."),
        (1500, "1,500 customers at the start count as come again."),
    ],
)
def test_the_table_of_customers_says_how_many_were_there(
    customers: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the line below it, where there are any."""
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "club.yaml"
    path.write_text(FILE, encoding="utf-8")
    said = f"flow.market->desk.customers={customers}"
    answer = CliRunner().invoke(
        main, ["run", str(path), "--set", said, "--set", "run.replications=2"]
    )

    assert answer.exit_code == 0, answer.output
    assert told in answer.stdout
