"""Measure what reading a large log of events takes: seconds, and the most memory.

    python benchmarks/records.py                    # 1,000 MB; some minutes
    python benchmarks/records.py --megabytes 50     # to try it
    python benchmarks/records.py --most 1000        # fails if it takes more memory [MB]

The log is written to a temporary folder, always the same one, read by a fresh process
and removed. It has a case, an activity, a moment and somebody who did it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from toc_sim.records.records_file import opened

EVENTS_A_CASE = 10
ACTIVITIES = [f"Step {number}: work on the order" for number in range(EVENTS_A_CASE)]
PEOPLE = [f"User_{number:03d}" for number in range(120)]
ROWS_AT_ONCE = 100_000


def write_log(path: Path, megabytes: int, seed: int = 1) -> int:
    """Write a log of so many megabytes, and return how many rows it has."""
    rng = np.random.default_rng(seed)
    rows = 0
    moment = np.datetime64("2020-01-01T08:00:00")
    with path.open("w", encoding="ascii") as file:
        size = file.write("case_id,activity,timestamp,resource\n")
        while size < megabytes * 1_000_000:
            count = np.arange(rows, rows + ROWS_AT_ONCE)
            gaps = rng.integers(0, 20, ROWS_AT_ONCE)
            moments = moment + np.cumsum(gaps).astype("timedelta64[s]")
            people = rng.integers(0, len(PEOPLE), ROWS_AT_ONCE)
            moment = moments[-1]
            lines = [
                f"C{case:08d},{ACTIVITIES[event]},{when},{PEOPLE[who]}\n"
                for case, event, when, who in zip(
                    (count // EVENTS_A_CASE).tolist(),
                    (count % EVENTS_A_CASE).tolist(),
                    np.datetime_as_string(moments).tolist(),
                    people.tolist(),
                    strict=True,
                )
            ]
            size += file.write("".join(lines))
            rows += ROWS_AT_ONCE
    return rows


def read_log(path: Path) -> dict[str, float]:
    """Read all columns of a log, and return what that took."""
    begin = perf_counter()
    with opened(path) as file:
        surveyed = perf_counter()
        table = file.table(
            {
                "case_id": "words",
                "activity": "words",
                "timestamp": "moments",
                "resource": "words",
            }
        )
    return {
        "rows": table.rows,
        "survey": surveyed - begin,
        "table": perf_counter() - surveyed,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000,
    }


def measured(megabytes: int) -> dict[str, float]:
    """Write a log, read it in a fresh process, and return what that took."""
    with TemporaryDirectory(prefix="toc_sim_log_") as folder:
        path = Path(folder) / "events.csv"
        rows = write_log(path, megabytes)
        size = path.stat().st_size / 1e6
        answer = subprocess.run(  # noqa: S603 - it is this script
            [sys.executable, __file__, "--read", str(path)],
            check=True,
            capture_output=True,
            text=True,
        )
    found = json.loads(answer.stdout)
    if found["rows"] != rows:
        sys.exit(f"{rows:,} rows were written, and {found['rows']:,} read")
    return {"megabytes": size, **found}


def main() -> None:
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=1_000, help="size of the log")
    parser.add_argument("--most", type=float, help="of memory that it may take [MB]")
    parser.add_argument("--read", type=Path, help="read this log and say what it took")
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read_log(options.read)))
        return
    found = measured(options.megabytes)
    print(
        f"{found['megabytes']:,.0f} MB, {found['rows']:,.0f} rows: "
        f"survey {found['survey']:.1f} s, table {found['table']:.1f} s, "
        f"{found['peak']:,.0f} MB of memory at most"
    )
    if options.most and found["peak"] > options.most:
        sys.exit(f"it may take {options.most:,.0f} MB")


if __name__ == "__main__":
    main()
