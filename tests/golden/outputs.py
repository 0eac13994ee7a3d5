"""What the program says and measures, as digests: moving code changes none of them.

`python tests/golden/outputs.py` tells which differ from those that were recorded,
`--write` records them anew, and `--keep DIR` writes the outputs themselves to files, so
that two revisions can be laid beside each other.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import fields, is_dataclass
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import numpy as np
from click.testing import CliRunner

from toc_sim import load
from toc_sim.cli import main
from toc_sim.cli.main import OURS
from toc_sim.engine.compiled import engine as compiled_engine
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.network.build import network as network_of
from toc_sim.scenario.load import read

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RECORDED = HERE / "digests.json"
DRAWN = HERE / "scenarios.yaml"
"""Scenarios of all kinds, drawn once from the strategies of the laws."""

SHORT = ("--replications", "2", "--horizon", "40", "--warmup", "4")
"""Enough to reach every part of an answer, and quick."""

WIDTHS = (80, 100, 140)

SLOW = {"prove": (80,), "breakdown": (100,), "map": (140,)}
"""What takes long is told once."""

MAPPED = ("paper_cups.yaml", "paper_cups_random.yaml", "b2b_sales.yaml", "zone_2.yaml")
"""Files that are mapped: a map takes seconds, and each way to show it again."""

Output = Callable[[], bytes]


def shipped() -> list[Path]:
    """Return the scenarios that ship."""
    folder = ROOT / "scenarios"
    return sorted([*folder.glob("*.yaml"), *folder.glob("*/*.yaml")])


def outputs() -> Iterator[tuple[str, Output]]:
    """Yield the name of each output, and what makes it."""
    yield from _helps()
    for file in shipped():
        yield from _of_file(file)
    for number, text in enumerate(DRAWN.read_text(encoding="utf-8").split("---\n")):
        yield f"drawn {number:03}", partial(_both_engines, text)


def libraries() -> dict[str, str]:
    """Return the versions that pictures were drawn with: others draw otherwise."""
    return {name: version(name) for name in ("matplotlib", "numpy")}


def digest(output: bytes) -> str:
    """Return a short name of the content."""
    return sha256(output).hexdigest()[:16]


def _helps() -> Iterator[tuple[str, Output]]:
    yield "help", partial(_said, ["--help"], 80)
    for name in sorted(main.commands):
        yield f"help {name}", partial(_said, [name], 80, "--help")


def _of_file(file: Path) -> Iterator[tuple[str, Output]]:
    name = str(file.relative_to(ROOT / "scenarios"))
    path = str(file.relative_to(ROOT))
    for label, (command, *options) in _commands(file).items():
        arguments = [command, path, *options]
        yield f"{name} {label} json", partial(_said, arguments, 100, "--json")
        for width in SLOW.get(label, WIDTHS):
            yield f"{name} {label} {width}", partial(_said, arguments, width)
        if command in {"run", "sweep", "breakdown"} and label != "prove":
            yield f"{name} {label} svg", partial(_drawn, arguments, "--plot")
        if command == "map":
            yield f"{name} {label} svg", partial(_drawn, arguments, "-o")
    yield (
        f"{name} trace",
        partial(
            _written,
            ["run", path, *SHORT, "--no-store", "--quiet", "--engine", "simpy"],
            "--trace",
            ".txt",
        ),
    )


def _commands(file: Path) -> dict[str, list[str]]:
    """Return what can be asked of a scenario, by a name for it."""
    scenario = load(file)
    paces = [
        f"{node}.{key}"
        for node in scenario.stages
        for key in ("capacity", "rate", "arrivals", "demand", "time")
        if isinstance(getattr(scenario.stages[node], key, None), int | float)
    ]
    commands: dict[str, list[str]] = {
        "run": ["run", *SHORT, "--no-store"],
        "prove": ["run", "--prove", *SHORT, "--no-store"],
        "capacity": ["capacity"],
        "breakdown": ["breakdown", *SHORT, "--no-store"],
        "reach": ["reach", "--throughput", "1", *SHORT, "--no-store"],
    }
    if scenario.tools:
        commands["compare"] = ["compare", *SHORT, "--no-store"]
        commands["roadmap"] = ["roadmap", *SHORT, "--no-store"]
    if scenario.variants:
        commands["variants"] = ["sweep", *SHORT, "--no-store"]
    for pace in paces[:1]:
        varied = ["--vary", f"{pace}=5,9"]
        commands["sweep"] = ["sweep", *SHORT, "--no-store", *varied]
    if file.name in MAPPED:
        axes = ["--x", f"{paces[0]}=4:12", "--y", f"{paces[-1]}=4:12"]
        commands["map"] = ["map", *SHORT, "--no-store", "--points", "2", *axes]
    return commands


def _said(arguments: list[str], width: int, *more: str) -> bytes:
    environment = {"COLUMNS": str(width), "TERMINAL_WIDTH": str(width)}
    with warnings.catch_warnings(action="ignore"), chdir(ROOT):
        result = CliRunner(env=environment).invoke(main, [*arguments, *more])
    if result.exit_code == OURS:
        return b"a fault of ours"  # its report has the lines of the code in it
    said = f"exit {result.exit_code}\n{result.stdout}\n{result.stderr}"
    return said.replace(str(ROOT), "").encode()


def _drawn(arguments: list[str], option: str) -> bytes:
    return _written(arguments, option, ".svg")


def _written(arguments: list[str], option: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"output{suffix}"
        said = _said(arguments, 100, option, str(file))
        written = file.read_bytes() if file.exists() else b"nothing"
    return said.replace(folder.encode(), b"") + written


def _both_engines(text: str) -> bytes:
    scenario = read(text, "drawn")
    net, run = network_of(scenario), scenario.run
    measured = [
        engine(
            net,
            seed=run.seed,
            replication=1,
            horizon=run.horizon,
            warmup=3.7,
            timeline=True,
        )
        for engine in (simpy_engine.run, compiled_engine.run)
    ]
    return "\n".join(
        line for result in measured for line in _fields(result, "result")
    ).encode()


_LATER = {"opened"}
"""Fields that came later: where they are empty, results are as they were recorded."""


def _fields(value: Any, place: str) -> Iterator[str]:
    """Yield every figure of a result, to the last bit."""
    if is_dataclass(value):
        for field in sorted(fields(value), key=lambda each: each.name):
            if field.name in _LATER and not len(getattr(value, field.name)):
                continue
            yield from _fields(getattr(value, field.name), f"{place}.{field.name}")
    elif isinstance(value, np.ndarray):
        yield f"{place}: {value.tolist()!r}"
    elif isinstance(value, tuple | list):
        for number, each in enumerate(value):
            yield from _fields(each, f"{place}[{number}]")
    else:
        yield f"{place}: {value!r}"


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default="", help="names that contain this")
    asked = parser.parse_args()
    os.environ["TOC_SIM_STORE"] = str(Path(tempfile.mkdtemp()) / "runs.sqlite")
    text = RECORDED.read_text(encoding="utf-8") if RECORDED.exists() else "{}"
    recorded: dict[str, str] = json.loads(text).get("digests", {})
    changed = 0
    for name, make in outputs():
        if asked.only not in name:
            continue
        output = make()
        if asked.keep is not None:
            file = asked.keep / (name.replace("/", "_").replace(" ", "_") + ".out")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(output)
        if recorded.get(name) != digest(output):
            changed += 1
            click.echo(f"{'new' if name not in recorded else 'changed'}: {name}")
            recorded[name] = digest(output)
    if asked.write:
        kept = {"libraries": libraries(), "digests": recorded}
        RECORDED.write_text(
            json.dumps(kept, indent=0, sort_keys=True) + "\n", encoding="utf-8"
        )
    click.echo(f"{changed} changed of {len(recorded)}")
    return 1 if changed and not asked.write else 0


if __name__ == "__main__":
    sys.exit(_main())
