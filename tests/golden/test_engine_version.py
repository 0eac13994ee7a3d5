"""What runs come to is named by a version, so that a store never mixes two of them."""

from __future__ import annotations

import json
from hashlib import sha256

from golden.outputs import RECORDED
from toc_sim.engine.result import ENGINE_VERSION

FIGURES_OF = (3, "1b397a8a1849e2c8")
"""A version of the engines, and the digest of all that was recorded of its runs."""


def test_other_figures_are_of_another_engine_version() -> None:
    """The key of a stored run names the version: other figures must not be met there.

    The digests are those of traces and of both engines' results, which
    `test_golden.py` compares with what the engines do.
    """
    digests = json.loads(RECORDED.read_text(encoding="utf-8"))["digests"]
    figures = sorted(
        f"{name} {digest}"
        for name, digest in digests.items()
        if name.startswith("drawn ") or name.endswith(" trace")
    )
    digest = sha256("\n".join(figures).encode()).hexdigest()[:16]

    assert (ENGINE_VERSION, digest) == FIGURES_OF, (
        "results changed: raise ENGINE_VERSION and record this "
        "(record it alone where scenarios were only added to the goldens)"
    )
