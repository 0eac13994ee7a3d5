"""The page about products shows what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from toc_sim.cli import main
from toc_sim.scenario.load import read

DOCS = Path(__file__).parents[2] / "docs"
HEAD = "format: 1\nname: P and Q\nitem: unit\nperiod: week\n"
TWO_CONSTRAINTS = ("--set", "A.time.P=0.01", "--set", "A.time.Q=0.0020833333333333333")


def blocks(page: str, kind: str) -> list[str]:
    """Return the blocks of a kind on a page."""
    text = (DOCS / page).read_text("utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize(("number", "options"), [(0, ()), (1, TWO_CONSTRAINTS)])
def test_the_page_shows_the_mix(
    number: int,
    options: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Word for word, for the file that it shows."""
    monkeypatch.setenv("COLUMNS", "100")
    path = tmp_path / "p_and_q.yaml"
    path.write_text(blocks("products.md", "yaml")[0], encoding="utf-8")
    answer = CliRunner().invoke(main, ["capacity", str(path), *options])
    told = "\n".join(line.rstrip() for line in answer.stdout.splitlines())

    assert answer.exit_code == 0, answer.output
    assert told.endswith(blocks("products.md", "text")[number].rstrip())


def test_the_scenario_page_shows_a_good_file() -> None:
    """The example of products is one that can be read."""
    [shown] = [text for text in blocks("scenario.md", "yaml") if "products:" in text]

    assert list(read(HEAD + shown, "shown.yaml").products) == ["P", "Q"]
