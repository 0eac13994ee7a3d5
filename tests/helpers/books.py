"""Workbooks for tests: edited by openpyxl, or written part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from toc_sim import Scenario
from toc_sim.errors import ScenarioError
from toc_sim.workbook.book_document import load_book
from toc_sim.workbook.scenario_book import scenario_book


def edited(scenario: Scenario, path: Path, cells: Mapping[str, Any]) -> Path:
    """Write the workbook of a scenario with other values in some cells.

    Parameters
    ----------
    scenario
        Where to begin.
    path
        Of the workbook.
    cells
        New contents by cell: ``{"Stages!C4": 12}``.
    """
    book = openpyxl.load_workbook(BytesIO(scenario_book(scenario)))
    for place, value in cells.items():
        sheet, _, cell = place.partition("!")
        book[sheet][cell] = value
    book.save(path)
    return path


def faults(path: Path) -> list[str]:
    """Return what is wrong in a workbook, each as it is printed after its file."""
    try:
        load_book(path)
    except ScenarioError as error:
        return [str(each).removeprefix(f"{path}:") for each in error.problems]
    return []


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def raw_book(path: Path, sheets: Mapping[str, str]) -> Path:
    """Write a workbook whose sheets are given as the XML of their rows.

    Parameters
    ----------
    path
        Of the workbook.
    sheets
        By title, rows as a program writes them: ``<row r="1"><c r="A1">...``.
    """
    numbered = list(enumerate(sheets.items(), start=1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        f'ContentType="{_SHEET}.worksheet+xml"/>'
        for number, _ in numbered
    )
    listed = "".join(
        f'<sheet name="{escape(title)}" sheetId="{number}" r:id="r{number}"/>'
        for number, (title, _) in numbered
    )
    related = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number, _ in numbered
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PARTS}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_SHEET}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PARTS}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PARTS}/relationships">'
        f"{related}</Relationships>",
    }
    for number, (_, rows) in numbered:
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path
