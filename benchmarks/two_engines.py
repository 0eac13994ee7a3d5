"""Runs ten thousand random scenarios on both engines; fails where they differ.

python benchmarks/two_engines.py [SCENARIOS]
"""

from __future__ import annotations

import sys

from many_examples import tried

SCENARIOS = sys.argv[1] if len(sys.argv) > 1 else "10000"


def main() -> int:
    test = "tests/laws/test_two_engines.py"
    code, seconds = tried(test, "TOC_SIM_ENGINE_SCENARIOS", SCENARIOS)
    outcome = "differ" if code else "go the same path"
    print(f"the engines {outcome} in {SCENARIOS} scenarios, {seconds:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
