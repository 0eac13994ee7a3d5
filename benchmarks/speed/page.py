"""How the measurement is told: the aims first, then every part."""

from __future__ import annotations

from collections.abc import Sequence

from speed.aims import Aim
from speed.machine import machine
from speed.parts import FULL, Part, Size, table
from speed.programs import PROGRAMS

PAGE = """\
# Benchmarks: how fast both engines are

{verdict}

{written}

{machine}

{aims}

{missed}{parts}
## How to run it

`pip install toc-sim[bench]` brings the other libraries. {installed}

- `python benchmarks/engine_speed.py` measures all of this, in about ten minutes on a
  quiet machine; `--quick` takes short rounds, `--only lines` one part, `--write` writes
  this page.
- `pytest benchmarks/suites` lets pytest-benchmark time the same works; it keeps
  and compares its own results (`--benchmark-autosave`, `--benchmark-compare`).
"""


def page(parts: Sequence[Part], size: Size) -> str:
    """Return the whole page."""
    aims = [aim for part in parts for aim in part.aims]
    return PAGE.format(
        verdict=_verdict(aims),
        written=_written(size),
        machine=machine(),
        aims=table(["figure", "aim", "measured", "holds"], (aim.cells for aim in aims)),
        missed=_missed(aims),
        parts="".join(f"## {part.title}\n\n{part.text.strip()}\n\n" for part in parts),
        installed=_installed(),
    )


def _verdict(aims: Sequence[Aim]) -> str:
    known = [aim for aim in aims if aim.holds is not None]
    held = sum(aim.holds is True for aim in known)
    if not known:
        return "Nothing was measured that has an aim."
    if held == len(known):
        return f"**All {held} aims are reached.**"
    return f"**{held} of {len(known)} aims are reached.** What is missed is told below."


def _written(size: Size) -> str:
    if size is FULL:
        return (
            "Written by `python benchmarks/engine_speed.py --write`; do not edit. Quote"
            " the ratios: absolute figures drift from hour to hour."
        )
    return "**Short rounds, with much chance in every figure: a trial, not a result.**"


def _missed(aims: Sequence[Aim]) -> str:
    missed = [aim for aim in aims if aim.holds is False]
    if not missed:
        return ""
    profiles = {aim.profile.subject: aim.profile for aim in missed}
    told = [
        f"- {aim.what}: {aim.cells[2]}, not {aim.cells[1]} (see {aim.profile.subject})"
        for aim in missed
    ]
    seen = [
        f"### {subject}\n\n```text\n{profile.tell()}\n```"
        for subject, profile in profiles.items()
    ]
    head = "## What is missed, and where it goes"
    return "\n\n".join([head, "\n".join(told), *seen, ""])


def _installed() -> str:
    missing = [each.title for each in PROGRAMS if not each.version]
    if not missing:
        return "All of them were installed."
    return f"Not installed here: {', '.join(missing)}."
