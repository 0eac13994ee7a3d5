"""On what everything was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("numpy", "numba", "simpy", "joblib")


def machine() -> str:
    """Return processor, memory, system, versions and date, as one sentence each."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()}; {platform.system()}"
        f" {platform.release()}. Python {platform.python_version()}, toc_sim"
        f" {version('toc-sim')}, {packages}. {datetime.now(UTC):%Y-%m-%d}."
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return "memory unknown"
    held = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{held / 2**30:.0f} GiB"
