"""Tells the files of the package whose functions a command runs, in their order.

python benchmarks/files_run.py run scenarios/paper_cups.yaml
"""

from __future__ import annotations

import sys
import threading
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import FrameType

from click.testing import CliRunner

PACKAGE = Path(__file__).parents[1] / "toc_sim"


def files_run(arguments: list[str]) -> list[str]:
    """Return them by when they come first; bodies of classes do not count."""
    ran: dict[str, None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_flags & CO_OPTIMIZED:
            ran.setdefault(frame.f_code.co_filename)

    from toc_sim.cli import main

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        CliRunner().invoke(main, arguments)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    paths = (Path(name) for name in ran if name.endswith(".py"))
    return [
        path.relative_to(PACKAGE).as_posix()
        for path in paths
        if path.is_relative_to(PACKAGE)
    ]


if __name__ == "__main__":
    found = files_run(sys.argv[1:])
    print("\n".join(found))
    print(len(found))
