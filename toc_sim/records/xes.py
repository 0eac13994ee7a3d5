"""An event log in XES as a flawless file of text, written case by case.

Columns are called as pm4py calls them: attributes of a case ``case:KEY``, those of an
event ``KEY``. What a log says of missing values (``global``) is not filled in.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from toc_sim.errors import needs
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.refusal import RecordsError, refused
from toc_sim.records.regular_rows import WrittenRows

_CHUNK = 1 << 18
"""How much is parsed at a time [bytes]."""

_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_LISTS = frozenset({"list", "container"})

_MOST_COLUMNS = 1_000


def write_log(plain: Path, path: Path, to: Path) -> WrittenRows:
    """Write the events of a log with their numbers, cells apart by commas.

    Later rows may have more cells than earlier ones.

    Parameters
    ----------
    plain
        The log, unpacked.
    path
        As it is called in messages.
    to
        The file to write.

    Raises
    ------
    RecordsError
        If it is no such log, or is cut off or malformed; with line and column.
    TocError
        If defusedxml is not installed.
    """
    with needs("defusedxml", "records", "reading XES"):
        from defusedxml.common import DefusedXmlException
        from defusedxml.sax import make_parser
    with plain.open("rb") as source, to.open("w", encoding="utf-8", newline="") as file:
        events = _Events(path, csv.writer(file, lineterminator="\n"))
        parser = make_parser()
        parser.setContentHandler(events)
        events.setDocumentLocator(parser)
        try:
            while chunk := source.read(_CHUNK):
                parser.feed(chunk)
            parser.close()
        except SAXParseException as error:
            raise _malformed(path, error) from error
        except (SAXException, DefusedXmlException) as error:
            what = phrase("has entities or other things in it that no log needs")
            raise refused(path, what, at=events.place()) from error
    if not events.rows:
        raise refused(path, phrase("is an event log without events"))
    headers = tuple(events.columns)
    return WrittenRows(headers, len(headers), events.rows, tuple(events.notices()))


def _malformed(path: Path, error: SAXParseException) -> RecordsError:
    line, column = error.getLineNumber() or 1, (error.getColumnNumber() or 0) + 1
    reason = error.getMessage()
    if reason in {"no element found", "unclosed token"}:
        what = phrase("ends too early: the log was cut off")
        hint = phrase("copy or download it again")
    else:
        what = phrase("is not well-formed XML: {reason}", reason=reason)
        hint = phrase("export the log again")
    return refused(path, what, at=(line, column), hint=hint)


@dataclass(slots=True)
class _Skipped:
    """What a log holds that is not read, and where it was first seen."""

    nested: int = 0
    lists: int = 0
    unfilled: int = 0
    caseless: int = 0
    names: dict[str, None] = field(default_factory=dict)


class _Events(ContentHandler):
    """Takes the elements of a log one by one, and writes each case when it ends."""

    def __init__(self, path: Path, writer: Any) -> None:
        super().__init__()
        self.columns: dict[str, int] = {}
        self.rows = 0
        self._path = path
        self._writer = writer
        self._inside: list[str] = []
        self._case: dict[str, str] = {}
        self._events: list[dict[str, str]] = []
        self._skipped = _Skipped()
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - as xml.sax has it
        """Remember who knows the line."""
        self._locator = locator

    def place(self) -> tuple[int, int]:
        """Return line and column, from 1."""
        locator = self._locator
        return locator.getLineNumber() or 1, (locator.getColumnNumber() or 0) + 1

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - as xml.sax has it
        """Take the beginning of an element."""
        bare = name.rpartition(":")[2]
        outer = self._inside[-1] if self._inside else ""
        if not self._inside and bare != "log":
            what = phrase("is XML, but no event log (XES)")
            raise refused(self._path, what, at=self.place(), found=f"<{name}>")
        self._inside.append(bare)
        if bare == "trace" and outer == "log":
            self._case, self._events = {}, []
        elif bare == "event" and outer in {"trace", "log"}:
            self._events.append({})
        elif outer in {"trace", "event"}:
            self._attribute(bare, outer, attrs)
        elif bare in _VALUES and outer in _VALUES and "event" in self._inside:
            self._skipped.nested += 1

    def _attribute(self, kind: str, outer: str, attrs: Any) -> None:
        """Take an attribute of a case or an event."""
        if kind in _LISTS:
            self._skipped.lists += 1
        if kind not in _VALUES:
            return
        key, value = attrs.get("key"), attrs.get("value")
        if key is None or value is None:
            what = phrase("an attribute here has no {part}", part="key or value")
            raise refused(self._path, what, at=self.place(), found=f"<{kind}>")
        if outer == "trace":
            self._case[f"case:{key}"] = value
        elif self._events:
            self._events[-1][key] = value

    def endElement(self, name: str) -> None:  # noqa: N802 - as xml.sax has it
        """Take the end of an element."""
        bare = name.rpartition(":")[2]
        self._inside.pop()
        outer = self._inside[-1] if self._inside else ""
        if bare == "trace" and outer == "log":
            self._skipped.unfilled += not self._events
            self._write(self._case)
        elif bare == "event" and outer == "log":
            self._skipped.caseless += 1
            self._write({})

    def _write(self, case: dict[str, str]) -> None:
        """Write the events of a case."""
        for event in self._events:
            self.rows += 1
            cells = {**case, **event}
            for key in cells:
                self.columns.setdefault(key, len(self.columns))
            row = [""] * len(self.columns)
            for key, value in cells.items():
                row[self.columns[key]] = value
            self._writer.writerow([self.rows, *row])
        self._events = []
        if len(self.columns) > _MOST_COLUMNS:
            what = phrase("has over {count} attributes", count=_MOST_COLUMNS)
            raise refused(self._path, what, at=self.place())

    def notices(self) -> list[Notice]:
        """Return what was left out of the log."""
        skipped, notices = self._skipped, []
        if skipped.nested or skipped.lists:
            sentence = phrase(
                "Attributes within attributes, and lists of them, are not read: there "
                "are {count}.",
                count=skipped.nested + skipped.lists,
            )
            notices.append(Notice("nested attributes", sentence))
        if skipped.unfilled:
            sentence = phrase_of(
                "{count} case has no events and cannot be seen in the rows.",
                "{count} cases have no events and cannot be seen in the rows.",
                skipped.unfilled,
                count=skipped.unfilled,
            )
            evidence = {"cases": skipped.unfilled}
            notices.append(Notice("cases without events", sentence, "doubt", evidence))
        if skipped.caseless:
            sentence = phrase_of(
                "{count} event belongs to no case.",
                "{count} events belong to no case.",
                skipped.caseless,
                count=skipped.caseless,
            )
            evidence = {"events": skipped.caseless}
            notices.append(Notice("events without case", sentence, "doubt", evidence))
        return notices
