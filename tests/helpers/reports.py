"""Reports for tests: made in this process, and read back figure by figure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from toc_sim import Scenario, load
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.interface.report import report_findings
from toc_sim.report.html.whole_page import report_page

FEW = {"run.replications": 2}
"""Enough runs for a page; what they say is tested elsewhere."""


def page_of(source: str, changes: Mapping[str, Any] = FEW) -> str:
    """Return the page of a shipped scenario, after few runs."""
    return page_about(load(source).changed(changes), source)


def hasty_page_of(source: str) -> str:
    """Return the same after few and short runs."""
    horizon = load(source).run.horizon / 4
    return page_of(source, {**FEW, "run.horizon": horizon})


def page_about(scenario: Scenario, file: str = "FILE", **options: Any) -> str:
    """Return the page of a scenario."""
    found = report_findings(scenario, file, Laboratory(), **options)
    return report_page(found).decode("utf-8")


class _Reader(HTMLParser):
    """Collects the figures of a page, and its record."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[tuple[str, str, float, str]] = []
        self.record = ""
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self._open: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        if "id" in named:
            self.anchors.add(named["id"])
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag in {"span", "tspan", "script"}:
            self._open.append(named)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"span", "tspan", "script"}:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        around = self._open[-1] if self._open else {}
        if around.get("id") == "record":
            self.record += data
        for kind in ("data-json", "data-half"):
            if kind in around:
                factor = float(around.get("data-x", "1"))
                self.figures.append((kind, around[kind], factor, data))


def read(page: str) -> _Reader:
    """Return what stands on a page."""
    reader = _Reader()
    reader.feed(page)
    return reader


def record_of(page: str) -> dict[str, Any]:
    """Return the record that a page holds."""
    found: dict[str, Any] = json.loads(read(page).record)
    return found


def at(record: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to; raise if it leads nowhere."""
    for key in pointer.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        record = record[int(name)] if isinstance(record, list) else record[name]
    return record


def wrong_figures(page: str) -> Iterator[str]:
    """Yield the figures of a page that are not those of its record."""
    found = read(page)
    record = json.loads(found.record)
    for kind, pointer, factor, text in found.figures:
        value = at(record, pointer)
        if kind == "data-half":
            value = (value["high"] - value["low"]) / 2
        shown = float(text.replace(",", ""))
        digits = len(text.partition(".")[2])
        sign = abs if kind == "data-half" else float
        if abs(shown - sign(factor) * value) > 0.5000001 * 10**-digits + 1e-9 * abs(
            shown
        ):
            yield f"{kind} {pointer} x {factor:g}: {text} for {value}"
