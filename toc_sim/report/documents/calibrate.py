"""What records tell, and the scenario that follows, for machines: one JSON object."""

from __future__ import annotations

from toc_sim.calibration.estimates import Estimate
from toc_sim.calibration.findings import RecordsFindings
from toc_sim.report.document import FORMAT, JsonObject, fields_of
from toc_sim.report.documents.customers_found import customers_document
from toc_sim.report.documents.reconcile import reconcile_document
from toc_sim.report.documents.records import records_document
from toc_sim.report.text.calibrate import calibration_sentence

_STAGE = (
    "stage node? visits saturation evidence output wait.mean=wait_mean "
    "work.mean=work_mean own_wait people"
)


def calibration_document(found: RecordsFindings) -> JsonObject:
    """Return all that records tell, ready for JSON.

    Parameters
    ----------
    found
        All that came of them.

    Returns
    -------
    The sentence; what was read and doubted; the stages, delays and numbers with where
    each came from; the model beside the records; and the scenario itself.
    """
    draft = found.draft
    beside = found.reconciliation
    return {
        "format": FORMAT,
        "files": found.files,
        "sentence": calibration_sentence(found),
        "records": records_document(found.records, found.notices),
        "stages": [fields_of(each, _STAGE) for each in draft.stages],
        "delays": draft.delays,
        "estimates": [_estimate(each) for each in draft.estimates],
        "facts": dict(draft.facts),
        "reconciliation": None if beside is None else reconcile_document(beside),
        "shop": found.shop and customers_document(found.shop, found.shop_beside),
        "scenario": draft.content or None,
    }


def _estimate(estimate: Estimate) -> JsonObject:
    told = fields_of(estimate, "parameter=path value low high at_least count origin")
    return {**told, "uncertain": estimate.uncertain and dict(estimate.uncertain)}
