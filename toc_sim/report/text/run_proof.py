"""Second opinions on a run: what classical rules say, and what lifting brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from toc_sim.language import joined, phrase, phrase_of
from toc_sim.report.formats import printable
from toc_sim.report.run_summary import Findings
from toc_sim.report.text.table import (
    Column,
    Fitted,
    fitted,
    marked,
    percent_intervals,
    percents,
)

_NEED_PERIODS = {"active_period", "shifting_bottleneck"}
"""Classical rules that say more where the engine recorded single periods."""


def rule_lines(found: Findings) -> Iterator[str]:
    """Yield whom most of the classical rules name; with a proof, what each says.

    A rule that needs the periods of single servers is left out of the count, since it
    depends on the engine whether these are kept.
    """
    titles, names = rule_titles(), _names()
    able = [
        each
        for each in found.detections
        if each.applies and each.rule not in _NEED_PERIODS
    ]
    votes = Counter(name for each in able for name in each.named)
    if votes:
        most = max(votes.values())
        top = [name for name, count in votes.items() if count == most]
        yield phrase_of(
            "Classical rules: {most} of {count} names {nodes} ({rules}).",
            "Classical rules: {most} of {count} name {nodes} ({rules}).",
            max(most, len(able)),
            most=most,
            count=len(able),
            nodes=joined(map(found.title, top)),
            rules=joined(
                names[each.rule] for each in able if set(top) & set(each.named)
            ),
        )
    if not found.proofs:
        return
    for each in found.detections:
        told = joined(found.title(name) for name in each.named)
        told = told if each.applies else phrase("says nothing")
        reason = f" ({printable(each.reason)})" if each.reason else ""
        yield f"  {titles[each.rule]}: {told}{reason}"


def rule_titles() -> dict[str, str]:
    """Return what each classical rule is called, by its name for machines."""
    return {
        "utilisation": phrase("Busiest"),
        "arrows": phrase("Arrows (blocked / starved)"),
        "turning_point": phrase("Turning point"),
        "active_period": phrase("Longest active period"),
        "shifting_bottleneck": phrase("Shifting bottleneck"),
        "queue": phrase("Longest queue"),
        "departures": phrase("Most regular departures"),
    }


def _names() -> dict[str, str]:
    """Return the same, as it stands within a sentence."""
    return {
        "utilisation": phrase("busiest"),
        "arrows": phrase("arrows"),
        "turning_point": phrase("turning point"),
        "active_period": phrase("longest active period"),
        "shifting_bottleneck": phrase("shifting bottleneck"),
        "queue": phrase("longest queue"),
        "departures": phrase("most regular departures"),
    }


def proof_parts(found: Findings, width: int) -> Iterator[Fitted | Text]:
    """Yield the certificate: each owner's share beside what lifting it brought."""
    proofs = found.proofs
    named = [proof.name in found.verdict.constraint for proof in proofs]
    gains = [proof.gain for proof in proofs]
    losses = [proof.loss for proof in proofs]
    unit = phrase("% for 1 %")
    agrees = (phrase("yes") if proof.agrees else phrase("no") for proof in proofs)
    columns = [
        marked(phrase("lifted"), (found.title(proof.name) for proof in proofs), named),
        percent_intervals(phrase("share"), [proof.share for proof in proofs], (92, 94)),
        percents(phrase("by capacity"), [proof.dual for proof in proofs], 10),
        percent_intervals(phrase("gain"), gains, (95, 96), unit),
        percent_intervals(phrase("loss"), losses, (80, 81), unit),
        Column(phrase("agrees"), "", tuple(agrees), 85),
    ]
    yield Text(
        phrase(
            "Proof: each made a little faster and slower in turn, on the same random "
            "numbers; gain and loss are in % of the throughput for each 1 % of speed."
        )
    )
    yield fitted(columns, width, named)
    yield from map(Text, _reasons(found))


def _reasons(found: Findings) -> Iterator[str]:
    """Yield why figures differ, once for all of whom it is said."""
    for note in dict.fromkeys(proof.note for proof in found.proofs if proof.note):
        names = joined(
            found.title(proof.name) for proof in found.proofs if proof.note == note
        )
        yield f"{names}: {note}."
