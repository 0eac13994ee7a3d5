"""Each suspicion about records, in a sentence with its figures; silent without one."""

from __future__ import annotations

from toc_sim.calibration.suspicions.edges import edges
from toc_sim.calibration.suspicions.extraction import extraction
from toc_sim.calibration.suspicions.lengths_of_stay import stays
from toc_sim.calibration.suspicions.outcomes import outcomes
from toc_sim.calibration.suspicions.people import people
from toc_sim.calibration.suspicions.regimes import regimes
from toc_sim.calibration.suspicions.rhythm import rhythm
from toc_sim.calibration.suspicions.time_stamps import time_stamps
from toc_sim.records.notices import Notice
from toc_sim.records.visits import Visits

_ASKED = (
    outcomes,
    extraction,
    edges,
    regimes,
    rhythm,
    time_stamps,
    stays,
    people,
)
"""What is suspected, in the order in which it is told."""

_WEIGHTS = ("refused", "doubt", "note")


def doubts_of(visits: Visits) -> tuple[Notice, ...]:
    """Return every suspicion that the records raise about themselves.

    Each is found by a rule that stands with it, with its thresholds, in
    `toc_sim.calibration.suspicions`.

    Parameters
    ----------
    visits
        The records.

    Returns
    -------
    What is refused first, then what makes figures doubtful, then what is good to know;
    nothing for records that raise none.
    """
    found = [notice for asked in _ASKED for notice in asked(visits)]
    return tuple(sorted(found, key=lambda each: _WEIGHTS.index(each.weight)))
