"""What a question comes to: one record, and every way in which it is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import StringIO
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rich.console import Console

from toc_sim.engine.result import RunResult
from toc_sim.errors import Argument, QuestionError, TocError
from toc_sim.experiment.store.export import TidyTable, table_of
from toc_sim.experiment.store.store import Member, StoredStudy
from toc_sim.experiment.variant import VariantRuns
from toc_sim.language import phrase
from toc_sim.report.document import JsonObject, encoded, plain
from toc_sim.report.exports import arrow_table, data_frame
from toc_sim.report.text.table import PLAIN_WIDTH, Blocks, print_report
from toc_sim.scenario.file.dump import recordable
from toc_sim.scenario.model import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PICTURES = (".png", ".svg", ".pdf")
"""The kinds of figure that can be drawn."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Answer(ABC, Generic[R]):
    """What a question comes to.

    Attributes
    ----------
    record
        Everything that was found. What it knows can be asked of the answer itself:
        ``answer.verdict`` is ``answer.record.verdict``.
    asked
        What was asked, as on a command line: ``compare --sets``.
    kept
        The name under which the runs behind it are kept in a store; None: they are
        not.
    remarks
        What happened on the way that somebody should know.

    Examples
    --------
    >>> import toc_sim
    >>> answer = toc_sim.run("scenarios/paper_cups.yaml", horizon=50, store=False)
    >>> print(answer.sentence)
    machine_2 is the constraint: it answers for 99 % of the throughput of 8.00 cup/hour.
    >>> answer.to_dict()["constraint"]["nodes"]
    ['machine_2']
    >>> frame = answer.to_pandas()
    >>> frame[frame["metric"] == "bought"]["value"].tolist()
    [400.0]
    """

    record: R
    asked: str = ""
    kept: str | None = None
    remarks: tuple[str, ...] = ()

    @property
    @abstractmethod
    def sentence(self) -> str:
        """The answer in one sentence."""

    @abstractmethod
    def document(self) -> JsonObject:
        """Return the answer as JSON will have it, records still in it."""

    @abstractmethod
    def blocks(self, width: int) -> Blocks:
        """Return what a terminal of some width is shown below the sentence."""

    @abstractmethod
    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the few figures that matter, each with its name."""

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return the scenario, and all that was simulated for the answer."""
        return self.scenario, self.trials

    def table(self) -> TidyTable:
        """Return every figure of every run behind the answer, in rows.

        Raises
        ------
        TocError
            If nothing was simulated for it.
        """
        scenario, trials = self.runs_of()
        if not trials:
            raise TocError("nothing was simulated for this answer, so it has no rows")
        return _tidy_table(scenario, self.asked, self.kept, trials)

    def picture(self, path: Path) -> None:
        """Draw the answer into a file of a known kind."""
        del path
        raise TocError("there is no picture of this answer")

    def to_dict(self) -> JsonObject:
        """Return the answer as a dictionary of numbers, texts, lists and dictionaries.

        It is what ``--json`` prints, and has the same names.
        """
        found: JsonObject = plain(self.document())
        return found

    def to_json(self) -> str:
        """Return the answer as ``--json`` prints it, to the last byte."""
        return encoded(self.document()).decode("utf-8", "surrogateescape")

    def to_pandas(self) -> pd.DataFrame:
        """Return the runs behind the answer as a tidy table of pandas.

        A row is one figure: of which run, variant, replication, node and product, its
        metric, value and unit, and every input that was varied.

        Raises
        ------
        TocError
            If pandas is not installed, or nothing was simulated.
        """
        return data_frame(self.table())

    def to_arrow(self) -> pa.Table:
        """Return the same table for Apache Arrow.

        Raises
        ------
        TocError
            If pyarrow is not installed, or nothing was simulated.
        """
        return arrow_table(self.table())

    def text(self, width: int = PLAIN_WIDTH) -> str:
        """Return what the command prints, without colour.

        Parameters
        ----------
        width
            Of the page [characters].
        """
        page = StringIO()
        console = Console(
            file=page,
            width=width,
            color_system=None,
            force_jupyter=False,  # else a notebook would show it, and return nothing
            markup=False,
            emoji=False,
            highlight=False,
        )
        print_report(console, self.sentence, self.blocks(width))
        return page.getvalue()

    def plot(self, path: str | PathLike[str]) -> Path:
        """Draw the answer into a file, and return its path.

        Parameters
        ----------
        path
            Of a .png, .svg or .pdf.

        Raises
        ------
        TocError
            If there is no picture of it, or the file cannot be written.
        """
        return drawn(path, self.picture)

    def __getattr__(self, name: str) -> Any:
        """Ask the record what the answer itself does not know."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.record, name)

    def __dir__(self) -> list[str]:
        """Return its own names and those of the record."""
        return sorted({*object.__dir__(self), *dir(self.record)})

    def __repr__(self) -> str:
        """Return the kind of answer, and its sentence."""
        return f"<{type(self).__name__}: {self.sentence}>"

    def _repr_html_(self) -> str:
        """Return the answer as a card, for notebooks."""
        return _card(self.sentence, tuple(self.facts()), self.text())


def _tidy_table(
    scenario: Scenario, command: str, kept: str | None, trials: Sequence[VariantRuns]
) -> TidyTable:
    """Return all that was simulated for a question, as a tidy table."""
    study = StoredStudy(
        id=kept or "",
        command=command,
        scenario=scenario.name,
        started="",
        finished="",
        results=sum(len(each.results) for each in trials),
        item=str(scenario.item),
        period=str(scenario.period),
        currency=scenario.currency,
    )
    inputs = [
        {name: recordable(value) for name, value in each.model.inputs.items()}
        for each in trials
    ]

    def members() -> Iterator[tuple[Member, RunResult]]:
        for place, each in enumerate(trials):
            for number, result in enumerate(each.results):
                money = each.earned(result)
                yield Member(place, each.name, inputs[place], number, money), result

    return table_of(study, inputs, members)


_STYLE = (
    "border:1px solid #c9ced6;border-radius:6px;padding:.8em 1em;max-width:60em;"
    "font-family:system-ui,sans-serif"
)
_FACT = "display:inline-block;margin:.4em 2em .4em 0"
_LABEL = "display:block;font-size:.8em;opacity:.75"
_REPORT = "overflow-x:auto;white-space:pre;font:.9em/1.3 ui-monospace,monospace"
"""Of the folded report: JupyterLab gives it the font of the card, and no column stands
under its head then."""
_FIGURE = "font-size:1.3em;font-variant-numeric:tabular-nums"


def _card(sentence: str, facts: Sequence[tuple[str, str]], report: str) -> str:
    """Return an answer as HTML that needs nothing around it: the report is folded."""
    whole = phrase("The whole answer")
    shown = "".join(
        f'<span style="{_FACT}"><span style="{_LABEL}">{escape(name)}</span>'
        f'<span style="{_FIGURE}">{escape(figure)}</span></span>'
        for name, figure in facts
    )
    return (
        f'<div style="{_STYLE}"><strong>{escape(sentence)}</strong>'
        f"<div>{shown}</div>"
        f"<details><summary>{escape(whole)}</summary>"
        f'<pre style="{_REPORT}">'
        f"{escape(report)}</pre></details></div>"
    )


def drawn(path: str | PathLike[str], draw: Callable[[Path], None]) -> Path:
    """Draw into a file whose name says how, and return its path.

    Parameters
    ----------
    path
        Of a .png, .svg or .pdf.
    draw
        Draws into a file.

    Raises
    ------
    TocError
        If the name says nothing that is known, or the file cannot be written.
    """
    file = Path(path)
    if file.suffix.lower() not in PICTURES:
        known = ", ".join(PICTURES)
        raise QuestionError(Argument("path", str(file)), f"a figure is {known}")
    with writing(file):
        draw(file)
    return file


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Say which file cannot be written, and why.

    Parameters
    ----------
    path
        Of the file that is written inside.

    Raises
    ------
    TocError
        If writing fails, with the system's reason.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error
