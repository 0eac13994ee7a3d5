"""From a company's own records to a scenario, and what they cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path

from toc_sim.calibrate.customers import customers_found
from toc_sim.calibrate.doubts import doubts_of
from toc_sim.calibrate.draft import draft_of, scenario_text
from toc_sim.calibrate.findings import RecordsFindings
from toc_sim.calibrate.reconcile import reconciled
from toc_sim.calibrate.shop_draft import shop_draft
from toc_sim.engine.simulate import Progress
from toc_sim.errors import TocError
from toc_sim.experiment.variant import VariantRuns
from toc_sim.interface.answer import Answer, writing
from toc_sim.interface.columns_file import columns_asked
from toc_sim.interface.progress import progress_for
from toc_sim.interface.trace import replaced_at_end
from toc_sim.language import phrase
from toc_sim.records.shapes.records_from import Records, records_from
from toc_sim.report.document import JsonObject
from toc_sim.report.documents.calibrate import calibration_document
from toc_sim.report.html.data_page import data_page
from toc_sim.report.text.calibrate import calibration_blocks, calibration_sentence
from toc_sim.report.text.table import Blocks
from toc_sim.scenario.load import load
from toc_sim.scenario.model import Scenario

Files = str | PathLike[str] | Sequence[str | PathLike[str]]
"""One file, or several that are joined."""

_NOTHING: Mapping[str, str] = {}


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

    def document(self) -> JsonObject:
        """Return all that was found as JSON will have it."""
        return calibration_document(self.record)

    def blocks(self, width: int) -> Blocks:
        """Return what was read, found and doubted, and how well the model does."""
        return calibration_blocks(self.record, width)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the verdict, and whether the model reproduces the records."""
        yield phrase("by the records"), self.record.draft.verdict
        if self.record.reconciliation is not None:
            yield phrase("the model"), self.record.reconciliation.sentence

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return no runs: those of the test are not kept."""
        return self.scenario, ()

    def picture(self, path: Path) -> None:
        """Draw records and model side by side."""
        from toc_sim.report.figures.reconcile import plot_reconciliation

        if self.record.reconciliation is None:
            raise TocError("there is no model beside these records to draw")
        plot_reconciliation(self.record.reconciliation, path)

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
        return _written(Path(path), data_page(self.record))


def calibrate(
    files: Files,
    *,
    columns: Mapping[str, str] = _NOTHING,
    mapping: str | PathLike[str] | None = None,
    won: Sequence[str] = (),
    lost: Sequence[str] = (),
    dates: str | None = None,
    period: str | None = None,
    name: str | None = None,
    progress: bool | Progress | None = None,
) -> CalibrateAnswer:
    """Draw a scenario from a company's own records, and test it against them.

    Parameters
    ----------
    files
        An event log, the history of a board, an export of a CRM, or purchases; .csv,
        .tsv, .xlsx, .parquet or .xes, each also as .gz. Several are joined by the key
        that they share.
    columns
        Which column is what, where the guess is wrong: ``{"case": "Deal ID"}``.
    mapping
        A file in YAML that says the same, and `won`, `lost` and `dates`.
    won, lost
        What a case comes to in the end if all goes well, and if it is lost.
    dates
        ``day first`` or ``month first``, where no date of a column tells.
    period
        The unit of time: ``hour``, ``day``, ``week`` or ``month``.
    name
        What the scenario is called; by default as the first file.
    progress
        Whether to show a bar, or a function that is told how far it is.

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
    asked = columns_asked(columns, mapping, won=won, lost=lost, dates=dates)
    title = name or paths[0].name.partition(".")[0].replace("_", " ")
    with progress_for(progress) as about:
        about("reading the records")
        records = records_from(paths, asked)
        told = about("comparing with the records")
        found = _findings(records, paths, period, title, told)
    return CalibrateAnswer(found, "calibrate")


def _findings(
    records: Records,
    paths: Sequence[Path],
    period: str | None,
    title: str,
    progress: Progress | None,
) -> RecordsFindings:
    files = tuple(path.name for path in paths)
    if records.purchases is not None:
        draft = shop_draft(records.purchases, period=period, name=title)
        return RecordsFindings(
            files,
            records,
            (),
            draft,
            scenario_text(draft),
            None,
            customers_found(records.purchases),
        )
    visits = records.visits
    if visits is None:
        raise TocError("these files tell neither of work nor of purchases")
    draft = draft_of(visits, period=period, name=title)
    beside = reconciled(visits, draft, progress=progress)
    return RecordsFindings(
        files, records, doubts_of(visits), draft, scenario_text(draft), beside
    )


def _paths(files: Files) -> tuple[Path, ...]:
    given = [files] if isinstance(files, str | PathLike) else list(files)
    if not given:
        raise TocError("no file was named")
    return tuple(map(Path, given))


def _written(path: Path, content: bytes) -> Path:
    with writing(path), replaced_at_end(path) as beside:
        beside.write_bytes(content)
    return path
