"""All that came of a company's records: what they are, the scenario, and its test."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.calibrate.customers import CustomersFound
from toc_sim.calibrate.estimates import Draft
from toc_sim.calibrate.reconcile import Reconciliation
from toc_sim.records.notices import Notice
from toc_sim.records.shapes.records_from import Records


@dataclass(frozen=True, slots=True)
class RecordsFindings:
    """What records tell.

    Attributes
    ----------
    files
        The names of the files.
    records
        What was read, and which column was taken for what.
    doubts
        What looks wrong in them.
    draft
        The scenario that follows, with what is to be said of it.
    text
        Its file.
    reconciliation
        The simulated scenario beside the records; None: there is nothing to compare.
    customers
        What purchases tell of customers; None: the records are of work.
    """

    files: tuple[str, ...]
    records: Records
    doubts: tuple[Notice, ...]
    draft: Draft
    text: str
    reconciliation: Reconciliation | None
    customers: CustomersFound | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All that is to be known: of the files, of the records, and of the draft."""
        return (*self.records.notices, *self.doubts, *self.draft.notices)
