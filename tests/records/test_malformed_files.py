"""Files that are no records end in a sentence with their place, and nothing else."""

from __future__ import annotations

import gzip
import os
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from toc_sim.errors import TocError
from toc_sim.records.records_file import opened
from toc_sim.records.refusal import RecordsError

ROWS = b"case,stage,at\n" + b"".join(
    b"%d,Won,2024-01-%02d\n" % (day, day) for day in range(1, 29)
)


def _xlsx(**parts: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def _book() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    buffer, book = BytesIO(), openpyxl.Workbook()
    for row in (("case", "stage"), (1, "Won"), (2, "Lost")):
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def _parquet() -> bytes:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/x.parquet"
        duckdb.connect().execute(f"COPY (SELECT 1 AS a) TO '{path}' (FORMAT parquet)")
        return Path(path).read_bytes()


XES = b"""<?xml version="1.0"?>
<log xmlns="http://www.xes-standard.org/">
 <trace>
  <string key="concept:name" value="1"/>
  <event>
   <string key="concept:name" value="A"/>
  </event>
 </trace>
</log>
"""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<log>&b;</log>
"""

Content = bytes | Callable[[], bytes]

MALFORMED: dict[str, tuple[Content, str]] = {
    "empty.csv": (b"", "empty.csv: is empty"),
    "blanks.csv": (b"\n\n\n", "is empty"),
    "spaces.csv": (b"\n  \n\n", "has no rows in which anything stands"),
    "bom_alone.csv": (b"\xef\xbb\xbf", "is empty"),
    "header.csv": (b"case,stage,at\n", "has names of columns, and no rows below"),
    "nothing.csv": (b"case,stage\n,\n,\n", "has no rows in which anything stands"),
    "junk.csv": (bytes(range(256)) * 20, "junk.csv:1:1: is not a text"),
    "random.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "random.csv:3:1: is not a text"),
    "null.csv": (b"a,b\n1,2\n3,x\0y\n", "null.csv:3:4: is not a text"),
    "late_null.csv": (b"a,b\n" + b"1,2\n" * 5_000 + b"3,\0\n", "late_null.csv:5002:3:"),
    "cut.csv.gz": (lambda: gzip.compress(ROWS * 50)[:-30], "its end was cut off"),
    "broken.gz": (
        lambda: gzip.compress(ROWS)[:20] + b"\xff" * 60,
        "is packed by gzip, and damaged",
    ),
    "packed.csv.bz2": (b"BZh91AY&SY", "is packed by bzip2"),
    "archive.zip": (lambda: _xlsx(a=b"1"), "is a zip archive, not a table"),
    "broken.zip": (b"PK\x03\x04" + bytes(80), "is a workbook or a zip archive, and da"),
    "cut.xlsx": (lambda: _book()[:-300], "is a workbook or a zip archive, and damaged"),
    "damaged.xlsx": (
        lambda: _xlsx(xl__workbook__xml=b"").replace(b"__xml", b".xml\0"),
        "damaged",
    ),
    "hollow.xlsx": (
        lambda: _xlsx(**{"xl/workbook.xml": b"<no"}),
        "is a damaged workbook",
    ),
    "binary.xlsb": (
        lambda: _xlsx(**{"xl/workbook.bin": b""}),
        "is a binary workbook (.xlsb)",
    ),
    "open.ods": (lambda: _xlsx(mimetype=b"x"), "is an OpenDocument file"),
    "old.xls": (OLE, "is a workbook of old Excel (.xls)"),
    "secret.xlsx": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "is protected by a password",
    ),
    "cut.parquet": (lambda: _parquet()[:-6], "is a damaged Parquet file"),
    "cut.xes": (XES[:-20], "cut.xes:7:3: ends too early"),
    "crossed.xes": (
        XES.replace(b"</event>", b"</trace>"),
        "crossed.xes:7:5: is not well-formed XML",
    ),
    "keyless.xes": (
        XES.replace(b'key="concept:name" value="A"', b'value="A"'),
        "keyless.xes:6:4: an attribute here has no key or value (found '<string>')",
    ),
    "eventless.xes": (b"<log><trace/></log>", "is an event log without events"),
    "bare.xes": (b"<log><trace><event/></trace></log>", "in which nothing stands"),
    "astray.xes": (
        b"<log><trace><a><event><int key='x' value='1'/></event></a></trace></log>",
        "is an event log without events",
    ),
    "other.xes": (b"<a><b/></a>", "other.xes:1:1: is XML, but no event log"),
    "bomb.xes": (BOMB, "bomb.xes:2:"),
    "page.csv": (b"<!DOCTYPE html><html></html>", "is a web page (HTML), not a table"),
    "page.xls": (b"<table><tr><td>1</td></tr></table>", "is a web page (HTML)"),
    "data.csv": (b'[{"case": 1},\n {"case": 2}]', "is JSON, not a table"),
    "object.csv": (b'{\n "cases": []}', "is JSON, not a table"),
    "open_quote.csv": (
        b'case,note\n1,fine\n2,"it never\n3,ends\n4,here\n',
        "open_quote.csv:3:3: a cell begins with a quote here",
    ),
    "loose_quote.csv": (
        b'case,note\n1,fine\n2,"5" wide\n3,x\n',
        "loose_quote.csv:3:3: a cell begins with a quote here",
    ),
    "swallowing.csv": (
        b'case,note\n1,"open\n' + b"2,x\n" * 300 + b'3,"closed"\n',
        "swallowing.csv:2:3: a cell begins with a quote here",
    ),
    "ragged.csv": (
        b"a,b,c\n" + b"1,2,3\n" * 20 + b"1,2\n" * 4,
        "ragged.csv:22: there are 2 cells in this row, and 3 columns",
    ),
    "no_table.csv": (
        b"a,b\n1,2,3\n1\n1,2,3,4\n,,,,5\n",
        "there are 3 cells in this row, and 2 columns",
    ),
    "damaged_utf8.csv": (
        "город,n\n".encode() + "Москва,1\n".encode() * 50 + b"\xff\xfe,2\n",
        "damaged_utf8.csv:52:1: is in UTF-8, but bytes in this line are not",
    ),
    "no_encoding.csv": (
        b"caf\xe9,n\n" * 5 + b"\x81\x8d,1\n",
        "no_encoding.csv:6: is in cp1252, but here it is not (found '0x81')",
    ),
    "cut_utf16.csv": (
        "a,b\n1,2\n".encode("utf-16") + b"x",
        "is in utf-16-le, but here it is not",
    ),
    "utf32.csv": ("a,b\n1,2\n".encode("utf-32"), "is in UTF-32"),
    "wide.csv": (
        b",".join(b"c%d" % n for n in range(10_000)) + b"\n" + b"," * 9_999 + b"\n",
        "has 10000 columns; 1000 are read at most",
    ),
}


@pytest.fixture(name="scratch")
def _scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which temporary files are made."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_ends_in_a_sentence(
    name: str, tmp_path: Path, scratch: Path
) -> None:
    """It names file and line, says what is wrong, and leaves nothing behind."""
    content, sentence = MALFORMED[name]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content())

    with pytest.raises(RecordsError) as caught, opened(path):
        pass
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert list(scratch.iterdir()) == []
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([name, "scratch"])


def test_what_is_no_file_ends_in_a_sentence(tmp_path: Path) -> None:
    """A folder, a name of nothing, a pipe."""
    os.mkfifo(tmp_path / "pipe")
    for name, sentence in {
        "": "is a folder, not a file",
        "none.csv": "there is no such file",
        "pipe": "is no file that can be read twice",
    }.items():
        with pytest.raises(RecordsError, match=sentence), opened(tmp_path / name):
            pass


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="may read everything")
def test_a_file_that_may_not_be_read_ends_in_a_sentence(tmp_path: Path) -> None:
    """With the reason of the system."""
    path = tmp_path / "locked.csv"
    path.write_bytes(ROWS)
    path.chmod(0)

    with pytest.raises(RecordsError, match="permission denied"), opened(path):
        pass


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)

    with pytest.raises(TocError, match=r"toc-sim\[records\]"), opened(tmp_path / "x"):
        pass
