"""Runs one test on many more examples than usual, and says how it went."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]


def tried(test: str, variable: str, examples: str) -> tuple[int, float]:
    """Return pytest's exit code, and the seconds that it took.

    `variable` is the environment variable by which the test hears how many.
    """
    started = perf_counter()
    done = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", "-q", test],
        cwd=ROOT,
        env={**os.environ, variable: examples},
        check=False,
    )
    return done.returncode, perf_counter() - started
