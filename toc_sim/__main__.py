"""Starts the command line: ``python -m toc_sim``, and the command ``toc-sim``."""

from __future__ import annotations

import gc
import os
import sys

_INTERRUPTED = 130
"""The exit code of what Ctrl-C has stopped."""


_NEW_OBJECTS = 100_000
"""Objects after which Python looks for circles of them that nobody needs: it would look
again and again while a program is loaded, of which nearly all stays to the end."""


def start() -> None:
    """Run the command line; Ctrl-C ends it in words even while it is being loaded."""
    try:
        if sys.stdout is None:
            sys.exit("there is nowhere to write to: standard output is closed")
        gc.set_threshold(_NEW_OBJECTS)
        # numpy's threads would wait at full speed for sums that are never so large
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from toc_sim.cli import main

        main(prog_name="toc-sim")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201 - click is not loaded
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    start()
