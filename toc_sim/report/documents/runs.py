"""The stored runs as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim.experiment.store.store import StoredStudy
from toc_sim.report.document import FORMAT, JsonObject, fields_of


def runs_document(runs: Sequence[StoredStudy]) -> JsonObject:
    """Return a list of runs, ready for JSON."""
    return {
        "format": FORMAT,
        "runs": [
            {
                **fields_of(run, "run=id command scenario started finished?"),
                "results": run.results if run.finished else None,
            }
            for run in runs
        ],
    }
