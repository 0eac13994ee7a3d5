"""The benchmark of speed compares like with like, and tells what it measured."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

KEYS = ("simpy", "compiled", "ciw", "salabim", "simantha", "cimba", "limit")
RUNS = 8
EXACT = 7.28272
"""What W1 makes, by its Markov chain (docs/validation.md) [items/period]."""


@pytest.fixture(name="speed", scope="module")
def _speed() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
        import_module("speed.programs").load()
        yield lambda name: import_module(f"speed.{name}")


@pytest.fixture(name="plain", scope="module")
def _plain(speed: Any) -> Any:
    """Return what plain SimPy makes of every line, run shortly."""
    programs = speed("programs")
    return cache(lambda name: _made(speed, programs.PLAIN, name))


def _made(speed: Any, program: Any, name: str) -> Any:
    line = speed("lines").LINES[name].scaled(0.01)
    return speed("throughputs").throughput(program, line, RUNS)


@pytest.mark.filterwarnings("ignore")  # other libraries' own
@pytest.mark.parametrize("name", ["W1", "W2", "W3"])
@pytest.mark.parametrize("key", KEYS)
def test_all_programs_run_the_same_line(
    speed: Any, plain: Any, key: str, name: str
) -> None:
    """Every program makes of every line what plain SimPy makes of it."""
    (program,) = (each for each in speed("programs").PROGRAMS if each.key == key)
    if not program.version:
        pytest.skip(f"{program.package} is not installed")

    assert _made(speed, program, name).agrees(plain(name))


def test_the_limit_meets_the_exact_throughput(speed: Any) -> None:
    """A long run of the bare recursion makes what the Markov chain says."""
    line = speed("lines").W1.scaled(20)
    items = speed("peers.limit").run(line, 7)

    assert items / line.periods == pytest.approx(EXACT, abs=0.03)


def test_exponent_of_a_power_law_is_found(speed: Any) -> None:
    """A figure that grows as the power 1.5 is told so."""
    sizes = (1.0, 10.0, 1000.0)
    found = speed("fits").exponent(sizes, [3 * size**1.5 for size in sizes])

    assert found == pytest.approx(1.5)


def test_page_tells_what_is_missed(speed: Any) -> None:
    """An aim that is not reached says no, and is told with its profile."""
    aims, parts = speed("aims"), speed("parts")
    profile = aims.Profile("Time of nothing", lambda: "goes nowhere")
    part = parts.Part(
        "Nothing",
        "took a while",
        (
            aims.at_least("speed", 4.0, 3.0, " x", profile),
            aims.at_most("memory", 600.0, 500.0, " MB", profile),
            aims.at_least("ratio", None, 3.0, " x", profile),
        ),
    )
    text = speed("page").page([part], parts.QUICK)

    assert "**1 of 2 aims are reached.**" in text
    assert "| speed | at least 3 x | 4 x | yes |" in text
    assert "| memory | at most 500 MB | 600 MB | **no** |" in text
    assert "| ratio | at least 3 x | not installed | ? |" in text
    assert text.count("goes nowhere") == 1


def test_turns_give_the_median_speed(speed: Any) -> None:
    """Each program is timed with its clock; the first turn does not count."""
    turns = speed("turns")
    ticks = iter([0.0, 100.0, 200.0, 201.0, 300.0, 302.0, 400.0, 404.0])
    work = turns.Work(lambda seed: 8 + 0 * seed, clock=lambda: next(ticks))
    paces = turns.take_turns({"one": work}, rounds=3)

    assert paces["one"].speed == pytest.approx(4.0)


def test_profiles_name_where_time_goes(speed: Any) -> None:
    """The profile of a run has the head of the table, and no way to this machine."""
    told = speed("profiles").time_profile(lambda: sorted(range(10)))

    assert "tottime" in told
    assert "{built-in method builtins.sorted}" in told
    assert str(Path(__file__).parents[2]) not in told


@pytest.mark.filterwarnings("ignore")  # other libraries' own
def test_lines_are_measured_and_told(speed: Any) -> None:
    """A very short measurement has a row for every program, and all its aims."""
    size = speed("parts").Size(
        rounds=1, enough=0.0, part=0.002, checks=2, most_items=0, starts=1
    )
    part = speed("part_lines").measured(size)
    aims = [aim.what for aim in part.aims]

    assert len(aims) == 6
    assert "W1: toc_sim, compiled against plain SimPy" in aims
    assert all(aim.got is None or aim.got > 0 for aim in part.aims)
    for program in speed("programs").PROGRAMS:
        version = program.version or "not installed"
        assert f"| {program.title} | {version} |" in part.text
