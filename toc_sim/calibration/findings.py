"""All that came of a company's records: what they are, the scenario, and its test."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.reconcile import Reconciliation
from toc_sim.calibration.shop_beside import ShopBeside
from toc_sim.calibration.shop_findings import ShopFindings
from toc_sim.records.notices import Notice
from toc_sim.records.shapes.any_shape import RecordsRead


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
    shop, shop_beside
        What purchases tell of customers, and its scenario beside them; None: the
        records are of work.
    """

    files: tuple[str, ...]
    records: RecordsRead
    doubts: tuple[Notice, ...]
    draft: Draft
    text: str
    reconciliation: Reconciliation | None
    shop: ShopFindings | None = None
    shop_beside: ShopBeside | None = None

    @property
    def beside(self) -> Reconciliation | ShopBeside | None:
        """The simulated scenario beside the records; None: there is none."""
        return self.reconciliation or self.shop_beside

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All that looks wrong, and all that could not be told, what is worst first."""
        told = (*self.doubts, *self.draft.notices)
        return tuple(sorted(told, key=lambda notice: _WORST_FIRST[notice.weight]))


_WORST_FIRST = {"refused": 0, "doubt": 1, "note": 2}
