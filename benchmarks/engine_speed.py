"""Measure how fast the engines are, beside other libraries that run the same lines.

    python benchmarks/engine_speed.py            # ten minutes
    python benchmarks/engine_speed.py --quick    # three minutes, rough
    python benchmarks/engine_speed.py --write    # writes docs/benchmarks.md

Everything is measured in one go on one machine. Quote the ratios: absolute figures
change from machine to machine, and from hour to hour. What is not reached is told with
a profile that says where the time or memory goes. The other libraries come with
`pip install toc-sim[bench]`; whatever is not installed is left out.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from speed import (
    part_compare,
    part_growth,
    part_lines,
    part_replications,
    part_start,
)
from speed.page import page
from speed.parts import FULL, QUICK, Part, Size
from speed.programs import load

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
PARTS = {
    "lines": part_lines.measured,
    "replications": part_replications.measured,
    "compare": part_compare.measured,
    "growth": part_growth.measured,
    "start": part_start.measured,
}


def measured(size: Size, names: list[str]) -> list[Part]:
    """Measure the parts that are asked for, one after another."""
    parts = []
    for name in names:
        print(f"measuring: {name}", file=sys.stderr)
        parts.append(PARTS[name](size))
    return parts


def main() -> None:
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few and short rounds")
    parser.add_argument("--only", choices=PARTS, action="append", help="some parts")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name}")
    options = parser.parse_args()
    if options.write and (options.quick or options.only):
        parser.error("--write takes everything, at its full size")
    load()
    size = QUICK if options.quick else FULL
    text = page(measured(size, options.only or list(PARTS)), size)
    print(text, end="")
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
