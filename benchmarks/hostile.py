"""Reads ten thousand hostile files and runs as many changed ones: fails at tracebacks.

python benchmarks/hostile.py [FILES] [SECONDS] [SEED]

Reading is tried by the tests (`tests/scenario/test_damage.py`). What is changed here is
a number, a word or a line of a file that ships: most of these still run. Each goes
through check, capacity and run with a tiny horizon; a run that is announced as too much
is refused, which is an answer. SECONDS, if given, stops it earlier.
"""

from __future__ import annotations

import re
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from click.testing import CliRunner
from many_examples import ROOT, tried

from toc_sim.cli import main as program

TOO_LONG = 30
"""A command that takes longer hangs [s]."""

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])")
NUMBERS = (
    "0",
    "-1",
    "1",
    "2",
    "1.5",
    "1e-9",
    "1e-12",
    "1e6",
    "1e12",
    "3",
    "0.5",
    "100",
)
WORDS = (
    *(
        "two",
        "null",
        "[]",
        "{}",
        "[1, 2]",
        "{a: 1}",
        "35%",
        '"12"',
        "1.5 hours",
        "12,5",
    ),
    *("true", '"{B}"', "unlimited", "auto", "free", "all", "exponential", "priority"),
    *("{profile: [[0, 1], [5, 2]]}", "{profile: [[0, 1], [5, 0.5]], every: 6}"),
)
LINES = (
    *("    cv: 1", "    buffer: 0", "    buffer: 1", "    servers: 2", "    takes: 2"),
    *("    gives: 2", "    patience: 1", "    stock: 3", "    routing: free"),
    *("    availability: {mean_time_between_failures: 3, mean_time_to_repair: 1}"),
    *(
        "    rounds: {every: 0.5, items: 3}",
        "    dispatch: shortest",
        "    priority: 2",
    ),
    *("release: {conwip: 3}", "products: {p: {}, q: {}}", "    conversion: 0.5"),
)


class Chance:
    """Draws from what there is."""

    def __init__(self, seed: int) -> None:
        self._stream = np.random.default_rng(seed)

    def below(self, number: int) -> int:
        """Return a whole number from 0 on."""
        return int(self._stream.integers(number))

    def one_of(self, things: Sequence[Any]) -> Any:
        """Return one of some things."""
        return things[self.below(len(things))]


def changed(text: str, chance: Chance) -> str:
    """Return a text with one to three things in it otherwise."""
    for _ in range(chance.one_of((1, 1, 1, 2, 3))):
        kind = chance.below(6)
        lines = text.splitlines()
        place = chance.below(len(lines))
        found = list(NUMBER.finditer(text))
        if kind < 3 and found:
            one = chance.one_of(found)
            new = chance.one_of(NUMBERS if kind < 2 else WORDS)
            text = text[: one.start()] + new + text[one.end() :]
            continue
        if kind == 3:
            lines.insert(place, chance.one_of(LINES))
        elif kind == 4:
            del lines[place]
        else:
            other = chance.below(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        text = "\n".join(lines) + "\n"
    return text


class HangsError(Exception):
    """A command that takes too long."""


def _give_up(*_signal: object) -> None:
    raise HangsError


def outcome(command: list[str]) -> str:
    """Return what became of a command: fine, refused, or what is wrong with it."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(TOO_LONG)
    try:
        result = CliRunner().invoke(program, command)
    except HangsError:
        return "hangs"
    finally:
        signal.alarm(0)
    if result.exit_code in (0, 1) and "Traceback" not in result.output:
        empty = result.exit_code == 1 and not result.output.strip()
        return "says nothing" if empty else ("fine", "refused")[result.exit_code]
    if "HangsError" in result.output:
        return "hangs"
    if result.exception is not None and result.exc_info is not None:
        traceback.print_exception(*result.exc_info)
    return f"exit code {result.exit_code}: {result.output[-1500:]}"


def changed_files(files: int, seconds: float, seed: int) -> int:
    """Put changed files through three commands; return how many have gone wrong."""
    chance = Chance(seed)
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "scenarios").glob("*.yaml"))
    ]
    counts: Counter[str] = Counter()
    begun, tried_files = perf_counter(), 0
    tiny = ("--horizon", "3", "--warmup", "0", "--replications", "1")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "changed.yaml"
        for number in range(files):
            if perf_counter() - begun > seconds:
                break
            tried_files += 1
            file.write_text(changed(chance.one_of(texts), chance), encoding="utf-8")
            for command in (["check"], ["capacity"], ["run", *tiny]):
                name, *options = command
                came = outcome([name, str(file), *options])
                counts[f"{name}: {came.splitlines()[0]}"] += 1
                if came not in ("fine", "refused"):
                    kept = ROOT / "build" / f"hostile_{number}.yaml"
                    kept.parent.mkdir(exist_ok=True)
                    kept.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
                    print(f"{kept}: {' '.join(command)}: {came}", flush=True)
                if came == "refused" and name == "check":
                    break
    for what, count in sorted(counts.items()):
        print(f"{count:6} {what}")
    print(f"{tried_files} changed files in {perf_counter() - begun:.0f} s")
    bad = (each for each in counts if not each.endswith((": fine", ": refused")))
    return sum(counts[each] for each in bad)


def main() -> int:
    files = sys.argv[1] if len(sys.argv) > 1 else "10000"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else float("inf")
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    wrong = changed_files(int(files), seconds, seed)
    test = "tests/scenario/test_damage.py"
    code, took = tried(test, "TOC_SIM_HOSTILE_FILES", files)
    outcome_of_reading = "found a traceback" if code else "no traceback"
    print(f"{outcome_of_reading} in {files} hostile files, {took:.0f} s")
    return code or int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
