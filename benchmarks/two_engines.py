"""Runs ten thousand random scenarios on both engines; fails where they differ.

python benchmarks/two_engines.py [SCENARIOS]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
SCENARIOS = sys.argv[1] if len(sys.argv) > 1 else "10000"


def main() -> int:
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/laws/test_two_engines.py"],
        cwd=ROOT,
        env={**os.environ, "TOC_SIM_ENGINE_SCENARIOS": SCENARIOS},
        check=False,
    )
    seconds = perf_counter() - started
    outcome = "differ" if done.returncode else "go the same path"
    print(f"the engines {outcome} in {SCENARIOS} scenarios, {seconds:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
