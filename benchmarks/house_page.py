"""The parts of docs/architecture.md that are taken from the package itself."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from house import PACKAGE, ROOT, House, measured, twins

PAGE = ROOT / "docs" / "architecture.md"

HEAD = (
    "",
    "files",
    "lines (of code)",
    "median",
    "internal imports a file",
    "modules in circles",
    "one-line docstrings",
    "`Parameters` told",
    "twins",
)

ANCHORS = (
    (
        *("toc_sim at 596c0a8", "322", "40,721 (25,890)", "116", "5.2", "11"),
        *("68 %", "22 %", "-"),
    ),
    ("SimPy", "11", "2,142", "126", "1.8", "2", "25 %", "prose", "-"),
    ("import-linter", "40", "3,994", "55", "2.1", "0", "-", "-", "-"),
    ("ALNS", "31", "2,438", "38", "1.7", "0", "12 %", "54 %", "-"),
    ("PyVRP (Python)", "36", "4,020", "51", "2.0", "6", "28 %", "51 %", "-"),
)
"""Measured once, in the same way; a later release of theirs may differ."""

COMMANDS = {
    "run": ("run", "scenarios/paper_cups.yaml"),
    "compare": ("compare", "scenarios/paper_cups_tools.yaml", "--no-store"),
    "roadmap": ("roadmap", "scenarios/paper_cups_tools.yaml", "--no-store"),
}

WALKED = ("run", "compare")
"""Commands whose path the page shows."""


def parts() -> dict[str, str]:
    """Return the text of each part of the page by its name."""
    paths = {name: files_run(*command) for name, command in COMMANDS.items()}
    counts = ", ".join(f"`{name}` {len(files)}" for name, files in paths.items())
    told = {"house": f"{table(measured())}\nFiles that run: {counts}.\n"}
    walks = {name: walk(paths[name]) for name in WALKED}
    return {**told, "rooms": rooms(), **walks}


def written(page: str, texts: dict[str, str]) -> str:
    """Return a page with its parts put between their markers."""
    for name, text in texts.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}{text}{end}{after}"
    return page


def table(house: House) -> str:
    """Return what is measured, beside others."""
    ours = (
        "toc_sim",
        f"{house.files}",
        f"{house.lines:,} ({house.code:,})",
        f"{house.median:.0f}",
        f"{house.imports:.2f}",
        f"{house.circles}",
        f"{100 * house.one_line:.0f} %",
        f"{100 * house.parameters:.0f} %",
        f"{sum(map(len, twins().values()))}",
    )
    rows = (HEAD, ("---",) * len(HEAD), ours, *ANCHORS)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def rooms() -> str:
    """Return every room with its files, a line each, from the door downwards."""
    return "\n".join(_room(folder) for folder in _folders())


def walk(files: list[str]) -> str:
    """Return the files that a command goes through, in the order of its first steps."""
    steps = [
        f"`{room}`: {', '.join(Path(file).stem for file in together)}"
        for room, together in groupby(files, _room_of)
    ]
    return "".join(f"{number}. {step}\n" for number, step in enumerate(steps, 1))


def files_run(*arguments: str) -> list[str]:
    """Return the files whose functions a command runs, in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(Path(__file__).with_name("files_run.py")), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[:-1]


def _room_of(file: str) -> str:
    """Return the room that a file stands in, as the page calls it."""
    folder = (PACKAGE / file).parent
    return f"{folder.relative_to(PACKAGE if folder != PACKAGE else ROOT).as_posix()}/"


def _folders() -> Iterator[Path]:
    """Yield the folders of the package as its layers lie, and the package itself."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    for layer in layers:
        top = PACKAGE / layer
        if top.is_dir():
            yield top
            inner = (path.parent for path in top.rglob("__init__.py"))
            yield from sorted(folder for folder in inner if folder != top)
    yield PACKAGE


def _room(folder: Path) -> str:
    room = _room_of(f"{folder}/__init__.py")
    head = f"**`{room}`** {_promise(folder)}\n\n"
    files = (file for file in sorted(folder.glob("*.py")) if file.stem != "__init__")
    return head + "".join(f"- `{file.name}`: {_promise(file)}\n" for file in files)


def _promise(path: Path) -> str:
    """Return the first line of a file, or of a folder's own."""
    file = path / "__init__.py" if path.is_dir() else path
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]
