"""The stored runs as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim.experiment.store.store import StoredStudy
from toc_sim.report.document import Document

FORMAT = 1
"""The version of the JSON."""


def runs_document(runs: Sequence[StoredStudy]) -> Document:
    """Return a list of runs as plain data, ready for JSON."""
    return {
        "format": FORMAT,
        "runs": [
            {
                "run": run.id,
                "command": run.command,
                "scenario": run.scenario,
                "started": run.started,
                "finished": run.finished or None,
                "results": run.results if run.finished else None,
            }
            for run in runs
        ],
    }
