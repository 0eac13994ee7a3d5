"""Starts the command line: ``python -m toc_sim``, and the command ``toc-sim``."""

from __future__ import annotations

import sys

_INTERRUPTED = 130
"""The exit code of what Ctrl-C has stopped."""


def start() -> None:
    """Run the command line; Ctrl-C ends it in words even while it is being loaded."""
    try:
        if sys.stdout is None:
            sys.exit("there is nowhere to write to: standard output is closed")
        from toc_sim.cli import main

        main(prog_name="toc-sim")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201 - click is not loaded
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    start()
