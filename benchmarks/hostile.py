"""Reads ten thousand hostile files, of five kinds, and fails at the first traceback.

python benchmarks/hostile.py [FILES]
"""

from __future__ import annotations

import sys

from many_examples import tried

FILES = sys.argv[1] if len(sys.argv) > 1 else "10000"


def main() -> int:
    test = "tests/scenario/test_damage.py"
    code, seconds = tried(test, "TOC_SIM_HOSTILE_FILES", FILES)
    outcome = "found a traceback" if code else "no traceback"
    print(f"{outcome} in {FILES} hostile files, {seconds:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
