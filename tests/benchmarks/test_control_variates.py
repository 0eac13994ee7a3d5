"""The benchmark of control variates asks every random scenario, and keeps answers."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from toc_sim import load
from toc_sim.network.build import network as network_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "control-variates.md"
CUPS = ROOT / "scenarios" / "paper_cups_random.yaml"


@pytest.fixture(name="benchmark_of_luck", scope="module")
def _benchmark() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("control_variates")


def test_the_page_tells_of_every_random_scenario() -> None:
    """Each has a row with its variance, its bias and its coverage."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if ".yaml | " in line]
    for path in sorted(ROOT.glob("scenarios/**/*.yaml")):
        name = path.relative_to(ROOT / "scenarios").as_posix()
        told = any(f"| {name} | " in row for row in rows)
        assert told != network_of(load(str(path))).is_deterministic, name


def test_an_answer_is_found_once(benchmark_of_luck: Any, tmp_path: Path) -> None:
    """What is kept is read again; it says what was gained, and by which method."""
    asked = []

    def gained(file: Path, repeats: int) -> Any:
        asked.append(file)
        return benchmark_of_luck.gained(file, repeats)

    for _ in range(2):
        kept = benchmark_of_luck.Kept(tmp_path / "kept" / "answers.jsonl", 12)
        [found] = kept.each(gained, benchmark_of_luck.Gained, [CUPS])
        assert found.name == "paper_cups_random.yaml"
        assert found.method == "path"
        assert found.whole > 2
        assert 0.5 < found.coverage <= 1
    assert asked == [CUPS]
