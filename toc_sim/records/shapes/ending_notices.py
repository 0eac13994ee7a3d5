"""What is worth saying of how cases end in an event log, and how that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.shapes.log_endings import LogEndings
from toc_sim.records.shapes.log_notices import named
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON


def ending_notices(endings: LogEndings, names: Sequence[str]) -> Iterator[Notice]:
    """Yield how many cases are won, lost and open, and by which names.

    Parameters
    ----------
    endings
        Of the log.
    names
        Of its activities.
    """
    won, lost, still = (
        int((endings.outcome == each).sum())
        for each in (CASE_WON, CASE_LOST, CASE_OPEN)
    )
    counts = {"won": f"{won:,}", "lost": f"{lost:,}", "open": f"{still:,}"}
    evidence = {"won": float(won), "lost": float(lost), "open": float(still)}
    by_won = named([names[number] for number in endings.won])
    by_lost = named([names[number] for number in endings.lost])
    yield Notice(
        "endings",
        _sentence(endings, by_won, by_lost, counts),
        "note" if endings.won and endings.lost else "doubt",
        evidence,
    )
    yield from _passing(endings, names)
    yield from _unsure(endings)


def _sentence(
    endings: LogEndings, by_won: str, by_lost: str, counts: dict[str, str]
) -> str:
    """Return by which names cases are won and lost, and how many are."""
    if endings.won and endings.lost:
        return phrase(
            "Cases are won at {by_won} and lost at {by_lost}: {won} are won, {lost} "
            "lost, and {open} open at the end of the log.",
            by_won=by_won,
            by_lost=by_lost,
            **counts,
        )
    if endings.won:
        return phrase(
            "Cases are won at {by_won}, and nothing tells when one is lost: {won} are "
            "won, and {open} count as open, those that were given up among them.",
            by_won=by_won,
            **counts,
        )
    if endings.lost:
        return phrase(
            "Cases are lost at {by_lost}, and no name tells when one is won: those "
            "that are over and not lost are. {won} are won, {lost} lost, and {open} "
            "open at the end of the log.",
            by_lost=by_lost,
            **counts,
        )
    return phrase(
        "No name tells when a case is won or lost: those that are over count as won, "
        "which means completed. {won} are, and {open} are open at the end of the log.",
        **counts,
    )


def _passing(endings: LogEndings, names: Sequence[str]) -> Iterator[Notice]:
    """Yield which names sound like an end and are none."""
    for number, share in endings.passing:
        yield Notice(
            "no end by its name",
            phrase(
                "{name} sounds like an end and is none: in {share} of the cases that "
                "had it, other work was begun later.",
                name=names[number],
                share=f"{100 * (1 - share):.1f} %",
            ),
            evidence={"share": 1 - share},
        )


def _unsure(endings: LogEndings) -> Iterator[Notice]:
    """Yield which cases may stand otherwise."""
    if endings.by_place:
        yield Notice(
            "how cases are over",
            phrase_of(
                "A case is over if its last activity mostly is the last one of a case, "
                "or if it has been silent for longer than {days} days, as only 1 % of "
                "all gaps are: {count} is over for its silence alone.",
                "A case is over if its last activity mostly is the last one of a case, "
                "or if it has been silent for longer than {days} days, as only 1 % of "
                "all gaps are: {count} are over for their silence alone.",
                endings.silent,
                days=f"{endings.silence:.1f}",
                count=f"{endings.silent:,}",
            ),
            evidence={"days": endings.silence, "cases": float(endings.silent)},
        )
    if endings.resumed:
        yield Notice(
            "work after the end",
            phrase_of(
                "In {count} case work was begun again after its end; the end counts "
                "all the same.",
                "In {count} cases work was begun again after their end; the end counts "
                "all the same.",
                endings.resumed,
                count=f"{endings.resumed:,}",
            ),
            evidence={"cases": float(endings.resumed)},
        )
