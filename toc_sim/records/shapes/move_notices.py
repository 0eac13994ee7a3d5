"""What is worth saying of moves from stage to stage that are missing or cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.language import phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.records_table import RecordsTable
from toc_sim.records.shapes.case_facts import examples_of
from toc_sim.records.shapes.work_sessions import RowPlaces


def never_moved(count: int, stage: str, began: tuple[int, int]) -> Notice:
    """Return where cases are that never moved, and why that is believed.

    Parameters
    ----------
    count
        Of these cases.
    stage
        Where they are taken to be.
    began
        How many of the others began there, and how many others there are.
    """
    sentence = phrase_of(
        "{count} case never moved: it is taken to be at {stage} still, where {times} "
        "of the {all} others began.",
        "{count} cases never moved: they are taken to be at {stage} still, where "
        "{times} of the {all} others began.",
        count,
        count=f"{count:,}",
        stage=stage,
        times=f"{began[0]:,}",
        all=f"{began[1]:,}",
    )
    return Notice("never moved", sentence, "doubt", {"cases": float(count)})


def lost_track(count: int) -> Notice:
    """Return that cases that never moved are left out, since they may be anywhere.

    Parameters
    ----------
    count
        Of these cases.
    """
    return Notice(
        "never moved",
        phrase_of(
            "{count} case never moved, and the others did not begin at one stage: "
            "where it is cannot be told, and it is left out.",
            "{count} cases never moved, and the others did not begin at one stage: "
            "where they are cannot be told, and they are left out.",
            count,
            count=f"{count:,}",
        ),
        "refused",
        {"cases": float(count)},
    )


def moved_before_created(table: RecordsTable, rows: RowPlaces) -> Iterator[Notice]:
    """Yield that cases would have moved before they were created, if any would.

    Parameters
    ----------
    table
        That tells so.
    rows
        Of their first moves.
    """
    if len(rows):
        yield Notice(
            "created late",
            phrase_of(
                "{count} case would have moved before it was created ({examples}): "
                "when it was created is taken as not told.",
                "{count} cases would have moved before they were created ({examples}): "
                "when they were created is taken as not told.",
                len(rows),
                count=f"{len(rows):,}",
                examples=", ".join(examples_of(table, rows)),
            ),
            "doubt",
            {"cases": float(len(rows))},
        )


def missing_moves(breaks: int) -> Iterator[Notice]:
    """Yield that cases leave other stages than they came to, if any do.

    Parameters
    ----------
    breaks
        How many moves do not follow the one before them.
    """
    if breaks:
        yield Notice(
            "moves that are missing",
            phrase_of(
                "{count} move leaves another stage than the one before it came to: a "
                "move between them is missing, and the time counts for the stage that "
                "was come to.",
                "{count} moves leave other stages than those before them came to: "
                "moves between them are missing, and the time counts for the stages "
                "that were come to.",
                breaks,
                count=f"{breaks:,}",
            ),
            "doubt",
            {"moves": float(breaks)},
        )
