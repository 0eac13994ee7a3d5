"""From a company's own records to a scenario, and what they cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Unpack

from toc_sim.calibration.commented_scenario import scenario_text
from toc_sim.calibration.doubts import doubts_of
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.findings import RecordsFindings
from toc_sim.calibration.reconcile import Reconciliation, reconciled
from toc_sim.calibration.shop_beside import ShopBeside, shop_beside
from toc_sim.calibration.shop_draft import shop_draft
from toc_sim.calibration.shop_findings import shop_findings
from toc_sim.engine.simulate import Progress
from toc_sim.errors import TocError
from toc_sim.experiment.variant import VariantRuns
from toc_sim.interface.answer import Answer, writing
from toc_sim.interface.columns_file import RecordsAsked, columns_asked
from toc_sim.interface.progress import progress_for
from toc_sim.interface.trace import replaced_at_end
from toc_sim.language import phrase
from toc_sim.records.shapes.any_shape import RecordsRead, records_from
from toc_sim.report.document import JsonObject
from toc_sim.report.documents.calibrate import calibration_document
from toc_sim.report.text.calibrate import calibration_blocks, calibration_sentence
from toc_sim.report.text.table import Blocks
from toc_sim.scenario.load import load
from toc_sim.scenario.model import Scenario

Files = str | PathLike[str] | Sequence[str | PathLike[str]]
"""One file, or several that are joined."""


class CalibrateAnswer(Answer[RecordsFindings]):
    """What records tell, and the scenario that follows (`toc_sim.calibrate`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """What limited the output in these records, and how surely."""
        return calibration_sentence(self.record)

    @property
    def scenario(self) -> Scenario:
        """The scenario, read from the file that is written."""
        return load(self.record.draft.content)

    @property
    def is_usable(self) -> bool:
        """Whether the model misses nothing of the time that it was drawn from."""
        beside = self.record.beside
        return beside is not None and beside.is_usable

    def document(self) -> JsonObject:
        """Return all that was found as JSON will have it."""
        return calibration_document(self.record)

    def blocks(self, width: int) -> Blocks:
        """Return what was read, found and doubted, and how well the model does."""
        return calibration_blocks(self.record, width)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the verdict, and whether the model reproduces the records."""
        yield phrase("by the records"), self.record.draft.verdict
        if self.record.beside is not None:
            yield phrase("the model"), self.record.beside.sentence

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return no runs: those of the test are not kept."""
        return self.scenario, ()

    def picture(self, path: Path) -> None:
        """Draw records and model side by side."""
        from toc_sim.report.figures.reconcile import draw_reconciliation

        if self.record.reconciliation is None:
            raise TocError("there is no model beside these records to draw")
        draw_reconciliation(self.record.reconciliation, path)

    def write(self, path: str | PathLike[str]) -> Path:
        """Write the scenario, with a comment where each number came from.

        Parameters
        ----------
        path
            Of the file; it is there whole or not at all.

        Raises
        ------
        TocError
            If it cannot be written.
        """
        return _written(Path(path), self.record.text.encode("utf-8"))

    def write_page(self, path: str | PathLike[str]) -> Path:
        """Write what the records tell as a page of HTML that needs nothing else.

        Parameters
        ----------
        path
            Of the file; it is there whole or not at all.

        Raises
        ------
        TocError
            If it cannot be written.
        """
        from toc_sim.report.html.data_page import data_page  # it draws: slow to import

        return _written(Path(path), data_page(self.record))


def calibrate(
    files: Files,
    *,
    period: str | None = None,
    name: str | None = None,
    progress: bool | Progress | None = None,
    **asked: Unpack[RecordsAsked],
) -> CalibrateAnswer:
    """Draw a scenario from a company's own records, and test it against them.

    Parameters
    ----------
    files
        An event log, the history of a board, an export of a CRM, or purchases; .csv,
        .tsv, .xlsx, .parquet or .xes, each also as .gz. Several are joined by the key
        that they share.
    period
        The unit of time: ``hour``, ``day``, ``week`` or ``month``.
    name
        What the scenario is called; by default as the first file.
    progress
        Whether to show a bar, or a function that is told how far it is.
    asked
        `RecordsAsked`: which column is what, where the guess is wrong.

    Returns
    -------
    What the records tell; `CalibrateAnswer.write` writes the scenario.

    Raises
    ------
    TocError
        If a file cannot be read, a column that is needed is not there, or there is too
        little to tell anything from.

    Examples
    --------
    >>> import toc_sim
    >>> found = toc_sim.calibrate("scenarios/records/deals.csv")
    >>> found.records.shape
    'event log'
    >>> toc_sim.run(found.scenario, store=False, horizon=200).constraint
    ('closing',)
    """
    paths = _paths(files)
    told = columns_asked(asked)
    title = name or paths[0].name.partition(".")[0].replace("_", " ")
    with progress_for(progress) as about:
        about("reading the records")
        records = records_from(paths, told)
        about("comparing with the records")
        found = _findings(records, paths, period, title)
    return CalibrateAnswer(found, "calibrate")


def _findings(
    records: RecordsRead,
    paths: Sequence[Path],
    period: str | None,
    title: str,
) -> RecordsFindings:
    files = tuple(path.name for path in paths)
    if records.purchases is not None:
        draft = shop_draft(records.purchases, period=period, name=title)
        laid = shop_beside(records.purchases, draft)
        return RecordsFindings(
            files=files,
            records=records,
            doubts=(),
            draft=draft,
            text=_text(draft, files, laid),
            reconciliation=None,
            shop=shop_findings(records.purchases),
            shop_beside=laid,
        )
    visits = records.visits
    if visits is None:
        raise TocError("these files tell neither of work nor of purchases")
    amount = next((c.header for c in records.columns if c.role == "amount"), "")
    draft = draft_of(visits, period=period, name=title, amount=amount)
    beside = reconciled(visits, draft)
    text = _text(draft, files, beside)
    return RecordsFindings(files, records, doubts_of(visits), draft, text, beside)


def _text(
    draft: Draft, files: Sequence[str], beside: Reconciliation | ShopBeside | None
) -> str:
    """Return the file of a draft, which begins with how well it does."""
    if not draft.content:
        return ""
    told = phrase("Drawn by toc-sim calibrate from {files}.", files=", ".join(files))
    well = () if beside is None else (beside.sentence,)
    return scenario_text(draft, (told, draft.verdict, *well))


def _paths(files: Files) -> tuple[Path, ...]:
    given = [files] if isinstance(files, str | PathLike) else list(files)
    if not given:
        raise TocError("no file was named")
    return tuple(map(Path, given))


def _written(path: Path, content: bytes) -> Path:
    with writing(path), replaced_at_end(path) as beside:
        beside.write_bytes(content)
    return path
