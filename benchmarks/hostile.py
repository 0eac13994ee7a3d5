"""Reads ten thousand hostile files, of five kinds, and fails at the first traceback.

python benchmarks/hostile.py [FILES]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
FILES = sys.argv[1] if len(sys.argv) > 1 else "10000"


def main() -> int:
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/scenario/test_hostile.py"],
        cwd=ROOT,
        env={**os.environ, "TOC_SIM_HOSTILE_FILES": FILES},
        check=False,
    )
    seconds = perf_counter() - started
    outcome = "found a traceback" if done.returncode else "no traceback"
    print(f"{outcome} in {FILES} hostile files, {seconds:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
